"""The printed figures that answer a question: the values of indicators, and effects with a number.

A figure answers when its own name says the topic; or when its name and that of its measure do together, and the measure is among the first
results; or when its text is the nearest in meaning of all. Otherwise none is shown: a figure beside the question is worse than silence.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from graph.indicator_series import Series
from graph.store import GraphStore
from search_api.figure_values import Amount, disagreements, effect_values, series_values
from search_api.index import SearchIndex
from search_api.indicators import IndicatorTable
from search_api.keyword_index import shared_words, strength_in
from search_api.query import Question, cue_list
from search_api.question_terms import NEIGHBOUR_STRENGTH, Group
from search_api.scoring import CLEAR_EVIDENCE
from search_api.search import SearchResponse
from search_api.text_analysis import analyse, fold
from search_api.units import Field

FIGURES = 4
# 決算額 is printed for every measure: where so many names fit alike, the question does not say which.
AMBIGUOUS = 12
# The share of the topic's words that a name has to cover, alone or with its measure's.
COVERED = 0.6
# The first results of which the measure may lend its name to an indicator, or its place.
FIRST = 5
NEAREST = 3
# What follows the best figure has to come this near.
KEPT_SHARE = 0.8

_COUNTED = re.compile("何\\s*([^\\s0-9ぁ-ゖ、。?!]{1,3})")
# What is counted is no share, and a share is no count: 保育園の数 is not answered by 99.7%.
_COUNT = re.compile("何(?!割|パーセント|%)|の数|[件人者回台枚]数|how many|number of")
_SHARE = re.compile("(?<!効)率|割合|何割|何%|何パーセント|percent|rate")
_SHARE_UNIT = re.compile("%|割|ポイント")
_EFFECTS = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
SELECT ?effect ?value ?unit ?comparator {
  ?effect a plan:Effect ; plan:value ?value . OPTIONAL { ?effect plan:unitText ?unit } OPTIONAL { ?effect plan:comparator ?comparator }
} ORDER BY ?effect ?value"""


@dataclass(frozen=True, slots=True)
class Figure:
    """An indicator (``series``) or an effect (``effect``, with the ``amounts`` printed in it: value, unit, comparator).

    ``units`` are the numbers of the measures it belongs to, ``rows`` its passages in the index; ``plan`` is an IRI.
    """

    iri: str
    label: str
    plan: str
    units: tuple[int, ...]
    rows: tuple[int, ...]
    own: frozenset[str]
    context: frozenset[str]
    series: Series | None = None
    effect: Field | None = None
    amounts: tuple[Amount, ...] = ()

    @property
    def unit(self) -> str:
        return (self.series.unit if self.series else self.amounts[0][1] if self.amounts else None) or ""

    @property
    def fiscal_years(self) -> frozenset[int]:
        years = {cell.fiscal_year for cell in self.series.cells} if self.series else {self.effect.fiscal_year if self.effect else None}
        return frozenset(year for year in years if year is not None)


