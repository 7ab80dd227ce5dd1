"""The cells of a row of a progress table: what was to be reached, what was reached in each year, what follows, and which measure goes on with it.

A measure's row holds sub-rows, each with a name of its own; ratings are printed once for all of them, the successor once for those that share it. A dump
prints the cells one behind the other. Every way to cut the pieces into cells has a cost, and the cheapest is taken (dynamic programming).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from ingest.labels import Labels, label_key
from ingest.parsers.schedules.quantified import parse_action
from ingest.parsers.schedules.row_pieces import Break, Piece, blank_costs
from ingest.printed import columns as width_of

_LONGEST = 12  # pieces of a cell
_MOST = 5.0  # a cell that costs more is none
_NEVER = math.inf


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table. ``kind``: item, total, actual, rating, target or successor; ``fiscal_year`` None where the head prints none."""

    kind: str
    fiscal_year: int | None = None


Cells = tuple[tuple[int, int, int], ...]
"""The cells of a sub-row as (column, first piece, piece behind the last)."""


@dataclass(frozen=True, slots=True)
class Span:
    """Pieces that are known to be one cell: a rating, or the name of a successor."""

    start: int
    end: int
    kind: str


class CellSearch:
    """The cheapest way to cut ``pieces`` into sub-rows of ``columns``, whose ratings and successors are known as ``spans``."""

    def __init__(
        self, pieces: Sequence[Piece], columns: Sequence[Column], spans: Sequence[Span], widths: Mapping[str, int], labels: Labels
    ) -> None:
        self._pieces = pieces
        self._columns = columns
        self._known = {span.start: span for span in spans}
        self._inside = {index: span for span in spans for index in range(span.start, span.end)}
        self._widths = widths
        self._labels = labels
        self._best: Callable[[int, int, int, bool, bool | str | None], tuple[float, Cells]] = cache(self._search)
        self._keys = [label_key(piece.text) for piece in pieces]
        self._sizes = [width_of(piece.text) for piece in pieces]
        targets = tuple(word + ":" for word in labels.words("figure", "target"))
        self._is_target_word = [key.startswith(targets) for key in self._keys]
        self._is_word = [piece.text.isascii() and piece.text.isalpha() for piece in pieces]
        self._known_cells: dict[tuple[int, str, bool], list[tuple[int, float]]] = {}
        self._known_figures: dict[tuple[int, int], bool] = {}
        wraps = [*(piece.opens is Break.WRAP for piece in pieces[1:]), False]
        self._figures = [not wraps[index] and self._is_figure(index, index + 1) for index in range(len(pieces))]
        self._figure_lines = [self._is_figure(index, self._line_end(index)) for index in range(len(pieces))]

    def rows(self) -> list[Cells]:
        """The sub-rows in order of print; none where more speaks against the cheapest way than for it."""
        for start in reversed(range(len(self._pieces))):  # from the end, so that no long table goes deep
            if self._pieces[start].opens is not Break.WRAP:
                self._best(start, 0, 0, False, None)
        cost, cells = self._best(0, 0, 0, True, None)
        if cost > 0:
            return []
        rows: list[list[tuple[int, int, int]]] = []
        for cell in cells:
            if not rows or cell[0] <= rows[-1][-1][0]:
                rows.append([])
            rows[-1].append(cell)
        return [tuple(row) for row in rows]

    def _search(self, at: int, column: int, empty: int, first: bool, form: bool | str | None) -> tuple[float, Cells]:
        """The cheapest rest from piece ``at`` and ``column`` on, with ``empty`` cells left empty right before."""
        if column == len(self._columns):
            refund = 1.0 * empty if at < len(self._pieces) and self._pieces[at].line.skipped >= empty > 0 else 0.0
            if at == len(self._pieces):
                return 0.0, ()
            cost, cells = self._best(at, 0, 0, False, None)
            return cost + 0.3 - refund, cells
        kind = self._columns[column].kind
        best: tuple[float, Cells] = (_NEVER, ())
        if kind != "item":
            counts = kind not in ("rating", "successor")
            cost, cells = self._best(at, column + 1, empty + counts, first, form)
            best = (cost + self._empty(kind, first), cells)
        for end, own in self._cells(at, kind, first):
            own_form = self._form(at, end)
            alike = (-1.0 if isinstance(form, str) else -0.3) if kind in ("actual", "target") and own_form == form else 0.0
            cost, cells = self._best(end, column + 1, 0, first, own_form if kind == "total" else form)
            total = cost + own + alike + self._skips(at, empty)
            if total < best[0]:
                best = (total, ((column, at, end), *cells))
        return best

    def _form(self, start: int, end: int) -> bool | str:
        """What cells of a sub-row have in common: the word that a list of figures begins with, or else whether they are figures."""
        return self._pieces[start].text if self._is_word[start] else self._is_figure(start, end)

    def _empty(self, kind: str, first: bool) -> float:
        if kind == "rating":
            return 3.0 if first else 0.0
        return {"total": 2.5, "actual": 2.0 if first else 1.0, "target": 1.0, "successor": 0.0}[kind]

    def _skips(self, at: int, empty: int) -> float:
        """Blanks before a cell say how many stand empty before it."""
        printed = self._pieces[at].skips
        return 1.5 * abs(printed - empty) - 2.0 * min(printed, empty) if printed else 0.0

    def _cells(self, at: int, kind: str, first: bool) -> list[tuple[int, float]]:
        key = (at, kind, first)
        if key not in self._known_cells:
            self._known_cells[key] = list(self._fillings(at, kind, first))
        return self._known_cells[key]

    def _fillings(self, at: int, kind: str, first: bool) -> Iterator[tuple[int, float]]:
        """(end, cost) of every cell of ``kind`` that may begin at ``at``."""
        if at == len(self._pieces):
            return
        known = self._known.get(at)
        if kind == "rating" or (kind == "successor" and known):
            if known and known.kind == kind:
                yield known.end, (-2.0 if first or kind == "successor" else 2.0)
            return
        if known or at in self._inside:
            return
        cost = self._begin(at, kind)
        for end in range(at + 1, min(at + _LONGEST, len(self._pieces)) + 1):
            if end - 1 in self._inside:
                return
            if end > at + 1:
                cost += self._stay(at, end - 1, kind)
            if cost > _MOST:
                return
            if end < len(self._pieces) and self._pieces[end].opens is Break.WRAP and not self._figure_lines[end]:
                continue  # no cell ends within a paragraph, unless a figure was glued to it
            whole = cost + self._whole(at, end, kind)
            if whole < _NEVER:
                yield end, whole

    def _begin(self, at: int, kind: str) -> float:
        piece = self._pieces[at]
        cost = 3.0 * self._is_target_word[at] + self._too_wide(at, kind)
        if piece.opens is Break.WRAP:
            return cost + (1.0 if kind != "item" and self._figure_lines[at] else 4.0)
        if piece.opens is Break.BLANK and not piece.skips and at:
            cost += 1.5 * self._figure_lines[at - 1]  # 計 3回 is one figure
            return cost + blank_costs(self._pieces[at - 1].text, piece.text)[1]
        return cost

    def _stay(self, start: int, index: int, kind: str) -> float:
        piece, above = self._pieces[index], self._pieces[index - 1]
        cost = self._too_wide(index, kind)
        if piece.opens is Break.WRAP:
            return cost + 1.5 * (kind == "item" and self._figure_lines[index])  # a figure is no part of a name
        if piece.opens is Break.BLANK:
            return cost + (3.0 if piece.skips else blank_costs(above.text, piece.text)[0])
        if piece.text[0] in "(（":
            return cost + 0.1
        if kind == "actual" and (self._is_target_word[index] or (self._is_target_word[index - 1] and above.text[-1] in ":：")):
            return cost
        if piece.is_marked and self._pieces[start].is_marked:
            return cost
        if kind != "item" and self._is_word[start] and (self._is_word[index] or self._figures[index]):
            repeats = any(self._pieces[other].text == piece.text for other in range(start, index) if self._is_word[other])
            return cost + 0.1 + 2.0 * repeats  # figures below the words that name them (Facebook / 46回)
        cost += 0.5 * piece.is_apart + 1.5 * any(self._pieces[other].text == piece.text for other in range(start, index))
        if kind == "item":
            repeats = len(piece.text) > 3 and piece.text in self._pieces[start].text
            paragraphs = sum(self._pieces[other].opens in (Break.LINE, Break.PARAGRAPH) for other in range(start + 1, index))
            return cost + 0.7 + 1.0 * repeats + 0.5 * paragraphs
        is_full = abs(self._sizes[index - 1] - self._widths.get(kind, _NEVER)) <= 1
        return cost + (0.2 if is_full and kind != "total" else 1.2 if kind == "total" else 0.9)

    def _too_wide(self, index: int, kind: str) -> float:
        return 2.0 * (self._sizes[index] > self._widths.get(kind, _NEVER) + 2)

    def _line_end(self, index: int) -> int:
        end = index + 1
        while end < len(self._pieces) and self._pieces[end].line is self._pieces[index].line:
            end += 1
        return end

    def _whole(self, start: int, end: int, kind: str) -> float:
        """What the whole text of a cell says for or against its column."""
        text = "".join(self._keys[start:end])
        if kind != "item" and self._is_word[start] and self._is_word[end - 1]:
            return 3.0  # the last word of a list has no figure
        reached = any(word in text for word in self._labels.words("figure", "reached"))
        if kind == "successor":
            return -0.5 if text in self._labels.words("figure", "completed") else _NEVER
        if kind == "target":
            return -1.0 if reached else 1.0 * (text in self._labels.words("figure", "completed"))
        if kind == "item":
            return 3.0 * (reached or self._is_figure(start, end) or text in self._labels.words("figure", "completed"))
        return 3.0 * reached

    def _is_figure(self, start: int, end: int) -> bool:
        key = (start, end)
        if key not in self._known_figures:
            text = "".join(piece.text for piece in self._pieces[start:end])
            self._known_figures[key] = any(c.isdigit() for c in text) and parse_action(text, self._labels).value is not None
        return self._known_figures[key]
