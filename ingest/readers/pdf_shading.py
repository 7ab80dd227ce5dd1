"""Tables without rules whose rows are told apart by shading every other one. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ingest.readers.pdf_glyphs import Glyph, group_lines
from ingest.readers.pdf_rules import TOLERANCE, Box, RuledTable, Rules

_LEAST_COLUMNS = 3
# White in em between two lines from which on the lower one does not belong to the row.
_LINE_GAP = 0.9


def areas_apart(areas: Iterable[Rules], tables: Sequence[RuledTable]) -> list[Rules]:
    """The filled areas that are no coloured cells, bars or boxes inside of tables."""
    return [area for area in areas if not any(_is_inside(side, table.box) for side in area.boxes()[:1] for table in tables)]


def is_shading(table: RuledTable, drawn: Iterable[Box]) -> bool:
    """Whether a table is made of filled areas alone, so that it may be no more than the shaded rows of one."""
    return len(table.lefts) >= _LEAST_COLUMNS and not any(_touches(rule, table.box) for rule in drawn)


def _is_inside(side: Box, box: Box) -> bool:
    x, y = (side[0] + side[2]) / 2, (side[1] + side[3]) / 2
    return box[0] - TOLERANCE < x < box[2] + TOLERANCE and box[1] - TOLERANCE < y < box[3] + TOLERANCE


def _touches(one: Box, other: Box) -> bool:
    return min(one[2], other[2]) >= max(one[0], other[0]) and min(one[3], other[3]) >= max(one[1], other[1])


def rule_plain_rows(shaded: Iterable[RuledTable], glyphs: Sequence[Glyph]) -> Rules:
    """Rules for the rows between the shaded ones, and for the one below the last, where their text keeps to the columns."""
    rules = Rules()
    groups: list[list[RuledTable]] = []
    for table in sorted(shaded, key=lambda t: t.box[1]):
        group = next((group for group in groups if _same_columns(group[0], table)), None)
        if group is None:
            groups.append([table])
        else:
            group.append(table)
    for group in groups:
        _rule_group(rules, group, glyphs)
    return rules


def _same_columns(one: RuledTable, other: RuledTable) -> bool:
    return len(one.lefts) == len(other.lefts) and all(
        abs(a - b) < TOLERANCE for a, b in zip((*one.lefts, one.box[2]), (*other.lefts, other.box[2]), strict=True)
    )


def _rule_group(rules: Rules, group: Sequence[RuledTable], glyphs: Sequence[Glyph]) -> None:
    lines = (*group[0].lefts, group[0].box[2])
    inside = [glyph for glyph in glyphs if lines[0] <= glyph.centre < lines[-1] and glyph.text.strip()]
    plain = [(above.box[3], below.box[1]) for above, below in pairwise(group)]
    plain = [band for band in plain if _is_row(band, lines, inside)]
    if not plain:
        return
    last = (group[-1].box[3], _end_of_row(group[-1].box[3], inside))
    if _is_row(last, lines, inside):
        rules.add((lines[0], last[1]), (lines[-1], last[1]))
        plain.append(last)
    for top, bottom in plain:
        for x in lines:
            rules.add((x, top), (x, bottom))


def _is_row(band: tuple[float, float], lines: Sequence[float], glyphs: Iterable[Glyph]) -> bool:
    """Whether the text of a band stands in two columns or more and crosses none of their limits."""
    held = [glyph for glyph in glyphs if band[0] <= glyph.middle < band[1]]
    crosses = any(glyph.x0 + TOLERANCE < x < glyph.x1 - TOLERANCE for glyph in held for x in lines)
    return not crosses and len({sum(x <= glyph.centre for x in lines) for glyph in held}) > 1


def _end_of_row(top: float, glyphs: Iterable[Glyph]) -> float:
    """Where the lines end that follow each other closely below ``top``."""
    bottom = top
    for line in group_lines(glyph for glyph in glyphs if glyph.middle >= top):
        if min(glyph.top for glyph in line) - bottom > _LINE_GAP * line[0].size:
            break
        bottom = max(glyph.bottom for glyph in line) + 1
    return bottom
