"""Who owns work about a topic: departments of the measures that are about it, and those named on the very items that speak of it.

A department is never named for a mere mention. A measure is about a topic when its title, goal, description or a heading says so; then
its responsible departments own it. An item (activity, effect) that speaks of the topic, or stands under a heading that does, involves
the departments printed on it. An item without departments speaks for the responsible ones only where it is clear who that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from search_api.fusion import best_per_group
from search_api.index import SearchIndex
from search_api.matches import Match, choose_passages, make_match, municipality_json, unit_json
from search_api.query import Question
from search_api.scoring import Scores
from search_api.topic_reading import ABOUT_KINDS, LOOSE, Reading, read_unit
from search_api.units import Field, Owner, Unit

# The index sees passages, a text may be several: below this share in its best passage a unit is not read at all.
GLIMPSE = 0.4
# Where another measure of the same municipality uses the very words, a text of other words has to come nearer than LOOSE.
STRICT = 0.75
# An item that names no department counts for the responsible ones when it covers the topic fully and they are this few.
EXACT = 0.95
CLEAR_OWNERS = 2
# Where words find nothing, meaning may: up to MEANT measures with this much evidence, within CLOSE of the best.
CLEAR_EVIDENCE = 4.0
CLOSE = 0.75
MEANT = 2
MEASURES = 5
QUOTES = 3
_ROLES = ("responsible", "involved", "collective")


@dataclass(frozen=True, slots=True)
class OwnersResponse:
    """The answer; ``departments`` are in the shape of the contract, best first. ``hint`` (Japanese) where there are none."""

    query: str
    departments: tuple[Mapping[str, Any], ...]
    took_ms: float
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Contract, section 5."""
        answer = {"query": self.query, "took_ms": self.took_ms, "departments": list(self.departments)}
        return answer | ({"hint": self.hint} if self.hint else {})


@dataclass(frozen=True, slots=True)
class Departments:
    """All departments of an index: their ``names``, the longest first, and the IRIs of those that are ``current``.

    Current is who owns something in the latest year of the municipality, or in the one before, since reports lag.
    """

    names: tuple[str, ...]
    current: frozenset[str]

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Departments:
        names: set[str] = set()
        latest: dict[str, int] = {}
        last_seen: dict[str, tuple[str, int]] = {}
        undated: set[str] = set()
        for unit in units:
            names.update(owner.name for owner in unit.owners)
            years = unit.fiscal_years
            if unit.municipality is None or not years:
                undated.update(owner.iri for owner in unit.owners)
                continue
            code, year = unit.municipality[0], years[-1]
            latest[code] = max(latest.get(code, 0), year)
            for owner in unit.owners:
                last_seen[owner.iri] = (code, max(year, last_seen.get(owner.iri, (code, 0))[1]))
        current = {iri for iri, (code, year) in last_seen.items() if year >= latest[code] - 1}
        return cls(tuple(sorted(names, key=lambda name: (-len(name), name))), frozenset(current | (undated - last_seen.keys())))


@dataclass(frozen=True, slots=True)
class _Claim:
    """One measure says that a department owns the topic, with the quotes that say so."""

    owner: Owner
    unit: int
    score: float
    matches: tuple[Match, ...]


@dataclass(slots=True)
class _Department:
    owner: Owner
    unit: Unit
    claims: list[_Claim] = field(default_factory=list)

    @property
    def role(self) -> str:
        return min((claim.owner.role for claim in self.claims), key=_ROLES.index)

    @property
    def score(self) -> float:
        return max(claim.score for claim in self.claims)


def find_owners(
    index: SearchIndex,
    scores: Scores,
    question: Question,
    ranking: Sequence[int],
    *,
    departments: Departments,
    passages_of: Sequence[np.ndarray],
) -> list[dict[str, Any]]:
    """The departments that own work about the topic of ``question``, the present ones first, then by score, role and IRI.

    ``ranking`` are the units that answer the question at all, best first; ``passages_of`` the passages of each unit.
    """
    core = best_per_group(index.keywords.coverage(scores.terms.core), index.unit_of, len(index.units), floor=0.0)
    spoken_of = [number for number in ranking if core[number] >= GLIMPSE]
    readings = [read_unit(index.units[number], departments.names, scores.terms.core) for number in spoken_of]
    told = {
        unit.municipality for number, reading in zip(spoken_of, readings, strict=True) if reading.exact for unit in [index.units[number]]
    }
    found: dict[str, _Department] = {}
    if question.asks_for_departments:
        for number in ranking:
            _collect(found, index, number, _named_claims(index.units[number], number, question))
    for number, reading in zip(spoken_of, readings, strict=True):
        floor = LOOSE if index.units[number].municipality not in told else STRICT
        _collect(found, index, number, _claims(index, number, reading.at_least(floor), scores, question))
    if not found and not question.departments:
        for number in _unmistakable(scores, ranking):
            reading = _read_meaning(index, number, scores, passages_of[number])
            _collect(found, index, number, _claims(index, number, reading, scores, question))
    ordered = sorted(
        found.values(), key=lambda d: (d.owner.iri not in departments.current, -round(d.score, 9), _ROLES.index(d.role), d.owner.iri)
    )
    return [_department_json(index, department, department.owner.iri in departments.current) for department in ordered]


