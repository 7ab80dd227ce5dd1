"""PDF with a text layer: lines, pages and ruled tables. Works page by page, so that memory does not grow with the document."""

from __future__ import annotations

import hashlib
import mmap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import pypdfium2
from pypdfium2 import raw as pdfium

from ingest.layout import Cell, Line, SourceText, Table
from ingest.readers.pdf_characters import CharacterCount, find_broken_pages
from ingest.readers.pdf_glyphs import PageLine
from ingest.readers.pdf_layout import lay_out, needs_blank_line
from ingest.readers.pdf_page import PrintedPage, read_page
from ingest.readers.pdf_tables import PageCell, PageTable
from ingest.readers.ranges import describe_ranges
from ontology.errors import UnreadableDocument

# A page with fewer printed characters than this and an image on it is a scan (its page number may be text), also with so many strokes (text
# turned into outlines). A page of little text and a large image may show more text in it.
_SCAN_CHARACTERS, _OUTLINED_TEXT = 8, 400
_PICTURE_CHARACTERS, _MOSTLY_IMAGE = 60, 0.5
# One blank between cells, so that n + 1 blanks show n empty ones, as in text that word processors write out.
_CELL_GAP = " "
_PAGES_AT_ONCE = 20

_DAMAGED = "PDF として読めません（ファイルが壊れています）。もう一度コピーするか、PDF を作り直してください"
_PROTECTED = "パスワードで保護された PDF です。保護を外した PDF を指定してください"
_WAY_OUT = "OCR（文字認識）をかけるか、元の文書（Word・Excel など）から PDF を作り直してください"


class _PageKind(Enum):
    TEXT = "text"
    PICTURE = "a large image and little text"
    SCAN = "an image only"


@dataclass(slots=True)
class _Reading:
    """What has been written so far."""

    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def read_pdf_file(path: Path) -> SourceText:
    """Read a PDF. Tables and frames are written cell by cell in reading order; gaps between words become runs of blanks.

    Pages whose character map is broken are left out, because their text reads wrong (議事遀営 for 議事運営); pages that are only an image cannot be
    read. Both are named in the warnings. Raises UnreadableDocument for a PDF that is encrypted, cut off, damaged or has no readable page at all.
    """
    _check_end(path)
    layouts: dict[int, list[PageLine | PageTable]] = {}
    characters: dict[int, dict[str, CharacterCount]] = {}
    pictures: dict[_PageKind, list[int]] = {kind: [] for kind in _PageKind}
    try:
        for number, printed in _read_pages(path):
            characters[number] = _count_characters(printed)
            kind = _kind_of_page(printed, sum(font.characters for font in characters[number].values()))
            layouts[number] = lay_out(printed) if kind is not _PageKind.SCAN else []
            pictures[kind].append(number)
    except pypdfium2.PdfiumError as error:
        raise UnreadableDocument(path.name, _PROTECTED if error.err_code == pdfium.FPDF_ERR_PASSWORD else _DAMAGED) from error
    broken = find_broken_pages(characters)
    reading = _Reading()
    for number, parts in layouts.items():
        if number not in broken:
            _write_page(reading, parts, number)
    if not any(line.text.strip() for line in reading.lines):
        raise UnreadableDocument(path.name, _why_nothing(broken, len(layouts)))
    return SourceText(
        file_name=path.name,
        sha256=_hash(path),
        media_type="application/pdf",
        lines=tuple(reading.lines),
        tables=tuple(reading.tables),
        warnings=tuple(_warnings(pictures, broken)),
    )


