"""The dataset as a whole: description, versions, dumps."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse
from rdflib import Graph, Namespace, URIRef

from keikaku.compose import ingest_documents
from keikaku.settings import resolve_settings
from search_api.app import create_app
from search_api.settings import ServiceSettings

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
BASE = "http://localhost:8000/"
DATASET = URIRef(f"{BASE}.well-known/void#dataset")
EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def description(client: TestClient) -> Graph:
    answer = client.get("/.well-known/void", headers={"Accept": "text/turtle"})
    assert answer.headers["content-type"].startswith("text/turtle")
    return Graph().parse(data=answer.text, format="turtle")


def count(client: TestClient, pattern: str, what: str = "*") -> int:
    query = f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}"
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json"})
    return int(answer.json()["results"]["bindings"][0]["n"]["value"])


def test_counts_are_those_of_the_graph(client: TestClient, description: Graph) -> None:
    assert int(description.value(DATASET, VOID.triples)) == count(client, "?s ?p ?o")
    assert int(description.value(DATASET, VOID.distinctSubjects)) == count(client, "?s ?p ?o", "DISTINCT ?s")
    for subset in description.objects(DATASET, VOID.subset):
        graph = description.value(subset, SD.name)
        assert int(description.value(subset, VOID.triples)) == count(client, f"GRAPH <{graph}> {{ ?s ?p ?o }}")
        assert int(description.value(subset, VOID.classes)) == len(set(description.objects(subset, VOID.classPartition)))
        triples = [int(description.value(part, VOID.triples)) for part in description.objects(subset, VOID.propertyPartition)]
        assert sum(triples) == int(description.value(subset, VOID.triples))
    measures = URIRef("https://w3id.org/keikaku/ns#Measure")
    (part,) = [p for p in description.objects(DATASET, VOID.classPartition) if description.value(p, VOID["class"]) == measures]
    assert int(description.value(part, VOID.entities)) == count(client, f"?s a <{measures}>")


def test_what_the_description_names_answers(client: TestClient, description: Graph) -> None:
    examples = [str(iri) for iri in description.objects(DATASET, VOID.exampleResource)]
    assert len(examples) >= 8
    files = [str(iri) for iri in description.objects(None, DCAT.downloadURL)]
    assert f"{BASE}dump.nq.gz" in files
    assert f"{BASE}api/measures?format=xlsx" in files
    dumps = [str(iri) for iri in description.objects(None, VOID.dataDump)]
    for iri in (*examples, *files, *dumps):
        assert client.get(iri.removeprefix(BASE.rstrip("/"))).status_code == 200, iri
    assert (None, DCAT.endpointURL, URIRef(f"{BASE}sparql")) in description
    assert description.value(DATASET, DCTERMS.modified) is not None
    assert description.value(DATASET, DCTERMS.license) is None  # nobody chose one


def test_the_operator_tells_the_licence(town: Path) -> None:
    licence = "https://creativecommons.org/licenses/by/4.0/"
    with TestClient(create_app(town, ServiceSettings(query_workers=1, data_license=licence))) as client:
        graph = Graph().parse(data=client.get("/.well-known/void").text, format="turtle")
        assert graph.value(DATASET, DCTERMS.license) == URIRef(licence)
        assert f'href="{licence}"' in client.get("/dataset").text


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/trig"]
)
def test_the_description_comes_in_every_format(client: TestClient, accept: str, description: Graph) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": accept})
    assert answer.headers["content-type"].partition(";")[0] == accept
    found = {quad.triple for quad in parse(answer.content, format=RdfFormat.from_media_type(accept))}
    assert len(found) == len(description)


def test_browsers_are_led_to_the_page(client: TestClient) -> None:
    answer = client.get("/.well-known/void", headers={"Accept": "text/html,*/*;q=0.8"})
    assert answer.history[0].status_code == 303
    assert answer.url.path == "/dataset"
    assert 'id="graph-derived"' in answer.text
    assert "利用条件: 運用者が定めていません" in answer.text


def test_the_dump_is_the_store(town: Path, client: TestClient) -> None:
    answer = client.get("/dump.nq.gz", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in answer.headers  # not packed twice
    assert int(answer.headers["content-length"]) == len(answer.content)
    digest = hashlib.sha256(answer.content)
    assert answer.headers["etag"] == f'"{digest.hexdigest()}"'
    assert answer.headers["repr-digest"] == f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    quads = set(parse(gzip.decompress(answer.content), format=RdfFormat.N_QUADS))
    store = {quad for quad in Store.read_only(str(town / "current" / "store")) if isinstance(quad.graph_name, NamedNode)}
    assert without_blank(quads) == without_blank(store)


def without_blank(quads: set[Quad]) -> set[Quad]:
    return {quad for quad in quads if "_:" not in str(quad)}


def test_who_has_the_dump_gets_nothing_again(client: TestClient) -> None:
    tag = client.get("/dump.nq.gz").headers["etag"]
    again = client.get("/dump.nq.gz", headers={"If-None-Match": f'"other", {tag}'})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head("/dump.nq.gz")
    assert (head.headers["etag"], head.content) == (tag, b"")


def test_the_dumps_of_municipalities_share_nothing_and_lose_nothing(client: TestClient) -> None:
    codes = {document["municipality"] for document in client.get("/api/documents?limit=1000").json()["documents"]}
    lines = {code: set(gzip.decompress(client.get(f"/dump/{code}.nq.gz").content).splitlines()) for code in codes}
    whole = gzip.decompress(client.get("/dump.nq.gz").content).splitlines()
    common = {line for line in whole if line.endswith((f"<{BASE}graph/vocabulary> .".encode(), f"<{BASE}graph/frameworks> .".encode()))}
    assert sum(map(len, lines.values())) + len(common) == len(whole)
    assert set().union(common, *lines.values()) == set(whole)


@pytest.mark.parametrize("path", ["/dump/999999.nq.gz", "/dump/..%2Fcurrent.nq.gz", "/dump/versions/none.nq.gz"])
def test_unknown_dumps_are_problems(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A service whose data were published twice: an owner of the document changed its name."""
    folder, data_dir = tmp_path_factory.mktemp("documents"), tmp_path_factory.mktemp("versions")
    settings = resolve_settings({"data_dir": str(data_dir)}, environ={})
    report = (EXAMPLES / "wakabano-dx-r6.txt").read_text(encoding="utf-8")
    (folder / "dx-r6.txt").write_text(report, encoding="utf-8")
    (folder / "dx-r6.txt.toml").write_text((EXAMPLES / "wakabano-dx-r6.txt.toml").read_text(encoding="utf-8"), encoding="utf-8")
    ingest_documents([folder], settings)
    (folder / "dx-r6.txt").write_text(report.replace("高齢者支援課", "長寿支援課"), encoding="utf-8")
    ingest_documents([folder], settings)
    with TestClient(create_app(data_dir, ServiceSettings(query_workers=1))) as client:
        yield client


def test_versions_tell_what_changed(twice: TestClient) -> None:
    newest, former = twice.get("/api/versions").json()["versions"]
    assert former["changes"] is None
    changes = newest["changes"]
    assert (changes["from"], changes["to"]) == (former["build_id"], newest["build_id"])
    assert [document["file_name"] for document in changes["documents"]["changed"]] == ["dx-r6.txt"]
    assert changes["measures"]["added"] == changes["measures"]["removed"] == []
    assert all("長寿支援課" in m["added"] and "高齢者支援課" in m["removed"] for m in changes["measures"]["reassigned"])
    assert changes["measures"]["reassigned"]
    assert "長寿支援課" in {department["name"] for department in changes["departments"]["added"]}
    assert changes["figures"] == []
    page = twice.get("/dataset").text
    assert "担当の変わった取組" in page
    assert "改められた文書 1" in page


def test_kept_versions_can_be_taken_away(twice: TestClient) -> None:
    newest, former = twice.get("/api/versions").json()["versions"]
    assert twice.get(newest["dump"]).content == twice.get("/dump.nq.gz").content
    assert "長寿支援課".encode() not in gzip.decompress(twice.get(former["dump"]).content)
