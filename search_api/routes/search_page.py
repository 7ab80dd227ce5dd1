"""What the search page shows of an answer: addresses of the same search with one thing changed, chips, tables of figures, reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.indicator_series import ROLE_NAMES
from search_api.addresses import with_query
from search_api.charts import Chart, draw
from search_api.figures import Figure
from search_api.hints import FIELD_NAMES
from search_api.pages import format_filter, format_fiscal_year
from search_api.routes.search import SearchParameters

# A line through two points tells no more than the table.
CHART_POINTS = 3
_EFFECT_WORDS = {"filter": "", "boost": "優先", "none": "計画に記載なし"}
_REASON_WORDS = {
    "words": "語が一致", "thesaurus": "言い換え", "near_words": "近い語", "meaning": "意味が近い", "named": "指定に合う", "filter": "絞り込み",
}  # fmt: skip
_QUOTED = {"words", "near_words"}


@dataclass(frozen=True, slots=True)
class Chip:
    """One condition of a search. ``address`` is the same search without it, or with it again where it is ``off``."""

    text: str
    note: str
    address: str
    label: str
    off: bool = False


class SearchLinks:
    """Addresses of one search with something changed; a change goes back to the first page."""

    def __init__(self, parameters: SearchParameters) -> None:
        self._parameters = parameters

    def __call__(self, **changes: Any) -> str:
        p = self._parameters
        given: dict[str, Any] = {"q": p.q.strip(), **p.filters, "ignore": list(p.ignore)}
        given |= {"mode": p.mode if p.mode != "hybrid" else None, "limit": p.limit if p.limit != SearchParameters().limit else None}
        return with_query("/", given | changes)

    def chips(self, understood: Mapping[str, Any]) -> list[Chip]:
        """The filters in use, what was read from the question, and what was read and set aside."""
        ignored = self._parameters.ignore
        filters = self._parameters.filters
        found = [self._chip(name, value, "", self(**{name: None})) for name, value in filters.items()]
        for condition in understood["conditions"]:
            if condition["field"] not in filters:
                address = self(ignore=[*ignored, condition["key"]])
                found.append(self._chip(condition["field"], condition["value"], _EFFECT_WORDS[condition["effect"]], address))
        for condition in understood["ignored"]:
            if condition["field"] not in filters:
                address = self(ignore=[key for key in ignored if key != condition["key"]])
                found.append(self._chip(condition["field"], condition["value"], "外した条件", address, off=True))
        return found

    def _chip(self, field: str, value: str | int, note: str, address: str, *, off: bool = False) -> Chip:
        name = FIELD_NAMES[field]
        return Chip(f"{name}：{format_filter(field, value)}", note, address, f"{name} {value} の条件を{'戻す' if off else '外す'}", off)


@dataclass(frozen=True, slots=True)
class FigureTable:
    """An indicator as a table: ``rows`` are roles with the values of each of ``years`` (None: of no year). ``told`` is its JSON."""

    told: Mapping[str, Any]
    years: tuple[int | None, ...]
    asked: frozenset[int]
    rows: tuple[tuple[str, tuple[tuple[Mapping[str, Any], ...], ...]], ...]
    disputed: frozenset[tuple[str, int]]
    chart: Chart | None

    def is_disputed(self, role: str, year: int | None) -> bool:
        return (role, year) in self.disputed


def lay_out_figure(figure: Figure, told: Mapping[str, Any]) -> FigureTable:
    """The table of one figure of the answer."""
    years = sorted({value["fiscal_year"] for value in told["values"]}, key=lambda year: (year is None, year))
    rows = []
    for role in ROLE_NAMES:
        cells = [tuple(v for v in told["values"] if (v["role"], v["fiscal_year"]) == (role, year)) for year in years]
        if any(cells):
            rows.append((role, tuple(cells)))
    chart = draw(figure.series) if figure.series else None
    return FigureTable(
        told,
        tuple(years),
        frozenset(value["fiscal_year"] for value in told["values"] if value["asked"]),
        tuple(rows),
        frozenset((one["role"], one["fiscal_year"]) for one in told["disagreements"]),
        chart if chart and len(chart.points) >= CHART_POINTS else None,
    )


def say_reasons(reasons: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each reason of a result as a few words of Japanese.

    >>> say_reasons([{"kind": "words", "values": ["押印"]}, {"kind": "named", "values": ["fiscal_year:2024"]}])
    ['語が一致：「押印」', '指定に合う：令和6年度（2024）']
    """
    return [_REASON_WORDS[reason["kind"]] + _say_values(reason["kind"], reason["values"]) for reason in reasons]


def _say_values(kind: str, values: Sequence[str]) -> str:
    if not values:
        return ""
    if kind in _QUOTED:
        return "：" + "".join(f"「{value}」" for value in values)
    if kind == "thesaurus":
        return "：" + "、".join(values)
    return "：" + "、".join(_say_condition(*value.partition(":")[::2]) for value in values)


def _say_condition(field: str, value: str) -> str:
    return format_fiscal_year(int(value)) if field == "fiscal_year" else value
