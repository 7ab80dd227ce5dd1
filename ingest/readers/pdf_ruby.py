"""Readings printed small over kanji (ruby). Lengths are points, y grows downwards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from ingest.readers.pdf_glyphs import Glyph, group_lines

# A reading is half as large as its kanji, and stands this near above it (in em of the kanji; fonts overlap a little).
_RUBY_SIZE, _OVERLAP, _GAP = 0.56, -0.4, 0.3
# White in em that parts two readings on a line.
_BETWEEN = 1.0


def drop_ruby(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters without the readings printed over kanji: they are no part of the sentence that they stand above."""
    largest = max((glyph.size for glyph in glyphs), default=0.0)
    small = [glyph for glyph in glyphs if glyph.size <= _RUBY_SIZE * largest and glyph.text.strip()]
    if not any(_is_kana(glyph.text) for glyph in small):
        return list(glyphs)
    kanji = sorted((glyph for glyph in glyphs if "\u4e00" <= glyph.text <= "\u9fff" or glyph.text == "々"), key=lambda g: g.top)
    tops = [glyph.top for glyph in kanji]
    readings = {
        id(glyph)
        for run in _runs(small)
        if all(_is_kana(glyph.text) for glyph in run) and all(_is_reading(glyph, kanji, tops) for glyph in run)
        for glyph in run
    }
    return [glyph for glyph in glyphs if id(glyph) not in readings]


def _runs(glyphs: Sequence[Glyph]) -> Iterator[list[Glyph]]:
    """Small characters that stand together on a line."""
    for line in group_lines(glyphs):
        run: list[Glyph] = []
        for glyph in line:
            if run and glyph.x0 - run[-1].x1 > _BETWEEN * glyph.size:
                yield run
                run = []
            run.append(glyph)
        yield run


def _is_kana(text: str) -> bool:
    return "\u3041" <= text <= "\u30ff"


def _is_reading(kana: Glyph, kanji: Sequence[Glyph], tops: Sequence[float]) -> bool:
    """Whether a kanji of the fitting size stands right below."""
    largest = 3 * kana.size / _RUBY_SIZE
    first, last = bisect_left(tops, kana.bottom + _OVERLAP * largest), bisect_right(tops, kana.bottom + _GAP * largest)
    return any(
        kana.size <= _RUBY_SIZE * base.size
        and _OVERLAP * base.size <= base.top - kana.bottom <= _GAP * base.size
        and base.x0 - 0.6 * base.size < kana.centre < base.x1 + 0.6 * base.size
        for base in kanji[first:last]
    )
