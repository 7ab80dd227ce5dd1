"""What a search inside SPARQL costs beyond the search itself: ``python -m benchmarks.sparql_search --data DIR``.

Each question is searched (limit 20) and asked as ``SERVICE plan:search`` joined with the departments, in turn, so that a busy machine slows
both alike; printed is the difference, within the process and over HTTP.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.serving import serve
from graph.iris import Iris
from graph.query import QueryEngine
from graph.search_pattern import find_searches
from graph.snapshot import Snapshot
from search_api.app import create_app
from search_api.search import SearchEngine, SearchRequest
from search_api.settings import ServiceSettings
from search_api.sparql_search import fill_searches

LIMIT = 20
TODAY = date(2026, 4, 1)
QUESTIONS = (
    "高齢者のスマホ教室",
    "キャッシュレス",
    "はんこをやめたい",
    "役所に行かずに手続きしたい",
    "避難所の備え",
    "職員の研修",
    "窓口の待ち時間",
    "情報セキュリティ",
)
QUERY = """PREFIX plan: <https://w3id.org/keikaku/ns#>
SELECT ?measure ?score ?text ?html ?source ?department WHERE {
  SERVICE plan:search { ?measure plan:query "%s" ; plan:limit %d ; plan:score ?score ;
                        plan:matchText ?text ; plan:highlight ?html ; plan:matchSource ?source . }
  OPTIONAL { ?measure plan:responsibleDepartment ?department }
}"""


def compare(search: Callable[[str], object], query: Callable[[str], object], rounds: int) -> list[tuple[float, float]]:
    """For each question the milliseconds of the search, and how many more the query takes: of each the fastest of all rounds."""
    times: dict[str, list[tuple[float, float]]] = {question: [] for question in QUESTIONS}
    for _ in range(rounds):
        for question, measured in times.items():
            alone = _milliseconds(lambda question=question: search(question))
            measured.append((alone, _milliseconds(lambda question=question: query(QUERY % (question, LIMIT)))))
    fastest = [tuple(min(column) for column in zip(*measured, strict=True)) for measured in times.values()]
    return [(alone, inside - alone) for alone, inside in fastest]


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def _show(name: str, measured: Sequence[tuple[float, float]]) -> None:
    alone, more = zip(*measured, strict=True)
    print(
        f"{name}: search {statistics.median(alone):.1f} ms, inside SPARQL {statistics.median(more):+.1f} ms (at most {max(more):+.1f} ms)"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    snapshot = Snapshot.open(arguments.data)
    search, iris = SearchEngine.open(snapshot), Iris(snapshot.base_iri)
    with QueryEngine(snapshot.path / "store", workers=1) as queries:

        def ask(query: str) -> object:
            return queries.run(fill_searches(query, find_searches(query), search, iris, TODAY))

        rows = [len(json.loads(ask(QUERY % (question, LIMIT)).body)["results"]["bindings"]) for question in QUESTIONS]
        print(f"{len(QUESTIONS)} questions, {sum(rows)} rows")
        measured = compare(
            lambda question: search.search(SearchRequest(question, LIMIT, kinds=("Measure",), today=TODAY)), ask, arguments.rounds
        )
        _show("in the process", measured)
    with serve(create_app(arguments.data, ServiceSettings())) as address:

        def get(path: str, **parameters: str | int) -> bytes:
            with urllib.request.urlopen(f"{address}{path}?{urllib.parse.urlencode(parameters)}", timeout=60) as answer:
                return answer.read()

        measured = compare(
            lambda question: get("/api/search", q=question, limit=LIMIT), lambda query: get("/sparql", query=query), arguments.rounds
        )
        _show("over HTTP", measured)


if __name__ == "__main__":
    main()
