"""The head of a ruled table: its rows, its columns, and tables printed beside each other."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.labels import Labels, label_key
from ingest.layout import Cell, Table
from ingest.parsers.tables.table_heads import Column, classify_head, classify_parts, unit_of_head
from ingest.quantity import parse_quantity
from ontology.fiscal_year import find_fiscal_years
from ontology.model import ValueRole

_HEAD_WITHIN = 6
_MOST_ROWS = 4
_TELLING = ("department", "division", "description", "number", "goal", "assessment", "amount", "partner")
# A name that says so is rather the measure's than one that may be any text below it: 事業名 before 主な取組.
_POLICY = re.compile(r"施策|政策|目標|方針")
_NAMED = re.compile(r"(?:名|名称|項目)$")


@dataclass(frozen=True, slots=True)
class Head:
    """``columns`` by position, None where nothing at all is printed above; ``start`` is the first row below; ``parts`` the head cells of each
    column, groups first. ``printed`` holds the compared cells of each row of the head: a row that repeats them is no data.
    """

    columns: tuple[Column | None, ...]
    start: int
    parts: tuple[tuple[str, ...], ...]
    printed: frozenset[tuple[str, ...]]


def read_head(table: Table, labels: Labels) -> Head | None:
    """The head; None where no row is a head of measures or indicators."""
    for index in range(min(_HEAD_WITHIN, len(table.rows))):
        head = head_at(table.rows, index, labels)
        roles = Counter(column.role for column in head.columns if column)
        figures = [c for c in head.columns if c and c.value_role in (ValueRole.BASELINE, ValueRole.TARGET)]
        names_measures = roles["measure_name"] and any(roles[role] for role in _TELLING)
        if names_measures or (roles["indicator"] and (figures or _tells_kinds(table.rows[head.start :], head, labels))):
            return head
    return None


def _tells_kinds(rows: Sequence[Sequence[Cell]], head: Head, labels: Labels) -> bool:
    """Whether the columns are years and a column of its own says for each row what stands there: 目標, 実績."""
    if sum(bool(column and column.role == "year") for column in head.columns) < 2:
        return False
    for position, column in enumerate(head.columns):
        words = {label_key(row[position].text) for row in rows if row[position].text} if not column or column.role == "other" else set()
        kinds = [classify_head(word, labels) for word in sorted(words)]
        if len(words) > 1 and all(kind and kind.role == "figure" and not kind.fiscal_year for kind in kinds):
            return True
    return False


def head_at(rows: Sequence[Sequence[Cell]], index: int, labels: Labels) -> Head:
    """The head whose first row is ``index``, as far down as it reaches."""
    count = 1 + _rows_below(rows, index, labels)
    own = rows[index : index + count]
    parts = _head_parts(own)
    columns = [classify_parts(own_parts, labels) or _other(own_parts) for own_parts in parts]
    printed = frozenset(tuple(label_key(cell.text) for cell in row) for row in own)
    return Head(tuple(_with_owner(_with_levels(columns))), index + count, parts, printed)


def _other(parts: Sequence[str]) -> Column | None:
    return Column("other", "".join(parts)) if any(parts) else None


def _with_levels(columns: Sequence[Column | None]) -> list[Column | None]:
    """Of several columns of names the last that says so is the measures' (施策名 | 事業名 | 主な取組); those before it are levels, those behind
    it text. Levels without measures below them are no levels.
    """
    names = [i for i, column in enumerate(columns) if column and column.role == "measure_name"]
    if not names:
        levels = [i for i, column in enumerate(columns) if column and column.role == "level"]
        names = levels[-1:] if any(column and column.role in ("department", "indicator") for column in columns) else []
    chosen = min(names, key=lambda i: (_rank(columns[i].head.split("(")[0]), -i), default=None)
    result: list[Column | None] = []
    for position, column in enumerate(columns):
        if column and column.role in ("measure_name", "level") and chosen is not None:
            role = "measure_name" if position == chosen else ("level" if position < chosen else "other")
            result.append(replace(column, role=role))
        else:
            result.append(column)
    return _with_number(result, chosen)


def _rank(head: str) -> int:
    """How far a head of names is from the measures' own: 事業名, 具体的な取組, 施策名, 施策, 主な取組."""
    is_policy = bool(_POLICY.search(head))
    return 4 if head.startswith("主な") else (0 if _NAMED.search(head) else 1) + 2 * is_policy


def _with_number(columns: list[Column | None], name: int | None) -> list[Column | None]:
    """Of several columns of numbers (施策No | 施策名 | 事業No | 事業名) the one nearest before the name is the measure's."""
    numbers = [i for i, column in enumerate(columns) if column and column.role == "number"]
    own = max((i for i in numbers if name is not None and i < name), default=numbers[0] if numbers else None)
    return [replace(column, role="other") if i in numbers and i != own else column for i, column in enumerate(columns)]


def _with_owner(columns: Sequence[Column | None]) -> list[Column | None]:
    """関係課 and 実施主体 own only where no column says who is responsible."""
    if any(column and column.role in ("department", "division") for column in columns):
        return list(columns)
    return [replace(column, role="department") if column and column.role == "partner" else column for column in columns]


