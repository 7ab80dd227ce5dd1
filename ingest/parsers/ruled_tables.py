"""Ruled tables whose rows are measures or indicators, and ruled forms.

A head row tells the columns (番号, 事業名, 担当課, 内容, 取組状況, 基準値, 目標値 …). A row with a name and a department, description or number is a measure; its
figure columns are the observations of its indicator. A table without measures but with 指標 and a baseline or target gives indicators only. Columns
whose head says nothing known are left to the readers of prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.characters import normalise
from ingest.labels import Labels, label_key
from ingest.layout import Cell, SourceText, Table
from ingest.parsers.ruled_forms import is_form, read_form
from ingest.parsers.table_heads import Column, level_word, read_head
from ingest.parsers.table_values import TableRow, is_rating, read_figures, read_measure, referred_measure, with_paths
from ontology.model import Indicator, Measure

_TEXT = ("text/plain", "text/markdown")


@dataclass(frozen=True, slots=True)
class TableReading:
    """Measures and indicators of the ruled tables, and the lines that hold nothing but their cells."""

    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]


def parse_tables(source: SourceText, labels: Labels, first_line: int = 1, last_line: int | None = None) -> Iterator[Measure | Indicator]:
    """Measures, then indicators, of the ruled tables on the given lines of a file."""
    reading = read_tables(source, labels, first_line, last_line)
    yield from reading.measures
    yield from reading.indicators


def read_tables(source: SourceText, labels: Labels, first_line: int = 1, last_line: int | None = None) -> TableReading:
    """All that the ruled tables on the given lines of a file say."""
    rows: list[TableRow] = []
    used: set[int] = set()
    columns: list[Column | None] = []
    for table in source.tables:
        if table.first_line < first_line or (last_line is not None and table.last_line > last_line):
            continue
        if source.media_type in _TEXT and not _lists_measures(table, labels):
            columns = []
            continue
        if is_form(table, labels):
            rows += read_form(table, labels)
            used.update(_lines_of(row[0] for row in table.rows))
            columns = []
            continue
        head = read_head(table, labels)
        if head is not None:
            columns, start = head
            used.update(_lines_of(cell for row in table.rows[:start] for cell in row))
        elif len(columns) == len(table.rows[0]):
            start = 0  # a table that goes on on the next page without its head
        else:
            columns = []
            continue
        caption = _caption(source, table)
        for cells in _fill_merged(table.rows[start:]):
            known = [(c, cell) for c, cell in zip(columns, cells, strict=True) if c and (c.role != "assessment" or is_rating(cell))]
            # A table of a Word document may go over several pages.
            page = next((source.lines[cell.first_line - 1].page for cell in cells if cell.text), table.page)
            _add_row(rows, TableRow(known, page, level_word(columns), caption))
    measures, indicators = _read_rows(rows, labels)
    for row in rows:
        used.update(_lines_of([*(cell for _, cell in row.cells), *row.more]))
    return TableReading(tuple(measures), tuple(indicators), frozenset(used))


def _lists_measures(table: Table, labels: Labels) -> bool:
    """Whether a table of a text file names measures and who does them or what they are; the other ones are left to the readers of text."""
    head = read_head(table, labels)
    roles = {column.role for column in head[0] if column} if head else set()
    return "measure_name" in roles and bool(roles & {"department", "description"})


def _lines_of(cells: Iterable[Cell]) -> Iterator[int]:
    for cell in cells:
        if cell.text:
            yield from range(cell.first_line, cell.last_line + 1)


def _fill_merged(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
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


def _caption(source: SourceText, table: Table) -> str:
    """The printed line above a table, where it is on its page; it may say the year and the kind of its figures."""
    for line in reversed(source.lines[max(0, table.first_line - 4) : table.first_line - 1]):
        if line.page == table.page and line.text.strip():
            return normalise(line.text.strip())
    return ""


def _add_row(rows: list[TableRow], row: TableRow) -> None:
    """Rows without a name go on with the row before, which a page end cut; 計 and empty rows are none."""
    name = row.cell("measure_name") or row.cell("indicator")
    if name is None:
        texts = [cell for _, cell in row.cells if cell.text.strip()]
        if rows and len(texts) == 1 and not row.cell("number") and row.page != rows[-1].page:
            rows[-1].more += texts
        return
    if re.fullmatch(r"(?:合|小|総)?計", label_key(name.text)):
        return
    if rows and not row.caption and rows[-1].level == row.level:
        row.caption = rows[-1].caption
    rows.append(row)


def _read_rows(rows: Sequence[TableRow], labels: Labels) -> tuple[list[Measure], list[Indicator]]:
    measures: list[Measure] = []
    figures: list[tuple[TableRow, int | None]] = []
    for row in rows:
        if not row.is_measure():
            figures.append((row, None))
            continue
        measure = read_measure(row, labels)
        if not measures or (measures[-1].name, measures[-1].number) != (measure.name, measure.number):
            measures.append(measure)
        figures.append((row, len(measures) - 1))
    measures = with_paths(measures)
    indicators: list[Indicator] = []
    for row, index in figures:
        indicators += read_figures(row, measures[index].path if index is not None else referred_measure(row, labels))
    return measures, indicators
