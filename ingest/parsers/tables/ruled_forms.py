"""Ruled forms: tables that tell of one measure, with labels beside their text (取組名, 担当課, 取組内容 …).

Labels may stand anywhere in a row; an upright label at the side (基本情報, 評価), merged over the rows of its part, names no text of its own. Tables of
indicators and of costs may stand inside the form, or below it on the same sheet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.characters import normalise
from ingest.departments import ends_like_department
from ingest.labels import Labels, label_key
from ingest.layout import Cell, SourceText, Table
from ingest.parsers.tables.head_rows import Head, head_at
from ingest.parsers.tables.table_heads import Column, bare_label, classify_label, level_word
from ingest.parsers.tables.table_rows import Pair, TableRow, column_of_cell, data_rows
from ingest.quantity import parse_quantity

_TELLING = {"department", "division", "partner", "description", "goal", "status", "plan"}
_FIGURES = {"figure", "year", "amount"}
# What a label of a name is about, the measure's own first: a form prints the names of the levels above as well.
_NAMES = ("事務事業", "事業", "取組", "取り組み", "項目", "")
_LONGEST_LABEL = 20
_LABEL = re.compile(r"(?:[(（]\d{1,2}[)）]|\d{1,2}[.．])[^\d。]{2,15}$|【[^】。]{2,15}】$")  # looks like a label though it is not known
_LABELLED = re.compile(r"(\S[^:：\n]{0,15}\S)\s*[:：]\s*(\S[\s\S]*)")
_BETWEEN = 2  # printed lines that may part two tables of one form


class FormReader:
    """Reads forms in the order of their tables; a table without a name goes on with the form above it."""

    def __init__(self, source: SourceText, labels: Labels) -> None:
        self._source, self._labels = source, labels
        self._name: list[Pair] = []  # name and number of the form that is being read
        self._level = ""
        self._end = 0

    def accepts(self, table: Table, head: Head | None) -> bool:
        """Whether the table is a form, or goes on with one."""
        if is_form(table, self._labels):
            return True
        names_measures = head is not None and any(column and column.role == "measure_name" for column in head.columns)
        if names_measures or not self._name or not self._is_near(table):
            self._name = []
            return False
        labelled = any(classify_label(label_key(cell.text), self._labels) for row in table.rows for cell in row if cell.text.strip())
        return head is not None or labelled

    def read(self, table: Table) -> Iterator[TableRow]:
        """A row for each measure of the form, and one for each indicator or cost with the measure's name before it."""
        name_label = _name_label(table, self._labels)
        waiting: list[Pair] = []
        cells: list[Pair] = []
        inner: list[list[Pair]] = []
        for part in _parts(table, self._labels):
            if isinstance(part, Head):
                inner += _inner_rows(table, part, self._labels)
                continue
            column, cell = part
            if column.role == "measure_name" and column.head != name_label:
                column = Column("level", column.head)
            if column.role == "measure_name":
                yield from self._rows(cells, inner, table)
                self._name, self._level = [*waiting, (column, cell)], level_word([column])
                waiting, cells, inner = [], [], []
            elif name_label and (column.role == "number" or not self._is_named(table)):
                waiting.append((column, cell))  # printed before the name it belongs to
            elif column.role == "indicator":
                inner.append([(column, cell)])
            elif column.role in ("figure", "unit") and inner:
                inner[-1].append((column, cell))
            else:
                cells.append((column, cell))
        yield from self._rows([*cells, *waiting], inner, table)
        self._end = max(self._end, table.last_line)

    def _is_named(self, table: Table) -> bool:
        """Whether the name that this table prints has been read."""
        return any(column.role == "measure_name" and table.first_line <= cell.first_line for column, cell in self._name)

    def _rows(self, cells: list[Pair], inner: Sequence[list[Pair]], table: Table) -> Iterator[TableRow]:
        if not self._name:
            return
        page = table.page
        yield TableRow([*self._name, *cells], page, self._level)
        for own in inner:
            yield TableRow([*self._name, *own], page, self._level)

    def _is_near(self, table: Table) -> bool:
        """Whether the table stands on the sheet or page of the form and nothing but a heading between."""
        if table.first_line <= self._end:
            return True  # inside one of its cells
        between = self._source.lines[self._end : table.first_line - 1]
        pages = {line.page for line in between} | {table.page, self._source.lines[self._end - 1].page}
        printed = [line.text for line in between if line.text.strip()]
        return len(pages) == 1 and len(printed) <= _BETWEEN and not any(text.startswith("■ ") for text in printed)


