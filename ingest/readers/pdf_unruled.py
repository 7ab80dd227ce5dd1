"""Tables without vertical rules, where their columns are clear: three or more, in three or more rows, each under the other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.readers.pdf_glyphs import Glyph

_LEAST_COLUMNS, _LEAST_ROWS = 3, 3
# In em: the white between two columns, the white between two rows, and between the lines of one cell.
_COLUMN_GAP, _ROW_GAP, _LINE_GAP = 1.2, 2.5, 0.9
_LEAST_FILLED = 0.5


@dataclass(slots=True)
class _Segment:
    glyphs: list[Glyph]

    @property
    def x0(self) -> float:
        return self.glyphs[0].x0

    @property
    def x1(self) -> float:
        return self.glyphs[-1].x1


@dataclass(slots=True)
class UnruledTable:
    """Lines ``first``..``end`` (exclusive) of those given; ``rows`` hold the characters of each cell, line by line."""

    first: int
    end: int
    columns: list[tuple[float, float]]
    rows: list[list[list[list[Glyph]]]] = field(default_factory=list)

    def is_clear(self) -> bool:
        filled = [sum(bool(row[c]) for row in self.rows) for c in range(len(self.columns))]
        letters = sum(len(line) for row in self.rows for cell in row for line in cell)
        cells = sum(filled)
        return len(self.rows) >= _LEAST_ROWS and min(filled) >= _LEAST_FILLED * len(self.rows) and letters >= 2 * cells


def find_unruled(lines: Sequence[Sequence[Glyph]]) -> list[UnruledTable]:
    """The clear tables among the lines of a block of text."""
    found: list[UnruledTable] = []
    index = 0
    while index < len(lines):
        table = _grow(lines, index)
        if table is not None and table.is_clear():
            found.append(table)
            index = table.end
        else:
            index += 1
    return found


def _grow(lines: Sequence[Sequence[Glyph]], first: int) -> UnruledTable | None:
    """The table whose head is line ``first``: lines are added as long as each of their pieces stands under one column."""
    head = _segments(lines[first])
    if len(head) < _LEAST_COLUMNS:
        return None
    table = UnruledTable(first, first, [(segment.x0, segment.x1) for segment in head])
    for index in range(first, len(lines)):
        segments = _segments(lines[index])
        gap = _gap(lines[index - 1], lines[index]) if index > first else 0.0
        places = _place(segments, table.columns) if gap <= _ROW_GAP else None
        if places is None:
            break
        if len(segments) < 2 or (0 not in places and gap <= _LINE_GAP):
            if not table.rows or gap > _LINE_GAP:
                break
            row = table.rows[-1]  # a cell goes on on the next line
        else:
            row = [[] for _ in table.columns]
            table.rows.append(row)
        for segment, place in zip(segments, places, strict=True):
            row[place].append(segment.glyphs)
            low, high = table.columns[place]
            table.columns[place] = (min(low, segment.x0), max(high, segment.x1))
        table.end = index + 1
    return table


def _segments(line: Sequence[Glyph]) -> list[_Segment]:
    segments: list[_Segment] = []
    for glyph in line:
        if not glyph.text.strip():
            continue
        if segments and glyph.x0 - segments[-1].x1 < _COLUMN_GAP * glyph.size:
            segments[-1].glyphs.append(glyph)
        else:
            segments.append(_Segment([glyph]))
    return segments


def _gap(above: Sequence[Glyph], below: Sequence[Glyph]) -> float:
    """White between two lines in em of the lower one."""
    return (min(g.top for g in below) - max(g.bottom for g in above)) / below[0].size


def _place(segments: Sequence[_Segment], columns: Sequence[tuple[float, float]]) -> list[int] | None:
    """The column of each piece; None where one stands under none or several, or two under the same."""
    places = []
    for segment in segments:
        under = [index for index, (low, high) in enumerate(columns) if segment.x0 < high and segment.x1 > low]
        if len(under) != 1:
            return None
        places.append(under[0])
    return places if len(set(places)) == len(places) else None
