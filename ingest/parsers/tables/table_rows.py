"""Data rows below the head of a ruled table → rows of understood cells.

A cell that is merged over rows belongs to each of them. Lists that were saved as text lose their merged cells: there a level or a unit is printed
once and empty below. Rows of sums and repeated heads are no data; a row of one cell names the level of the rows below it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.labels import Labels, label_key
from ingest.layout import Cell
from ingest.parsers.tables.head_rows import Head, as_kind
from ingest.parsers.tables.table_heads import Column, classify_head
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year
from ontology.model import ValueRole

_SUM = re.compile(r"(?:.{0,20}[^0-9A-Za-z])?(?:小計|合計|総計)(?:額|\(.{1,10}\))?|計")
Pair = tuple[Column, Cell]
_YEAR = re.compile(r"(?:令和|平成|[RH])?(?:元|\d{1,2})年?度?|20\d\d年?度?")
_OF_FIGURES = re.compile(
    r"^(?:対象|実施|評価|会計|実績|実績値|目標|目標値|目標達成|達成目標|基準|基準値|現状|現状値)?(?:の?年度|の?年|年次)$|^西暦$"
)
_YEAR_OF = {"目標": ValueRole.TARGET, "基準": ValueRole.BASELINE, "現状": ValueRole.BASELINE}
_NOTE = re.compile(r"[※*(（]?(?:[※*注]\d{0,2}|[①-⑳])[)）]?")
_REMARK = re.compile(r"[※注(（*]")
_KINDS = ("figure", "status", "plan", "amount", "year")
_GROUPING = ("level", "division", "department")
_LONGEST_RATING = 12
_LONGEST_WORD = 8
_WIDE = 5  # columns of a list in which two cells are not enough


@dataclass(slots=True)
class TableRow:
    """The cells of one measure or indicator with their columns. ``more`` goes on with its text behind a page end.

    ``caption`` is the line above the table, ``context`` what the document's title says: both may tell the year and the kind of figures.
    """

    cells: list[Pair]
    page: int | None
    level: str = "事業"
    caption: str = ""
    more: list[Cell] = field(default_factory=list)
    context: str = ""

    def cell(self, role: str) -> Cell | None:
        return next((cell for column, cell in self.cells if column.role == role and cell.text.strip()), None)

    def is_measure(self) -> bool:
        """A name, and something that only a measure has."""
        return self.cell("measure_name") is not None and any(
            self.cell(role)
            for role in ("department", "division", "description", "number", "goal", "status", "plan", "assessment", "amount")
        )


def fill_merged(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
    """Rows in which a cell that reaches down from a row above is repeated. It is told by its lines: they stand above the row's own."""
    above: dict[int, Cell] = {}
    for row in rows:
        printed = [cell.first_line for cell in row if cell.text]
        first = min(printed, default=0)
        filled = []
        for column, cell in enumerate(row):
            merged = not cell.text and column in above and cell.first_line < first and cell.first_line == above[column].first_line
            if not merged:
                above[column] = cell
            filled.append(above[column])
        yield tuple(filled)


def data_rows(
    rows: Sequence[Sequence[Cell]], head: Head, labels: Labels, *, is_export: bool, section: Pair | None = None
) -> Iterator[list[Pair]]:
    """The cells of each row that says something of a measure or an indicator, the heading of its section before them.

    ``is_export``: merged cells may be printed as empty ones. ``section`` is the one in which the table above ended.
    """
    filled = list(fill_merged(rows))
    kinds = _kind_column(filled, head, labels)
    years = _year_column(filled, head)
    grouping = _grouping_columns(filled, head) if is_export else frozenset()
    above: list[Cell] = []
    for printed, cells in zip(rows, filled, strict=True):
        if tuple(label_key(cell.text) for cell in printed) in head.printed or _is_sum(cells, head):
            continue
        if found := _section_of(cells, head, labels):
            section = found
            continue
        above = _fill_down(cells, above, head, grouping, told=kinds is not None or years is not None)
        row = [
            (_column_in_row(position, above, kinds, head, labels), cell)
            for position, cell in enumerate(above)
            if head.columns[position] or cell.text
        ]
        if _is_remark(row, head, labels):
            continue
        if years is not None and (year := parse_fiscal_year(above[years].text)):
            row = [_of_year(pair, year, above[years], (head.columns[years] or Column("other", "")).head) for pair in row]
        yield [section, *row] if section else row


