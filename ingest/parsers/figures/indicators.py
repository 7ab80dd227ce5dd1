"""Indicator tables in loose text: a head of baseline, years and target, then rows of a name and its cells, which wrap over lines (``figure_rows``).

Rows that do not fill the head are left to the readers of prose. Tables with tabs or pipes are read like ruled ones (``ruled_tables``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.figures.figure_heads import FigureColumn, FigureHead, read_figure_head, role_of_word
from ingest.parsers.figures.figure_rows import FigureRows, PrintedCell, PrintedRow
from ingest.parsers.figures.observations import NAME_MARK, common_unit, observe
from ingest.printed import PrintedLine
from ontology.model import Indicator, Source, ValueRole

_ENDS = "。"
_OTHER_PART = re.compile(r"【[^【】]+】$|第\d+章|資料編")  # the label of another field, a chapter
_MOST_MISSES = 4
_ROW_NUMBER = re.compile(r"^\d{1,3}(?:[.．]|\s)\s*(?=\S)")
_UNIT_IN_NAME = re.compile(r"[(（](?:単位[:：])?([^()（）\d]{1,6})[)）]$")  # 受診率（%）
_UNIT_CELL = re.compile(r"[^\d\s、。()]{1,6}(?:CO2|(?<=[kcm])[23])?")

Named = list[tuple[str, PrintedLine]]


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
        start = index + head.size
        found, used = _read_rows(lines, start, head, labels)
        if found:
            used_lines.update(line.number for line in lines[index:start])
            used_lines.update(number for own in found for number in range(own.source.start_line, own.source.end_line + 1))
        indicators += found
        index = start + used
    return IndicatorReading(tuple(indicators), frozenset(used_lines))


def _read_rows(lines: Sequence[PrintedLine], start: int, head: FigureHead, labels: Labels) -> tuple[list[Indicator], int]:
    rows = FigureRows(len(head.columns), labels, has_remark=head.has_remark, places=head.places)
    used = 0
    misses = 0
    for position, line in enumerate(lines[start:]):
        if (
            line.text.endswith(_ENDS)
            or _OTHER_PART.match(line.text)
            or misses > _MOST_MISSES
            or line.sheet != lines[start].sheet
            or read_figure_head(lines, start + position, labels) is not None
        ):
            break
        misses = 0 if rows.take(line) else misses + 1
        if not misses:
            used = position + 1
    if head.stacked:
        return list(_read_stacked(rows.complete(), head, labels)), used
    if head.has_kinds:
        return list(_read_kinds(rows.complete(), head, labels)), used
    found = (_make(row.names, _cells(head.columns, row), head, labels) for row in rows.complete() if row.names)
    return list(filter(None, found)), used


Cells = list[tuple[FigureColumn, PrintedCell]]


def _cells(columns: Iterable[FigureColumn | None], row: PrintedRow, role: ValueRole | None = None) -> Cells:
    """The cells of a row that are printed, each with its column; ``role`` where the row says what the years hold."""
    pairs = zip(columns, row.cells, strict=True)
    return [(FigureColumn(role or column.role, column.fiscal_year), cell) for column, cell in pairs if column and cell.text]


def _cut_unit(names: Named) -> tuple[Named, str | None]:
    """A column 単位 between name and figures: its word ends the name."""
    *before, (text, line) = names
    name, unit = (match[1], match[2]) if (match := re.fullmatch(r"(.*?)\s*(\S+)", text)) else ("", text)
    if not _UNIT_CELL.fullmatch(unit) or not (name or before):
        return names, None
    return [*before, *([(name, line)] if name.strip() else [])], unit


def _read_stacked(rows: Iterator[PrintedRow], head: FigureHead, labels: Labels) -> Iterator[Indicator]:
    """Two rows of figures under one name: 上段 and 下段 as the table's legend says."""
    upper: PrintedRow | None = None
    for row in rows:
        if row.names or upper is None:
            upper = row if row.names else None
            continue
        above, below = (_cells(head.columns, own, role) for role, own in zip(head.stacked, (upper, row), strict=True))
        if indicator := _make(upper.names, [*above, *below], head, labels):
            yield indicator
        upper = None


def _read_kinds(rows: Iterator[PrintedRow], head: FigureHead, labels: Labels) -> Iterator[Indicator]:
    """Rows that end their name with what their figures are: 参加者数 目標, then 実績 alone."""
    names: Named = []
    cells: Cells = []
    for row in rows:
        own, role = _cut_kind(row.names, labels)
        if own or role is None:
            if indicator := _make(names, cells, head, labels):
                yield indicator
            names, cells = own, []
        if role is not None:
            cells += _cells(head.columns, row, role)
    if indicator := _make(names, cells, head, labels):
        yield indicator


def _cut_kind(names: Named, labels: Labels) -> tuple[Named, ValueRole | None]:
    """The name of a row without its last word, and the role that this word says; (names, None) where it says none."""
    if not names:
        return [], None
    *before, (text, line) = names
    name, word = (match[1], match[2]) if (match := re.fullmatch(r"(.*?)\s*(\S+)", text)) else ("", text)
    role = role_of_word(word, labels)
    return ([*before, *([(name.strip(), line)] if name.strip() else [])], role) if role else (list(names), None)


def _make(names: Named, cells: Cells, head: FigureHead, labels: Labels) -> Indicator | None:
    """An indicator from its name parts and cells; None where it has no name or no cell."""
    names, unit = _cut_unit(names) if head.has_unit and names else (names, None)
    if head.has_numbers and names:
        names = [(_ROW_NUMBER.sub("", names[0][0]), names[0][1]), *names[1:]]
    measure, printed = _split_measure([text for text, _ in names], head, labels)
    name = NAME_MARK.sub("", printed).strip()
    if not name or not cells or not re.search(r"[^\W\d_]", name):
        return None
    in_name = _UNIT_IN_NAME.search(name)
    unit = unit or head.unit or (in_name[1] if in_name and in_name[1] in ("%", *labels.words("effect", "counter")) else None)
    observations = tuple(
        observe(cell.text, column.role, column.fiscal_year, unit, Source(cell.first.number, cell.last.number, cell.first.page, cell.text))
        for column, cell in cells
    )
    first = min(line.number for line in (*(line for _, line in names), *(cell.first for _, cell in cells)))
    last = max(line.number for line in (*(line for _, line in names), *(cell.last for _, cell in cells)))
    return Indicator(name, Source(first, last, names[0][1].page, printed), observations, common_unit(observations) or unit, measure)


def _split_measure(parts: Sequence[str], head: FigureHead, labels: Labels) -> tuple[tuple[str, ...] | None, str]:
    """「取組３ オンライン化手続数①」: the measure the row belongs to, and the name without it; below a head 取組番号 the number alone tells it."""
    joined = join_lines(parts)
    if head.has_measures and parts and (number := re.match(r"(\d{1,3})(?:\s+|$)", parts[0])):
        return ("measure", number[1]), join_lines([parts[0][number.end() :], *parts[1:]])
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.match(rf"^(?:{words})\s*(?:№|No\.?)?\s*(\d{{1,3}})(?=\D)\s*", joined)
    if match and label_key(joined) != label_key(match[0]):
        return ("measure", match[1]), joined[match.end() :].strip()
    if len(parts) > 1 and (alone := re.fullmatch(rf"(?:{words})\s*(\d{{1,3}})", parts[0].strip())):
        return ("measure", alone[1]), join_lines(parts[1:])
    return None, joined
