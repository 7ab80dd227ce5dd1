"""Queries meant to hang or crash the service: each ends in time and says why, and another client is answered meanwhile."""

from __future__ import annotations

import io
import random
import threading
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from benchmarks.nasty_queries import QUERIES as QUERY_FILE
from benchmarks.nasty_queries import write_query
from benchmarks.serving import serve
from search_api.app import create_app
from search_api.settings import ServiceSettings

LIMIT = 0.5  # seconds
QUERIES = tomllib.loads(QUERY_FILE.read_text(encoding="utf-8"))["query"]


@pytest.fixture(scope="module")
def small(town: Path) -> Iterator[str]:
    with serve(create_app(town, ServiceSettings(query_timeout=30, query_workers=3, query_log=None))) as address:
        yield f"{address}/sparql"


def second_client() -> httpx.Client:
    return httpx.Client(transport=httpx.HTTPTransport(local_address="127.0.0.2"), timeout=60)


def ask(endpoint: str, query: dict) -> httpx.Response:
    return httpx.post(endpoint, data={"query": write_query(query), "timeout": str(LIMIT)}, timeout=60)


@pytest.mark.parametrize("seed", [1])
def test_the_service_survives_all_of_them_in_any_order(small: str, seed: int) -> None:
    order = random.Random(seed).sample(QUERIES, len(QUERIES))
    wrong: list[str] = []

    def attack() -> None:
        for query in order:
            answer = ask(small, query)
            if answer.status_code not in query["status"]:
                wrong.append(f"{query['name']}: {answer.status_code} {answer.text[:200]}")
            elif answer.status_code != 200 and not answer.json()["detail"]:
                wrong.append(f"{query['name']}: no reason")

    attacker = threading.Thread(target=attack)
    attacker.start()
    with second_client() as other:
        while attacker.is_alive():
            assert other.get(small, params={"query": "ASK { ?s ?p ?o }"}).json()["boolean"] is True
            time.sleep(0.05)
    attacker.join()
    assert not wrong


def test_one_client_has_its_limit_and_is_told_when_to_come_again(town: Path) -> None:
    with serve(create_app(town, ServiceSettings(client_queries_per_minute=2, query_log=None))) as address:
        answers = [httpx.get(f"{address}/sparql", params={"query": "ASK {}"}) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert 1 <= int(answers[2].headers["retry-after"]) <= 30
        with second_client() as other:
            assert other.get(f"{address}/sparql", params={"query": "ASK {}"}).status_code == 200


@pytest.mark.parametrize("timeout", ["x", "-1", "1e9", "５"])
def test_a_time_limit_that_is_no_number_is_refused(small: str, timeout: str) -> None:
    assert httpx.get(small, params={"query": "ASK {}", "timeout": timeout}).status_code == 400


def test_a_query_ends_with_its_client(small: str) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    for _ in range(4):  # each would hold a worker for 30 s
        with pytest.raises(httpx.ReadTimeout):
            httpx.get(small, params={"query": endless}, timeout=0.3)
    assert httpx.get(small, params={"query": "ASK { ?s ?p ?o }"}, timeout=10).json()["boolean"] is True


def test_a_cut_result_says_so(town: Path) -> None:
    with serve(create_app(town, ServiceSettings(query_rows=5, query_log=None))) as address:
        cut = httpx.get(f"{address}/sparql", params={"query": "SELECT * { ?s ?p ?o }"})
        assert cut.headers["x-keikaku-truncated"] == "rows=5"
        assert len(cut.json()["results"]["bindings"]) == 5
        page = httpx.get(f"{address}/sparql", params={"query": "SELECT * { ?s ?p ?o }", "format": "html"})
        assert "5 行で打ち切りました" in page.text
        assert "x-keikaku-truncated" not in httpx.get(f"{address}/sparql", params={"query": "SELECT * { ?s ?p ?o } LIMIT 5"}).headers
        everything = httpx.get(
            f"{address}/sparql", params={"query": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }"}, headers={"Accept": "application/n-triples"}
        )
        assert everything.headers["x-keikaku-truncated"] == "rows=5"
        assert len(everything.text.splitlines()) == 5
        workbook = httpx.post(f"{address}/api/query/table.xlsx", data={"query": "SELECT ?s { ?s ?p ?o }"})
        sheets = load_workbook(io.BytesIO(workbook.content))
        assert sheets.sheetnames == ["結果", "打ち切り"]
        assert "5 行で打ち切りました" in sheets["打ち切り"]["A2"].value


def test_what_explains_an_empty_result_has_the_time_of_one_query(small: str) -> None:
    parts = " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(30))
    query = f"SELECT * {{ {parts} FILTER(CONCAT(STR(?a0), STR(?c9)) = 'nothing') }}"
    started = time.monotonic()
    answer = httpx.post(small.replace("/sparql", "/api/query/empty"), data={"query": query, "timeout": "1"}, timeout=60)
    assert "調べきれませんでした" in answer.json()["message"]
    assert time.monotonic() - started < 20  # of 31 parts with a second each