def is_form(table: Table, labels: Labels) -> bool:
    """Whether labels stand beside their text: a measure's name and something that tells of it, and no row of heads above them."""
    roles: set[str] = set()
    named = False
    for row in range(len(table.rows)):
        if not named and _is_list_head(table.rows[row], labels):
            return False
        roles |= {column.role for column, _ in _pairs(table.rows, row, labels)}
        named = named or "measure_name" in roles
        if named and roles & _TELLING:
            return True
    return False


def is_form_of_pairs(table: Table, labels: Labels) -> bool:
    """Whether the first row asks for a name and tells something of it beside each other (| 施策名 | 見守り | 担当課 | 福祉課 |): no row of heads."""
    first = [cell for cell in table.rows[0] if cell.text.strip()]
    known = [classify_label(label_key(cell.text), labels) for cell in first]
    roles = [column.role if column else "" for column in known]
    is_paired = len(first) >= 4 and len(first) % 2 == 0 and all(roles[::2]) and not any(roles[1::2])
    return is_paired and "measure_name" in roles and bool(_TELLING & set(roles))


def _is_list_head(row: Sequence[Cell], labels: Labels) -> bool:
    printed = [cell for cell in row if cell.text.strip()]
    return len(printed) >= 3 and all(classify_label(label_key(cell.text), labels) for cell in printed)


def _name_label(table: Table, labels: Labels) -> str:
    """The head of the label that asks for the measure's own name; empty where the table has none."""
    heads = [c.head for row in range(len(table.rows)) for c, _ in _pairs(table.rows, row, labels) if c.role == "measure_name"]
    return min(heads, key=lambda head: next(i for i, word in enumerate(_NAMES) if word in head), default="")


def _parts(table: Table, labels: Labels) -> Iterator[Pair | Head]:
    """Pairs of label and text, and the heads of the tables inside, in order."""
    row = 0
    while row < len(table.rows):
        if head := _inner_head(table.rows, row, labels):
            yield head
            row = _inner_end(table.rows, head, labels)
        else:
            yield from _pairs(table.rows, row, labels)
            row += 1


def _pairs(rows: Sequence[Sequence[Cell]], index: int, labels: Labels) -> Iterator[Pair]:
    """Each label of a row with the cells beside it up to the next label. An unknown label at the head of the row is one as well."""
    printed = [pair for position, cell in enumerate(rows[index]) if cell.text.strip() for pair in _cut_label(position, cell, labels)]
    known = [classify_label(label_key(cell.text), labels) for _, cell in printed]
    if len(printed) > 1 and known[1] and _reaches_down(rows, index, printed[0][0]):
        printed, known = printed[1:], known[1:]  # an upright label of a part
    if len(printed) > 2 and all(known):
        return  # heads of a table inside the form
    position = 0
    while position < len(printed):
        label = printed[position][1]
        column = known[position] or _unknown(label, position, len(printed))
        end = position + 1
        while end < len(printed) and (
            (known[end] is None and not _LABEL.match(label_key(printed[end][1].text)))
            or (end == position + 1 and _is_value(known, position))
        ):
            end += 1
        values = [cell for _, cell in printed[position + 1 : end]] if column else []
        yield from _values(column, values, labels) if values and column else (((Column("other", ""), label),) if column is None else ())
        position = end if column else position + 1


def _unknown(label: Cell, position: int, count: int) -> Column | None:
    text = label_key(label.text)
    return Column("other", bare_label(text)) if position + 1 < count and len(text) <= _LONGEST_LABEL and "。" not in text else None


