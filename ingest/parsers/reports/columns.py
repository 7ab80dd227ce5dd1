"""Columns that a dump prints one after the other: for every row of the table and every page first the left cell, then the next one,
without a separator.

What tells them apart is print: a narrow column wraps early; numbering starts again at ①; a new row begins with a section mark; after a page
break every cell goes on in turn, also in the middle of a word; a column of what was done speaks in the past. Every page is read along the path of
least cost through its columns and the notes below them (Viterbi). Lines for which another path is as likely are told with the result.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise, product

from ingest.parsers.reports.cheapest_path import find_cheapest_path
from ingest.parsers.reports.column_costs import (
    FORBIDDEN,
    ColumnWidths,
    Number,
    cost_in_column,
    cost_in_note,
    cost_of_tense,
    ends_sentence,
    enter_next,
    enter_note,
    enter_row,
    is_marked,
    is_open,
    is_wrapped,
    number_sequence,
    read_number,
)
from ingest.printed import PrintedLine
from ontology.model import ActivityStatus

Statuses = Sequence[ActivityStatus | None]
_LIKELY = 0.6
"""How much more another path may cost to be as likely. Costs are small numbers set by hand: 0.2 for a mark, 2 for what is odd, 6 for a line that does not fit."""
_TIE = 0.1
_TIE_ABOVE_ROW = 0.9
_ELSEWHERE = 1.5
_TABLES_TRIED = 6
_MOST_NOTE_LINES = 4


@dataclass(frozen=True, slots=True)
class SplitColumns:
    """The lines of each column in reading order, and notes that stand below the table.

    ``unsure`` names the lines that print does not assign, with the columns in which they may stand.
    """

    columns: tuple[tuple[PrintedLine, ...], ...]
    notes: tuple[PrintedLine, ...]
    unsure: Mapping[int, frozenset[int]]


@dataclass(frozen=True, slots=True)
class _Path:
    """The columns of the lines of one page: the cheapest way, its cost, and for each line the columns that are about as likely."""

    states: tuple[int, ...]
    cost: float
    likely: tuple[frozenset[int], ...]

    @property
    def returns(self) -> bool:
        """Whether a later column is followed by the first: the table has rows."""
        return any(before and not after for before, after in pairwise(self.states))


@dataclass(slots=True)
class _Before:
    """What the pages before have shown: the last line of each column, the last number and the column it stands in."""

    last: list[PrintedLine | None]
    number: Number | None = None
    column: int = 0

    def see(self, page: Sequence[PrintedLine], path: _Path) -> None:
        for line, state in zip(page, path.states, strict=True):
            if state < len(self.last):
                self.last[state] = line
                if number := read_number(line):
                    self.number, self.column = number, state


def measure_widths(tables: Sequence[Sequence[PrintedLine]], statuses: Statuses) -> ColumnWidths | None:
    """The widths at which the columns of a document's tables wrap, all alike where only one shows; None where the lines are too few."""
    every = sorted(line.width for lines in tables for line in lines)
    widths = sorted(line.width for lines in tables for line in _with_ends(lines, None) if is_wrapped(line))
    if len(widths) < 6:
        return None
    wide = max(widths[int(len(widths) * 0.95)], every[int(len(every) * 0.97)])  # a wide column may have no line that wraps
    narrow = _narrow_width(widths, wide)
    wraps = product((wide, narrow), repeat=len(statuses)) if narrow else [(wide,) * len(statuses)]
    candidates = sorted((own for own in wraps if narrow is None or len(set(own)) == 2), key=lambda own: own.count(wide))
    # Of assignments that cost the same the one with most narrow columns: it claims least about which of them a line stands in.
    tried = [(ColumnWidths(own), _paths_of(tables, ColumnWidths(own), statuses)) for own in candidates]
    best, paths = min(tried, key=lambda own: sum(path.cost for path in own[1]))
    return replace(best, has_rows=any(path.returns for path in paths))


def _paths_of(tables: Sequence[Sequence[PrintedLine]], widths: ColumnWidths, statuses: Statuses) -> list[_Path]:
    return [path for lines in tables[:_TABLES_TRIED] for _, path in _paths(lines, widths, statuses)]


