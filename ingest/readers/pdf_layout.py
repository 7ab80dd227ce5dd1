"""A PDF page → lines in reading order and ruled tables, by geometry. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table as RuledTable

from ingest.readers.pdf_columns import split_columns
from ingest.readers.pdf_glyphs import WIDEST_RUN, Glyph, group_lines, join_glyphs, read_turned
from ingest.readers.pdf_unruled import find_unruled

# A white space of this many line heights between two lines is a blank line.
_PARAGRAPH_GAP = 0.9
# Drawings with more strokes than this (maps, charts) are not searched for tables: it takes minutes and finds none.
_MOST_STROKES = 12_000
# A grid whose rules cut through more than this share of the neighbouring characters inside it is a chart, not a table.
_MOST_CUTS = 0.04
# Points within which the ends of rules count as the same.
_SAME_END = 3
_LEAST_FILLED = 0.3

Box = tuple[float, float, float, float]


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
    ordered = _order(parts, rest)
    return ordered + [PageLine(text, page.height, page.height, 0) for text in read_turned(turned)]


def _order(tables: Sequence[PageTable], glyphs: Sequence[Glyph]) -> list[PageLine | PageTable]:
    """Tables part the page into bands. In each band columns of prose are read one after the other; what is beside a table follows its top."""
    ordered: list[PageLine | PageTable] = []
    rest = list(glyphs)
    for table in sorted(tables, key=lambda t: (round(t.top / 4), t.left)):
        above = [glyph for glyph in rest if glyph.middle < table.top]
        ordered += [part for block in split_columns(above) for part in _read_block(block)]
        ordered.append(table)
        rest = [glyph for glyph in rest if glyph.middle >= table.top]
    return ordered + [part for block in split_columns(rest) for part in _read_block(block)]


def _read_block(glyphs: Sequence[Glyph]) -> list[PageLine | PageTable]:
    """Lines of a block, its clear tables without rules as tables."""
    groups = [group for group in group_lines(glyphs) if any(g.text.strip() for g in group)]
    lines: list[PageLine | PageTable] = list(_read_lines(glyphs))
    for table in reversed(find_unruled(groups)):
        rows = tuple(tuple(PageCell(tuple(join_glyphs(line) for line in cell)) for cell in row) for row in table.rows)
        inside = [glyph for group in groups[table.first : table.end] for glyph in group]
        top, bottom = min(g.top for g in inside), max(g.bottom for g in inside)
        lines[table.first : table.end] = [PageTable(rows, top, min(g.x0 for g in inside), bottom, is_grid=True)]
    return lines


def _find_ruled(page: Page) -> list[RuledTable]:
    if len(page.rects) + len(page.lines) + len(page.curves) > _MOST_STROKES:
        return []
    return page.find_tables({"explicit_vertical_lines": _open_sides(page)})


def _open_sides(page: Page) -> list[dict[str, Any]]:
    """Rules that close tables printed open at their sides: where three or more horizontal rules end and no vertical one stands."""
    ends: dict[int, list[tuple[float, dict[str, Any]]]] = {}
    for edge in page.horizontal_edges:
        for x in (edge["x0"], edge["x1"]):
            ends.setdefault(round(x / _SAME_END), []).append((x, edge))
    sides = []
    for found in ends.values():
        x, edges = found[0][0], [edge for _, edge in found]
        top, bottom = min(edge["top"] for edge in edges), max(edge["top"] for edge in edges)
        left, right = min(edge["x0"] for edge in edges), max(edge["x1"] for edge in edges)
        beside = [edge["x0"] for edge in page.vertical_edges if edge["top"] < bottom and edge["bottom"] > top]
        is_closed = any(abs(other - x) < 2 * _SAME_END for other in beside)
        has_columns = any(left + _SAME_END < other < right - _SAME_END for other in beside)
        if len({round(edge["top"]) for edge in edges}) >= 3 and has_columns and not is_closed:
            sides.append({"object_type": "line", "x0": x, "x1": x, "top": top, "bottom": bottom, "width": 0, "height": bottom - top})
    return sides


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
    for line in group_lines(glyphs):
        for left, right in pairwise(line):
            touching = right.x0 - left.x1 < 0.15 * min(left.size, right.size) and abs(left.size - right.size) < 1
            cuts += touching and held.get(id(left)) != held.get(id(right))
    return cuts


def _is_grid(rows: Sequence[Sequence[PageCell]], boxes: Sequence[Sequence[Box | None]]) -> bool:
    """Two columns and two rows with text, and not a drawing of mostly empty boxes."""
    filled = [(r, c) for r, row in enumerate(rows) for c, cell in enumerate(row) if cell.lines]
    places = sum(box is not None for row in boxes for box in row)
    return len({r for r, _ in filled}) >= 2 and len({c for _, c in filled}) >= 2 and len(filled) >= _LEAST_FILLED * places


def _read_lines(glyphs: Iterable[Glyph]) -> list[PageLine]:
    groups = [group for group in group_lines(glyphs) if any(g.text.strip() for g in group)]
    margin = min((g.x0 for group in groups for g in group if g.text.strip()), default=0.0)
    lines = []
    for group in groups:
        first = next(g for g in group if g.text.strip())
        indent = min(WIDEST_RUN, round((first.x0 - margin) / (first.size / 2)))
        top, bottom = min(g.top for g in group), max(g.bottom for g in group)
        lines.append(PageLine(" " * indent + join_glyphs(group), top, bottom, first.x0))
    return lines


def needs_blank_line(above: PageLine | PageTable | None, below: PageLine | PageTable) -> bool:
    """Whether the print leaves a blank line between two parts of a page."""
    if above is None:
        return False
    if isinstance(above, PageTable) or isinstance(below, PageTable):
        return True
    return below.top - above.bottom > _PARAGRAPH_GAP * (below.bottom - below.top)
