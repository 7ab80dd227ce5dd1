"""Indicator tables: a head of baseline, years and target, then rows of a name and its cells.

The same table is printed with tabs, with Markdown pipes, or as loose text whose cells wrap over lines. In text a cell that is empty shows only as
spare blanks, so a row counts only when its cells fill the columns of the head exactly; all others are left to the report.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.characters import join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.parsers.figure_heads import YEAR, FigureColumn, is_figure_head, read_figure_column, read_figure_head, split_cells
from ingest.printed import PrintedLine
from ingest.quantity import parse_quantity
from ontology.fiscal_year import parse_fiscal_year
from ontology.model import Indicator, Observation, Source, ValueRole

_NUMBER = r"(?:約|延べ|のべ|累計|年|計|月|[><≧≦])*[-−▲△+]?\d[\d,]*(?:\.\d+)?"
_UNIT = r"(?:[^\d\s、。()（）:：※|]{1,8}?|\s[^\d\s、。()（）:：※|\-]{1,3}?)?(?:以上|以下|以内|超|未満|程度)?"
_REMARK = r"(?:\s?(?:[(（][^()（）]{1,12}[)）]|※\s?\d+))*"
_ABSENT = r"[(（]?(?:{words})[)）]?"
_REMARK_LINE = re.compile(r"^(?:[(（](?:R|H|令和|平成|※)[^()（）]*[)）]|※\s*\d+)+(?:※\s*\d+)?$")
_PARENTHESES_LINE = re.compile(r"^[(（].*[)）]$")
_NAME_MARK = re.compile(r"\s*(?:※\s*\d+|[(（][注※]\s*\d+[)）]|\*+\d*)+$")


@dataclass(slots=True)
class _Row:
    names: list[tuple[str, PrintedLine]] = field(default_factory=list)
    cells: list[tuple[str, PrintedLine]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class IndicatorReading:
    """The indicators of the tables of a document, and the lines of those tables."""

    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]


def read_indicators(lines: Sequence[PrintedLine], labels: Labels) -> IndicatorReading:
    """Every indicator of every table in ``lines``; the ``source`` of each covers all its cells."""
    index = 0
    indicators: list[Indicator] = []
    used_lines: set[int] = set()
    while index < len(lines):
        head = read_figure_head(lines, index, labels)
        if head is None:
            index += 1
            continue
        columns, size, separator = head
        if separator:
            found, used = _read_cells(lines, index + size, columns, separator, labels)
        else:
            found, used = _read_text_rows(lines, index + size, [column for column in columns if column], labels)
        if found:
            used_lines.update(line.number for line in lines[index : index + size])
            used_lines.update(number for own in found for number in range(own.source.start_line, own.source.end_line + 1))
            used_lines.update(line.number for line in lines[index + size : index + size + used] if separator)
        indicators += found
        index += size + used
    return IndicatorReading(tuple(indicators), frozenset(used_lines))


def _read_cells(
    lines: Sequence[PrintedLine], start: int, columns: Sequence[FigureColumn | None], separator: str, labels: Labels
) -> tuple[list[Indicator], int]:
    """Rows whose cells are separated; an empty first cell repeats the one above it."""
    found: list[Indicator] = []
    above: list[str] = []
    used = 0
    for line in lines[start:]:
        cells = split_cells(line.raw.rstrip("\n"), separator)
        if len(cells) < 2 or is_figure_head([column for cell in cells if (column := read_figure_column(cell, labels))]):
            break
        used += 1
        if all(re.fullmatch(r":?-{2,}:?", cell) for cell in cells if cell):
            continue
        cells += [""] * (len(columns) - len(cells))
        first = next(position for position, column in enumerate(columns) if column)
        names = [
            cell or (above[position] if position == 0 and position < len(above) - 1 and first > 1 else "")
            for position, cell in enumerate(cells[:first])
        ]
        above = names
        printed = [(column, cell) for column, cell in zip(columns, cells, strict=False) if column]
        indicator = _make(
            [(normalise(name), line) for name in names if name], [(column, cell, line) for column, cell in printed if cell], labels
        )
        if indicator is not None:
            found.append(indicator)
    return found, used


def _read_text_rows(
    lines: Sequence[PrintedLine], start: int, columns: Sequence[FigureColumn], labels: Labels
) -> tuple[list[Indicator], int]:
    rows = _TextRows(len(columns), labels)
    used = 0
    misses = 0
    for position, line in enumerate(lines[start:]):
        if (
            line.text.endswith("。")
            or misses > 4
            or line.sheet != lines[start].sheet
            or read_figure_head(lines, start + position, labels) is not None
        ):
            break
        misses = 0 if rows.take(line) else misses + 1
        if not misses:
            used = position + 1
    found = []
    for row in rows.complete():
        indicator = _make(
            row.names, [(column, text, line) for column, (text, line) in zip(columns, row.cells, strict=True) if text], labels
        )
        if indicator is not None:
            found.append(indicator)
    return found, used


class _TextRows:
    """Collects rows from loose lines until each has as many cells as the head has columns."""

    def __init__(self, size: int, labels: Labels) -> None:
        self._size = size
        absent = _ABSENT.format(words="|".join(re.escape(word) for word in labels.words("figure", "absent")))
        value = rf"(?:{_NUMBER}{_UNIT}|{absent}){_REMARK}"
        self._value = re.compile(rf"{value}(?=\s|$)")
        self._values = re.compile(rf"{value}(?:\s+{value})*")
        self._leading = re.compile(rf"^(?P<values>{value}(?:\s+{value})*)\s+(?P<text>\D.*)$")
        words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
        self._reference = re.compile(rf"^(?:{words})\s*\d{{1,3}}$")
        self._rows: list[_Row] = [_Row()]

    def complete(self) -> list[_Row]:
        return [row for row in self._rows if len(row.cells) == self._size and row.names]

    def take(self, line: PrintedLine) -> bool:
        """Add a line; True where it gave cells or belongs to some."""
        row = self._rows[-1]
        text = line.text
        if row.cells and _REMARK_LINE.match(re.sub(r"\s+", "", text)):
            self._append_remark(row, text)
            return True
        if self._reference.match(text):  # 「取組 23」 alone: the number is no cell
            self._rows.append(_Row([(text, line)]))
            return False
        leading = self._leading.match(text) if not row.cells or len(row.cells) == self._size else None
        if leading is not None and len(values := self._cut(leading["values"])) == self._size - 1 and row.names and not row.cells:
            row.cells += [(value, line) for value in values] + [(join_lines([leading["text"]]), line)]
            return True
        missing = self._size - len(row.cells)
        start = self._values_start(text, missing) if 0 < missing < self._size and self._values.fullmatch(text) else None
        if start is None:
            start = self._values_start(text, self._size)
        if start is not None:
            return self._take_values(row, text[:start].strip(), text[start:], line)
        if len(row.cells) == self._size and _PARENTHESES_LINE.match(text):
            self._append_remark(row, text)
            return True
        if row.cells:
            row = _Row()
            self._rows.append(row)
        row.names.append((text, line))
        if len(row.names) > 4:
            row.names.pop(0)
        return False

    def _values_start(self, text: str, wanted: int) -> int | None:
        """Where the cells at the end of a line begin: such that there are as many as wanted, or else the most below that."""
        starts = [0, *(match.end() for match in re.finditer(r"\s+", text))]
        counts = [(len(self._cut(text[start:])), start) for start in starts if self._values.fullmatch(text, start)]
        fitting = [(count, -start) for count, start in counts if count <= wanted]
        return -max(fitting)[1] if fitting else None

    def _take_values(self, row: _Row, name: str, printed: str, line: PrintedLine) -> bool:
        values = self._cut(printed)
        if name and row.cells:
            if len(row.cells) == self._size - 1 and len(values) == 1:
                row.cells.append((join_lines([line.text]), line))  # a target in words: 標準財政規模の30％程度
                return True
            row = _Row()
            self._rows.append(row)
        if not name and len(row.cells) == self._size:
            row = _Row()
            self._rows.append(row)
        if name:
            row.names.append((name, line))
        if len(row.cells) + len(values) < self._size and not row.cells:
            spread = self._spread(printed)
            if len(spread) == self._size:
                values = spread
        row.cells += [(value, line) for value in values][: self._size - len(row.cells)]
        return True

    def _append_remark(self, row: _Row, text: str) -> None:
        value, own = row.cells[-1]
        row.cells[-1] = (f"{value} {text}", own)

    def _cut(self, printed: str) -> list[str]:
        return [match[0].strip() for match in self._value.finditer(printed)]

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


def _make(
    names: Sequence[tuple[str, PrintedLine]], cells: Sequence[tuple[FigureColumn, str, PrintedLine]], labels: Labels
) -> Indicator | None:
    """An indicator from its name parts and cells; None where it has no name or no cell."""
    measure, name = _split_measure(join_lines([text for text, _ in names]), [text for text, _ in names], labels)
    name = _NAME_MARK.sub("", name).strip()
    if not name or not cells or not re.search(r"[^\d\s%]", name):
        return None
    observations = tuple(_observe(column, text, line) for column, text, line in cells)
    units = Counter(observation.quantity.unit for observation in observations if observation.quantity.unit)
    lines = [line for _, line in names] + [line for _, _, line in cells]
    first, last = min(line.number for line in lines), max(line.number for line in lines)
    source = Source(first, last, lines[0].page, name)
    return Indicator(name, source, observations, units.most_common(1)[0][0] if units else None, measure)


def _observe(column: FigureColumn, text: str, line: PrintedLine) -> Observation:
    quantity = parse_quantity(text)
    remark = re.search(r"[(（]([^()（）]*)[)）]", text)
    # A target may print a year of its own: 25手続（R4）. A remark that says more than a year is a remark.
    own_year = (
        parse_fiscal_year(remark[1])
        if remark and column.role is ValueRole.TARGET and re.fullmatch(rf"\s*(?:{YEAR})\s*", remark[1])
        else None
    )
    return Observation(
        quantity,
        column.role,
        Source(line.number, line.number, line.page, text),
        own_year or column.fiscal_year,
        remark[1] if remark else None,
    )


def _split_measure(joined: str, parts: Sequence[str], labels: Labels) -> tuple[tuple[str, ...] | None, str]:
    """「取組３ オンライン化手続数①」: the measure the row belongs to, and the name without it."""
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.match(rf"^(?:{words})\s*(?:№|No\.?)?\s*(\d{{1,3}})(?=\D)\s*", joined)
    if match and label_key(joined) != label_key(match[0]):
        return ("measure", match[1]), joined[match.end() :].strip()
    if len(parts) > 1 and (alone := re.fullmatch(rf"(?:{words})\s*(\d{{1,3}})", parts[0].strip())):
        return ("measure", alone[1]), join_lines(parts[1:])
    return None, joined
