"""Yearly targets inside a schedule: the rows that a document marks as quantified (定量事業量) become indicators, one a figure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.parsers.year_table import YearCell
from ingest.quantity import parse_quantity
from ontology.model import Indicator, Observation, Quantity, Source, ValueRole

_LABELLED = re.compile(r"^(?P<label>[^:：]{2,40}(?:[:：][^:：]{2,30})?)[:：]\s*(?P<figure>[^:：]+?)(?:\s*[(（][^()（）]*[)）])?$")
_QUALIFIER = re.compile(r"^[(（](?P<word>[^()（）]{1,30})[)）](?P<rest>.*)$")


def read_targets(cells: Sequence[YearCell]) -> Iterator[Indicator]:
    """One indicator for each figure of the marked rows, named by its row and its label, with a target for each year."""
    named: dict[str, list[tuple[YearCell, Quantity]]] = {}
    qualifiers: dict[tuple[str | None, int | None], str] = {}
    for cell in cells:
        if not cell.quantified or cell.column is None:
            continue
        key = (cell.row, cell.column.fiscal_year)
        text = cell.text
        if match := _QUALIFIER.match(text):
            if not match["rest"]:
                qualifiers[key] = match["word"]  # 「（会議録作成支援）」 alone qualifies the figures below it
                continue
            qualifiers[key], text = match["word"], match["rest"]
        labelled = _LABELLED.match(text)
        quantity = parse_quantity(labelled["figure"] if labelled else text)
        if quantity.value is None:
            continue
        name = _name(cell.row, qualifiers.get(key), labelled["label"] if labelled else None)
        if name:
            named.setdefault(name, []).append((cell, quantity))
    for name, found in named.items():
        yield from _split_by_unit(name, found)


def _name(row: str | None, qualifier: str | None, label: str | None) -> str:
    head = (row or "") + (f"({qualifier})" if qualifier else "")
    return f"{head}:{label}" if head and label else head or label or ""


def _split_by_unit(name: str, found: Sequence[tuple[YearCell, Quantity]]) -> Iterator[Indicator]:
    """A row may print two figures without a label (2,400回以上 and 74%): their units tell them apart."""
    units = list(dict.fromkeys(quantity.unit for _, quantity in found))
    for unit in units:
        own = [(cell, quantity) for cell, quantity in found if quantity.unit == unit]
        years = [cell.column.fiscal_year for cell, _ in own if cell.column]
        if len(years) != len(set(years)):
            continue  # two figures of one unit in one year: which is which is not printed
        lines = [line for cell, _ in own for line in cell.lines]
        first, last = min(line.number for line in lines), max(line.number for line in lines)
        yield Indicator(
            name=name if len(units) == 1 else f"{name}({unit})",
            source=Source(first, last, lines[0].page, name),
            observations=tuple(_observe(cell, quantity) for cell, quantity in own),
            unit=unit,
        )


def _observe(cell: YearCell, quantity: Quantity) -> Observation:
    source = Source(cell.lines[0].number, cell.lines[-1].number, cell.lines[0].page, cell.text)
    return Observation(quantity, ValueRole.TARGET, source, cell.column.fiscal_year if cell.column else None)
