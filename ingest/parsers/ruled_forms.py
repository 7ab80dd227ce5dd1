"""Ruled forms: one table tells of one measure, with labels on the left (取組名, 担当課, 取組内容 …) and their text beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ingest.labels import Labels, label_key
from ingest.layout import Cell, Table
from ingest.parsers.table_heads import Column, classify_head, level_word
from ingest.parsers.table_values import TableRow

_TELLING = {"department", "description", "goal", "status", "plan"}
_NAME_WITHIN = 3


def is_form(table: Table, labels: Labels) -> bool:
    """Whether the first column is made of labels, and a measure's name is asked for in the first rows."""
    first = [classify_head(label_key(row[0].text), labels) for row in table.rows]
    roles = {column.role for column in first if column}
    named = any(column.role == "measure_name" for row in table.rows[:_NAME_WITHIN] for column, _ in _pairs(row, labels))
    return named and len(roles & (_TELLING | {"measure_name", "number"})) >= 2 and bool(roles & _TELLING)


def read_form(table: Table, labels: Labels) -> Iterator[TableRow]:
    """The measures of a form. A label that prints a name anew begins the next one; unknown labels are left out.

    A table of indicators inside the form (指標名 | 令和5年度実績 | …) gives a row for each of its own, with the measure's cells before it.
    """
    row: TableRow | None = None
    waiting: list[tuple[Column, Cell]] = []
    inner: list[list[tuple[Column, Cell]]] = []
    columns: list[Column | None] = []
    for cells in table.rows:
        if head := _read_inner_head(cells, labels):
            columns = head
            continue
        figures = _read_inner_row(columns, cells, labels)
        if figures:
            inner.append(figures)
            continue
        columns = []
        for column, cell in _pairs(cells, labels):
            if column.role == "measure_name":
                yield from _with_inner(row, inner)
                row, inner = TableRow([*waiting, (column, cell)], table.page, level_word([column])), []
                waiting = []
            elif row is None or (column.role == "number" and row.cell("number")):
                waiting.append((column, cell))  # a number printed before its name
            else:
                row.cells.append((column, cell))
    yield from _with_inner(row, inner)


def _with_inner(row: TableRow | None, inner: Sequence[list[tuple[Column, Cell]]]) -> Iterator[TableRow]:
    if row:
        yield row
        for figures in inner:
            own = [(column, cell) for column, cell in row.cells if column.role not in ("indicator", "figure", "year", "unit", "amount")]
            yield TableRow([*own, *figures], row.page, row.level)


def _read_inner_head(cells: Sequence[Cell], labels: Labels) -> list[Column | None] | None:
    """The columns where a row is the head of a table of indicators."""
    columns = [classify_head(label_key(cell.text), labels) for cell in cells]
    roles = [column.role for column in columns if column]
    return columns if "indicator" in roles and "figure" in roles and len(roles) > 2 else None


def _read_inner_row(columns: Sequence[Column | None], cells: Sequence[Cell], labels: Labels) -> list[tuple[Column, Cell]]:
    """The cells of an indicator; none where the row goes on with the form."""
    known = [(column, cell) for column, cell in zip(columns, cells, strict=False) if column and cell.text.strip()]
    roles = {column.role for column, _ in known}
    name = next((cell for column, cell in known if column.role == "indicator"), None)
    is_label = name is not None and classify_head(label_key(name.text), labels) is not None and len(known) < 3
    return known if {"indicator", "figure"} <= roles and not is_label else []


def _pairs(cells: Sequence[Cell], labels: Labels) -> Iterator[tuple[Column, Cell]]:
    """Each known label of a row with the cell beside it. Two labels side by side are the head of a table inside the form."""
    printed = [cell for cell in cells if cell.text.strip()]
    position = 0
    while position + 1 < len(printed):
        label, value = printed[position], printed[position + 1]
        column = classify_head(label_key(label.text), labels)
        if column is None:
            position += 1
            continue
        following = classify_head(label_key(value.text), labels)
        if following is not None and following.role in ("figure", "indicator", "year", "department", "description"):
            return
        yield column, value
        position += 2
