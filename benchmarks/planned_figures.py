"""The figures of schedules and of progress tables beside those that were read by eye (``truth/quantified-*.toml``, ``truth/progress-*.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from benchmarks.truth import Score, key_of, read_truth
from ingest.labels import label_key
from ontology.model import Extraction, FormerPlan, Indicator, Observation

Cell = tuple[str, str, str, int, str, str, str, int, int]
"""Measure, name, role, fiscal year (0: none), value, unit, comparator, first line, last line."""

Link = tuple[str, str, int, int]
"""Former measure, measure of the plan, first and last line of the cell that names it (0 where the cell above reaches over the row)."""

QUANTIFIED = ("quantified-itabashi.toml",)
PROGRESS = ("progress-itabashi.toml",)


@dataclass(frozen=True, slots=True)
class CellComparison:
    """The cells read beside the true ones, each with all that it says."""

    found: frozenset[Cell]
    expected: frozenset[Cell]

    def score(self) -> Score:
        return Score.of(self.found, self.expected)

    def misses(self) -> list[str]:
        """One line for each difference: − not found, + found but not true."""
        cells = sorted(self.found ^ self.expected, key=lambda cell: (cell[-2:], cell))
        return [f"{'+' if cell in self.found else '−'} {cell}" for cell in cells]


def compare_quantified(name: str, extractions: Iterable[Extraction]) -> CellComparison:
    """The figures of the rows that a schedule marks as quantified."""
    truth = read_truth(name)
    expected = {(row[0], label_key(row[1]), "Target", *row[2:]) for row in truth["rows"]}
    found: set[Cell] = set()
    for extraction in _of(truth, extractions):
        keys = {measure.path: key_of(measure) for measure in extraction.measures}
        own = [indicator for indicator in extraction.indicators if indicator.measure in keys]
        found |= {cell for indicator in own for cell in _cells(keys[indicator.measure], indicator)}  # type: ignore[index]
    return CellComparison(frozenset(found), frozenset(expected))


def compare_progress(name: str, extractions: Iterable[Extraction]) -> CellComparison:
    """Every cell of a progress table, also those without a number."""
    truth = read_truth(name)
    expected = {(row[0], label_key(row[1]), row[2], row[3], *row[5:]) for row in truth["cells"]}
    found: set[Cell] = set()
    for former in _former(truth, extractions):
        keys = {measure.path: key_of(measure) for measure in former.measures}
        found |= {cell for i in former.indicators if i.measure in keys for cell in _cells(keys[i.measure], i)}  # type: ignore[index]
    return CellComparison(frozenset(found), frozenset(expected))


def planned_comparisons(extractions: Sequence[Extraction]) -> Iterator[tuple[str, CellComparison]]:
    """Every truth file with its comparison."""
    yield from ((name, compare_quantified(name, extractions)) for name in QUANTIFIED)
    yield from ((name, compare_progress(name, extractions)) for name in PROGRESS)


def read_successors(name: str, extractions: Iterable[Extraction]) -> set[Link]:
    """Which measure of the plan goes on with which former one, as far as that was told."""
    found: set[Link] = set()
    for extraction in _of(read_truth(name), extractions, plan=False):
        keys = {measure.path: key_of(measure) for measure in extraction.measures}
        for former in extraction.former_plans:
            for measure in former.measures:
                for successor in measure.successors:
                    if successor.measure is not None:
                        lines = (0, 0) if successor.is_merged else (successor.source.start_line, successor.source.end_line)
                        found.add((key_of(measure), keys[successor.measure], *lines))
    return found


def true_successors(name: str) -> set[Link]:
    truth = read_truth(name)
    return {tuple(row) for row in truth["successors"]} | {(former, successor, 0, 0) for former, successor in truth["merged"]}


def read_remarks(name: str, extractions: Iterable[Extraction]) -> set[tuple[str, str, int, int]]:
    """Remarks in columns of targets: measure, row, first line, last line."""
    return {
        (key_of(measure), label_key(activity.heading or ""), activity.source.start_line, activity.source.end_line)
        for former in _former(read_truth(name), extractions)
        for measure in former.measures
        for activity in measure.activities
    }


def _of(truth: dict, extractions: Iterable[Extraction], *, plan: bool = True) -> Iterator[Extraction]:
    for extraction in extractions:
        if extraction.document.file_name.startswith(truth["file"]) and (not plan or extraction.plan.slug == truth["plan"]):
            yield extraction


def _former(truth: dict, extractions: Iterable[Extraction]) -> Iterator[FormerPlan]:
    for extraction in _of(truth, extractions, plan=False):
        yield from (former for former in extraction.former_plans if former.plan.slug == truth["plan"])


def _cells(key: str, indicator: Indicator) -> Iterator[Cell]:
    for observation in indicator.observations:
        source = observation.source
        figure = (_plain(observation.quantity.value), observation.quantity.unit or "", observation.quantity.comparator or "")
        yield (key, label_key(indicator.name), *_when(observation), *figure, source.start_line, source.end_line)


def _when(observation: Observation) -> tuple[str, int]:
    return observation.role.value, observation.fiscal_year or 0


def _plain(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""
