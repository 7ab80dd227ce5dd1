"""/sparql: the SPARQL 1.1 Protocol with odd headers, and its refusals."""

from __future__ import annotations

import csv
import io
import json

import pytest
from fastapi.testclient import TestClient
from rdflib import Graph

COUNT = "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/keikaku/ns#Measure> }"
ASK = "ASK { ?s a <https://w3id.org/keikaku/ns#Measure> }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/keikaku/ns#Plan> ; ?p ?o }"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (COUNT, None, "application/sparql-results+json"),
        (COUNT, "*/*", "application/sparql-results+json"),
        (COUNT, "", "application/sparql-results+json"),
        (COUNT, " text/csv ; q=0.5 , application/sparql-results+xml;q=0.9", "application/sparql-results+xml"),
        (COUNT, "text/csv", "text/csv; charset=utf-8"),
        (COUNT, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
        (COUNT, "application/json", "application/json"),
        (ASK, "application/sparql-results+json", "application/sparql-results+json"),
        (CONSTRUCT, "text/turtle", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "*/*", "text/turtle; charset=utf-8"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/n-triples", "application/n-triples"),
    ],
)
def test_formats_are_negotiated(client: TestClient, query: str, accept: str | None, media_type: str) -> None:
    # The client's own default is */*; None asks for it.
    answer = client.get("/sparql", params={"query": query}, headers={} if accept is None else {"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"] == media_type
    assert answer.content


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        ({"Content-Type": "application/sparql-query"}, COUNT),
        ({"Content-Type": "Application/SPARQL-Query; charset=UTF-8"}, COUNT),
        ({"Content-Type": "application/x-www-form-urlencoded"}, "query=" + COUNT.replace(" ", "+").replace("#", "%23")),
        ({"Content-Type": "application/x-www-form-urlencoded;charset=utf-8"}, "query=" + COUNT.replace(" ", "%20").replace("#", "%23")),
    ],
)
def test_queries_are_posted(client: TestClient, headers: dict[str, str], body: str) -> None:
    answer = client.post("/sparql", headers=headers, content=body)
    assert int(answer.json()["results"]["bindings"][0]["n"]["value"]) >= 14


