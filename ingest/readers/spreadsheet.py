"""XLSX workbooks: every sheet with its tables, values as Excel shows them."""

from __future__ import annotations

import hashlib
import re
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby, pairwise
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lxml.etree import XMLSyntaxError
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException

from ingest.layout import SourceText
from ingest.readers.grid_writer import GridCell, GridWriter, cell_lines
from ingest.readers.number_format import JAPANESE_FORMATS, CellValue, format_value
from ingest.readers.ranges import describe_ranges
from ingest.readers.workbook_parts import SheetParts, read_sheet_parts
from ontology.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DAMAGED = "Excel ブックとして読めません（ファイルが壊れています）。もう一度コピーするか、Excel で開いて保存し直してください"
_DEFAULT_NAME = re.compile(r"(?:Sheet|シート)\s*\d*", re.IGNORECASE)
# A workbook that unpacks to more is no evaluation sheet, but would fill the memory.
_MOST_BYTES = 1 << 30
# What openpyxl raises for parts that are missing, cut off or contradictory.
_BROKEN = (
    BadZipFile,
    zlib.error,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    XMLSyntaxError,
    InvalidFileException,
)

Texts = Mapping[int, Mapping[int, str]]  # row → column → text, both from 1


def read_workbook_file(path: Path) -> SourceText:
    """Read a workbook. Each sheet's name stands on a line before its rows (but not Sheet1); rows of short cells are a line each.

    Formulas show the value that was saved with them. Hidden sheets, rows and columns are read like the others and named in the warnings.
    Raises UnreadableDocument for a damaged workbook and one without any text.
    """
    writer = GridWriter()
    notes: list[str] = []
    parts = _read_parts(path)
    for name, cells in groupby(_read_cells(path), key=lambda cell: cell[0]):
        texts: dict[int, dict[int, str]] = {}
        for _, row, column, value, code in cells:
            if text := format_value(value, code).strip():
                texts.setdefault(row, {})[column] = text
        sheet = parts.get(name) or SheetParts(name, is_hidden=False)
        notes += _notes(sheet, texts)
        _write_sheet(writer, sheet, texts)
    if not writer.lines:
        raise UnreadableDocument(path.name, "Excel ブックが空です（どのシートにも文字がありません）")
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        media_type=MEDIA_TYPE,
        lines=tuple(writer.lines),
        tables=tuple(writer.tables),
        warnings=tuple(notes),
    )


def _read_parts(path: Path) -> dict[str, SheetParts]:
    try:
        with ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _MOST_BYTES:
                raise UnreadableDocument(path.name, "展開すると 1 GB を超える Excel ブックです。シートを分けて保存し直してください")
            return read_sheet_parts(archive)
    except _BROKEN as error:
        raise UnreadableDocument(path.name, _DAMAGED) from error


def _read_cells(path: Path) -> Iterator[tuple[str, int, int, CellValue, str]]:
    """Sheet, row, column, value and number format of every cell with a value, streamed from the file."""
    try:
        with path.open("rb") as file, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl warns of drawings and validations that it does not know
            book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # what the file says of its size is wrong in files of other programs
                for row in sheet.iter_rows():
                    for cell in row:
                        if cell.value is not None:
                            code = cell.number_format
                            builtin = JAPANESE_FORMATS.get(cell.style_array.numFmtId) if code == "General" else None
                            yield sheet.title, cell.row, cell.column, cell.value, builtin or code
            book.close()
    except _BROKEN as error:
        raise UnreadableDocument(path.name, _DAMAGED) from error


def _write_sheet(writer: GridWriter, sheet: SheetParts, texts: Texts) -> None:
    """Blocks of rows with a blank line between them. Columns without any text are left out, so that a margin is no column."""
    if not texts:
        return
    writer.write_gap()
    if not _DEFAULT_NAME.fullmatch(sheet.name):
        writer.write_line(f"■ {sheet.name}")  # marked as the heading that it is
    columns = sorted({column for row in texts.values() for column in row})
    covered = dict(_covered_places(sheet, texts))
    for number, rows in enumerate(_blocks(texts, covered)):
        if number:
            writer.write_gap()
        _write_block(writer, rows, columns, texts, covered)


def _covered_places(sheet: SheetParts, texts: Texts) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """(row, column) of each place that is merged away, and of the cell that covers it. Only places in the printed area count."""
    last_row, last_column = max(texts), max(column for row in texts.values() for column in row)
    for top, left, bottom, right in sheet.merged:
        if left in texts.get(top, {}):
            for row in range(top, min(bottom, last_row) + 1):
                for column in range(left, min(right, last_column) + 1):
                    if (row, column) != (top, left):
                        yield (row, column), (top, left)


def _blocks(texts: Texts, covered: Mapping[tuple[int, int], tuple[int, int]]) -> Iterator[list[int]]:
    """Runs of rows without an empty row between them; a merged cell keeps its rows together."""
    reached: dict[int, int] = {}
    for (row, _), (top, _) in covered.items():
        reached[top] = max(reached.get(top, top), row)
    rows = sorted(texts)
    block, end = rows[:1], reached.get(rows[0], rows[0])
    for before, row in pairwise(rows):
        end = max(end, reached.get(before, before))
        if row > end + 1:
            yield block
            block = []
        block.append(row)
    yield block


def _write_block(
    writer: GridWriter,
    rows: Sequence[int],
    columns: Sequence[int],
    texts: Texts,
    covered: Mapping[tuple[int, int], tuple[int, int]],
) -> None:
    """A table, its title and notes (rows of one cell above and below it) as lines of their own."""
    first, last = 0, len(rows)
    reaching = {row for (below, _), (row, _) in covered.items() if below > row}
    while first < last and len(texts[rows[first]]) == 1 and rows[first] not in reaching:
        first += 1
    while last > first and len(texts[rows[last - 1]]) == 1 and not any(below == rows[last - 1] for below, _ in covered):
        last -= 1
    for row in rows[:first]:
        _write_plain(writer, texts[row])
    places = {(row, column): (r, c) for r, row in enumerate(rows[first:last]) for c, column in enumerate(columns)}
    writer.write_table(
        [
            [
                GridCell(cell_lines(texts[row][column]))
                if column in texts[row]
                else GridCell(covered_by=places.get(covered.get((row, column), (0, 0))))
                for column in columns
            ]
            for row in rows[first:last]
        ]
    )
    for row in rows[last:]:
        _write_plain(writer, texts[row])


def _write_plain(writer: GridWriter, row: Mapping[int, str]) -> None:
    for text in row.values():
        for line in cell_lines(text):
            writer.write_line(line)


def _notes(sheet: SheetParts, texts: Texts) -> Iterator[str]:
    """Warnings about what a reader of the sheet does not see, or what cannot be seen in it."""
    columns = {column for row in texts.values() for column in row}
    if sheet.is_hidden and texts:
        yield f"シート「{sheet.name}」は非表示ですが、読み取りました"
    if hidden := [row for row in sheet.hidden_rows if row in texts]:
        yield f"シート「{sheet.name}」の非表示の行（{describe_ranges(hidden)}行目）も読み取りました"
    if letters := [get_column_letter(column) for column in sheet.hidden_columns if column in columns]:
        yield f"シート「{sheet.name}」の非表示の列（{'、'.join(letters)}）も読み取りました"
    if sheet.uncalculated:
        yield (
            f"シート「{sheet.name}」の数式{sheet.uncalculated}個に計算結果が保存されていないため、読めませんでした。Excel で開いて保存し直してください"
        )
