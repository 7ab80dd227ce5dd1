"""``/``: the search page. It works without JavaScript; the values are those of the HTTP interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from graph.snapshot import Snapshot
from search_api.addresses import page_path
from search_api.pages import render_page
from search_api.routes.dependencies import Current
from search_api.routes.lists import list_documents, list_plans
from search_api.routes.search import SearchParameters

EXAMPLES = 5
# The facets of an answer, with the parameter that a click sets.
FACETS = (("municipality", "自治体"), ("plan", "計画"), ("department", "課"), ("fiscal_year", "年度"), ("framework", "国・都の計画"))

_MEASURE_TITLES = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?measure ?title { ?measure a plan:Measure ; skos:prefLabel ?title } ORDER BY ?measure ?title"""

router = APIRouter(tags=["ページ"])


@router.get("/", summary="検索のページ")
def home(request: Request, current: Current, parameters: Annotated[SearchParameters, Depends()]) -> Response:
    base: dict[str, Any] = {
        "q": parameters.q.strip(), "parameters": parameters, "filters": parameters.filters, "facet_labels": dict(FACETS),
        "page_of": lambda iri: page_path(iri, current.snapshot.base_iri), "examples": (),
    }  # fmt: skip
    if not base["q"]:
        base["examples"] = example_questions(current.snapshot)
        inventory = {"plans": list_plans(current.snapshot), "documents": list_documents(current.snapshot)}
        return render_page(request, "welcome.html", **base, **inventory, counts=current.snapshot.manifest["counts"])
    answer = current.search.search(replace(parameters, q=base["q"]).to_request()).to_json()
    owners = current.search.owners(base["q"]).to_json()
    if parameters.municipality:
        owners["departments"] = [
            department for department in owners["departments"] if parameters.municipality in department["municipality"].values()
        ]
    if not answer["results"]:
        base["examples"] = example_questions(current.snapshot)
    titles = {document["iri"]: document["title"] for document in list_documents(current.snapshot)}
    return render_page(request, "results.html", **base, answer=answer, owners=owners, document_titles=titles)


def example_questions(snapshot: Snapshot) -> list[str]:
    """A few names of measures, spread over everything published: questions that are sure to find something."""
    titles = list(dict.fromkeys(row["title"].value for row in snapshot.store.query(_MEASURE_TITLES)))
    return [titles[position * len(titles) // EXAMPLES] for position in range(min(EXAMPLES, len(titles)))]
