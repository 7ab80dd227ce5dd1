"""Facts that were read from the pages by eye (``tests/ingest/truth``), and how close a reading comes to them."""

from __future__ import annotations

import tomllib
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from ontology.model import Activity, Effect, Extraction, Measure

TRUTH = Path(__file__).resolve().parents[1] / "tests" / "ingest" / "truth"

Place = tuple[str, int, int, int]
"""Measure, first line, last line, and how many of the same place come before (two bullets may share a line)."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One bullet or effect: what is compared of it. ``year`` is 0 and the texts are empty where nothing is printed."""

    place: Place
    year: int
    departments: frozenset[str]
    status: str = ""
    value: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A reading beside the truth. Facts are the same where they stand at the same place."""

    found: dict[Place, Fact]
    expected: dict[Place, Fact]

    @property
    def common(self) -> list[Place]:
        return [place for place in self.expected if place in self.found]

    def places(self) -> Score:
        return Score.of(self.found, self.expected)

    def departments(self) -> Score:
        """Over the pairs of fact and department name."""
        found, expected = (
            {(place, name) for place, fact in facts.items() for name in fact.departments} for facts in (self.found, self.expected)
        )
        return Score.of(found, expected)

    def share(self, *fields: str) -> float:
        """The share of the facts found whose ``fields`` are right."""
        right = sum(all(getattr(self.found[p], field) == getattr(self.expected[p], field) for field in fields) for p in self.common)
        return right / len(self.common) if self.common else 0.0

    def misses(self) -> Iterator[str]:
        """One line for each difference: − not found, + found but not true, ≠ read otherwise."""
        for place in sorted({*self.found, *self.expected}, key=lambda place: (place[1:], place[0])):
            found, expected = self.found.get(place), self.expected.get(place)
            if found != expected:
                sign = "−" if found is None else "+" if expected is None else "≠"
                yield f"{sign} {place[0]} {place[1]}-{place[2]}: {_told(expected or found)}" + (
                    f"  read as {_told(found)}" if found and expected else ""
                )


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and F1 of two sets, with their sizes."""

    precision: float
    recall: float
    f1: float
    found: int
    expected: int

    @classmethod
    def of(cls, found: Iterable[Hashable], expected: Iterable[Hashable]) -> Score:
        found, expected = set(found), set(expected)
        right = len(found & expected)
        if not found and not expected:
            return cls(1.0, 1.0, 1.0, 0, 0)
        precision = right / len(found) if found else 0.0
        recall = right / len(expected) if expected else 0.0
        return cls(precision, recall, 2 * precision * recall / (precision + recall) if right else 0.0, len(found), len(expected))

    def __str__(self) -> str:
        figures = f"precision {self.precision:.3f}  recall {self.recall:.3f}  F1 {self.f1:.3f}"
        return f"{figures}  (found {self.found}, true {self.expected})"


def read_truth(name: str) -> dict:
    return tomllib.loads((TRUTH / name).read_text(encoding="utf-8"))


def truth_names(kind: str) -> list[str]:
    """The truth files of a kind that has one for each document."""
    return sorted(f"{kind}/{path.name}" for path in (TRUTH / kind).glob("*.toml"))


def key_of(measure: Measure) -> str:
    """The keys of departments.toml: the number, after its group where numbers repeat."""
    own = measure.number or measure.name.split("(")[0]
    if len(measure.path) == 2:
        return own
    return f"{'s' if measure.path[0] == 'organisation' else ''}{measure.path[1]}/{own}"


def compare_activities(name: str, extractions: Iterable[Extraction]) -> Comparison:
    """The bullets of every measure of a document against a file of ``truth/activities``."""
    truth = read_truth(name)
    expected = (
        (measure, first, last, {"year": year, "status": status, "departments": _plain(names)})
        for measure, first, last, year, status, names in truth["rows"]
    )
    read = ((key_of(measure), activity) for measure in _measures(truth, extractions) for activity in measure.activities)
    found = (
        (key, *_lines(activity), {**_common(activity), "status": activity.status.value if activity.status else ""})
        for key, activity in read
    )
    return Comparison(_facts(found), _facts(expected))


def compare_effects(name: str, extractions: Iterable[Extraction]) -> Comparison:
    """The effects of every measure of a document against a file of ``truth/effects``."""
    truth = read_truth(name)
    expected = (
        (measure, first, last, {"year": year, "value": value, "unit": unit, "departments": _plain(names)})
        for measure, first, last, year, value, unit, names in truth["rows"]
    )
    read = ((key_of(measure), effect) for measure in _measures(truth, extractions) for effect in measure.effects)
    found = ((key, *_lines(effect), {**_common(effect), **_figure(effect)}) for key, effect in read)
    return Comparison(_facts(found), _facts(expected))


def _measures(truth: dict, extractions: Iterable[Extraction]) -> list[Measure]:
    return [
        measure
        for extraction in extractions
        if extraction.plan.slug == truth["plan"] and extraction.document.file_name.startswith(truth["file"])
        for measure in extraction.measures
    ]


def _lines(value: Activity | Effect) -> tuple[int, int]:
    return value.source.start_line, value.source.end_line


def _common(value: Activity | Effect) -> dict:
    return {"year": value.fiscal_year or 0, "departments": frozenset(department.name for department in value.departments)}


def _figure(effect: Effect) -> dict[str, str]:
    quantity = effect.quantity
    value: Decimal | None = quantity.value if quantity else None
    return {"value": f"{value.normalize():f}" if value is not None else "", "unit": (quantity.unit or "") if quantity else ""}


def _plain(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.removesuffix("*") for name in names)


def _facts(rows: Iterable[tuple[str, int, int, dict]]) -> dict[Place, Fact]:
    seen: Counter[tuple[str, int, int]] = Counter()
    facts: dict[Place, Fact] = {}
    for measure, first, last, fields in rows:
        place = (measure, first, last, seen[measure, first, last])
        seen[measure, first, last] += 1
        facts[place] = Fact(place, **fields)
    return facts


def _told(fact: Fact) -> str:
    return " ".join(filter(None, (str(fact.year), fact.status, fact.value + fact.unit, "、".join(sorted(fact.departments)) or "–")))
