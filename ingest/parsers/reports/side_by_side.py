"""Columns that a dump keeps side by side, parted by two blanks or more (pdftotext -layout): each line holds a piece of every column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from statistics import median

from ingest.printed import PrintedLine, columns

_PIECE = re.compile(r"\S+(?:\s\S+)*")  # one blank is part of the text, two part the columns


@dataclass(frozen=True, slots=True)
class _Piece:
    """A text and where it starts, in half-width columns."""

    text: str
    start: int


def cut_side_by_side(head: PrintedLine, lines: Sequence[PrintedLine], count: int) -> list[list[PrintedLine]] | None:
    """The lines of each column, where the head and most of the lines that can show it are printed so; else None.

    A line with as many pieces as there are columns has one of each; any other piece stands in the column at whose place it starts.
    """
    pieces = [_pieces(line) for line in lines]
    whole = [own for own in pieces if len(own) == count]
    parted = sum(len(own) > 1 for own in pieces)
    if count < 2 or len(_pieces(head)) != count or not whole or 2 * len(whole) < parted or 4 * parted < len(lines):
        return None
    starts = [median(own[at].start for own in whole) for at in range(count)]
    cut: list[list[PrintedLine]] = [[] for _ in range(count)]
    for line, own in zip(lines, pieces, strict=True):
        for place, piece in enumerate(own):
            at = place if len(own) == count else _nearest(piece.start, starts)
            cut[at].append(replace(line, text=piece.text, width=columns(piece.text), ends_paragraph=None))
    return cut


def _pieces(line: PrintedLine) -> list[_Piece]:
    """The pieces of a line. Blanks before the first are its indentation."""
    indent = columns(line.raw[: len(line.raw) - len(line.raw.lstrip())])
    return [_Piece(match[0], indent + columns(line.text[: match.start()])) for match in _PIECE.finditer(line.text)]


def _nearest(start: int, starts: Sequence[float]) -> int:
    """The last column that begins before ``start``; wrapped lines are indented, so none begins much later than its column."""
    return max((at for at, own in enumerate(starts) if own - 4 <= start), default=0)
