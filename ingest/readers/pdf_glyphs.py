"""A PDF page's characters → lines of text, by geometry. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pdfplumber.page import Page

from ingest.characters import is_japanese
from ingest.readers.pdf_characters import printed_character

# Gaps in em between two characters from which on a blank stands there. Justified Japanese is spread by up to half an em; a blank that the
# file itself holds needs much less.
_GAP_JAPANESE, _GAP_WESTERN, _GAP_PRINTED_BLANK = 0.7, 0.22, 0.12
_WIDE_GAP = 1.6
# Bold is faked by printing a character again this many points beside itself.
_SAME_PLACE = 0.6
WIDEST_RUN = 40


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


def read_glyphs(page: Page) -> tuple[list[Glyph], list[Glyph]]:
    """The upright characters of a page, and those of turned text. Characters printed twice for bold are taken once."""
    upright, turned = [], []
    seen: set[tuple[str, int, int]] = set()
    for char in page.chars:
        text = printed_character(char["text"])
        x, y = round(char["x0"] / _SAME_PLACE), round(char["top"] / _SAME_PLACE)
        again = any((text, x + dx, y + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if text and not again:
            seen.add((text, x, y))
            glyph = Glyph(text, char["x0"], char["x1"], char["top"], char["bottom"], max(char["size"], 1.0), char["fontname"])
            (upright if char["upright"] else turned).append(glyph)
    return upright, turned


def group_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
    """Characters whose middle lies in the height of the line's first character share a line; each line from left to right."""
    lines: list[list[Glyph]] = []
    for glyph in sorted(glyphs, key=lambda g: (g.middle, g.x0)):
        for line in reversed(lines[-3:]):
            widest = max(line, key=lambda g: g.size)
            if widest.top + 0.15 * widest.size < glyph.middle < widest.bottom - 0.15 * widest.size or (
                glyph.size > widest.size and glyph.top + 0.15 * glyph.size < widest.middle < glyph.bottom - 0.15 * glyph.size
            ):
                line.append(glyph)
                break
        else:
            lines.append([glyph])
    return [sorted(line, key=lambda g: (g.x0, g.x1)) for line in lines]


def join_glyphs(group: Sequence[Glyph]) -> str:
    """The text of one line; gaps become blanks, wide ones a run as long as the gap is in half-width characters."""
    text, before, blank = "", None, False
    for glyph in group:
        if not glyph.text.strip():
            blank = True
            continue
        if before is not None:
            text += " " * _count_blanks(before, glyph, printed_blank=blank)
        text, before, blank = text + glyph.text, glyph, False
    return text


def _count_blanks(left: Glyph, right: Glyph, *, printed_blank: bool) -> int:
    size = min(left.size, right.size)
    gap = (right.x0 - left.x1) / size
    if gap >= _WIDE_GAP:
        return min(WIDEST_RUN, max(2, round(gap * 2)))
    if printed_blank:
        return int(gap > _GAP_PRINTED_BLANK)
    japanese = is_japanese(left.text[-1]) or is_japanese(right.text[0])
    return int(gap > (_GAP_JAPANESE if japanese else _GAP_WESTERN))


def read_turned(glyphs: Sequence[Glyph]) -> list[str]:
    """Turned text column by column from the right, each from top to bottom."""
    columns: list[list[Glyph]] = []
    for glyph in sorted((g for g in glyphs if g.text.strip()), key=lambda g: (-g.centre, g.top)):
        if columns and abs(columns[-1][0].centre - glyph.centre) < 0.6 * glyph.size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return ["".join(g.text for g in sorted(column, key=lambda g: g.top)) for column in columns]
