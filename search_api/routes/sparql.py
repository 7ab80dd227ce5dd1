"""``/sparql``: the SPARQL 1.1 Protocol for programs, an editor for browsers."""

from __future__ import annotations

import math
import re
import time
from dataclasses import replace
from datetime import date
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from graph.inline_data import FilledQuery
from graph.iris import Iris
from graph.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS, choose
from graph.queries import example_queries
from graph.query_limits import QueryLimits
from graph.search_pattern import find_searches
from ontology.errors import (
    EngineUnavailable,
    KeikakuError,
    NotAcceptable,
    QueryRefused,
    QuerySyntaxError,
    QueryTimeout,
    QueryTooDeep,
    QueryTooLarge,
    QueryUnsupported,
)
from search_api.current import Published
from search_api.middleware import is_head
from search_api.pages import render_page
from search_api.problem import Problem, Text
from search_api.routes.dependencies import PROBLEMS, Current, Today
from search_api.routes.query_admission import Admitted, Asked
from search_api.routes.query_help import explain_no_rows
from search_api.routes.result_table import read_result_table
from search_api.routes.service_description import describe_service, own_address
from search_api.routes.sparql_protocol import ACCEPT_POST, FORMATS, ProtocolRequest
from search_api.routes.sparql_result import answer_head, answer_with
from search_api.sparql_search import fill_searches

# Every format that is not a page; which of them fits the query is for the engine to say.
DATA_FORMATS = tuple(dict.fromkeys((*GRAPH_FORMATS, *SOLUTION_FORMATS)))
ALLOWED_METHODS = "GET, HEAD, POST, OPTIONS"
PAGE_ROWS = 10_000  # the page has a table, no download
SHOWN_AS_TABLE = "application/sparql-results+json, text/turtle;q=0.5"

_PLACE = re.compile(r"(\d+) 行 (\d+) 桁")
# The engine's own words, which are English, …（expected one of …）, or what the guard stumbled over, …（「FOO」）.
_ENGLISH_REASON = re.compile(r"（(?:([\x20-\x7e]+)|「(.+)」)）$", re.DOTALL)

router = APIRouter(tags=["SPARQL"], responses=PROBLEMS)


