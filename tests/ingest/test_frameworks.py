"""National and metropolitan plans and laws in texts, and the marks that say a measure answers to one."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pipeline import extract_text

from ingest.labels import label_key
from ingest.parsers.frameworks import find_frameworks
from ingest.pipeline import read_documents
from ontology.model import Extraction, Municipality, Plan

PLAN = Plan(Municipality("999999", "若葉野市", prefecture="みどり県"), "若葉野市DX推進計画", "DX推進計画")
TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "frameworks.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # known names, with and without quotes, blanks and a line end inside
        ("国は自治体ＤＸ 推進計画を定めた。", [("自治体DX推進計画", None, None, None)]),
        ("「官民データ活用推進基本法」（平成28年法律第103号）", [("官民データ活用推進基本法", None, None, "平成28年法律第103号")]),
        ("デジタル手続法、マイナンバー法", [("デジタル手続法", None, None, None), ("マイナンバー法", None, None, None)]),
        # what is printed behind: inside the quotes or after them, year and month only, a body that is no cabinet
        ("「未来の国土計画（令和３年12月24日閣議決定）」", [("未来の国土計画", "閣議", "2021-12-24", None)]),
        ("「空の安全戦略」（令和元年5月 航空閣僚会議決定）", [("空の安全戦略", "航空閣僚会議", "2019-05", None)]),
        ("「空の安全戦略」（令和元年13月閣議決定）", [("空の安全戦略", "閣議", None, None)]),  # a misprinted month is no date
        # unknown laws
        ("「水循環基本法」に基づき", [("水循環基本法", None, None, None)]),
        ("また、個人情報の保護に関する法律（平成15年法律第57号）", [("個人情報の保護に関する法律", None, None, "平成15年法律第57号")]),
        # those of the prefecture, and those that the sentence says are the state's
        ("「みどり県情報戦略」", [("みどり県情報戦略", None, None, None)]),
        ("総務省の「窓口改革ガイドライン」", [("窓口改革ガイドライン", None, None, None)]),
        # no frameworks: own plans, own decisions, ways of doing, plans of nobody in particular
        ("「若葉野市環境基本計画」（令和３年４月１日決定）", []),
        ("「職員育成方針」（令和３年４月１日市長決定）", []),
        ("「若葉野市DX推進計画」", []),
        ("「DX推進計画」", []),
        ("「ごみの減量方法」「新しい手法」「基本計画」", []),
        # where the name begins cannot be told
        ("本市は個人情報の保護に関する法律（平成15年法律第57号）", []),
    ],
)
def test_names(text: str, expected: list[tuple]) -> None:
    found = find_frameworks(label_key(text), PLAN)
    assert [(named.name, named.issuer, named.issued, named.law_number) for named in found] == expected


def test_a_name_over_a_line_end_has_both_lines_and_a_measure_has_its_own() -> None:
    found = extract_text(
        "国は「デジタル社会の実現に向\nけた重点計画」を定めた。\n取組1：窓口 担当 市民課\n目標\nデジタル手続法に沿って早くなる。\n取組2：税 担当 税務課\n目標\n早くなる。"
    )
    assert [(m.name, m.source.start_line, m.source.end_line, m.measure) for m in found.mentions] == [
        ("デジタル手続法", 5, 5, ("measure", "1")),
        ("デジタル社会の実現に向けた重点計画", 1, 2, None),
    ]


LISTING = "指針1 便利\n施策1：窓口\n取組1：申請＊\n取組2：税\n指針2 安心\n施策2：守る\n取組3：備え＊\n"


@pytest.mark.parametrize(
    ("legend", "measures"),
    [
        ("＊は、自治体DX推進計画の重点取組事項に対応した取組を示す。", ["1", "3"]),
        ("（＊）：自治体 DX 推進計画に対応\nした取組である。", ["1", "3"]),  # over a line end
        ("※は、自治体DX推進計画に対応した取組である。", []),  # another mark
        ("＊は、今年度に始めた取組である。", []),  # no framework
        ("＊は、自治体DX推進計画という国の計画の略である。", []),  # says nothing of measures
    ],
)
def test_a_legend_explains_its_mark(legend: str, measures: list[str]) -> None:
    found = extract_text(f"{legend}\n{LISTING}")
    assert [alignment.measure[-1] for alignment in found.alignments] == measures
    assert {(a.framework, a.source.start_line) for a in found.alignments} <= {("自治体DX推進計画", 1)}


WORDS = st.sampled_from(
    [
        "「",
        "」",
        "（",
        "）",
        "国の",
        "計画",
        "戦略",
        "法",
        "令和３年",
        "12月",
        "24日",
        "閣議決定",
        "法律第3号",
        "自治体DX推進計画",
        "\n",
        "、",
        "水道",
        "＊は",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=25).map("".join))
def test_no_name_is_invented(text: str) -> None:
    for mention in extract_text(text).mentions:
        assert mention.name in label_key(text)
        assert mention.law_number is None or mention.law_number in label_key(text)
        assert mention.name in label_key("".join(text.split("\n")[mention.source.start_line - 1 : mention.source.end_line]))


@pytest.fixture(scope="module")
def extractions(shared: Path) -> dict[str, Extraction]:
    return {e.document.id: e for _, found in read_documents(sorted((shared / "seeds").glob("*.txt"))) for e in found}


@pytest.mark.seeds
@pytest.mark.parametrize("truth", TRUTH["mention"], ids=lambda truth: f"{truth['document'][:6]}:{truth['line']}")
def test_mentions_of_real_documents(extractions: dict[str, Extraction], truth: dict) -> None:
    expected = tuple(truth.get(name) for name in ("name", "issuer", "issued", "law_number", "measure", "line"))
    found = [
        (m.name, m.issuer, m.issued, m.law_number, m.measure[-1] if m.measure else None, m.source.end_line)
        for m in extractions[truth["document"]].mentions
    ]
    assert expected in found


@pytest.mark.seeds
def test_own_plans_are_no_frameworks(extractions: dict[str, Extraction]) -> None:
    names = {mention.name for found in extractions.values() for mention in found.mentions}
    assert not [name for name in names if any(word in name for word in TRUTH["own"]["words"])]
    assert not extractions["e3611b9015b93ccc-1"].mentions  # names plans of the ward only


@pytest.mark.seeds
def test_marks_of_real_documents(extractions: dict[str, Extraction]) -> None:
    aligned = {
        identifier: [(a.measure[-1], a.source.start_line) for a in found.alignments]
        for identifier, found in extractions.items()
        if found.alignments
    }
    legend = TRUTH["marked"]["legend"]
    assert aligned == {
        document: [(number, legend[document]) for number in TRUTH["marked"]["items"]] for document in TRUTH["marked"]["documents"]
    }
