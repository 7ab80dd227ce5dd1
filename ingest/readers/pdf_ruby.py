"""Readings printed small over kanji (ruby). Lengths are points, y grows downwards."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

from ingest.readers.pdf_glyphs import Glyph

# A reading is at most this share of the kanji's size, and stands this near above it (in em of the kanji; fonts overlap a little).
_RUBY_SIZE, _RUBY_OVERLAP, _RUBY_GAP = 0.62, -0.4, 0.3


def drop_ruby(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters without the readings printed over kanji: they are no part of the sentence that they stand above."""
    sizes = sorted({glyph.size for glyph in glyphs})
    if not sizes or sizes[0] > _RUBY_SIZE * sizes[-1]:
        return list(glyphs)
    kanji = sorted((glyph for glyph in glyphs if "\u4e00" <= glyph.text <= "\u9fff" or glyph.text == "々"), key=lambda g: g.top)
    tops = [glyph.top for glyph in kanji]
    return [glyph for glyph in glyphs if not (_is_kana(glyph.text) and _is_reading(glyph, kanji, tops))]


def _is_kana(text: str) -> bool:
    return "\u3041" <= text <= "\u30ff"


def _is_reading(kana: Glyph, kanji: Sequence[Glyph], tops: Sequence[float]) -> bool:
    """Whether a kanji of at least the fitting size stands right below."""
    largest = 3 * kana.size / _RUBY_SIZE
    first, last = bisect_left(tops, kana.bottom + _RUBY_OVERLAP * largest), bisect_right(tops, kana.bottom + _RUBY_GAP * largest)
    return any(
        kana.size <= _RUBY_SIZE * base.size
        and _RUBY_OVERLAP * base.size <= base.top - kana.bottom <= _RUBY_GAP * base.size
        and base.x0 - 0.6 * base.size < kana.centre < base.x1 + 0.6 * base.size
        for base in kanji[first:last]
    )
