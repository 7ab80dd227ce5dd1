"""``/api/indicators`` and ``/indicators``: the indicators of the plans, year by year, with what documents disagree on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from graph.indicator_series import ROLE_NAMES, Cell, Place, Series
from search_api.addresses import lines_path, page_path, with_query
from search_api.charts import HEIGHT, WIDTH, draw
from search_api.indicators import IndicatorFilter, IndicatorTable
from search_api.pages import render_page
from search_api.routes.dependencies import PROBLEMS, Current
from search_api.routes.lists import Format, download, page_links
from search_api.routes.search import Year, or_default

router = APIRouter(tags=["一覧"])


@dataclass(frozen=True, slots=True)
class IndicatorParameters:
    """The parameters of the list, as the interface and the page take them."""

    q: Annotated[str, Query(max_length=500, description="指標または取組の名にある語")] = ""
    municipality: Annotated[str, Query(max_length=200, description="自治体の名前またはコード")] = ""
    plan: Annotated[str, Query(max_length=1000, description="計画の題名または IRI")] = ""
    measure: Annotated[str, Query(max_length=1000, description="取組の番号、名前または IRI")] = ""
    fiscal_year: Annotated[Year | None, or_default(None), Query(description="年度（西暦）")] = None
    role: Annotated[
        Literal["Baseline", "Actual", "Forecast", "Target"] | None, or_default(None), Query(description="基準値、実績、見込、目標")
    ] = None
    disagreement: Annotated[bool, or_default(False), Query(description="文書によって値の食い違う指標だけ")] = False
    limit: Annotated[int, or_default(50), Query(ge=1, le=1000, description="返す件数")] = 50
    offset: Annotated[int, or_default(0), Query(ge=0, le=1_000_000, description="飛ばす件数")] = 0

    @property
    def filter(self) -> IndicatorFilter:
        return IndicatorFilter(self.municipality, self.plan, self.measure, self.q, self.fiscal_year, self.role, self.disagreement)

    @property
    def given(self) -> dict[str, Any]:
        """The filters in use, by parameter name, for links."""
        values = {name: getattr(self, name) for name in ("q", "municipality", "plan", "measure", "fiscal_year", "role")}
        return {name: value for name, value in values.items() if value not in ("", None)} | (
            {"disagreement": "true"} if self.disagreement else {}
        )


@router.get("/api/indicators", summary="指標の一覧", responses=PROBLEMS)
def list_indicators(
    request: Request, current: Current, parameters: Annotated[IndicatorParameters, Depends()], form: Format = "json"
) -> Response:
    """Every indicator with all its printed values and their lines. As table (csv, xlsx) all that fit, without paging."""
    table = current.indicators
    chosen = table.choose(parameters.filter)
    if form == "csv":
        return download("indicators", form, [table.cell_sheet(chosen)])
    if form == "xlsx":
        return download("indicators", form, [table.year_sheet(chosen), table.cell_sheet(chosen)])
    shown = chosen[parameters.offset : parameters.offset + parameters.limit]
    return JSONResponse(
        {
            "total": len(chosen),
            "limit": parameters.limit,
            "offset": parameters.offset,
            "disagreements": sum(bool(series.disputed) for series in chosen),
            "indicators": [table.to_json(series) for series in shown],
        },
        headers=page_links(request, parameters.limit, parameters.offset, len(chosen)),
    )


@dataclass(frozen=True, slots=True)
class PrintedValue:
    """One value of a cell of the page with every place that prints it. ``note`` is what the column's head does not say (見込, a year)."""

    text: str
    note: str
    places: tuple[dict[str, Any], ...]


