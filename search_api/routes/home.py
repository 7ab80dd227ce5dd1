"""``/``: the search page. It works without JavaScript; the values are those of the HTTP interface."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from graph.indicator_series import ROLE_NAMES
from graph.snapshot import Snapshot
from search_api.addresses import page_path
from search_api.charts import HEIGHT, WIDTH
from search_api.hints import FIELD_NAMES
from search_api.pages import render_page
from search_api.routes.dependencies import Current, QuestionNotes, Today
from search_api.routes.search import SearchParameters, answer_search
from search_api.routes.search_page import SearchLinks, lay_out_figure, say_reasons

EXAMPLES = 5
_MEASURE_TITLES = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?measure ?title { ?measure a plan:Measure ; skos:prefLabel ?title } ORDER BY ?measure ?title"""

router = APIRouter(tags=["ページ"])


@router.get("/", summary="検索のページ")
def home(
    request: Request, current: Current, today: Today, notes: QuestionNotes, parameters: Annotated[SearchParameters, Depends()]
) -> Response:
    base: dict[str, Any] = {
        "q": parameters.q.strip(), "parameters": parameters, "filters": parameters.filters, "facet_labels": FIELD_NAMES,
        "page_of": lambda iri: page_path(iri, current.snapshot.base_iri), "examples": (),
    }  # fmt: skip
    if not base["q"]:
        base["examples"] = example_questions(current.snapshot)
        inventory = {name: current.catalogue.choose(name, {}) for name in ("plans", "documents")}
        return render_page(request, "welcome.html", **base, **inventory, counts=current.snapshot.manifest["counts"])
    asked = replace(parameters, q=base["q"]).to_request(today)
    answer, figures = answer_search(current, asked, notes)
    owners = current.search.owners(asked).to_json()
    if not answer["results"]:
        base["examples"] = example_questions(current.snapshot)
    links = SearchLinks(parameters)
    return render_page(
        request,
        "results.html",
        **base,
        answer=answer,
        owners=owners,
        owners_first=answer["understood"]["intent"] == "owner",
        chips=links.chips(answer["understood"]),
        link=links,
        say_reasons=say_reasons,
        figures=[lay_out_figure(figure, told) for figure, told in zip(figures, answer["figures"], strict=True)],
        chart_size=(WIDTH, HEIGHT),
        roles=ROLE_NAMES,
        document_titles={document["iri"]: document["title"] for document in current.snapshot.manifest["documents"]},
    )


def example_questions(snapshot: Snapshot) -> list[str]:
    """A few names of measures, spread over everything published: questions that are sure to find something."""
    titles = list(dict.fromkeys(row["title"].value for row in snapshot.store.query(_MEASURE_TITLES)))
    return [titles[position * len(titles) // EXAMPLES] for position in range(min(EXAMPLES, len(titles)))]
