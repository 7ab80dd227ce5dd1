"""The HTTP application: routes, errors and what every answer passes through."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from graph.negotiation import choose
from ontology.errors import EngineUnavailable, NotAcceptable, QueryRefused, QuerySyntaxError, QueryTimeout
from search_api.client_limits import ClientLimits
from search_api.clock import japanese_today
from search_api.current import CurrentSnapshot, open_published
from search_api.language import choose_language
from search_api.metrics import CountRequests, RequestCounts
from search_api.middleware import SECURITY_HEADERS, Compression, HeadAsGet, Revalidation, SecurityHeaders, SharedDataCORS
from search_api.pages import render_page
from search_api.problem import MEDIA_TYPE, Problem, Text, describe_invalid_fields, not_found, problem_response
from search_api.query_log import QueryLog
from search_api.question_years import fiscal_year_at
from search_api.routes import (
    dataset,
    documents,
    embed,
    home,
    indicators,
    linked_data,
    lists,
    operation,
    query_help,
    report,
    search,
    sparql,
    suggest,
    vocabulary,
)
from search_api.settings import ServiceSettings

STATIC = Path(__file__).parent / "static"

logger = logging.getLogger(__name__)


def create_app(data_dir: Path, settings: ServiceSettings | None = None) -> FastAPI:
    """The service over the snapshot that ``data_dir`` publishes. Raises SnapshotError before anything is served."""
    settings = settings or ServiceSettings()
    return assemble_app(CurrentSnapshot(data_dir, lambda: open_published(data_dir, settings)), settings)


def assemble_app(current: CurrentSnapshot, settings: ServiceSettings) -> FastAPI:
    """The service that answers from what ``current`` lends."""

    @asynccontextmanager
    async def lifespan(service: FastAPI) -> AsyncIterator[None]:
        yield
        current.close()
        if service.state.query_log is not None:
            service.state.query_log.close()

    request_counts = RequestCounts()
    app = FastAPI(
        title="Keikaku（計画）",
        version=version("keikaku"),
        description="自治体の計画書から作った知識グラフを、根拠の行とともに検索する。",
        docs_url=None,  # FastAPI's own pages load their scripts from a CDN, which LGWAN cannot reach
        redoc_url=None,
        openapi_url="/openapi.json",
        lifespan=lifespan,
        middleware=_middleware(current, settings, request_counts),
        exception_handlers={
            Problem: _answer_problem,
            HTTPException: _answer_http_exception,
            RequestValidationError: _answer_invalid_request,
            NotAcceptable: _answer_query_error,
            QueryRefused: _answer_query_error,
            QuerySyntaxError: _answer_query_error,
            QueryTimeout: _answer_query_error,
            EngineUnavailable: _answer_query_error,
            Exception: _answer_defect,
        },
    )
    app.state.current = current
    app.state.settings = settings
    app.state.client_limits = ClientLimits(
        settings.client_queries, settings.client_queries_per_minute, exempt_loopback=settings.exempt_loopback
    )
    app.state.request_counts = request_counts
    app.state.query_log = QueryLog(settings.query_log) if settings.query_log else None
    for routes in (
        search,
        suggest,
        lists,
        indicators,
        report,
        sparql,
        query_help,
        operation,
        home,
        embed,
        dataset,
        documents,
        linked_data,
        vocabulary,
    ):
        app.include_router(routes.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    return app


def _middleware(current: CurrentSnapshot, settings: ServiceSettings, counts: RequestCounts) -> list[Middleware]:
    return [
        Middleware(SecurityHeaders),
        Middleware(CountRequests, counts=counts),
        Middleware(HeadAsGet),
        Middleware(SharedDataCORS, allow_origins=settings.allow_origins),
        Middleware(Compression, minimum_size=1000, compresslevel=5),
        # With the fiscal year, since 昨年度 has another answer in April.
        Middleware(Revalidation, build_id=lambda: f"{current.build_id}-{fiscal_year_at(japanese_today())}", salt=version("keikaku")),
    ]


def _answer_problem(request: Request, problem: Exception) -> Response:
    """As a page to a browser that asks for a page, else as problem+json."""
    assert isinstance(problem, Problem)
    language = choose_language(request.headers.get("accept-language"))
    programs_only = request.url.path.startswith(("/api/", "/data/", "/healthz", "/readyz", "/metrics"))
    if programs_only or choose(request.headers.get("accept", ""), (MEDIA_TYPE, "application/json", "text/html")) != "text/html":
        return problem_response(problem, language)
    answer = render_page(request, "error.html", status=problem.status, title=problem.title("ja"), detail=problem.detail.ja)
    answer.headers.update(problem.headers)
    return answer


def _answer_http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 405:
        told = (error.headers or {}).get("Allow", "GET")
        methods = ["GET", "HEAD", *told.split(", "), "OPTIONS"] if "GET" in told else [*told.split(", "), "OPTIONS"]
        allowed = ", ".join(dict.fromkeys(methods))
        if request.method == "OPTIONS":  # asked on any route; a browser's preflight is answered before it comes so far
            return Response(status_code=204, headers={"Allow": allowed})
        detail = Text(f"{request.method} は受け付けません。使えるのは {allowed} です。", f"{request.method} is not allowed; use {allowed}.")
        return _answer_problem(request, Problem(405, "method-not-allowed", detail, headers={"Allow": allowed}))
    if error.status_code == 404:
        return _answer_problem(request, not_found(request.url.path))
    detail = Text(f"要求を処理できません（{error.detail}）。", f"The request cannot be handled ({error.detail}).")
    return _answer_problem(request, Problem(error.status_code, "invalid-request", detail))


def _answer_invalid_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer_problem(request, describe_invalid_fields(list(error.errors())))


def _answer_query_error(request: Request, error: Exception) -> Response:
    return _answer_problem(request, sparql.describe_query_error(error))


def _answer_defect(request: Request, error: Exception) -> Response:
    """The trace goes to the log by the server's own hand; the caller learns no more than that it is our fault."""
    detail = Text(
        "処理中に想定外のエラーが起きました。記録（ログ）を添えて管理者へ連絡してください。",
        "Something unexpected happened. Please tell the operator; the log has the details.",
    )
    answer = _answer_problem(request, Problem(500, "internal-error", detail))
    answer.headers.update(SECURITY_HEADERS)  # this answer is made outside of the middleware
    return answer
