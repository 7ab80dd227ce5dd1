"""A PDF page's characters → lines of text, by geometry. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.characters import is_japanese

# Gaps in em between two characters from which on a blank stands there. Justified Japanese is spread by up to half an em; a blank that the
# file itself holds needs much less.
_GAP_JAPANESE, _GAP_WESTERN, _GAP_PRINTED_BLANK = 0.7, 0.22, 0.12
_WIDE_GAP = 1.6
_WIDEST_RUN = 40
# A raised mark is at most this share of the size beside it, its foot is raised by this share; behind a sign that says so digits are left alone.
_MARK_SIZE, _RAISED, _MARK_SIGNS = 0.86, 0.12, ("※", "*", "＊", "注", "(", "（")
_SUPERIOR = str.maketrans("0123456789０１２３４５６７８９", "⁰¹²³⁴⁵⁶⁷⁸⁹" * 2)


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character with its box; ``size`` is its type size."""

    text: str
    x0: float
    x1: float
    top: float
    bottom: float
    size: float
    font: str = ""

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2

    @property
    def centre(self) -> float:
        return (self.x0 + self.x1) / 2


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line outside tables. ``text`` begins with the blanks of its indent."""

    text: str
    top: float
    bottom: float
    left: float


def read_lines(glyphs: Iterable[Glyph]) -> list[PageLine]:
    """Lines of text, indented from their common left margin."""
    groups = [group for group in group_lines(glyphs) if any(g.text.strip() for g in group)]
    margin = min((g.x0 for group in groups for g in group if g.text.strip()), default=0.0)
    lines = []
    for group in groups:
        first = next(g for g in group if g.text.strip())
        indent = min(_WIDEST_RUN, round((first.x0 - margin) / (first.size / 2)))
        top, bottom = min(g.top for g in group), max(g.bottom for g in group)
        lines.append(PageLine(" " * indent + join_glyphs(group), top, bottom, first.x0))
    return lines


def group_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters whose middle lies in the height of the line's first character share a line; each line from left to right."""
    lines: list[list[Glyph]] = []
    tallest: list[Glyph] = []  # of each line
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.x0)):
        middle = glyph.middle
        for number in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            line, high = lines[number], tallest[number]
            inside = high.top + 0.15 * high.size < middle < high.bottom - 0.15 * high.size
            if inside or (glyph.size > high.size and glyph.top + 0.15 * glyph.size < high.middle < glyph.bottom - 0.15 * glyph.size):
                line.append(glyph)
                if glyph.size > high.size:
                    tallest[number] = glyph
                break
        else:
            lines.append([glyph])
            tallest.append(glyph)
    _attach_marks(lines, tallest)
    return [sorted(line, key=lambda g: (g.x0, g.x1)) for line in lines if line]


def _attach_marks(lines: list[list[Glyph]], tallest: Sequence[Glyph]) -> None:
    """Put small characters that are raised or lowered beside a line (120², CO₂) into that line."""
    for (one, high), (other, higher) in pairwise(zip(lines, tallest, strict=True)):
        if min(high.size, higher.size) > _MARK_SIZE * max(high.size, higher.size):
            continue
        small, line = (one, other) if high.size < higher.size else (other, one)
        size = max(high.size, higher.size)
        if line and small and all(_adjoins(mark, line, small, size) for mark in small):
            line += small
            small.clear()


def _adjoins(mark: Glyph, line: Sequence[Glyph], marks: Sequence[Glyph], size: float) -> bool:
    """Whether a small character follows one of the line, or another mark, without a gap, and overlaps the line in height."""
    left = next((glyph for glyph in (*line, *marks) if -0.3 * size < mark.x0 - glyph.x1 < 0.3 * size and glyph.x0 < mark.x0), None)
    return left is not None and min(left.bottom, mark.bottom) - max(left.top, mark.top) > 0.35 * mark.size


def join_glyphs(group: Sequence[Glyph]) -> str:
    """The text of one line; gaps become blanks, wide ones a run as long as the gap is in half-width characters.

    Small raised digits become ¹²³: they mark a footnote, and as plain digits would be read with the number or word before them.
    """
    text, before, blank = "", None, False
    base: Glyph | None = None
    for glyph in group:
        if not glyph.text.strip():
            blank = True
            continue
        if before is not None:
            text += " " * _count_blanks(before, glyph, printed_blank=blank)
        is_small = base is not None and glyph.size <= _MARK_SIZE * base.size
        is_mark = is_small and base and base.bottom - glyph.bottom > _RAISED * base.size and not text.endswith(_MARK_SIGNS)
        text += glyph.text.translate(_SUPERIOR) if is_mark else glyph.text
        base = base if is_small else glyph
        before, blank = glyph, False
    return text


def _count_blanks(left: Glyph, right: Glyph, *, printed_blank: bool) -> int:
    size = min(left.size, right.size)
    gap = (right.x0 - left.x1) / size
    if gap >= _WIDE_GAP:
        return min(_WIDEST_RUN, max(2, round(gap * 2)))
    if printed_blank:
        return int(gap > _GAP_PRINTED_BLANK)
    japanese = is_japanese(left.text[-1]) or is_japanese(right.text[0])
    return int(gap > (_GAP_JAPANESE if japanese else _GAP_WESTERN))


def read_cell(glyphs: Sequence[Glyph]) -> tuple[str, ...]:
    """Lines of a table cell. Text set from top to bottom gives a line for each of its columns, from right to left."""
    printed = [glyph for glyph in glyphs if glyph.text.strip()]
    if not _is_vertical(printed):
        return tuple(line.text.strip() for line in read_lines(glyphs))
    return tuple(read_turned(printed))


def _is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether Japanese characters stand nearer to those below them than to those beside them, in straight columns.

    Figures and ratings one below the other (5, 8; ○, ○) are values of their own.
    """
    if len({round(glyph.middle) for glyph in glyphs}) < 2 or not all(_sets_vertically(glyph.text) for glyph in glyphs):
        return False
    columns = _group_columns(glyphs)
    size = max(glyph.size for glyph in glyphs)
    straight = all(abs(glyph.centre - column[0].centre) < 0.3 * size for column in columns for glyph in column)
    pitches = [below.middle - above.middle for column in columns for above, below in pairwise(column)]
    if not straight or not pitches or min(pitches) < 0.8 * size:
        return False
    widths = [right[0].centre - left[0].centre for right, left in pairwise(columns)]
    return sorted(pitches)[len(pitches) // 2] < 0.95 * min(widths, default=3 * size)


def _sets_vertically(text: str) -> bool:
    return not (text.isascii() or text.isdecimal() or "Ａ" <= text <= "ｚ" or text in "○◎●△▲×〇－―→")


def read_turned(glyphs: Sequence[Glyph]) -> list[str]:
    """Turned text column by column from the right, each from top to bottom."""
    return ["".join(glyph.text for glyph in column) for column in _group_columns([g for g in glyphs if g.text.strip()])]


def _group_columns(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    columns: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (-g.centre, g.top)):
        if columns and abs(columns[-1][0].centre - glyph.centre) < 0.6 * glyph.size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return [sorted(column, key=lambda g: g.top) for column in columns]
