"""Tables in plain text: Markdown rows between pipes, and rows whose cells are parted by tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import groupby

from ingest.layout import Cell, Line, Table

_RULE = re.compile(r":?-+:?")
_PIPE = re.compile(r"(?<!\\)\|")
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)


def find_text_tables(lines: Sequence[Line]) -> Iterator[Table]:
    """Every run of two or more rows with the same number of cells, two at least. A row is a line; <br> in a cell becomes a blank."""
    for _, run in groupby(lines, key=lambda line: (len(_split(line.text)), line.text.lstrip().startswith("|"), line.page)):
        rows = [tuple(Cell(text, line.number, line.number) for text in _split(line.text)) for line in run]
        printed = tuple(row for row in rows if not all(_RULE.fullmatch(cell.text) for cell in row))
        if len(printed) > 1 and len(printed[0]) > 1:
            yield Table(printed, rows[0][0].first_line, rows[-1][0].last_line, lines[rows[0][0].first_line - 1].page)


def _split(text: str) -> list[str]:
    """The cells of a line; none where it is prose."""
    bare = text.strip()
    if bare.startswith("|"):
        cells = _PIPE.split(bare.removeprefix("|").removesuffix("|"))
        return [_BREAK.sub(" ", cell.replace("\\|", "|")).strip() for cell in cells]
    return [cell.strip() for cell in text.split("\t")] if "\t" in text.strip() else []