def test_a_query_string_is_decoded_once(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": 'SELECT ("100%25+1" AS ?x) {}'})
    assert answer.json()["results"]["bindings"][0]["x"]["value"] == "100%25+1"


def test_japanese_goes_through_every_format(client: TestClient) -> None:
    query = 'SELECT ("計画、\\n改行" AS ?題) {}'
    assert client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["題"]["value"] == "計画、\n改行"
    rows = list(csv.reader(io.StringIO(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text)))
    assert rows == [["題"], ["計画、\n改行"]]


def test_the_dataset_can_be_named(client: TestClient) -> None:
    graph = client.get("/api/documents").json()["documents"][0]["iri"]
    query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
    whole = client.get("/sparql", params={"query": query}).json()["results"]["bindings"][0]["n"]["value"]
    part = client.get("/sparql", params={"query": query, "default-graph-uri": graph}).json()["results"]["bindings"][0]["n"]["value"]
    assert 0 < int(part) < int(whole)


@pytest.mark.parametrize(
    ("request_", "status", "kind", "words"),
    [
        ({"params": {"query": "SELECT * { ?s ?p }"}}, 400, "invalid-query", "1 行"),
        ({"params": {"query": "SELECT *\nWHERE { ?s ?p ?o"}}, 400, "invalid-query", "行"),
        ({"params": [("query", ASK), ("query", ASK)]}, 400, "invalid-request", "複数"),
        ({"params": {"query": "INSERT DATA { <x:a> <x:b> 1 }"}}, 403, "query-refused", "読み取り専用"),
        ({"params": {"update": "INSERT DATA { <x:a> <x:b> 1 }"}}, 403, "query-refused", "読み取り専用"),
        ({"params": {"query": "SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }"}}, 403, "query-refused", "SERVICE"),
        ({"params": {"query": "SELECT * FROM <http://example.org/> { ?s ?p ?o }"}}, 403, "query-refused", "ありません"),
        ({"params": {"query": ASK, "default-graph-uri": "http://example.org/"}}, 403, "query-refused", "ありません"),
        ({"params": {"query": ASK}, "headers": {"Accept": "image/png"}}, 406, "not-acceptable", "image/png"),
        ({"params": {"query": CONSTRUCT}, "headers": {"Accept": "text/csv"}}, 406, "not-acceptable", "text/csv"),
        ({"params": {"query": ASK, "format": "xls"}}, 400, "invalid-parameter", "csv"),
    ],
)
def test_refusals_tell_the_reason(client: TestClient, request_: dict, status: int, kind: str, words: str) -> None:
    answer = client.get("/sparql", **request_)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    problem = answer.json()
    assert problem["type"].endswith("/" + kind)
    assert words in problem["detail"]
    english = client.get("/sparql", **(request_ | {"headers": request_.get("headers", {}) | {"Accept-Language": "en"}})).json()
    assert english["title"].isascii()


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, b"query=ASK{}", 415),
        ({"Content-Type": "text/plain"}, b"ASK {}", 415),
        ({"Content-Type": "application/sparql-update"}, b"CLEAR ALL", 403),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"", 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"update=CLEAR+ALL", 403),
        ({"Content-Type": "application/sparql-query"}, "ASK { ?計画 ?p ?o }".encode("shift_jis"), 400),
        ({"Content-Type": "application/x-www-form-urlencoded"}, b"query=ASK%20%7B%82%A0%7D", 400),
        ({"Content-Type": "application/sparql-query"}, b"ASK { # " + b"x" * 300_000 + b"\n}", 413),
        ({"Content-Type": "application/sparql-query"}, b"x" * 2_000_000, 413),
    ],
)
def test_odd_bodies_are_refused(client: TestClient, headers: dict[str, str], body: bytes, status: int) -> None:
    answer = client.post("/sparql", headers=headers, content=body)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_runaway_query_is_stopped(client: TestClient) -> None:
    runaway = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    answer = client.get("/sparql", params={"query": runaway})
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert "5 秒" in answer.json()["detail"]
    assert client.get("/sparql", params={"query": ASK}).json()["boolean"] is True


def test_machines_get_the_service_description(client: TestClient) -> None:
    answer = client.get("/sparql")
    assert answer.headers["content-type"].startswith("text/turtle")
    described = Graph().parse(data=answer.text, format="turtle")
    service = "http://www.w3.org/ns/sparql-service-description#"
    row = next(
        iter(described.query(f"SELECT ?e ?l {{ ?s a <{service}Service> ; <{service}endpoint> ?e ; <{service}supportedLanguage> ?l }}"))
    )
    assert str(row[0]).endswith("/sparql")
    assert str(row[1]) == service + "SPARQL11Query"
    graphs = {str(name) for name in described.objects(predicate=next(p for p in described.predicates() if str(p) == service + "name"))}
    assert {document["iri"] for document in client.get("/api/documents").json()["documents"]} <= graphs
    json.loads(client.get("/sparql", headers={"Accept": "application/ld+json"}).text)


def test_browsers_get_the_editor(client: TestClient) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
    page = client.get("/sparql", headers=browser)
    assert page.headers["content-type"].startswith("text/html")
    assert "<textarea" in page.text
    table = client.get("/sparql", params={"query": COUNT}, headers=browser)
    assert "<table>" in table.text
    broken = client.get("/sparql", params={"query": "SELECT *\nWHERE { ?s ?p ; }\n", "format": "html"}, headers={"Accept": "*/*"})
    assert broken.status_code == 400
    assert 'class="at"' in broken.text
    assert "2 行" in broken.text
    answer = client.get("/sparql", params={"query": ASK}, headers=browser)
    assert '<p class="answer">はい</p>' in answer.text
    graph = client.get("/sparql", params={"query": CONSTRUCT}, headers=browser)
    assert "dcterms:title" in graph.text
    empty = client.get("/sparql", params={"query": "SELECT * { <x:a> <x:b> ?c }"}, headers=browser)
    assert "当てはまるものはありません" in empty.text
