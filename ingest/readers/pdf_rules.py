"""Rules of a page → the cells they enclose. Lengths are points, y grows downwards.

Rules within a few points of one line are one rule. They cut the plane into fields; fields that no rule parts are one cell, if they form a rectangle
that is ruled all round. Cells that share a corner are one table.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import product

# Points within which rules count as one line, and ends as meeting.
TOLERANCE = 3.0
_SHORTEST = 3.0
# A grid of more fields than this is a drawing (hatching, graph paper).
_MOST_FIELDS = 60_000

Box = tuple[float, float, float, float]
# (position across, start, end)
Edge = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Rules:
    """Horizontal rules as (y, x0, x1), vertical ones as (x, y0, y1); ``areas`` are the sides of what is filled."""

    horizontal: list[Edge] = field(default_factory=list)
    vertical: list[Edge] = field(default_factory=list)
    areas: list[Rules] = field(default_factory=list)

    def add(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Add a stroke that runs along one of the axes."""
        (x0, x1), (y0, y1) = sorted((start[0], end[0])), sorted((start[1], end[1]))
        if x1 - x0 >= y1 - y0:
            self.horizontal.append(((y0 + y1) / 2, x0, x1))
        else:
            self.vertical.append(((x0 + x1) / 2, y0, y1))

    def boxes(self) -> list[Box]:
        """The extents of the rules, without those of areas."""
        return [(x0, y, x1, y) for y, x0, x1 in self.horizontal] + [(x, y0, x, y1) for x, y0, y1 in self.vertical]

    def join(self, others: Iterable[Rules]) -> Rules:
        """These rules and others, as rules."""
        parts = (self, *others)
        return Rules([edge for part in parts for edge in part.horizontal], [edge for part in parts for edge in part.vertical])

    def merge(self) -> Rules:
        """The rules with those that touch or overlap on one line as one, and without short remains."""
        return Rules(_merge(self.horizontal), _merge(self.vertical), self.areas)

    def close(self) -> Rules:
        """The rules, and those that close tables printed open at a side, or cut by the end of a page."""
        merged = self.merge()
        return merged.join(
            [Rules(list(_find_open_sides(merged.vertical, merged.horizontal)), list(_find_open_sides(merged.horizontal, merged.vertical)))]
        )


