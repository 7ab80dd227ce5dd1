"""One contract for every store, against a plain set of quads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple
from town import document, extraction

from graph.iris import Iris
from graph.store import GraphStore, OxigraphStore
from graph.triples import extraction_quads
from ontology.errors import SnapshotError

IRIS = Iris()
QUADS = {
    quad
    for identifier in ("0123456789abcdef", "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")
    for quad in extraction_quads(extraction(document=document(identifier)), IRIS)
}
UNION = {Triple(quad.subject, quad.predicate, quad.object) for quad in QUADS}

Opened = Callable[[Iterable[Quad]], GraphStore]


@pytest.fixture(params=["memory", "directory"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opened:
    """Every way to open a store; a new engine is added here."""

    def in_directory(quads: Iterable[Quad]) -> GraphStore:
        OxigraphStore.create(tmp_path / "store", quads)
        return OxigraphStore.open_read_only(tmp_path / "store")

    return {"memory": OxigraphStore.in_memory, "directory": in_directory}[request.param]


def test_quads_are_those_that_were_put_in(opened: Opened) -> None:
    assert Counter(opened(iter(QUADS)).quads()) == Counter(QUADS)


def test_a_quad_put_in_twice_is_there_once(opened: Opened) -> None:
    assert Counter(opened([*QUADS, *QUADS]).quads()) == Counter(QUADS)


def test_graph_names(opened: Opened) -> None:
    assert opened(QUADS).graph_names() == sorted({quad.graph_name.value for quad in QUADS})


def test_an_empty_store(opened: Opened) -> None:
    store = opened([])
    assert (list(store.quads()), store.graph_names(), store.query("SELECT * { ?s ?p ?o }")) == ([], [], [])


def test_the_default_graph_is_the_set_union(opened: Opened) -> None:
    rows = opened(QUADS).query("SELECT ?s ?p ?o { ?s ?p ?o }")
    assert Counter(Triple(row["s"], row["p"], row["o"]) for row in rows) == Counter(UNION)


def test_counts_do_not_count_documents(opened: Opened) -> None:
    (row,) = opened(QUADS).query("PREFIX plan: <https://w3id.org/keikaku/ns#> SELECT (COUNT(*) AS ?n) { ?m a plan:Measure }")
    assert row["n"].value == "1"


def test_graph_patterns_see_named_graphs_only(opened: Opened) -> None:
    rows = opened(QUADS).query("SELECT ?g ?s ?p ?o { GRAPH ?g { ?s ?p ?o } }")
    assert Counter(Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows) == Counter(QUADS)


def test_ask(opened: Opened) -> None:
    store = opened(QUADS)
    assert store.query('ASK { ?s ?p "税務課"@ja }') is True
    assert store.query('ASK { ?s ?p "無い課"@ja }') is False


def test_construct_and_describe_give_triples(opened: Opened) -> None:
    store = opened(QUADS)
    department = IRIS.department(extraction().plan.municipality, "税務課")
    assert set(store.query("CONSTRUCT WHERE { ?s ?p ?o }")) == UNION
    assert set(store.query(f"DESCRIBE <{department}>")) == {triple for triple in UNION if triple.subject.value == department}


def test_an_unbound_variable_is_no_key(opened: Opened) -> None:
    quad = Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("o"), NamedNode("x:g"))
    assert opened([quad]).query("SELECT ?s ?t { ?s ?p ?o OPTIONAL { ?s <x:q> ?t } }") == [{"s": NamedNode("x:s")}]


def test_a_statement_of_nobody_is_refused(opened: Opened) -> None:
    with pytest.raises(ValueError, match="graph"):
        opened([Quad(NamedNode("x:s"), NamedNode("x:p"), Literal("o"))])


def test_a_query_that_is_none(opened: Opened) -> None:
    with pytest.raises(SyntaxError):
        opened(QUADS).query("SELEKT *")


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib warns of itself
def test_rdflib_sees_the_same(opened: Opened) -> None:
    dataset = opened(QUADS).to_rdflib()
    assert len(dataset.default_graph) == len(UNION)
    (row,) = dataset.query("PREFIX plan: <https://w3id.org/keikaku/ns#> SELECT (COUNT(*) AS ?n) { ?m a plan:Measure }")
    assert int(row.n) == 1


def test_a_missing_store_is_named(tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match=r"nowhere.*取り込みをやり直してください"):
        OxigraphStore.open_read_only(tmp_path / "nowhere")


def test_a_damaged_store_is_named(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "CURRENT").write_text("MANIFEST-000099\n")
    with pytest.raises(SnapshotError, match="開けません"):
        OxigraphStore.open_read_only(tmp_path / "store")
