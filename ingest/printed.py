"""Lines with what their print tells: leading blanks, width, whether a paragraph ends, on which sheet they stand.

Dumps of PDF text carry no geometry, but their blanks do: a line that begins with one blank right after a printed line opens a new page,
and where a word processor made the document a trailing blank ends a paragraph while a wrapped line has none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.characters import join_lines, normalise
from ingest.layout import Line

_FEW_PAGES, _MOST_PAGES = 3, 0.15  # so many lines, or that share of them, begin a page
_IS_WIDE = frozenset("WFA").__contains__
_NOTHING = re.compile(r"[-‐–—―－ー…/／\s]*")
_PAGE_NUMBER = re.compile(r"^(?P<dash>[-‐–—])?\s*(?:[Pp]\.?\s*)?\d{1,3}\s*(?(dash)[-‐–—])$")


@dataclass(frozen=True, slots=True)
class PrintedLine:
    """A non-blank line.

    ``text`` has its characters folded and its outer blanks cut off; inner blanks stand as printed. ``indent`` counts leading blanks,
    ``width`` is in half-width columns, ``sheet`` counts pages from 0, ``gap`` is the number of blank lines before it and ``skipped`` the
    number of empty table cells that they may print (see ``_EmptyCells``). ``ends_paragraph`` is None where the document does not tell.
    """

    number: int
    text: str
    raw: str
    page: int | None
    sheet: int
    indent: int
    width: int
    gap: int
    ends_paragraph: bool | None
    skipped: int = 0


def columns(text: str) -> int:
    """Width in half-width columns."""
    return len(text) + sum(map(_IS_WIDE, map(unicodedata.east_asian_width, text)))


def tells_nothing(text: str) -> bool:
    """Whether a cell is empty, or prints a dash or dots to say that there is nothing."""
    return _NOTHING.fullmatch(text) is not None


def is_page_number(line: PrintedLine) -> bool:
    """Whether a line is a page number that a dump left in the text: a number alone, apart from what stands before it, or between dashes."""
    match = _PAGE_NUMBER.match(line.text)
    return match is not None and (line.gap >= 2 or bool(match["dash"]))


def read_printed_lines(lines: Sequence[Line]) -> list[PrintedLine]:
    """The non-blank lines with their print. Blank lines survive as ``gap`` (their number) of the next line."""
    tells = _tells_paragraphs(lines)
    pages = find_led_pages(lines)
    printed: list[PrintedLine] = []
    sheet, gap, before, page = 0, 0, "", None
    empty_cells = _EmptyCells()
    for line in lines:
        text = normalise(line.text.strip()).strip()
        if not text:  # also where only invisible characters stand (a byte order mark, zero-width blanks)
            gap, before = gap + 1, ""
            empty_cells.see(line.text)
            continue
        indent = len(line.text) - len(line.text.lstrip())
        if line.page is not None:
            sheet, page = (sheet + (line.page != page)) if page is not None else 0, line.page
        elif before and line.number in pages:
            sheet += 1
        stripped = line.text.strip()
        ends = line.text[-1].isspace() if tells else None
        width = columns(join_lines([stripped]))  # justified text is spread with blanks that do not count
        printed.append(PrintedLine(line.number, text, line.text, line.page, sheet, indent, width, gap, ends, empty_cells.count))
        gap, empty_cells, before = 0, _EmptyCells(), stripped
        if line.page is None and is_page_number(printed[-1]):
            sheet, before = sheet + 1, ""  # what follows its number stands on the next page
    return printed


@dataclass(slots=True)
class _EmptyCells:
    """Counts the empty cells among the blank lines between two printed lines.

    A dump sets empty lines between the cells of a row, and blanks for a paragraph without text. Blanks that stand between two empty lines are
    an empty cell, several on one line as many cells; blanks right below or above a printed line belong to its cell.
    """

    count: int = 0
    _open: int | None = None

    def see(self, blanks: str) -> None:
        if not blanks:
            self.count, self._open = self.count + (self._open or 0), 0
        elif self._open == 0:
            self._open = len(blanks)


def find_led_pages(lines: Sequence[Line]) -> frozenset[int]:
    """The numbers of lines that begin a page: one blank leads them right below a printed line. Where many lines are set so, it is their print."""
    printed = [(before, line) for before, line in pairwise(lines) if line.text.strip()]
    led = [line.number for before, line in printed if before.text.strip() and line.text[0] == " " and line.text[1:2].strip()]
    return frozenset(led) if len(led) <= max(_FEW_PAGES, _MOST_PAGES * len(printed)) else frozenset()


def _tells_paragraphs(lines: Sequence[Line]) -> bool:
    """Whether trailing blanks mean something: some lines have one and some have none."""
    texts = [line.text for line in lines if line.text.strip()]
    trailing = sum(text[-1].isspace() for text in texts)
    return bool(texts) and 0.1 <= trailing / len(texts) <= 0.95
