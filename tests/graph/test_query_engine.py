"""Queries in real worker processes: formats, limits, and what becomes of a worker that had to be killed."""

from __future__ import annotations

import csv
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat, Store, Triple
from town import document, extraction, large_extraction

from graph import query_worker
from graph.iris import Iris
from graph.query import QueryEngine
from graph.query_limits import Cancellation, QueryLimits
from graph.result_spool import ResultSpool
from graph.store import OxigraphStore
from graph.triples import extraction_quads
from ontology.errors import NotAcceptable, QueryCancelled, QueryRefused, QuerySyntaxError, QueryTimeout, SnapshotError

IRIS = Iris()
DOCUMENTS = [IRIS.document(identifier) for identifier in ("0123456789abcdef", "aaaaaaaaaaaaaaaa", "fedcba9876543210")]
PREFIX = "PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
COUNT = PREFIX + "SELECT (COUNT(*) AS ?n) { ?m a plan:Measure }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
HUGE = "SELECT * { ?a ?b ?c . ?d ?e ?f }"


@pytest.fixture(scope="module")
def store_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("engine") / "store"
    reports = [extraction(), extraction(document=document("aaaaaaaaaaaaaaaa")), large_extraction(20)]
    OxigraphStore.create(path, (quad for report in reports for quad in extraction_quads(report, IRIS)))
    return path


@pytest.fixture(scope="module")
def engine(store_path: Path) -> Iterator[QueryEngine]:
    with QueryEngine(store_path, workers=2, timeout=20) as engine:
        yield engine


def count(engine: QueryEngine, query: str = COUNT, **dataset: list[str]) -> int:
    result = engine.run(query, accept="application/sparql-results+json", **dataset)
    return int(json.loads(result.body)["results"]["bindings"][0]["n"]["value"])


def worker_ids(engine: QueryEngine) -> list[int]:
    return [worker._process.pid for worker in engine._workers]


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


SELECT = (
    PREFIX
    + 'SELECT ?name ?number { ?m a plan:Measure ; skos:prefLabel ?name . OPTIONAL { ?m plan:number ?number } FILTER(?number = "1-2") }'
)


def test_select_as_json(engine: QueryEngine) -> None:
    result = engine.run(SELECT)
    assert result.media_type == "application/sparql-results+json"
    assert json.loads(result.body) == {
        "head": {"vars": ["name", "number"]},
        "results": {
            "bindings": [
                {
                    "name": {"type": "literal", "value": "キャッシュレスの導入", "xml:lang": "ja"},
                    "number": {"type": "literal", "value": "1-2"},
                }
            ]
        },
    }


def test_select_as_xml(engine: QueryEngine) -> None:
    result = engine.run(SELECT, accept="application/sparql-results+xml")
    root = ElementTree.fromstring(result.body)
    assert [element.text for element in root.iter("{http://www.w3.org/2005/sparql-results#}literal")] == ["キャッシュレスの導入", "1-2"]


def test_select_as_csv_and_tsv(engine: QueryEngine) -> None:
    rows = list(csv.reader(io.StringIO(engine.run(SELECT, accept="text/csv").body.decode())))
    assert rows == [["name", "number"], ["キャッシュレスの導入", "1-2"]]
    result = engine.run(SELECT, accept="text/tab-separated-values")
    assert result.body.decode() == '?name\t?number\n"キャッシュレスの導入"@ja\t"1-2"\n'


@pytest.mark.parametrize(
    ("accept", "body"),
    [
        ("application/sparql-results+json", b'{"head":{},"boolean":true}'),
        ("text/csv", b"true"),
        ("text/tab-separated-values", b"true"),
        ("application/xml", b"<boolean>true</boolean>"),
    ],
)
def test_ask(engine: QueryEngine, accept: str, body: bytes) -> None:
    result = engine.run(PREFIX + "ASK { ?m a plan:Measure }", accept=accept)
    assert result.media_type == accept
    assert body in result.body


