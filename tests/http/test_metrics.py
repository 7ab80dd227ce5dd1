"""``/metrics`` and the counts of ``/readyz``: what happened is counted, nothing tells who asked what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api.app import create_app
from search_api.metrics import BUCKETS, CountRequests, RequestCounts
from search_api.settings import ServiceSettings

LINE = re.compile(r'keikaku_[a-z_]+(?:\{[a-z_]+="[^"]*"(?:,[a-z_]+="[^"]*")*\})? [0-9.e+-]+')


@pytest.fixture
def service(town: Path) -> Iterator[TestClient]:
    settings = ServiceSettings(query_workers=1, query_rows=5, client_queries_per_minute=6, query_log=None)
    with TestClient(create_app(town, settings)) as client:
        yield client


def read(client: TestClient) -> dict[str, float]:
    answer = client.get("/metrics")
    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    lines = [line for line in answer.text.splitlines() if not line.startswith("#")]
    assert all(LINE.fullmatch(line) for line in lines)
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines)}


def test_what_happened_is_counted(service: TestClient) -> None:
    service.get("/api/search?q=窓口")
    service.get("/api/search")
    service.get("/nothing/here")
    service.get("/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
    service.get("/sparql", params={"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }", "timeout": "0.5"})
    found = read(service)
    assert found['keikaku_http_requests_total{route="search",status="200"}'] == 1
    assert found['keikaku_http_requests_total{route="search",status="400"}'] == 1
    assert found['keikaku_http_requests_total{route="other",status="404"}'] == 1
    assert found['keikaku_http_requests_total{route="sparql",status="503"}'] == 1
    assert found['keikaku_http_request_seconds_count{route="sparql"}'] == 2
    assert found['keikaku_http_request_seconds_bucket{route="sparql",le="0.25"}'] <= 1
    assert found['keikaku_http_request_seconds_bucket{route="sparql",le="+Inf"}'] == 2
    assert found['keikaku_http_request_seconds_sum{route="sparql"}'] >= 0.5
    assert found["keikaku_sparql_queries_total"] == 2
    assert found['keikaku_sparql_queries_ended_total{reason="timed_out"}'] == 1
    assert found['keikaku_sparql_queries_ended_total{reason="truncated"}'] == 1
    assert found["keikaku_sparql_workers_stopped_total"] == 1
    assert found['keikaku_sparql_workers{store="memory"}'] + found['keikaku_sparql_workers{store="disk"}'] == 1
    assert found['keikaku_snapshot_things{kind="Measure"}'] > 10
    counts = service.get("/readyz").json()["counts"]
    assert (counts["queries"], counts["stopped"], counts["timed_out"], counts["truncated"]) == (2, 1, 1, 1)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/api/vocabulary"), ("POST", "/api/query/empty"), ("POST", "/api/query/table.xlsx"), ("HEAD", "/sparql")]
)
def test_every_way_to_a_query_counts_for_its_client(service: TestClient, method: str, path: str) -> None:
    sent = {"params": {"query": "SELECT * { ?s <x:none> ?o }"}} if method == "HEAD" else {}
    body = {"data": {"query": "SELECT * { ?s <x:none> ?o }"}} if method == "POST" else {}
    statuses = [service.request(method, path, **sent, **body).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]
    assert service.get("/readyz").json()["counts"]["refused_clients"]["per_minute"] == 1
    assert read(service)['keikaku_client_refusals_total{reason="per_minute"}'] == 1


def test_names_and_questions_do_not_show(service: TestClient) -> None:
    service.get("/api/search?q=たいへん個人的な問い", headers={"X-Forwarded-For": "192.0.2.77"})
    service.get("/たいへん個人的な番地?x=たいへん個人的な値")
    text = service.get("/metrics").text
    assert text.isascii()
    assert "192.0.2" not in text
    assert "testclient" not in text


def test_times_fall_into_their_buckets() -> None:
    counts = RequestCounts()
    for seconds in (0.0, BUCKETS[0], BUCKETS[-1], 31.0):
        counts.add("/sparql", 200, seconds)
    (times,) = (metric for metric in counts.metrics() if metric.kind == "histogram")
    by_bound = {
        dict(labels)["le"]: value for suffix, labels, value in times.samples if dict(labels)["route"] == "sparql" and suffix == "_bucket"
    }
    assert (by_bound["0.005"], by_bound["10"], by_bound["30"], by_bound["+Inf"]) == (2, 2, 3, 4)
    assert list(by_bound) == [*map("{:g}".format, BUCKETS), "+Inf"]


def test_a_defect_counts_as_one() -> None:
    async def fail(*_: object) -> None:
        raise RuntimeError

    counts = RequestCounts()
    with pytest.raises(RuntimeError):
        TestClient(CountRequests(fail, counts)).get("/sparql")
    assert counts.metrics()[0].samples == [("", (("route", "sparql"), ("status", "500")), 1)]
