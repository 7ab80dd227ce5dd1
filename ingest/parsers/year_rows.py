"""Schedules whose rows have a label and a cell for each fiscal year, as a dump prints them: the label, the cells of the first year, those of the next.

A cell of one line shares its line with the next one, longer cells stand one below the other, and nothing but the print tells where one ends. Every
way to cut the lines into rows and cells has a cost (``row_costs``), and the cheapest is taken (dynamic programming): labels are narrow and unmarked,
the cells of a row are alike in form, a cell has marks throughout or none, an empty paragraph ends a cell, a run of blanks stands for empty cells,
and two cells of one line would have shared it. Where a second way to cut a row is nearly as cheap, the print does not decide: its cells keep no year.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.footnotes import is_footnote, strip_footnote_marks
from ingest.parsers.labelled import YearColumn
from ingest.parsers.row_costs import MOST_PARAGRAPHS, LabelPrint, RowCosts
from ingest.parsers.row_pieces import Break, Piece, cut_pieces
from ingest.printed import PrintedLine, columns

_BRACKETED = re.compile(r"【([^】]+)】")
_ENOUGH = 3  # labels from which the print of all is judged
_LONGEST_LABEL, _LONGEST_CELL = 10, 20
_PRINTED = 0.5  # empty cells that blanks at the end of a line print
_MOST = 8.0  # a label or cell that costs more is none
_LIKEST = -6.0  # what two cells side by side cost that are alike in every way
_MARGIN = 0.7  # what a second way to cut a row must cost more for the first to be told


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a cell, with its lines."""

    text: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class YearCell:
    """One bullet of a cell, or a cell without bullets: ``column`` is None where the year cannot be told.

    ``row`` is the row label as far as the document has one, ``qualifier`` the bracket above the bullets that says what they are about.
    """

    column: YearColumn | None
    paragraphs: tuple[Paragraph, ...]
    row: str | None = None
    quantified: bool = False
    qualifier: Paragraph | None = None

    @property
    def text(self) -> str:
        return " ".join(paragraph.text for paragraph in self.paragraphs).lstrip("・･ ")

    @property
    def lines(self) -> tuple[PrintedLine, ...]:
        return tuple(line for paragraph in self.paragraphs for line in paragraph.lines)

    @property
    def heading(self) -> str | None:
        """The row label with the qualifier behind it."""
        return (self.row or "") + (self.qualifier.text if self.qualifier else "") or None


@dataclass(frozen=True, slots=True)
class SchedulePrint:
    """What all schedules of a document share: how their row labels are printed, and the words that ``footnotes`` explain, by number."""

    labels: LabelPrint = field(default_factory=LabelPrint)
    footnotes: Mapping[str, str] = field(default_factory=dict)


Cells = tuple[tuple[int, int, int], ...]
"""Cells of a row as (column, first piece, piece behind the last)."""


@dataclass(frozen=True, slots=True)
class _Row:
    """Where the pieces of a row are: its label from ``start`` to ``label_end``, then its cells as (column, start, end)."""

    start: int
    label_end: int
    cells: Cells

    @property
    def end(self) -> int:
        return self.cells[-1][2] if self.cells else self.label_end


