"""Measures from layouts of several kinds. The texts are made up; what is odd in them has been met in print."""

from __future__ import annotations

import pytest
from printing import printed

from ingest.labels import load_labels
from ingest.layout import Line
from ingest.parsers.plan.measures import read_measures
from ingest.printed import read_printed_lines
from ontology.model import ActivityStatus, Measure

LABELS = load_labels()


def read(text: str) -> list[Measure]:
    return list(read_measures(printed(text), LABELS).measures)


def brief(measure: Measure) -> tuple:
    return measure.number, measure.name, [d.name for d in measure.departments]


HEADS = {
    "all on one line": (
        "取組 取組1：窓口の改善 担当 市民課、福祉課\n目指す姿・目標\n・早く済みます。",
        ("1", "窓口の改善", ["市民課", "福祉課"]),
    ),
    "departments on the next lines": (
        "取組項目 №２ 財産の活用 主な担当部署\n財産活\n用課、総務課\n取組目的 収入を増やす。",
        ("2", "財産の活用", ["財産活用課", "総務課"]),
    ),
    "name wrapped in a word": ("取組3：広報紙の電\n子化\n担当\n広報課\n目標\n読まれる。", ("3", "広報紙の電子化", ["広報課"])),
    "number before the name label": (
        "№ 4 施策名 橋の点検\n担当部署 道路・河川課\n事業概要\n点検する。",
        ("4", "橋の点検", ["道路・河川課"]),
    ),
    "circled head, department last": (
        "① 電子申請の強化\n\n事業概要\n申請を増やす。\n\nねらい・効果\n・便利になる。\n\n担当\n 情報課、行革課\n図 3-1 流れ",
        ("1", "電子申請の強化", ["情報課", "行革課"]),
    ),
    "other labels": (
        "施策1-2　待ち時間の短縮\n所管課：市民課、情報課\n目的：早くする。\n現状\n・混んでいる。",
        ("1-2", "待ち時間の短縮", ["市民課", "情報課"]),
    ),
    "plain number": ("3 子どもの見守り\n主管課 学校教育課\n概要 見守る。", ("3", "子どもの見守り", ["学校教育課"])),
    "name label only": (
        "事業名　乗合い交通の運行\n担当課　都市計画課\n事業内容　予約で走らせる。",
        (None, "乗合い交通の運行", ["都市計画課"]),
    ),
    "Markdown": ("### 取組5：防災情報\n\n**担当課**: 危機管理課\n\n- 知らせる。", ("5", "防災情報", ["危機管理課"])),
    "bracketed labels": (
        "取組6 図書館の開館\n【担当】図書館、生涯学習課\n【目的】学びを支える。",
        ("6", "図書館の開館", ["図書館", "生涯学習課"]),
    ),
    "letter-spaced label": ("取組7 避難所の運営\n担 当 課 危機管理課\n概 要 備える。", ("7", "避難所の運営", ["危機管理課"])),
    "no number": (
        "取組項目 その他(予算のない事業) 主な担当部署 関係各課\n令和6年度の取組状況 令和7年度の取組予定\n▼売る。(会計課)",
        (None, "その他(予算のない事業)", ["関係各課"]),
    ),
}


@pytest.mark.parametrize(("text", "expected"), HEADS.values(), ids=HEADS)
def test_heads(text: str, expected: tuple) -> None:
    assert [brief(measure) for measure in read(text)] == [expected]


def test_a_word_in_a_sentence_is_no_label() -> None:
    text = """
        取組1：研修 担当 職員課
        目標
        ・担当職員が増える。
        令和6年度の取組状況 令和7年度の取組予定
        ・担当者を集めて研修した。(職員課)
        """
    (measure,) = read(text)
    assert [d.name for d in measure.departments] == ["職員課"]
    assert [activity.text for activity in measure.activities] == ["担当者を集めて研修した。(職員課)"]