@dataclass(frozen=True)
class FigureIndex:
    """Every figure of a snapshot, to be found by the terms of its name."""

    figures: Sequence[Figure]
    by_term: Mapping[str, tuple[int, ...]]
    by_unit: Mapping[int, tuple[int, ...]]
    units_of_plan: Mapping[str, np.ndarray]
    table: IndicatorTable
    index: SearchIndex

    @classmethod
    def of(cls, table: IndicatorTable, index: SearchIndex, store: GraphStore) -> FigureIndex:
        figures = [*_indicators(table, index), *_effects(index, store)]
        by_term, by_unit = defaultdict(list), defaultdict(list)
        plans: dict[str, list[int]] = defaultdict(list)
        for number, figure in enumerate(figures):
            for term in figure.own:
                by_term[term].append(number)
            for unit in figure.units:
                by_unit[unit].append(number)
        for number, unit in enumerate(index.units):
            if unit.plan:
                plans[unit.plan[0]].append(number)
        return cls(
            figures, {term: tuple(found) for term, found in by_term.items()}, {unit: tuple(found) for unit, found in by_unit.items()},
            {plan: np.array(units) for plan, units in plans.items()}, table, index,
        )  # fmt: skip

    def find(self, response: SearchResponse) -> list[Figure]:
        """The figures that answer, best first; none where the question asks for none."""
        question, groups = response.question, _topic_groups(response.asked.scores.terms.core)
        if not question.asks_for_figures or not groups or question.unknown_municipality:
            return []
        places = {unit: place for place, unit in enumerate(response.ranking[:FIRST])}
        numbers = {n for _, near in groups for term in near for n in self.by_term.get(term, ())}
        numbers |= {n for unit in places for n in self.by_unit.get(unit, ())}
        nearest = self._nearest_rows(response)
        scored = []
        for number in sorted(numbers):
            figure = self.figures[number]
            if self._is_allowed(figure, response.asked.allowed):
                score = _score(figure, question, groups, places, not nearest.isdisjoint(figure.rows))
                scored.append((-score, figure.iri, number))
        best = -min(scored, default=(0.0,))[0]
        kept = [self.figures[number] for score, _, number in sorted(scored) if -score > 0 and -score >= KEPT_SHARE * best]
        if len(kept) > AMBIGUOUS:
            return []
        # One text may be printed as an effect of several items.
        return list({(figure.label, figure.units): figure for figure in reversed(kept)}.values())[::-1][:FIGURES]

    def _nearest_rows(self, response: SearchResponse) -> set[int]:
        """The passages that come nearest to the question of all that are allowed, where the first result is unmistakable."""
        if not self.index.encoders or not response.ranking or response.asked.scores.evidence[response.ranking[0]] < CLEAR_EVIDENCE:
            return set()
        near = np.where(response.asked.allowed[self.index.unit_of], response.asked.scores.passages, -np.inf)
        return set(np.argpartition(-near, min(NEAREST, len(near) - 1))[:NEAREST].tolist())

    def _is_allowed(self, figure: Figure, allowed: np.ndarray) -> bool:
        units = list(figure.units) if figure.units else self.units_of_plan.get(figure.plan, ())
        return bool(allowed[units].any()) if len(units) else bool(allowed.all())

    def to_json(self, figure: Figure, question: Question) -> dict[str, Any]:
        """``values`` by year and role, each amount once with all its sources; those of a year that is asked for are ``asked``."""
        plan = self.table.plans.get(figure.plan)
        measure = self.index.units[figure.units[0]] if figure.units else None
        values = series_values(figure.series) if figure.series else []
        values += effect_values(figure.effect, figure.amounts) if figure.effect else []
        return {
            "indicator": figure.iri,
            "type": "Indicator" if figure.series else "Effect",
            "label": figure.label,
            "unit": figure.unit or None,
            "measure": {"iri": measure.iri, "title": measure.title, "number": measure.number, "level": measure.level} if measure else None,
            "plan": {"iri": plan.iri, "title": plan.title} if plan else None,
            "municipality": {"code": plan.code, "name": plan.municipality} if plan else None,
            "values": [value | {"asked": value["fiscal_year"] in question.fiscal_years} for value in values],
            "disagreements": disagreements(figure.series, values) if figure.series else [],
        }


def _indicators(table: IndicatorTable, index: SearchIndex) -> Iterable[Figure]:
    unit_numbers = {unit.iri: number for number, unit in enumerate(index.units)}
    rows = _rows_by_iri(index, "indicator")
    for series in table.series:
        units = tuple(unit_numbers[iri] for iri in series.measures if iri in unit_numbers)
        if series.measures and not units:
            continue  # of a plan that is only looked back on
        own = _terms(" ".join(name.text for name in series.names))
        titles = _terms(" ".join(index.units[unit].title for unit in units))
        found = tuple(row for iri in series.iris for row in rows.get(iri, ()) if index.passages[row].unit in units)
        if series.cells:
            yield Figure(series.iri, series.name, series.plan, units, found, own, own | titles, series=series)


