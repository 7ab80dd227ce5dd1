"""The searches inside a SPARQL query: asked of the search engine before the query runs, so that it runs over their rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from graph.inline_data import FilledQuery
from graph.iris import Iris, quotation_in
from graph.search_pattern import SearchHit, SearchPattern
from graph.search_reader import SearchCall
from ontology.errors import QueryRefused
from search_api.search import SearchEngine, SearchRequest

MAX_SEARCHES = 8


def fill_searches(query: str, searches: Sequence[SearchPattern], engine: SearchEngine, iris: Iris, today: date) -> FilledQuery:
    """``query`` with the rows of its ``searches``; what is asked twice is searched once.

    ``iris`` are those of the snapshot, in which municipalities may be named. Raises QueryRefused for more than ``MAX_SEARCHES``.
    """
    calls = dict.fromkeys(search.call for search in searches)
    if len(calls) > MAX_SEARCHES:
        raise QueryRefused(f"一つの問い合わせの plan:search は {MAX_SEARCHES} までです（{len(calls)} あります）")
    hits = {call: list(_find(call, engine, iris, today)) for call in calls}
    return FilledQuery(query, tuple(search.fill(hits[search.call]) for search in searches))


def _find(call: SearchCall, engine: SearchEngine, iris: Iris, today: date) -> Iterator[SearchHit]:
    request = SearchRequest(
        query=call.query,
        limit=call.limit,
        mode=call.mode,
        municipality=_name_municipality(call.municipality, iris),
        fiscal_year=call.fiscal_year,
        today=today,
        kinds=() if call.kinds == ("Department",) else call.kinds,
    )
    if call.kinds == ("Department",):
        departments = engine.owners(request).departments[: call.limit]
        found = [(department, [match for measure in department["measures"] for match in measure["matches"]]) for department in departments]
    else:
        found = [(result, result["matches"]) for result in engine.search(request).results]
    for rank, (result, matches) in enumerate(found, 1):
        yield _make_hit(result, rank, matches)


def _make_hit(result: Mapping[str, Any], rank: int, matches: Sequence[Mapping[str, Any]]) -> SearchHit:
    """A result of the search with the first of its ``matches``, which is the best."""
    if not matches:
        return SearchHit(result["iri"], result["score"], rank)
    best = matches[0]
    source, highlights = best["source"], tuple((start, end) for start, end in best["highlights"])
    quotation = quotation_in(source["document"], *source["lines"]) if source["document"] else None
    return SearchHit(result["iri"], result["score"], rank, best["text"], highlights, quotation)


def _name_municipality(wanted: str | None, iris: Iris) -> str | None:
    """The filter of the search takes names and codes; of an IRI the code is meant."""
    if wanted is None or "/" not in wanted:
        return wanted
    code = wanted.rpartition("/")[2]
    return code if iris.municipality(code) == wanted else wanted
