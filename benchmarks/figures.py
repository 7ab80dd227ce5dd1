"""Indicator cells and initiatives as sets, so that a reading and the facts read by eye can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal

from benchmarks.truth import Score, read_truth
from ontology.model import Extraction

Cell = tuple[str, str, int | None, Decimal | None]
"""Indicator, first letter of the role, fiscal year, value (None where the cell is no single number)."""


def true_cells() -> dict[str, set[Cell]]:
    """The cells of ``truth/indicators.toml`` by document."""
    cells: dict[str, set[Cell]] = {}
    for row in read_truth("indicators.toml")["indicator"]:
        own = {(row["name"], role, year, Decimal(value) if value else None) for role, year, _, value, *_ in row["cells"]}
        cells.setdefault(row["document"], set()).update(own)
    return cells


def read_cells(extraction: Extraction) -> set[Cell]:
    return {(i.name, o.role.value[0], o.fiscal_year, o.quantity.value) for i in extraction.indicators for o in i.observations}


def compare_cells(extractions: Iterable[Extraction]) -> Iterator[tuple[str, Score]]:
    """For each document of the truth how its cells were read; a cell too many costs precision, whatever row it stands in."""
    found = {extraction.document.id: read_cells(extraction) for extraction in extractions}
    for document, cells in true_cells().items():
        yield document, Score.of(found.get(document, set()), cells)


def compare_initiatives(extractions: Iterable[Extraction]) -> Iterator[tuple[str, Score]]:
    """For each document of ``truth/initiatives.toml`` its initiatives as sets of (line of the title, name, category)."""
    expected: dict[str, set] = {}
    for row in read_truth("initiatives.toml")["initiative"]:
        expected.setdefault(row["document"], set()).add((row["line"], row["name"], *row["categories"]))
    found = {e.document.id: {(i.source.start_line, i.name, *i.categories) for i in e.initiatives} for e in extractions}
    for document, initiatives in expected.items():
        yield document, Score.of(found.get(document, set()), initiatives)
