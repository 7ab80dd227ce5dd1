"""Who gets a worker when, what stops a query from outside, and how many rows it may have."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from test_query_engine import COUNT, ENDLESS, count, store_path, worker_ids  # noqa: F401 - the store is a fixture

from graph.query import QueryEngine
from graph.query_limits import Cancellation, FairQueue, QueryLimits
from graph.row_limit import bound_rows
from ontology.errors import QueryCancelled, QuerySyntaxError, QueryTimeout


def soon() -> float:
    return time.monotonic() + 0.05


def test_a_client_leaves_one_for_the_others() -> None:
    lent = FairQueue(["a", "b", "c"])
    assert {lent.take("x", soon(), Cancellation()) for _ in range(2)} == {"b", "c"}
    with pytest.raises(TimeoutError):
        lent.take("x", soon(), Cancellation())
    assert lent.take("y", soon(), Cancellation()) == "a"
    lent.give_back("x", "b")
    assert lent.take("x", soon(), Cancellation()) == "b"


def test_next_is_who_holds_fewest() -> None:
    lent = FairQueue(["a", "b", "c"])
    for client in ("x", "x", "y"):
        lent.take(client, soon(), Cancellation())
    order: list[str] = []
    threads = []
    for client in ("y", "z"):
        threads.append(threading.Thread(target=lambda c=client: order.append(c + lent.take(c, time.monotonic() + 20, Cancellation()))))
        threads[-1].start()
        while len(lent._waiting) < len(threads):
            time.sleep(0.001)
    lent.give_back("x", "c")
    threads[1].join(20)
    assert order == ["zc"]
    lent.give_back("x", "b")
    threads[0].join(20)
    assert order == ["zc", "yb"]


def test_who_has_gone_waits_no_more() -> None:
    lent = FairQueue(["a"])
    lent.take("x", soon(), Cancellation())
    gone = Cancellation()
    threading.Timer(0.05, gone.cancel).start()
    with pytest.raises(QueryCancelled):
        lent.take("x", time.monotonic() + 20, gone)
    lent.give_back("x", "a")
    assert lent.take("x", soon(), Cancellation()) == "a"


def test_a_query_is_stopped_from_another_thread(store_path: Path) -> None:  # noqa: F811
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        (before,) = worker_ids(engine)
        gone = Cancellation()
        threading.Timer(0.3, gone.cancel).start()
        with pytest.raises(QueryCancelled):
            engine.run(ENDLESS, limits=QueryLimits(cancellation=gone))
        assert count(engine) == 21
        assert worker_ids(engine) != [before]
        assert (engine.counts["stopped"], engine.counts["cancelled"]) == (1, 1)


def test_a_shorter_limit_may_be_asked_for_and_no_longer_one(store_path: Path) -> None:  # noqa: F811
    with QueryEngine(store_path, workers=1, timeout=1) as engine:
        for seconds, told in ((0.3, "0.3 秒"), (500, "1 秒")):
            with pytest.raises(QueryTimeout, match=told):
                engine.run(ENDLESS, limits=QueryLimits(seconds=seconds))
        engine.timeout = 20
        assert count(engine) == 21


@pytest.mark.parametrize(
    "accept", ["application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values"]
)
@pytest.mark.parametrize(
    ("query", "cut"),
    [
        ("SELECT * { VALUES ?x { 1 2 3 4 5 } }", False),
        ("SELECT * { VALUES ?x { 1 2 3 4 5 6 } }", True),
        ("SELECT * { VALUES ?x { 1 2 3 4 5 6 } } LIMIT 5", False),
        ("SELECT * { VALUES ?x { 1 2 3 4 5 6 } } LIMIT 6 # six", True),
        ("SELECT * { VALUES ?x { 1 2 3 4 5 6 } } OFFSET 1", False),
        ("SELECT * { VALUES ?x { 1 2 3 4 5 6 7 } } OFFSET 1 LIMIT 99", True),
        ("SELECT * { { SELECT * { VALUES ?x { 1 2 3 } } LIMIT 3 } } VALUES ?y { 1 2 }", True),
        ("SELECT * { VALUES ?x { '{{{' '\\n\\n\\n\\n\\n\\n' '<result>' } } # none is cut", False),
        ("SELECT ?nothing { VALUES ?x { 1 2 3 4 5 6 } }", True),
    ],
)
def test_what_the_row_limit_cuts_is_told(store_path: Path, shared_engine: QueryEngine, query: str, cut: bool, accept: str) -> None:  # noqa: F811
    assert shared_engine.run(query, accept=accept, limits=QueryLimits(max_rows=5)).truncated is cut


@pytest.fixture(scope="module")
def shared_engine(store_path: Path):  # noqa: F811
    with QueryEngine(store_path, workers=1, timeout=20) as engine:
        yield engine


def test_a_number_that_no_engine_takes_is_left_to_it() -> None:
    assert bound_rows("SELECT * {} LIMIT " + "9" * 5000, 5) is None


def test_a_long_result_over_the_row_limit_ends_with_an_error(store_path: Path) -> None:  # noqa: F811
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        stream = engine.stream("SELECT * { ?a ?b ?c . ?d ?e ?f }", limits=QueryLimits(max_rows=20_000))
        with pytest.raises(QueryTimeout, match="行数の上限"):
            list(stream.parts)
        assert engine.run(COUNT).truncated is False


@pytest.mark.parametrize("form", ["CONSTRUCT { ?s ?p ?o }", "DESCRIBE ?s"])
def test_triples_are_limited_as_rows_are(store_path: Path, shared_engine: QueryEngine, form: str) -> None:  # noqa: F811
    query = form + " WHERE { ?s a <https://w3id.org/keikaku/ns#Measure> . ?s ?p ?o }"
    everything = shared_engine.run(query, accept="application/n-triples")
    assert everything.truncated is False
    total = len(everything.body.splitlines())
    for limit, cut in ((total, False), (total - 1, True), (5, True)):
        result = shared_engine.run(query, accept="application/n-triples", limits=QueryLimits(max_rows=limit))
        assert (result.truncated, len(result.body.splitlines())) == (cut, limit)


def test_too_many_triples_end_a_long_result_with_an_error(store_path: Path, shared_engine: QueryEngine) -> None:  # noqa: F811
    stream = shared_engine.stream("CONSTRUCT { ?a ?b ?f } { ?a ?b ?c . ?d ?e ?f }", limits=QueryLimits(max_rows=20_000))
    with pytest.raises(QueryTimeout, match="三つ組の数"):
        list(stream.parts)


def test_a_query_can_be_read_without_being_run(store_path: Path, shared_engine: QueryEngine) -> None:  # noqa: F811
    before = worker_ids(shared_engine)
    assert shared_engine.check(ENDLESS, accept="text/csv") == "text/csv"
    assert shared_engine.check("DESCRIBE <x:a>") == "text/turtle"
    with pytest.raises(QuerySyntaxError):
        shared_engine.check("ASK { ?s ?p }")
    assert worker_ids(shared_engine) == before
