"""``/api/plans``, ``/api/measures``, ``/api/departments``, ``/api/frameworks``, ``/api/documents``: what there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from starlette.responses import JSONResponse, Response

from graph.tables import CSV_TYPE, XLSX_TYPE, Sheet, Value, to_csv, to_xlsx
from search_api.addresses import with_query
from search_api.catalogue import FILTERS
from search_api.routes.dependencies import PROBLEMS, Current
from search_api.routes.search import Year, or_default

router = APIRouter(prefix="/api", tags=["一覧"], responses=PROBLEMS)

Format = Annotated[Literal["json", "csv", "xlsx"], or_default("json"), Query(alias="format", description="答えの形式")]


@dataclass(frozen=True, slots=True)
class ListParameters:
    """The filters and the part of a list that is asked for."""

    q: Annotated[str, Query(max_length=500, description="名などにある語。空白で区切ると、すべてを含むもの")] = ""
    municipality: Annotated[str, Query(max_length=200, description="自治体の名前またはコード")] = ""
    plan: Annotated[str, Query(max_length=1000, description="計画の題名または IRI")] = ""
    department: Annotated[str, Query(max_length=1000, description="課の名前または IRI")] = ""
    framework: Annotated[str, Query(max_length=1000, description="国・都の枠組みまたはその項目の名前か IRI")] = ""
    fiscal_year: Annotated[Year | None, or_default(None), Query(description="年度（西暦）")] = None
    limit: Annotated[int, or_default(50), Query(ge=1, le=1000, description="返す件数")] = 50
    offset: Annotated[int, or_default(0), Query(ge=0, le=1_000_000, description="飛ばす件数")] = 0

    @property
    def filters(self) -> dict[str, str]:
        """The filters in use, by name."""
        return {name: str(value) for name in FILTERS if (value := getattr(self, name)) not in ("", None)}


Parameters = Annotated[ListParameters, Depends()]
Columns = Mapping[str, Callable[[Mapping[str, Any]], Value]]


def _names(row: Mapping[str, Any], role: str) -> str:
    return "、".join(department["name"] for department in row["departments"] if department["role"] == role)


def _first_source(row: Mapping[str, Any], key: str) -> Value:
    return row["sources"][0][key] if row["sources"] else None


def _first_line(row: Mapping[str, Any], end: int) -> Value:
    return row["sources"][0]["lines"][end] if row["sources"] else None


_TOWN: Columns = {"自治体コード": lambda row: row["municipality"]["code"], "自治体": lambda row: row["municipality"]["name"]}

# The columns of the tables, by list; the first is the title of the sheet.
TABLES: Mapping[str, tuple[str, Columns]] = {
    "plans": (
        "計画",
        _TOWN
        | {
            "計画": lambda row: row["title"],
            "初年度": lambda row: row["from_fiscal_year"],
            "最終年度": lambda row: row["to_fiscal_year"],
            "取組": lambda row: row["measures"],
            "文書": lambda row: row["documents"],
            "IRI": lambda row: row["iri"],
        },
    ),
    "measures": (
        "取組",
        _TOWN
        | {
            "計画": lambda row: row["plan"]["title"],
            "階層": lambda row: row["level"],
            "番号": lambda row: row["number"],
            "取組": lambda row: row["title"],
            "担当": lambda row: _names(row, "responsible"),
            "関わる部署": lambda row: _names(row, "involved"),
            "目標": lambda row: row["goal"],
            "枠組み": lambda row: "、".join(framework["name"] for framework in row["frameworks"]),
            "年度": lambda row: "、".join(map(str, row["fiscal_years"])),
            "文書": lambda row: _first_source(row, "title"),
            "ファイル": lambda row: _first_source(row, "file"),
            "ページ": lambda row: _first_source(row, "page"),
            "最初の行": lambda row: _first_line(row, 0),
            "最後の行": lambda row: _first_line(row, 1),
            "IRI": lambda row: row["iri"],
        },
    ),
    "departments": (
        "部署",
        _TOWN
        | {
            "部署": lambda row: row["name"],
            "総称": lambda row: "総称" if row["collective"] else "",
            "担当する取組": lambda row: row["responsible"],
            "関わる取組": lambda row: row["involved"],
            "IRI": lambda row: row["iri"],
        },
    ),
    "frameworks": (
        "枠組み",
        {
            "枠組み": lambda row: row["part_of"]["name"] if row["part_of"] else "",
            "名": lambda row: row["name"],
            "種類": lambda row: "項目" if row["type"] == "FrameworkItem" else "枠組み",
            "決定・公布": lambda row: row["issued"],
            "機関": lambda row: row["publisher"],
            "取組": lambda row: row["measures"],
            "IRI": lambda row: row["iri"],
        },
    ),
    "documents": (
        "文書",
        {
            "自治体コード": lambda row: row["municipality"],
            "文書": lambda row: row["title"],
            "ファイル": lambda row: row["file_name"],
            "取組": lambda row: row["measures"],
            "SHA-256": lambda row: row["sha256"],
            "計画の IRI": lambda row: row["plan"],
            "IRI": lambda row: row["iri"],
        },
    ),
}


@router.get("/plans", summary="計画の一覧")
def plans(request: Request, current: Current, parameters: Parameters, form: Format = "json") -> Response:
    return _answer(request, current, "plans", parameters, form)


@router.get("/measures", summary="取組の一覧")
def measures(request: Request, current: Current, parameters: Parameters, form: Format = "json") -> Response:
    return _answer(request, current, "measures", parameters, form)


@router.get("/departments", summary="部署の一覧")
def departments(request: Request, current: Current, parameters: Parameters, form: Format = "json") -> Response:
    return _answer(request, current, "departments", parameters, form)


@router.get("/frameworks", summary="国・都の枠組みとその項目の一覧")
def frameworks(request: Request, current: Current, parameters: Parameters, form: Format = "json") -> Response:
    return _answer(request, current, "frameworks", parameters, form)


@router.get("/documents", summary="文書の一覧")
def documents(request: Request, current: Current, parameters: Parameters, form: Format = "json") -> Response:
    return _answer(request, current, "documents", parameters, form)


def _answer(request: Request, current: Current, name: str, parameters: ListParameters, form: str) -> Response:
    """A part of the list as JSON, or all of it that fits as a table."""
    rows = current.catalogue.choose(name, parameters.filters, parameters.q)
    if form != "json":
        return download(name, form, [list_sheet(name, rows)])
    shown = rows[parameters.offset : parameters.offset + parameters.limit]
    answer = {"total": len(rows), "limit": parameters.limit, "offset": parameters.offset, name: shown}
    return JSONResponse(answer, headers=page_links(request, parameters.limit, parameters.offset, len(rows)))


def list_sheet(name: str, rows: Sequence[Mapping[str, Any]]) -> Sheet:
    """The list ``name`` as a table."""
    title, columns = TABLES[name]
    return Sheet(title, list(columns), [[read(row) for read in columns.values()] for row in rows])


def download(name: str, form: str, sheets: Sequence[Sheet]) -> Response:
    """``sheets`` as one workbook, or the first as CSV, to be saved as ``name`` with the ending of ``form`` (csv, xlsx)."""
    content, media_type = (to_csv(sheets[0]), CSV_TYPE) if form == "csv" else (to_xlsx(sheets), XLSX_TYPE)
    return Response(content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}.{form}"'})


def page_links(request: Request, limit: int, offset: int, total: int) -> dict[str, str]:
    """The Link header (RFC 8288) with the neighbouring parts of a list; nothing where all of it is shown."""
    given = {name: request.query_params.getlist(name) for name in request.query_params if name not in ("limit", "offset")}
    path = request.scope.get("root_path", "") + request.url.path.removeprefix(request.scope.get("root_path", ""))
    parts = {"prev": max(0, offset - limit) if offset else None, "next": offset + limit if offset + limit < total else None}
    links = [
        f'<{with_query(path, {**given, "limit": limit, "offset": str(start)})}>; rel="{relation}"'
        for relation, start in parts.items()
        if start is not None
    ]
    return {"Link": ", ".join(links)} if links else {}