@router.get("/indicators", summary="指標のページ")
def show_indicators(request: Request, current: Current, parameters: Annotated[IndicatorParameters, Depends()]) -> Response:
    table = current.indicators
    chosen = table.choose(parameters.filter)
    shown = chosen[parameters.offset : parameters.offset + parameters.limit]
    base_iri = current.snapshot.base_iri

    def page_at(offset: int) -> str:
        return with_query("/indicators", {**parameters.given, "limit": parameters.limit, "offset": offset})

    return render_page(
        request,
        "indicators.html",
        parameters=parameters,
        total=len(chosen),
        first=parameters.offset + 1,
        last=parameters.offset + len(shown),
        disputed=sum(bool(series.disputed) for series in chosen),
        groups=_groups(table, shown),
        plans=sorted(table.plans.values(), key=lambda plan: (plan.code, plan.title)),
        municipalities=sorted({(plan.code, plan.municipality) for plan in table.plans.values()}),
        years=sorted({cell.fiscal_year for series in table.series for cell in series.cells if cell.fiscal_year is not None}),
        roles=ROLE_NAMES,
        previous=page_at(max(0, parameters.offset - parameters.limit)) if parameters.offset else None,
        following=page_at(parameters.offset + parameters.limit) if parameters.offset + len(shown) < len(chosen) else None,
        all_address=with_query("/indicators", {k: v for k, v in parameters.given.items() if k != "disagreement"}),
        disputed_address=with_query("/indicators", {**parameters.given, "disagreement": "true"}),
        downloads=[(label, with_query("/api/indicators", {**parameters.given, "format": form})) for form, label in _DOWNLOADS],
        page_of=lambda iri: page_path(iri, base_iri),
        chart_size=(WIDTH, HEIGHT),
    )


_DOWNLOADS = (("xlsx", "Excel"), ("csv", "CSV"), ("json", "JSON"))


def _groups(table: IndicatorTable, shown: Sequence[Series]) -> list[dict[str, Any]]:
    """The indicators of each plan, the years its table has columns for, and the documents by whose numbers its cells name their origin."""
    by_plan: dict[str, list[Series]] = defaultdict(list)
    for series in shown:
        by_plan[series.plan].append(series)
    groups = []
    for plan, own in by_plan.items():
        cells = [cell for series in own for cell in series.cells]
        years = sorted({c.fiscal_year for c in cells if c.fiscal_year is not None and c.role in ("Actual", "Forecast")})
        documents = sorted({(c.place.title, c.place.file, c.place.document) for c in cells})
        numbers = {document: number for number, (_, _, document) in enumerate(documents, 1)}
        groups.append(
            {
                "plan": table.plans[plan],
                "years": years,
                "documents": [{"title": title, "file": file, "iri": document} for title, file, document in documents],
                "rows": [_row(table, series, years, numbers) for series in own],
            }
        )
    return groups


def _row(table: IndicatorTable, series: Series, years: Sequence[int], numbers: Mapping[str, int]) -> dict[str, Any]:
    def printed(*roles: str, year: int | None = None) -> dict[str, Any]:
        cells = [cell for cell in series.cells if cell.role in roles and (year is None or cell.fiscal_year == year)]
        disputed = any((cell.role, cell.fiscal_year) in series.disputed for cell in cells)
        return {"values": _distinct(cells, numbers, with_year=year is None), "disputed": disputed}

    return {
        "series": series,
        "measures": [table.measures[iri] for iri in series.measures if iri in table.measures],
        "similar": [(iri, table.titles[iri]) for iri in series.alike if iri in table.titles],
        "baseline": printed("Baseline"),
        "years": [printed("Actual", "Forecast", year=year) for year in years],
        "target": printed("Target"),
        "chart": draw(series),
    }


def _distinct(cells: Sequence[Cell], numbers: Mapping[str, int], *, with_year: bool) -> list[PrintedValue]:
    """Each value once, with the places of all documents that print it, in the order of the cells."""
    by_value: dict[Any, list[Cell]] = defaultdict(list)
    for cell in cells:
        by_value[cell.fiscal_year, cell.role, cell.amount or cell.text].append(cell)
    values = []
    for own in by_value.values():
        first = own[0]
        note = f"{first.fiscal_year}年度" if with_year and first.fiscal_year is not None else ""
        note = ROLE_NAMES["Forecast"] if first.role == "Forecast" else note
        values.append(
            PrintedValue(
                first.text, note, tuple(sorted((_origin(cell.place, numbers) for cell in own), key=lambda origin: origin["number"]))
            )
        )
    return values


def _origin(place: Place, numbers: Mapping[str, int]) -> dict[str, Any]:
    address = lines_path(place.document, *place.lines)
    return {"address": address, "number": numbers[place.document], "title": place.title, "page": place.page, "lines": place.lines}
