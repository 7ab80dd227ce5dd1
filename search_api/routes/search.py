"""``/api/search`` and ``/api/owners`` (contract, section 5)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query
from pydantic import BeforeValidator, Field
from starlette.responses import JSONResponse

from search_api.current import Published
from search_api.figures import Figure
from search_api.problem import FieldError, Problem, Text
from search_api.routes.dependencies import PROBLEMS, Current, Notes, QuestionNotes, Today
from search_api.search import SearchRequest
from search_api.unanswered import judge_owners, judge_search

MAX_QUERY_CHARACTERS = 500
MAX_IGNORED = 20

_NO_QUESTION = Text(
    "必須です。探したいことを書いてください（例: 窓口のキャッシュレス決済）。", "This parameter is required; write what to look for."
)


Year = Annotated[int, Field(ge=1950, le=2100)]


def or_default(default: Any) -> BeforeValidator:
    """An empty value (``…&mode=&fiscal_year=``, as forms and the interface's own description write it) is one that was not given."""
    return BeforeValidator(lambda value: default if value == "" else value)


router = APIRouter(prefix="/api", tags=["検索"], responses=PROBLEMS)


@dataclass(frozen=True, slots=True)
class SearchParameters:
    """The parameters of a search, as ``/api/search`` and the search page take them."""

    q: Annotated[str, Query(max_length=MAX_QUERY_CHARACTERS, description="探したいこと。文でも語でもよい")] = ""
    limit: Annotated[int, or_default(10), Query(ge=1, le=100, description="返す件数")] = 10
    offset: Annotated[int, or_default(0), Query(ge=0, le=10_000, description="飛ばす件数")] = 0
    mode: Annotated[Literal["hybrid", "keyword", "semantic"], or_default("hybrid"), Query(description="探し方")] = "hybrid"
    municipality: Annotated[str, Query(max_length=200, description="自治体の名前またはコード")] = ""
    plan: Annotated[str, Query(max_length=1000, description="計画の題名または IRI")] = ""
    department: Annotated[str, Query(max_length=1000, description="課の名前または IRI")] = ""
    fiscal_year: Annotated[Year | None, or_default(None), Query(description="年度（西暦）")] = None
    framework: Annotated[str, Query(max_length=1000, description="国・都の計画の項目")] = ""
    ignore: Annotated[
        tuple[str, ...], Query(max_length=MAX_IGNORED, description="使わない読み取り。understood.conditions の key（例: fiscal_year:2024）")
    ] = ()

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters in use, by parameter name."""
        names = ("municipality", "plan", "department", "fiscal_year", "framework")
        return {name: value for name in names if (value := getattr(self, name)) not in ("", None)}

    def to_request(self, today: date) -> SearchRequest:
        values = asdict(self)
        return SearchRequest(query=values.pop("q"), today=today, **{name: value if value != "" else None for name, value in values.items()})


@router.get("/search", summary="取組を探す")
def search(current: Current, today: Today, notes: QuestionNotes, parameters: Annotated[SearchParameters, Depends()]) -> JSONResponse:
    """Ranked measures with the passages that match, their source lines, the figures asked for and the facets."""
    _require_question(parameters.q)
    return JSONResponse(answer_search(current, parameters.to_request(today), notes)[0])


@router.get("/owners", summary="担当課を探す")
def owners(
    current: Current,
    today: Today,
    notes: QuestionNotes,
    q: Annotated[str, Query(max_length=MAX_QUERY_CHARACTERS, description="話題")] = "",
    ignore: Annotated[tuple[str, ...], Query(max_length=MAX_IGNORED, description="使わない読み取り")] = (),
) -> JSONResponse:
    """Departments that own work about ``q``, each with the sentence and line that says so."""
    _require_question(q)
    request = SearchRequest(q, ignore=ignore, today=today)
    response = current.search.owners(request)
    notes.keep(judge_owners(request, response))
    return JSONResponse(response.to_json())


def answer_search(current: Published, request: SearchRequest, notes: Notes) -> tuple[dict[str, Any], list[Figure]]:
    """The answer of the search in the shape of the contract, with ``figures``, and the figures themselves."""
    response = current.search.search(request)
    notes.keep(judge_search(response))
    figures = current.figures.find(response)
    return response.to_json() | {"figures": [current.figures.to_json(figure, response.question) for figure in figures]}, figures


def _require_question(q: str) -> None:
    if not q.strip():
        raise Problem(
            400, "invalid-parameter", Text(f"q: {_NO_QUESTION.ja}", f"q: {_NO_QUESTION.en}"), errors=(FieldError("q", _NO_QUESTION),)
        )