@pytest.mark.parametrize(
    ("accept", "rdf_format"),
    [
        ("text/turtle", RdfFormat.TURTLE),
        ("application/n-triples", RdfFormat.N_TRIPLES),
        ("application/rdf+xml", RdfFormat.RDF_XML),
        ("application/ld+json", RdfFormat.JSON_LD),
        ("application/n-quads", RdfFormat.N_QUADS),
        ("application/trig", RdfFormat.TRIG),
        ("application/json", RdfFormat.JSON_LD),
        ("text/plain", RdfFormat.N_TRIPLES),
    ],
)
def test_construct_and_describe_in_every_format(engine: QueryEngine, accept: str, rdf_format: RdfFormat) -> None:
    department = IRIS.department(extraction().plan.municipality, "税務課")
    expected = {
        Triple(quad.subject, quad.predicate, quad.object)
        for report in (extraction(), extraction(document=document("aaaaaaaaaaaaaaaa")))
        for quad in extraction_quads(report, IRIS)
        if quad.subject.value == department
    }
    for query in (f"DESCRIBE <{department}>", f"CONSTRUCT {{ <{department}> ?p ?o }} WHERE {{ <{department}> ?p ?o }}"):
        result = engine.run(query, accept=accept)
        assert result.media_type == accept
        assert {Triple(q.subject, q.predicate, q.object) for q in pyoxigraph.parse(result.body, format=rdf_format)} == expected


def test_turtle_uses_the_known_prefixes(engine: QueryEngine) -> None:
    body = engine.run(PREFIX + "CONSTRUCT WHERE { ?m a plan:Measure }").body
    assert b"a plan:Measure" in body


def test_nothing_acceptable(engine: QueryEngine) -> None:
    with pytest.raises(NotAcceptable, match=r"image/png.*text/csv"):
        engine.run(COUNT, accept="image/png")


def test_the_default_graph_is_the_set_union(engine: QueryEngine) -> None:
    assert engine.graphs == frozenset(DOCUMENTS)
    assert count(engine) == 21
    assert count(engine, PREFIX + "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?m a plan:Measure } }") == 22


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({"default_graphs": [DOCUMENTS[0]]}, (1, 0)),
        ({"default_graphs": [DOCUMENTS[2]], "named_graphs": [DOCUMENTS[0], DOCUMENTS[1]]}, (20, 2)),
        ({"named_graphs": [DOCUMENTS[2]]}, (0, 20)),
        ({"default_graphs": DOCUMENTS}, (21, 0)),  # the merge: what two documents say counts once
        ({"default_graphs": DOCUMENTS[:2], "named_graphs": DOCUMENTS}, (1, 22)),
    ],
)
def test_graphs_of_the_protocol_take_precedence(engine: QueryEngine, dataset: dict[str, list[str]], expected: tuple[int, int]) -> None:
    in_graphs = PREFIX + f"SELECT (COUNT(*) AS ?n) FROM <{DOCUMENTS[1]}> {{ GRAPH ?g {{ ?m a plan:Measure }} }}"
    assert (count(engine, **dataset), count(engine, in_graphs, **dataset)) == expected


def test_from_names_graphs_of_the_store(engine: QueryEngine) -> None:
    assert count(engine, PREFIX + f"SELECT (COUNT(*) AS ?n) FROM <{DOCUMENTS[0]}> {{ ?m a plan:Measure }}") == 1
    assert count(engine, PREFIX + f"SELECT (COUNT(*) AS ?n) FROM NAMED <{DOCUMENTS[0]}> {{ ?m a plan:Measure }}") == 0
    several = " ".join(f"FROM <{name}>" for name in DOCUMENTS)
    assert count(engine, PREFIX + f"SELECT (COUNT(*) AS ?n) {several} {{ ?m a plan:Measure }}") == 21
    with pytest.raises(QueryRefused):
        engine.run("ASK FROM <http://evil/> { ?s ?p ?o }")
    with pytest.raises(QueryRefused):
        engine.run(COUNT, named_graphs=["http://evil/"])


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * {\n  ?s ?p }", r"2 行 \d+ 桁: SPARQL として読めません"),
        ("SELECT ?a (COUNT(*) AS ?a) { }", "行"),
        ("ASK { FILTER(<http://x/unknown>(1)) }", "http://x/unknown"),
        ("SELECT * { ?s x:p ?o }", "行"),
    ],
)
def test_what_the_engine_cannot_read(engine: QueryEngine, query: str, message: str) -> None:
    with pytest.raises(QuerySyntaxError, match=message):
        engine.run(query)


