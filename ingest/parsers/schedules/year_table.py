"""Tables whose columns are fiscal years, as a dump prints them: the head line, then the cells one after the other.

Three or more columns without row labels: every leading blank of a cell skips one year, a blank before a mark opens the next year, and an empty
line ends a cell; what stands blank between two empty lines is an empty cell. Two columns, and rows that have labels: see ``year_rows``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.characters import join_lines, normalise
from ingest.labels import Labels
from ingest.parsers.labelled import YearColumn
from ingest.parsers.schedules.year_rows import Paragraph, SchedulePrint, YearCell, read_labelled_rows
from ingest.printed import PrintedLine

_MARKED = re.compile(r"(?<=\S)\s+(?=[・･])")
_STRIP_YEARS = 3

_Piece = tuple[str, PrintedLine]
"""What a line prints in one cell, and the line."""


def read_year_cells(
    lines: Sequence[PrintedLine], columns: Sequence[YearColumn], labels: Labels, schedules: SchedulePrint
) -> list[YearCell]:
    """The cells of one table, in order of print."""
    if is_separated(lines, len(columns)) or (len(columns) >= _STRIP_YEARS and not _has_row_labels(lines, len(columns))):
        return list(_read_strip(lines, columns))
    return list(read_labelled_rows(lines, columns, labels, schedules))


def _has_row_labels(lines: Sequence[PrintedLine], size: int) -> bool:
    """Whether the first row begins with a line that is neither a mark nor a cell for each year."""
    first = next((line for line in lines if line.text), None)
    return first is not None and first.text[0] not in "・･" and not first.indent and not _separated(first, size)


def is_separated(lines: Sequence[PrintedLine], size: int) -> bool:
    """Whether a row prints its cells side by side, between tabs or pipes."""
    return any(("\t" in line.raw or "|" in line.raw) and len(_separated(line, size)) == size for line in lines)


def _read_strip(lines: Sequence[PrintedLine], columns: Sequence[YearColumn]) -> Iterator[YearCell]:
    """Cells from left to right; a cell is lost to no year: what runs past the last column keeps none."""
    cells: list[tuple[int, list[_Piece]]] = []
    at = -1
    for line in lines:
        separated = _separated(line, len(columns))
        if separated:
            cells += [(number, [(cell, line)]) for number, cell in enumerate(separated) if cell]
            continue
        pieces = _MARKED.split(line.text)
        marked = line.text[0] in "・･"
        if not marked and (line.gap > 1 or not cells):
            continue  # loose words behind the table (arrows, captions) stand in no column: they are left to the remainder
        for position, piece in enumerate(pieces):
            if position:
                at += 1
            elif cells and (not marked or not line.gap) and not (marked and line.indent):
                # A line without a mark, or right below the one before, goes on in the same cell (also over a stray empty line).
                cells[-1][1].append((piece, line))
                continue
            else:
                at += 1 + line.indent + (line.skipped if line.skipped < len(columns) else 0)  # a long row of blanks is a ruling
            cells.append((at, [(piece, line)]))
    for at, own in cells:
        column = columns[at] if at < len(columns) else None
        for bullet in _marked_bullets(own):
            yield YearCell(column, (Paragraph(join_lines([text for text, _ in bullet]), tuple(line for _, line in bullet)),))


def _separated(line: PrintedLine, size: int) -> list[str]:
    """The cells of a row that separates them by tabs or pipes, or by one blank where there are as many words as columns; else none."""
    for separator in ("\t", "|"):
        if separator in line.raw:
            cells = [normalise(cell.strip()) for cell in line.raw.strip("\r\n |").split(separator)]
            return cells if len(cells) == size else []
    words = line.text.split()
    return words if len(words) == size and not any(word[0] in "・･" for word in words) else []


def _marked_bullets(cell: Sequence[_Piece]) -> list[list[_Piece]]:
    """The bullets of one cell, each with its lines."""
    bullets: list[list[_Piece]] = []
    for text, line in cell:
        if text[0] in "・･" or not bullets:
            bullets.append([])
        bullets[-1].append((text, line))
    return bullets
