"""Year tables whose rows stand on one line each, with as many cells as the head has years: 検討 ⇒ 試行 ⇒ 本格実施.

The blanks between the cells tell nothing of their columns, so that a row counts only where its cells are as many as the years and nothing
but a line of another form follows: a cell that goes on below leaves open which one it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import Labels, label_key
from ingest.parsers.figures.observations import common_unit, observe
from ingest.parsers.labelled import YearColumn, find_label
from ingest.parsers.plan.block_figures import begins_figures
from ingest.printed import PrintedLine
from ingest.quantity import parse_quantity
from ontology.model import Indicator, Source, ValueRole

_BETWEEN = re.compile(r"(?:\s|[→⇒➡➔▶►]|[―—─ー-]{2,}[▶►>]?)+")
_ARROW = re.compile(r"[→⇒➡➔▶►]|[―—─]{2,}")
_AMOUNTS = re.compile(
    r"(?P<name>\S*(?P<kind>予算|決算)\S*?)\s*(?:[(（](?:単位[:：])?(?P<unit>[^()（）\d]{1,6})[)）])?(?P<cells>(?:\s+[\d,.]+)+)$"
)
_ENDS = re.compile(r"\d{1,3}$|[-‐–—－]\s*\d{1,3}\s*[-‐–—－]$|[【■◆●◇□○◎（(]|第\d|資料編")
_LONGEST_CELL = 30


@dataclass(frozen=True, slots=True)
class CountedRow:
    """A row with a cell for each year, or with an amount for each."""

    line: PrintedLine
    cells: tuple[str, ...] = ()
    amounts: Indicator | None = None


def read_counted_rows(lines: Sequence[PrintedLine], columns: Sequence[YearColumn], labels: Labels) -> tuple[CountedRow, ...]:
    """The rows right below a head of years; none where one of them may wrap."""
    rows: list[CountedRow] = []
    for line in lines:
        row = _read_amounts(line, columns) or _read_cells(line, columns, labels)
        if row is None:
            return tuple(rows) if _ends(line, labels) else ()
        rows.append(row)
    return tuple(rows)


def _read_cells(line: PrintedLine, columns: Sequence[YearColumn], labels: Labels) -> CountedRow | None:
    cells = tuple(cell for cell in _BETWEEN.split(line.text) if cell)
    is_row = len(cells) == len(columns) and all(map(_is_cell, cells))
    arrows = len(_ARROW.findall(line.text))
    if not is_row or arrows not in (0, len(columns) - 1) or any(parse_quantity(cell).value is not None for cell in cells):
        return None
    return CountedRow(line, cells) if not _is_label(line.text, labels) else None


def _is_cell(text: str) -> bool:
    return len(text) <= _LONGEST_CELL and not text.endswith(("。", "、")) and text[0] not in "・･•●○"


def _read_amounts(line: PrintedLine, columns: Sequence[YearColumn]) -> CountedRow | None:
    match = _AMOUNTS.match(line.text)
    cells = match["cells"].split() if match else []
    if match is None or len(cells) != len(columns) or any(column.fiscal_year is None for column in columns):
        return None
    role = ValueRole.FORECAST if match["kind"] == "予算" else ValueRole.ACTUAL
    observations = tuple(
        observe(cell, role, column.fiscal_year, match["unit"], Source(line.number, line.number, line.page, cell))
        for column, cell in zip(columns, cells, strict=True)
    )
    source = Source(line.number, line.number, line.page, match["name"])
    return CountedRow(line, amounts=Indicator(match["name"], source, observations, common_unit(observations) or match["unit"]))


def _ends(line: PrintedLine, labels: Labels) -> bool:
    """Whether a line below the rows cannot be the rest of a cell."""
    return bool(_ENDS.match(line.text)) or begins_figures(line, labels) or _is_label(line.text, labels)


def _is_label(text: str, labels: Labels) -> bool:
    return find_label(text, labels) is not None or label_key(text) in labels.words("block", "schedule")
