"""Columns of prose without rules between them: read one after the other, not line by line across the page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.readers.pdf_glyphs import Glyph, group_lines

# In em: how wide the white between two columns is at least, and how long the text on both sides on average. Cells of a table without rules are
# shorter; they stay in their rows.
_GUTTER, _LONG_TEXT = 1.4, 11.0
_LEAST_LINES = 4


def split_columns(glyphs: Sequence[Glyph]) -> list[list[Glyph]]:
    """Blocks in reading order: what stands above two columns, the left one, the right one, what stands below; one block where there are none."""
    lines = [line for line in group_lines(glyphs) if any(glyph.text.strip() for glyph in line)]
    found = _find_gutter([[glyph for glyph in line if glyph.text.strip()] for line in lines])
    if found is None:
        return [list(glyphs)]
    first, end, x = found
    above = [glyph for line in lines[:first] for glyph in line]
    left = [glyph for line in lines[first:end] for glyph in line if glyph.centre < x]
    right = [glyph for line in lines[first:end] for glyph in line if glyph.centre >= x]
    below = [glyph for line in lines[end:] for glyph in line]
    blocks = [[above] if above else [], split_columns(left), split_columns(right), split_columns(below) if below else []]
    return [block for group in blocks for block in group]


def _find_gutter(lines: Sequence[Sequence[Glyph]]) -> tuple[int, int, float] | None:
    """(first line, end, x) of the longest run of lines with long text on both sides of one white strip."""
    best: tuple[int, int, float] | None = None
    for x in sorted({round((left.x1 + right.x0) / 2, 1) for line in lines for left, right in pairwise(line) if _is_gap(left, right)}):
        start = 0
        while start < len(lines):
            end = start
            while end < len(lines) and not _crosses(lines[end], x):
                end += 1
            run = _trim(lines, start, end, x)
            if run and (best is None or run[1] - run[0] > best[1] - best[0]):
                best = (*run, x)
            start = end + 1
    return best


def _is_gap(left: Glyph, right: Glyph) -> bool:
    return right.x0 - left.x1 >= _GUTTER * min(left.size, right.size)


def _crosses(line: Sequence[Glyph], x: float) -> bool:
    return any(glyph.x0 - _GUTTER / 2 * glyph.size < x < glyph.x1 + _GUTTER / 2 * glyph.size for glyph in line)


def _trim(lines: Sequence[Sequence[Glyph]], start: int, end: int, x: float) -> tuple[int, int] | None:
    """The part of a run from its first line with text on both sides to where the longer column ends, if both are long enough to be prose."""
    both = [index for index in range(start, end) if lines[index][0].centre < x <= lines[index][-1].centre]
    if not both:
        return None
    start, last = both[0], both[-1]
    while last + 1 < end and _follows(lines[last], lines[last + 1]):
        last += 1
    end = last + 1
    for is_left in (True, False):
        widths = [_width([g for g in lines[index] if (g.centre < x) == is_left]) for index in range(start, end)]
        filled = [width for width in widths if width]
        if len(filled) < _LEAST_LINES or sum(filled) / len(filled) < _LONG_TEXT:
            return None
    return start, end


def _follows(above: Sequence[Glyph], below: Sequence[Glyph]) -> bool:
    """Whether a line stands directly below another, as the lines of one paragraph do."""
    return min(g.top for g in below) - max(g.bottom for g in above) < 0.8 * below[0].size


def _width(glyphs: Sequence[Glyph]) -> float:
    """Width in em of what is printed, without the gaps."""
    return sum((glyph.x1 - glyph.x0) / glyph.size for glyph in glyphs)
