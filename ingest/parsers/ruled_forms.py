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
    """The measures of a form. A label that prints a name anew begins the next one; unknown labels are left out."""
    row: TableRow | None = None
    waiting: list[tuple[Column, Cell]] = []
    for cells in table.rows:
        for column, cell in _pairs(cells, labels):
            if column.role == "measure_name":
                if row:
                    yield row
                row = TableRow([*waiting, (column, cell)], table.page, level_word([column]))
                waiting = []
            elif row is None or (column.role == "number" and row.cell("number")):
                waiting.append((column, cell))  # a number printed before its name
            else:
                row.cells.append((column, cell))
    if row:
        yield row


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
