"""Ruled tables whose rows are measures or indicators, and ruled forms.

A head row tells the columns (番号, 事業名, 担当課, 内容, 取組状況, 基準値, 目標値 …). A row with a name and a department, description or number is a measure; its
figure columns are the observations of its indicator. A table without measures but with 指標 and a baseline or target gives indicators only. Cells
of a measure's row whose head says nothing known are text of the measure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.labels import Labels, label_key
from ingest.layout import Cell, SourceText, Table
from ingest.parsers.tables.head_rows import Head, columns_beside, read_head
from ingest.parsers.tables.row_groups import RowGroup
from ingest.parsers.tables.ruled_forms import FormReader, is_form_of_pairs
from ingest.parsers.tables.stacked_cells import split_indicators, split_stacked
from ingest.parsers.tables.table_context import TableContext
from ingest.parsers.tables.table_heads import level_word
from ingest.parsers.tables.table_levels import Levels
from ingest.parsers.tables.table_rows import Pair, TableRow, data_rows
from ingest.parsers.tables.table_texts import read_texts
from ingest.parsers.tables.table_values import read_figures, read_measure, referred_measure, with_paths
from ingest.quantity import parse_quantity
from ontology.model import Indicator, Measure, Observation, Passage, PlanElement

_DUMP = "text/plain"
_TEXT = (_DUMP, "text/markdown")
# Formats that keep no merged cells (CSV), or whose files come from lists without them.
_EXPORTS = ("text/csv", "text/tab-separated-values", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")


@dataclass(frozen=True, slots=True)
class TableReading:
    """What the ruled tables say, and the lines that hold nothing but their cells."""

    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]
    elements: tuple[PlanElement, ...] = ()
    passages: tuple[Passage, ...] = ()


def read_tables(source: SourceText, labels: Labels, first_line: int = 1, last_line: int | None = None) -> TableReading:
    """All that the ruled tables on the given lines of a file say."""
    reader = _Reader(source, labels, first_line)
    for table in source.tables:
        if table.first_line >= first_line and (last_line is None or table.last_line <= last_line):
            reader.read(table)
    return _combine(reader.rows, reader.used, labels)


class _Reader:
    """Goes over the tables in order; keeps the head that the next one may lack and the form that it may go on with."""

    def __init__(self, source: SourceText, labels: Labels, first_line: int) -> None:
        self.rows: list[TableRow] = []
        self.used: set[int] = set()
        self._source, self._labels = source, labels
        self._is_text = source.media_type in _TEXT
        self._is_export = source.media_type in _EXPORTS
        self._head: Head | None = None
        self._section: Pair | None = None
        self._forms = FormReader(source, labels)
        self._context = TableContext(source, labels, first_line)

    def read(self, table: Table) -> None:
        head = read_head(table, self._labels)
        is_form = is_form_of_pairs(table, self._labels) if self._is_text else self._forms.accepts(table, head)
        if self._is_text and not is_form and not _is_told(head):
            self._head = None
            return
        self._context.move_to(table)
        if is_form:
            for row in self._forms.read(table):
                above = self._context.above(row.cells, needs_owner=False)
                unit = self._context.caption if "単位" in self._context.caption else ""
                self.rows.append(replace(row, cells=[*above, *row.cells], caption=unit, context=self._context.title))
            self.used.update(_lines_of(cell for row in table.rows for cell in row))
            self._head = None
            return
        for part in columns_beside(table, head) if head else (table,):
            self._read_list(part)

    def _read_list(self, table: Table) -> None:
        head = read_head(table, self._labels)
        if head is not None:
            self._section = self._section if self._head is not None and head.printed == self._head.printed else None
            self._head = head
            self.used.update(_lines_of(cell for row in table.rows[: head.start] for cell in row if head))
            start = head.start
        elif self._head is not None and len(self._head.columns) == len(table.rows[0]) and _goes_on(self._head, table, self._labels):
            start = 0  # a table that goes on on the next page without its head
        else:
            self._head = None
            return
        roles = {column.role for column in self._head.columns if column}
        heading = self._context.heading if _needs_name(self._head, table.rows[start:]) and not self._is_text else None
        level = (heading.level if heading else "") or level_word(self._head.columns)
        needs_owner = "measure_name" in roles and not roles & {"department", "division"}
        for cells in data_rows(table.rows[start:], self._head, self._labels, is_export=self._is_export, section=self._section):
            self._section = cells[0] if cells[0][0].role == "level" and cells[0][0] not in self._head.columns else None
            # A table of a Word document may go over several pages.
            page = next((self._source.lines[cell.first_line - 1].page for _, cell in cells if cell.text), table.page)
            named = (heading is not None or "measure_name" in roles) and self._source.media_type != _DUMP  # its headings cannot be told
            above = self._context.above(cells, needs_owner=needs_owner, heading=heading) if named else []
            own = heading.cells if heading else []
            _add_row(self.rows, TableRow([*above, *own, *cells], page, level, self._context.caption, context=self._context.title))
        for row in table.rows[start:]:  # heads printed anew
            if tuple(label_key(cell.text) for cell in row) in self._head.printed:
                self.used.update(_lines_of(row))


def _is_told(head: Head | None) -> bool:
    """Whether a table of a text file names indicators, or measures and who does them or what they are; the other ones are left to the readers of text."""
    roles = {column.role for column in head.columns if column} if head else set()
    return "indicator" in roles or ("measure_name" in roles and bool(roles & {"department", "division", "description"}))


def _goes_on(head: Head, table: Table, labels: Labels) -> bool:
    """Whether a table may be the rest of the one above: below heads of figures it prints at least one, or a word for its absence."""
    absent = labels.words("figure", "absent")
    below = [cell.text for row in table.rows for column, cell in zip(head.columns, row, strict=True) if column and column.role == "figure"]
    return not below or any(parse_quantity(text).value is not None or label_key(text) in absent for text in below)


def _needs_name(head: Head, rows: Sequence[Sequence[Cell]]) -> bool:
    """Whether a table tells who does something and not what: its measure is named above it. A list of indicators may tell of many owners."""
    owners = [position for position, column in enumerate(head.columns) if column and column.role in ("department", "division")]
    roles = {column.role for column in head.columns if column}
    named = {label_key(row[position].text) for row in rows for position in owners} - {""}
    return bool(owners) and not roles & {"measure_name", "level"} and (len(named) == 1 or "indicator" not in roles)


def _lines_of(cells: Iterable[Cell]) -> Iterator[int]:
    for cell in cells:
        if cell.text:
            yield from range(cell.first_line, cell.last_line + 1)


def _add_row(rows: list[TableRow], row: TableRow) -> None:
    """Rows without a name go on with the row before, which a page end cut; empty rows are none."""
    name = row.cell("measure_name") or row.cell("indicator")
    if name is None:
        texts = [cell for _, cell in row.cells if cell.text.strip()]
        if rows and len(texts) == 1 and not row.cell("number") and row.page != rows[-1].page:
            rows[-1].more += texts
        return
    if rows and not row.caption and rows[-1].level == row.level:
        row.caption = rows[-1].caption
    rows.append(row)


def _combine(rows: Sequence[TableRow], used: set[int], labels: Labels) -> TableReading:
    """Rows that tell of the same measure are one; their figures and their other cells are its own."""
    levels = Levels()
    groups: list[RowGroup] = []
    figures: list[tuple[TableRow, int | None]] = []
    for row in rows:
        used.update(_lines_of([*(cell for _, cell in row.cells), *row.more]))
        if not row.is_measure():
            goes_on = bool(groups) and groups[-1].has_name_of(row)
            if goes_on:
                groups[-1].add(row, read_measure(row, labels))
            figures.append((row, len(groups) - 1 if goes_on else None))
            continue
        measure = replace(read_measure(row, labels), parent=levels.parent_of(row, labels))
        if not groups or not groups[-1].tells_of(row, measure):
            groups.append(RowGroup())
        groups[-1].add(row, measure)
        figures.append((row, len(groups) - 1))
    measures = with_paths([group.measure() for group in groups])
    indicators = [
        indicator
        for row, index in figures
        for own in split_indicators(row)
        for part in split_stacked(own, labels)
        for indicator in read_figures(part, measures[index].path if index is not None else referred_measure(row, labels))
    ]
    passages = [passage for group, measure in zip(groups, measures, strict=True) for passage in read_texts(group.rows, measure)]
    return TableReading(tuple(measures), tuple(_joined(indicators)), frozenset(used), tuple(levels.elements), tuple(passages))


def _joined(indicators: Iterable[Indicator]) -> Iterator[Indicator]:
    """An indicator whose targets and actuals stand in rows of their own is one; without a measure, only rows that follow each other are."""
    found: dict[tuple, Indicator] = {}
    last: tuple = ()
    for position, indicator in enumerate(indicators):
        key = (indicator.name, indicator.measure) if indicator.measure else (indicator.name, position)
        if not indicator.measure and last[:1] == key[:1] and not _tells_again(found[last], indicator):
            key = last
        last = key
        if key not in found:
            found[key] = indicator
            continue
        first = found[key]
        seen = {_place_of(observation) for observation in first.observations}
        added = (*first.observations, *(o for o in indicator.observations if _place_of(o) not in seen))
        source = replace(first.source, end_line=max(first.source.end_line, indicator.source.end_line))
        found[key] = replace(first, source=source, observations=added, unit=first.unit or indicator.unit)
    yield from found.values()


def _tells_again(one: Indicator, other: Indicator) -> bool:
    """Whether both print a figure of the same kind and year."""
    places = [{(o.role, o.fiscal_year) for o in indicator.observations} for indicator in (one, other)]
    return bool(places[0] & places[1])


def _place_of(observation: Observation) -> tuple:
    return observation.role, observation.fiscal_year, observation.source.start_line, observation.quantity.text
