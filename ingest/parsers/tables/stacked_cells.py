"""Several indicators of one row: in columns beside each other, or stacked in one cell with their figures stacked in the same order
(①利用者数 ②満足度 | ①120人 ②80%).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.characters import normalise
from ingest.labels import Labels, label_key
from ingest.layout import Cell
from ingest.parsers.tables.table_rows import Pair, TableRow
from ingest.quantity import parse_quantity

_MARK = re.compile(r"^(?:[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}[.．)）](?!\d)|[・●○■◆])\s*")
_STACKED = ("indicator", "figure", "year", "unit")


def split_indicators(row: TableRow) -> Iterator[TableRow]:
    """A row for each of several columns of indicators (活動指標 | 目標 | 実績 | 成果指標 | 目標 | 実績): what stands behind one is its own."""
    starts = [position for position, (column, _) in enumerate(row.cells) if column.role == "indicator"]
    if len(starts) < 2:
        yield row
        return
    for number, start in enumerate(starts):
        first = start if number else 0
        end = starts[number + 1] if number + 1 < len(starts) else len(row.cells)
        own = [pair for position, pair in enumerate(row.cells) if first <= position < end or pair[0].role not in _STACKED]
        if any(column.role == "indicator" and cell.text.strip() for column, cell in own):
            yield replace(row, cells=own)


def split_stacked(row: TableRow, labels: Labels) -> Iterator[TableRow]:
    """A row for each indicator; the row itself where its cells do not agree on how many there are."""
    name = row.cell("indicator")
    count = len(_entries(name)) if name else 0
    cells = [(column, cell) for column, cell in row.cells if column.role in _STACKED and cell.text.strip()]
    figures = [cell for column, cell in cells if column.role in ("figure", "year")]
    stacks = [_entries(cell) for _, cell in cells if len(_entries(cell)) > 1]
    if count < 2 or any(len(stack) != count for stack in stacks) or not all(_is_stack(cell, count, labels) for cell in figures):
        yield row
        return
    for position in range(count):
        yield replace(row, cells=[_at(pair, position) for pair in row.cells])


def _at(pair: Pair, position: int) -> Pair:
    column, cell = pair
    entries = _entries(cell) if column.role in _STACKED else []
    return (column, entries[position]) if len(entries) > 1 else pair


def _is_stack(cell: Cell, count: int, labels: Labels) -> bool:
    """Whether the cell holds one figure for each indicator: as many entries, and without marks nothing but figures."""
    entries = _entries(cell)
    if len(entries) != count:
        return False
    absent = labels.words("figure", "absent")
    marked = all(_MARK.match(normalise(line).strip()) for line in cell.text.split("\n"))
    return marked or all(parse_quantity(entry.text).value is not None or label_key(entry.text) in absent for entry in entries)


def _entries(cell: Cell) -> list[Cell]:
    """The entries of a cell without their marks; its lines where none is marked."""
    lines = [normalise(line).strip() for line in cell.text.split("\n")]
    own_lines = cell.last_line - cell.first_line + 1 == len(lines)
    marked = sum(bool(_MARK.match(line)) for line in lines) > 1
    found: list[Cell] = []
    for offset, line in enumerate(lines):
        place = cell.first_line + offset if own_lines else cell.first_line
        if marked and found and not _MARK.match(line):
            found[-1] = replace(found[-1], text=found[-1].text + line, last_line=place)
        else:
            found.append(Cell(_MARK.sub("", line) if marked else line, place, place if own_lines else cell.last_line))
    return found
