"""Rows of a table that tell of one measure: its name is merged over them, or printed again."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ingest.parsers.tables.table_rows import TableRow
from ontology.model import Activity, Assessment, Department, Effect, Measure

Told = TypeVar("Told", Activity, Assessment, Department, Effect)


@dataclass(slots=True)
class RowGroup:
    """The rows of one measure, from the top, with what each tells of it."""

    rows: list[TableRow] = field(default_factory=list)
    _told: list[Measure] = field(default_factory=list)
    _departments: tuple[Department, ...] = ()

    def add(self, row: TableRow, measure: Measure) -> None:
        self.rows.append(row)
        self._told.append(measure)
        self._departments = _each_once((self._departments, measure.departments), _name_of)

    def tells_of(self, row: TableRow, measure: Measure) -> bool:
        """Whether ``row`` goes on: with the same name cell, or with the name again beside its number, or beside its owners and an indicator."""
        first = self._told[0]
        is_numbered = measure.number is not None and (first.name, first.number) == (measure.name, measure.number)
        is_further = row.cell("indicator") is not None and measure.name == first.name and measure.departments == self._departments
        return is_numbered or is_further or self.has_name_of(row)

    def has_name_of(self, row: TableRow) -> bool:
        """Whether one cell of a name is merged over the last row and ``row``."""
        one, two = self.rows[-1].cell("measure_name"), row.cell("measure_name")
        return one is not None and two is not None and (one.first_line, one.text) == (two.first_line, two.text)

    def measure(self) -> Measure:
        """What the rows tell. Merged cells are repeated in each: what stands on the same lines is the same."""
        first, *further = self._told
        if not further:
            return first
        activities = _each_once([told.activities for told in self._told], _quotation_of)
        return replace(
            first,
            source=replace(first.source, end_line=max(told.source.end_line for told in self._told)),
            departments=self._departments,
            partners=next((told.partners for told in self._told if told.partners), ()),
            goal=next((told.goal for told in self._told if told.goal), None),
            goal_source=next((told.goal_source for told in self._told if told.goal_source), None),
            description=next((told.description for told in self._told if told.description), None),
            description_source=next((told.description_source for told in self._told if told.description_source), None),
            activities=tuple(replace(activity, order=order) for order, activity in enumerate(activities, 1)),
            effects=_each_once([told.effects for told in self._told], _quotation_of),
            assessments=_each_once([told.assessments for told in self._told], _quotation_of),
        )


def _each_once(parts: Iterable[tuple[Told, ...]], key: Callable[[Told], Hashable]) -> tuple[Told, ...]:
    """The values of all parts, but none that a part before has."""
    found: list[Told] = []
    seen: set[Hashable] = set()
    for part in parts:
        new = [value for value in part if key(value) not in seen]
        found += new
        seen.update(map(key, new))
    return tuple(found)


def _name_of(department: Department) -> str:
    return department.name


def _quotation_of(value: Activity | Assessment | Effect) -> tuple[int, str]:
    return value.source.start_line, value.source.quotation
