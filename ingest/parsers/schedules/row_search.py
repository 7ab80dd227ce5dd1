"""The cheapest way to cut a flattened table into rows of a label and a cell for each column (dynamic programming), and whether print tells it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.parsers.schedules.row_costs import RowCosts
from ingest.parsers.schedules.row_pieces import Break, Piece

_LONGEST_LABEL, _LONGEST_CELL = 10, 20
_PRINTED = 0.5  # empty cells that blanks at the end of a line print
_MOST = 8.0  # a label or cell that costs more is none
_LIKEST = -6.0  # what two cells side by side cost that are alike in every way
_MARGIN = 0.7  # what a second way to cut a row must cost more for the first to be told

Cells = tuple[tuple[int, int, int], ...]
"""Cells of a row as (column, first piece, piece behind the last)."""


@dataclass(frozen=True, slots=True)
class Row:
    """Where the pieces of a row are: its label from ``start`` to ``label_end``, then its cells as (column, start, end)."""

    start: int
    label_end: int
    cells: Cells

    @property
    def end(self) -> int:
        return self.cells[-1][2] if self.cells else self.label_end


class RowSearch:
    """The cheapest way to cut ``pieces`` into rows of ``size`` cells."""

    def __init__(self, pieces: Sequence[Piece], size: int, costs: RowCosts) -> None:
        self._pieces = pieces
        self._size = size
        self._costs = costs
        self._rest: list[tuple[float, Row | None]] = [(math.inf, None)] * len(pieces) + [(0.0, None)]
        self._known: dict[tuple[int, int, int], tuple[float, Cells]] = {}

    def rows(self) -> list[Row]:
        for start in reversed(range(len(self._pieces))):
            if start == 0 or self._pieces[start].opens in (Break.LINE, Break.PARAGRAPH):
                self._rest[start] = self._best_row(start)
        found: list[Row] = []
        at = 0
        while at < len(self._pieces) and (row := self._rest[at][1]):
            found.append(row)
            at = row.end
        return found

    def _best_row(self, start: int) -> tuple[float, Row | None]:
        best: tuple[float, Row | None] = (math.inf, None)
        for label_end in self._label_ends(start):
            head = 0.5 + self._costs.label(start, label_end)
            if label_end > start:  # a label without cells
                best = min(best, (head + 4.0 + self._rest[label_end][0], Row(start, label_end, ())), key=_cost)
            if label_end < len(self._pieces) and head < _MOST:
                cost, cells = self._fill(self._first_column(label_end), label_end, label_end)
                best = min(best, (head + self._costs.begin(label_end) + cost, Row(start, label_end, cells)), key=_cost)
        return best

    def _label_ends(self, start: int) -> Iterator[int]:
        yield start
        for end in range(start + 1, min(start + _LONGEST_LABEL, len(self._pieces)) + 1):
            if self._pieces[end - 1].is_marked:
                return
            if end < len(self._pieces) and self._pieces[end].opens is Break.WRAP:
                continue
            yield end
            if self._pieces[end - 1].closes_label:
                return

    def _fill(self, column: int, before: int, start: int) -> tuple[float, Cells]:
        """The cheapest cells from ``column`` on, the first at ``start`` beside the cell ``before``..``start``, with all rows below them."""
        key = (column, before, start)
        if key not in self._known:
            self._known[key] = min(self._ways(column, before, start), key=_cost)
        return self._known[key]

    def _ways(self, column: int, before: int, start: int) -> Iterator[tuple[float, Cells]]:
        own = 0.0
        for end in range(start + 1, min(start + _LONGEST_CELL, len(self._pieces)) + 1):
            if end > start + 1:
                own += self._costs.stay(start, end - 1)
            if own > _MOST:
                return
            if end < len(self._pieces) and self._pieces[end].opens is Break.WRAP:
                continue  # no cell ends within a paragraph
            cost = own + (self._costs.pair(before, start, end) if before < start else 0.0)
            yield cost + self._missing(column, end) + self._rest[end][0], ((column, start, end),)
            if end < len(self._pieces) and column + 1 < self._size:
                following = min(column + 1 + self._pieces[end].skips, self._size - 1)
                rest, cells = self._fill(following, start, end)
                yield cost + self._costs.part(end) + rest, ((column, start, end), *cells)

    def _missing(self, column: int, end: int) -> float:
        """The row ends before its last column: trailing blanks may say so."""
        missing = self._size - 1 - column
        raw = self._pieces[end - 1].line.raw
        trailing = len(raw) - len(raw.rstrip(" ")) - 1
        return 0.0 if not missing else _PRINTED if trailing == missing else 3.0

    def is_clear(self, row: Row) -> bool:
        """Whether every other way to cut ``row`` that costs about as much puts its cells into the same columns.

        Of a row that prints fewer cells than years, blanks must tell which are empty; and something in print must tell where each cell begins.
        """
        if not row.cells or self._missing(row.cells[-1][0], row.end) > _PRINTED:
            return False
        bounds = [*(start for _, start, _ in row.cells), row.end, None]
        if not all(self._costs.is_told(*bounds[at : at + 4]) for at in range(len(row.cells) - 1)):
            return False
        columns_of, most = _columns_of(row), self._cost_of(row) + _MARGIN
        rivals = (
            cells
            for label_end in self._label_ends(row.start)
            if label_end < row.end
            for cells in self._cuts(self._first_column(label_end), None, label_end, row.end, most - self._head(row.start, label_end))
        )
        return all(columns_of.get(index, column) == column for cells in rivals for index, column in _columns(cells))

    def _cuts(self, column: int, before: int | None, start: int, end: int, most: float) -> Iterator[Cells]:
        """Every way to cut ``start``..``end`` into the cells from ``column`` on that costs less than ``most``."""
        own = 0.0
        for cut in range(start + 1, end + 1):
            own += self._costs.stay(start, cut - 1) if cut > start + 1 else 0.0
            if own > _MOST:
                return
            if cut < end and self._pieces[cut].opens is Break.WRAP:
                continue
            cost = own + (self._costs.pair(before, start, cut) if before is not None else 0.0)
            if cut == end:
                if cost + self._missing(column, end) < most:
                    yield ((column, start, end),)
            elif column + 1 < self._size:
                left = most - cost - self._costs.part(cut)
                if left > _LIKEST * (self._size - 1 - column):
                    following = min(column + 1 + self._pieces[cut].skips, self._size - 1)
                    yield from (((column, start, cut), *rest) for rest in self._cuts(following, start, cut, end, left))

    def _first_column(self, start: int) -> int:
        return min(self._pieces[start].skips, self._size - 1)

    def _head(self, start: int, label_end: int) -> float:
        return self._costs.label(start, label_end) + self._costs.begin(label_end)

    def _cost_of(self, row: Row) -> float:
        cost = self._head(row.start, row.label_end)
        before: int | None = None
        for _, start, end in row.cells:
            cost += sum(self._costs.stay(start, index) for index in range(start + 1, end))
            cost += self._costs.part(start) + self._costs.pair(before, start, end) if before is not None else 0.0
            before = start
        return cost + self._missing(row.cells[-1][0], row.end)


def _columns_of(row: Row) -> dict[int, int]:
    return dict(_columns(row.cells))


def _columns(cells: Cells) -> Iterator[tuple[int, int]]:
    """Each piece of the cells with its column."""
    return ((index, column) for column, start, end in cells for index in range(start, end))


def _cost(way: tuple[float, object]) -> float:
    return way[0]
