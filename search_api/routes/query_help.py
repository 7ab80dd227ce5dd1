"""What the query page asks for beside answers: the words of this graph, why a query finds nothing, a result as a workbook."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from graph.empty_result import EmptyPart, find_empty_part
from graph.inline_data import FilledQuery
from graph.iris import Iris
from graph.query_limits import QueryLimits
from graph.search_pattern import find_searches
from graph.tables import Sheet, Value
from ontology.errors import KeikakuError, QuerySyntaxError
from search_api.current import Published
from search_api.problem import Problem, Text
from search_api.routes.dependencies import PROBLEMS, Current, Today
from search_api.routes.lists import download
from search_api.routes.query_admission import COUNTED, Admitted, Asked
from search_api.routes.service_description import own_address
from search_api.routes.sparql_protocol import ProtocolRequest
from search_api.sparql_search import fill_searches

_NUMBERS = frozenset(f"http://www.w3.org/2001/XMLSchema#{name}" for name in ("integer", "decimal", "double", "float"))

router = APIRouter(prefix="/api", tags=["SPARQL"], responses=PROBLEMS)


@router.get("/vocabulary", summary="このグラフの接頭辞、クラス、プロパティ、名前", dependencies=[COUNTED])
def vocabulary(current: Current) -> JSONResponse:
    """What a query can name, for completion in editors: the most frequent first, with Japanese labels."""
    return JSONResponse(current.query_vocabulary.to_json())


@router.post("/query/empty", summary="問い合わせのどこで、当てはまるものがなくなるか", include_in_schema=False)
def explain_empty(request: Request, current: Current, today: Today, asked: Asked, limits: Admitted) -> JSONResponse:
    """The first part of a query without solutions that leaves none."""
    return JSONResponse(explain_no_rows(asked, current, today, own_address(request) or f"{current.snapshot.base_iri}sparql", limits))


@router.post("/query/table.xlsx", summary="SELECT の結果を Excel のブックで", include_in_schema=False)
def workbook(request: Request, current: Current, today: Today, asked: Asked, limits: Admitted) -> Response:
    """Numbers are numbers; IRIs and texts are text. A result that the row limit cut says so on a sheet of its own."""
    endpoint = own_address(request) or f"{current.snapshot.base_iri}sparql"
    result = current.queries.run(
        _fill(asked.query or "", current, today, endpoint),
        accept="application/sparql-results+json",
        default_graphs=asked.default_graphs,
        named_graphs=asked.named_graphs,
        base_iri=endpoint,
        limits=limits,
    )
    answer = json.loads(result.body)
    if "boolean" in answer:
        detail = Text("ASK の答えは表になりません。JSON で保存してください。", "The answer of ASK is no table; save it as JSON.")
        raise Problem(400, "invalid-request", detail)
    columns = answer["head"]["vars"]
    rows = [[_value(row.get(name)) for name in columns] for row in answer["results"]["bindings"]]
    cut = Sheet("打ち切り", ["お知らせ"], [[f"結果は {limits.max_rows} 行で打ち切りました。続きがあります。"]])
    return download("keikaku", "xlsx", [Sheet("結果", columns, rows), *([cut] if result.truncated else [])])


def explain_no_rows(asked: ProtocolRequest, current: Published, today: Any, endpoint: str, limits: QueryLimits) -> dict[str, Any]:
    """``message`` in Japanese; with ``lines`` (first and last, from 1) and ``text`` where a part of the query is the reason.

    All that is tried shares the time of one query.
    """
    deadline = time.monotonic() + limits.within(current.queries.timeout)

    def ask(query: str) -> bool:
        result = current.queries.run(
            _fill(query, current, today, endpoint),
            accept="application/sparql-results+json",
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            base_iri=endpoint,
            limits=replace(limits, seconds=max(deadline - time.monotonic(), 0)),
        )
        return bool(json.loads(result.body)["boolean"])

    try:
        part = find_empty_part(asked.query or "", ask)
    except QuerySyntaxError:  # a form of query that cannot be taken apart; its result is empty all the same
        return {"message": "当てはまるものはありません。"}
    except KeikakuError as error:
        return {"message": f"当てはまるものはありません。どの部分のためかは、調べきれませんでした（{error}）。"}
    return _explain(part)


def _explain(part: EmptyPart | None) -> dict[str, Any]:
    if part is None:
        return {"message": "パターンには当てはまるものがあります。HAVING、LIMIT、OFFSET を確かめてください。"}
    where = f"{part.first_line} 行目" if part.first_line == part.last_line else f"{part.first_line}〜{part.last_line} 行目"
    if part.kind == "filter":
        message = f"{where}の FILTER に合うものがありません。条件の綴りや、言語（@ja）の有無を確かめてください。"
    elif part.alone:
        message = f"{where}のパターンは、それだけでも一つも当てはまりません。綴りと接頭辞、名前の言語（@ja）を確かめてください。"
    else:
        message = f"{where}を加えたところで、当てはまるものがなくなります。前の部分との組み合わせを確かめてください。"
    return {"message": message, "lines": [part.first_line, part.last_line], "text": part.text, "alone": part.alone}


def _fill(query: str, current: Published, today: Any, base_iri: str) -> FilledQuery:
    return fill_searches(query, find_searches(query, base_iri), current.search, Iris(current.snapshot.base_iri), today)


def _value(term: dict[str, str] | None) -> Value:
    if term is None:
        return None
    if term.get("datatype") in _NUMBERS:
        try:
            number = Decimal(term["value"])
        except InvalidOperation:
            return term["value"]
        return number if number.is_finite() else term["value"]
    return term["value"] if isinstance(term["value"], str) else json.dumps(term["value"], ensure_ascii=False)
