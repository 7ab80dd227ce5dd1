"""Every IRI below the base of a graph leads to a page and to data that tell of it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, RdfFormat, Store, parse

BASE = "http://localhost:8000/"
EACH_KIND = 5  # of one shape of IRI; the shapes are what differs


def all_iris(data_dir: Path) -> set[str]:
    store = Store.read_only(str(data_dir / "current" / "store"))
    terms = {term for quad in store for term in (*quad.triple, quad.graph_name) if isinstance(term, NamedNode)}
    return {term.value for term in terms if term.value.startswith(BASE)}


def sample(iris: set[str]) -> list[str]:
    """Some of every shape of IRI, spread over all of them."""
    kinds: dict[str, list[str]] = defaultdict(list)
    for iri in sorted(iris):
        kinds[re.sub(r"[0-9a-f]{16}|%[0-9A-F]{2}|\d+|[A-Za-z]*(?=%)", "", iri)].append(iri)
    return [iri for found in kinds.values() for iri in found[:: max(1, len(found) // EACH_KIND)]]


def check(client: TestClient, iri: str) -> None:
    path, fragment = urlsplit(iri).path, urlsplit(iri).fragment
    page = client.get(path, headers={"Accept": "text/html"})
    assert (page.history[0].status_code, page.status_code) == (303, 200), iri
    assert re.findall(r"<dt>([a-z]+:\w+)</dt>", page.text) == [], iri  # properties are named in Japanese
    if fragment:
        assert f'id="{fragment}"' in page.text, iri
    data = client.get(path, headers={"Accept": "application/n-triples"})
    assert (data.history[0].status_code, data.status_code) == (303, 200), iri
    if "/graph/" not in path:  # of a graph the statements are given, not what is said of it
        assert any(triple.subject.value == iri for triple in parse(data.content, format=RdfFormat.N_TRIPLES)), iri


def test_every_iri_of_the_example_town_can_be_looked_up(town: Path, client: TestClient) -> None:
    iris = sample(all_iris(town))
    assert {kind for iri in iris for kind in ("/measure/", "/department/", "/indicator/", "/framework/", "#L", "/graph/") if kind in iri} == {
        "/measure/", "/department/", "/indicator/", "/framework/", "#L", "/graph/",
    }  # fmt: skip
    for iri in iris:
        check(client, iri)


@pytest.mark.seeds
def test_every_iri_of_real_documents_can_be_looked_up(seeds: Path, seeds_client: TestClient) -> None:
    for iri in sample(all_iris(seeds)):
        check(seeds_client, iri)


@pytest.mark.seeds
def test_every_place_that_a_statement_names_is_described(seeds: Path) -> None:
    store = Store.read_only(str(seeds / "current" / "store"))
    told = {quad.subject.value for quad in store.quads_for_pattern(None, None, None) if isinstance(quad.subject, NamedNode)}
    assert {iri for iri in all_iris(seeds) if "#L" in iri} <= told


def test_unknown_graphs_are_problems(client: TestClient) -> None:
    for path in ("/graph/none", "/data/graph/none", "/data/graph/none.ttl"):
        answer = client.get(path, headers={"Accept": "text/turtle"})
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.mark.seeds
def test_a_plan_names_the_one_that_took_its_place(seeds_client: TestClient) -> None:
    query = "SELECT ?new ?old { ?new <http://purl.org/dc/terms/replaces> ?old } LIMIT 1"
    answer = seeds_client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    (row,) = answer.json()["results"]["bindings"]
    old, new = (seeds_client.get(urlsplit(row[name]["value"]).path, headers={"Accept": "text/html"}).text for name in ("old", "new"))
    assert "<dt>次の計画</dt>" in old
    assert "<dt>前の計画</dt>" in new
