"""``python -m benchmarks.nasty_queries DATA [ROUNDS] [SECONDS]``: the nasty queries against a snapshot, and what a second client sees meanwhile."""

from __future__ import annotations

import random
import statistics
import sys
import threading
import time
import tomllib
from pathlib import Path

import httpx

from benchmarks.serving import serve
from search_api.app import create_app
from search_api.settings import ServiceSettings

QUERIES = Path(__file__).parents[1] / "tests" / "graph" / "nasty_queries.toml"


def main(data: str, rounds: int = 1, seconds: float = 2.0) -> None:
    """Print each query's status and time, the worst overrun, and p50 and p95 of the second client's simple query in milliseconds."""
    queries = tomllib.loads(QUERIES.read_text(encoding="utf-8"))["query"]
    ended, waits, overruns = threading.Event(), [], []
    with serve(create_app(Path(data), ServiceSettings(query_log=None))) as address:
        other = threading.Thread(target=_ask_simply, args=(f"{address}/sparql", ended, waits))
        other.start()
        try:
            for seed in range(rounds):
                for query in random.Random(seed).sample(queries, len(queries)):
                    overruns.append(_attack(f"{address}/sparql", query, seconds))
        finally:
            ended.set()
            other.join()
    p95 = statistics.quantiles(waits, n=20)[-1]
    print(f"worst overrun {max(overruns):.2f} s; second client p50 {statistics.median(waits):.1f} ms, p95 {p95:.1f} ms of {len(waits)}")


def _attack(endpoint: str, query: dict, seconds: float) -> float:
    """Seconds over the limit."""
    times = query.get("times", 0)
    text = query["start"] + query.get("repeated", "") * times + query.get("middle", "") + query.get("closing", "") * times
    started = time.perf_counter()
    answer = httpx.post(endpoint, data={"query": text + query.get("end", ""), "timeout": f"{seconds:g}"}, timeout=120)
    took = time.perf_counter() - started
    print(f"{answer.status_code} {'ok ' if answer.status_code in query['status'] else 'NOT'} {took:6.2f} s  {query['name']}", flush=True)
    return took - seconds


def _ask_simply(endpoint: str, ended: threading.Event, waits: list[float]) -> None:
    with httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=60) as client:
        while not ended.wait(0.05):
            started = time.perf_counter()
            client.get(endpoint, params={"query": "ASK { ?s ?p ?o }"}).raise_for_status()
            waits.append((time.perf_counter() - started) * 1000)


if __name__ == "__main__":
    arguments = sys.argv[1:]
    main(arguments[0], *(kind(text) for kind, text in zip((int, float), arguments[1:], strict=False)))
