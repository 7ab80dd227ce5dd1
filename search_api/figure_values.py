"""The values of a figure as the HTTP interface gives them: by year and role, each amount once with every line that prints it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from graph.indicator_series import Cell, Series
from search_api.indicators import number_json, source_json
from search_api.matches import source_json as text_source
from search_api.units import Field

# Value, unit and comparator as printed in an effect.
Amount = tuple[str, str | None, str | None]


def series_values(series: Series) -> list[dict[str, Any]]:
    """Of an indicator; the newest document's line is the ``source``, all of them are ``sources``."""
    merged: dict[tuple, dict[str, Any]] = {}
    for cell in series.cells:
        key = (cell.fiscal_year, cell.role, cell.value if cell.value is not None else cell.text, cell.unit, cell.comparator)
        merged.setdefault(key, _cell_json(cell))["sources"].append(source_json(cell.place))
    return list(merged.values())


def _cell_json(cell: Cell) -> dict[str, Any]:
    return {
        "fiscal_year": cell.fiscal_year,
        "role": cell.role,
        "value_text": cell.text,
        "value": number_json(cell.value),
        "unit": cell.unit,
        "comparator": cell.comparator,
        "note": cell.note,
        "source": source_json(cell.place),
        "sources": [],
    }


def effect_values(effect: Field, amounts: Sequence[Amount]) -> list[dict[str, Any]]:
    """Of an effect: its whole text stands for each of the ``amounts`` printed in it."""
    sources = [text_source(place) for place in effect.places]
    return [
        {
            "fiscal_year": effect.fiscal_year,
            "role": "Effect",
            "value_text": effect.text,
            "value": number_json(Decimal(number)),
            "unit": unit,
            "comparator": comparator,
            "note": None,
            "source": sources[0] if sources else None,
            "sources": sources,
        }
        for number, unit, comparator in amounts
    ]


def disagreements(series: Series, values: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The cells for which documents print different amounts, with what each prints."""
    return [
        {
            "fiscal_year": year,
            "role": role,
            "values": [
                {"value_text": value["value_text"], "source": value["source"]}
                for value in values
                if (value["role"], value["fiscal_year"]) == (role, year)
            ],
        }
        for role, year in sorted(series.disputed, key=lambda cell: (cell[1], cell[0]))
    ]
