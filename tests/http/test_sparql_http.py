"""/sparql as HTTP: methods, caching, other origins, compression, results that do not end, and where an error is."""

from __future__ import annotations

import gzip
import http.client
import json
from urllib.parse import urlsplit

import httpx
import pyoxigraph
import pytest
from fastapi.testclient import TestClient
from pyoxigraph import RdfFormat

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
EVERYTHING = "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 3000"
ENDLESS = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
CONSTRUCT = "CONSTRUCT { ?s ?p ?o } WHERE { ?s a <https://w3id.org/keikaku/ns#Plan> ; ?p ?o }"
PATIENCE = 60  # seconds
OTHER = {"Origin": "https://yasgui.example"}


def ask(endpoint: str, query: str, **options: object) -> httpx.Response:
    return httpx.get(endpoint, params={"query": query} | options.pop("params", {}), timeout=PATIENCE, **options)


def count(endpoint: str, query: str, **parameters: object) -> int:
    answer = ask(endpoint, query, params=parameters)
    assert answer.status_code == 200, answer.text
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_a_result_begins_before_its_query_ends(endpoint: str) -> None:
    with httpx.stream("GET", endpoint, params={"query": ENDLESS}, headers={"Accept-Encoding": "identity"}, timeout=PATIENCE) as answer:
        assert answer.status_code == 200
        assert "content-length" not in answer.headers
        first = next(answer.iter_raw())
    assert first.startswith(b'{"head":{"vars":["a","b","c"')
    assert count(endpoint, COUNT) > 0  # the client has gone, the endpoint has not


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_a_result_that_a_limit_cuts_off_is_no_complete_answer(endpoint: str, encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("graph.query.MAX_STREAM_BYTES", 2 << 20)
    received = 0
    with httpx.stream("GET", endpoint, params={"query": ENDLESS}, headers={"Accept-Encoding": encoding}, timeout=PATIENCE) as answer:
        assert answer.status_code == 200
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - it is the loop that raises
            for part in answer.iter_raw():
                received += len(part)
    assert received > 0
    assert count(endpoint, COUNT) > 0


def test_a_long_result_is_the_same_with_and_without_compression(endpoint: str) -> None:
    plain = ask(endpoint, EVERYTHING, headers={"Accept-Encoding": "identity", "Accept": "text/csv"})
    packed = ask(endpoint, EVERYTHING, headers={"Accept-Encoding": "gzip", "Accept": "text/csv"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.content == plain.content
    assert plain.text.count("\r\n") >= 3001
    with httpx.stream("GET", endpoint, params={"query": EVERYTHING}, headers={"Accept-Encoding": "gzip", "Accept": "text/csv"}) as streamed:
        assert gzip.decompress(b"".join(streamed.iter_raw())) == plain.content


def test_a_short_result_tells_its_length(endpoint: str) -> None:
    answer = ask(endpoint, COUNT)
    assert int(answer.headers["content-length"]) == len(answer.content)


@pytest.mark.parametrize("query", [COUNT, EVERYTHING, None])
def test_head_is_get_without_its_body(endpoint: str, query: str | None) -> None:
    parameters = {} if query is None else {"query": query}
    head, get = httpx.head(endpoint, params=parameters, timeout=PATIENCE), httpx.get(endpoint, params=parameters, timeout=PATIENCE)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]
    assert head.headers["etag"] == get.headers["etag"]


def test_options_names_the_methods(endpoint: str) -> None:
    answer = httpx.options(endpoint)
    assert answer.status_code == 204
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "application/sparql-query" in answer.headers["accept-post"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "QUERY"])
def test_other_methods_are_refused(endpoint: str, method: str) -> None:
    answer = httpx.request(method, endpoint, params={"query": COUNT})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert "POST" in answer.json()["detail"]


def test_an_answer_has_a_tag_by_build_query_and_format(endpoint: str) -> None:
    first = ask(endpoint, COUNT)
    assert first.headers["cache-control"] == "no-cache"
    assert {"Accept", "Accept-Language"} <= {name.strip() for name in first.headers["vary"].split(",")}
    again = ask(endpoint, COUNT, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    for other in (
        ask(endpoint, EVERYTHING),
        ask(endpoint, COUNT, headers={"Accept": "text/csv"}),
        ask(endpoint, COUNT, params={"format": "csv"}),
    ):
        assert other.headers["etag"] != first.headers["etag"]
    assert ask(endpoint, COUNT, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize("query", ["SELECT (NOW() AS ?t) {}", "SELECT (rand() AS ?t) {}", "SELECT (STRUUID() AS ?t) {}"])
def test_what_differs_at_each_request_is_not_kept(endpoint: str, query: str) -> None:
    answer = ask(endpoint, query)
    assert answer.headers["cache-control"] == "no-store"
    assert "etag" not in answer.headers


def test_pages_of_every_origin_may_ask(endpoint: str) -> None:
    answer = ask(endpoint, COUNT, headers=OTHER)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "ETag" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers
    refused = ask(endpoint, "SELECT", headers=OTHER)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (400, "*")
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type,x-requested-with"}
    preflight = httpx.options(endpoint, headers=OTHER | asking)
    assert preflight.status_code == 200
    assert preflight.headers["access-control-allow-origin"] == "*"
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "x-requested-with" in preflight.headers["access-control-allow-headers"]
    api = httpx.get(endpoint.replace("/sparql", "/api/plans"), headers=OTHER)
    assert "access-control-allow-origin" not in api.headers


def test_several_accept_lines_are_one_header(endpoint: str) -> None:
    address = urlsplit(endpoint)
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=30)
    connection.putrequest("GET", f"{address.path}?query=ASK%7B%7D")
    connection.putheader("Accept", "text/html;q=0.1, text/csv;q=0.2")
    connection.putheader("Accept", "application/sparql-results+xml")
    connection.endheaders()
    assert connection.getresponse().headers["content-type"] == "application/sparql-results+xml"
    connection.close()


@pytest.mark.parametrize(
    ("query", "place"),
    [
        ("SELECT *\nWHERE { ?計画 ?p }", (2, 17)),  # the engine sees it at the end
        ("SELECT * { ?s ?p 'あ' . FILTER(?s = }", (1, 36)),
        ("SELECT * {\r\n  ?s ?p ?o ;; }\r\n}", (3, 1)),
        ("SELECT (GROUP_CONCAT(?a) AS ?g) { ?s ?p }", (1, 42)),
        ("SELECT * { '計画' ?p }", (1, 20)),
        ("SELEKT * { ?s ?p ?o }", (1, 1)),
    ],
)
def test_a_syntax_error_tells_its_place(endpoint: str, query: str, place: tuple[int, int]) -> None:
    answer = ask(endpoint, query)
    assert answer.status_code == 400
    problem = answer.json()
    assert (problem["line"], problem["column"]) == place
    assert f"{place[0]} 行 {place[1]} 桁" in problem["detail"]
    english = ask(endpoint, query, headers={"Accept-Language": "en"})
    assert english.headers["content-language"] == "en"
    assert f"line {place[0]}, column {place[1]}" in english.json()["detail"]
    assert english.json()["detail"].isascii() or "あ" in query  # the query's own words are not translated
    assert len(problem["detail"]) < 300


def test_a_function_that_does_not_exist_is_no_syntax_error(endpoint: str) -> None:
    problem = ask(endpoint, "ASK { FILTER(<http://example.org/f>(1)) }", headers={"Accept-Language": "en"}).json()
    assert problem["type"].endswith("/unsupported-query")
    assert problem["detail"].isascii()


@pytest.mark.parametrize(
    "parameters",
    [
        [("query", "ASK{}"), ("query", "ASK{}")],
        [("query", "ASK{}"), ("example", "a"), ("example", "b")],
        [("query", "ASK{}"), ("format", "json"), ("output", "csv")],
        [("query", "ASK{}"), ("format", "json"), ("format", "xml")],
    ],
)
def test_parameters_that_contradict_each_other(endpoint: str, parameters: list[tuple[str, str]]) -> None:
    for answer in (httpx.get(endpoint, params=parameters), httpx.post(endpoint, data=dict_of_lists(parameters))):
        assert answer.status_code == 400
        assert "一つだけ" in answer.json()["detail"]


def dict_of_lists(parameters: list[tuple[str, str]]) -> dict[str, list[str]]:
    return {name: [value for other, value in parameters if other == name] for name, _ in parameters}


@pytest.mark.parametrize(
    ("wanted", "media_type", "rdf_format"),
    [
        ("text/turtle", "text/turtle", RdfFormat.TURTLE),
        ("application/x-turtle", "application/x-turtle", RdfFormat.TURTLE),
        ("application/trig", "application/trig", RdfFormat.TRIG),
        ("application/n-quads", "application/n-quads", RdfFormat.N_QUADS),
        ("application/n-triples", "application/n-triples", RdfFormat.N_TRIPLES),
        ("application/ld+json", "application/ld+json", RdfFormat.JSON_LD),
        ("application/rdf+xml", "application/rdf+xml", RdfFormat.RDF_XML),
        ("text/xml", "text/xml", RdfFormat.RDF_XML),
        ('application/ld+json;profile="a,b;q=0", text/turtle;q=0.5', "application/ld+json", RdfFormat.JSON_LD),
    ],
)
def test_graphs_in_every_format(endpoint: str, wanted: str, media_type: str, rdf_format: RdfFormat) -> None:
    answer = ask(endpoint, CONSTRUCT, headers={"Accept": wanted})
    assert answer.headers["content-type"].partition(";")[0] == media_type
    expected = count(endpoint, "SELECT (COUNT(*) AS ?n) { ?s a <https://w3id.org/keikaku/ns#Plan> ; ?p ?o }")
    assert len(list(pyoxigraph.parse(answer.content, format=rdf_format))) == expected


def test_graphs_of_the_protocol_win_over_those_of_the_query(endpoint: str) -> None:
    documents = httpx.get(endpoint.replace("/sparql", "/api/documents")).json()["documents"]
    first, second = (document["iri"] for document in documents[:2])
    of_first, of_second = (count(endpoint, COUNT, **{"default-graph-uri": iri}) for iri in (first, second))
    assert 0 < of_first < count(endpoint, COUNT)
    from_second = COUNT.replace("{", f"FROM <{second}> {{", 1)
    assert count(endpoint, from_second) == of_second
    assert count(endpoint, from_second, **{"default-graph-uri": first}) == of_first
    both = count(endpoint, COUNT, **{"default-graph-uri": [first, second]})
    assert max(of_first, of_second) < both <= of_first + of_second  # their merge: what both state counts once
    named = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert count(endpoint, named, **{"named-graph-uri": [first, second]}) == 2
    assert count(endpoint, COUNT, **{"named-graph-uri": [first, second]}) == 0


def test_text_with_language_and_direction(endpoint: str) -> None:
    query = 'SELECT ("計画"@ja AS ?a) (STRLANGDIR("شارع", "ar", "rtl") AS ?b) {}'
    (row,) = ask(endpoint, query).json()["results"]["bindings"]
    assert row["a"]["xml:lang"] == "ja"
    assert (row["b"]["xml:lang"], row["b"]["its:dir"]) == ("ar", "rtl")
    assert 'its:dir="rtl"' in ask(endpoint, query, headers={"Accept": "application/sparql-results+xml"}).text


def test_relative_iris_are_those_of_the_endpoint(endpoint: str) -> None:
    answer = ask(endpoint, "CONSTRUCT { <#a> <b> <> } WHERE {}", headers={"Accept": "application/n-triples"})
    assert answer.text == f"<{endpoint}#a> <{endpoint.removesuffix('sparql')}b> <{endpoint}> .\n"


def test_a_byte_order_mark_does_no_harm(endpoint: str) -> None:
    answer = httpx.post(endpoint, content="\ufeffASK {}".encode(), headers={"Content-Type": "application/sparql-query"})
    assert json.loads(answer.content)["boolean"] is True


def test_the_description_names_the_address_that_was_asked(endpoint: str) -> None:
    service = "http://www.w3.org/ns/sparql-service-description#endpoint"
    assert f"<{service}> <{endpoint}> ." in httpx.get(endpoint, headers={"Accept": "application/n-triples"}).text
    odd = httpx.get(endpoint, headers={"Accept": "application/n-triples", "Host": "x> <y"})
    assert odd.status_code < 500
    assert "x> <y" not in odd.text


HEAVY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        (HEAVY, "text/csv", "text/csv; charset=utf-8"),
        ("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "", "text/turtle; charset=utf-8"),
        (HEAVY, "text/html", "text/html; charset=utf-8"),
    ],
)
def test_head_reads_the_query_and_does_not_run_it(client: TestClient, query: str, accept: str, media_type: str) -> None:
    answer = client.head("/sparql", params={"query": query}, headers={"Accept": accept} if accept else {})
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, media_type, b"")
    assert "x-keikaku-row-limit" in answer.headers
    assert "etag" in answer.headers
    assert "content-length" not in answer.headers  # it is not known


@pytest.mark.parametrize(("query", "status"), [("SELEKT", 400), ("ASK { ?s ?p }", 400), ("LOAD <x:a>", 403), ("ASK FROM <x:g> {}", 403)])
def test_head_refuses_what_get_refuses(client: TestClient, query: str, status: int) -> None:
    assert (
        client.head("/sparql", params={"query": query}).status_code == status == client.get("/sparql", params={"query": query}).status_code
    )