def _is_remark(row: Sequence[Pair], head: Head, labels: Labels) -> bool:
    """A legend or note below a list (A | 計画どおり, ※1 | 人件費を除く): hardly any cell, and no number or name that a measure has."""
    printed = [(column, cell) for column, cell in row if cell.text.strip()]
    name = next((label_key(cell.text) for column, cell in printed if column.role == "measure_name"), "")
    if len(printed) == 2 and _NOTE.fullmatch(label_key(printed[0][1].text)):
        return True
    if len(printed) > 2 or not name or sum(column is not None for column in head.columns) < _WIDE:
        return False
    number = next((label_key(cell.text) for column, cell in printed if column.role == "number"), None)
    marks = (*labels.words("assessment", "cell"), *labels.words("assessment", "rating"))
    return bool(_REMARK.match(name)) or name in marks or (number is not None and not re.match(r"[A-Za-z]{0,3}-?\d", number))


def _of_year(pair: Pair, year: int, cell: Cell, head: str) -> Pair:
    """Figures of a row whose own cell prints their year; 目標年度 is that of the target alone."""
    column, own = pair
    if own is cell:
        return Column("kind", column.head), own
    only = next((role for word, role in _YEAR_OF.items() if word in head), None)
    is_meant = column.value_role is only if only else column.role in ("figure", "amount", "assessment", "status", "plan")
    takes = is_meant and column.fiscal_year is None
    return (replace(column, fiscal_year=year), own) if takes else pair


def _column_in_row(position: int, cells: Sequence[Cell], kinds: int | None, head: Head, labels: Labels) -> Column:
    """What the column holds in this row: a year is what the row's own label makes of it."""
    column = head.columns[position] or Column("other", "")
    if position == kinds:
        return Column("kind", column.head)
    kind = label_key(cells[kinds].text) if kinds is not None else _label_of_years(head, labels)
    if kind and column.role in ("year", "figure", "amount") and column.fiscal_year:
        label_head = "".join(head.parts[kinds]) if kinds is not None else ""
        column = as_kind(kind, column, head.parts[position], labels, label_head)
    return column_of_cell(column, cells[position], labels)


def _label_of_years(head: Head, labels: Labels) -> str:
    """年次計画 at the side of the years, which says what all of them hold; empty in a list of measures."""
    words = {*labels.words("block", "schedule"), *labels.words("block", "plan"), *labels.words("figure", "planned")}
    if any(column and column.role in ("measure_name", "indicator") for column in head.columns):
        return ""
    return next((parts[-1] for parts in head.parts if parts and parts[-1] in words), "")


def column_of_cell(column: Column, cell: Cell, labels: Labels) -> Column:
    """A rating is one only where the cell holds no explanation (進捗状況 ◎ is one as well); a word alone (拡充) is no activity."""
    text = label_key(cell.text)
    if column.role == "assessment":
        return column if len(text) <= _LONGEST_RATING and "。" not in text else replace(column, role="other")
    if column.role in ("status", "plan"):
        if text in labels.words("assessment", "rating") or text in labels.words("assessment", "cell"):
            return replace(column, role="assessment" if column.role == "status" else "other")
        return replace(column, role="other") if len(text) <= _LONGEST_WORD and not column.fiscal_year and "。" not in text else column
    return column


def _is_sum(cells: Sequence[Cell], head: Head) -> bool:
    """計 and 総務課 小計, where the name is printed or in the first cells of the row."""
    names = [cell for column, cell in zip(head.columns, cells, strict=True) if column and column.role in ("measure_name", "indicator")]
    first = next((cell for cell in cells if cell.text), None)
    told = [cell for cell in (*names[:1], *([first] if first else [])) if cell.text]
    return any(_SUM.fullmatch(label_key(cell.text)) for cell in told)


def _section_of(cells: Sequence[Cell], head: Head, labels: Labels) -> Pair | None:
    """A row that prints one cell only, and this as a heading: in brackets, behind a mark, or with a level word and its number."""
    printed = [(position, cell) for position, cell in enumerate(cells) if cell.text]
    if len(printed) != 1 or printed[0][0] > 1 or "measure_name" not in {column.role for column in head.columns if column}:
        return None
    cell = printed[0][1]
    text = label_key(cell.text)
    words = "|".join(re.escape(word) for word in sorted({*labels.levels, *labels.words("tables", "level")}, key=len, reverse=True))
    level = re.match(rf"[【■◆●◇□《<\[]?({words})(?=[\dⅠ-Ⅻ①-⑳一二三四五六七八九十])|[【■◆●◇□《<\[]?第[\d一二三四五六七八九十]+(章|節)", text)
    if len(text) > 60 or "。" in text or not (level or re.match(r"[【■◆●◇□《<\[]", text)):
        return None
    return Column("level", (level[1] or level[2]) if level else ""), cell


