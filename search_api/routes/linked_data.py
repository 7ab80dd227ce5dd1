"""``/id/…`` names things, ``/page/…`` shows them, ``/data/…`` gives their statements (contract, section 3)."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from graph.negotiation import GRAPH_FORMATS, choose
from graph.stratml import MEDIA_TYPE as STRATML_TYPE
from graph.stratml import is_plan, to_stratml
from search_api.addresses import page_path, resource_iri
from search_api.pages import render_page
from search_api.problem import Problem, Text, not_found
from search_api.resource import exists, read_resource
from search_api.routes.dependencies import Current

ENDINGS = {
    ".ttl": "text/turtle",
    ".jsonld": "application/ld+json",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".html": "text/html",
}
STRATML = ".stratml.xml"

# The statements of a resource, the places that say so, and what points at it. The places of a document have its address with a fragment,
# which no server ever sees: they are told with the document.
_STATEMENTS = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
CONSTRUCT { <IRI> ?p ?o . ?o ?detail ?value . ?subject ?incoming <IRI> . ?place ?says ?said } WHERE {
  { <IRI> ?p ?o . OPTIONAL { ?o a plan:Quotation ; ?detail ?value } }
  UNION { SELECT ?subject ?incoming { ?subject ?incoming <IRI> FILTER(?incoming != plan:document) } ORDER BY ?subject ?incoming LIMIT 2000 }
  UNION { ?place plan:document <IRI> ; ?says ?said }
}"""
_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH <IRI> { ?s ?p ?o } }"

router = APIRouter(tags=["リンクトデータ"])


@router.get("/id/{path:path}", summary="IRI の参照", status_code=303)
def follow(request: Request, current: Current, path: str) -> Response:
    """303 to the page for people or to the data for programs."""
    if path.endswith(STRATML):
        return RedirectResponse(f"{request.scope.get('root_path', '')}/data/{_raw_path(request, '/id/')}", 303)
    name, ending, _, wanted = _read_wish(request, current, "/id/")
    root = request.scope.get("root_path", "")
    location = f"{root}/page/{name}" if wanted == "text/html" else f"{root}/data/{name}{ending}"
    return RedirectResponse(location, 303)


@router.get("/graph/{name}", summary="名前付きグラフの参照", status_code=303)
def follow_graph(request: Request, current: Current, name: str) -> Response:
    """A graph that is no document's (vocabulary, frameworks, derived): its description for people, its statements for programs."""
    name, ending = _split_ending(name)
    _graph_iri(current, name)
    root = request.scope.get("root_path", "")
    people = _wanted(request, ending) == "text/html"
    return RedirectResponse(f"{root}/dataset#graph-{name}" if people else f"{root}/data/graph/{name}{ending}", 303)


@router.get("/data/graph/{name}", summary="名前付きグラフの中身")
def graph_data(request: Request, current: Current, name: str) -> Response:
    name, ending = _split_ending(name)
    iri = _graph_iri(current, name)
    return _answer(current, _GRAPH.replace("IRI", iri), _wanted(request, ending))


@router.get("/data/{path:path}", summary="資源の記述（Turtle・JSON-LD・N-Triples・RDF/XML、計画は StratML）")
def data(request: Request, current: Current, path: str) -> Response:
    """The statements of a resource; of a plan also StratML (``.stratml.xml``)."""
    if path.endswith(STRATML):
        iri = resource_iri(_raw_path(request, "/data/").removesuffix(STRATML), current.snapshot.base_iri)
        if not is_plan(current.snapshot.store, iri):
            raise not_found(f"{iri}{STRATML}")
        return Response(to_stratml(current.snapshot.store, iri), media_type=STRATML_TYPE)
    _, _, iri, wanted = _read_wish(request, current, "/data/")
    return _answer(current, _STATEMENTS.replace("IRI", iri), wanted)


@router.get("/page/{path:path}", summary="資源のページ")
def page(request: Request, current: Current, path: str) -> Response:
    base_iri = current.snapshot.base_iri
    name = _raw_path(request, "/page/")
    resource = read_resource(current.snapshot.store, resource_iri(name, base_iri))
    if resource is None:
        raise not_found(resource_iri(name, base_iri))
    return render_page(
        request,
        "resource.html",
        resource=resource,
        name=name,
        is_plan=is_plan(current.snapshot.store, resource.iri),
        page_of=lambda iri: page_path(iri, base_iri),
    )


def _read_wish(request: Request, current: Current, prefix: str) -> tuple[str, str, str, str]:
    """(name without its ending, ending, IRI, media type asked for). Raises the problem where nothing is there or no format fits."""
    name, ending = _split_ending(_raw_path(request, prefix))
    iri = resource_iri(name, current.snapshot.base_iri)
    if not exists(current.snapshot.store, iri):
        raise not_found(iri)
    return name, ending, iri, _wanted(request, ending)


def _graph_iri(current: Current, name: str) -> str:
    iri = f"{current.snapshot.base_iri}graph/{quote(name, safe='~')}"
    if iri not in current.snapshot.store.graph_names():
        raise not_found(iri)
    return iri


def _wanted(request: Request, ending: str) -> str:
    wanted = ENDINGS.get(ending) or choose(request.headers.get("accept", ""), (*GRAPH_FORMATS, "text/html"))
    if wanted is None:
        raise _no_format(request)
    return wanted


def _answer(current: Current, query: str, wanted: str) -> Response:
    # A browser that came to the data on purpose gets them as Turtle.
    result = current.queries.run(query, accept="text/turtle" if wanted == "text/html" else wanted)
    return Response(result.body, media_type=result.media_type)


def _raw_path(request: Request, prefix: str) -> str:
    """The path below ``prefix`` still encoded, since a name may hold an encoded slash."""
    return request.scope["raw_path"].decode("latin-1").partition(prefix)[2]


def _split_ending(name: str) -> tuple[str, str]:
    return next(((name.removesuffix(ending), ending) for ending in ENDINGS if name.endswith(ending)), (name, ""))


def _no_format(request: Request) -> Problem:
    accept = request.headers.get("accept", "")
    offered = "、".join(dict.fromkeys(ENDINGS.values()))
    return Problem(
        406,
        "not-acceptable",
        Text(
            f"Accept: {accept} の形式では返せません。{offered} のどれかを指定してください。",
            f"Nothing fits Accept: {accept}; ask for one of {offered}.",
        ),
    )
