"""The rows of a flat table as tokens: where a row begins and ends, which of its tokens are departments, and which are one name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.characters import join_lines
from ingest.departments import is_department_list
from ingest.labels import Labels
from ingest.parsers.tables.table_heads import Column
from ingest.printed import PrintedLine
from ontology.model import ActivityStatus

NAME_AND_OWNER = 2
TOLD = {"status": ActivityStatus.DONE, "plan": ActivityStatus.PLANNED}
_GLUED = 3  # a department may be cut by that many blanks and line ends
_RAGGED = 4  # half-width columns by which a full line may fall short
NUMBER = re.compile(r"^(?:№|No\.?)?\s*(\d{1,3})$")


@dataclass(frozen=True, slots=True)
class Token:
    text: str
    line: PrintedLine
    last: PrintedLine | None = None  # where the text goes on over lines


def read_rows(lines: Sequence[PrintedLine], columns: Sequence[Column], labels: Labels) -> list[list[Token]]:
    """The rows of a table, without the numbers of pages behind them, each name as one token."""
    return _with_whole_names([_without_tail(row, columns, labels) for row in cut_rows(lines, columns, labels)], columns, labels)


def cut_rows(lines: Sequence[PrintedLine], columns: Sequence[Column], labels: Labels) -> Iterator[list[Token]]:
    """The tokens of each row: where rows are numbered a row begins at the next number, else behind the departments of the last column."""
    tokens = [Token(word, line) for line in lines for word in line.text.split()]
    if columns[0].role == "number":
        yield from _numbered_rows(tokens)
    elif columns[-1].role == "department":
        yield from _closed_rows(tokens, labels)
    elif columns[0].role == "department":
        yield from _opened_rows(tokens, labels)


def _numbered_rows(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    row: list[Token] = []
    expected: int | None = None
    line_before = None
    for token in tokens:
        match = NUMBER.match(token.text) if token.line is not line_before else None
        line_before = token.line
        if match and (expected is None or int(match[1]) == expected):
            if row:
                yield row
            row, expected = [], int(match[1]) + 1
        if expected is not None:
            row.append(token)
    if row:
        yield row


def _without_tail(row: list[Token], columns: Sequence[Column], labels: Labels) -> list[Token]:
    """A row without the page number behind its departments, or behind its last sentence, and what follows it on the next page."""
    is_prose = columns[-1].role in TOLD
    for position in range(NAME_AND_OWNER, len(row)):
        is_number = row[position].text.isdecimal() and row[position].text == row[position].line.text
        if is_number and is_prose and row[position - 1].text.endswith("。"):
            return row[:position]
        if is_number and _ends_with_departments(row[:position], labels):
            return row[:position]
    return row


def _with_whole_names(rows: list[list[Token]], columns: Sequence[Column], labels: Labels) -> list[list[Token]]:
    """Names that a narrow column cuts over lines, as one: they end where the lines are as wide as the text column beside them.

    Only where number, name and text stand on lines of their own, and every line of a name but its last fills the column.
    """
    if [column.role for column in columns[:3]] != ["number", "measure_name", "description"]:
        return rows
    alone = [[token for token in row[1:] if token.text == token.line.text] for row in rows]
    widest = max((token.line.width for own in alone for token in own), default=0)
    sizes = [_lines_of_name(row, widest - _RAGGED) for row in rows]
    names = [row[1 : 1 + size] for row, size in zip(rows, sizes, strict=True) if size > 1]
    full = max((token.line.width for name in names for token in name), default=0)
    whole = []
    for row, size in zip(rows, sizes, strict=True):
        if size > 1 and full * 2 <= widest and all(token.line.width >= full - _RAGGED for token in row[1:size]):
            name = Token(join_lines([token.text for token in row[1 : 1 + size]]), row[1].line, row[size].line)
            whole.append([row[0], name, *row[1 + size :]])
        else:
            whole.append(row)
    return whole


def _lines_of_name(row: Sequence[Token], wide: int) -> int:
    """How many lines stand before the first wide one; 0 where one of them holds more than a cell, or none is wide."""
    for size, token in enumerate(row[1:]):
        if token.text != token.line.text:
            return 0
        if token.line.width >= wide:
            return size
    return 0


def _closed_rows(tokens: Sequence[Token], labels: Labels) -> Iterator[list[Token]]:
    row: list[Token] = []
    for position, token in enumerate(tokens):
        row.append(token)
        following = tokens[position + 1] if position + 1 < len(tokens) else None
        ends_line = following is None or following.line is not token.line
        if ends_line and _ends_with_departments(row, labels):
            is_more = following is not None and is_department_list(following.text, labels) and _is_alone(tokens, position + 1)
            if not is_more:
                yield row
                row = []


def _opened_rows(tokens: Sequence[Token], labels: Labels) -> Iterator[list[Token]]:
    """Rows that begin with their departments: at a line that begins with one, where the row before has a name already."""
    row: list[Token] = []
    own = 0  # so many tokens of the row are its departments
    for position, token in enumerate(tokens):
        begins_line = position == 0 or tokens[position - 1].line is not token.line
        owners = department_run(tokens[position : position + _GLUED], 0, labels) if begins_line else 0
        own += department_run(row, own, labels) if owners else 0
        if own < len(row) and owners:
            yield row
            row, own = [], 0
        if row or owners:
            row.append(token)
    if row:
        yield row


def _is_alone(tokens: Sequence[Token], position: int) -> bool:
    """Whether a token has its line for itself."""
    line = tokens[position].line
    return not any(0 <= other < len(tokens) and tokens[other].line is line for other in (position - 1, position + 1))


def _ends_with_departments(row: Sequence[Token], labels: Labels) -> bool:
    """Whether a row ends with departments behind its first token. The last one of them is no longer than ``_GLUED`` tokens: it tells."""
    return departments_from(row, max(1, len(row) - _GLUED), labels) is not None


def departments_from(row: Sequence[Token], first: int, labels: Labels) -> int | None:
    """Where the departments begin with which a row ends, at ``first`` or behind it; None where it ends with none."""
    return next((start for start in range(first, len(row)) if department_run(row, start, labels) == len(row) - start), None)


def department_run(tokens: Sequence[Token], start: int, labels: Labels) -> int:
    """How many tokens from ``start`` on are departments, some of them cut by a blank or a line end."""
    taken, open_texts = 0, []
    for position in range(start, len(tokens)):
        text = tokens[position].text
        if text in labels.words("mark", "kind"):
            break
        open_texts.append(text)
        if is_department_list(join_lines(open_texts), labels):
            taken, open_texts = position + 1 - start, []
        elif len(open_texts) == _GLUED or text.endswith("。"):
            break
    return taken