def _effects(index: SearchIndex, store: GraphStore) -> Iterable[Figure]:
    amounts: dict[str, list[Amount]] = defaultdict(list)
    for row in store.query(_EFFECTS):
        values = (row[name].value if name in row else None for name in ("unit", "comparator"))
        amounts[row["effect"].value].append((row["value"].value, *values))
    rows = _rows_by_iri(index, "effect")
    for number, unit in enumerate(index.units):
        for field in unit.fields:
            if field.kind == "effect" and field.iri in amounts:
                own = _terms(f"{field.heading} {field.text}")
                yield Figure(
                    field.iri, field.text, unit.plan[0] if unit.plan else "", (number,), tuple(rows.get(field.iri, ())),
                    own, own | _terms(unit.title), effect=field, amounts=tuple(dict.fromkeys(amounts[field.iri])),
                )  # fmt: skip


def _rows_by_iri(index: SearchIndex, kind: str) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for row, passage in enumerate(index.passages):
        field = index.units[passage.unit].fields[passage.field]
        if field.kind == kind:
            rows[field.iri].append(row)
    return rows


def _terms(text: str) -> frozenset[str]:
    return frozenset(token.term for token in analyse(text) if not token.is_pair)


@cache
def _measuring_terms() -> frozenset[str]:
    return frozenset(term for word in cue_list("measuring") for term in (*_terms(word), fold(word).text))


def _topic_groups(groups: Sequence[Group]) -> list[Group]:
    """The groups of a question without the words that only ask for a figure (件数, 目標, 何人), and without words merely near in meaning."""
    kept = []
    for weight, near in groups:
        shared = shared_words(near)
        typed = {term for term, strength in near.items() if strength >= 1.0} or shared or set(near)
        if not typed <= _measuring_terms():
            kept.append((weight, {t: strength for t, strength in near.items() if t in shared or strength > NEIGHBOUR_STRENGTH}))
    return kept


def _score(figure: Figure, question: Question, groups: Sequence[Group], places: Mapping[int, int], nearest: bool) -> float:
    """How well a figure answers, 0 where it does not."""
    name, with_measure = _cover(groups, figure.own), _cover(groups, figure.context)
    place = min((places[unit] for unit in figure.units if unit in places), default=None)
    by_measure = place is not None and with_measure >= COVERED and name > 0
    by_meaning = nearest and place == 0
    if name < COVERED and not by_measure and not by_meaning:
        return 0.0
    asked, unit, label = (fold(text).text for text in (question.topic, figure.unit, figure.label))
    if _is_other_kind(asked, unit, label):
        return 0.0
    counted = _COUNTED.search(asked)
    fits = bool(counted and counted[1] and (counted[1] in unit or f"{counted[1]}数" in label))
    in_year = bool(figure.fiscal_years & set(question.fiscal_years))
    lift = 0.25 * fits + 0.15 * in_year + (0.2 / (1 + place) if place is not None else 0.0) + 0.3 * nearest
    return 0.7 * name + 0.3 * with_measure + lift - (0.2 if figure.effect else 0.0)


def _is_other_kind(asked: str, unit: str, label: str) -> bool:
    """Whether a count is asked for and a share printed, or the other way round."""
    share = bool(_SHARE_UNIT.search(unit) or (not unit and _SHARE.search(label)))
    count = not share and bool(unit or _COUNT.search(label))
    asks_share = bool(_SHARE.search(asked))
    asks_count = bool(_COUNT.search(asked)) or (not asks_share and "いくつ" in asked)
    return (share and asks_count and not asks_share) or (count and asks_share and not asks_count)


def _cover(groups: Sequence[Group], terms: frozenset[str]) -> float:
    covered = sum(weight * strength_in(terms, near) for weight, near in groups)
    total = sum(weight for weight, _ in groups)
    return covered / total if total else 0.0
