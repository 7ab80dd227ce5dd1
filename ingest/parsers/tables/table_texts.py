"""Cells of a measure's row that hold no other value: searchable as text of the measure, below the heads of their columns."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from ingest.characters import join_lines, normalise
from ingest.layout import Cell
from ingest.parsers.tables.table_heads import Column
from ingest.parsers.tables.table_rows import TableRow
from ingest.parsers.tables.table_values import is_activity, measured_cells, observe_amount, tells_roles
from ontology.model import Measure, Passage, Source

_TOLD = ("measure_name", "level", "kind", "assessment", "status", "plan", "effect", "indicator", "unit")


# Marks that say that there is nothing: a dash, a slash.
_BLANK = re.compile(r"[\W_ー]+")


def read_texts(rows: Iterable[TableRow], measure: Measure) -> Iterator[Passage]:
    """Passages of a measure from all its rows. Short cells that share a line are one passage, each behind its head."""
    cells: dict[tuple[int, int, str], tuple[str, Cell, int | None]] = {}
    for row in rows:
        for column, cell in left_over(row, measure):
            cells.setdefault((cell.first_line, cell.last_line, column.head + cell.text), (column.head, cell, row.page))
    ordered = sorted(cells.values(), key=lambda found: (found[1].first_line, found[1].last_line))
    for (first, last), shared in groupby(ordered, key=lambda found: (found[1].first_line, found[1].last_line)):
        yield _passage(list(shared), first, last, measure)


def _passage(shared: list[tuple[str, Cell, int | None]], first: int, last: int, measure: Measure) -> Passage:
    by_head: dict[str, list[str]] = {}
    for head, cell, _ in shared:
        by_head.setdefault(head, []).append(join_lines(normalise(line) for line in cell.text.split("\n")))
    texts = [(head, "　".join(own)) for head, own in by_head.items()]  # a rating and its reason
    quotation = "\n".join(cell.text for _, cell, _ in shared)
    source = Source(first, last, shared[0][2], quotation)
    if len(texts) == 1:
        return Passage(0, texts[0][1], source, texts[0][0] or None, measure.path)
    return Passage(0, "\n".join(f"{head}：{text}" if head else text for head, text in texts), source, None, measure.path)


def left_over(row: TableRow, measure: Measure) -> Iterator[tuple[Column, Cell]]:
    """The printed cells from which nothing else was read."""
    chosen = {id(row.cell(role)) for role in ("description", "goal", "department")}
    measured = measured_cells(row)
    has_owner = row.cell("department") is not None
    for column, cell in row.cells:
        if not cell.text.strip() or column.role in _TOLD or id(cell) in chosen or _BLANK.fullmatch(cell.text):
            continue
        if column.role == "number" and measure.number:
            continue
        if column.role == "partner" and measure.partners:
            continue
        if column.role == "division" and not has_owner:
            continue
        if column.role == "amount" and observe_amount(column, cell, row):
            continue
        if column.role in ("figure", "year") and ((row.cell("indicator") and tells_roles(row)) or is_activity(column, row, cell)):
            continue
        if (column, cell) in measured:
            continue
        yield column, cell