def test_listed_and_mentioned_numbers_are_no_measures() -> None:
    text = """
        指針1 便利な市役所
        施策1：手続
        取組1：申請*
        取組2：納付○新
        指針2 職場
        施策2：働き方
        取組3：自動化
        ○新は、新たに取り組む項目である。
        取組1：申請 担当 情報課
        目標
        ・来ない。
        取組2：納付方法 担当 収納課
        目標
        ・選べる。
        """
    reading = read_measures(printed(text), LABELS)
    assert [(m.number, m.parent, m.is_new, m.marks, m.alternative_names) for m in reading.measures] == [
        ("1", ("policy", "1"), False, ("*",), ()),
        ("2", ("policy", "1"), True, ("○新",), ("納付",)),
    ]
    assert [(e.path, e.name, e.parent) for e in reading.elements] == [
        (("guideline", "1"), "便利な市役所", None),
        (("policy", "1"), "手続", ("guideline", "1")),
        (("guideline", "2"), "職場", None),
        (("policy", "2"), "働き方", ("guideline", "2")),
    ]


def test_numbers_that_repeat_are_qualified_by_the_element_above() -> None:
    text = """
        目標 考え方
        住民の便利 来なくてよい
        職場の改善 楽になる
        1 住民の便利
        ① 申請の電子化
        事業概要
        増やす。
        担当
        情報課
        2 職場の改善
        ① 作業の自動化
        事業概要
        減らす。
        担当
        行革課
        """
    measures = read(text)
    assert [(m.path, m.level_name, m.parent) for m in measures] == [
        (("goal", "1", "measure", "1"), "事業", ("goal", "1")),
        (("goal", "2", "measure", "1"), "事業", ("goal", "2")),
    ]


def test_two_columns_side_by_side() -> None:
    # The right column is 24 half-width columns wide; each column goes on after the page break, the right one in mid-word.
    text = (
        "取組1：窓口 担当 市民課 \n"
        "令和６年度の取組状況 令和７年度の取組予定 \n"
        "①書かない窓口（市民課） \n\n"
        "・転入、転居、出生の届出について、職員が聞き取った内容から届出\n\n"
        "書を作る方式を始め、記入の手間を減らしたほか、混雑の見込みを市\n\n"
        "公式ウェブサイトに30分ごとに掲載し、来庁の時間を選べるようにし\n\n"
        "①書かない窓口 \n\n"
        "・死亡に伴う手続を一\n\n"
        "つの窓口にまとめる。 \n\n"
        "・障害者手帳の更新を\n\n"
        "予約制とし、予約はウ\n"
        " た。 \n\n"
        "・窓口の案内を、英語、中国語、ベトナム語に加えてやさしい日本語\n\n"
        "で示し、受付の番号を携帯電話に知らせる仕組みを福祉の窓口で試し\n\n"
        "た。（福祉課） \n\n"
        "ェブと電話で受ける。 \n"
    )
    (measure,) = read(text)
    done = [a for a in measure.activities if a.status is ActivityStatus.DONE]
    planned = [a for a in measure.activities if a.status is ActivityStatus.PLANNED]
    assert [(a.fiscal_year, a.text[-7:], [d.name for d in a.departments]) for a in done] == [
        (2024, "るようにした。", ["市民課"]),
        (2024, "た。(福祉課)", ["福祉課"]),
    ]
    assert [(a.fiscal_year, a.text) for a in planned] == [
        (2025, "死亡に伴う手続を一つの窓口にまとめる。"),
        (2025, "障害者手帳の更新を予約制とし、予約はウェブと電話で受ける。"),
    ]


YEAR_TABLES = {
    "tabs": (
        "基本設計\t実施設計\t着工\n説明会：6回\t\t公募",
        [(2024, "基本設計"), (2025, "実施設計"), (2026, "着工"), (2024, "説明会:6回"), (2026, "公募")],
    ),
    "one word a year": ("検討 試行 実施", [(2024, "検討"), (2025, "試行"), (2026, "実施")]),
    "marks on one line": ("・調査 ・設計 ・工事", [(2024, "調査"), (2025, "設計"), (2026, "工事")]),
    "leading blank skips a year": (" ・設計 ・工事", [(2025, "設計"), (2026, "工事")]),
    "an empty line opens the next year": ("・調査\n\n・設計\n・協議", [(2024, "調査"), (2025, "設計"), (2025, "協議")]),
    "a cell wraps": ("・システ\nムの導入\n\n・運用", [(2024, "システムの導入"), (2025, "運用")]),
    "more cells than years": ("・一 ・二 ・三 ・四", [(2024, "一"), (2025, "二"), (2026, "三"), (None, "四")]),
}