def _collect(found: dict[str, _Department], index: SearchIndex, number: int, claims: Iterable[_Claim]) -> None:
    for claim in claims:
        found.setdefault(claim.owner.iri, _Department(claim.owner, index.units[number])).claims.append(claim)


def _read_meaning(index: SearchIndex, number: int, scores: Scores, passages: np.ndarray) -> Reading:
    """By its meaning, where no words of the question are found: the passages that come nearest stand for the topic."""
    rows = choose_passages(index, scores, passages)
    fields = [index.units[number].fields[index.passages[row].field] for row in rows]
    return Reading(about=[(fields[0], LOOSE)], exact=False, headed=[], items=[(f, LOOSE) for f in fields if f.kind not in ABOUT_KINDS])


def _unmistakable(scores: Scores, ranking: Sequence[int]) -> list[int]:
    """The first measures, as far as they stand clear and close together."""
    if not ranking:
        return []
    best = max(float(scores.fused[number]) for number in ranking)
    return [n for n in ranking if scores.evidence[n] >= CLEAR_EVIDENCE and scores.fused[n] >= best - CLOSE][:MEANT]


def _claims(index: SearchIndex, number: int, reading: Reading, scores: Scores, question: Question) -> Iterator[_Claim]:
    unit, words = index.units[number], scores.terms.words
    fit = 1 / (1 + math.exp(1.5 - float(scores.fused[number])))

    def quote(pairs: Sequence[tuple[Field, float]], limit: int) -> list[Match]:
        return list(dict.fromkeys(make_match(f, f.text, words, question.topic) for f, _ in pairs))[:limit]

    responsible = [owner for owner in unit.owners if owner.role != "involved" and not _only_on_items(owner, unit)]
    clear = [(f, share) for f, share in reading.items if not f.owners and share >= EXACT]
    evidence = reading.about or reading.headed or (clear if len(responsible) <= CLEAR_OWNERS else [])
    if evidence:
        for owner in responsible:
            cells = [make_match(cell, cell.text, (), owner.name) for cell in unit.owner_cells[:1]]
            yield _Claim(owner, number, evidence[0][1] * fit, (*quote(evidence, QUOTES - 1), *cells))
    for owner in unit.owners:
        own = [(f, share) for f, share in reading.items if owner.iri in f.owners]
        if own and not (evidence and owner in responsible):
            involved = owner if owner.role == "collective" else replace(owner, role="involved")
            yield _Claim(involved, number, 0.9 * own[0][1] * fit, tuple(quote(own, QUOTES)))


def _named_claims(unit: Unit, number: int, question: Question) -> Iterator[_Claim]:
    """What the departments named in the question own of a unit: quoted is the cell of owners, or the items that name them."""
    for owner in unit.owners:
        if owner.name in question.departments:
            cells = [cell for cell in unit.owner_cells if owner.name in cell.text] or unit.owner_cells[:1]
            places = ([f for f in unit.fields if owner.iri in f.owners] if owner.role == "involved" else []) or cells
            yield _Claim(owner, number, 1.0, tuple(make_match(place, place.text, (), owner.name) for place in places[:QUOTES]))


def _only_on_items(owner: Owner, unit: Unit) -> bool:
    """Whether a collective department is printed on items alone, not in the cell of owners."""
    cell = "".join(cell.text for cell in unit.owner_cells)
    return owner.role == "collective" and bool(cell) and "".join(owner.name.split()) not in "".join(cell.split())


def _department_json(index: SearchIndex, department: _Department, current: bool) -> dict[str, Any]:
    claims = sorted(department.claims, key=lambda c: (_ROLES.index(c.owner.role), -round(c.score, 9), index.units[c.unit].iri))
    measures: dict[int, dict[str, Any]] = {}
    for claim in claims:
        measure = measures.setdefault(claim.unit, unit_json(index.units[claim.unit]) | {"role": claim.owner.role, "matches": []})
        measure["matches"] += [match.to_json() for match in claim.matches]
    return {
        "iri": department.owner.iri,
        "name": department.owner.name,
        "municipality": municipality_json(department.unit),
        "role": department.role,
        "current": current,
        "score": round(department.score, 4),
        "measures": list(measures.values())[:MEASURES],
    }
