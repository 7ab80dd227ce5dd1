"""Case pages of slides: title with department, category, text and effects."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from accounting import accounted_lines
from hypothesis import given, settings
from hypothesis import strategies as st
from test_pipeline import extract_text

from ingest.labels import load_labels
from ingest.parsers.cases.case_texts import find_effect
from ingest.pipeline import read_documents
from ontology.model import Effect, Extraction

LABELS = load_labels()
TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "initiatives.toml").read_text(encoding="utf-8"))["initiative"]

SLIDES = """目次

- ▶ 窓口

1章

窓口

予約のページ（市民課・税務課）

これまで電話のみで受付していたが、
いまは画面で予約できる

⇒ 電話の時間を年間で約300時間※削減

おくやみの窓口（福祉課）

一か所で済む

1章

内部事務
働き方

机のない仕事場（総務課）

紙を40％削減

税務課

- ・ 9業務で20時間を短縮

1章

会議の画面化（議会事務局）

内部事務
働き方

資料を配らない

ご清聴ありがとうございました。
"""


def test_titles_categories_texts_and_effects() -> None:
    found = extract_text(SLIDES)
    assert [(i.name, [d.name for d in i.departments], i.categories, i.source.start_line) for i in found.initiatives] == [
        ("予約のページ", ["市民課", "税務課"], ("窓口",), 9),
        ("おくやみの窓口", ["福祉課"], ("窓口",), 16),  # on the same page
        ("机のない仕事場", ["総務課"], ("内部事務・働き方",), 25),
        ("会議の画面化", ["議会事務局"], ("内部事務・働き方",), 35),
    ]
    assert found.initiatives[0].description == "これまで電話のみで受付していたが、いまは画面で予約できる\n電話の時間を年間で約300時間※削減"
    assert found.initiatives[3].description == "資料を配らない"
    effects = [
        (i.name, str(e.quantity.value), e.quantity.unit, [d.name for d in e.departments]) for i in found.initiatives for e in i.effects
    ]
    assert effects == [
        ("予約のページ", "300", "時間", []),
        ("机のない仕事場", "40", "%", []),
        ("机のない仕事場", "20", "時間", ["税務課"]),  # the line above names who did it
    ]


PAGES = """市政の進捗について
 窓口の改革

・待ち時間を画面に示す

【主な効果】

・待ち時間を約40％短縮

・行列がなくなる

● 窓口予約（市民課）
思い立ったときに
 広報の改革

・配布を見直す

予約者数：1,204人（うち夜間310人）

● 広報誌の電子化（取組12）
紙にも残す
 デジタル化の主な取組

令和６年度
主な取組

窓口の改革 広報の改革

道路台帳、
公園台帳の公開

議会中継の改善

電子入札の導入（契約課）
対象を全件に拡大

窓口予約

令和７年度
予定
 保存先

4月 ５月

●庁内接続開

●稼働

