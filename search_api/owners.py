"""Who owns work about a topic: departments of the measures that are about it, and those named on the very items that speak of it.

A department is never named for a mere mention. A measure is about a topic when its title, goal or description says so; then its
responsible departments own it. An item (activity, effect) that speaks of the topic, or stands under a heading that does, involves the
departments printed on it. An item without departments speaks for the responsible ones only where it is clear who that is.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from search_api.departments import Departments
from search_api.index import SearchIndex
from search_api.matches import Match, choose_passages, make_match, municipality_json, unit_json
from search_api.query import Question
from search_api.scoring import CLEAR_EVIDENCE, Scores
from search_api.text_analysis import analyse
from search_api.topic_index import TopicIndex, pair_words
from search_api.topic_reading import LOOSE, SAME, Coverage, Reading, choose_groups, find_complete, measure_texts, read_unit
from search_api.units import Field, Owner, Unit

# CLEAR_EVIDENCE makes up for words of the question that no plan uses (一緒, 書かなくて), as long as one that is used is so telling, by its
# share in the rarity of an unknown word: 大学, but not 職員 …
KNOWN = 0.4
# … and, at this share of the best, for words that are merely near in meaning (docs/model.md: how these were measured).
TRUSTED = 0.7
# Who says only a part of what is asked (自宅 of 自宅で働く) has to have this share of the best evidence.
PARTLY = 0.4
# An item that names no department has to cover the topic fully.
EXACT = 0.95
# Where words find nothing, meaning may: up to MEANT measures that stand out from all others and lie within CLOSE of the best.
STANDS_OUT = 3.2
MEANT_EVIDENCE = 2.5
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

    ``ranking`` are the units with owners that answer the question at all, best first, of those that are ``allowed`` (a mask);
    ``passages_of`` the passages of each unit.
    """
    found: dict[str, _Department] = {}
    if question.asks_for_departments:
        for number in ranking:
            _collect(found, index, number, _named_claims(index.units[number], number, question))
    else:
        evidence = scores.evidence[ranking]
        best = float(evidence.max()) if len(ranking) else 0.0
        readings = _read_units(index, scores, question.topic, ranking, allowed=allowed, best=best)
        for number in np.array(ranking, dtype=np.int64)[evidence >= max(CLEAR_EVIDENCE, TRUSTED * best)].tolist():
            if number not in readings:
                readings[number] = _read_meaning(index, number, scores, passages_of[number])
        for number, reading in readings.items():
            _collect(found, index, number, _claims(index, number, reading, scores))
    if not found and not question.departments:
        for number in _unmistakable(scores, ranking):
            reading = _read_meaning(index, number, scores, passages_of[number])
            _collect(found, index, number, _claims(index, number, reading, scores))
    ordered = sorted(
        found.values(), key=lambda d: (d.owner.iri not in departments.current, -round(d.score, 9), _ROLES.index(d.role), d.owner.iri)
    )
    show = _Shown(index, departments, scores, question)
    return [show.department(department) for department in ordered]


def _collect(found: dict[str, _Department], index: SearchIndex, number: int, claims: Iterable[_Claim]) -> None:
    for claim in claims:
        found.setdefault(claim.owner.iri, _Department(claim.owner, index.units[number])).claims.append(claim)


