"""Tables with horizontal rules only: their columns are the white strips between the heads. Lengths are points, y grows downwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_rules import TOLERANCE, Edge, Rules

_LEAST_RULES, _LEAST_COLUMNS = 4, 3
# White in em between two heads, and between the columns of all rows.
_HEAD_GAP, _STRIP = 0.7, 0.45

_Interval = tuple[float, float]


def rule_columns(rules: Rules, glyphs: Sequence[Glyph]) -> Rules:
    """Vertical rules for the tables that have none: four or more rules of the same ends, with three or more heads between the first two."""
    columns = Rules()
    for group in _same_ends(rules.horizontal):
        x0, x1 = group[0][1], group[0][2]
        if any(x0 + TOLERANCE < x < x1 - TOLERANCE and y0 < group[-1][0] and y1 > group[0][0] for x, y0, y1 in rules.vertical):
            continue
        held = [glyph for glyph in glyphs if glyph.text.strip() and x0 <= glyph.centre <= x1 and group[0][0] < glyph.middle < group[-1][0]]
        _rule_bands(columns, [edge[0] for edge in group], (x0, x1), held)
    return columns


def _same_ends(edges: Iterable[Edge]) -> Iterator[list[Edge]]:
    groups: list[list[Edge]] = []
    for edge in sorted(edges):
        group = next((g for g in groups if abs(g[0][1] - edge[1]) < TOLERANCE and abs(g[0][2] - edge[2]) < TOLERANCE), None)
        if group is None:
            groups.append([edge])
        elif edge[0] - group[-1][0] > TOLERANCE:
            group.append(edge)
    yield from (group for group in groups if len(group) >= _LEAST_RULES)


def _rule_bands(columns: Rules, ys: Sequence[float], ends: _Interval, glyphs: Sequence[Glyph]) -> None:
    """Add the columns of the bands between the rules, from the first band with heads to where text runs through all strips."""
    strips: list[_Interval] = []
    bands: list[_Interval] = []
    for top, bottom in pairwise(ys):
        held = [glyph for glyph in glyphs if top <= glyph.middle < bottom]
        pieces = _pieces(held)
        if not strips:
            strips = [(left[1], right[0]) for left, right in pairwise(pieces)] if len(pieces) >= _LEAST_COLUMNS else []
            bands = [(top, bottom)] if strips else []
            continue
        if len(pieces) == 1 and any(pieces[0][0] < low and high < pieces[0][1] for low, high in strips):
            continue  # a heading inside the table
        size = held[0].size if held else 0.0
        kept = [strip for old in strips if (strip := _widest_white(old, held)) and strip[1] - strip[0] >= _STRIP * size]
        if len(kept) < _LEAST_COLUMNS - 1:
            break
        strips = kept
        bands.append((top, bottom))
    if len(bands) < _LEAST_RULES - 1:
        return
    for top, bottom in bands:
        for x in (ends[0], *((low + high) / 2 for low, high in strips), ends[1]):
            columns.add((x, top), (x, bottom))


def _pieces(glyphs: Iterable[Glyph]) -> list[_Interval]:
    """The stretches of a band that hold text, whichever of its lines it stands on."""
    pieces: list[_Interval] = []
    for glyph in sorted(glyphs, key=lambda g: g.x0):
        if pieces and glyph.x0 - pieces[-1][1] < _HEAD_GAP * glyph.size:
            pieces[-1] = (pieces[-1][0], max(pieces[-1][1], glyph.x1))
        else:
            pieces.append((glyph.x0, glyph.x1))
    return pieces


def _widest_white(strip: _Interval, glyphs: Iterable[Glyph]) -> _Interval | None:
    """The widest part of a strip that no character of a band covers."""
    edge, best = strip[0], None
    inside = sorted((glyph for glyph in glyphs if glyph.x1 > strip[0] and glyph.x0 < strip[1]), key=lambda g: g.x0)
    for low, high in [*((glyph.x0, glyph.x1) for glyph in inside), (strip[1], strip[1])]:
        if low > edge and (best is None or low - edge > best[1] - best[0]):
            best = (edge, low)
        edge = max(edge, high)
    return best
