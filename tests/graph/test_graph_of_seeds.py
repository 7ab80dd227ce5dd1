"""The graph of the real documents: facts that were checked by reading them."""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from graph.disagreements import find_disagreements
from graph.queries import ExampleQuery, example_queries, read_query
from graph.query import QueryEngine
from graph.search_pattern import find_searches
from graph.snapshot import Snapshot, SnapshotBuilder
from graph.validation import validate
from ingest.pipeline import read_documents
from ontology.model import Extraction

pytestmark = pytest.mark.seeds
HERE = Path(__file__).parent
PREFIX = "PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX dcterms: <http://purl.org/dc/terms/> "


@pytest.fixture(scope="module")
def snapshot(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    extractions: list[Extraction] = []
    for _, result in read_documents(sorted((shared / "seeds").glob("*.txt"))):
        assert isinstance(result, list), result
        extractions += result
    with SnapshotBuilder(tmp_path_factory.mktemp("seeds")) as builder:
        builder.write_graph(extractions)
        return builder.publish(index_settings={}, report=None)


def test_the_order_of_documents_changes_no_byte(shared: Path, snapshot: Snapshot, tmp_path: Path) -> None:
    expected = (snapshot.path / "graph.nq").read_bytes()
    files = sorted((shared / "seeds").glob("*.txt"))
    for seed in range(3):
        order = random.Random(seed).sample(files, len(files))
        extractions = [extraction for _, result in read_documents(order) for extraction in result]
        with SnapshotBuilder(tmp_path / str(seed)) as builder:
            builder.write_graph(random.Random(seed).sample(extractions, len(extractions)))
            assert (builder.path / "graph.nq").read_bytes() == expected


def test_no_shape_is_violated(snapshot: Snapshot) -> None:
    assert [violation for violation in validate(snapshot.store.quads()) if violation.severity == "Violation"] == []


def test_one_plan_is_one_iri_though_several_documents_speak_of_it(snapshot: Snapshot) -> None:
    rows = snapshot.store.query(
        PREFIX
        + 'SELECT ?plan (COUNT(DISTINCT ?document) AS ?n) { ?document plan:about ?plan . ?plan dcterms:title "墨田区行政情報化推進計画"@ja }'
        " GROUP BY ?plan ORDER BY DESC(?n)"
    )
    assert [int(row["n"].value) for row in rows] == [4, 1]  # the plan of 2022-2025, and the one before it


def test_a_figure_is_found_in_each_of_its_documents(snapshot: Snapshot) -> None:
    text = next(query.text for query in example_queries() if query.name == "example-1-indicators")
    rows = [row for row in snapshot.store.query(text) if row["指標"].value == "キャッシュレス決済手続数"]
    assert {row["実績"].value for row in rows} == {"217手続"}
    assert len({row["文書"].value for row in rows}) == 2


@pytest.fixture(scope="module")
def engine(snapshot: Snapshot) -> Iterator[QueryEngine]:
    with QueryEngine(snapshot.path / "store", workers=1, timeout=3) as engine:
        yield engine


@pytest.mark.parametrize("example", [query for query in example_queries() if not find_searches(query.text)], ids=lambda query: query.name)
def test_every_example_finds_something(engine: QueryEngine, example: ExampleQuery) -> None:
    result = engine.run(example.text, accept="text/csv, application/n-triples;q=0.5")
    assert len(result.body.splitlines()) > 1


@pytest.mark.parametrize(("name", "former"), tomllib.loads((HERE / "former_queries.toml").read_text(encoding="utf-8")).items())
def test_what_was_written_for_the_planner_finds_the_same(engine: QueryEngine, name: str, former: str) -> None:
    now, then = (sorted(engine.run(query, accept="text/csv").body.splitlines()) for query in (read_query(name), former))
    assert now == then
    assert len(now) > 1


def test_what_the_documents_disagree_on(snapshot: Snapshot) -> None:
    truth = tomllib.loads((HERE / "truth" / "disagreements.toml").read_text(encoding="utf-8"))["rows"]
    found = {
        (one.title, one.fiscal_year, one.role): {re.split(r"[\s(（※]", statement.text)[0] for statement in one.statements}
        for one in find_disagreements(snapshot.store)
        if one.kind == "figure"
    }
    assert found == {(name, year, role): set(amounts) for name, year, role, amounts in truth}


def test_departments_of_a_measure(snapshot: Snapshot) -> None:
    rows = snapshot.store.query(
        PREFIX
        + 'SELECT DISTINCT ?role ?name { ?m plan:number "4" ; skos:prefLabel "キャッシュレス化の推進"@ja ; ?role ?d . ?d a plan:Department ; skos:prefLabel ?name }'
    )
    responsible = {row["name"].value for row in rows if row["role"].value.endswith("responsibleDepartment")}
    involved = {row["name"].value for row in rows if row["role"].value.endswith("involvedDepartment")}
    assert responsible == {"ICT推進担当", "公金取扱課"}
    assert involved >= {"税務課", "国保年金課", "介護保険課", "窓口課", "生活衛生課", "土木管理課"}


def test_quotations_are_the_printed_lines(snapshot: Snapshot) -> None:
    rows = snapshot.store.query(
        PREFIX + "PREFIX oa: <http://www.w3.org/ns/oa#> SELECT ?document ?start ?end ?exact "
        "{ ?q plan:document ?document ; plan:startLine ?start ; plan:endLine ?end ; oa:exact ?exact }"
    )
    sizes = {entry["iri"]: len(snapshot.source(entry["id"])["lines"]) for entry in snapshot.manifest["documents"]}
    assert rows
    for row in rows:
        assert 1 <= int(row["start"].value) <= int(row["end"].value) <= sizes[row["document"].value]
        assert row["exact"].value.strip()
