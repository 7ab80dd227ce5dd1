"""Who owns work about a topic: departments of the measures that are about it, and those named on the very items that speak of it.

A department is never named for a mere mention. A measure is about a topic when its title, goal or description says so; then its
responsible departments own it. An item (activity, effect) that speaks of the topic, or stands under a heading that does, involves the
departments printed on it. An item without departments speaks for the responsible ones only where it is clear who that is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from search_api.index import SearchIndex
from search_api.matches import choose_passages, make_match, municipality_json, unit_json
from search_api.query import Question
from search_api.scoring import Scores
from search_api.text_analysis import analyse
from search_api.topic_index import TopicIndex, pair_words
from search_api.topic_reading import LOOSE, SAME, STRICT, Coverage, Reading, choose_groups, measure_texts, read_unit
from search_api.units import Field, Owner, Unit

# So much evidence makes up for words of the question that no plan uses (一緒, 書かなくて), as long as one that is used is so telling, by its
# share in the rarity of an unknown word: 大学, but not 職員 …
CLEAR_EVIDENCE = 6.0
KNOWN = 0.4
# … and, at this share of the best, for words that are merely near in meaning (docs/model.md: how these were measured).
TRUSTED = 0.75
# An item that names no department counts for the responsible ones when it covers the topic fully and they are this few.
EXACT = 0.95
CLEAR_OWNERS = 1
# Where words find nothing, meaning may: up to MEANT measures that stand out from all others and lie within CLOSE of the best.
STANDS_OUT = 3.2
MEANT_EVIDENCE = 4.5
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
    """One measure says that a department owns the topic. Quoted are ``texts``, and ``places`` that print its name."""

    owner: Owner
    unit: int
    score: float
    texts: tuple[Field, ...]
    places: tuple[Field, ...] = ()


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
    allowed: np.ndarray,
    departments: Departments,
    passages_of: Sequence[np.ndarray],
) -> list[dict[str, Any]]:
    """The departments that own work about the topic of ``question``, the present ones first, then by score, role and IRI.

    ``ranking`` are the units that answer the question at all, best first, of those that are ``allowed`` (a mask); ``passages_of`` the
    passages of each unit.
    """
    ranking = [number for number in ranking if index.units[number].owners]
    found: dict[str, _Department] = {}
    if question.asks_for_departments:
        for number in ranking:
            _collect(found, index, number, _named_claims(index.units[number], number, question))
    elif ranking:
        readings = _read_units(index, scores, question.topic, ranking, allowed)
        told = {index.units[number].municipality for number, reading in readings.items() if reading.exact}
        for number, reading in readings.items():
            kept = reading if index.units[number].municipality not in told else reading.at_least(STRICT)
            _collect(found, index, number, _claims(index, number, kept, scores))
    if not found and not question.departments:
        for number in _unmistakable(scores, ranking):
            reading = _read_meaning(index, number, scores, passages_of[number])
            _collect(found, index, number, _claims(index, number, reading, scores))
    ordered = sorted(
        found.values(), key=lambda d: (d.owner.iri not in departments.current, -round(d.score, 9), _ROLES.index(d.role), d.owner.iri)
    )
    return [_department_json(index, department, departments, scores, question) for department in ordered]


def _collect(found: dict[str, _Department], index: SearchIndex, number: int, claims: Iterable[_Claim]) -> None:
    for claim in claims:
        found.setdefault(claim.owner.iri, _Department(claim.owner, index.units[number])).claims.append(claim)


def _read_units(index: SearchIndex, scores: Scores, topic: str, ranking: Sequence[int], allowed: np.ndarray) -> dict[int, Reading]:
    """What each unit says of the topic: those of ``ranking``, and those that say all of it in one sentence.

    Words that no plan uses are left out where the evidence is clear enough without them.
    """
    topics, groups = index.topics, choose_groups(scores.terms.core)
    known = [group for group in groups if _is_known(group, topics)]
    if not known:
        return {}
    compounds = [pair for pair in pair_words(analyse(topic)) if pair in topics.terms]
    whole = measure_texts(topics, groups, compounds)
    telling = max(weight for weight, _ in known) >= KNOWN * index.keywords.rarity("")
    plain = measure_texts(topics, known, compounds) if telling and len(known) < len(groups) else whole
    ranked = np.zeros(len(index.units), dtype=bool)
    ranked[list(ranking)] = True
    trusted = max(CLEAR_EVIDENCE, TRUSTED * max(float(scores.evidence[number]) for number in ranking))
    readings = {}
    for number in _speaking(topics, whole, plain, ranked, allowed):
        evidence = float(scores.evidence[number])
        is_clear = evidence >= CLEAR_EVIDENCE
        coverage = plain if is_clear else whole
        readings[number] = read_unit(
            index.units[number], topics.first_text[number], coverage, is_clear=is_clear, is_trusted=evidence >= trusted
        )
    return readings


def _is_known(group: tuple[float, Any], topics: TopicIndex) -> bool:
    return any(strength >= SAME and term in topics.terms for term, strength in group[1].items())


def _speaking(topics: TopicIndex, whole: Coverage, plain: Coverage, ranked: np.ndarray, allowed: np.ndarray) -> list[int]:
    """The units of which a text may speak of the topic."""
    near = np.maximum(np.maximum(plain.near.whole, plain.near.line), np.maximum(whole.near.whole, whole.near.line)) >= LOOSE
    said = whole.joined.line >= EXACT
    return np.unique(topics.unit_of[(near & ranked[topics.unit_of]) | (said & allowed[topics.unit_of])]).tolist()


def _read_meaning(index: SearchIndex, number: int, scores: Scores, passages: np.ndarray) -> Reading:
    """By its meaning, where no words of the question are found: what comes nearest stands for the topic, an item that names its departments
    before others.
    """
    unit = index.units[number]
    fields = [unit.fields[index.passages[row].field] for row in choose_passages(index, scores, passages)]
    owned = [f for f in fields if f.owners]
    if owned:
        return Reading(about=[], exact=False, headed=[], items=[(owned[0], LOOSE)])
    return Reading(about=[(fields[0], LOOSE)], exact=False, headed=[], items=[])


def _unmistakable(scores: Scores, ranking: Sequence[int]) -> list[int]:
    """The first measures, as far as they stand clear and close together."""
    if not ranking:
        return []
    best, most = (max(float(values[number]) for number in ranking) for values in (scores.fused, scores.evidence))
    near = [n for n in ranking if scores.fused[n] >= best - CLOSE and scores.evidence[n] >= TRUSTED * most]
    clear = [n for n in near if _is_clear(float(scores.evidence[n]), float(scores.fused[n]))]
    return clear[:MEANT]


def _is_clear(evidence: float, standing: float) -> bool:
    return evidence >= CLEAR_EVIDENCE or (evidence >= MEANT_EVIDENCE and standing >= STANDS_OUT)


def _claims(index: SearchIndex, number: int, reading: Reading, scores: Scores) -> Iterator[_Claim]:
    unit = index.units[number]
    fit = 1 / (1 + math.exp(1.5 - float(scores.fused[number])))
    responsible = [owner for owner in unit.owners if owner.role != "involved" and not _only_on_items(owner, unit)]
    about = reading.about if _is_whole(reading) else []
    evidence = about or _unowned(unit, reading, responsible)
    if evidence:
        texts = tuple(dict.fromkeys(f for f, _ in evidence))[: QUOTES - 1]
        for owner in responsible:
            if about or owner.role != "collective" or _prints_no_departments(unit):
                yield _Claim(owner, number, evidence[0][1] * fit, texts, unit.owner_cells[:1])
    for owner in unit.owners:
        own = [(f, share) for f, share in reading.items if owner.iri in f.owners]
        if own and not (evidence and owner in responsible):
            as_asked = owner.role == "collective" or (reading.about and owner in responsible)
            involved = owner if as_asked else replace(owner, role="involved")
            yield _Claim(involved, number, 0.9 * own[0][1] * fit, tuple(dict.fromkeys(f for f, _ in own))[:QUOTES])


def _is_whole(reading: Reading) -> bool:
    """Whether a unit is about the topic as a whole: where only its goal or description says so, items may tell who does that part."""
    return any(f.kind == "title" for f, _ in reading.about) or not any(f.owners for f, _ in reading.items)


def _unowned(unit: Unit, reading: Reading, responsible: Sequence[Owner]) -> list[tuple[Field, float]]:
    """The items without departments that speak for the responsible ones.

    A heading that names the topic does where the unit prints no departments on its items at all, an item where it is clear who is meant.
    """
    if _prints_no_departments(unit) and reading.headed:
        return reading.headed
    alone = sum(owner.role != "collective" for owner in responsible) <= CLEAR_OWNERS
    return [(f, share) for f, share in reading.items if not f.owners and share >= EXACT] if alone else []


def _prints_no_departments(unit: Unit) -> bool:
    return not any(f.owners for f in unit.fields)


def _named_claims(unit: Unit, number: int, question: Question) -> Iterator[_Claim]:
    """What the departments named in the question own of a unit: quoted is the cell of owners, or the items that name them."""
    for owner in unit.owners:
        if owner.name in question.departments:
            cells = [cell for cell in unit.owner_cells if owner.name in cell.text] or unit.owner_cells[:1]
            places = ([f for f in unit.fields if owner.iri in f.owners] if owner.role == "involved" else []) or cells
            yield _Claim(owner, number, 1.0, (), tuple(places[:QUOTES]))


def _only_on_items(owner: Owner, unit: Unit) -> bool:
    """Whether a collective department is printed on items alone, not in the cell of owners."""
    cell = "".join(cell.text for cell in unit.owner_cells)
    return owner.role == "collective" and bool(cell) and "".join(owner.name.split()) not in "".join(cell.split())


def _department_json(
    index: SearchIndex, department: _Department, departments: Departments, scores: Scores, question: Question
) -> dict[str, Any]:
    claims = sorted(department.claims, key=lambda c: (_ROLES.index(c.owner.role), -round(c.score, 9), index.units[c.unit].iri))
    measures: dict[int, dict[str, Any]] = {}
    for claim in claims:
        if claim.unit not in measures and len(measures) == MEASURES:
            continue
        measure = measures.setdefault(claim.unit, unit_json(index.units[claim.unit]) | {"role": claim.owner.role, "matches": []})
        matches = [make_match(f, f.text, scores.terms.words, question.topic) for f in claim.texts]
        matches += [make_match(f, f.text, (), claim.owner.name) for f in claim.places]
        measure["matches"] += [match.to_json() for match in dict.fromkeys(matches)]
    return {
        "iri": department.owner.iri,
        "name": department.owner.name,
        "municipality": municipality_json(department.unit),
        "role": department.role,
        "current": department.owner.iri in departments.current,
        "score": round(department.score, 4),
        "measures": list(measures.values()),
    }
