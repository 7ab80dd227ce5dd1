"""The service in front of a real Oxigraph server: the same API, and which engine answers is told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from graph.engine_http import RemoteStore
from graph.snapshot import Snapshot
from keikaku.cli import main
from search_api.app import create_app
from search_api.settings import ServiceSettings
from tests.graph.sparql_servers import find_oxigraph, oxigraph_server

PLAN = "PREFIX plan: <https://w3id.org/keikaku/ns#> "
SEARCH = (
    PLAN
    + 'SELECT ?m ?点 ?d { SERVICE plan:search { ?m plan:query "高齢者のスマートフォン" ; plan:score ?点 ; plan:limit 3 } ?m plan:responsibleDepartment ?d }'
)


@pytest.fixture(scope="module")
def store() -> Iterator[RemoteStore]:
    if find_oxigraph() is None:
        pytest.skip("oxigraph（PyPI）が無いため、実物の Oxigraph server の試験を飛ばします")
    with oxigraph_server() as store:
        yield store


@pytest.fixture
def service(store: RemoteStore, town: Path) -> Iterator[TestClient]:
    with TestClient(create_app(town, ServiceSettings(remote_store=store, query_timeout=20))) as client:
        yield client


def push(store: RemoteStore, town: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("KEIKAKU_SPARQL_ENDPOINT", store.endpoint)
    monkeypatch.setenv("KEIKAKU_SPARQL_GRAPH_STORE", store.graph_store)
    return main(["push", "--data", str(town)])


def test_the_service_answers_from_the_store(
    store: RemoteStore, service: TestClient, client: TestClient, town: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = service.get("/sparql", params={"query": "ASK {}"})
    assert before.status_code == 502
    assert before.json()["type"].endswith("engine-unavailable")
    assert "keikaku push" in before.json()["detail"]
    assert service.get("/readyz").json()["sparql"]["current"] is False
    assert push(store, town, monkeypatch) == 0
    for query in (SEARCH, PLAN + "SELECT (COUNT(*) AS ?n) { ?m a plan:Measure }"):
        answers = [one.get("/sparql", params={"query": query, "format": "csv"}) for one in (service, client)]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert sorted(answers[0].text.splitlines()) == sorted(answers[1].text.splitlines())
    build_id = Snapshot.open(town).build_id
    assert service.get("/readyz").json()["sparql"] == {"engine": store.endpoint, "build_id": build_id, "current": True}
    embedded = client.get("/readyz").json()["sparql"]
    assert (embedded["engine"], embedded["build_id"], embedded["current"]) == ("embedded", build_id, True)


def test_the_row_limit_is_told_whichever_engine_answers(store: RemoteStore, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert push(store, town, monkeypatch) == 0
    told = []
    for remote_store in (store, None):
        with TestClient(create_app(town, ServiceSettings(remote_store=remote_store, query_rows=3))) as service:
            answers = [
                service.get("/sparql", params={"query": query, "format": "nt" if query.startswith("CONSTRUCT") else "csv"})
                for query in ("SELECT ?s { ?s ?p ?o }", "SELECT ?s { ?s ?p ?o } LIMIT 3", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }")
            ]
            told.append([(len(answer.text.splitlines()), answer.headers.get("X-Keikaku-Truncated")) for answer in answers])
    assert told[0] == told[1] == [(4, "rows=3"), (4, None), (3, "rows=3")]


def test_push_by_sparql_update(store: RemoteStore, town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("KEIKAKU_SPARQL_ENDPOINT", store.endpoint)
    monkeypatch.setenv("KEIKAKU_SPARQL_GRAPH_STORE", store.graph_store)
    monkeypatch.setenv("KEIKAKU_SPARQL_UPDATE", store.update)
    assert main(["push", "--update", "--data", str(town)]) == 0
    assert "SPARQL Update で読み込みました" in capsys.readouterr().out
    monkeypatch.delenv("KEIKAKU_SPARQL_UPDATE")
    assert main(["push", "--update", "--data", str(town)]) == 2  # Oxigraph takes no updates where it answers queries
    assert "KEIKAKU_SPARQL_UPDATE の番地を確かめてください" in capsys.readouterr().err


def test_what_is_refused_never_reaches_the_store(service: TestClient) -> None:
    assert service.get("/sparql", params={"query": "DROP ALL"}).status_code == 403
    assert service.get("/sparql", params={"query": "SELECT * { SERVICE <http://x.example/> { ?s ?p ?o } }"}).status_code == 403


def test_a_store_that_is_gone_leaves_the_search(store: RemoteStore, town: Path) -> None:
    gone = replace(store, endpoint="http://127.0.0.1:9/query")
    with TestClient(create_app(town, ServiceSettings(remote_store=gone, query_timeout=5))) as service:
        assert service.get("/sparql", params={"query": "ASK {}"}).status_code == 502
        assert "つながりません" in service.get("/readyz").json()["warning"]
        assert service.get("/api/search", params={"q": "スマートフォン"}).json()["results"]


def test_push_says_what_is_missing(town: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("KEIKAKU_SPARQL_ENDPOINT", raising=False)
    assert main(["push", "--data", str(town)]) == 2
    assert "KEIKAKU_SPARQL_ENDPOINT" in capsys.readouterr().err
    monkeypatch.setenv("KEIKAKU_SPARQL_ENDPOINT", "http://user:hunter2@store.example/sparql")
    assert main(["push", "--data", str(town)]) == 2
    assert "hunter2" not in capsys.readouterr().err
