"""Tables in plain text: Markdown rows between pipes, and rows whose cells are parted by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.layout import Cell, Line, Table

_RULE = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_MOST_CUT = 2  # rows
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def find_text_tables(lines: Sequence[Line]) -> Iterator[Table]:
    """Every run of two or more rows with the same number of cells, two at least. A row is a line; <br> in a cell becomes a blank.

    A row or two with fewer cells inside a table have lost their empty ones at the end.
    """
    for run in _runs(lines):
        rows = [tuple(Cell(text, line.number, line.number) for text in cells) for line, cells in run]
        printed = tuple(row for row in rows if not all(_RULE.fullmatch(cell.text) for cell in row))
        if len(printed) > 1 and len(printed[0]) > 1:
            yield Table(printed, rows[0][0].first_line, rows[-1][0].last_line, lines[rows[0][0].first_line - 1].page)


def _runs(lines: Sequence[Line]) -> Iterator[list[tuple[Line, list[str]]]]:
    split = ((line, _split(line.text)) for line in lines)
    run: list[tuple[Line, list[str]]] = []
    for (count, _, _), group in groupby(split, key=lambda row: (len(row[1]), row[0].text.lstrip().startswith("|"), row[0].page)):
        rows = list(group)
        above, width = (run[-1][0], len(run[-1][1])) if run else (None, 0)
        is_near = above is not None and rows[0][0].number == above.number + 1 and _kind(rows[0][0]) == _kind(above)
        if is_near and 1 < count < width and len(rows) <= _MOST_CUT:
            run += [(line, [*cells, *[""] * (width - count)]) for line, cells in rows]
        elif is_near and count == width:
            run += rows
        else:
            yield from [run] if run else []
            run = rows if count else []
    yield from [run] if run else []


def _kind(line: Line) -> tuple[bool, int | None]:
    return line.text.lstrip().startswith("|"), line.page


def _split(text: str) -> list[str]:
    """The cells of a line; none where it is prose."""
    bare = text.strip()
    if bare.startswith("|"):
        cells = _PIPE.split(bare.removeprefix("|").removesuffix("|"))
        return [_BREAK.sub(" ", cell.replace("\\|", "|")).strip() for cell in cells]
    return [cell.strip() for cell in text.split("\t")] if "\t" in text.strip() else []