@dataclass(frozen=True, slots=True)
class RuledTable:
    """Cells in rows and columns: ``boxes[row][column]`` is None where a merged cell covers the place, or nothing is ruled.

    ``lefts`` and ``tops`` are where columns and rows begin, ``owners`` the (row, column) of the cell that lies over each place.
    """

    box: Box
    boxes: tuple[tuple[Box | None, ...], ...]
    lefts: tuple[float, ...]
    tops: tuple[float, ...]
    owners: dict[tuple[int, int], tuple[int, int]]

    def find_cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The (row, column) of the cell around a point."""
        owner = self.owners.get((bisect_right(self.tops, y) - 1, bisect_right(self.lefts, x) - 1))
        box = self.boxes[owner[0]][owner[1]] if owner else None
        return owner if box and box[0] <= x < box[2] and box[1] <= y < box[3] else None


def _find_open_sides(edges: Sequence[Edge], others: Sequence[Edge]) -> Iterator[Edge]:
    """Where three or more rules end on one line that no rule across them closes, though others run across them elsewhere."""
    ends: dict[int, list[tuple[float, Edge]]] = {}
    for edge in edges:
        for end in edge[1:]:
            ends.setdefault(round(end / TOLERANCE), []).append((end, edge))
    for found in ends.values():
        end, ending = found[0][0], [edge for _, edge in found]
        positions = [edge[0] for edge in ending]
        first, last = min(positions), max(positions)
        if len(set(map(round, positions))) < 3:
            continue
        low, high = min(edge[1] for edge in ending), max(edge[2] for edge in ending)
        across = [other[0] for other in others if other[1] < last and other[2] > first]
        is_closed = any(abs(other - end) < 2 * TOLERANCE for other in across)
        if not is_closed and any(low + TOLERANCE < other < high - TOLERANCE for other in across):
            yield end, first, last


def find_tables(rules: Rules) -> list[RuledTable]:
    """Tables of two or more cells, by their place on the page."""
    horizontal, vertical = _merge(rules.horizontal), _merge(rules.vertical)
    boxes = [box for group in _connected(horizontal, vertical) for box in _find_cells(*group)]
    return sorted((_make_table(cells) for cells in _group_by_corner(boxes) if len(cells) > 1), key=lambda t: (t.box[1], t.box[0]))


def _merge(edges: Iterable[Edge]) -> list[Edge]:
    """Rules on one line that touch or overlap become one; short remains are dropped."""
    merged: list[Edge] = []
    line: list[Edge] = []
    for edge in sorted(edges):
        if line and edge[0] - line[0][0] > TOLERANCE:
            merged += _join(line)
            line = []
        line.append(edge)
    return merged + list(_join(line))


def _join(line: Sequence[Edge]) -> Iterator[Edge]:
    if not line:
        return
    position = sum(edge[0] for edge in line) / len(line)
    start, end = None, 0.0
    for _, low, high in sorted(line, key=lambda edge: edge[1]):
        if start is not None and low <= end + TOLERANCE:
            end = max(end, high)
            continue
        if start is not None and end - start >= _SHORTEST:
            yield position, start, end
        start, end = low, high
    if start is not None and end - start >= _SHORTEST:
        yield position, start, end


def _connected(horizontal: Sequence[Edge], vertical: Sequence[Edge]) -> Iterator[tuple[list[Edge], list[Edge]]]:
    """Groups of rules that meet or cross; ``vertical`` is sorted by x."""
    parents = list(range(len(horizontal) + len(vertical)))
    xs = [x for x, _, _ in vertical]
    for number, (y, x0, x1) in enumerate(horizontal):
        for index in range(bisect_left(xs, x0 - TOLERANCE), bisect_right(xs, x1 + TOLERANCE)):
            if vertical[index][1] - TOLERANCE <= y <= vertical[index][2] + TOLERANCE:
                _unite(parents, number, len(horizontal) + index)
    groups: dict[int, tuple[list[Edge], list[Edge]]] = {}
    for number, edge in enumerate((*horizontal, *vertical)):
        groups.setdefault(_root(parents, number), ([], []))[number >= len(horizontal)].append(edge)
    yield from (group for group in groups.values() if len(group[0]) > 1 and len(group[1]) > 1)


def _root(parents: list[int], item: int) -> int:
    while parents[item] != item:
        parents[item] = parents[parents[item]]
        item = parents[item]
    return item


def _unite(parents: list[int], one: int, other: int) -> None:
    one, other = _root(parents, one), _root(parents, other)
    parents[max(one, other)] = min(one, other)


def _find_cells(horizontal: Sequence[Edge], vertical: Sequence[Edge]) -> Iterator[Box]:
    """Rectangles that are ruled all round and hold no rule that parts them."""
    xs, ys = sorted({x for x, _, _ in vertical}), sorted({y for y, _, _ in horizontal})
    columns, rows = len(xs) - 1, len(ys) - 1
    if columns < 1 or rows < 1 or columns * rows > _MOST_FIELDS:
        return
    across = _covered(horizontal, ys, xs)  # (y, column): a rule runs along the top of this field
    down = _covered(vertical, xs, ys)  # (x, row): a rule runs along its left
    outside = columns * rows
    parents = list(range(outside + 1))

    def field_at(row: int, column: int) -> int:
        return row * columns + column if 0 <= row < rows and 0 <= column < columns else outside

    for row, column in product(range(rows + 1), range(columns)):
        if (row, column) not in across:
            _unite(parents, field_at(row - 1, column), field_at(row, column))
    for row, column in product(range(rows), range(columns + 1)):
        if (column, row) not in down:
            _unite(parents, field_at(row, column - 1), field_at(row, column))
    fields: dict[int, list[int]] = {}
    for number in range(outside):
        fields.setdefault(_root(parents, number), []).append(number)
    open_field = _root(parents, outside)
    for root, numbers in sorted(fields.items()):
        top, left = min(numbers) // columns, min(number % columns for number in numbers)
        bottom, right = max(numbers) // columns + 1, max(number % columns for number in numbers) + 1
        if root != open_field and len(numbers) == (bottom - top) * (right - left):
            yield xs[left], ys[top], xs[right], ys[bottom]


def _covered(edges: Iterable[Edge], positions: Sequence[float], steps: Sequence[float]) -> set[tuple[int, int]]:
    covered = set()
    places = {position: index for index, position in enumerate(positions)}
    for position, start, end in edges:
        first, last = bisect_left(steps, start - TOLERANCE), bisect_right(steps, end + TOLERANCE)
        covered.update((places[position], step) for step in range(first, last - 1))
    return covered


def _group_by_corner(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    parents = list(range(len(boxes)))
    corners: dict[tuple[float, float], int] = {}
    for number, (x0, y0, x1, y1) in enumerate(boxes):
        for corner in ((x0, y0), (x1, y0), (x0, y1), (x1, y1)):
            _unite(parents, number, corners.setdefault(corner, number))
    groups: dict[int, list[Box]] = {}
    for number, box in enumerate(boxes):
        groups.setdefault(_root(parents, number), []).append(box)
    yield from groups.values()


def _make_table(cells: Sequence[Box]) -> RuledTable:
    lefts, tops = tuple(sorted({box[0] for box in cells})), tuple(sorted({box[1] for box in cells}))
    places: list[list[Box | None]] = [[None] * len(lefts) for _ in tops]
    owners: dict[tuple[int, int], tuple[int, int]] = {}
    for box in cells:
        row, column = bisect_left(tops, box[1]), bisect_left(lefts, box[0])
        places[row][column] = box
        for r in range(row, bisect_left(tops, box[3])):
            owners.update(((r, c), (row, column)) for c in range(column, bisect_left(lefts, box[2])))
    whole = (lefts[0], tops[0], max(box[2] for box in cells), max(box[3] for box in cells))
    return RuledTable(whole, tuple(tuple(row) for row in places), lefts, tops, owners)