def _rows_below(rows: Sequence[Sequence[Cell]], index: int, labels: Labels) -> int:
    """How many rows below are part of the same head: those into which a head cell reaches down, and those that print only what parts a group
    (目標, 実績, 令和5年度) where the cells above are merged or empty.
    """
    count = 0
    for row in rows[index + 1 : index + _MOST_ROWS]:
        first = min((cell.first_line for cell in row if cell.text), default=0)
        reached = any(not cell.text and cell.first_line < first for cell in row)
        if reached and (_are_years(rows[index + count], row, labels) or _holds_figures(rows[index], row, labels)):
            break  # what the heads are about; only the label at the side reaches down
        if not reached and not _parts_groups(rows[index : index + 1 + count], row, labels):
            break
        count += 1
    return count


def _are_years(above: Sequence[Cell], row: Sequence[Cell], labels: Labels) -> bool:
    """Whether every cell of ``row`` stands right below a year of its own, and is no head of figures (目標 below 令和8年度)."""
    heads = [classify_head(label_key(head.text), labels) for head, cell in zip(above, row, strict=True) if cell.text]
    own = [classify_head(label_key(cell.text), labels) for cell in row if cell.text]
    return all(head is not None and head.role == "year" for head in heads) and not all(head and head.role == "figure" for head in own)


def _holds_figures(head: Sequence[Cell], row: Sequence[Cell], labels: Labels) -> bool:
    """Whether a cell below a head of figures is an amount."""
    below = [cell for above, cell in zip(head, row, strict=True) if cell.text and _is_figure(above, labels)]
    return any(parse_quantity(cell.text).value is not None and not find_fiscal_years(cell.text) for cell in below)


def _is_figure(head: Cell, labels: Labels) -> bool:
    column = classify_head(label_key(head.text), labels)
    return column is not None and column.role == "figure"


def _parts_groups(head: Sequence[Sequence[Cell]], row: Sequence[Cell], labels: Labels) -> bool:
    printed = [position for position, cell in enumerate(row) if cell.text]
    if not printed or printed[0] == 0 or len(printed) == len(row):
        return False
    words = [label_key(row[position].text) for position in printed]
    known = [
        column
        for word in words
        if (column := classify_head(word, labels)) and column.role in ("figure", "year", "amount", "unit", "indicator")
    ]
    above = [classify_head(label_key(head[-1][position].text), labels) for position in printed]
    # A year below 実績 or 目標 parts it, too, where the head prints the word anew over each year; so does 実績 below a year.
    dated = all(column.role == "year" for column in known) and all(own and own.role == "figure" and not own.fiscal_year for own in above)
    told = all(column.role == "figure" for column in known) and all(own and own.role == "year" for own in above)
    grouped = len(words) > 1 and any(not head[-1][position].text for position in printed)
    return len(known) == len(words) and (dated or told or grouped)


def _head_parts(rows: Sequence[Sequence[Cell]]) -> tuple[tuple[str, ...], ...]:
    """The head cells of each column from top to bottom. A group head reaches right over the columns that print something below it."""
    width = len(rows[0])
    filled: list[list[str]] = []
    for number, row in enumerate(rows):
        texts = [label_key(cell.text) for cell in row]
        for position in range(1, width):
            above_same = all(above[position] == above[position - 1] for above in filled)
            parted = any(below[position].text for below in rows[number + 1 :])
            if not texts[position] and texts[position - 1] and parted and above_same and _reaches(row, position):
                texts[position] = texts[position - 1]
        filled.append(texts)
    return tuple(tuple(filled[number][position] for number in range(len(rows)) if filled[number][position]) for position in range(width))


def _reaches(row: Sequence[Cell], position: int) -> bool:
    """Whether the empty place may belong to the cell at its left: one that a cell from above covers does not."""
    left = next(cell for cell in reversed(row[:position]) if cell.text)
    return row[position].first_line >= left.first_line


def columns_beside(table: Table, head: Head) -> Iterator[Table]:
    """The tables that stand beside each other under one head printed twice; the table itself where it is one."""
    keys = ["".join(parts) for parts in head.parts]
    first = next((position for position, key in enumerate(keys) if key), 0)
    for position in range(first + 2, len(keys) - 1):
        size = min(position - first, len(keys) - position)
        name = next((i for i, column in enumerate(head.columns) if column and column.role in ("measure_name", "level")), None)
        if keys[position : position + size] == keys[first : first + size] and name is not None and name < first + size and keys[position]:
            yield replace(table, rows=tuple(row[:position] for row in table.rows if any(cell.text for cell in row[:position])))
            rest = tuple(row[position:] for row in table.rows if any(cell.text for cell in row[position:]))
            yield replace(table, rows=rest)
            return
    yield table


def as_kind(kind: str, column: Column, parts: Sequence[str], labels: Labels, label_head: str = "") -> Column:
    """The column of a year in a row whose label tells what it holds: 実績 in the column 令和5年度 → the actual of 2023.

    The head of the labels (区分（千円）) may tell the unit.
    """
    own = parts[-1] if parts else column.head
    found = classify_parts([kind, own], labels)
    if found is None or not find_fiscal_years(own):
        return Column("other", f"{kind}{own}")
    return replace(found, unit=found.unit or column.unit or unit_of_head(label_head))
