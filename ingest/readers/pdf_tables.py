"""Ruled tables of a PDF page with the text of their cells. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.readers.pdf_bands import rule_columns
from ingest.readers.pdf_glyphs import Glyph, group_lines, read_cell
from ingest.readers.pdf_rules import Box, RuledTable, Rules, find_tables
from ingest.readers.pdf_shading import areas_apart, is_shading, rule_plain_rows

# A grid whose rules cut through more than this share of the neighbouring characters inside it is a chart, not a table.
_MOST_CUTS = 0.04
_LEAST_FILLED = 0.3

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class PageCell:
    """Lines of one cell. A place that is merged away has none and names the (row, column) of the cell that covers it."""

    lines: tuple[str, ...]
    covered_by: Place | None = None


@dataclass(frozen=True, slots=True)
class PageTable:
    """A table of a page; merged-away cells are empty. ``is_grid`` is False for frames and one-column boxes, which are only an order of reading."""

    rows: tuple[tuple[PageCell, ...], ...]
    top: float
    left: float
    bottom: float
    is_grid: bool


def take_tables(rules: Rules, glyphs: Sequence[Glyph]) -> tuple[list[PageTable], list[Glyph]]:
    """The tables with their text, and the characters outside of them. Of tables inside each other the outermost counts."""
    tables: list[PageTable] = []
    rest = list(glyphs)
    for table in _outermost(_find_tables(rules, glyphs)):
        inside = [glyph for glyph in rest if _holds(table.box, glyph)]
        read = _read_table(table, inside)
        if read is not None:
            tables.append(read)
            taken = set(map(id, inside))
            rest = [glyph for glyph in rest if id(glyph) not in taken]
    return tables, rest


def _find_tables(rules: Rules, glyphs: Sequence[Glyph]) -> list[RuledTable]:
    """The tables, those that are told by shading completed; a single shaded row is none."""
    rules = rules.merge()
    found = find_tables(rules.join([rule_columns(rules, glyphs)]).close())
    if not rules.areas:
        return found
    whole = rules.join(areas_apart(rules.areas, found)).merge()
    closed = whole.join([rule_columns(whole, glyphs)]).close()
    found = find_tables(closed)
    drawn = rules.boxes()
    shaded = [table for table in found if is_shading(table, drawn)]
    more = rule_plain_rows(shaded, glyphs) if len(shaded) > 1 else Rules()
    if more.vertical:
        found = find_tables(closed.join([more]))
    return [table for table in found if len(table.tops) > 1 or not is_shading(table, drawn)]


def _outermost(tables: Iterable[RuledTable]) -> list[RuledTable]:
    kept: list[RuledTable] = []
    for table in sorted(tables, key=lambda t: (t.box[0] - t.box[2]) * (t.box[3] - t.box[1])):
        if not any(_overlap(table.box, other.box) for other in kept):
            kept.append(table)
    return kept


def _overlap(a: Box, b: Box) -> bool:
    return min(a[2], b[2]) - max(a[0], b[0]) > 2 and min(a[3], b[3]) - max(a[1], b[1]) > 2


def _holds(box: Box, glyph: Glyph) -> bool:
    return box[0] <= glyph.centre < box[2] and box[1] <= glyph.middle < box[3]


def _read_table(table: RuledTable, glyphs: Sequence[Glyph]) -> PageTable | None:
    """The table with its text, None where it is a drawing: empty, or its rules cut words apart."""
    held: dict[int, Place] = {}
    contents: dict[Place, list[Glyph]] = {}
    for glyph in glyphs:
        place = table.find_cell(glyph.centre, glyph.middle)
        if place is not None:
            held[id(glyph)] = place
            contents.setdefault(place, []).append(glyph)
    printed = [glyph for glyph in glyphs if glyph.text.strip()]
    if not any(id(glyph) in held for glyph in printed) or _count_cuts(printed, held) > len(printed) * _MOST_CUTS:
        return None
    rows = tuple(
        tuple(PageCell(read_cell(contents.get((r, c), ())), None if box else table.owners.get((r, c))) for c, box in enumerate(row))
        for r, row in enumerate(table.boxes)
    )
    left, top, _, bottom = table.box
    return PageTable(rows, top, left, bottom, is_grid=_is_grid(rows, table.boxes))


def _count_cuts(glyphs: Sequence[Glyph], held: dict[int, Place]) -> int:
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
