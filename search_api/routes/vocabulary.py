"""``/ns``: the terms of the vocabulary, as a page in Japanese or English, or as data."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from graph.iris import Iris
from graph.negotiation import GRAPH_FORMATS, choose
from graph.terms import PLAN
from graph.terms_of_vocabulary import KINDS
from search_api.addresses import page_path
from search_api.language import choose_language
from search_api.pages import render_page
from search_api.problem import not_found
from search_api.routes.dependencies import PROBLEMS, Current
from search_api.routes.linked_data import ENDINGS
from search_api.routes.result_table import shorten_iri
from search_api.routes.search import or_default

# With the definitions of blank nodes (unions of classes), which begin with no namespace.
_STATEMENTS = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <GRAPH> { ?s ?p ?o } }"

# The words of the page around the terms.
_WORDS = {
    "ja": {
        "title": "語彙", "class": "クラス", "property": "プロパティ", "individual": "値", "domain": "主語", "range": "目的語", "broader": "上位",
        "inverse": "逆", "types": "種類", "example": "例", "data": "データ", "terms": "語の一覧", "other": "English",
        "about": "自治体の計画とその進捗報告を、書かれている行まで辿れる形で表すための語彙です。",
    },
    "en": {
        "title": "Vocabulary", "class": "Classes", "property": "Properties", "individual": "Individuals", "domain": "Domain", "range": "Range",
        "broader": "Sub of", "inverse": "Inverse of", "types": "Type", "example": "Example", "data": "Data", "terms": "All terms", "other": "日本語",
        "about": "Terms for municipal plans and their progress reports, in which every fact leads back to the lines that say so.",
    },
}  # fmt: skip

router = APIRouter(tags=["リンクトデータ"], responses=PROBLEMS)


@router.get("/ns", summary="語彙")
def vocabulary(
    request: Request,
    current: Current,
    lang: Annotated[
        Literal["ja", "en"] | None, or_default(None), Query(description="ページの言語。無ければ Accept-Language による")
    ] = None,
) -> Response:
    accept = request.headers.get("accept", "")
    if choose(accept, (*GRAPH_FORMATS, "text/html")) != "text/html":
        return _data(current, accept)
    language = lang or choose_language(request.headers.get("accept-language"))
    base_iri = current.snapshot.base_iri
    answer = render_page(
        request,
        "vocabulary.html",
        language=language,
        words=_WORDS[language],
        groups=[(kind, [term for term in current.vocabulary if term.kind == kind]) for kind in KINDS],
        namespace=PLAN.iri,
        shorten=lambda iri: shorten_iri(iri, base_iri),
        page_of=lambda iri: page_path(iri, base_iri),
    )
    answer.headers["Content-Language"] = language
    return answer


@router.get("/ns.{ending}", summary="語彙（.ttl .jsonld .nt .rdf）")
def vocabulary_data(request: Request, current: Current, ending: str) -> Response:
    media_type = ENDINGS.get(f".{ending}", "text/html")
    if media_type == "text/html":
        raise not_found(request.url.path)
    return _data(current, media_type)


def _data(current: Current, accept: str) -> Response:
    graph = Iris(current.snapshot.base_iri).vocabulary_graph
    result = current.queries.run(_STATEMENTS.replace("<GRAPH>", f"<{graph}>"), accept=accept)
    return Response(result.body, media_type=result.media_type)
