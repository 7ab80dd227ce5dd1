"""Ratings of measures: in ruled tables, in tables of text, and in tables whose narrow cells cut them."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from accounting import accounted_lines
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pipeline import extract_text
from test_ruled_tables import LABELS, source_of

from ingest.parsers.tables.ruled_tables import read_tables
from ingest.pipeline import read_documents
from ontology.model import Extraction, FormerPlan

TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "assessments.toml").read_text(encoding="utf-8"))["table"]

SEPARATED = """第２期若葉野市情報化計画では、二つの事業を進めました。その達成状況を表に示します。

事業名 成果目標 実施状況 達成
状況

窓口の予約を電子化
する

・待ち時間を短くす
る

・予約を開始（令和２年度） {}

納付方法の拡大 ・どこでも払える

・試行（令和３年度）
・二つ目

再検討

※達成状況
達成：目標を達成した事業
継続：続ける事業
再検討：見直す事業
次の章です。第２期若葉野市情報化計画（平成30年度から令和４年度まで）を受けて定める。
"""


def ratings_of(former: FormerPlan) -> list[tuple]:
    return [
        (m.name, m.goal, [a.text for a in m.activities], [(a.rating_text, a.fiscal_year) for a in m.assessments]) for m in former.measures
    ]


@pytest.mark.parametrize(
    ("rating", "expected"),
    [
        ("継続", [("窓口の予約を電子化する", "待ち時間を短くする", ["予約を開始(令和2年度)"], [("継続", None)])]),
        ("", []),  # a row without a rating of the legend has a cell too many, together with the next
        ("良い", []),
    ],
)
def test_a_table_of_text_is_read_by_its_empty_lines_and_its_legend(rating: str, expected: list) -> None:
    found = extract_text(SEPARATED.format(rating))
    second = [("納付方法の拡大", "どこでも払える", ["試行(令和3年度)", "二つ目"], [("再検討", None)])]
    if not expected:
        assert not found.former_plans or ratings_of(found.former_plans[0]) != second  # nothing is guessed
        return
    (former,) = found.former_plans
    assert ratings_of(former) == expected + second
    assert (former.plan.title, former.plan.slug) == ("第2期若葉野市情報化計画", "第2期情報化計画-2022")
    assert (former.plan.from_fiscal_year, former.plan.to_fiscal_year) == (2018, 2022)
    assert former.measures[0].assessments[0].source.start_line == 12


def test_a_table_that_names_no_former_plan_is_about_the_document_itself() -> None:
    found = extract_text(SEPARATED.format("継続").replace("第２期若葉野市情報化計画では、二つ", "この計画では、二つ"))
    assert not found.former_plans
    assert [m.name for m in found.measures] == ["窓口の予約を電子化する", "納付方法の拡大"]


# Trailing blanks end paragraphs in such a dump; here _ stands for them.
CUT = """№ 前期行動計画_
施策名_
事業量_
（目標値）_
令和 3年度_
実績_
令和 4年度_
実績_
令和 5年度_
目標_
１ 窓口の予約 件数_
計 30件以上_
13件_
達
成
＋_
10件_
未
達
成_
2 名の長い施策を
進める_
検討_
検討 達
成_
検討 {}
成_
検討 3 地図の公開 件数_
2件 達
成_
3 件 達
成_
""".replace("_\n", " \n")


@pytest.mark.parametrize(("piece", "second"), [("達", [("達成", 2021), ("達成", 2022)]), ("未", None)])
def test_ratings_cut_over_lines_are_put_together(piece: str, second: list | None) -> None:
    (former,) = extract_text(CUT.format(piece)).former_plans
    first = ("窓口の予約", None, [], [("達成＋", 2021), ("未達成", 2022)])
    last = ("地図の公開", None, [], [("達成", 2021), ("達成", 2022)])
    assert ratings_of(former) == [first, *([("名の長い施策を進める", None, [], second)] if second else []), last]
    assert (former.plan.title, former.plan.slug) == ("前期行動計画", "前期行動計画-2023")
    assert former.measures[0].level_name == "施策"


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("番号 | 事業名 | 担当課 | 令和5年度評価\n1 | 窓口の改善 | 市民課 | Ａ", [("窓口の改善", "A", 2023)]),
        ("事業名 | 達成状況\n窓口の改善 | 概ね達成", [("窓口の改善", "概ね達成", None)]),
        ("番号 | 事業名 | 評価\n1 | 窓口の改善 | 計画どおりに進み、次の年度も続けることとした。", []),  # an explanation, no rating
        ("番号 | 事業名 | 評価理由\n1 | 窓口の改善 | 順調", []),
    ],
)
def test_a_column_of_ratings_in_a_ruled_table(table: str, expected: list) -> None:
    measures = read_tables(source_of(table), LABELS).measures
    assert [(m.name, a.rating_text, a.fiscal_year) for m in measures for a in m.assessments] == expected


WORDS = st.sampled_from(
    [
        "事業名 成果目標 実施状況 達成状況",
        "№ 前期計画",
        "施策名",
        "令和3年度",
        "実績",
        "目標",
        "1 窓口",
        "2 税",
        "・開始",
        "達",
        "成",
        "達成",
        "継続",
        "※達成状況",
        "達成：よい",
        "継続：続ける",
        "",
        "第２期計画では",
        "（令和元年度から令和３年度まで）",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=30).map("\n".join))
def test_no_rating_is_invented_and_no_line_is_lost(text: str) -> None:
    found = extract_text(text)
    lines = text.split("\n")
    assert {number for number, line in enumerate(lines, 1) if line.strip()} <= accounted_lines(found)
    for measure in (*found.measures, *(m for former in found.former_plans for m in former.measures)):
        for rating in measure.assessments:
            printed = "".join(lines[rating.source.start_line - 1 : rating.source.end_line]).replace(" ", "")
            assert rating.rating_text.replace("＋", "+") in printed.replace("＋", "+")


@pytest.fixture(scope="module")
def extractions(shared: Path) -> dict[str, Extraction]:
    return {e.document.id: e for _, found in read_documents(sorted((shared / "seeds").glob("*.txt"))) for e in found}


@pytest.mark.seeds
@pytest.mark.parametrize("truth", TRUTH, ids=lambda truth: truth["plan"])
def test_former_plans_of_real_documents(extractions: dict[str, Extraction], truth: dict) -> None:
    (former,) = extractions[truth["document"]].former_plans
    assert former.plan.title == truth["plan"]
    assert [former.plan.from_fiscal_year, former.plan.to_fiscal_year] == truth.get("period", [None, None])
    assert {measure.level_name for measure in former.measures} == {truth["level"]}
    assert [[m.name, *(a.rating_text for a in m.assessments)] for m in former.measures] == truth["ratings"]
    assert {tuple(a.fiscal_year for a in m.assessments) for m in former.measures} == {tuple(truth.get("years", [None]))}


@pytest.mark.seeds
def test_other_real_documents_look_back_on_no_plan(extractions: dict[str, Extraction]) -> None:
    rated = {identifier for identifier, found in extractions.items() if found.former_plans or any(m.assessments for m in found.measures)}
    assert rated == {truth["document"] for truth in TRUTH}
