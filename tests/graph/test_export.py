"""Exports hold what the graph holds, in equal bytes for equal graphs."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pyoxigraph
import pytest
from pyoxigraph import RdfFormat, Triple
from rdflib import Dataset, Graph
from town import document, extraction, large_extraction

from graph.export import COLUMNS, FORMATS, export, measure_rows
from graph.snapshot import Snapshot, SnapshotBuilder

REPORTS = [extraction(), extraction(document=document("aaaaaaaaaaaaaaaa")), large_extraction(11)]


def publish(data_dir: Path, reverse: bool = False) -> Snapshot:
    with SnapshotBuilder(data_dir) as builder:
        builder.write_graph(reversed(REPORTS) if reverse else REPORTS)
        return builder.publish(index_settings={}, report=None)


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    return publish(tmp_path_factory.mktemp("export"))


def exported(snapshot: Snapshot, file_format: str) -> bytes:
    output = io.BytesIO()
    export(snapshot, file_format, output)
    return output.getvalue()


@pytest.mark.parametrize(("file_format", "rdf_format"), [("nquads", RdfFormat.N_QUADS), ("jsonld", RdfFormat.JSON_LD)])
def test_whole_graph_with_its_graphs(snapshot: Snapshot, file_format: str, rdf_format: RdfFormat) -> None:
    parsed = pyoxigraph.parse(exported(snapshot, file_format), format=rdf_format)
    named = {quad for quad in snapshot.store.quads() if "_:" not in str(quad)}  # blank nodes are renamed in reading
    assert {quad for quad in parsed if "_:" not in str(quad)} == named


def test_turtle_is_the_union(snapshot: Snapshot) -> None:
    union = {Triple(quad.subject, quad.predicate, quad.object) for quad in snapshot.store.quads()}
    turtle = exported(snapshot, "turtle")
    assert turtle.startswith(b"@prefix dcterms: ")
    assert len(Graph().parse(data=turtle, format="turtle")) == len(union)


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib warns of itself
def test_rdflib_reads_the_dump(snapshot: Snapshot) -> None:
    dataset = Dataset()
    dataset.parse(data=exported(snapshot, "nquads"), format="nquads")
    assert sum(len(graph) for graph in dataset.graphs()) == snapshot.manifest["counts"]["quads"]


def test_measures_as_a_table(snapshot: Snapshot) -> None:
    rows = measure_rows(snapshot.store)
    assert len(rows) == 2 + 11
    (row, _) = [row for row in rows if row["番号"] == "1-2"]
    assert row == {
        "自治体コード": "990019",
        "自治体": "あおば町",
        "計画": "あおば町情報化計画",
        "階層": "取組",
        "番号": "1-2",
        "取組": "キャッシュレスの導入",
        "担当": "会計課、各課",
        "関わる部署": "税務課",
        "目標": "どこでも払える町",
        "文書": "令和６年度 進捗報告",
        "ファイル": "0123456789abcdef.txt",
        "IRI": "http://localhost:8000/id/990019/plan/%E6%83%85%E5%A0%B1%E5%8C%96%E8%A8%88%E7%94%BB-2026/measure/1-2",
    }
    numbers = [row["番号"] for row in rows if row["文書"] == "大きな報告書"]
    assert numbers == [str(number) for number in range(11)]  # 10 after 9


def test_csv_opens_in_excel(snapshot: Snapshot) -> None:
    content = exported(snapshot, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert tuple(table[0]) == COLUMNS
    assert table == measure_rows(snapshot.store)


def test_xlsx_has_the_rows_of_the_csv(snapshot: Snapshot) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(exported(snapshot, "xlsx")))["取組"]
    rows = [["" if cell is None else cell for cell in row] for row in sheet.iter_rows(values_only=True)]
    assert rows == [list(COLUMNS), *(list(row.values()) for row in measure_rows(snapshot.store))]


def test_equal_graphs_give_equal_bytes(snapshot: Snapshot, tmp_path: Path) -> None:
    other = publish(tmp_path, reverse=True)
    for file_format in FORMATS:
        assert exported(snapshot, file_format) == exported(other, file_format), file_format