台帳
"""


def test_slides_without_owners_in_their_titles() -> None:
    found = extract_text(PAGES)
    assert [(i.name, [d.name for d in i.departments], i.categories, i.measure) for i in found.initiatives] == [
        ("窓口予約", ["市民課"], ("窓口の改革",), None),
        ("広報誌の電子化(取組12)", [], ("広報の改革",), ("measure", "12")),
        ("道路台帳、公園台帳の公開", [], ("デジタル化の主な取組",), None),
        ("議会中継の改善", [], ("デジタル化の主な取組",), None),
        ("電子入札の導入", ["契約課"], ("デジタル化の主な取組",), None),
    ]
    amounts = [[(e.text, str(e.quantity.value) if e.quantity else None) for e in i.effects] for i in found.initiatives[:2]]
    assert amounts == [
        [("待ち時間を約40%短縮", "40"), ("行列がなくなる", None)],  # below its label an effect needs no amount
        [("予約者数:1,204人(うち夜間310人)", "1204")],
    ]
    assert found.initiatives[4].description == "対象を全件に拡大"
    # What cannot be put together stays below its title, a line each.
    assert [(p.heading, p.text) for p in found.passages] == [
        (None, "市政の進捗について"),
        ("保存先", "4月 5月\n●庁内接続開\n●稼働\n台帳"),
    ]


def test_pages_of_a_plan_with_measures_are_no_slides() -> None:
    plan = "施策１：窓口を変える\n取組１：窓口の改善 担当 市民課\n目的 待たせない。\n内容 予約を始める。\n"
    assert not extract_text(plan + PAGES).initiatives
    assert extract_text(PAGES).initiatives


def test_one_marked_heading_is_no_case() -> None:
    lone = PAGES.split(" 広報の改革", maxsplit=1)[0] + " 資料\n台帳\n 索引\nあ行\n 目次\n窓口\n"
    assert not extract_text(lone).initiatives


def test_fewer_than_three_titles_are_no_case_pages() -> None:
    found = extract_text("手引（市民課）\n\n受付の方法を示す。\n\n案内（税務課）\n\n納付の方法を示す。")
    assert not found.initiatives


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("年間59時間を削減", "59時間"),
        ("これまでに約60名の人材を育成", "約60名"),
        ("印刷用紙の40%削減", "40%"),
        ("約8割が「導入効果を実感した」", "約8割"),
        ("最大２か月から最短２０日に短縮".replace("２", "2").replace("０", "0"), "20日"),
        ("35校で全校導入", None),  # says of nothing that it changed
        ("24時間いつでも申込み可能に。手間を削減", None),  # the amount stands in another sentence
        ("効率を大きく向上", None),
    ],
)
def test_the_amount_of_an_effect(text: str, amount: str | None) -> None:
    found = find_effect(text, LABELS)
    assert (found.text if found else None) == amount


WORDS = st.sampled_from(
    [
        "窓口",
        "予約（市民課）",
        "申請（税務課）",
        "会議（総務課）",
        "1章",
        "内部事務",
        "10時間を削減",
        "・よい",
        "",
        "",
        "（福祉課）",
        "ご清聴",
        "|表|",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(WORDS, max_size=40).map("\n".join))
def test_no_amount_is_invented_and_no_line_is_lost(text: str) -> None:
    found = extract_text(text)
    assert {number for number, line in enumerate(text.split("\n"), 1) if line.strip()} <= accounted_lines(found)
    for effect in (effect for initiative in found.initiatives for effect in initiative.effects):
        assert effect.quantity is not None
        assert effect.quantity.text in "".join(text.split("\n")[effect.source.start_line - 1 : effect.source.end_line])


@pytest.fixture(scope="module")
def extractions(shared: Path) -> dict[str, Extraction]:
    return {e.document.id: e for _, found in read_documents(sorted((shared / "seeds").glob("*.txt"))) for e in found}


@pytest.mark.seeds
@pytest.mark.parametrize("document", sorted({truth["document"] for truth in TRUTH}))
def test_the_cases_of_real_slides(extractions: dict[str, Extraction], document: str) -> None:
    told = [
        {
            "line": i.source.start_line,
            "name": i.name,
            "departments": [d.name for d in i.departments],
            "categories": list(i.categories),
            "effects": [[e.source.start_line, *_amount(e), *(d.name for d in e.departments)] for e in i.effects],
        }
        for i in extractions[document].initiatives
    ]
    true = [{"effects": []} | truth for truth in TRUTH if truth["document"] == document]
    keys = ("line", "name", "departments", "categories", "effects")
    assert told == sorted(({key: truth[key] for key in keys} for truth in true), key=lambda truth: truth["line"])


def _amount(effect: Effect) -> list[str]:
    return [str(effect.quantity.value), effect.quantity.unit or ""] if effect.quantity else []


@pytest.mark.seeds
def test_other_real_documents_have_none(extractions: dict[str, Extraction]) -> None:
    assert {identifier for identifier, found in extractions.items() if found.initiatives} == {truth["document"] for truth in TRUTH}
