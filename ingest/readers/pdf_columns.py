"""Columns of prose without rules between them: read one after the other, not line by line across the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf_glyphs import Glyph, group_lines

# In em: how wide the white between two columns is at least, and how long the text on both sides on average. Cells of a table without rules are
# shorter; they stay in their rows.
_GUTTER, _LONG_TEXT = 1.4, 11.0
_LEAST_LINES = 4
# Headings inside a column are set larger than its text by this much.
_HEADING = 1.25
# White in em between two lines up to which they belong to one paragraph.
_LINE_GAP = 0.8


@dataclass(frozen=True, slots=True)
class _Span:
    """A piece of a line without wide gaps; ``width`` is in em."""

    x0: float
    x1: float
    width: float
    size: float


@dataclass(frozen=True, slots=True)
class _Row:
    top: float
    bottom: float
    spans: tuple[_Span, ...]

    def crosses(self, x: float) -> bool:
        """Whether the line leaves no white strip at x."""
        return any(span.x0 - _GUTTER / 2 * span.size < x < span.x1 + _GUTTER / 2 * span.size for span in self.spans)

    def width(self, x: float, *, left: bool) -> float:
        """Width in em of what stands on one side of x."""
        return sum(span.width for span in self.spans if (span.x1 <= x) == left)


def split_columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Blocks in reading order: what stands above two columns, the left one, the right one, what stands below; one block where there are none."""
    lines = [line for line in group_lines(glyphs) if any(glyph.text.strip() for glyph in line)]
    found = _find_gutter([_read_row([glyph for glyph in line if glyph.text.strip()]) for line in lines])
    if found is None:
        return [list(glyphs)]
    first, end, x = found
    above = [glyph for line in lines[:first] for glyph in line]
    left = [glyph for line in lines[first:end] for glyph in line if glyph.centre < x]
    right = [glyph for line in lines[first:end] for glyph in line if glyph.centre >= x]
    below = [glyph for line in lines[end:] for glyph in line]
    blocks = [[above] if above else [], split_columns(left), split_columns(right), split_columns(below) if below else []]
    return [block for group in blocks for block in group]


def _read_row(line: Sequence[Glyph]) -> _Row:
    spans: list[_Span] = []
    piece: list[Glyph] = []
    for glyph in line:
        if piece and glyph.x0 - piece[-1].x1 >= _GUTTER * min(glyph.size, piece[-1].size):
            spans.append(_make_span(piece))
            piece = []
        piece.append(glyph)
    return _Row(min(g.top for g in line), max(g.bottom for g in line), (*spans, _make_span(piece)))


def _make_span(piece: Sequence[Glyph]) -> _Span:
    width = sum((glyph.x1 - glyph.x0) / glyph.size for glyph in piece)
    return _Span(piece[0].x0, piece[-1].x1, width, max(glyph.size for glyph in piece))


def _find_gutter(rows: Sequence[_Row]) -> tuple[int, int, float] | None:
    """(first line, end, x) of the longest run of lines with long text on both sides of one white strip."""
    best: tuple[int, int, float] | None = None
    for x in sorted(set(_candidates(rows))):
        start = 0
        while start < len(rows):
            end = start
            while end < len(rows) and not rows[end].crosses(x):
                end += 1
            run = _trim(rows, start, end, x)
            if run and (best is None or run[1] - run[0] > best[1] - best[0]):
                best = (*run, x)
            start = end + 1
    return best


def _candidates(rows: Sequence[_Row]) -> Iterator[float]:
    """The middle of gaps inside lines, and the white before where many lines begin (the lines of two columns need not be level)."""
    for row in rows:
        for left, right in pairwise(row.spans):
            yield round((left.x1 + right.x0) / 2, 1)
    margin = min((row.spans[0].x0 for row in rows), default=0.0)
    begins = Counter((round(span.x0), round(span.size)) for row in rows for span in row.spans if span.x0 > margin + span.size)
    yield from (x - _HEADING * _GUTTER / 2 * size for (x, size), count in begins.items() if count >= _LEAST_LINES)


def _trim(rows: Sequence[_Row], start: int, end: int, x: float) -> tuple[int, int] | None:
    """The part of a run from where both columns have begun to where the longer one ends, if both are long enough to be prose."""
    sides = [[row for row in rows[start:end] if row.width(x, left=left)] for left in (True, False)]
    if min(map(len, sides)) < _LEAST_LINES:
        return None
    top, bottom = max(side[0].top for side in sides), min(side[-1].bottom for side in sides)
    both = [index for index in range(start, end) if rows[index].bottom > top and rows[index].top < bottom]
    if not both:
        return None
    start, last = both[0], both[-1]
    while last + 1 < end and rows[last + 1].top - rows[last].bottom < _LINE_GAP * rows[last + 1].spans[0].size:
        last += 1
    for left in (True, False):
        filled = [width for row in rows[start : last + 1] if (width := row.width(x, left=left))]
        if len(filled) < _LEAST_LINES or sum(filled) / len(filled) < _LONG_TEXT:
            return None
    return start, last + 1