def _check_end(path: Path) -> None:
    """A PDF ends with %%EOF; where more of it follows, or none is there, it was cut off while copying, and what remains would pass as the whole."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        end = data.rfind(b"%%EOF")
        if end < 0 or data.find(b" obj", end) >= 0:
            raise UnreadableDocument(path.name, "PDF が途中で切れています（終わりの印 %%EOF がありません）。もう一度コピーしてください")


def _read_pages(path: Path) -> Iterator[tuple[int, PrintedPage]]:
    """Pages with their numbers. PDFium keeps what it has read of an open file (fonts above all), so the file is opened anew now and then."""
    number, count = 0, 1
    while number < count:
        with pypdfium2.PdfDocument(path) as pdf:
            count = len(pdf)
            for index in range(number, min(number + _PAGES_AT_ONCE, count)):
                page = pdf[index]
                yield index + 1, read_page(page)
                page.close()
        number += _PAGES_AT_ONCE


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind_of_page(page: PrintedPage, characters: int) -> _PageKind:
    if characters < _SCAN_CHARACTERS and (page.image_share or page.segments > _OUTLINED_TEXT):
        return _PageKind.SCAN
    return _PageKind.PICTURE if characters < _PICTURE_CHARACTERS and page.image_share > _MOSTLY_IMAGE else _PageKind.TEXT


def _count_characters(page: PrintedPage) -> dict[str, CharacterCount]:
    """The printed characters of a page by font."""
    printed = Counter((glyph.font, glyph.text) for glyph in (*page.upright, *page.turned) if glyph.text.strip())
    characters: dict[str, CharacterCount] = {}
    for (font, text), count in printed.items():
        characters.setdefault(font, CharacterCount()).add(text, count)
    return characters


def _write_page(reading: _Reading, parts: Sequence[PageLine | PageTable], number: int) -> None:
    above: PageLine | PageTable | None = None
    for part in parts:
        if needs_blank_line(above, part):
            _write(reading, "", number)
        if isinstance(part, PageTable):
            _write_table(reading, part, number)
        else:
            _write(reading, part.text, number)
        above = part


def _write(reading: _Reading, text: str, page: int) -> int:
    reading.lines.append(Line(len(reading.lines) + 1, text, page))
    return len(reading.lines)


def _write_table(reading: _Reading, table: PageTable, page: int) -> None:
    """Row by row: cells of one line share a line, a cell of several lines has lines of its own, as word processors write their text out."""
    first = len(reading.lines) + 1
    places: dict[tuple[int, int], tuple[int, int]] = {}
    for number, row in enumerate(table.rows):
        _write_row(reading, number, row, page, places)
    last = len(reading.lines)
    if table.is_grid:
        rows = tuple(tuple(_make_cell(cell, (r, c), places, last) for c, cell in enumerate(row)) for r, row in enumerate(table.rows))
        reading.tables.append(Table(tuple(row for row in rows if any(cell.text for cell in row)), first, last, page))


def _write_row(reading: _Reading, number: int, row: Sequence[PageCell], page: int, places: dict[tuple[int, int], tuple[int, int]]) -> None:
    """Write a row; ``places`` takes the lines of each of its cells, those of an empty one being the line it would stand on."""
    waiting: list[str] = []
    for column, cell in enumerate(row):
        if len(cell.lines) > 1:
            _flush(reading, waiting, page)
            start = len(reading.lines) + 1
            for line in cell.lines:
                _write(reading, line, page)
            places[number, column] = (start, len(reading.lines))
        else:
            places[number, column] = (len(reading.lines) + 1, len(reading.lines) + 1)
            if cell.covered_by is None:
                waiting += cell.lines or ("",)
    _flush(reading, waiting, page)


def _flush(reading: _Reading, waiting: list[str], page: int) -> None:
    """Write the cells of one line each on a common line, if any of them is printed."""
    if any(waiting):
        _write(reading, _CELL_GAP.join(waiting).rstrip(), page)
    waiting.clear()


def _make_cell(cell: PageCell, place: tuple[int, int], places: Mapping[tuple[int, int], tuple[int, int]], last: int) -> Cell:
    """A cell that is merged away has no text and the lines of the cell that covers it: so a parser can tell it from an empty one."""
    start, end = places[cell.covered_by or place]
    return Cell("\n".join(cell.lines), min(start, last), min(end, last))


def _why_nothing(broken: Mapping[int, str], count: int) -> str:
    if broken:
        examples = "".join(dict.fromkeys("".join(broken.values())))[:5]
        return f"文字の対応表（ToUnicode）が壊れており、{_pages(broken)}の文字が別の字になっています（例: {examples}）。{_WAY_OUT}"
    return f"文字情報がありません（画像だけのPDFです。{count}ページ）。{_WAY_OUT}"


def _warnings(pictures: Mapping[_PageKind, Sequence[int]], broken: Mapping[int, str]) -> Iterator[str]:
    if pictures[_PageKind.SCAN]:
        yield f"{_pages(pictures[_PageKind.SCAN])}は画像だけで文字情報がないため、読めませんでした。{_WAY_OUT}"
    if pictures[_PageKind.PICTURE]:
        yield f"{_pages(pictures[_PageKind.PICTURE])}は大部分が画像です。画像の中の文字は読めません。{_WAY_OUT}"
    if broken:
        examples = "".join(dict.fromkeys("".join(broken.values())))[:5]
        yield f"{_pages(broken)}は文字の対応表（ToUnicode）が壊れているため（例: {examples}）、読み取りから除きました。{_WAY_OUT}"


def _pages(numbers: Iterable[int]) -> str:
    """「1〜3、7ページ」"""
    return f"{describe_ranges(numbers)}ページ"
