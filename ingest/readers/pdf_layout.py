"""A PDF page → lines in reading order and tables, by geometry. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.readers.pdf_columns import split_columns
from ingest.readers.pdf_glyphs import Glyph, PageLine, group_lines, join_glyphs, read_lines, read_turned
from ingest.readers.pdf_page import PrintedPage
from ingest.readers.pdf_ruby import drop_ruby
from ingest.readers.pdf_tables import PageCell, PageTable, take_tables
from ingest.readers.pdf_unruled import find_unruled

# A white space of this many line heights between two lines is a blank line.
_PARAGRAPH_GAP = 0.9


def lay_out(page: PrintedPage) -> list[PageLine | PageTable]:
    """Tables, frames and lines of a page from top to bottom, things beside each other from left to right, turned text last."""
    tables, rest = take_tables(page.rules, drop_ruby(page.upright))
    turned: list[PageLine | PageTable] = [PageLine(text, page.height, page.height, 0) for text in read_turned(page.turned)]
    return _order(tables, rest) + turned


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
    lines: list[PageLine | PageTable] = list(read_lines(glyphs))
    for table in reversed(find_unruled(groups)):
        rows = tuple(tuple(PageCell(tuple(join_glyphs(line) for line in cell)) for cell in row) for row in table.rows)
        inside = [glyph for group in groups[table.first : table.end] for glyph in group]
        top, bottom = min(g.top for g in inside), max(g.bottom for g in inside)
        lines[table.first : table.end] = [PageTable(rows, top, min(g.x0 for g in inside), bottom, is_grid=True)]
    return lines


def needs_blank_line(above: PageLine | PageTable | None, below: PageLine | PageTable) -> bool:
    """Whether the print leaves a blank line between two parts of a page."""
    if above is None:
        return False
    if isinstance(above, PageTable) or isinstance(below, PageTable):
        return True
    return below.top - above.bottom > _PARAGRAPH_GAP * (below.bottom - below.top)
