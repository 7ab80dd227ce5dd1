"""What a search inside SPARQL costs beyond the search itself: ``python -m benchmarks.sparql_search --data DIR``.

Each question is searched (limit 20) and asked as ``SERVICE plan:search`` joined with the departments, in pairs; printed is the median of
the differences, within the process (the search, and the same one inside a query) and over HTTP (``/api/search``, which also says why, and ``/sparql``).
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import time
import urllib.parse
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from benchmarks.serving import serve_product
from graph.iris import Iris
from graph.query import QueryEngine
from graph.search_pattern import find_searches
from graph.snapshot import Snapshot
from search_api.search import SearchEngine, SearchRequest
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
    """For each question the milliseconds of the search, and how many more the query takes: medians over all pairs of the two.

    The two of a pair follow one another, now the one first and now the other, so that a busy machine and warm caches favour neither.
    """
    return [
        _compare_one(lambda question=question: search(question), lambda text=QUERY % (question, LIMIT): query(text), rounds)
        for question in QUESTIONS
    ]


def _compare_one(search: Callable[[], object], query: Callable[[], object], rounds: int) -> tuple[float, float]:
    alone, more = [], []
    for number in range(rounds):
        actions = [search, query] if number % 2 else [query, search]
        times = {action: _milliseconds(action) for action in actions}
        alone.append(times[search])
        more.append(times[query] - times[search])
    return statistics.median(alone), statistics.median(more)


def _milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def _show(name: str, measured: Sequence[tuple[float, float]]) -> None:
    alone, more = zip(*measured, strict=True)
    print(
        f"{name}: search {statistics.median(alone):.1f} ms, inside SPARQL {statistics.median(more):+.1f} ms (of the questions at most {max(more):+.1f} ms)"
    )


def _open(address: str) -> Callable[..., bytes]:
    """GET over one kept connection."""
    connection = http.client.HTTPConnection(address, timeout=60)

    def get(path: str, **parameters: str | int) -> bytes:
        connection.request("GET", f"{path}?{urllib.parse.urlencode(parameters)}", headers={"Accept": "application/sparql-results+json"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != http.HTTPStatus.OK:
            raise SystemExit(f"{path}: {answer.status} {body.decode()}")
        return body

    return get


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=20)
    arguments = parser.parse_args()
    snapshot = Snapshot.open(arguments.data)
    search, iris = SearchEngine.open(snapshot), Iris(snapshot.base_iri)
    load, cores = Path("/proc/loadavg").read_text().split()[0], len(os.sched_getaffinity(0))
    print(f"bar: inside SPARQL at most +10 ms; load of this machine {load} on {cores} cores")
    with QueryEngine(snapshot.path / "store", graph_file=snapshot.path / "graph.nq", workers=1) as queries:

        def ask(query: str) -> object:
            return queries.run(fill_searches(query, find_searches(query), search, iris, TODAY))

        rows = [len(json.loads(ask(QUERY % (question, LIMIT)).body)["results"]["bindings"]) for question in QUESTIONS]
        print(f"{len(QUESTIONS)} questions, {sum(rows)} rows")
        measured = compare(
            lambda question: search.search(SearchRequest(question, LIMIT, kinds=("Measure",), today=TODAY)), ask, arguments.rounds
        )
        _show("in the process", measured)
    with serve_product(arguments.data) as port:
        get = _open(f"127.0.0.1:{port}")
        compare(lambda question: get("/api/search", q=question, limit=LIMIT), lambda query: get("/sparql", query=query), 1)  # warms it
        measured = compare(
            lambda question: get("/api/search", q=question, limit=LIMIT), lambda query: get("/sparql", query=query), arguments.rounds
        )
        _show("over HTTP", measured)


if __name__ == "__main__":
    main()
