"""Ten typical queries over HTTP, in bare pyoxigraph and in rdflib, side by side: ``python -m benchmarks.sparql_speed --data DIR``.

DIR is a data folder, for a million triples one of ``python -m benchmarks.many_triples``. ``keikaku serve`` answers over one kept connection;
pyoxigraph (``Store().query().serialize()``) and rdflib (``Dataset``, the memory store) hold the same quads in this process and serialise
the same results. The three are asked in turn, so that a busy machine slows all alike. A query that rdflib has not answered after
``--patience`` seconds counts as that long.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import re
import signal
import statistics
import time
import tomllib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pyoxigraph
from pyoxigraph import Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store

from benchmarks.serving import serve_product
from graph.queries import read_query
from graph.snapshot import Snapshot

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from rdflib import Dataset

QUERIES = Path(__file__).with_suffix(".toml")
BARS = "bars (medians): HTTP / bare pyoxigraph <= 1.5, rdflib / HTTP >= 20"
SHORT = 1000  # milliseconds
JSON, TURTLE = "application/sparql-results+json", "text/turtle"
_STAND_INS = """PREFIX plan: <https://w3id.org/keikaku/ns#>
SELECT ?MEASURE ?PLAN { ?MEASURE a plan:Measure ; plan:inPlan ?PLAN ; plan:departmentQuotedFrom ?place }
ORDER BY ?MEASURE LIMIT 1"""


@dataclass(frozen=True, slots=True)
class Question:
    title: str
    text: str

    @property
    def media_type(self) -> str:
        return TURTLE if "DESCRIBE" in self.text or "CONSTRUCT" in self.text else JSON


@dataclass(frozen=True, slots=True)
class Times:
    """Median milliseconds of one query; ``rows`` of its result and ``size`` in bytes. ``rdflib`` is None where it was not asked."""

    title: str
    rows: int
    size: int
    bare: float
    served: float
    rdflib: float | None


def read_questions(store: Store) -> list[Question]:
    """The ten queries, about resources of this ``store``."""
    entries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))["query"]
    solutions = store.query(_STAND_INS)
    found = zip(solutions.variables, next(solutions), strict=True)
    stand_ins = {f"<{variable.value}>": str(term) for variable, term in found}
    questions = []
    for entry in entries:
        text = read_query(entry["example"]) if "example" in entry else entry["text"]
        for name, term in stand_ins.items():
            text = text.replace(name, term)
        questions.append(Question(entry["title"], text))
    return questions


def load_bare(graph: Path) -> Store:
    """What the product publishes, in memory: the named graphs and their union as the default graph."""
    store = Store()
    store.bulk_extend(_with_union(pyoxigraph.parse(path=str(graph), format=RdfFormat.N_QUADS)))
    return store


def _with_union(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def ask_bare(store: Store, question: Question) -> bytes:
    result = store.query(question.text)
    if isinstance(result, QueryTriples):
        return result.serialize(format=RdfFormat.TURTLE) or b""
    return result.serialize(format=QueryResultsFormat.JSON) or b""


def ask_served(connection: http.client.HTTPConnection, question: Question) -> bytes:
    connection.request("GET", f"/sparql?query={quote(question.text)}", headers={"Accept": question.media_type})
    response = connection.getresponse()
    body = response.read()
    if response.status != http.HTTPStatus.OK:
        raise SystemExit(f"{question.title}: {response.status} {body.decode()}")
    return body


def wait_for_memory(connection: http.client.HTTPConnection) -> None:
    """Until every worker of the server answers from memory; says where they do not."""
    for _ in range(60):
        connection.request("GET", "/metrics")
        metrics = connection.getresponse().read().decode()
        if not re.search(r'^keikaku_sparql_workers\{store="disk"\} [1-9]', metrics, re.MULTILINE):
            return
        time.sleep(1)
    print("the server answers from disk: it has not the memory, or not the means")


def count_rows(body: bytes, media_type: str) -> int:
    """Solutions, or triples."""
    if media_type == JSON:
        return len(json.loads(body)["results"]["bindings"])
    return sum(1 for _ in pyoxigraph.parse(body, format=RdfFormat.TURTLE))


def milliseconds(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


class RdflibProcess:
    """rdflib in a process of its own, so that its gigabytes weigh on nothing else."""

    def __init__(self, graph: Path, patience: int) -> None:
        context = get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=_answer_times, args=(theirs, graph, patience), daemon=True)
        self._process.start()
        print(f"rdflib loaded in {self._connection.recv():.0f} s")

    def milliseconds(self, question: Question) -> float:
        self._connection.send(question)
        return self._connection.recv()


def _answer_times(connection: Connection, graph: Path, patience: int) -> None:
    from rdflib import Dataset

    dataset = Dataset(default_union=True)
    connection.send(milliseconds(lambda: dataset.parse(graph, format="nquads")) / 1000)
    with contextlib.suppress(EOFError):  # all have been asked
        while True:
            connection.send(_ask_patiently(dataset, connection.recv(), patience))


def _ask_patiently(dataset: Dataset, question: Question, patience: int) -> float:
    """The faster of two times where it is short. In a copy of the process, which can be ended in the midst of a query; the pipe brings the time back."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(patience)
        wanted = "turtle" if question.media_type == TURTLE else "json"
        try:
            best = milliseconds(lambda: dataset.query(question.text).serialize(format=wanted))
            if best < SHORT:
                best = min(best, milliseconds(lambda: dataset.query(question.text).serialize(format=wanted)))
            os.write(writing, repr(best).encode())
        finally:
            os._exit(0)  # also where rdflib fails: that counts as no answer
    os.close(writing)
    with os.fdopen(reading) as pipe:
        told = pipe.read()
    os.waitpid(child, 0)
    return float(told) if told else 1000.0 * patience