@pytest.mark.parametrize(("cells", "expected"), YEAR_TABLES.values(), ids=YEAR_TABLES)
def test_tables_of_three_years(cells: str, expected: list) -> None:
    head = "№ 1 施策名 橋\n担当部署 道路課\n年度別計画\n令和6年度 令和7年度 令和8年度\n"
    (measure,) = read(head + cells)
    assert [(a.fiscal_year, a.text) for a in measure.activities] == expected


BLANK_CELLS = {
    "blanks between empty lines are an empty cell": ("・調査 \n \n\n \n \n\n・工事", [(2024, "調査"), (2026, "工事")]),
    "blanks beside a cell belong to it": ("・調査 \n \n\n・設計 \n\n \n・工事", [(2024, "調査"), (2025, "設計"), (2026, "工事")]),
    "as many blanks, as many cells": ("\n  \n \n\n・工事\n・完成", [(2026, "工事"), (2026, "完成")]),
    "a ruling is no cell": (f"・調査\n\n{' ' * 40}\n\n・設計", [(2024, "調査"), (2025, "設計")]),
}


@pytest.mark.parametrize(("cells", "expected"), BLANK_CELLS.values(), ids=BLANK_CELLS)
def test_blank_cells_of_a_schedule(cells: str, expected: list) -> None:
    text = f"№ 1 施策名 橋\n担当部署 道路課\n年度別計画\n令和6年度 令和7年度 令和8年度 \n{cells}"
    lines = [Line(number, line) for number, line in enumerate(text.split("\n"), 1)]
    (measure,) = read_measures(read_printed_lines(lines), LABELS).measures
    assert [(a.fiscal_year, a.text) for a in measure.activities] == expected


def test_marks_of_footnotes_are_no_part_of_names_and_departments() -> None:
    notes = "12 デジタル窓口：端末で手続を受け付ける仕組みのこと\n3 情報課：電算室を引き継いだ課のこと"
    (measure,) = read(f"№ 1 施策名 デジタル窓口12の整備\n担当部署 情報課3、市民課\n事業概要\n24時間受け付けます。\n\n{notes}")
    assert (measure.name, [d.name for d in measure.departments]) == ("デジタル窓口の整備", ["情報課", "市民課"])


def test_each_bullet_of_a_cell_has_its_own_lines_and_is_planned() -> None:
    (measure,) = read(
        "№ 1 施策名 橋\n担当部署 道路課\n事業概要\n橋を直す。\n令和6年度 令和7年度 令和8年度\n・点検\n・補修の設\n計 ・工事\n\n・完成"
    )
    assert [(a.fiscal_year, a.source.start_line, a.source.end_line, a.status) for a in measure.activities] == [
        (2024, 6, 6, ActivityStatus.PLANNED),
        (2024, 7, 8, ActivityStatus.PLANNED),
        (2025, 8, 8, ActivityStatus.PLANNED),
        (2026, 10, 10, ActivityStatus.PLANNED),
    ]


PAIRS = {
    "two figures alike": ("利用者数\n200人以上 250人以上", [("利用者数", 2024, "200人以上"), ("利用者数", 2025, "250人以上")]),
    "the same word": ("監査\n実施 実施", [("監査", 2024, "実施"), ("監査", 2025, "実施")]),
    "lines of the same form": (
        "証明書【定量事業量】\n・発行：100件\n・割合：10%\n・発行：200件\n・割合：20%",
        [("証明書", 2024, "発行:100件"), ("証明書", 2024, "割合:10%"), ("証明書", 2025, "発行:200件"), ("証明書", 2025, "割合:20%")],
    ),
    "cells that begin alike": (
        "決済\n拡大【定量事業量】\n対応窓口の拡大\n3か所\n対応窓口の拡大\n検討",
        [
            ("決済拡大", 2024, "対応窓口の拡大 3か所"),
            ("決済拡大", 2025, "対応窓口の拡大 検討"),
        ],
    ),
    "no telling": ("会議\n・準備を始める\n・すべての部屋で使う", [("会議", None, "準備を始める"), ("会議", None, "すべての部屋で使う")]),
}


