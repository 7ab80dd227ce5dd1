"""/id, /page, /data and /ns."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

import pytest
from fastapi.testclient import TestClient
from rdflib import Graph, URIRef

from graph.vocabulary import VOCABULARY

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def path_of(iri: str) -> str:
    return urlsplit(iri).path


@pytest.mark.parametrize(
    ("accept", "ending", "target"),
    [
        (BROWSER, "", "page"),
        ("*/*", "", "data"),
        ("text/turtle", "", "data"),
        ("application/ld+json, text/html;q=0.1", "", "data"),
        ("text/turtle", ".html", "page"),
        (BROWSER, ".ttl", "data"),
        (BROWSER, ".jsonld", "data"),
    ],
)
def test_an_iri_leads_to_page_or_data(client: TestClient, measure: dict, accept: str, ending: str, target: str) -> None:
    answer = client.get(path_of(measure["iri"]) + ending, headers={"Accept": accept}, follow_redirects=False)
    assert answer.status_code == 303
    assert answer.headers["location"] == path_of(measure["iri"]).replace("/id/", f"/{target}/") + (ending if target == "data" else "")
    assert client.get(answer.headers["location"], headers={"Accept": accept}).status_code == 200


@pytest.mark.parametrize(
    ("ending", "media_type", "rdflib_format"),
    [
        (".ttl", "text/turtle", "turtle"),
        (".jsonld", "application/ld+json", "json-ld"),
        (".nt", "application/n-triples", "nt"),
        (".rdf", "application/rdf+xml", "xml"),
    ],
)
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
def test_data_say_everything_with_its_place(client: TestClient, measure: dict, ending: str, media_type: str, rdflib_format: str) -> None:
    answer = client.get(path_of(measure["iri"]).replace("/id/", "/data/") + ending)
    assert answer.headers["content-type"].partition(";")[0] == media_type
    graph = Graph().parse(data=answer.text, format=rdflib_format)
    subject = URIRef(measure["iri"])
    assert {str(department) for department in graph.objects(subject, URIRef("https://w3id.org/keikaku/ns#responsibleDepartment"))} == {
        department["iri"] for department in measure["departments"] if department["role"] == "responsible"
    }
    quotations = list(graph.objects(subject, URIRef("http://www.w3.org/ns/prov#wasQuotedFrom")))
    assert quotations
    assert all(graph.value(quotation, URIRef("https://w3id.org/keikaku/ns#startLine")) for quotation in quotations)


def test_an_encoded_name_is_found_however_it_is_written(client: TestClient, measure: dict) -> None:
    department = path_of(measure["departments"][0]["iri"]).replace("/id/", "/page/")
    pages = [client.get(spelling) for spelling in (department, unquote(department), department.replace("%E", "%e"))]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert f"<h1>{measure['departments'][0]['name']}</h1>" in pages[0].text


def test_a_page_shows_statements_labels_and_places(client: TestClient, measure: dict) -> None:
    page = client.get(path_of(measure["iri"]).replace("/id/", "/page/")).text
    assert f"<h1>{measure['title']}</h1>" in page
    for words in ("担当", "目指す姿・目標", "実施状況・予定", "年度 実施", "年度 予定", *(d["name"] for d in measure["departments"])):
        assert words in page
    assert "/page/document/" in page
    assert "?lines=" in page


def test_a_page_shows_ratings_by_their_words(client: TestClient) -> None:
    query = "PREFIX plan: <https://w3id.org/keikaku/ns#> SELECT ?m ?shown { ?a plan:assessmentOf ?m ; plan:ratingText ?shown } LIMIT 1"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    (row,) = answer.json()["results"]["bindings"]
    page = client.get(path_of(row["m"]["value"]).replace("/id/", "/page/")).text
    assert f">{row['shown']['value']}</a>" in page


def heading_of(client: TestClient, pattern: str) -> tuple[str, str]:
    """The heading of the page about the first ``?thing`` of a pattern, and the whole page."""
    prefixes = "PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    answer = client.get("/sparql", params={"query": f"{prefixes} SELECT ?thing {{ {pattern} }} ORDER BY ?thing LIMIT 1", "format": "json"})
    page = client.get(path_of(answer.json()["results"]["bindings"][0]["thing"]["value"]).replace("/id/", "/page/")).text
    return page.partition("<h1>")[2].partition("</h1>")[0], page


def test_pages_are_headed_by_what_people_call_a_thing(client: TestClient) -> None:
    heading, page = heading_of(client, '?thing plan:valueText "81%"')
    assert heading == "電子決裁率　81%"
    assert "指標の値　2024年度 実績" in page
    assert "qb:" not in page
    heading, page = heading_of(client, '?thing a rdf:Statement ; plan:rule plan:ItemNamedByMeasure ; rdf:subject/plan:number "14"')
    assert heading == "情報セキュリティの確保 → セキュリティ対策の徹底"
    assert re.search(r"根拠</dt>\s*<dd>.*?<a class=\"source\".*?行</span>", page, re.DOTALL)
    heading, page = heading_of(client, "?thing a plan:FrameworkItem")
    assert "skos:Concept" not in page
    assert "confirmed" not in page


def test_pages_of_every_kind_open(client: TestClient, measure: dict) -> None:
    document = client.get("/api/documents").json()["documents"][0]
    for iri in (measure["plan"]["iri"], measure["departments"][0]["iri"], document["iri"], measure["iri"].split("/plan/")[0]):
        assert client.get(path_of(iri).replace("/id/", "/page/")).status_code == 200


@pytest.mark.parametrize(
    "path", ["/id/999999", "/data/999999", "/page/999999", "/page/document/none", "/id/", "/id/%3E%20%7B", "/id/a%2Fb"]
)
def test_what_nobody_speaks_of_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Accept": "text/turtle"})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_methods_are_told(client: TestClient, measure: dict) -> None:
    for path in (path_of(measure["iri"]), path_of(measure["iri"]).replace("/id/", "/data/"), "/ns", "/dataset", "/.well-known/void"):
        answer = client.options(path)
        assert (answer.status_code, answer.headers["allow"], answer.content) == (204, "GET, HEAD, OPTIONS", b"")
        assert client.put(path).headers["allow"] == "GET, HEAD, OPTIONS"


KINDS = [
    "Plan", "PlanElement", "Measure", "Activity", "Indicator", "Effect", "Assessment", "Passage", "Department", "CollectiveDepartment", "Municipality",
    "SourceDocument", "Quotation", "Framework", "FrameworkItem", "Reorganisation",
]  # fmt: skip


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")  # rdflib's own JSON-LD parser uses it
@pytest.mark.parametrize("kind", [*(f"plan:{kind}" for kind in KINDS), "qb:Observation", "rdf:Statement"])
def test_a_thing_of_each_kind_is_told_alike_in_every_format(client: TestClient, kind: str) -> None:
    """Redirect, type, ETag and HEAD, and the same statements whatever the format."""
    prefixes = "PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX qb: <http://purl.org/linked-data/cube#> "
    prefixes += "PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> "
    answer = client.get(
        "/sparql", params={"query": f"{prefixes} SELECT ?thing {{ ?thing a {kind} }} ORDER BY ?thing LIMIT 1", "format": "json"}
    )
    path = path_of(answer.json()["results"]["bindings"][0]["thing"]["value"])
    graphs = []
    for media_type, parser in (("text/turtle", "turtle"), ("application/n-triples", "nt"), ("application/rdf+xml", "xml"), ("application/ld+json", "json-ld")):  # fmt: skip
        headers = {"Accept": media_type, "Origin": "https://portal.example.lg.jp"}
        seen = client.get(path, headers=headers, follow_redirects=False)
        assert seen.status_code == 303
        told = client.get(seen.headers["location"], headers=headers)
        assert (told.status_code, told.headers["content-type"].partition(";")[0]) == (200, media_type)
        for one in (seen, told):
            assert {"Accept", "Origin"} <= set(one.headers["vary"].split(", "))
            assert one.headers["access-control-allow-origin"]
        assert client.get(told.url, headers=headers | {"If-None-Match": told.headers["etag"]}).status_code == 304
        head = client.head(told.url, headers=headers)
        assert (head.status_code, head.headers["content-type"], head.content) == (200, told.headers["content-type"], b"")
        graphs.append(set(Graph().parse(data=told.text, format=parser)))
    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/turtle"),
        ("*;q=.2", "text/turtle"),
        (",,;", "text/turtle"),
        ("TEXT/TURTLE; charset=utf-8", "text/turtle"),
        ("application/*", "application/n-triples"),
        ("application/rdf+xml, text/html", "application/rdf+xml"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "application/ld+json"),
        ("application/json", "application/json"),
        ("text/turtle," * 500, "text/turtle"),
        ("text/html, application/rdf+xml;q=0.9", "text/html"),
    ],
)
def test_odd_accept_headers(client: TestClient, measure: dict, accept: str, media_type: str) -> None:
    answer = client.get(path_of(measure["iri"]), headers={"Accept": accept})
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)


def test_other_formats_are_not_acceptable(client: TestClient, measure: dict) -> None:
    for path in (path_of(measure["iri"]), path_of(measure["iri"]).replace("/id/", "/data/")):
        answer = client.get(path, headers={"Accept": "image/png"}, follow_redirects=False)
        assert answer.status_code == 406
        assert "text/turtle" in answer.json()["detail"]


def test_the_vocabulary_is_a_page_and_data(client: TestClient) -> None:
    page = client.get("/ns", headers={"Accept": BROWSER}).text
    assert 'id="Measure"' in page
    assert "responsibleDepartment" in page
    for path, accept in (("/ns", "text/turtle"), ("/ns.ttl", "*/*")):
        graph = Graph().parse(data=client.get(path, headers={"Accept": accept}).text, format="turtle")
        assert (URIRef("https://w3id.org/keikaku/ns#Measure"), None, None) in graph


def test_the_vocabulary_keeps_unions_of_classes(client: TestClient) -> None:
    """A domain of several classes is a blank node, which a selection by namespace would lose."""
    graph = Graph().parse(data=client.get("/ns.ttl").text, format="turtle")
    original = Graph().parse(VOCABULARY / "keikaku.ttl", format="turtle")
    assert len(graph) == len(original)


@pytest.mark.parametrize(
    ("path", "media_type"), [("/ns.jsonld", "application/ld+json"), ("/ns.nt", "application/n-triples"), ("/ns.rdf", "application/rdf+xml")]
)
def test_the_vocabulary_by_ending(client: TestClient, path: str, media_type: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert client.get("/ns.html").status_code == client.get("/ns.pdf").status_code == 404


@pytest.mark.parametrize(
    ("path", "accepted", "language"),
    [
        ("/ns", "ja", "ja"),
        ("/ns", "en-GB,en;q=0.9", "en"),
        ("/ns?lang=en", "ja", "en"),
        ("/ns?lang=ja", "en", "ja"),
        ("/ns?lang=", "en", "en"),
    ],
)
def test_the_vocabulary_page_speaks_both_languages(client: TestClient, path: str, accepted: str, language: str) -> None:
    answer = client.get(path, headers={"Accept": BROWSER, "Accept-Language": accepted})
    assert answer.headers["content-language"] == language
    assert f'<div lang="{language}">' in answer.text
    assert ("What was done" in answer.text or "Domain: " in answer.text) == (language == "en")


def test_the_vocabulary_page_has_every_term_with_an_anchor(client: TestClient) -> None:
    page = client.get("/ns", headers={"Accept": BROWSER}).text
    graph = Graph().parse(VOCABULARY / "keikaku.ttl", format="turtle")
    namespace = "https://w3id.org/keikaku/ns#"
    terms = {str(term).removeprefix(namespace) for term in graph.subjects() if str(term).startswith(namespace)}
    assert {term for term in terms if f'<div id="{term}">' not in page} == set()
    measure = page.partition('<div id="responsibleDepartment">')[2].partition("</div>")[0]
    assert 'href="#Measure"' in measure
    assert 'href="#Initiative"' in measure  # of a union
    assert 'href="#Department"' in measure
    example = measure.partition('例: <a href="')[2].partition('"')[0]
    assert client.get(example).status_code == 200
