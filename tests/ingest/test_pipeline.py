"""The whole reading of one file: what is left over, what fails, and that no text can break it."""

from __future__ import annotations

from pathlib import Path

import pytest
from accounting import accounted_lines
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.labels import load_labels
from ingest.layout import Line, SourceText
from ingest.pipeline import extract, read_documents
from ontology.errors import SettingsError
from ontology.model import Extraction, Failure, Municipality, Plan, SourceDocument

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LABELS = load_labels()


def extract_text(text: str) -> Extraction:
    lines = text.split("\n")
    source = SourceText("試験.txt", "0" * 64, "text/plain", tuple(Line(n, line) for n, line in enumerate(lines, 1)))
    document = SourceDocument("0000", "試験", "試験.txt", "0" * 64, tuple(lines), 1, len(lines))
    return extract(source, document, Plan(Municipality("999999", "若葉野市"), "試験計画", "試験計画"), LABELS)


def test_prose_furniture_and_what_is_not_understood() -> None:
    found = extract_text(
        "第1章 はじめに\n1 趣旨\n市民の便利のため、\nこの計画を定める。\n- 3 -\nhttps://www.example.lg.jp/plan\n\n図\n\n2 背景\n・人口が減る。\n・職員も減る。\n第9章 おわりに"
    )
    assert [(p.heading, p.text, p.source.start_line, p.source.end_line) for p in found.passages] == [
        ("第1章はじめに ＞ 1趣旨", "市民の便利のため、この計画を定める。", 3, 4),
        ("第1章はじめに ＞ 1趣旨", "図", 8, 8),
        ("2背景", "・人口が減る。", 11, 11),
        ("2背景", "・職員も減る。", 12, 12),
    ]
    assert found.structure == (1, 2, 10)
    assert found.furniture == (5, 6)
    assert [(line.number, line.reason) for line in found.unread] == [(13, "見出しだけで本文がありません")]


def test_words_of_a_figure_make_one_passage() -> None:
    found = extract_text("1 体制\n本部長\n副本部長\n幹事会\n幹事会は毎月開き、各課の進み具合を確かめて本部に報告する。")
    assert [p.text for p in found.passages] == ["本部長\n副本部長\n幹事会", "幹事会は毎月開き、各課の進み具合を確かめて本部に報告する。"]


def test_an_agenda_is_a_list_and_no_chain_of_headings() -> None:
    found = extract_text("1. 町のこと\n2. 計画のこと\n3. 事例\n公民館の予約を電子化し、鍵の受け渡しをなくした。")
    assert [(p.heading, p.text) for p in found.passages] == [
        (None, "1.町のこと\n2.計画のこと"),
        ("3.事例", "公民館の予約を電子化し、鍵の受け渡しをなくした。"),
    ]


def test_one_bad_file_stops_no_other(tmp_path: Path) -> None:
    good = tmp_path / "a.txt"
    good.write_text("墨田区DX推進計画\n令和6年度から令和8年度まで\n取組1：窓口 担当 市民課\n目標\n早くなる。", encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    (tmp_path / "c.txt").write_text("どこの計画とも書いていない文書です。", encoding="utf-8")
    results = dict(read_documents([tmp_path / "b.txt", tmp_path / "c.txt", tmp_path / "missing.txt", good]))
    assert isinstance(results[tmp_path / "b.txt"], Failure)
    assert "空" in results[tmp_path / "b.txt"].reason
    assert "municipality" in results[tmp_path / "c.txt"].reason
    assert isinstance(results[tmp_path / "missing.txt"], Failure)
    (extraction,) = results[good]
    assert [measure.name for measure in extraction.measures] == ["窓口"]


def test_own_labels_are_added(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[block]\ndepartment = ["受持ち"]\n', encoding="utf-8")
    text = tmp_path / "a.txt"
    text.write_text("墨田区DX推進計画\n取組1：窓口\n受持ち 市民課\n目標\n早くなる。", encoding="utf-8")
    ((_, plain),) = read_documents([text])
    ((_, widened),) = read_documents([text], labels_file=own)
    assert [m.name for e in plain for m in e.measures] == []
    assert [d.name for e in widened for m in e.measures for d in m.departments] == ["市民課"]


def test_an_own_label_of_blocks_heads_columns_as_well(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('[block]\ndepartment = ["受持ち"]\n', encoding="utf-8")
    table = tmp_path / "a.md"
    table.write_text("# 墨田区DX推進計画\n\n| 事業名 | 受持ち |\n|---|---|\n| 窓口の予約 | 市民課 |\n", encoding="utf-8")
    ((_, found),) = read_documents([table], labels_file=own)
    assert [(m.name, [d.name for d in m.departments]) for e in found for m in e.measures] == [("窓口の予約", ["市民課"])]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[blok]\nx = []", r"\[blok\] は使えません"),
        ('[block]\nowner = ["x"]', r"\[block\] owner は"),
        ('[block]\ndepartment = "x"', r"\[block\] department は"),
        ("not toml", "UTF-8 の TOML"),
    ],
)
def test_wrong_labels_name_file_section_and_field(tmp_path: Path, content: str, message: str) -> None:
    own = tmp_path / "own.toml"
    own.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match=message):
        load_labels(own)


def test_examples_are_read_whole() -> None:
    measures = {}
    for path, found in read_documents(sorted(p for p in EXAMPLES.iterdir() if p.suffix != ".toml")):
        assert isinstance(found, list), found
        measures[path.name] = [(len(e.measures), sum(1 for m in e.measures if m.departments)) for e in found]
    assert measures == {
        "wakabano-bunka-r6.xlsx": [(4, 4)],
        "wakabano-dx-r6.txt": [(14, 14)],
        "wakabano-dx-r7.txt": [(15, 15)],
        "wakabano-gyokaku-r6.txt": [(8, 8)],
        "wakabano-hyoka-r6.xlsx": [(12, 12)],
        "wakabano-juten-r7.pdf": [(10, 10)],
        "wakabano-midori-r6.txt": [(4, 4)],
        "wakabano-midori-r7.txt": [(4, 4)],
    }


WORDS = st.sampled_from(
    [
        "取組",
        "施策",
        "担当",
        "担当課",
        "№",
        "１",
        "２",
        "①",
        "②",
        "【",
        "】",
        "（市民課）",
        "目標",
        "基準値",
        "R3",
        "R7",
        "令和６年度",
        "の取組状況",
        "の取組予定",
        "事業概要",
        "｟効果・実績｠",
        "・",
        "▼",
        "※",
        "|",
        "\t",
        "、",
        "。",
        "12件",
        "－",
        "指針１",
        "名称",
        "税務課・福祉課",
        "(",
        ")",
        "年度別計画",
        "20%",
    ]
)
PRINT = st.lists(st.lists(WORDS, max_size=6).map(" ".join), max_size=25).map("\n".join)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of(PRINT, st.text(max_size=200)))
def test_any_text_is_read_and_every_line_accounted_for(text: str) -> None:
    found = extract_text(text)
    printed = {number for number, line in enumerate(text.split("\n"), 1) if line.strip()}
    assert printed <= accounted_lines(found)
