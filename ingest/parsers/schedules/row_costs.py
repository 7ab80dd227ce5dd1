"""What speaks for and against a way to cut the lines of a schedule into labels and cells. Costs are added up; the cheapest way is taken.

The figures weigh kinds of evidence against each other: 0 is what print normally does, 1 is unusual, 3 and more contradicts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.parsers.schedules.row_pieces import MARKS, Break, Piece, blank_costs
from ingest.printed import columns
from ingest.quantity import looks_like_quantity

MOST_PARAGRAPHS = 4  # of a row label
_BLANKS = re.compile(r"\s+")
_ALIKE = 0.6
_NARROWEST = 16  # half-width columns of a cell whose lines wrap


@dataclass(frozen=True, slots=True)
class LabelPrint:
    """How the labels of a document are printed: the ``width`` of their widest line, None where it is not known, and how many paragraphs they have."""

    width: int | None = None
    fewest_paragraphs: int = 1


class RowCosts:
    """The costs of one table."""

    def __init__(self, pieces: Sequence[Piece], print_of_labels: LabelPrint) -> None:
        self._pieces = pieces
        self._limit = print_of_labels.width
        self._fewest = print_of_labels.fewest_paragraphs
        self._full = max(_NARROWEST, max((piece.line.width for piece in pieces), default=0) - 2)
        self._marked = [piece.is_marked for piece in pieces]
        self._bracketed = [piece.is_bracketed for piece in pieces]
        self._closes = [piece.closes_label for piece in pieces]
        self._forms = [_bigrams(piece.text) for piece in pieces]
        self._figures = [looks_like_quantity(piece.text) for piece in pieces]
        self._last_marked = _last_indexes(self._marked)
        self._known_stays: dict[tuple[int, int], float] = {}
        self._known_cells: dict[tuple[int, int], tuple[frozenset[str], ...]] = {}

    def label(self, start: int, end: int) -> float:
        """Of a row label ``start``..``end``; no label costs 2 where the label above may still hold, and 3 before
        a mark, which rather goes on in the cell above, and at the start of the table.
        """
        if start == end:
            return 2.0 + 1.0 * (self._marked[start] or not start)
        cost = -0.3 if self._pieces[start].is_apart else 0.0
        paragraphs = 1
        for index in range(start, end):
            piece = self._pieces[index]
            cost += 6.0 * self._marked[index] + 3.0 * self._bracketed[index] + 6.0 * piece.text.endswith("。")
            cost += 4.0 * (self._limit is not None and columns(piece.text) > self._limit)
            cost += 3.0 * self._figures[index]
            if self._closes[index]:
                cost += -3.0 if index + 1 == end else 8.0
            if index == start:
                continue
            if piece.opens is Break.BLANK:
                cost += self._blank(index)[0]
            elif piece.opens is not Break.WRAP:
                paragraphs += 1
                cost += 0.2 + 1.0 * piece.is_apart
        return cost + 2.0 * max(0, paragraphs - MOST_PARAGRAPHS) + 1.0 * (paragraphs < self._fewest)

    def stay(self, start: int, index: int) -> float:
        """That ``index`` goes on in the cell that begins at ``start``."""
        key = (start, index)
        if key not in self._known_stays:
            self._known_stays[key] = self._stay(start, index)
        return self._known_stays[key]

    def _stay(self, start: int, index: int) -> float:
        piece = self._pieces[index]
        cost = 8.0 if self._closes[index] else 0.0
        if piece.opens is Break.WRAP:
            return cost
        if piece.opens is Break.BLANK:
            return cost + self._blank(index)[0]
        if any(self._forms[index] == self._forms[other] for other in range(start, index)) and len(piece.text) > 3:
            cost += 1.2  # a cell does not say the same twice
        if piece.is_apart:
            cost += 0.6 if self._marked[index] and self._marked[start] else 1.0
        if self._marked[index]:
            has_marks = self._last_marked[index - 1] >= start
            return cost if has_marks or (self._bracketed[start] and index == start + 1) else cost + 1.5
        if self._bracketed[index] or (self._bracketed[start] and index == start + 1):
            return cost + 0.2
        above = self._pieces[index - 1]
        if piece.opens is Break.LINE and above.opens is not Break.BLANK and above.line.width >= self._full:
            return cost + 0.1  # a full line wraps
        if self._figures[index]:
            return cost + 0.4
        return cost + (2.2 if self._marked[start] else 1.4)

    def part(self, index: int) -> float:
        """That a cell begins at ``index``."""
        piece = self._pieces[index]
        cost = 8.0 if self._closes[index] else 0.0
        if piece.opens is Break.WRAP:
            return cost + 5.0
        if piece.opens is Break.BLANK:
            return cost + self._blank(index)[1]
        return cost - 0.5 * piece.is_apart

    def begin(self, index: int) -> float:
        """That the first cell of a row begins at ``index``, behind the label."""
        piece = self._pieces[index]
        return self.part(index) + 0.8 * piece.is_apart + 0.7 * (piece.opens is Break.BLANK)

    def pair(self, before: int, start: int, end: int) -> float:
        """Of two cells side by side, ``before``..``start`` and ``start``..``end``: alike in form, or at least in shape."""
        cost = -3.0 * self._likeness(before, start, end)
        if self._marked[before] != self._marked[start]:
            cost += 0.4
        elif not self._marked[start] and self._last_marked[start - 1] > before and self._last_marked[end - 1] > start:
            cost -= 2.6  # both have a line before their marks: that is their form, not an oddity
        elif not self._marked[start] and start - before == end - start > 1 and self._forms[before] == self._forms[start]:
            cost -= 1.0  # both begin with the same words
        first, second = (self._pieces[a].line.number == self._pieces[b - 1].line.number for a, b in ((before, start), (start, end)))
        shared = self._pieces[start].opens is Break.BLANK
        if shared:
            return cost if first else cost + 3.0  # the second cell begins beside the first line of the first
        if first and not self._pieces[start].is_apart:
            cost += 2.5 if second else 1.5  # behind a cell of one line the next one begins on that line
        return cost

    def is_told(self, before: int, start: int, end: int, after: int | None) -> bool:
        """Whether anything in print tells that the cell ``start``..``end`` begins there: its line, an empty paragraph, its form, or a cell beside it."""
        opens = self._pieces[start]
        if opens.opens is Break.BLANK or opens.is_apart or self._marked[before] != self._marked[start]:
            return True
        wraps = any(self._pieces[index].opens is Break.WRAP for index in range(before, end))
        alone = len(self._paragraphs(before, start)) == len(self._paragraphs(start, end)) == 1
        beside = self._likeness(before, start, end) or (after is not None and self._likeness(start, end, after))
        return beside > 0 or (wraps and alone)

    def _blank(self, index: int) -> tuple[float, float]:
        """What it costs to take the blanks before a piece for blanks, and for the end of a cell."""
        left, right = self._pieces[index - 1].text, self._pieces[index].text
        if self._pieces[index].skips:
            return 3.0, 0.0
        if self._marked[index]:
            return 4.0, 0.0
        stay, part = blank_costs(left, right)
        return (max(stay, 5.0), 0.0) if self._repeats(index) else (stay, part)

    def _repeats(self, index: int) -> bool:
        """Whether what stands behind a blank has the form of what stands before it on the line (20% 25%)."""
        line = self._pieces[index].line
        for size in range(1, min(index, len(self._pieces) - index) + 1):
            if self._pieces[index - size].line is not line or self._pieces[index + size - 1].line is not line:
                return False
            first, second = (frozenset().union(*self._forms[a : a + size]) for a in (index - size, index))
            if _dice(first, second) >= _ALIKE:
                return True
        return False

    def _likeness(self, before: int, start: int, end: int) -> float:
        first, second = self._paragraphs(before, start), self._paragraphs(start, end)
        if len(first) == len(second):
            alike = sum(_dice(a, b) for a, b in zip(first, second, strict=True)) / len(first)
            return max(alike, float(first[0] == second[0]))
        common = len(set(first) & set(second))
        return max(common / max(len(first), len(second)) if common > 1 else 0.0, 0.3 * _dice(first[0], second[0]))

    def _paragraphs(self, start: int, end: int) -> tuple[frozenset[str], ...]:
        """The forms of the paragraphs of a cell, each a set of pairs of characters."""
        key = (start, end)
        if key not in self._known_cells:
            forms: list[frozenset[str]] = []
            for index in range(start, end):
                if index == start or self._pieces[index].opens in (Break.LINE, Break.PARAGRAPH):
                    forms.append(self._forms[index])
                else:
                    forms[-1] |= self._forms[index]
            self._known_cells[key] = tuple(forms)
        return self._known_cells[key]


def _bigrams(text: str) -> frozenset[str]:
    """The form of a text: its pairs of characters, figures counted as equal."""
    folded = re.sub(r"\d[\d,.]*", "0", _BLANKS.sub("", text)).lstrip(MARKS) or text
    return frozenset(folded[i : i + 2] for i in range(max(1, len(folded) - 1)))


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    """Dice's coefficient; below 0.55 the texts have little to do with each other."""
    value = 2 * len(a & b) / (len(a) + len(b))
    return value if value >= 0.55 else 0.0


def _last_indexes(flags: Sequence[bool]) -> list[int]:
    """For each index the last one up to it whose flag is set, -1 where none is."""
    last, found = -1, []
    for index, flag in enumerate(flags):
        last = index if flag else last
        found.append(last)
    return found
