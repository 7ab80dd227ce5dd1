"""Queries meant to hang or crash the service, against ``keikaku serve``: ``python -m benchmarks.nasty_queries --data DIR``.

Every round sends all of ``tests/graph/nasty_queries.toml`` in another order, ``--concurrency`` at a time, with ``timeout=`` set to ``--limit`` seconds.
A second client, from another address, sends simple queries all the while over one kept connection. DIR is a data folder, for a million triples one of
``python -m benchmarks.many_triples``. Ends with 1 where a bar is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import json
import math
import os
import random
import statistics
import threading
import time
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.serving import serve_product

QUERIES = Path(__file__).parents[1] / "tests" / "graph" / "nasty_queries.toml"
MAX_OVERRUN = 1.0  # seconds
MAX_P95 = 50.0  # milliseconds
ALONE_SECONDS = 5.0
PAUSE_SECONDS = 0.02
LABEL = "SELECT ?label {{ <{}> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}"


@dataclass(frozen=True, slots=True)
class Attack:
    """One nasty query sent: its status and how long it took, in seconds."""

    name: str
    status: int
    expected: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Processes:
    """The service and its query processes: bytes that are theirs alone or their part of what they share, open files of the service."""

    memory: int
    files: int
    workers: int


class SecondClient(threading.Thread):
    """Sends simple queries from 127.0.0.2 until ``ended``; ``waits`` are milliseconds of each, ``failures`` what is no answer."""

    def __init__(self, port: int, queries: Sequence[str]) -> None:
        super().__init__()
        self.waits: list[float] = []
        self.failures: list[str] = []
        self.ended = threading.Event()
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60, source_address=("127.0.0.2", 0))
        self._paths = itertools.cycle([f"/sparql?{urlencode({'query': query})}" for query in queries])

    def run(self) -> None:
        while not self.ended.wait(PAUSE_SECONDS):
            started = time.perf_counter()
            self._connection.request("GET", next(self._paths))
            answer = self._connection.getresponse()
            body = answer.read()
            self.waits.append((time.perf_counter() - started) * 1000)
            if answer.status != http.HTTPStatus.OK:
                self.failures.append(f"{answer.status} {body[:200].decode()}")
        self._connection.close()

    def finish(self) -> list[float]:
        self.ended.set()
        self.join()
        return self.waits


class Metronome(threading.Thread):
    """Wakes every 10 ms; the ``longest`` delay, in seconds, is what a busy machine does to anybody, and not the service's doing."""

    def __init__(self) -> None:
        super().__init__()
        self.longest = 0.0
        self.ended = threading.Event()

    def run(self) -> None:
        while not self.ended.is_set():
            expected = time.perf_counter() + 0.01
            time.sleep(0.01)
            self.longest = max(self.longest, time.perf_counter() - expected)


def write_query(query: dict[str, Any]) -> str:
    """The text of an entry of the file of nasty queries."""
    times = query.get("times", 0)
    return "".join(
        (query["start"], query.get("repeated", "") * times, query.get("middle", ""), query.get("closing", "") * times, query.get("end", ""))
    )


