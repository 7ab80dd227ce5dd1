"""The product's own queries, the examples of the query page and those in the documentation, on a graph whose answers are known."""

from __future__ import annotations

import csv
import io
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from town import INDICATOR, MEASURE, document, extraction, large_extraction, source

import graph
from graph.iris import Iris
from graph.queries import CATEGORIES, example_queries, read_query
from graph.query import QueryEngine
from graph.search_pattern import find_searches
from graph.store import OxigraphStore
from graph.triples import extraction_quads
from graph.vocabulary import vocabulary_quads
from ontology.model import Alignment, FrameworkMention, Observation, Quantity, ValueRole

IRIS = Iris()
ROOT = Path(graph.__file__).parents[1]
LATER = extraction(
    document=document("aaaaaaaaaaaaaaaa", "令和７年度 進捗報告"),
    measures=(replace(MEASURE, name="キャッシュレス決済の導入", activities=(), effects=()),),
    indicators=(
        replace(INDICATOR, observations=(Observation(Quantity("220手続", Decimal(220), "手続"), ValueRole.ACTUAL, source(8), 2024),)),
    ),
    alignments=(Alignment(MEASURE.path, "自治体DX推進計画", "*", source(9)),),
    mentions=(FrameworkMention("デジタル手続法", source(9), measure=MEASURE.path),),
)
EXAMPLES = {query.name: query for query in example_queries()}


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[QueryEngine]:
    path = tmp_path_factory.mktemp("queries") / "store"
    quads = [quad for report in (extraction(), LATER) for quad in extraction_quads(report, IRIS)]
    OxigraphStore.create(path, [*quads, *vocabulary_quads(IRIS)])
    with QueryEngine(path, workers=1) as engine:
        yield engine


def rows(engine: QueryEngine, query: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(engine.run(query, accept="text/csv").body.decode())))[1:]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "example-1-indicators",
            [
                [
                    "あおば町",
                    "あおば町情報化計画",
                    "手続数①",
                    "2023",
                    "10手続",
                    "2024",
                    "217手続",
                    "2026",
                    "300手続以上",
                    "令和６年度 進捗報告",
                ],
                ["あおば町", "あおば町情報化計画", "手続数①", "", "", "2024", "220手続", "", "", "令和７年度 進捗報告"],
            ],
        ),
        (
            "example-2-measures",
            [
                ["あおば町", "あおば町情報化計画", "取組", "1-2", "キャッシュレスの導入", "会計課、各課"],
                ["あおば町", "あおば町情報化計画", "取組", "1-2", "キャッシュレス決済の導入", "会計課、各課"],
            ],
        ),
        ("example-3-departments", [["あおば町", "会計課", "1"], ["あおば町", "各課", "1"]]),
        ("example-4-planned", []),  # 税務課 is named on what was done only
        ("example-6-disagreements", [["手続数①", "2024", "実績", "217手続", "令和６年度 進捗報告", "220手続", "令和７年度 進捗報告"]]),
    ],
)
def test_an_example_answers_what_its_title_says(engine: QueryEngine, name: str, expected: list[list[str]]) -> None:
    def in_any_order(found: list[list[str]]) -> list[list[str]]:  # GROUP_CONCAT promises no order
        return sorted([*row[:-1], "、".join(sorted(row[-1].split("、")))] for row in found)

    assert in_any_order(rows(engine, EXAMPLES[name].text)) == in_any_order(expected)


def test_the_planned_activities_of_an_owner(engine: QueryEngine) -> None:
    query = EXAMPLES["example-4-planned"].text.replace("税務課", "会計課")
    assert {(row[2], row[4], row[5]) for row in rows(engine, query)} == {("2025", "取組の担当", "図書館にも広げる。")}


def test_the_provenance_of_a_measure(engine: QueryEngine) -> None:
    found = rows(engine, EXAMPLES["example-5-provenance"].text)
    assert ["キャッシュレスの導入", "令和６年度 進捗報告", "0123456789abcdef.txt", "1", "4", "4", "目標　どこでも払える町"] in found


def test_examples_are_sorted_by_question_and_explained_in_japanese() -> None:
    assert len(EXAMPLES) >= 25
    assert list(dict.fromkeys(query.category for query in EXAMPLES.values())) == list(CATEGORIES)
    for query in EXAMPLES.values():
        assert re.search(r"[ぁ-ん]", query.title), query.name
        assert query.explanation.endswith("。"), query.name
    assert len({query.title for query in EXAMPLES.values()}) == len(EXAMPLES)


def test_the_documentation_lists_every_example() -> None:
    documented = (ROOT / "docs" / "sparql.md").read_text(encoding="utf-8")
    assert [query.name for query in EXAMPLES.values() if f"| `{query.name}` | {query.title} |" not in documented] == []


def test_classes_are_counted(engine: QueryEngine) -> None:
    counts = {row[0].rpartition("#")[2]: int(row[1]) for row in rows(engine, read_query("count-classes"))}
    assert counts == {
        "Activity": 2, "Department": 3, "Effect": 1, "Indicator": 1, "Measure": 1, "Municipality": 1, "Observation": 5, "Passage": 2,
        "Plan": 1, "PlanElement": 1, "SourceDocument": 2,
    }  # fmt: skip


@pytest.mark.parametrize(
    "query", re.findall(r"```sparql\n(.*?)```", (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8"), re.DOTALL)
)
def test_the_queries_of_the_documentation_answer(engine: QueryEngine, query: str) -> None:
    assert rows(engine, query)


def test_examples_stay_quick_on_a_large_graph(tmp_path: Path) -> None:
    reports = [extraction(), *(large_extraction(60, identifier=f"{n:016x}") for n in range(3))]
    OxigraphStore.create(tmp_path / "store", (quad for report in reports for quad in extraction_quads(report, IRIS)))
    with QueryEngine(tmp_path / "store", workers=1) as engine:
        for query in (query for query in EXAMPLES.values() if not find_searches(query.text)):
            start = time.monotonic()
            engine.run(query.text)
            assert time.monotonic() - start < 3, query.name