def _narrow_width(widths: Sequence[int], wide: int) -> int | None:
    """The width, well below ``wide``, at which most of the other lines wrap."""
    narrow = [width for width in widths if width <= 0.62 * wide]
    if len(narrow) >= 3:
        return narrow[int(len(narrow) * 0.9)]
    counts = {end: sum(end - 2 <= width <= end for width in widths) for end in range(12, wide - 7)}
    best = max(counts, key=lambda end: (counts[end], end), default=0)
    return best if counts.get(best, 0) >= max(3, 0.15 * len(widths)) else None


def split_columns(lines: Sequence[PrintedLine], widths: ColumnWidths | None, statuses: Statuses) -> SplitColumns:
    """Sort the lines of one table into its columns, as many as ``statuses``. Without ``widths`` only numbers and tense can tell."""
    columns: tuple[list[PrintedLine], ...] = tuple([] for _ in statuses)
    notes: list[PrintedLine] = []
    unsure: dict[int, frozenset[int]] = {}
    cut = {line.number: line for line in lines if line.ends_paragraph is False}  # a mark in another column ends nothing in this one
    for page, path in _paths(lines, widths, statuses):
        for line, state, likely in zip(page, path.states, path.likely, strict=True):
            (notes if state == len(columns) else columns[state]).append(cut.get(line.number, line))
            if len(likely) > 1:
                unsure[line.number] = likely
    return SplitColumns(tuple(tuple(column) for column in columns), tuple(notes), unsure)


def _paths(lines: Sequence[PrintedLine], widths: ColumnWidths | None, statuses: Statuses) -> Iterable[tuple[list[PrintedLine], _Path]]:
    """Every page with its cheapest path. A column that a page break cut is open on the next page."""
    before = _Before([None] * len(statuses))
    for _, group in groupby(_with_ends(lines, widths), key=lambda line: line.sheet):
        page = list(group)
        path = _cheapest(page, _as_wide_as_printed(page, widths), statuses, before)
        before.see(page, path)
        yield page, path


def _as_wide_as_printed(page: Sequence[PrintedLine], widths: ColumnWidths | None) -> ColumnWidths | None:
    """A page with many lines beyond the wide column is not full of notes: its table is printed wider than the others."""
    if widths is None or sum(line.width > widths.wide + 3 for line in page) <= _MOST_NOTE_LINES:
        return widths
    widest = max(line.width for line in page)
    return replace(widths, wraps=tuple(widest if wrap == widths.wide else wrap for wrap in widths.wraps))


def _with_ends(lines: Sequence[PrintedLine], widths: ColumnWidths | None) -> list[PrintedLine]:
    """The lines with the ends of their paragraphs, where the print does not tell or tells otherwise.

    A line without a trailing blank ends its paragraph all the same where the next one begins with a mark. In a document without trailing
    blanks only a line that fills a column goes on.
    """
    following = [*lines[1:], None][: len(lines)]
    return [_with_end(line, after, widths) for line, after in zip(lines, following, strict=True)]


def _with_end(line: PrintedLine, after: PrintedLine | None, widths: ColumnWidths | None) -> PrintedLine:
    if line.ends_paragraph:
        return line
    if after is not None and after.sheet == line.sheet and is_marked(after):
        return replace(line, ends_paragraph=True)
    if line.ends_paragraph is None and widths is not None:
        width = line.width + 2 * min(line.indent, 1)  # a blank stands for the indentation of a paragraph
        goes_on = any(wrap - 4 <= width <= wrap + 3 for wrap in widths.wraps) and not ends_sentence(line)
        return replace(line, ends_paragraph=not goes_on and line.text.count("(") <= line.text.count(")"))
    return line


