"""The indicators of a snapshot as the HTTP interface gives them: chosen by filters, as JSON values and as rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from graph.indicator_series import ROLE_NAMES, Cell, Place, Series, read_series
from graph.iris import fold_name
from graph.queries import read_query
from graph.store import GraphStore
from graph.tables import Sheet, Value

CELL_COLUMNS = (
    "自治体コード", "自治体", "計画", "番号", "取組", "指標", "年度", "種別", "値", "印刷どおり", "単位", "比較", "注", "食い違い", "文書", "ファイル", "ページ",
    "最初の行", "最後の行", "IRI",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class IndicatorFilter:
    """What to keep. Names and IRIs are accepted alike, for a municipality also its code, for a measure also its number."""

    municipality: str = ""
    plan: str = ""
    measure: str = ""
    q: str = ""
    fiscal_year: int | None = None
    role: str | None = None
    disagreement: bool = False

    @property
    def picks_cells(self) -> bool:
        return self.fiscal_year is not None or bool(self.role)


@dataclass(frozen=True, slots=True)
class Plan:
    iri: str
    title: str
    code: str
    municipality: str


@dataclass(frozen=True, slots=True)
class Measure:
    iri: str
    title: str
    number: str | None
    level: str


@dataclass(frozen=True, slots=True)
class IndicatorTable:
    """All indicators of one graph with the names of their plans and measures. Read once a snapshot."""

    series: Sequence[Series]
    plans: Mapping[str, Plan]
    measures: Mapping[str, Measure]
    titles: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, store: GraphStore) -> IndicatorTable:
        plans = {
            row["plan"].value: Plan(row["plan"].value, row["title"].value, row["code"].value, row["name"].value)
            for row in store.query(read_query("plan-names"))
        }
        measures = {row["measure"].value: _measure(row) for row in store.query(_MEASURES)}
        series = read_series(store)
        return cls(series, plans, measures, {one.iri: one.name for one in series})

    def choose(self, wanted: IndicatorFilter) -> list[Series]:
        """The indicators that fit; where year or role is asked for, with the cells of those only."""
        return [cut for series in self.series if self._fits(series, wanted) and (cut := _cut(series, wanted)) is not None]

    def _fits(self, series: Series, wanted: IndicatorFilter) -> bool:
        plan = self.plans[series.plan]
        if wanted.municipality and wanted.municipality not in (plan.code, plan.municipality):
            return False
        if wanted.plan and wanted.plan not in (plan.iri, plan.title):
            return False
        measures = [self.measures[iri] for iri in series.measures if iri in self.measures]
        if wanted.measure and not any(wanted.measure in (m.iri, m.number, m.title) for m in measures):
            return False
        told = fold_name(" ".join([*(name.text for name in series.names), *(m.title for m in measures)])).casefold()
        return all(fold_name(word).casefold() in told for word in wanted.q.split())

    def to_json(self, series: Series) -> dict[str, Any]:
        """One indicator. Each of its observations tells which document prints it, on which lines."""
        plan = self.plans[series.plan]
        return {
            "iri": series.iri,
            "title": series.name,
            "unit": series.unit,
            "plan": {"iri": plan.iri, "title": plan.title},
            "municipality": {"code": plan.code, "name": plan.municipality},
            "measures": [
                {"iri": m.iri, "title": m.title, "number": m.number, "level": m.level}
                for m in (self.measures[iri] for iri in series.measures if iri in self.measures)
            ],
            "disagreement": bool(series.disputed),
            "names": [{"text": name.text, "documents": list(name.documents)} for name in series.names],
            "same_as": list(series.iris[1:]),
            "same_by": list(series.rules),
            "similar": [{"iri": iri, "title": self.titles[iri]} for iri in series.alike if iri in self.titles],
            "observations": [_observation(cell, series) for cell in series.cells],
        }

    def cell_sheet(self, chosen: Sequence[Series]) -> Sheet:
        """One row a printed cell, with the columns ``CELL_COLUMNS``."""
        return Sheet("すべての値", CELL_COLUMNS, [row for series in chosen for row in self._cell_rows(series)])

    def year_sheet(self, chosen: Sequence[Series]) -> Sheet:
        """One row an indicator, one column a role and year; where documents disagree all values stand in the cell."""
        order = list(ROLE_NAMES)
        heads = sorted(
            {(cell.fiscal_year or 0, cell.role) for series in chosen for cell in series.cells},
            key=lambda head: (head[1] == "Target", head[0], order.index(head[1])),
        )
        columns = ["自治体", "計画", "番号", "取組", "指標", "単位", *(_head(year, role) for year, role in heads), "食い違い"]
        return Sheet("年度別", columns, [self._year_row(series, heads) for series in chosen])

    def _year_row(self, series: Series, heads: Sequence[tuple[int, str]]) -> list[Value]:
        plan, (number, title) = self.plans[series.plan], self._measure_names(series)
        values = [_merge([c for c in series.cells if (c.fiscal_year or 0, c.role) == head]) for head in heads]
        return [plan.municipality, plan.title, number, title, series.name, series.unit, *values, "あり" if series.disputed else ""]

    def _cell_rows(self, series: Series) -> Iterator[list[Value]]:
        plan, (number, title) = self.plans[series.plan], self._measure_names(series)
        for cell in series.cells:
            place = cell.place
            yield [
                plan.code, plan.municipality, plan.title, number, title, series.name, cell.fiscal_year, ROLE_NAMES[cell.role], cell.value,
                cell.text, cell.unit, cell.comparator, cell.note, "食い違い" if (cell.role, cell.fiscal_year) in series.disputed else "",
                place.title, place.file, place.page, *place.lines, cell.iri,
            ]  # fmt: skip

    def _measure_names(self, series: Series) -> tuple[str, str]:
        known = [self.measures[iri] for iri in series.measures if iri in self.measures]
        return "、".join(measure.number or "" for measure in known), "、".join(measure.title for measure in known)


_MEASURES = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?measure (MIN(?names) AS ?name) (MIN(?numbers) AS ?number) (MIN(?levels) AS ?level) WHERE {
  ?measure a plan:Measure ; skos:prefLabel ?names ; plan:levelName ?levels . OPTIONAL { ?measure plan:number ?numbers }
} GROUP BY ?measure"""


