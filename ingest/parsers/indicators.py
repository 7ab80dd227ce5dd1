"""Indicator tables in loose text: a head of baseline, years and target, then rows of a name and its cells, which wrap over lines (``figure_rows``).

Rows that do not fill the head are left to the readers of prose. Tables with tabs or pipes are read like ruled ones (``ruled_tables``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.figure_heads import FigureColumn, FigureHead, read_figure_head
from ingest.parsers.figure_rows import FigureRows, PrintedCell, PrintedRow
from ingest.parsers.observations import NAME_MARK, common_unit, observe
from ingest.printed import PrintedLine
from ontology.model import Indicator, Source

_ENDS = "。"
_MOST_MISSES = 4
_UNIT_CELL = re.compile(r"[^\d\s、。()]{1,6}")

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
    rows = FigureRows(len(head.columns), labels, has_remark=head.has_remark)
    used = 0
    misses = 0
    for position, line in enumerate(lines[start:]):
        if (
            line.text.endswith(_ENDS)
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
    return list(filter(None, (_read_row(row, head, labels) for row in rows.complete() if row.names))), used


def _read_row(row: PrintedRow, head: FigureHead, labels: Labels) -> Indicator | None:
    names, unit = _cut_unit(row.names) if head.has_unit else (row.names, None)
    return _make(
        names,
        [(column, cell) for column, cell in zip(head.columns, row.cells, strict=True) if column and cell.text],
        unit or head.unit,
        labels,
    )


def _cut_unit(names: Named) -> tuple[Named, str | None]:
    """A column 単位 between name and figures: its word ends the name."""
    *before, (text, line) = names
    name, _, unit = text.rpartition(" ")
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
        names, unit = _cut_unit(upper.names) if head.has_unit else (upper.names, None)
        cells = [
            (FigureColumn(role, column.fiscal_year), cell)
            for role, own in zip(head.stacked, (upper, row), strict=True)
            for column, cell in zip(head.columns, own.cells, strict=True)
            if column and cell.text
        ]
        indicator = _make(names, cells, unit or head.unit, labels)
        if indicator is not None:
            yield indicator
        upper = None


def _make(names: Named, cells: Sequence[tuple[FigureColumn, PrintedCell]], unit: str | None, labels: Labels) -> Indicator | None:
    """An indicator from its name parts and cells; None where it has no name or no cell."""
    measure, name = _split_measure(join_lines([text for text, _ in names]), [text for text, _ in names], labels)
    name = NAME_MARK.sub("", name).strip()
    if not name or not cells or not re.search(r"[^\d\s%]", name):
        return None
    observations = tuple(
        observe(cell.text, column.role, column.fiscal_year, unit, Source(cell.first.number, cell.last.number, cell.first.page, cell.text))
        for column, cell in cells
    )
    first = min(line.number for line in (*(line for _, line in names), *(cell.first for _, cell in cells)))
    last = max(line.number for line in (*(line for _, line in names), *(cell.last for _, cell in cells)))
    return Indicator(name, Source(first, last, names[0][1].page, name), observations, common_unit(observations) or unit, measure)


def _split_measure(joined: str, parts: Sequence[str], labels: Labels) -> tuple[tuple[str, ...] | None, str]:
    """「取組３ オンライン化手続数①」: the measure the row belongs to, and the name without it."""
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.match(rf"^(?:{words})\s*(?:№|No\.?)?\s*(\d{{1,3}})(?=\D)\s*", joined)
    if match and label_key(joined) != label_key(match[0]):
        return ("measure", match[1]), joined[match.end() :].strip()
    if len(parts) > 1 and (alone := re.fullmatch(rf"(?:{words})\s*(\d{{1,3}})", parts[0].strip())):
        return ("measure", alone[1]), join_lines(parts[1:])
    return None, joined