def _cheapest(page: Sequence[PrintedLine], widths: ColumnWidths | None, statuses: Statuses, before: _Before) -> _Path:
    """Of equal paths the one that stays longer in the first column, which holds more.

    A state of the path is a column with the column of the last number, as ② stands in the column of ①; the last state is that of the notes.
    """
    count = len(statuses)
    opened = [line is not None and is_open(line) for line in before.last]
    follows = number_sequence(page, before.number)
    kept = count if any(follows) else 1  # columns of the last number that need to be told apart
    own = [_own_costs(page, index, widths, statuses) for index in range(len(page))]
    steps = [
        [
            *(_with_memory(row, memory, follows[index], kept) for row in _steps(page, index, widths, opened) for memory in range(kept)),
            [*([FORBIDDEN] * count * kept), 0.0],
        ]
        for index in range(1, len(page))
    ]
    path = find_cheapest_path(
        _with_memory(_starts(page[0], before.last, opened), before.column, follows[0], kept),
        [[*(cost for cost in row[:-1] for _ in range(kept)), row[-1]] for row in own],
        steps,
    )
    states = tuple(min(state // kept, count) for state in path.states)
    excess = ([min(row[k * kept : (k + 1) * kept]) for k in range(count)] for row in path.excess)
    ties = _ties(states, follows) if widths and widths.has_rows else [_TIE] * len(page)
    likely = (_likely(state, row, widths, tie) for state, row, tie in zip(states, excess, ties, strict=True))
    return _Path(states, path.cost, tuple(likely))


def _with_memory(costs: Sequence[float], memory: int, follows: bool | None, kept: int) -> list[float]:
    """The costs of going to each column and the notes, spread over the ``kept`` columns that the last number may then stand in.

    ``memory`` is where it stood; ``follows`` tells whether the line is numbered (not None), and by the number after it.
    """
    if kept == 1:
        return list(costs)
    spread = [FORBIDDEN] * (kept * kept) + [costs[-1]]
    for column, cost in enumerate(costs[:-1]):
        now = memory if follows is None else column
        spread[column * kept + now] = cost + (_ELSEWHERE if follows and column != memory else 0.0)
    return spread


def _ties(states: Sequence[int], follows: Sequence[bool | None]) -> Iterable[float]:
    """What counts as a tie for each line of a table with rows. Numbers in the first column only are those of rows: above each, a short cell may stand."""
    numbered = [state for state, own in zip(states, follows, strict=True) if own is not None]
    of_rows = len(numbered) > 1 and not any(numbered)
    return (_TIE_ABOVE_ROW if of_rows and after is not None else _TIE for after in (*follows[1:], None))


def _likely(chosen: int, excess: Sequence[float], widths: ColumnWidths | None, tie: float) -> frozenset[int]:
    """The columns that cost hardly more than the chosen one. Width tells columns apart, but a short line at the end of one may begin the next."""
    if chosen == len(excess):
        return frozenset((chosen,))
    alike = [widths is None or wrap == widths.wraps[chosen] for wrap in (widths.wraps if widths else excess)]
    return frozenset((chosen, *(k for k, cost in enumerate(excess) if cost < (max(_LIKELY, tie) if alike[k] else tie))))


def _own_costs(page: Sequence[PrintedLine], index: int, widths: ColumnWidths | None, statuses: Statuses) -> list[float]:
    costs = [cost_in_column(page, index, k, widths) for k in range(len(statuses))]
    tense = cost_of_tense(page, index)
    return [*(cost + tense.get(status, 0.0) for cost, status in zip(costs, statuses, strict=True)), cost_in_note(page, index, widths)]


def _starts(line: PrintedLine, last: Sequence[PrintedLine | None], opened: Sequence[bool]) -> list[float]:
    """The cost of each column for the first line of a page."""
    first_page = all(before is None for before in last)
    resumes = any(opened[1:]) and not opened[0] and not is_marked(line)
    later = [(0.5 if opened[k] else 2.0) + (3.0 if first_page or any(opened[:k]) else 0.0) for k in range(1, len(last))]
    return [1.5 if resumes else 0.0, *later, FORBIDDEN]


def _steps(page: Sequence[PrintedLine], index: int, widths: ColumnWidths | None, opened: Sequence[bool]) -> list[list[float]]:
    """The cost of going from each column to each column and the notes, between the line before ``index`` and that line."""
    count = len(opened)
    onward = [0.0, *(enter_next(page, index, is_open_there=opened[k]) for k in range(1, count))]
    row = enter_row(page[index], page[index - 1])
    note = enter_note(page[index], widths)

    def step(i: int, j: int) -> float:
        if i == j:
            return 0.0
        if j == count:
            return note if i == count - 1 else max(note, 2.5)  # right below an earlier cell a ※ belongs to it
        return onward[j] + 2.0 * (j - i - 1) if j > i else row + 2.0 * j  # a cell may be empty, the first of a row hardly ever

    return [[step(i, j) for j in range(count + 1)] for i in range(count)]