def test_a_lone_surrogate_does_no_harm(engine: QueryEngine) -> None:
    with pytest.raises(QuerySyntaxError):
        engine.run("ASK { ?s ?p '\ud800' }")
    assert count(engine) == 21


def test_updates_are_refused(engine: QueryEngine) -> None:
    with pytest.raises(QueryRefused, match="読み取り専用"):
        engine.run("DELETE WHERE { ?s ?p ?o }")


def test_an_endless_query_is_stopped_and_the_next_one_works(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=1.0) as engine:
        (before,) = worker_ids(engine)
        start = time.monotonic()
        with pytest.raises(QueryTimeout, match="1 秒で打ち切りました"):
            engine.run(ENDLESS)
        assert time.monotonic() - start < 2.5
        while is_running(before):  # nobody waits for its end; it comes soon
            assert time.monotonic() - start < 20
            time.sleep(0.01)
        engine.timeout = 20
        assert count(engine) == 21
        assert worker_ids(engine) != [before]


def test_a_result_that_is_too_large_is_stopped(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        (before,) = worker_ids(engine)
        with pytest.raises(QueryTimeout, match=r"結果が 50 MiB を超えた.*LIMIT"):
            engine.run(HUGE)
        assert count(engine) == 21
        assert worker_ids(engine) == [before]


LONG = "SELECT ?a ?b ?c ?d { ?a ?b ?c . ?d ?e ?f }"


def test_a_short_result_is_complete_at_once(engine: QueryEngine) -> None:
    stream = engine.stream(COUNT, accept="text/csv")
    assert stream.complete
    assert (stream.media_type, b"".join(stream.parts)) == ("text/csv", engine.run(COUNT, accept="text/csv").body)
    stream.close()


def test_a_long_result_is_read_while_it_is_found(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.query.MAX_RESULT_BYTES", 200 << 20)
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        (worker,) = worker_ids(engine)
        stream = engine.stream(LONG + " LIMIT 200000", accept="text/csv")
        assert not stream.complete
        parts = list(stream.parts)
        assert b"".join(parts) == engine.run(LONG + " LIMIT 200000", accept="text/csv").body
        assert max(map(len, parts)) < 1 << 20
        assert worker_ids(engine) == [worker]


def test_a_result_that_nobody_reads_ends_its_query(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        (worker,) = worker_ids(engine)
        engine.stream(HUGE).close()
        assert count(engine) == 21
        assert worker_ids(engine) != [worker]


@pytest.mark.parametrize(("limit", "message"), [({"timeout": 1.0}, "1 秒で打ち切り"), ({"timeout": 60}, "結果が 1 MiB を超えた")])
def test_what_ends_a_result_midway_is_raised_after_what_was_found(
    store_path: Path, limit: dict[str, float], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if limit["timeout"] > 1:
        monkeypatch.setattr("graph.query.MAX_STREAM_BYTES", 1 << 20)
    with QueryEngine(store_path, workers=1, **limit) as engine:
        stream = engine.stream("SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
        received = 0
        with pytest.raises(QueryTimeout, match=message):  # noqa: PT012 - it is the loop that raises
            for part in stream.parts:
                received += len(part)
        assert received >= 128 << 10
        engine.timeout = 20
        assert count(engine) == 21


def test_a_query_that_takes_all_memory_ends_its_worker_only(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.query.MEMORY_BYTES", 64 << 20)
    doubling = " ".join(f"BIND(CONCAT(?x{i}, ?x{i}) AS ?x{i + 1})" for i in range(40))
    with QueryEngine(store_path, workers=1, timeout=30) as engine:
        with pytest.raises(QueryTimeout, match="メモリーの上限（64 MiB）"):
            engine.run(f'SELECT (STRLEN(?x40) AS ?n) {{ BIND("0123456789" AS ?x0) {doubling} }}')
        assert count(engine) == 21


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER" + " EXISTS { ?s ?p ?o FILTER" * 60 + "(true)" + "}" * 60 + " }",
        "ASK { FILTER(" + "(" * 60 + "true" + ")" * 61 + " }",
        "SELECT * " + "{ SELECT * " * 60 + "{ ?s ?p ?o } " + "}" * 60 + " LIMIT 1",
        "SELECT (" + "+".join(["1"] * 9000) + " AS ?n) { }",
        "SELECT * { ?s <x:p>" + "/<x:p>" * 200 + " ?o }",
    ],
    ids=["exists", "parentheses", "sub-selects", "sum", "path"],
)
def test_the_deepest_queries_that_pass_the_guard_do_not_crash(engine: QueryEngine, query: str) -> None:
    before = worker_ids(engine)
    engine.run(query)
    assert worker_ids(engine) == before


def test_a_worker_that_dies_is_replaced(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=20) as engine:
        os.kill(worker_ids(engine)[0], signal.SIGKILL)
        with pytest.raises(QueryTimeout):
            count(engine)
        assert count(engine) == 21


def test_threads_share_the_workers(engine: QueryEngine) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(count(engine))) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert found == [21] * 12


def test_who_finds_no_free_worker_in_time_is_told_so(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=1.5) as engine:
        errors: list[str] = []

        def ask() -> None:
            try:
                engine.run(ENDLESS)
            except QueryTimeout as error:
                errors.append(str(error))

        threads = [threading.Thread(target=ask) for _ in range(2)]
        threads[0].start()
        time.sleep(0.2)
        engine.timeout = 0.5
        threads[1].start()
        for thread in threads:
            thread.join(timeout=20)
    assert ["混み合って" in error for error in errors] == [True, False]


def test_closing_ends_running_queries_and_all_processes(store_path: Path) -> None:
    engine = QueryEngine(store_path, workers=2, timeout=30)
    pids = worker_ids(engine)
    ended: list[BaseException] = []

    def ask() -> None:
        try:
            engine.run(ENDLESS)
        except QueryTimeout as error:
            ended.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    time.sleep(0.3)
    engine.close()
    thread.join(timeout=10)
    assert len(ended) == 1
    assert not any(is_running(pid) for pid in pids)
    engine.close()  # twice does no harm
    with pytest.raises(QueryTimeout, match="終了"):
        engine.run(COUNT)


def test_a_forgotten_engine_leaves_no_process(store_path: Path) -> None:
    engine = QueryEngine(store_path, workers=1)
    pids = worker_ids(engine)
    del engine
    gc.collect()
    assert not any(is_running(pid) for pid in pids)


@pytest.mark.parametrize("ending", ["sys.exit(3)", "os.kill(os.getpid(), signal.SIGKILL)", "os.kill(os.getpid(), signal.SIGINT)"])
def test_workers_end_with_their_parent_however_it_ends(store_path: Path, ending: str) -> None:
    program = (
        "import os, signal, sys\nfrom pathlib import Path\nfrom graph.query import QueryEngine\n"
        f"engine = QueryEngine(Path({str(store_path)!r}), workers=2)\n"
        f"print(*[worker._process.pid for worker in engine._workers], flush=True)\n{ending}\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    pids = [int(pid) for pid in done.stdout.split()]
    assert len(pids) == 2
    deadline = time.monotonic() + 10
    while any(is_running(pid) and not is_zombie(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(is_running(pid) and not is_zombie(pid) for pid in pids)


def is_zombie(pid: int) -> bool:
    """Ended, but its adoptive parent has not asked for it (PID 1 of a container may never do)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return False


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="グラフのストアを開けません"):
        QueryEngine(tmp_path / "nowhere", workers=1)


def test_an_engine_starts_quickly(store_path: Path) -> None:
    start = time.monotonic()
    with QueryEngine(store_path, workers=2):
        assert time.monotonic() - start < 2


# ---- the worker by itself


def request(query: str, **changes: object) -> dict[str, object]:
    given = {"query": query, "default_graphs": [], "named_graphs": [], "media_type": "text/csv", "prefixes": {}, "max_bytes": 10_000}
    return given | changes


@pytest.mark.parametrize(
    ("asked", "header", "body"),
    [
        (request("SELECT (1 AS ?n) { }"), {}, b"n\r\n1\r\n"),
        (request("ASK { <x:s> <x:p> <x:o> }"), {}, b"false"),
        (
            request("CONSTRUCT { <x:s> <x:p> 1 } { }", media_type="text/turtle", prefixes={"x": "x:"}),
            {},
            b"@prefix x: <x:> .\nx:s x:p 1 .\n",
        ),
        (request("SELECT (1 AS ?n) { }", max_bytes=3), {"error": "size", "message": ""}, b""),
    ],
)
def test_an_answer(asked: dict[str, object], header: dict[str, str], body: bytes) -> None:
    assert query_worker.answer(Store(), asked, pytest.fail) == (header, body)


@pytest.mark.parametrize(("query", "kind"), [("SELEKT", "syntax"), ("ASK { FILTER(<x:f>(1)) }", "evaluation")])
def test_an_answer_that_is_an_error(query: str, kind: str) -> None:
    header, body = query_worker.answer(Store(), request(query), pytest.fail)
    assert (header["error"], body) == (kind, b"")
    assert header["message"]


def test_a_long_answer_comes_in_parts() -> None:
    parts: list[bytes] = []
    digits = " ".join(f"VALUES ?{name} {{ 1 2 3 4 5 6 7 8 9 }}" for name in "abcd")
    asked = request(f"SELECT * {{ {digits} }}", max_bytes=100_000)
    whole = query_worker.answer(Store(), asked, pytest.fail)[1]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(query_worker, "PART_BYTES", 100)
        header, rest = query_worker.answer(Store(), asked, parts.append)
    assert header == {}
    assert b"".join([*parts, rest]) == whole
    assert len(parts) >= 3


def test_frames_go_to_and_fro_until_the_parent_closes() -> None:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=query_worker.serve, args=(theirs, Store()))
    thread.start()
    with ours, theirs:
        for number in range(2):
            message = json.dumps(request(f"SELECT ({number} AS ?n) {{ }}", seconds=60)).encode()
            ours.sendall(query_worker.LENGTH.pack(len(message)) + message)
            header, _, body = query_worker.receive(ours).partition(b"\n")
            assert (json.loads(header), body) == ({}, f"n\r\n{number}\r\n".encode())
        ours.shutdown(socket.SHUT_WR)
        thread.join(timeout=10)
        assert not thread.is_alive()
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="その仕組みは Linux だけにある")
def test_a_worker_reaches_no_server_even_without_the_guard(engine: QueryEngine) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.5)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/sparql"
        asked = request(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}", seconds=5)
        with pytest.raises(QuerySyntaxError, match="ermi"):
            next(engine._ask(asked, QueryLimits()))
        with pytest.raises(TimeoutError):
            server.accept()


ATTEMPTS = """
import os, socket, subprocess, sys
sys.path.insert(0, sys.argv[1])
import query_worker
store, inside = sys.argv[2], os.path.join(sys.argv[2], "CURRENT")
already_open = open(inside, "rb")
print(*query_worker.build_wall(*sys.argv[3:]))
attempts = {
    "socket": socket.socket,
    "program": lambda: subprocess.run(["true"]),
    "file": lambda: open("/etc/passwd", "rb").read(),
    "escape": lambda: open(os.path.join(store, "..", "..", "..", "..", "..", "..", "..", "..", "etc", "passwd"), "rb").read(),
    "folder": lambda: os.listdir("/"),
    "new": lambda: open(os.path.join(store, "new"), "wb"),
    "temporary": lambda: os.open("/tmp", os.O_TMPFILE | os.O_RDWR),
    "store": lambda: open(inside, "rb").read(),
    "open": already_open.read,
}
for name, attempt in attempts.items():
    try:
        attempt()
    except PermissionError:
        continue
    print(name)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="その仕組みは Linux だけにある")
@pytest.mark.parametrize("kind", ["memory", "disk"])
def test_the_wall_stops_sockets_programs_and_files(store_path: Path, kind: str) -> None:
    worker_folder = str(Path(query_worker.__file__).parent)
    given = [worker_folder, str(store_path), *([str(store_path)] if kind == "disk" else [])]
    done = subprocess.run([sys.executable, "-c", ATTEMPTS, *given], capture_output=True, text=True, timeout=30, check=True)
    closed, *passed = done.stdout.splitlines()
    if kind == "disk" and closed == "sockets":  # a kernel before 5.13, or without Landlock
        pytest.skip("この機械には Landlock がありません")
    assert closed == "files sockets"
    assert passed == (["store", "open"] if kind == "disk" else ["open"])


@pytest.mark.skipif(sys.platform != "linux", reason="その仕組みは Linux だけにある")
@pytest.mark.parametrize("kind", ["memory", "disk"])
def test_the_thread_that_answers_is_behind_the_wall(store_path: Path, tmp_path: Path, kind: str) -> None:
    graph_file = tmp_path / "graph.nq"
    graph_file.write_text("<x:s> <x:p> <x:o> <x:g> .\n")
    with QueryEngine(store_path, graph_file=graph_file if kind == "memory" else None, workers=1, timeout=20) as engine:
        deadline = time.monotonic() + 20
        while (count(engine) == 21) == (kind == "memory"):  # until it answers from memory
            assert time.monotonic() < deadline
        tasks = Path(f"/proc/{worker_ids(engine)[0]}/task")
        (answering,) = sorted(tasks.iterdir(), key=lambda task: int(task.name))[-1:]
        assert "\nSeccomp:\t2\n" in (answering / "status").read_text()


def nice_value(pid: int) -> int:
    """The highest of its threads."""
    stats = [(task / "stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return max(int(stat.rpartition(")")[2].split()[16]) for stat in stats)


@pytest.mark.skipif(sys.platform != "linux", reason="その仕組みは Linux だけにある")
def test_a_long_query_gives_way_and_a_short_one_does_not(store_path: Path) -> None:
    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        count(engine)
        (pid,) = worker_ids(engine)
        before = nice_value(pid)
        gone = Cancellation()

        def ask() -> None:
            with pytest.raises(QueryCancelled):
                engine.run(ENDLESS, limits=QueryLimits(cancellation=gone))

        thread = threading.Thread(target=ask)
        thread.start()
        deadline = time.monotonic() + 30
        while nice_value(pid) != min(before + query_worker.GIVES_WAY, 19):
            assert time.monotonic() < deadline
            time.sleep(0.02)
        gone.cancel()
        thread.join(timeout=10)
        engine.run("SELECT (COUNT(*) AS ?n) { { SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 1500000 } }")  # ends by itself
        assert count(engine) == 21
        assert nice_value(worker_ids(engine)[0]) == before


def test_a_full_disk_ends_the_result_and_not_the_engine(store_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: ResultSpool, part: bytes) -> bool:
        raise OSError(28, "No space left on device")

    with QueryEngine(store_path, workers=1, timeout=60) as engine:
        written = iter([ResultSpool.write, refuse])

        def write_once(self: ResultSpool, part: bytes) -> bool:
            return next(written, refuse)(self, part)

        monkeypatch.setattr(ResultSpool, "write", write_once)
        stream = engine.stream(HUGE)
        with pytest.raises(QueryTimeout, match="No space left"):
            list(stream.parts)
        assert count(engine) == 21