@pytest.mark.parametrize(("cells", "expected"), PAIRS.values(), ids=PAIRS)
def test_tables_of_two_years(cells: str, expected: list) -> None:
    (measure,) = read("№ 1 施策名 橋\n担当部署 道路課\n年度別計画\n令和6（2024）年度 令和7（2025）年度\n" + cells)
    assert [(a.heading, a.fiscal_year, a.text) for a in measure.activities] == expected


def test_quantified_rows_of_a_schedule_are_indicators() -> None:
    text = """
        № 1 施策名 自動化
        担当部署 情報課
        年度別計画
        令和6（2024）年度 令和7（2025）年度
        AI
        拡大【定量事業量】
        削減時間：1,300時間以上 削減時間：1,600時間以上
        （議事録）削減時間：400時間 （議事録）削減時間：450時間
        講習
        回数・割合
        【定量事業量】
        20回以上 26回以上
        74% 80%
        相談会
        開催
        年6回 年6回
        """
    reading = read_measures(printed(text), LABELS)
    assert [
        (i.name, i.unit, i.measure, [(o.role.value, o.fiscal_year, o.quantity.text) for o in i.observations]) for i in reading.indicators
    ] == [
        ("AI拡大:削減時間", "時間", ("measure", "1"), [("Target", 2024, "1,300時間以上"), ("Target", 2025, "1,600時間以上")]),
        ("AI拡大(議事録):削減時間", "時間", ("measure", "1"), [("Target", 2024, "400時間"), ("Target", 2025, "450時間")]),
        ("講習回数・割合(回)", "回", ("measure", "1"), [("Target", 2024, "20回以上"), ("Target", 2025, "26回以上")]),
        ("講習回数・割合(%)", "%", ("measure", "1"), [("Target", 2024, "74%"), ("Target", 2025, "80%")]),
    ]  # the last row is not marked as quantified


def test_effects_stand_apart_from_activities() -> None:
    text = """
        取組1：債権 担当 収納課
        令和6年度の取組状況 令和7年度の取組予定
        ▼催告を見直した。(収納課)
        ｟効果・実績｠
        ►回収実績額：1,458,532円(収納課)
        ►相談会
        ・年4回(福祉課)
        ▼相談を増やした。(福祉課)
        """
    (measure,) = read(text)
    assert [a.text for a in measure.activities] == ["催告を見直した。(収納課)", "相談を増やした。(福祉課)"]
    assert [(e.text, e.quantity.text if e.quantity else None, [d.name for d in e.departments]) for e in measure.effects] == [
        ("回収実績額:1,458,532円(収納課)", "1,458,532円", ["収納課"]),
        ("相談会：年4回(福祉課)", "年4回", ["福祉課"]),
    ]


def test_a_table_of_two_columns_may_be_empty() -> None:
    (measure,) = read("取組1：窓口 担当 市民課\n令和6年度の取組状況 令和7年度の取組予定")
    assert measure.activities == ()


def test_status_and_plan_under_own_labels() -> None:
    text = """
        施策1 待ち時間の短縮
        担当課 市民課
        令和6年度の取組状況
        ・予約を始めた。
        今後の予定
        ・予約を広げる。(福祉課)
        """
    (measure,) = read(text)
    assert [(a.fiscal_year, a.status, a.text) for a in measure.activities] == [
        (2024, ActivityStatus.DONE, "予約を始めた。"),
        (None, ActivityStatus.PLANNED, "予約を広げる。(福祉課)"),
    ]


def test_text_without_departments_has_no_measures() -> None:
    assert read("1 計画の目的\n市民の便利のために定める。\n2 期間\n令和6年度から4年間") == []


def test_marked_bullets_of_the_only_measure_are_no_measures() -> None:
    """Where the document has one measure with its 担当, marks with units in brackets head its bullets."""
    measure = read("施策1 財産の活用\n担当課 管財課\n令和6年度の取組状況\n○土地の貸付(管財課)\n・旧小学校\n○看板の設置(広報課)\n・庁舎")[0]
    assert (measure.name, [d.name for d in measure.departments]) == ("財産の活用", ["管財課"])
