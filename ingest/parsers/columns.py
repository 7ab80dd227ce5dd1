"""Two columns that a dump prints one after the other: for every row of the table and every page first the left cell, then the right one,
without a separator.

What tells them apart is print: the right column is narrow, so its wrapped lines end early; numbering starts again at ①; a new row begins with
a section mark; after a page break the left cell goes on first, then the right one, also in the middle of a word. Every page is read along the
path of least cost through the states left, right and note (Viterbi).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.printed import PrintedLine

_NUMBER = re.compile(r"^(?:[①-⑳]|[(（]\d{1,2}[)）])")
_FIRST_NUMBER = re.compile(r"^(?:①|[(（]1[)）])")
_SECTION = re.compile(r"^[●■◆◎≪《【〔①-⑳]|^[(（]\d{1,2}[)）]")
_ARROW = re.compile(r"^[▼▽►▶▷⇒➢｟]")
_BULLET = re.compile(r"^[・･○◯□◇※＊*•‐\-–]")
_HEADING = re.compile(r"^(?:≪.*≫|《.*》|【.*】|〔.*〕)$")
_RUBY = re.compile(r"^[ぁ-ゖァ-ヶー](?:\s+[ぁ-ゖァ-ヶー])+$")  # furigana, printed between the lines, cut the line that they stand above
_SENTENCE_END = re.compile(r"[。）)」』｠】]$")

_LEFT, _RIGHT, _NOTE = 0, 1, 2
_FORBIDDEN = 1e6


@dataclass(frozen=True, slots=True)
class ColumnWidths:
    """Widths in half-width columns at which the lines of the left and the right column wrap."""

    left: int
    right: int


@dataclass(frozen=True, slots=True)
class SplitColumns:
    """The lines of each column in reading order, and notes that stand below the table."""

    left: tuple[PrintedLine, ...]
    right: tuple[PrintedLine, ...]
    notes: tuple[PrintedLine, ...]


def measure_widths(lines: Iterable[PrintedLine]) -> ColumnWidths | None:
    """The two widths at which lines wrap, from all two-column tables of a document; None where they are too few or all alike."""
    widths = sorted(line.width for line in lines if _is_wrapped(line))
    if len(widths) < 6:
        return None
    left = widths[int(len(widths) * 0.95)]
    narrow = [width for width in widths if width <= 0.62 * left]
    if len(narrow) < 3:
        return None
    return ColumnWidths(left, narrow[int(len(narrow) * 0.9)])


def split_columns(lines: Sequence[PrintedLine], widths: ColumnWidths | None) -> SplitColumns:
    """Sort the lines of one table into its columns. Without ``widths`` only the numbering can tell."""
    columns: tuple[list[PrintedLine], list[PrintedLine], list[PrintedLine]] = ([], [], [])
    for _, group in groupby(lines, key=lambda line: line.sheet):
        page = list(group)
        for line, state in zip(page, _path(_end_before_marks(page), widths, columns[_LEFT], columns[_RIGHT]), strict=True):
            columns[state].append(line)
    return SplitColumns(tuple(columns[_LEFT]), tuple(columns[_RIGHT]), tuple(columns[_NOTE]))


def _end_before_marks(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """A line without a trailing blank ends its paragraph all the same where the next one of its page begins with a mark."""
    following = [*lines[1:], None][: len(lines)]
    return [
        replace(line, ends_paragraph=True)
        if line.ends_paragraph is False and after is not None and _is_marked(after)
        else line
        for line, after in zip(lines, following, strict=True)
    ]


def _path(page: Sequence[PrintedLine], widths: ColumnWidths | None, left: Sequence[PrintedLine], right: Sequence[PrintedLine]) -> list[int]:
    """The state of each line of a page. Of equal paths the one that stays longer in the left column, which holds more."""
    left_open = bool(left) and _is_open(left[-1])
    right_open = bool(right) and _is_open(right[-1])
    first_page = not left and not right
    start_right = (0.5 if right_open else 2.0) + (3.0 if first_page or left_open else 0.0)
    resumes_right = right_open and not left_open and not _is_marked(page[0])
    left_costs = [_cost_left(line, after, widths) for line, after in zip(page, [*page[1:], None], strict=True)]
    costs = [left_costs[0] + (1.5 if resumes_right else 0.0), start_right + _cost_right(page[0], widths), _FORBIDDEN]
    back: list[list[int]] = []
    for index in range(1, len(page)):
        line, before = page[index], page[index - 1]
        enter_right = _enter_right(page, index, right_open=right_open)
        options = (
            # to left: from left, from right (the next row of the table)
            (costs[_LEFT], costs[_RIGHT] + _enter_left(line, before), _FORBIDDEN),
            (costs[_LEFT] + enter_right, costs[_RIGHT], _FORBIDDEN),
            (_FORBIDDEN, costs[_RIGHT] + _enter_note(line, widths), costs[_NOTE]),
        )
        back.append([min(range(3), key=lambda state, row=row: (row[state], state)) for row in options])
        # A note is as wide as the table: a narrow line that wraps cannot be one, and a long note is unlikely.
        own = (left_costs[index], _cost_right(line, widths), left_costs[index] + 0.3)
        costs = [min(row) + cost for row, cost in zip(options, own, strict=True)]
    state = min(range(3), key=lambda candidate: (costs[candidate], candidate))
    states = [state]
    for row in reversed(back):
        state = row[state]
        states.append(state)
    return states[::-1]


def _cost_left(line: PrintedLine, after: PrintedLine | None, widths: ColumnWidths | None) -> float:
    if widths is None:
        return 0.0
    if not _is_wrapped(line):
        # Some cells end every line with a blank: one that fills the right column without ending its sentence is likely to go on.
        fills_right = widths.right - 3 <= line.width <= widths.right + 2 and not _SENTENCE_END.search(line.text)
        return 1.0 if fills_right and after is not None and not _is_marked(after) else 0.0
    if line.width <= widths.right + 2:
        return 0.0 if any(_RUBY.match(own.text) for own in (line, after) if own is not None) else 4.0
    return 1.0 if line.width < 0.7 * widths.left else 0.0


def _cost_right(line: PrintedLine, widths: ColumnWidths | None) -> float:
    if widths is None:
        return 0.0
    if line.width > widths.right + 2:
        return 6.0
    return 1.0 if _is_wrapped(line) and line.width < widths.right - 6 else 0.0


def _enter_right(page: Sequence[PrintedLine], index: int, *, right_open: bool) -> float:
    line = page[index]
    if right_open:  # the right cell was cut by the page break: it goes on in mid-sentence
        cost = 1.0 if _is_marked(line) else (0.5 if _is_open(page[index - 1]) else -0.3)
    else:
        cost = 0.2 if _is_marked(line) else 2.0
    if _FIRST_NUMBER.match(line.text) and any(_NUMBER.match(earlier.text) for earlier in page[:index]):
        cost -= 2.5
    if line.gap > 1:
        cost -= 0.5
    if _is_open(page[index - 1]) and not right_open:
        cost += 1.5
    if _HEADING.match(page[index - 1].text):  # heads what stands below it in its own column
        cost += 1.0
    return cost


def _enter_left(line: PrintedLine, before: PrintedLine) -> float:
    cost = 3.0
    if _SECTION.match(line.text):
        cost = 0.6
    elif _ARROW.match(line.text):
        cost = 0.8
    return cost + (3.0 if _is_open(before) else 0.0)


def _enter_note(line: PrintedLine, widths: ColumnWidths | None) -> float:
    if widths is None or line.width <= widths.right + 2:
        return _FORBIDDEN
    return 1.0 if line.text.startswith(("※", "*", "注")) else 2.5


def _is_marked(line: PrintedLine) -> bool:
    return bool(_BULLET.match(line.text) or _SECTION.match(line.text) or _ARROW.match(line.text))


def _is_wrapped(line: PrintedLine) -> bool:
    """Whether the text goes on in the next line."""
    if line.ends_paragraph is not None:
        return not line.ends_paragraph
    return not _SENTENCE_END.search(line.text) and line.width > 12


def _is_open(line: PrintedLine) -> bool:
    """Whether a column stops in the middle of a sentence."""
    return _is_wrapped(line) and not _SENTENCE_END.search(line.text)
