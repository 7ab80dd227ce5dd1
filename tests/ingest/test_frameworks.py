"""National and metropolitan plans and laws in texts, and the marks that say a measure answers to one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pipeline import extract_text

from benchmarks.framework_facts import compare_mentions
from ingest.labels import label_key
from ingest.layout import Line
from ingest.parsers.prose.framework_names import find_frameworks
from ingest.parsers.prose.frameworks import read_mentions
from ingest.pipeline import read_documents
from ontology.model import Extraction, FrameworkMention, Measure, Municipality, Plan, Source

PLAN = Plan(Municipality("999999", "若葉野市", prefecture="みどり県"), "若葉野市DX推進計画", "DX推進計画")
TRUTH, TEXTS = (
    tomllib.loads((Path(__file__).parent / "truth" / name).read_text(encoding="utf-8"))
    for name in ("frameworks.toml", "framework_texts.toml")
)


def mentions_of(text: str) -> list[FrameworkMention]:
    """In order of print."""
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    return sorted(read_mentions(lines, (), PLAN), key=lambda mention: mention.source.start_line)


@pytest.mark.parametrize("made_up", TEXTS["texts"], ids=lambda made_up: made_up["text"][:16])
def test_made_up_texts(made_up: dict) -> None:
    """Every framework once, with what is printed of it; ``truth/framework_texts.toml`` tells what a person finds."""
    found: dict[str, list[str]] = {}
    for mention in mentions_of(made_up["text"]):
        details = [mention.name, mention.issuer, mention.issued, mention.law_number, mention.version]
        found.setdefault(mention.name, [detail or "" for detail in details])
    assert list(found.values()) == made_up["expect"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京都環境基本計画と東京都北区環境基本計画、東京都心部再生計画、東京都内の計画", ["東京都環境基本計画"]),
        ("「東京都都市計画マスタープラン」「東京都八王子市都市計画マスタープラン」", ["東京都都市計画マスタープラン"]),
        ("東京都の「未来の道戦略」、都の「子供の居場所方針」、都心の「にぎわい方針」", ["未来の道戦略", "子供の居場所方針"]),
        ("東京デジタルファースト条例、東京区部整備条例", ["東京デジタルファースト条例"]),
        ("板橋区DX推進計画、東京都板橋区基本計画", []),
    ],
)
def test_plans_of_the_capital_and_of_its_wards(text: str, expected: list[str]) -> None:
    plan = Plan(Municipality("131199", "板橋区", prefecture="東京都"), "板橋区DX推進計画", "DX推進計画")
    assert [named.name for named in find_frameworks(label_key(text), plan)] == expected


def test_a_prefecture_has_none_above_it_but_the_state() -> None:
    plan = Plan(Municipality("130001", "東京都", prefecture="東京都"), "東京都環境基本計画", "環境基本計画")
    found = find_frameworks(label_key("東京都ICT推進計画、「東京都長期ビジョン」、国の「環境の未来計画」"), plan)
    assert [named.name for named in found] == ["環境の未来計画"]


@pytest.mark.parametrize("made_up", TEXTS["later"], ids=lambda made_up: made_up["name"])
def test_a_short_name_stands_for_the_full_one_once_it_is_introduced(made_up: dict) -> None:
    def named_by_measure(first_line: int, line: int) -> list[tuple[str, int]]:
        texts = {first_line: made_up["first"], line: made_up["later"]}
        measure = Measure(("measure", "1"), "取組", "1", "窓口", Source(9, 9), goal=made_up["later"], goal_source=Source(line, line))
        mentions = read_mentions([Line(number, texts[number]) for number in sorted(texts)], (measure,), PLAN)
        return [(mention.name, mention.source.start_line) for mention in mentions if mention.measure]

    assert named_by_measure(1, 2) == [(made_up["name"], 2)]
    assert (made_up["name"], 1) not in named_by_measure(2, 1)


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("「未来の国土計画（令和３年12月24日閣議決定）」", ("閣議", "2021-12-24")),  # inside the quotes
        ("「空の安全戦略」（令和元年5月 航空閣僚会議決定）", ("航空閣僚会議", "2019-05")),  # year and month; a body that is no cabinet
        ("「空の安全戦略」（令和元年13月閣議決定）", ("閣議", None)),  # a misprinted month is no date
        ("国の「空の安全戦略」（令和３年９月１日施行）", (None, None)),  # when it came into force is not when it was made
        ("国の「空の安全戦略」（令和３年１月〜令和８年３月）", (None, None)),  # a period
        ("令和３年度に閣議決定された「空の安全戦略」", ("閣議", None)),  # a fiscal year is no date
        ("令和３年５月に「空の法律」を公布し、国は「空の安全戦略」を策定した。", (None, None)),  # the date belongs to the other one
        ("「空の安全戦略」（令和３年４月１日市長決定）、「空の安全戦略」（令和３年４月１日若葉野市省エネ推進本部決定）", None),
    ],
)
def test_who_decided_and_when(text: str, details: tuple | None) -> None:
    found = [named for named in find_frameworks(label_key(text), PLAN) if "国土計画" in named.name or "安全戦略" in named.name]
    assert [(named.printed.issuer, named.printed.issued) for named in found] == ([details] if details else [])


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
        "(以下「みらい」という。)",
        "みらい",
        "【第2.0版】",
        "みどり県",
        "総務省の",
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
        assert mention.version is None or mention.version in label_key(text)
        quoted = label_key("".join(text.split("\n")[mention.source.start_line - 1 : mention.source.end_line]))
        assert mention.name in quoted or any(short in quoted for short in re.findall(r"以下「([^」]+)」", label_key(text)))


@pytest.fixture(scope="module")
def extractions(shared: Path) -> dict[str, Extraction]:
    return {e.document.id: e for _, found in read_documents(sorted((shared / "seeds").glob("*.txt"))) for e in found}


@pytest.mark.seeds
def test_mentions_of_real_documents(extractions: dict[str, Extraction]) -> None:
    comparison = compare_mentions(list(extractions.values()))
    told = "\n".join(comparison.misses())
    assert comparison.namings().precision >= 0.98, told
    assert comparison.namings().recall >= 0.97, told
    assert comparison.details().f1 >= 0.95, told
    assert sum(comparison.found.get(naming) == line for naming, line in comparison.expected.items()) >= 0.97 * len(comparison.expected), (
        told
    )
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