def attack(port: int, query: dict[str, Any], limit: float) -> Attack:
    """Send one query and wait for the whole answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    body = urlencode({"query": write_query(query), "timeout": f"{limit:g}"}, errors="surrogatepass")
    started = time.perf_counter()
    connection.request(
        "POST",
        "/sparql",
        body,
        {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/sparql-results+json, text/turtle"},
    )
    answer = connection.getresponse()
    with contextlib.suppress(http.client.IncompleteRead):  # a long result that its limit cut; the time is what counts
        answer.read()
    seconds = time.perf_counter() - started
    connection.close()
    return Attack(query["name"], answer.status, answer.status in query["status"], seconds)


def send_all(port: int, queries: Iterator[dict[str, Any]], options: argparse.Namespace) -> list[Attack]:
    """Send one after the other, ``--concurrency`` at a time, until they are all sent or the time is up."""
    attacks: list[Attack] = []
    turn, end = threading.Lock(), time.monotonic() + options.minutes * 60

    def send() -> None:
        while time.monotonic() < end:
            with turn:
                query = next(queries, None)
            if query is None:
                return
            attacks.append(attack(port, query, options.limit))

    with ThreadPoolExecutor(options.concurrency) as pool:
        for sender in [pool.submit(send) for _ in range(options.concurrency)]:
            sender.result()
    return attacks


def ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    connection.request("GET", path)
    body = connection.getresponse().read()
    connection.close()
    return body


def choose_simple_queries(port: int) -> list[str]:
    """Whether there is anything, and the names of a few measures."""
    found = json.loads(ask(port, f"/sparql?{urlencode({'query': 'SELECT ?m { ?m a <https://w3id.org/keikaku/ns#Measure> } LIMIT 20'})}"))
    return ["ASK { ?s ?p ?o }", *(LABEL.format(row["m"]["value"]) for row in found["results"]["bindings"])]


def wait_for_memory(port: int) -> None:
    """Until all query processes answer from memory, or for half a minute."""
    deadline = time.monotonic() + 30
    while b'keikaku_sparql_workers{store="disk"} 0' not in ask(port, "/metrics") and time.monotonic() < deadline:
        ask(port, f"/sparql?{urlencode({'query': 'ASK {}'})}")
        time.sleep(0.1)


def look_at_processes(port: int) -> Processes:
    metrics = dict(line.rsplit(" ", 1) for line in ask(port, "/metrics").decode().splitlines() if not line.startswith("#"))
    workers = sum(int(metrics[f'keikaku_sparql_workers{{store="{store}"}}']) for store in ("memory", "disk"))
    below = list(_descendants(os.getpid()))
    return Processes(sum(map(_memory, below)), len(os.listdir(f"/proc/{below[0]}/fd")), workers)


def _descendants(pid: int) -> Iterator[int]:
    """The service, which is the only child of this process, and all below it."""
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            if int(status.read_text().rpartition(")")[2].split()[1]) == pid:
                yield int(status.parent.name)
                yield from _descendants(int(status.parent.name))


def _memory(pid: int) -> int:
    """Proportional set size: a page that n processes share counts as its nth part in each."""
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:  # it has just ended
        return 0
    return next(int(line.split()[1]) << 10 for line in rollup.splitlines() if line.startswith("Pss:"))


def print_table(attacks: Iterable[Attack], limit: float) -> None:
    by_name: dict[str, list[Attack]] = defaultdict(list)
    for one in attacks:
        by_name[one.name].append(one)
    print(f"{'query':34} {'sent':>5} {'median s':>9} {'worst s':>8} {'over':>6}  statuses")
    for name, sent in sorted(by_name.items(), key=lambda item: -max(one.seconds for one in item[1])):
        seconds = [one.seconds for one in sent]
        statuses = ", ".join(f"{count} × {status}" for status, count in sorted(Counter(one.status for one in sent).items()))
        wrong = "" if all(one.expected for one in sent) else "  NOT AS EXPECTED"
        over = max(max(seconds) - limit, 0)
        print(f"{name:34} {len(sent):5} {statistics.median(seconds):9.2f} {max(seconds):8.2f} {over:6.2f}  {statuses}{wrong}")


def describe_waits(waits: Sequence[float]) -> str:
    p95, p99 = (statistics.quantiles(waits, n=100)[index] for index in (94, 98))
    return f"p50 {statistics.median(waits):.1f} ms, p95 {p95:.1f} ms, p99 {p99:.1f} ms, max {max(waits):.0f} ms of {len(waits)}"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, metavar="DIR")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--limit", type=float, default=3.0, help="seconds of one query")
    parser.add_argument("--concurrency", type=int, default=1, help="nasty queries at a time, of one client")
    parser.add_argument("--minutes", type=float, default=math.inf, help="end after so long, whatever is left of the rounds")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    queries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))["query"]
    orders = [random.Random(options.seed + number).sample(queries, len(queries)) for number in range(options.rounds)]
    print(f"load of this machine before: {os.getloadavg()[0]:.1f} of {os.cpu_count()} processors", flush=True)
    with serve_product(options.data, {"KEIKAKU_QUERY_LOG": "off"}) as port:
        simple = choose_simple_queries(port)
        wait_for_memory(port)
        alone = SecondClient(port, simple)
        alone.start()
        time.sleep(ALONE_SECONDS)
        print(f"second client alone: {describe_waits(alone.finish())}", flush=True)
        before = look_at_processes(port)
        beside = SecondClient(port, simple)
        beside.start()
        metronome = Metronome()
        metronome.start()
        started = time.monotonic()
        try:
            attacks = send_all(port, itertools.chain(*orders), options)
        finally:
            waits = beside.finish()
            metronome.ended.set()
            metronome.join()
        took = time.monotonic() - started
        time.sleep(1)  # the last workers are replaced
        after = look_at_processes(port)
    print_table(attacks, options.limit)
    print(f"longest delay of a clock beside it all: {metronome.longest * 1000:.0f} ms")
    for failure in beside.failures[:5]:
        print(f"the second client was answered {failure}")
    return report(attacks, waits, (before, after), options, took) or int(bool(beside.failures))


def report(
    attacks: Sequence[Attack], waits: Sequence[float], processes: tuple[Processes, Processes], options: argparse.Namespace, took: float
) -> int:
    before, after = processes
    kinds = len({one.name for one in attacks})
    overrun = max(max(one.seconds for one in attacks) - options.limit, 0)
    wrong = sum(not one.expected for one in attacks)
    p95 = statistics.quantiles(waits, n=100)[94]
    print(
        f"{len(attacks)} queries ({len(attacks) / kinds:.1f} rounds), {options.concurrency} at a time, limit {options.limit:g} s: {took / 60:.1f} minutes"
    )
    print(f"worst overrun {overrun:.2f} s (bar {MAX_OVERRUN:g} s), answers that were not expected: {wrong}")
    print(f"second client: {describe_waits(waits)} (bar p95 {MAX_P95:g} ms)")
    print(
        f"memory of all processes {before.memory >> 20} → {after.memory >> 20} MiB, open files of the service {before.files} → {after.files},",
        end=" ",
    )
    print(f"query processes {before.workers} → {after.workers}")
    return int(overrun > MAX_OVERRUN or wrong > 0 or p95 >= MAX_P95 or after.workers < before.workers)


if __name__ == "__main__":
    raise SystemExit(main())
