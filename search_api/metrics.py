"""Counts of what the service does, in the text format of Prometheus (https://prometheus.io/docs/instrumenting/exposition_formats/, version 0.0.4).

Nothing here tells who asked what: a request counts by the kind of its address and its status.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Upper bounds in seconds.
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)

# The kind of request by the beginning of its path; the first that fits counts.
ROUTES = (
    ("/api/search", "search"),
    ("/api/owners", "owners"),
    ("/api/suggest", "suggest"),
    ("/sparql", "sparql"),
    ("/api/query/", "sparql_help"),
    ("/api/vocabulary", "sparql_help"),
    ("/api/", "lists"),
    ("/dump", "dump"),
    *((path, "linked_data") for path in ("/id/", "/data/", "/page/", "/graph/", "/ns", "/.well-known/void", "/dataset")),
    *((path, "operation") for path in ("/healthz", "/readyz", "/metrics", "/openapi.json")),
    *((path, "static") for path in ("/static/", "/embed.js")),
    *((path, "pages") for path in ("/indicators", "/report")),
)
TIMED = ("search", "owners", "suggest", "sparql")

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric with its ``samples``: name suffix, labels and value. ``kind`` is counter, gauge or histogram."""

    name: str
    kind: str
    meaning: str
    samples: Sequence[tuple[str, Labels, float]]

    @classmethod
    def of(cls, name: str, kind: str, meaning: str, values: Mapping[Labels, float]) -> Metric:
        return cls(name, kind, meaning, [("", labels, values[labels]) for labels in sorted(values)])


def write_metrics(metrics: Iterable[Metric]) -> str:
    """The text that a Prometheus server reads.

    >>> print(write_metrics([Metric.of("keikaku_up", "gauge", "1", {(("a", "b"),): 2.0})]), end="")
    # HELP keikaku_up 1
    # TYPE keikaku_up gauge
    keikaku_up{a="b"} 2
    """
    lines = []
    for metric in metrics:
        lines += [f"# HELP {metric.name} {metric.meaning}", f"# TYPE {metric.name} {metric.kind}"]
        for suffix, labels, value in metric.samples:
            written = ",".join(f'{name}="{_escape(text)}"' for name, text in labels)
            lines.append(f"{metric.name}{suffix}{'{' + written + '}' if written else ''} {value:.12g}")
    return "\n".join(lines) + "\n"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def route_of(path: str) -> str:
    """The kind of request that ``path`` is: one of a fixed few, whatever is asked for.

    >>> [route_of(path) for path in ("/", "/api/search", "/id/x", "/wp-admin.php")]
    ['pages', 'search', 'linked_data', 'other']
    """
    return "pages" if path == "/" else next((route for start, route in ROUTES if path.startswith(start)), "other")


@dataclass(slots=True)
class _Times:
    """``counts`` by bucket, those above the last bound at its end."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(BUCKETS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        self.counts[bisect_left(BUCKETS, seconds)] += 1
        self.total += seconds

    def samples(self, labels: Labels) -> Iterable[tuple[str, Labels, float]]:
        reached = 0
        for bound, count in zip((*map("{:g}".format, BUCKETS), "+Inf"), self.counts, strict=True):
            reached += count
            yield "_bucket", (*labels, ("le", bound)), reached
        yield "_sum", labels, self.total
        yield "_count", labels, reached


class RequestCounts:
    """Requests since the start. Only the event loop's thread adds to it."""

    def __init__(self) -> None:
        self._requests: Counter[Labels] = Counter()
        self._times = {route: _Times() for route in TIMED}

    def add(self, path: str, status: int, seconds: float) -> None:
        route = route_of(path)
        self._requests[("route", route), ("status", str(status))] += 1
        if route in self._times:
            self._times[route].add(seconds)

    def metrics(self) -> list[Metric]:
        times = [sample for route, found in sorted(self._times.items()) for sample in found.samples((("route", route),))]
        return [
            Metric.of("keikaku_http_requests_total", "counter", "Requests by kind and status.", self._requests),
            Metric("keikaku_http_request_seconds", "histogram", "Seconds until the answer was handed over.", times),
        ]


class CountRequests:
    """Adds every request to ``counts``, with its status and how long its answer took. One that fails counts as 500."""

    def __init__(self, app: ASGIApp, counts: RequestCounts, clock: Callable[[], float] = time.perf_counter) -> None:
        self.app, self.counts, self.clock = app, counts, clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        status, started = 500, self.clock()

        async def send_and_look(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, send_and_look)
        finally:
            self.counts.add(scope["path"], status, self.clock() - started)