@router.get("/sparql", summary="SPARQL 1.1 の問い合わせ", openapi_extra={"parameters": [
    {"name": "query", "in": "query", "schema": {"type": "string"}, "description": "SPARQL の問い合わせ"},
    {"name": "default-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "named-graph-uri", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}},
    {"name": "timeout", "in": "query", "schema": {"type": "number"}, "description": "秒数。サービスの上限より短くするときに"},
    {"name": "format", "in": "query", "schema": {"type": "string", "enum": list(FORMATS)}, "description": "Accept の代わりに形式を選ぶ"},
]})  # fmt: skip
@router.post("/sparql", summary="SPARQL 1.1 の問い合わせ（本文で送る）", openapi_extra={"requestBody": {"content": {
    "application/sparql-query": {"schema": {"type": "string"}},
    "application/x-www-form-urlencoded": {"schema": {"type": "object", "properties": {"query": {"type": "string"}}}},
}}})  # fmt: skip
def query(request: Request, current: Current, today: Today, asked: Asked, limits: Admitted) -> Response:
    """Answer SELECT, ASK, CONSTRUCT and DESCRIBE. Without a query: the editor for browsers, the service description for machines."""
    as_page = choose(asked.accept, (*DATA_FORMATS, "text/html")) == "text/html"
    if asked.query is not None and is_head(request.scope):
        return _answer_head(request, current, asked, limits, as_page=as_page)
    if as_page:
        return _show_page(request, current, asked, today, limits)
    endpoint = _endpoint(request, current)
    if asked.query is None:
        result = describe_service(current.queries, endpoint, asked.accept)
        return Response(result.body, media_type=result.media_type)
    filled = _fill(asked.query, current, today, endpoint)
    stream = current.queries.stream(
        filled,
        accept=asked.accept,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=endpoint,
        limits=limits,
    )
    return answer_with(stream, asked.query, limits.max_rows)


def _answer_head(request: Request, current: Published, asked: ProtocolRequest, limits: QueryLimits, *, as_page: bool) -> Response:
    """The headers of the answer. The query is read and refused as ever, but neither it nor its searches are run."""
    assert asked.query is not None
    endpoint = _endpoint(request, current)
    media_type = current.queries.check(
        FilledQuery(asked.query, tuple(search.fill([]) for search in find_searches(asked.query, endpoint))),
        accept=SHOWN_AS_TABLE if as_page else asked.accept,
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=endpoint,
        limits=limits,
    )
    return answer_head("text/html" if as_page else media_type, asked.query, limits.max_rows)


@router.options("/sparql", include_in_schema=False)
def options() -> Response:
    """What may be sent here; a browser's preflight is answered before it comes so far."""
    return Response(status_code=204, headers={"Allow": ALLOWED_METHODS, "Accept-Post": ACCEPT_POST})


@router.api_route("/sparql", methods=["PUT", "PATCH", "DELETE", "QUERY"], include_in_schema=False)
def refuse_method() -> Response:
    raise HTTPException(405, headers={"Allow": ALLOWED_METHODS})


def describe_query_error(error: Exception) -> Problem:
    """The HTTP face of what a query engine raises. Its messages are Japanese; English names the kind and the place."""
    message = str(error)
    match error:
        case QueryUnsupported():
            english = f"The query is SPARQL, but cannot be answered here: {_to_english_reason(message)}"
            return Problem(400, "unsupported-query", Text(message, english))
        case QuerySyntaxError():
            place = _PLACE.search(message)
            where = f" at line {place[1]}, column {place[2]}" if place else ""
            english = f"The query cannot be read{where}: {_to_english_reason(message)}"
            position = {"line": int(place[1]), "column": int(place[2])} if place else {}
            return Problem(400, "invalid-query", Text(message, english), extensions=position)
        case NotAcceptable():
            return Problem(406, "not-acceptable", Text(message, f"No result format fits the Accept header. ({message})"))
        case QueryTooLarge():
            return Problem(413, "too-large", Text(message, f"The query is too long. ({message})"))
        case QueryTooDeep():
            return Problem(400, "query-too-complex", Text(message, f"The query has too many words or levels. ({message})"))
        case QueryRefused():
            return Problem(403, "query-refused", Text(message, f"This endpoint is read-only and asks nothing elsewhere. ({message})"))
        case QueryTimeout():
            english = f"The query was stopped at its limit of time, memory or size. ({message})"
            return Problem(503, "query-timeout", Text(message, english), headers={"Retry-After": "10"})
        case EngineUnavailable():
            return Problem(
                502, "engine-unavailable", Text(message, f"The SPARQL engine behind this service does not do its part. ({message})")
            )
    raise TypeError(error)


def _endpoint(request: Request, current: Published) -> str:
    return own_address(request) or f"{current.snapshot.base_iri}sparql"


def _to_english_reason(message: str) -> str:
    match = _ENGLISH_REASON.search(message)
    if match is None:
        return "it is no complete SPARQL query."
    return match[1] or f'"{match[2]}" cannot stand there.'


def _fill(query: str, current: Published, today: date, base_iri: str) -> FilledQuery:
    """``query`` with what its searches find."""
    return fill_searches(query, find_searches(query, base_iri), current.search, Iris(current.snapshot.base_iri), today)


def _show_page(request: Request, current: Published, asked: ProtocolRequest, today: date, limits: QueryLimits) -> Response:
    examples = example_queries()
    chosen = next((example for example in examples if example.name == asked.example), examples[0])
    text = chosen.text if asked.query is None else asked.query
    page: dict[str, Any] = {
        "query": text, "examples": examples, "current_example": asked.example, "table": None, "problem": None, "error_line": None, "truncated": False,
        "took_ms": 0, "no_rows": None, "shown_example": chosen if asked.query is None else None, "base_iri": current.snapshot.base_iri,
        "limit_seconds": math.floor(current.queries.timeout),
    }  # fmt: skip
    if asked.query is None:
        return render_page(request, "sparql.html", **page)
    started = time.perf_counter()
    endpoint = _endpoint(request, current)
    try:
        result = current.queries.run(
            _fill(asked.query, current, today, endpoint),
            accept=SHOWN_AS_TABLE,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base_iri=endpoint,
            limits=replace(limits, max_rows=min(limits.max_rows, PAGE_ROWS)),
        )
    except KeikakuError as error:
        problem = describe_query_error(error)
        place = _PLACE.search(problem.detail.ja)
        page |= {"problem": problem, "error_line": int(place[1]) if place else None}
        return render_page(request, "sparql.html", status=problem.status, **page)
    table = read_result_table(result, current.snapshot.base_iri)
    page |= {"table": table, "truncated": result.truncated, "took_ms": (time.perf_counter() - started) * 1000}
    if table.kind == "rows" and not table.rows:
        page["no_rows"] = explain_no_rows(asked, current, today, endpoint, limits)
    return render_page(request, "sparql.html", **page)