def measure_labels(tables: Iterable[Sequence[PrintedLine]]) -> LabelPrint:
    """From the lines that are surely labels: the first of each table, and those up to one that ends with 【…】."""
    widths: list[int] = []
    heights: list[int] = []
    for lines in tables:
        if not lines or lines[0].text[0] in "・･(（" or re.search(r"\s", lines[0].text):
            continue
        widths.append(columns(lines[0].text))
        closing = next((index for index, line in enumerate(lines[: MOST_PARAGRAPHS + 1]) if _BRACKETED.search(line.text)), None)
        if closing is not None:
            widths += [columns(line.text) for line in lines[: closing + 1]]
            heights.append(1 + sum(line.ends_paragraph is not False for line in lines[:closing]))
    if len(widths) < _ENOUGH:
        return LabelPrint()
    if len(heights) < _ENOUGH:
        return LabelPrint(max(widths) * 3 // 2 + 2)  # only first lines are known; others may be wider
    return LabelPrint(max(widths), min(heights))


def read_labelled_rows(
    lines: Sequence[PrintedLine], years: Sequence[YearColumn], labels: Labels, schedules: SchedulePrint
) -> Iterator[YearCell]:
    """The cells of one table, in order of print. Footnotes and wide notes below it end the table."""
    pieces = cut_pieces(_without_notes(lines))
    search = _RowSearch(pieces, len(years), RowCosts(pieces, schedules.labels))
    label, quantified = None, False
    for row in search.rows():
        if row.label_end > row.start:
            label, quantified = _read_label(pieces[row.start : row.label_end], labels)
            if label is None or not row.cells:
                yield YearCell(None, tuple(_paragraphs(pieces[row.start : row.label_end], schedules.footnotes)), None, quantified)
            label = strip_footnote_marks(label, schedules.footnotes) if label else None
        is_clear = search.is_clear(row)
        for column, start, end in row.cells:
            year = years[column] if is_clear and column < len(years) else None
            for qualifier, bullet in _bullets(pieces[start:end], schedules.footnotes):
                yield YearCell(year, bullet, label, quantified, qualifier)


def _without_notes(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines up to the first footnote, or note (※) that is wider than every cell."""
    widest = 0
    for index, line in enumerate(lines):
        if is_footnote(line) or (index and line.text[0] == "※" and line.width > 1.2 * widest):
            return list(lines[:index])
        widest = max(widest, line.width)
    return list(lines)


def _read_label(pieces: Sequence[Piece], labels: Labels) -> tuple[str | None, bool]:
    """The label of a row, None where more lines wait than a label has, and whether it is marked as quantified (【定量事業量】)."""
    printed = join_lines([piece.text for piece in pieces])
    marked = any(label_key(word) in labels.words("block", "quantified") for word in _BRACKETED.findall(printed))
    unclear = sum(piece.opens in (Break.LINE, Break.PARAGRAPH) for piece in pieces) > MOST_PARAGRAPHS
    return None if unclear else _BRACKETED.sub("", printed).strip() or None, marked


def _paragraphs(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Iterator[Paragraph]:
    own: list[Piece] = []
    for piece in pieces:
        if own and piece.opens in (Break.LINE, Break.PARAGRAPH):
            yield _paragraph(own, footnotes)
            own = []
        own.append(piece)
    if own:
        yield _paragraph(own, footnotes)


def _paragraph(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Paragraph:
    lines = tuple(dict.fromkeys(piece.line for piece in pieces))
    texts = [" ".join(piece.text for piece in pieces if piece.line == line) for line in lines]
    return Paragraph(strip_footnote_marks(join_lines(texts), footnotes), lines)


def _bullets(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Iterator[tuple[Paragraph | None, tuple[Paragraph, ...]]]:
    """The bullets of a cell, each with the bracket that stands above them all; a cell without marks is one."""
    found: list[list[Paragraph]] = []
    for paragraph in _paragraphs(pieces, footnotes):
        if paragraph.text[0] in "・･" or not found:
            found.append([])
        found[-1].append(paragraph)
    qualifier = found[0][0] if len(found) > 1 and pieces[0].is_bracketed and len(found[0]) == 1 else None
    yield from ((qualifier, tuple(bullet)) for bullet in found[1 if qualifier else 0 :])


class _RowSearch:
    """The cheapest way to cut ``pieces`` into rows of ``size`` cells."""

    def __init__(self, pieces: Sequence[Piece], size: int, costs: RowCosts) -> None:
        self._pieces = pieces
        self._size = size
        self._costs = costs
        self._rest: list[tuple[float, _Row | None]] = [(math.inf, None)] * len(pieces) + [(0.0, None)]
        self._known: dict[tuple[int, int, int], tuple[float, Cells]] = {}

    def rows(self) -> list[_Row]:
        for start in reversed(range(len(self._pieces))):
            if start == 0 or self._pieces[start].opens in (Break.LINE, Break.PARAGRAPH):
                self._rest[start] = self._best_row(start)
        found: list[_Row] = []
        at = 0
        while at < len(self._pieces) and (row := self._rest[at][1]):
            found.append(row)
            at = row.end
        return found

    def _best_row(self, start: int) -> tuple[float, _Row | None]:
        best: tuple[float, _Row | None] = (math.inf, None)
        for label_end in self._label_ends(start):
            head = 0.5 + self._costs.label(start, label_end)
            if label_end > start:  # a label without cells
                best = min(best, (head + 4.0 + self._rest[label_end][0], _Row(start, label_end, ())), key=_cost)
            if label_end < len(self._pieces) and head < _MOST:
                cost, cells = self._fill(self._first_column(label_end), label_end, label_end)
                best = min(best, (head + self._costs.begin(label_end) + cost, _Row(start, label_end, cells)), key=_cost)
        return best

    def _label_ends(self, start: int) -> Iterator[int]:
        yield start
        for end in range(start + 1, min(start + _LONGEST_LABEL, len(self._pieces)) + 1):
            if self._pieces[end - 1].is_marked:
                return
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

    def is_clear(self, row: _Row) -> bool:
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
            cost = own + (self._costs.pair(before, start, cut) if before is not None else 0.0)
            if cut == end:
                if cost + self._missing(column, end) < most:
                    yield ((column, start, end),)
            elif column + 1 < self._size and self._pieces[cut].opens is not Break.WRAP:
                left = most - cost - self._costs.part(cut)
                if left > _LIKEST * (self._size - 1 - column):
                    following = min(column + 1 + self._pieces[cut].skips, self._size - 1)
                    yield from (((column, start, cut), *rest) for rest in self._cuts(following, start, cut, end, left))

    def _first_column(self, start: int) -> int:
        return min(self._pieces[start].skips, self._size - 1)

    def _head(self, start: int, label_end: int) -> float:
        return self._costs.label(start, label_end) + self._costs.begin(label_end)

    def _cost_of(self, row: _Row) -> float:
        cost = self._head(row.start, row.label_end)
        before: int | None = None
        for _, start, end in row.cells:
            cost += sum(self._costs.stay(start, index) for index in range(start + 1, end))
            cost += self._costs.part(start) + self._costs.pair(before, start, end) if before is not None else 0.0
            before = start
        return cost + self._missing(row.cells[-1][0], row.end)


def _columns_of(row: _Row) -> dict[int, int]:
    return dict(_columns(row.cells))


def _columns(cells: Cells) -> Iterator[tuple[int, int]]:
    """Each piece of the cells with its column."""
    return ((index, column) for column, start, end in cells for index in range(start, end))


def _cost(way: tuple[float, object]) -> float:
    return way[0]
