"""PDF with a text layer: lines, pages and ruled tables. Works page by page, so that memory does not grow with the document."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from ingest.layout import Cell, Line, SourceText, Table
from ingest.readers.pdf_characters import find_broken_characters
from ingest.readers.pdf_layout import PageCell, PageLine, PageTable, lay_out, needs_blank_line, read_glyphs
from ontology.errors import UnreadableDocument

_END_MARK_WITHIN = 2048
# A page with fewer printed characters than this and an image on it is a scan (its page number may be text).
_SCAN_CHARACTERS = 8
_CELL_GAP = "  "

_WAY_OUT = "OCR（文字認識）をかけるか、元の文書（Word・Excel など）から PDF を作り直してください"


@dataclass(slots=True)
class _Reading:
    """What has been read so far; pages are named in the warnings."""

    lines: list[Line]
    tables: list[Table]
    scanned: list[int]
    broken: dict[int, tuple[str, ...]]


def read_pdf_file(path: Path) -> SourceText:
    """Read a PDF. Tables and frames are written cell by cell in reading order; gaps between words become runs of blanks.

    Pages whose character map is broken are left out, because their text reads wrong (議事遀営 for 議事運営); pages that are only an image cannot be
    read. Both are named in the warnings. Raises UnreadableDocument for a PDF that is encrypted, cut off, damaged or has no readable page at all.
    """
    _check_end(path)
    logging.getLogger("pdfminer").setLevel(logging.ERROR)  # it warns of every font without a bounding box
    reading = _Reading([], [], [], {})
    try:
        with pdfplumber.open(path) as pdf:
            count = len(pdf.pages)
            for page in pdf.pages:
                _read_page(page, reading)
                page.close()
    except PdfminerException as error:
        if isinstance(error.args[0] if error.args else None, PDFPasswordIncorrect):
            raise UnreadableDocument(path.name, "パスワードで保護された PDF です。保護を外した PDF を指定してください") from error
        raise UnreadableDocument(path.name, f"PDF として読めません（ファイルが壊れています: {error}）") from error
    except Exception as error:  # the parser of a damaged file fails in many ways; none of them may pass as a document
        raise UnreadableDocument(path.name, f"PDF として読めません（ファイルが壊れています: {type(error).__name__}: {error}）") from error
    if not any(line.text.strip() for line in reading.lines):
        raise UnreadableDocument(path.name, _why_nothing(reading, count))
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        media_type="application/pdf",
        lines=tuple(reading.lines),
        tables=tuple(reading.tables),
        warnings=tuple(_warnings(reading)),
    )


def _check_end(path: Path) -> None:
    """A PDF ends with %%EOF; without it, it was cut off while copying, and what remains would pass as the whole."""
    with path.open("rb") as file:
        file.seek(0, 2)
        file.seek(max(0, file.tell() - _END_MARK_WITHIN))
        if b"%%EOF" not in file.read():
            raise UnreadableDocument(path.name, "PDF が途中で切れています（終わりの印 %%EOF がありません）。もう一度コピーしてください")


def _read_page(page: Page, reading: _Reading) -> None:
    upright, turned = read_glyphs(page)
    printed = [glyph.text for glyph in (*upright, *turned) if glyph.text.strip()]
    if len(printed) < _SCAN_CHARACTERS and page.images:
        reading.scanned.append(page.page_number)
        return
    if broken := find_broken_characters(printed):
        reading.broken[page.page_number] = broken
        return
    above: PageLine | PageTable | None = None
    for part in lay_out(page, upright, turned):
        if needs_blank_line(above, part):
            _write(reading, "", page.page_number)
        if isinstance(part, PageTable):
            _write_table(reading, part, page.page_number)
        else:
            _write(reading, part.text, page.page_number)
        above = part


def _write(reading: _Reading, text: str, page: int) -> int:
    reading.lines.append(Line(len(reading.lines) + 1, text, page))
    return len(reading.lines)


def _write_table(reading: _Reading, table: PageTable, page: int) -> None:
    """Row by row: cells of one line share a line, a cell of several lines has lines of its own, as word processors write their text out."""
    first = len(reading.lines) + 1
    rows = [tuple(_write_row(reading, row, page)) for row in table.rows if any(cell.lines for cell in row)]
    if table.is_grid:
        reading.tables.append(Table(tuple(rows), first, len(reading.lines), page))


def _write_row(reading: _Reading, row: Sequence[PageCell], page: int) -> Iterator[Cell]:
    placed: list[tuple[int, int] | None] = []
    waiting: list[str] = []
    for cell in row:
        if len(cell.lines) > 1:
            if waiting:
                _write(reading, _CELL_GAP.join(waiting), page)
                waiting = []
            start = len(reading.lines) + 1
            for line in cell.lines:
                _write(reading, line, page)
            placed.append((start, len(reading.lines)))
        else:
            waiting += cell.lines
            placed.append((len(reading.lines) + 1, len(reading.lines) + 1) if cell.lines else None)
    if waiting:
        _write(reading, _CELL_GAP.join(waiting), page)
    last = len(reading.lines)
    for cell, place in zip(row, placed, strict=True):
        start, end = place or (last, last)
        yield Cell("\n".join(cell.lines), start, end)


def _why_nothing(reading: _Reading, count: int) -> str:
    if reading.broken:
        examples = "".join(next(iter(reading.broken.values()))[:5])
        return f"文字の対応表（ToUnicode）が壊れており、{_pages(reading.broken)}の文字が別の字になっています（例: {examples}）。{_WAY_OUT}"
    return f"文字情報がありません（画像だけのPDFです。{count}ページ）。{_WAY_OUT}"


def _warnings(reading: _Reading) -> Iterator[str]:
    if reading.scanned:
        yield f"{_pages(reading.scanned)}は画像だけで文字情報がないため、読めませんでした。{_WAY_OUT}"
    if reading.broken:
        examples = "".join(c for found in reading.broken.values() for c in found[:3])[:10]
        yield f"{_pages(reading.broken)}は文字の対応表（ToUnicode）が壊れているため（例: {examples}）、読み取りから除きました。{_WAY_OUT}"


def _pages(numbers: Sequence[int] | dict[int, tuple[str, ...]]) -> str:
    return "、".join(f"{number}ページ" for number in numbers)
