"""Year tables whose cells stand below their heads, kept apart by blanks, as ``pdftotext -layout`` and typewriters print them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.characters import normalise
from ingest.parsers.labelled import YearColumn
from ingest.parsers.schedules.year_rows import Paragraph, YearCell
from ingest.printed import PrintedLine, columns

_GAP = re.compile(r"[ \u3000]{2,}|\u3000")


@dataclass(frozen=True, slots=True)
class _Printed:
    """A cell with the half-width columns in which it begins and ends."""

    text: str
    start: int
    end: int


def read_aligned_cells(head: PrintedLine, lines: Sequence[PrintedLine], years: Sequence[YearColumn]) -> list[YearCell]:
    """The cells below the years of ``head``; empty where the lines are not set so. Lines that stand in no column are left out.

    A cell further down in a column goes on with the one above only where that fills its column.
    """
    heads = _cut(head.raw)[-len(years) :]
    if len(heads) != len(years) or any(right.start - left.start < 6 for left, right in itertools.pairwise(heads)):
        return []
    spacing = min(right.start - left.start for left, right in itertools.pairwise(heads))
    cells: list[tuple[int, list[str], list[PrintedLine], str | None]] = []
    row: str | None = None
    rows = 0
    for line in lines:
        cut = _cut(line.raw)
        placed = [(_column_of(cell, heads, spacing), cell) for cell in cut]
        if 0 <= len(cut) - len(heads) <= 1 and len(cut) > 1:  # a whole row: its cells need not stand exactly below their heads
            label = [None] * (len(cut) - len(heads))
            placed = list(zip([*label, *range(len(heads))], cut, strict=True))
        labels = [cell.text for column, cell in placed if column is None]
        found = [(column, cell) for column, cell in placed if column is not None]
        if not found or (labels and placed[0][0] is not None) or len(labels) > 1:
            break
        rows += len(found) > 1
        row = labels[0] if labels else row
        for column, cell in found:
            above = next((own for own in reversed(cells) if own[0] == column), None)
            if above is not None and not labels and above[2][-1] is not line and columns(above[1][-1]) >= 0.8 * spacing:
                above[1].append(cell.text)
                above[2].append(line)
            else:
                cells.append((column, [cell.text], [line], row))
    if not rows:
        return []
    return [YearCell(years[column], (Paragraph("".join(texts), tuple(own)),), label) for column, texts, own, label in cells]


def _cut(raw: str) -> list[_Printed]:
    """The texts of a line that two blanks or a wide one keep apart."""
    found = []
    start = 0
    for piece in re.split(f"({_GAP.pattern})", raw.rstrip()):
        width = columns(piece)
        if piece.strip():
            blank = columns(piece) - columns(piece.lstrip())
            found.append(_Printed(normalise(piece).strip(), start + blank, start + width))
        start += width
    return found


def _column_of(cell: _Printed, heads: Sequence[_Printed], spacing: int) -> int | None:
    """The head below which a cell stands: by overlap, else the nearest centre within half the distance of two heads."""
    overlaps = [min(cell.end, head.end) - max(cell.start, head.start) for head in heads]
    if max(overlaps) > 0:
        return overlaps.index(max(overlaps))
    distances = [abs((cell.start + cell.end) / 2 - (head.start + head.end) / 2) for head in heads]
    return distances.index(min(distances)) if min(distances) <= spacing / 2 else None
