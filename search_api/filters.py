"""Which units a search keeps, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from search_api.units import Unit


def _matches_name(wanted: str, pairs: Iterable[tuple[str, str] | None]) -> bool:
    return any(pair is not None and wanted in pair for pair in pairs)


# By the name of the request's field. Names and IRIs (municipality: also codes) are accepted alike.
FILTERS: Mapping[str, Callable[[Unit, Any], bool]] = {
    "municipality": lambda unit, wanted: _matches_name(wanted, [unit.municipality]),
    "plan": lambda unit, wanted: _matches_name(wanted, [unit.plan]),
    "department": lambda unit, wanted: _matches_name(wanted, [(owner.iri, owner.name) for owner in unit.owners]),
    "fiscal_year": lambda unit, wanted: wanted in unit.fiscal_years,
    "framework": lambda unit, wanted: _matches_name(wanted, unit.frameworks),
}


def count_facets(units: Sequence[Unit]) -> dict[str, list[dict[str, Any]]]:
    """How many of ``units`` have each value, the most frequent first, ties by the value."""
    values: dict[str, Callable[[Unit], Iterable[Any]]] = {
        "municipality": lambda unit: [unit.municipality[1]] if unit.municipality else [],
        "plan": lambda unit: [unit.plan[1]] if unit.plan else [],
        "department": lambda unit: dict.fromkeys(owner.name for owner in unit.owners),
        "fiscal_year": lambda unit: unit.fiscal_years,
        "framework": lambda unit: dict.fromkeys(label for _, label in unit.frameworks),
    }
    counts = {name: Counter(value for unit in units for value in read(unit)) for name, read in values.items()}
    return {
        name: [{"value": value, "count": n} for value, n in sorted(count.items(), key=lambda item: (-item[1], item[0]))]
        for name, count in counts.items()
    }
