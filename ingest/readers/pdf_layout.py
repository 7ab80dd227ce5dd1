"""A PDF page's characters → lines in reading order and ruled tables, by geometry. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pdfplumber.page import Page
from pdfplumber.table import Table as RuledTable

from ingest.characters import is_japanese
from ingest.readers.pdf_characters import printed_character

# Gaps in em between two characters from which on a blank stands there. Justified Japanese is spread by up to half an em; a blank that the
# file itself holds needs much less.
_GAP_JAPANESE, _GAP_WESTERN, _GAP_PRINTED_BLANK = 0.7, 0.22, 0.12
_WIDE_GAP = 1.6
# Bold is faked by printing a character again this many points beside itself.
_SAME_PLACE = 0.6
_WIDEST_RUN = 40
# A white space of this many line heights between two lines is a blank line.
_PARAGRAPH_GAP = 0.9
# Drawings with more strokes than this (maps, charts) are not searched for tables: it takes minutes and finds none.
_MOST_STROKES = 12_000
# A grid whose rules cut through more than this share of the neighbouring characters inside it is a chart, not a table.
_MOST_CUTS = 0.04
_LEAST_FILLED = 0.3

Box = tuple[float, float, float, float]


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
class PageCell:
    """Lines of one cell. A place that is merged away has none and names the (row, column) of the cell that covers it."""

    lines: tuple[str, ...]
    covered_by: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a page; merged-away cells are empty. ``is_grid`` is False for frames and one-column boxes, which are only an order of reading."""

    rows: tuple[tuple[PageCell, ...], ...]
    top: float
    left: float
    bottom: float
    is_grid: bool


@dataclass(frozen=True, slots=True)
class PageLine:
    """A line outside tables. ``text`` begins with the blanks of its indent."""

    text: str
    top: float
    bottom: float
    left: float


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


def lay_out(page: Page, upright: Sequence[Glyph], turned: Sequence[Glyph]) -> list[PageLine | PageTable]:
    """Tables, frames and lines of a page from top to bottom, things beside each other from left to right, turned text last."""
    parts: list[PageLine | PageTable] = []
    rest = list(upright)
    for table in _outermost(_find_ruled(page)):
        inside = [glyph for glyph in rest if _holds(table.bbox, glyph)]
        read = _read_table(table, inside)
        if read is not None:
            parts.append(read)
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    parts += _read_lines(rest)
    ordered = sorted(parts, key=lambda part: (round(part.top / 4), part.left))
    return ordered + [PageLine(text, page.height, page.height, 0) for text in _read_turned(turned)]


def _find_ruled(page: Page) -> list[RuledTable]:
    if len(page.rects) + len(page.lines) + len(page.curves) > _MOST_STROKES:
        return []
    return page.find_tables()


def _outermost(tables: Iterable[RuledTable]) -> list[RuledTable]:
    kept: list[RuledTable] = []
    for table in sorted(tables, key=lambda t: (t.bbox[0] - t.bbox[2]) * (t.bbox[3] - t.bbox[1])):
        if not any(_overlap(table.bbox, other.bbox) for other in kept):
            kept.append(table)
    return kept


def _overlap(a: Sequence[float], b: Sequence[float]) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2


def _holds(box: Sequence[float], glyph: Glyph) -> bool:
    return box[0] <= glyph.centre < box[2] and box[1] <= glyph.middle < box[3]


def _read_table(table: RuledTable, glyphs: Sequence[Glyph]) -> PageTable | None:
    """The table with its text, None where it is a drawing: empty, or its rules cut words apart."""
    boxes = [list(row.cells) for row in table.rows]
    held: dict[int, tuple[int, int]] = {}
    contents: dict[tuple[int, int], list[Glyph]] = {}
    for glyph in glyphs:
        place = next(((r, c) for r, row in enumerate(boxes) for c, box in enumerate(row) if box and _holds(box, glyph)), None)
        if place is not None:
            held[id(glyph)] = place
            contents.setdefault(place, []).append(glyph)
    printed = [glyph for glyph in glyphs if glyph.text.strip()]
    if (
        not any(glyph.text.strip() for cell in contents.values() for glyph in cell)
        or _count_cuts(printed, held) > len(printed) * _MOST_CUTS
    ):
        return None
    rows = tuple(
        tuple(
            PageCell(tuple(line.text.strip() for line in _read_lines(contents.get((r, c), ()))), None if box else _covering(boxes, r, c))
            for c, box in enumerate(row)
        )
        for r, row in enumerate(boxes)
    )
    left, top, _, bottom = table.bbox
    return PageTable(rows, top, left, bottom, is_grid=_is_grid(rows, boxes))