def _read_units(
    index: SearchIndex, scores: Scores, topic: str, ranking: Sequence[int], *, allowed: np.ndarray, best: float
) -> dict[int, Reading]:
    """What each unit says of the topic, if anything: those of ``ranking``, and those that say all of it in one sentence.

    Words that no plan uses are left out where the evidence is clear enough without them. Units that have little of the ``best`` evidence
    have to say all that is asked.
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
    every = choose_groups(scores.terms.groups)
    complete = set(np.unique(topics.unit_of[find_complete(topics, every)]).tolist()) if len(every) > 1 else None
    readings = {}
    for number in _speaking(topics, whole, plain, ranked, allowed):
        evidence = float(scores.evidence[number])
        if complete is not None and number not in complete and evidence < PARTLY * best:
            continue
        is_clear, is_trusted = evidence >= CLEAR_EVIDENCE, evidence >= max(CLEAR_EVIDENCE, TRUSTED * best)
        coverage = plain if is_clear else whole
        reading = read_unit(index.units[number], topics.first_text[number], coverage, is_clear=is_clear, is_trusted=is_trusted)
        if reading.about or reading.items:
            readings[number] = reading
    return readings


def _is_known(group: tuple[float, Any], topics: TopicIndex) -> bool:
    return bool((topics.find(group[1]) >= SAME).any())


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
        return Reading(about=[], headed=[], items=[(owned[0], LOOSE)])
    return Reading(about=[(fields[0], LOOSE)], headed=[], items=[])


def _unmistakable(scores: Scores, ranking: Sequence[int]) -> list[int]:
    """The first measures, as far as they stand clear and close together."""
    if not ranking:
        return []
    fused, evidence = scores.fused[ranking], scores.evidence[ranking]
    near = np.flatnonzero((fused >= fused.max() - CLOSE) & (evidence >= TRUSTED * evidence.max()))
    clear = [ranking[place] for place in near if _is_clear(float(evidence[place]), float(fused[place]))]
    return clear[:MEANT]


def _is_clear(evidence: float, standing: float) -> bool:
    return evidence >= CLEAR_EVIDENCE or (evidence >= MEANT_EVIDENCE and standing >= STANDS_OUT)


def _claims(index: SearchIndex, number: int, reading: Reading, scores: Scores) -> Iterator[_Claim]:
    unit = index.units[number]
    fit = 1 / (1 + math.exp(1.5 - float(scores.fused[number])))
    responsible = [owner for owner in unit.owners if owner.role != "involved" and not _only_on_items(owner, unit)]
    evidence, owners = _whole_evidence(unit, reading, responsible)
    texts = tuple(dict.fromkeys(f for f, _ in evidence))[: QUOTES - 1]
    for owner in owners:
        yield _Claim(owner, number, evidence[0][1] * fit, texts, unit.owner_cells[:1])
    for owner in unit.owners:
        own = [(f, share) for f, share in reading.items if owner.iri in f.owners]
        if own and owner not in owners:
            as_asked = owner.role == "collective" or (reading.about and owner in responsible)
            involved = owner if as_asked else replace(owner, role="involved")
            yield _Claim(involved, number, 0.9 * own[0][1] * fit, tuple(dict.fromkeys(f for f, _ in own))[:QUOTES])


def _whole_evidence(unit: Unit, reading: Reading, responsible: Sequence[Owner]) -> tuple[list[tuple[Field, float]], Sequence[Owner]]:
    """The texts by which the cell of owners owns the topic, and those of it who do; nothing where only single items speak of it.

    Where no more than the goal or description is about it, items may tell who does that part. A heading that names the topic is as good
    as the measure where no item prints departments; an item without departments is its one owner's.
    """
    is_titled = any(f.kind == "title" for f, _ in reading.about)
    if reading.about and (is_titled or not any(f.owners for f, _ in reading.items)):
        return reading.about, responsible
    if reading.headed and _prints_no_departments(unit):
        return reading.headed, responsible
    single = [owner for owner in responsible if owner.role != "collective"]
    said = [(f, share) for f, share in reading.items if not f.owners and share >= EXACT]
    return (said, single) if said and len(single) == 1 else ([], [])


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


class _Shown:
    """Departments as the contract shows them. A text that several of them rest on is marked once."""

    def __init__(self, index: SearchIndex, departments: Departments, scores: Scores, question: Question) -> None:
        self.index, self.departments, self.scores, self.question = index, departments, scores, question
        self.marked: dict[tuple[int, str], Match] = {}

    def department(self, department: _Department) -> dict[str, Any]:
        owner, current = department.owner, department.owner.iri in self.departments.current
        gone = {"succeeded_by": [{"iri": iri, "name": name} for iri, name in owner.succeeded_by]} if owner.succeeded_by else {}
        return {
            "iri": owner.iri,
            "name": owner.name,
            "municipality": municipality_json(department.unit),
            "role": department.role,
            "current": current,
            **gone,
            "score": round(department.score, 4),
            "measures": self._measures(department.claims),
        }

    def _measures(self, claims: Sequence[_Claim]) -> list[dict[str, Any]]:
        measures: dict[int, dict[str, Any]] = {}
        for claim in sorted(claims, key=lambda c: (_ROLES.index(c.owner.role), -round(c.score, 9), self.index.units[c.unit].iri)):
            if claim.unit not in measures and len(measures) == MEASURES:
                continue
            measure = measures.setdefault(claim.unit, unit_json(self.index.units[claim.unit]) | {"role": claim.owner.role, "matches": []})
            topic, words = self.question.topic, self.scores.terms.words
            matches = [self._mark(f, words, topic) for f in claim.texts] + [self._mark(f, (), claim.owner.name) for f in claim.places]
            measure["matches"] += [match.to_json() for match in dict.fromkeys(matches)]
        return list(measures.values())

    def _mark(self, text: Field, words: Collection[str], phrase: str) -> Match:
        key = id(text), phrase
        if key not in self.marked:
            self.marked[key] = make_match(text, text.text, words, phrase)
        return self.marked[key]
