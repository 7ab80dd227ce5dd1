"""Which units a search keeps or puts first, and how many there are of each kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search_api.query import Question
from search_api.question_names import frameworks_of
from search_api.units import Unit

FIELDS = ("municipality", "plan", "department", "fiscal_year", "framework")
# What a unit gains that has what the question names, in standard deviations of the fused score.
BONUS: Mapping[str, float] = {"department": 1.0, "fiscal_year": 0.5, "plan": 0.5, "framework": 1.0}


@dataclass(frozen=True)
class UnitIndex:
    """The units that have a value, for each filter of a request: names and IRIs alike (municipality: also codes)."""

    count: int
    by_value: Mapping[str, Mapping[str | int, np.ndarray]]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> UnitIndex:
        found: dict[str, dict[str | int, list[int]]] = {name: defaultdict(list) for name in FIELDS}
        for number, unit in enumerate(units):
            for name, read in _VALUES.items():
                for value in dict.fromkeys(read(unit)):
                    found[name][value].append(number)
        arrays = {name: {value: np.array(rows) for value, rows in values.items()} for name, values in found.items()}
        return cls(len(units), arrays)

    def mask(self, name: str, *wanted: str | int) -> np.ndarray:
        """The units that have one of the ``wanted`` values, as a mask."""
        mask = np.zeros(self.count, dtype=bool)
        for value in wanted:
            mask[self.by_value[name].get(value, [])] = True
        return mask

    def has(self, number: int, name: str, value: str | int) -> bool:
        """Whether unit ``number`` has the value."""
        return bool(np.isin(number, self.by_value[name].get(value, ())))

    def bonus(self, question: Question) -> np.ndarray:
        """What each unit gains by what the question names, shape (units,)."""
        bonus = np.zeros(self.count)
        for name, weight in BONUS.items():
            values = [condition.value for condition in question.conditions if condition.field == name and condition.effect == "boost"]
            if values:
                bonus += weight * self.mask(name, *values)
        return bonus


def _pair(pair: tuple[str, str] | None) -> Iterable[str]:
    return pair or ()


def _framework_values(unit: Unit) -> Iterable[str]:
    """IRIs and labels of the items, and the names of the frameworks that they are items of."""
    for pair in unit.frameworks:
        yield from pair
    yield from frameworks_of(unit)


# By the name of the request's field.
_VALUES: Mapping[str, Callable[[Unit], Iterable[str | int]]] = {
    "municipality": lambda unit: _pair(unit.municipality),
    "plan": lambda unit: _pair(unit.plan),
    "department": lambda unit: [value for owner in unit.owners for value in (owner.iri, owner.name)],
    "fiscal_year": lambda unit: unit.fiscal_years,
    "framework": _framework_values,
}


@dataclass(frozen=True)
class FacetCounter:
    """For each facet its ``values``, and which units have which: ``units[i]`` has value number ``codes[i]``."""

    columns: Mapping[str, tuple[Sequence[Any], np.ndarray, np.ndarray]]

    @classmethod
    def of(cls, units: Sequence[Unit]) -> FacetCounter:
        columns = {}
        for name, read in _FACETS.items():
            pairs = [(number, value) for number, unit in enumerate(units) for value in read(unit)]
            values = sorted({value for _, value in pairs})
            codes = {value: code for code, value in enumerate(values)}
            rows = np.array([number for number, _ in pairs], dtype=np.int64)
            columns[name] = (values, rows, np.array([codes[value] for _, value in pairs], dtype=np.int64))
        return cls(columns)

    def count(self, kept: np.ndarray) -> dict[str, list[dict[str, Any]]]:
        """How many of the units of the mask ``kept`` have each value, the most frequent first, ties by the value."""
        facets = {}
        for name, (values, rows, codes) in self.columns.items():
            counts = np.bincount(codes[kept[rows]], minlength=len(values))
            found = np.flatnonzero(counts)
            order = found[np.lexsort((found, -counts[found]))]
            facets[name] = [{"value": values[code], "count": int(counts[code])} for code in order]
        return facets


_FACETS: Mapping[str, Callable[[Unit], Iterable[Any]]] = {
    "municipality": lambda unit: [unit.municipality[1]] if unit.municipality else [],
    "plan": lambda unit: [unit.plan[1]] if unit.plan else [],
    "department": lambda unit: dict.fromkeys(owner.name for owner in unit.owners),
    "fiscal_year": lambda unit: unit.fiscal_years,
    "framework": lambda unit: dict.fromkeys(label for _, label in unit.frameworks),
}