def _kind_column(rows: Sequence[Sequence[Cell]], head: Head, labels: Labels) -> int | None:
    """The position of the column that tells 目標, 実績, 事業費 row by row; None where there is none or no year stands beside it."""
    figures = [i for i, column in enumerate(head.columns) if column and column.role in ("year", "figure", "amount") and column.fiscal_year]
    if not figures:
        return None
    if not any(column and column.role in ("measure_name", "indicator") for column in head.columns):
        return _label_column(rows, figures[0])
    for position, column in enumerate(head.columns):
        if column and column.role not in ("other", "kind"):
            continue
        texts = [label_key(row[position].text) for row in rows if row[position].text]
        known = [text for text in texts if (found := classify_head(text, labels)) and found.role in _KINDS]
        if len(texts) > 1 and len(known) >= 0.6 * len(texts) and len({*texts}) > 1:
            return position
    return None


def _year_column(rows: Sequence[Sequence[Cell]], head: Head) -> int | None:
    """The position of the column 年度 whose cells are years; None where the heads of the figures have years of their own.

    開始年度 and the like are years of the project, not of its figures.
    """
    if any(column and column.role in ("year", "figure") and column.fiscal_year for column in head.columns):
        return None
    for position, column in enumerate(head.columns):
        texts = [label_key(row[position].text) for row in rows if row[position].text]
        if (
            (column is None or _OF_FIGURES.search(column.head))
            and texts
            and all(_YEAR.fullmatch(text) and find_fiscal_years(text) for text in texts)
        ):
            return position
    return None


def _label_column(rows: Sequence[Sequence[Cell]], first_figure: int) -> int | None:
    """The column before the figures that names each row of a table of costs."""
    return next((i for i in range(first_figure - 1, -1, -1) if any(row[i].text for row in rows)), None)


def _grouping_columns(rows: Sequence[Sequence[Cell]], head: Head) -> frozenset[int]:
    """Columns whose value is printed at the head of a group and empty below: levels, and units that print no value twice in one group.

    Where no level shows that the list is printed so, a third of the cells of a unit must be empty.
    """
    found: set[int] = set()
    name = next((i for i, column in enumerate(head.columns) if column and column.role == "measure_name"), None)
    places = [i for i, column in enumerate(head.columns) if column and column.role in _GROUPING]
    if name is None:
        return frozenset()
    own = [row for row in rows if row[name].text]
    for position in sorted(places, key=lambda p: (_GROUPING.index(head.columns[p].role), p)):
        around = [i for i in places if i != position and head.columns[i].role != "department"]
        empty = sum(not row[position].text for row in own)
        repeated = any(
            one[position].text == two[position].text != "" and not any(two[i].text for i in around) for one, two in pairwise(own)
        )
        if not repeated and empty > (0 if found or head.columns[position].role == "level" else len(own) // 3) and empty < len(own):
            found.add(position)
    return frozenset(found)


def _fill_down(cells: Sequence[Cell], above: Sequence[Cell], head: Head, grouping: frozenset[int], *, told: bool) -> list[Cell]:
    """The row with what was printed once for it further up. A cell stays empty where a cell of the group around it is printed anew.

    ``told``: a column of its own says what the figures of each row are, or of which year.
    """
    if not above:
        return list(cells)
    roles = [column.role if column else "" for column in head.columns]
    goes_on = _goes_on(cells, roles)
    further = told and "measure_name" not in roles  # 実績 below 目標, 令和5年度 below 令和4年度: the indicator is printed once
    filled = list(cells)
    is_new = False
    for position in sorted(grouping, key=lambda p: (_GROUPING.index(roles[p]), p)):
        if cells[position].text:
            is_new = is_new or roles[position] != "department"
        elif not is_new or roles[position] == "division":
            filled[position] = above[position]
    for position, role in enumerate(roles):
        repeats = (goes_on and role in ("measure_name", "number", *_GROUPING)) or (further and role in ("indicator", "unit"))
        if repeats and not filled[position].text:
            filled[position] = above[position]
    return filled


def _goes_on(cells: Sequence[Cell], roles: Sequence[str]) -> bool:
    """Whether a row without a name tells more of the measure above: a further indicator with its figures, or the second of 目標 and 実績."""
    printed = {role for cell, role in zip(cells, roles, strict=True) if cell.text}
    name_missing = "measure_name" in roles and not {"measure_name", "number"} & printed
    return name_missing and bool(printed & {"indicator", "kind", "figure", "year", "amount"}) and len([c for c in cells if c.text]) > 1