def _cut_label(position: int, cell: Cell, labels: Labels) -> Iterator[tuple[int, Cell]]:
    """「担当課：企画課」 in one cell is a label and its text."""
    found = _LABELLED.match(normalise(cell.text))
    if found and classify_label(label_key(found[1]), labels):
        yield position, replace(cell, text=found[1])
        yield position, replace(cell, text=found[2])
    else:
        yield position, cell


def _is_value(known: Sequence[Column | None], position: int) -> bool:
    """Whether what stands behind a label is its text although it is a label elsewhere: 事業区分 | 重点事業 at the end of a row."""
    behind = position + 2 < len(known)
    return known[position] is not None and known[position].role == "other" and (not behind or known[position + 2] is not None)


def _values(column: Column, values: Sequence[Cell], labels: Labels) -> Iterator[Pair]:
    """The cells behind a label. Of a division and its section (総務部 | 総務課) the last is responsible; a rating goes before its reason."""
    first, *rest = values
    if column.role == "department" and rest and ends_like_department(label_key(rest[0].text), labels):
        yield Column("division", column.head), first
        first, *rest = rest
    yield column_of_cell(column, first, labels), first
    for cell in rest:
        yield Column("other", column.head), cell


def _reaches_down(rows: Sequence[Sequence[Cell]], index: int, position: int) -> bool:
    """Whether the cell is merged over the row below: there its place has its lines and no text."""
    if index + 1 >= len(rows):
        return False
    cell, below = rows[index][position], rows[index + 1]
    own = min((c.first_line for c in below if c.text), default=0)
    return not below[position].text and below[position].first_line == cell.first_line < own


def _inner_head(rows: Sequence[Sequence[Cell]], index: int, labels: Labels) -> Head | None:
    """The head of a table of figures or years that begins in the row: at least two such columns, and no figure in it."""
    printed = [label_key(cell.text) for cell in rows[index] if cell.text.strip()]
    if len(printed) < 2 or index + 1 >= len(rows) or any(len(text) > 2 * _LONGEST_LABEL or "。" in text for text in printed):
        return None
    known = [classify_label(text, labels) for text in printed]
    if sum(column is not None for column in known) * 2 < len(printed):
        return None
    if any(column is None and parse_quantity(text).value is not None for column, text in zip(known, printed, strict=True)):
        return None
    head = head_at(rows, index, labels)
    roles = [column.role for column in head.columns if column]
    figures = sum(
        column is not None and column.role in _FIGURES and (column.value_role or column.fiscal_year) is not None for column in head.columns
    )
    is_head = figures >= 2 or ("indicator" in roles and figures)
    return head if is_head and head.start < len(rows) and _fits(rows[head.start], head, labels) else None


def _inner_end(rows: Sequence[Sequence[Cell]], head: Head, labels: Labels) -> int:
    row = head.start
    while row < len(rows) and _fits(rows[row], head, labels) and (row == head.start or not _inner_head(rows, row, labels)):
        row += 1
    return row


def _fits(row: Sequence[Cell], head: Head, labels: Labels) -> bool:
    """Whether a row goes on with the table: something stands below its figures, and this is figures, or the row begins with no label."""
    own = [cell.text for column, cell in zip(head.columns, row, strict=True) if column and column.role in _FIGURES and cell.text.strip()]
    first = next((label_key(cell.text) for cell in row if cell.text.strip()), "")
    label = classify_label(first, labels)
    absent = labels.words("figure", "absent")
    figures = all(parse_quantity(text).value is not None or label_key(text) in absent for text in own)
    return bool(own) and (figures or label is None or label.role in ("indicator", *_FIGURES))


def _inner_rows(table: Table, head: Head, labels: Labels) -> Iterator[list[Pair]]:
    end = _inner_end(table.rows, head, labels)
    for cells in data_rows(table.rows[head.start : end], head, labels, is_export=False):
        yield [(column, cell) for column, cell in cells if cell.text.strip()]
