"""``/ns``: the terms of the vocabulary, as a page or as data."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import Response

from graph.negotiation import GRAPH_FORMATS, choose
from search_api.pages import render_page
from search_api.routes.dependencies import Current

NAMESPACE = "https://w3id.org/keikaku/ns"

_TERMS = f"""
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
SELECT ?term (MIN(?kinds) AS ?kind) (MIN(?ja) AS ?label) (MIN(?en) AS ?english) (MIN(?remark) AS ?comment)
       (GROUP_CONCAT(DISTINCT STRAFTER(STR(?d), "#"); separator=" ") AS ?domain) (GROUP_CONCAT(DISTINCT REPLACE(STR(?r), "^.*[#/]", ""); separator=" ") AS ?range) {{
  ?term a ?type ; rdfs:label ?ja , ?en . FILTER(STRSTARTS(STR(?term), "{NAMESPACE}#") && LANG(?ja) = "ja" && LANG(?en) = "en")
  OPTIONAL {{ ?term rdfs:comment ?remark FILTER(LANG(?remark) = "ja") }}
  OPTIONAL {{ ?term rdfs:domain ?d FILTER(ISIRI(?d)) }} OPTIONAL {{ ?term rdfs:range ?r FILTER(ISIRI(?r)) }}
  BIND(IF(?type IN (owl:Class, rdfs:Class), "1", IF(STRENDS(STR(?type), "Property"), "2", "3")) AS ?kinds)
}} GROUP BY ?term ORDER BY ?kind ?term"""
_STATEMENTS = f'CONSTRUCT {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o FILTER(STRSTARTS(STR(?s), "{NAMESPACE}")) }}'
_KINDS = {"1": "クラス", "2": "プロパティ", "3": "値"}

router = APIRouter(tags=["リンクトデータ"])


@router.get("/ns", summary="語彙")
def vocabulary(request: Request, current: Current) -> Response:
    accept = request.headers.get("accept", "")
    if choose(accept, (*GRAPH_FORMATS, "text/html")) != "text/html":
        result = current.queries.run(_STATEMENTS, accept=accept)
        return Response(result.body, media_type=result.media_type)
    rows = [{name: term.value for name, term in row.items()} for row in current.snapshot.store.query(_TERMS)]
    groups = {label: [row for row in rows if row["kind"] == kind] for kind, label in _KINDS.items()}
    return render_page(request, "vocabulary.html", groups=groups, namespace=NAMESPACE)


@router.get("/ns.ttl", summary="語彙（Turtle）")
def vocabulary_turtle(current: Current) -> Response:
    return Response(current.queries.run(_STATEMENTS, accept="text/turtle").body, media_type="text/turtle")