def compare(data_dir: Path, rounds: int, patience: int) -> list[Times]:
    """All queries; ``patience`` 0 leaves rdflib out."""
    graph = Snapshot.open(data_dir).path / "graph.nq"
    rdflib = RdflibProcess(graph, patience) if patience else None
    with serve_product(data_dir) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)
        started = time.perf_counter()
        store = load_bare(graph)
        print(f"pyoxigraph loaded in {time.perf_counter() - started:.0f} s")
        wait_for_memory(connection)
        return [_compare_one(store, connection, rdflib, question, rounds) for question in read_questions(store)]


def _compare_one(
    store: Store, connection: http.client.HTTPConnection, rdflib: RdflibProcess | None, question: Question, rounds: int
) -> Times:
    connection.close()  # the server ends those that wait for long; it is opened again
    body, same = ask_served(connection, question), ask_bare(store, question)
    rows = count_rows(body, question.media_type)
    if rows != count_rows(same, question.media_type):
        raise SystemExit(f"{question.title}: {rows} rows over HTTP, {count_rows(same, question.media_type)} in bare pyoxigraph")
    bare, served = [], []
    for _ in range(rounds):
        bare.append(milliseconds(lambda: ask_bare(store, question)))
        served.append(milliseconds(lambda: ask_served(connection, question)))
    slow = rdflib.milliseconds(question) if rdflib else None
    return Times(question.title, rows, len(body), statistics.median(bare), statistics.median(served), slow)


def show(times: Sequence[Times]) -> None:
    print(f"{'':40s}{'rows':>7s}{'KB':>7s}{'bare ms':>9s}{'HTTP ms':>9s}{'more ms':>9s}{'/ bare':>8s}{'rdflib ms':>11s}{'/ HTTP':>9s}")
    for one in times:
        line = f"{one.title:40s}{one.rows:7d}{one.size / 1024:7.0f}{one.bare:9.2f}{one.served:9.2f}{one.served - one.bare:9.2f}{one.served / one.bare:8.2f}"
        print(line + (f"{one.rdflib:11.0f}{one.rdflib / one.served:9.1f}" if one.rdflib is not None else ""))
    bare, served = (statistics.median(column) for column in ([one.bare for one in times], [one.served for one in times]))
    print(f"median query: bare {bare:.2f} ms, HTTP {served:.2f} ms, ratio {served / bare:.2f}")
    print(
        f"median of the ratios HTTP / bare {statistics.median(one.served / one.bare for one in times):.2f}, of what HTTP adds {statistics.median(one.served - one.bare for one in times):.2f} ms"
    )
    if all(one.rdflib is not None for one in times):
        slow = statistics.median(one.rdflib for one in times)
        print(
            f"median query: rdflib {slow:.0f} ms, {slow / served:.1f} times HTTP; median of the ratios {statistics.median(one.rdflib / one.served for one in times):.1f}"
        )


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--patience", type=int, default=60, metavar="SECONDS", help="for each query in rdflib; 0 leaves rdflib out")
    return parser.parse_args()


def main() -> None:
    arguments = _parse_arguments()
    load, cores = Path("/proc/loadavg").read_text().split()[0], len(os.sched_getaffinity(0))
    print(f"{BARS}; load of this machine {load} on {cores} cores")
    show(compare(arguments.data, arguments.rounds, arguments.patience))


if __name__ == "__main__":
    main()
