"""Rows of indicator tables in loose text, whose cells wrap over lines.

A cell that is empty shows only as spare blanks, so a row counts only when its cells fill the columns of the head exactly.
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from ingest.characters import join_lines
from ingest.labels import Labels
from ingest.parsers.figures.figure_heads import cells_apart
from ingest.printed import PrintedLine

_NUMBER = (
    r"(?:(?:約|およそ|概ね|延べ|のべ|累計|合計|計|平均|毎年度?|各年度?|年間|年|月)[:：]?|[><≧≦¥])*(?:[▲△]\s?|[-+±])?¥?\d[\d,]*(?:\.\d+)?"
)
_UNIT = r"(?:(?:[^\d\s、。()（）:：※|]|(?<=CO)2|(?<=[km])2){1,8}?|\s(?!(?:WORDS)(?:\s|$))[^\d\s、。()（）:：※|▲△\-]{1,3}?)?(?:以上|以下|以内|超|未満|程度)?"
_REMARK = r"(?:\s?(?:[(（][^()（）]{1,12}[)）]|※\s?\d+))*"
_ABSENT = r"[(（]?(?:WORDS)[)）]?"
_COMPOUND = r"約?\d[\d,]*(?:\.\d+)?[兆億万千](?:\d[\d,]*[兆億万千]?)+[^\d\s]{0,3}?(?:以上|以下|以内|程度)?"  # 1億2,300万円 is a cell, though no single number
_CHANGE = r"\d+\s?/\s?\d+[^\d\s]{0,3}|\d[\d,.]*[^\d\s]{0,4}\s?[→⇒〜]\s?\d[\d,.]*[^\d\s]{0,4}"
_REMARK_LINE = re.compile(r"^(?:[(（](?:R|H|令和|平成|※)[^()（）]*[)）]|※\s*\d+)+(?:※\s*\d+)?$")
_PARENTHESES_LINE = re.compile(r"^[(（].*[)）]$")
_MOST_NAME_LINES = 4


@dataclass(frozen=True, slots=True)
class PrintedCell:
    """A cell, from its first line to the last of its remarks; "" where it is empty."""

    text: str
    first: PrintedLine
    last: PrintedLine


@dataclass(slots=True)
class PrintedRow:
    """A row as it is put together. ``remark`` is the text behind its figures."""

    names: list[tuple[str, PrintedLine]] = field(default_factory=list)
    cells: list[PrintedCell] = field(default_factory=list)


class FigureRows:
    """Collects rows from lines until each has as many cells as the head has columns."""

    def __init__(self, size: int, labels: Labels, *, has_remark: bool = False, places: Sequence[float] = ()) -> None:
        self._size = size
        self._places = places
        words = "|".join(re.escape(word) for word in labels.words("figure", "absent"))
        value = f"(?:{_CHANGE}|{_COMPOUND}|{_NUMBER}{_UNIT}|{_ABSENT}){_REMARK}".replace("WORDS", words)
        self._value = re.compile(rf"{value}(?=\s|$)")
        self._values = re.compile(rf"{value}(?:\s+{value})*")
        self._leading = re.compile(rf"^(?P<values>{value}(?:\s+{value})*)\s+(?P<text>\D.*)$")
        self._remarked = (
            re.compile(rf"^(?P<name>\S.*?)\s+(?P<values>{value}(?:\s+{value}){{{size - 1}}})\s+(?P<text>\D.*)$") if has_remark else None
        )
        heads = "|".join(re.escape(word) for word in labels.words("head", "measure"))
        self._reference = re.compile(rf"^(?:{heads})\s*\d{{1,3}}$")
        self._rows: list[PrintedRow] = [PrintedRow()]

    def complete(self) -> Iterator[PrintedRow]:
        """The rows whose cells fill the head; one without a name of its own stands below the one above it."""
        return (row for row in self._rows if len(row.cells) == self._size)

    def take(self, line: PrintedLine) -> bool:
        """Add a line; True where it gave cells or belongs to some."""
        row = self._rows[-1]
        text = line.text
        if row.cells and _REMARK_LINE.match(re.sub(r"\s+", "", text)):
            self._append_remark(row, line)
            return True
        if self._reference.match(text):  # 「取組 23」 alone: the number is no cell
            self._rows.append(PrintedRow([(text, line)]))
            return False
        if self._takes_leading(row, line) or self._takes_remarked(line):
            return True
        missing = self._size - len(row.cells)
        start = self._values_start(text, missing) if 0 < missing < self._size and self._values.fullmatch(text) else None
        if start is None:
            start = self._values_start(text, self._size)
        if start is not None:
            self._take_values(row, text[:start].strip(), text[start:], line)
            return True
        if len(row.cells) == self._size and _PARENTHESES_LINE.match(text):
            self._append_remark(row, line)
            return True
        is_other_row = len(self._cut(text)) > 1  # figures that do not fill the head: no part of the next name
        if row.cells or is_other_row:
            row = PrintedRow()
            self._rows.append(row)
        if not is_other_row:
            row.names.append((text, line))
        del row.names[:-_MOST_NAME_LINES]
        return False

    def _takes_leading(self, row: PrintedRow, line: PrintedLine) -> bool:
        """All cells but the last, and that one in words: 65億円 83億円 純資産変動＞０."""
        leading = self._leading.match(line.text) if not row.cells and row.names else None
        values = self._cut(leading["values"]) if leading else []
        if leading is None or len(values) != self._size - 1:
            return False
        row.cells += [PrintedCell(value, line, line) for value in [*values, join_lines([leading["text"]])]]
        return True

    def _takes_remarked(self, line: PrintedLine) -> bool:
        """Name, all cells, and text in a last column (備考, 担当課)."""
        found = self._remarked.match(line.text) if self._remarked else None
        values = self._cut(found["values"]) if found else []
        if found is None or len(values) != self._size:
            return False
        self._rows.append(PrintedRow([(found["name"], line)], [PrintedCell(value, line, line) for value in values]))
        return True

    def _values_start(self, text: str, wanted: int) -> int | None:
        """Where the cells at the end of a line begin: such that there are as many as wanted, or else the most below that."""
        starts = [0, *(match.end() for match in re.finditer(r"\s+", text))]
        counts = [(len(self._cut(text[start:])), start) for start in starts if self._values.fullmatch(text, start)]
        fitting = [(count, -start) for count, start in counts if count <= wanted]
        return -max(fitting)[1] if fitting else None

    def _take_values(self, row: PrintedRow, name: str, printed: str, line: PrintedLine) -> None:
        values = self._cut(printed)
        if name and len(row.cells) == self._size - 1 and len(values) == 1:
            row.cells.append(PrintedCell(join_lines([line.text]), line, line))  # a target in words: 標準財政規模の30％程度
            return
        if (name and row.cells) or len(row.cells) == self._size:
            row = PrintedRow()
            self._rows.append(row)
        if name:
            row.names.append((name, line))
        if len(values) < self._size and not row.cells:
            spread = self._placed(line) if self._places else self._spread(printed)
            values = spread if len(spread) == self._size else values
        row.cells += [PrintedCell(value, line, line) for value in values][: self._size - len(row.cells)]

    def _append_remark(self, row: PrintedRow, line: PrintedLine) -> None:
        own = row.cells[-1]
        row.cells[-1] = PrintedCell(f"{own.text} {line.text}", own.first, line)

    def _cut(self, printed: str) -> list[str]:
        return [match[0].strip() for match in self._value.finditer(printed)]

    def _placed(self, line: PrintedLine) -> list[str]:
        """Each cell below the column whose middle is nearest; nothing where one stands between two or two below one."""
        edges = [(left + right) / 2 for left, right in pairwise(self._places)]
        first = self._places[0] - (edges[0] - self._places[0])
        cells = [""] * self._size
        for middle, text in cells_apart(line):
            if middle < first:
                continue
            column = bisect(edges, middle)
            if cells[column] or not self._values.fullmatch(text):
                return []
            cells[column] = text
        return cells

    def _spread(self, printed: str) -> list[str]:
        """Empty cells show as blanks: n + 1 of them stand for n cells."""
        cells: list[str] = []
        end = 0
        for match in self._value.finditer(printed):
            blanks = match.start() - end
            cells += [""] * (blanks - 1 if cells and blanks > 1 else 0)
            cells.append(match[0].strip())
            end = match.end()
        return cells
