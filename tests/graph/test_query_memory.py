"""Workers that answer from memory: how they come to be, that they are like those over the disk, and what becomes of them when something fails."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, serialize
from test_query_engine import COUNT, DOCUMENTS, ENDLESS, PREFIX, count, is_running, is_zombie, request, store_path, worker_ids  # noqa: F401

from graph import query_process
from graph.query import QueryEngine
from graph.query_limits import QueryLimits
from graph.store import OxigraphStore
from ontology.errors import QuerySyntaxError, QueryTimeout

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="その仕組みは Linux だけにある")


@pytest.fixture(scope="module")
def graph_file(store_path: Path) -> Path:  # noqa: F811
    path = store_path.with_name("graph.nq")
    serialize(OxigraphStore.open_read_only(store_path).quads(), str(path), RdfFormat.N_QUADS)
    return path


@pytest.fixture(scope="module")
def engine(store_path: Path, graph_file: Path) -> Iterator[QueryEngine]:  # noqa: F811
    with QueryEngine(store_path, graph_file=graph_file, workers=2, timeout=20) as engine:
        wait_until(lambda: engine.count_workers() == {"memory": 2})
        yield engine


def wait_until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
        f"SELECT ?s ?p ?o FROM <{DOCUMENTS[0]}> FROM <{DOCUMENTS[2]}> {{ ?s ?p ?o }} ORDER BY ?s ?p ?o",
    ],
)
def test_memory_answers_like_the_disk(engine: QueryEngine, store_path: Path, query: str) -> None:  # noqa: F811
    with QueryEngine(store_path, workers=1, timeout=20) as disk:
        assert disk.count_workers() == {"disk": 1}
        assert engine.graphs == disk.graphs
        assert engine.run(query).body == disk.run(query).body


def test_an_endless_query_is_stopped_and_the_next_worker_is_in_memory_too(engine: QueryEngine) -> None:
    assert count(engine) == 21
    before = {pid for pid in worker_ids(engine) if pid is not None}
    with pytest.raises(QueryTimeout, match="1 秒で打ち切りました"):
        engine.run(ENDLESS, limits=QueryLimits(seconds=1))
    wait_until(lambda: any(not is_running(pid) or is_zombie(pid) for pid in before))
    wait_until(lambda: not before <= set(worker_ids(engine)))
    for _ in range(2):
        assert count(engine) == 21
    assert engine.count_workers() == {"memory": 2}


def test_the_limits_of_memory_and_of_sockets_hold(store_path: Path, graph_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    monkeypatch.setattr("graph.query.MEMORY_BYTES", 64 << 20)
    doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    with QueryEngine(store_path, graph_file=graph_file, workers=1, timeout=30) as engine:
        wait_until(lambda: engine.count_workers() == {"memory": 1})
        with pytest.raises(QueryTimeout, match="メモリーの上限（64 MiB）"):
            engine.run(f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789" AS ?x0) {doubling} }}')
        outside = request("SELECT * { SERVICE <http://127.0.0.1:4711/> { ?s ?p ?o } }", seconds=5)
        with pytest.raises(QuerySyntaxError, match="ermi"):
            next(engine._ask(outside, QueryLimits()))
        assert count(engine) == 21


def test_without_the_process_that_forks_the_disk_answers(store_path: Path, graph_file: Path) -> None:  # noqa: F811
    with QueryEngine(store_path, graph_file=graph_file, workers=1, timeout=20) as engine:
        wait_until(lambda: engine.count_workers() == {"memory": 1})
        os.kill(engine._fork_server.pid, signal.SIGKILL)
        assert count(engine) == 21  # the worker lives on
        with pytest.raises(QueryTimeout):
            engine.run(ENDLESS, limits=QueryLimits(seconds=0.2))
        assert count(engine) == 21
        assert engine.count_workers() == {"disk": 1}


def test_a_query_waits_for_the_disk_where_the_process_that_forks_dies_with_its_worker(store_path: Path, graph_file: Path) -> None:  # noqa: F811
    with QueryEngine(store_path, graph_file=graph_file, workers=1, timeout=20) as engine:
        wait_until(lambda: engine.count_workers() == {"memory": 1})
        os.kill(engine._fork_server.pid, signal.SIGSTOP)
        with pytest.raises(QueryTimeout):
            engine.run(ENDLESS, limits=QueryLimits(seconds=0.2))  # the next worker is asked for
        threading.Timer(0.3, os.kill, (engine._fork_server.pid, signal.SIGKILL)).start()
        assert count(engine) == 21
        assert engine.count_workers() == {"disk": 1}


def test_a_file_that_cannot_be_read_leaves_the_disk(store_path: Path, tmp_path: Path) -> None:  # noqa: F811
    broken = tmp_path / "graph.nq"
    broken.write_text("<a> <b>\n")
    with QueryEngine(store_path, graph_file=broken, workers=1, timeout=20) as engine:
        assert not engine._fork_server.wait()
        assert count(engine) == 21
        assert engine.count_workers() == {"disk": 1}


@pytest.mark.parametrize("missing", ["memory", "means", "file"])
def test_where_it_cannot_be_none_is_started(graph_file: Path, tmp_path: Path, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    if missing == "memory":
        monkeypatch.setattr(query_process, "_available_memory", lambda: graph_file.stat().st_size)
    elif missing == "means":
        monkeypatch.delattr(os, "pidfd_open")
    assert query_process.start_fork_server(tmp_path / "none.nq" if missing == "file" else graph_file, 1 << 30, 1) is None


def test_all_processes_end_with_the_engine(store_path: Path, graph_file: Path) -> None:  # noqa: F811
    engine = QueryEngine(store_path, graph_file=graph_file, workers=2, timeout=20)
    wait_until(lambda: engine.count_workers() == {"memory": 2})
    assert count(engine, PREFIX + "SELECT (COUNT(*) AS ?n) { ?m a plan:Measure }") == count(engine, COUNT)
    pids = [engine._fork_server.pid, *(pid for pid in worker_ids(engine) if pid is not None)]
    engine.close()
    wait_until(lambda: not any(is_running(pid) and not is_zombie(pid) for pid in pids))