def _measure(row: Mapping[str, Any]) -> Measure:
    number = row["number"].value if "number" in row else None
    return Measure(row["measure"].value, row["name"].value, number, row["level"].value)


def _cut(series: Series, wanted: IndicatorFilter) -> Series | None:
    """``series`` with the cells that are asked for, None where it has none of them."""
    disputed = series.disputed
    cells = tuple(
        cell
        for cell in series.cells
        if (wanted.fiscal_year is None or cell.fiscal_year == wanted.fiscal_year) and (not wanted.role or cell.role == wanted.role)
    )
    if wanted.disagreement and not any((cell.role, cell.fiscal_year) in disputed for cell in cells):
        return None
    if not wanted.picks_cells:
        return series
    return replace(series, cells=cells) if cells else None


def _head(year: int, role: str) -> str:
    return f"{year}年度 {ROLE_NAMES[role]}" if year else ROLE_NAMES[role]


def _merge(cells: Sequence[Cell]) -> Value:
    """What to put into one cell: the number where all agree on one, else every value once as printed."""
    numbers = {cell.value for cell in cells}
    if len(numbers) == 1 and None not in numbers and len({cell.amount for cell in cells}) == 1 and not any(c.comparator for c in cells):
        return cells[0].value
    texts: dict[object, str] = {}
    for cell in cells:
        texts.setdefault(cell.amount or cell.text, cell.text)
    return " ／ ".join(texts.values()) or None


def _observation(cell: Cell, series: Series) -> dict[str, Any]:
    return {
        "iri": cell.iri,
        "fiscal_year": cell.fiscal_year,
        "role": cell.role,
        "value": number_json(cell.value),
        "text": cell.text,
        "unit": cell.unit,
        "comparator": cell.comparator,
        "note": cell.note,
        "disagreement": (cell.role, cell.fiscal_year) in series.disputed,
        "source": source_json(cell.place),
    }


def number_json(value: Decimal | None) -> int | float | None:
    """A printed number: whole where it is whole."""
    return None if value is None else float(value) if value % 1 else int(value)


def source_json(place: Place) -> dict[str, Any]:
    """A source as search hits give it (contract, section 5), with the title of the document."""
    return {"document": place.document, "title": place.title, "file": place.file, "page": place.page, "lines": list(place.lines)}