def _covering(boxes: Sequence[Sequence[Box | None]], row: int, column: int) -> tuple[int, int] | None:
    """The cell that lies over a place without a box of its own: the one it was merged into."""
    lefts = [box[0] for other in boxes if (box := other[column])]
    tops = [box[1] for box in boxes[row] if box]
    if not lefts or not tops:
        return None
    x, y = min(lefts) + 1, min(tops) + 1
    covers = (
        (r, c) for r, other in enumerate(boxes) for c, box in enumerate(other) if box and box[0] <= x < box[2] and box[1] <= y < box[3]
    )
    return next(covers, None)


def _count_cuts(glyphs: Sequence[Glyph], held: dict[int, tuple[int, int]]) -> int:
    """How often neighbours of one word stand in different columns, or a character in no cell at all."""
    cuts = sum(id(glyph) not in held for glyph in glyphs)
    for line in _group_lines(glyphs):
        for left, right in pairwise(line):
            touching = right.x0 - left.x1 < 0.15 * min(left.size, right.size) and abs(left.size - right.size) < 1
            cuts += touching and held.get(id(left)) != held.get(id(right))
    return cuts


def _is_grid(rows: Sequence[Sequence[PageCell]], boxes: Sequence[Sequence[Box | None]]) -> bool:
    """Two columns and two rows with text, and not a drawing of mostly empty boxes."""
    filled = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.lines]
    places = sum(box is not None for row in boxes for box in row)
    return len({r for r, _ in filled}) >= 2 and len({c for _, c in filled}) >= 2 and len(filled) >= _LEAST_FILLED * places


def _group_lines(glyphs: Iterable[Glyph]) -> list[list[Glyph]]:
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


def _read_lines(glyphs: Iterable[Glyph]) -> list[PageLine]:
    groups = [group for group in _group_lines(glyphs) if any(g.text.strip() for g in group)]
    margin = min((g.x0 for group in groups for g in group if g.text.strip()), default=0.0)
    lines = []
    for group in groups:
        first = next(g for g in group if g.text.strip())
        indent = min(_WIDEST_RUN, round((first.x0 - margin) / (first.size / 2)))
        top, bottom = min(g.top for g in group), max(g.bottom for g in group)
        lines.append(PageLine(" " * indent + _join_glyphs(group), top, bottom, first.x0))
    return lines


def _join_glyphs(group: Sequence[Glyph]) -> str:
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
        return min(_WIDEST_RUN, max(2, round(gap * 2)))
    if printed_blank:
        return int(gap > _GAP_PRINTED_BLANK)
    japanese = is_japanese(left.text[-1]) or is_japanese(right.text[0])
    return int(gap > (_GAP_JAPANESE if japanese else _GAP_WESTERN))


def _read_turned(glyphs: Sequence[Glyph]) -> list[str]:
    """Turned text column by column from the right, each from top to bottom."""
    columns: list[list[Glyph]] = []
    for glyph in sorted((g for g in glyphs if g.text.strip()), key=lambda g: (-g.centre, g.top)):
        if columns and abs(columns[-1][0].centre - glyph.centre) < 0.6 * glyph.size:
            columns[-1].append(glyph)
        else:
            columns.append([glyph])
    return ["".join(g.text for g in sorted(column, key=lambda g: g.top)) for column in columns]


def needs_blank_line(above: PageLine | PageTable | None, below: PageLine | PageTable) -> bool:
    """Whether the print leaves a blank line between two parts of a page."""
    if above is None:
        return False
    if isinstance(above, PageTable) or isinstance(below, PageTable):
        return True
    return below.top - above.bottom > _PARAGRAPH_GAP * (below.bottom - below.top)
