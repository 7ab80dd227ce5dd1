"""Lines of flattened tables cut at the blanks that may part two cells, with what stands before each piece."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from ingest.characters import is_japanese
from ingest.printed import PrintedLine

MARKS = "・･"
_BLANKS = re.compile(r"\s+")
_BRACKET_ONLY = re.compile(r"[(（][^()（）]*(?:[(（][^()（）]*[)）][^()（）]*)*[)）](?:\s*等)?")
_CLOSING = re.compile(r"【[^】]+】$")
_DASHES = frozenset("-－―—–ー")
_PARTICLES = frozenset("のはをにでと計約年各")


class Break(Enum):
    """What stands before a piece: it goes on in its paragraph, a blank, a line end that may be either, or the end of a paragraph."""

    WRAP = 0
    BLANK = 1
    LINE = 2
    PARAGRAPH = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A line, or the part of it between blanks. ``skips`` is the number of empty cells that the blanks before it stand for."""

    text: str
    line: PrintedLine
    opens: Break
    skips: int = 0
    is_apart: bool = False
    """Whether more empty lines stand before it than is usual in its table: an empty paragraph."""

    @property
    def is_marked(self) -> bool:
        return self.text[0] in MARKS

    @property
    def is_bracketed(self) -> bool:
        """Whether it is nothing but a bracket: （会議録作成支援）, （再掲） 等."""
        return _BRACKET_ONLY.fullmatch(self.text) is not None

    @property
    def closes_label(self) -> bool:
        return _CLOSING.search(self.text) is not None


def cut_pieces(lines: Sequence[PrintedLine]) -> list[Piece]:
    """The lines cut at every blank that may part two cells. Blanks inside brackets and between Latin words part none."""
    usual = Counter(line.gap for line in lines[1:]).most_common(1)[0][0] if len(lines) > 1 else 0
    are_indented = sum(line.indent > 0 for line in lines) * 2 > len(lines)
    pieces: list[Piece] = []
    depth = 0
    before: PrintedLine | None = None
    for line in lines:
        is_apart = before is not None and line.gap > usual
        opens = _line_break(before, line, is_apart=is_apart)
        depth = depth if opens is Break.WRAP else 0
        turns_page = before is not None and before.sheet != line.sheet
        skips = 0 if are_indented or turns_page else line.indent
        for text, run in _cut_line(line.text, depth):
            if run is None:
                pieces.append(Piece(text, line, opens, skips, is_apart))
            else:
                pieces.append(Piece(text, line, Break.BLANK, run - 1))
        depth = max(0, depth + _depth(line.text))
        before = line
    return pieces


def _line_break(before: PrintedLine | None, line: PrintedLine, *, is_apart: bool) -> Break:
    if before is None or is_apart or line.text[0] in MARKS or before.ends_paragraph:
        return Break.PARAGRAPH
    return Break.LINE if before.ends_paragraph is None else Break.WRAP


def _cut_line(text: str, depth: int) -> Iterator[tuple[str, int | None]]:
    """The parts of a line with the number of blanks before each; None for the first."""
    start, run = 0, None
    for blank in _BLANKS.finditer(text):
        left, right = text[blank.start() - 1], text[blank.end()]
        latin = left.isascii() and left.isalpha() and right.isascii() and right.isalpha()
        if depth + _depth(text[: blank.start()]) > 0 or (latin and len(blank[0]) == 1):
            continue
        yield text[start : blank.start()], run
        start, run = blank.end(), len(blank[0])
    yield text[start:], run


def _depth(text: str) -> int:
    return sum(text.count(mark) for mark in "(（「『[") - sum(text.count(mark) for mark in ")）」』]")


def blank_costs(left: str, right: str) -> tuple[float, float]:
    """A blank between (left, right): between Japanese letters it parts cells, beside Latin letters and figures print may set one anywhere."""
    a, b = left[-1], right[0]
    if left in _DASHES or right in _DASHES:
        return 2.0, 0.0
    if is_japanese(a) and is_japanese(b):
        return 2.0, 0.0
    if a.isdigit():
        return (2.0, 0.0) if b.isdigit() else (0.0, 2.0)
    if b.isdigit():
        if a in "%)）":
            return 1.5, 0.0
        return (0.0, 1.2) if a in _PARTICLES else (0.3, 0.4)
    if a in ")）" and b in "(（":
        return 1.5, 0.0
    if (a.isascii() and a.isalpha()) or (b.isascii() and b.isalpha()):
        return 0.0, 0.8
    return 0.5, 0.5
