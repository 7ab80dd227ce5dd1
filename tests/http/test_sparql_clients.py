"""The clients that researchers come with, as they are, against the running service."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import tomllib
import urllib.parse
import urllib.request
from pathlib import Path

import httpx
import pytest
import rdflib
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import CSV, GET, JSON, JSONLD, N3, POST, POSTDIRECTLY, RDFXML, TSV, TURTLE, URLENCODED, XML, SPARQLWrapper

from graph.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS

PLAN = "https://w3id.org/keikaku/ns#"
PREFIXES = f"PREFIX plan: <{PLAN}> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> "
TITLE = "スマホ教室"
SELECT = (
    PREFIXES + f'SELECT ?m ?name {{ ?m a plan:Measure ; skos:prefLabel ?name FILTER(CONTAINS(?name, "{TITLE}") || 1+1=2) }} ORDER BY ?m'
)
ASK = PREFIXES + "ASK { ?m a plan:Measure }"
CONSTRUCT = PREFIXES + "CONSTRUCT { ?m skos:prefLabel ?name } WHERE { ?m a plan:Measure ; skos:prefLabel ?name }"
REQUESTS = tomllib.loads(Path(__file__).with_name("sparql_clients.toml").read_text(encoding="utf-8"))["request"]


@pytest.fixture(scope="module")
def names(endpoint: str) -> set[tuple[str, str]]:
    """Each measure with its name; two documents may print two names of one."""
    rows = httpx.get(endpoint, params={"query": SELECT}, timeout=60).json()["results"]["bindings"]
    assert len(rows) > 10
    return {(row["m"]["value"], row["name"]["value"]) for row in rows}


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
@pytest.mark.parametrize("result_format", ["xml", "json", "csv", "tsv"])
def test_rdflib_store(endpoint: str, names: set[tuple[str, str]], method: str, result_format: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method, returnFormat=result_format))
    assert {(str(row.m), str(row.name)) for row in graph.query(SELECT)} == names
    if result_format in ("xml", "json"):  # rdflib reads truth values and graphs in these
        assert graph.query(ASK).askAnswer is True


@pytest.mark.parametrize("method", ["GET", "POST", "POST_FORM"])
def test_rdflib_store_as_a_graph(endpoint: str, names: set[tuple[str, str]], method: str) -> None:
    graph = rdflib.Graph(SPARQLStore(endpoint, method=method))
    found = set(graph.subjects(rdflib.RDF.type, rdflib.URIRef(PLAN + "Measure")))
    assert {str(subject) for subject in found} == {measure for measure, _ in names}
    assert len(graph.query(CONSTRUCT).graph) == len(names)
    assert len(graph) > len(names)


@pytest.mark.parametrize(("method", "encoding"), [(GET, URLENCODED), (POST, URLENCODED), (POST, POSTDIRECTLY)])
@pytest.mark.parametrize("only_accept", [False, True])
class TestSPARQLWrapper:
    def wrapper(self, endpoint: str, query: str, method: str, encoding: str, only_accept: bool, result_format: str) -> SPARQLWrapper:
        client = SPARQLWrapper(endpoint)
        client.setMethod(method)
        client.setRequestMethod(encoding)
        client.setOnlyConneg(only_accept)  # else format, output and results go along
        client.setQuery(query)
        client.setReturnFormat(result_format)
        return client

    @pytest.mark.parametrize("result_format", [JSON, XML, CSV, TSV])
    def test_select(
        self, endpoint: str, names: set[tuple[str, str]], method: str, encoding: str, only_accept: bool, result_format: str
    ) -> None:
        found = self.wrapper(endpoint, SELECT, method, encoding, only_accept, result_format).queryAndConvert()
        if result_format == JSON:
            assert {(row["m"]["value"], row["name"]["value"]) for row in found["results"]["bindings"]} == names
        elif result_format == XML:
            assert len(found.getElementsByTagName("result")) == len(names)
        else:
            assert len(found.decode().splitlines()) == len(names) + 1

    @pytest.mark.parametrize("result_format", [JSON, XML])
    def test_ask(self, endpoint: str, method: str, encoding: str, only_accept: bool, result_format: str) -> None:
        found = self.wrapper(endpoint, ASK, method, encoding, only_accept, result_format).queryAndConvert()
        assert found["boolean"] is True if result_format == JSON else "true" in found.toxml()

    @pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # by SPARQLWrapper itself
    @pytest.mark.parametrize("result_format", [TURTLE, N3, RDFXML, XML, JSONLD])
    def test_construct(
        self, endpoint: str, names: set[tuple[str, str]], method: str, encoding: str, only_accept: bool, result_format: str
    ) -> None:
        found = self.wrapper(endpoint, CONSTRUCT, method, encoding, only_accept, result_format).queryAndConvert()
        graph = found if isinstance(found, rdflib.Graph) else rdflib.Graph().parse(data=found)
        assert len(graph) == len(names)


@pytest.mark.parametrize("request_", REQUESTS, ids=lambda request: request["client"])
def test_requests_as_other_clients_send_them(endpoint: str, names: set[tuple[str, str]], request_: dict) -> None:
    query = {"SELECT": SELECT, "ASK": ASK, "CONSTRUCT": CONSTRUCT}[request_["form"]]
    parameters = {"query": query} | request_.get("parameters", {})
    headers = {"Accept": request_["accept"]} if "accept" in request_ else {}
    match request_["operation"]:
        case "get":
            answer = httpx.get(endpoint, params=parameters, headers=headers, timeout=60)
        case "form":
            headers["Content-Type"] = request_.get("content_type", "application/x-www-form-urlencoded")
            answer = httpx.post(endpoint, content=str(httpx.QueryParams(parameters)), headers=headers, timeout=60)
        case "direct":
            headers["Content-Type"] = request_.get("content_type", "application/sparql-query")
            answer = httpx.post(endpoint, params=request_.get("parameters", {}), content=query.encode(), headers=headers, timeout=60)
    assert answer.status_code == 200, answer.text
    media_type = answer.headers["content-type"].partition(";")[0]
    assert media_type == request_["answer"]
    offered = GRAPH_FORMATS if request_["form"] == "CONSTRUCT" else SOLUTION_FORMATS
    if request_["form"] == "CONSTRUCT":
        assert len(rdflib.Graph().parse(data=answer.content, format=offered[media_type])) == len(names)
    elif request_["form"] == "SELECT":
        assert all(name in answer.text for _, name in names)
    else:
        assert "true" in answer.text


def test_curl(endpoint: str, names: set[tuple[str, str]]) -> None:
    curl = shutil.which("curl")
    if curl is None:
        pytest.skip("curl がありません")

    def run(*arguments: str) -> str:
        done = subprocess.run([curl, "-sSf", *arguments], capture_output=True, text=True, timeout=60, check=True)
        return done.stdout

    rows = json.loads(run(endpoint, "--data-urlencode", f"query={SELECT}"))["results"]["bindings"]
    assert len(rows) == len(names)
    assert run("-G", endpoint, "--data-urlencode", f"query={SELECT}", "-H", "Accept: text/csv").count("\n") == len(names) + 1
    direct = run(endpoint, "--data-binary", CONSTRUCT, "-H", "Content-Type: application/sparql-query", "--compressed")
    assert len(rdflib.Graph().parse(data=direct, format="turtle")) == len(names)
    assert "text/turtle" in run("-I", endpoint)


def test_pandas_reads_csv_from_an_address(endpoint: str, names: set[tuple[str, str]]) -> None:
    """What ``pandas.read_csv(url)`` sends: urllib's own headers, or those of ``storage_options``."""
    for parameters, headers in (({"query": SELECT, "format": "csv"}, {}), ({"query": SELECT}, {"Accept": "text/csv"})):
        request = urllib.request.Request(f"{endpoint}?{urllib.parse.urlencode(parameters)}", headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
            rows = list(csv.DictReader(io.TextIOWrapper(answer, "utf-8", newline="")))
        assert {(row["m"], row["name"]) for row in rows} == names


def test_comunica_sees_that_it_is_an_endpoint(endpoint: str) -> None:
    """Comunica first asks any source for RDF, of which it knows many kinds, and looks for ``sd:Service`` in it."""
    kinds = (
        "application/n-quads,application/trig;q=0.95,application/ld+json;q=0.9,application/n-triples;q=0.8,text/turtle;q=0.6,text/n3;q=0.35"
    )
    answer = httpx.get(endpoint, headers={"Accept": f"{kinds},text/html;q=0.2,application/xhtml+xml;q=0.18"}, timeout=60)
    assert answer.headers["content-type"].partition(";")[0] == "application/n-quads"
    described = rdflib.Graph().parse(data=answer.text, format="nt")  # all in the default graph, so these are N-Triples
    service = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
    (subject,) = described.subjects(rdflib.RDF.type, service.Service)
    assert {str(address) for address in described.objects(subject, service.endpoint)} == {endpoint}


_SCRIPT = """
const [endpoint, query] = process.argv.slice(2);
const form = await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ query }) });
const get = await fetch(endpoint + '?' + new URLSearchParams({ query }), { headers: { accept: 'application/sparql-results+json;q=1.0,application/sparql-results+xml;q=0.7' } });
for (const answer of [form, get]) console.log((await answer.json()).results.bindings.length);
"""


def test_javascript(endpoint: str, names: set[tuple[str, str]], tmp_path: Path) -> None:
    """``fetch``, on which the SPARQL clients of JavaScript are built."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("node がありません")
    script = tmp_path / "ask.mjs"
    script.write_text(_SCRIPT, encoding="utf-8")
    done = subprocess.run([node, str(script), endpoint, SELECT], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == [str(len(names))] * 2
