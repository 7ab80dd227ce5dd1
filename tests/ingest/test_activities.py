"""What bullets mean together: headings that lend departments, effects with their figures. The texts are made up."""

from __future__ import annotations

import pytest
from printing import printed

from ingest.labels import load_labels
from ingest.parsers.plan.measures import read_measures
from ingest.parsers.reports.bullets import read_bullets
from ontology.model import Measure

LABELS = load_labels()
HEAD = "施策1 債権\n担当課 収納課\n令和6年度の取組状況\n"


def read(text: str) -> Measure:
    (measure,) = read_measures(printed(text), LABELS).measures
    return measure


def ended(text: str) -> str:
    """Every line with the blank that ends a paragraph."""
    return text.replace("\n", " \n") + " "


ACTIVITIES = {
    "a heading lends its department": (
        "▼土地の貸付(管財課)\n・旧小学校\n・旧公民館\n▼看板の設置(広報課)\n・庁舎(北館)",
        [
            ("土地の貸付(管財課)", "旧小学校", ["管財課"]),
            ("土地の貸付(管財課)", "旧公民館", ["管財課"]),
            ("看板の設置(広報課)", "庁舎(北館)", ["広報課"]),
        ],
    ),
    "a sentence above bullets is one of the bullets": (
        "▼研修を行った。(職員課)\n・通信教育\n・大学院(企画課)",
        [
            (None, "研修を行った。(職員課)", ["職員課"]),
            ("研修を行った。(職員課)", "通信教育", ["職員課"]),
            ("研修を行った。(職員課)", "大学院(企画課)", ["企画課"]),
        ],
    ),
    "brackets below a mark stand between it and the text": (
        "▼施設の圧縮(管財課)\n《廃止》\n北会館など\n《新設》\n南会館など",
        [
            ("施設の圧縮(管財課) ＞ 《廃止》", "北会館など", ["管財課"]),
            ("施設の圧縮(管財課) ＞ 《新設》", "南会館など", ["管財課"]),
        ],
    ),
    "brackets above marks": (
        "≪工事≫\n▼要綱を改めた。(契約課)\n≪物品≫\n▼条項を加えた。(会計課)",
        [("≪工事≫", "要綱を改めた。(契約課)", ["契約課"]), ("≪物品≫", "条項を加えた。(会計課)", ["会計課"])],
    ),
    "a department as heading": (
        "►国保課\n・督促した。\n►税務課・収納課\n・催告した。",
        [("国保課", "督促した。", ["国保課"]), ("税務課・収納課", "催告した。", ["税務課", "収納課"])],
    ),
    "a department in brackets as heading": ("【国保課】\n・督促した。", [("【国保課】", "督促した。", ["国保課"])]),
    "a body or facility as heading is what the bullets are about": (
        "【まちづくり公社】\n・役割を見直した。\n【文化センター】\n・催しを増やした。",
        [("【まちづくり公社】", "役割を見直した。", []), ("【文化センター】", "催しを増やした。", [])],
    ),
    "all departments as heading own nothing by name": ("●各課\n・見直した。", [("各課", "見直した。", [])]),
}


@pytest.mark.parametrize(("text", "expected"), ACTIVITIES.values(), ids=ACTIVITIES)
def test_activities(text: str, expected: list) -> None:
    activities = read(HEAD + ended(text)).activities
    assert [(a.heading, a.text, [d.name for d in a.departments]) for a in activities] == expected


EFFECTS = {
    "lists inside effects, each below its department": (
        "►国保課\n①保険料\n納付 90件 8%\n②医療費\n納付 70件\n►税務課\n①住民税\n納付 1,200件",
        [
            ("国保課 ＞ ①保険料：納付90件8%", None, ["国保課"]),
            ("国保課 ＞ ②医療費：納付70件", "70件", ["国保課"]),
            ("税務課 ＞ ①住民税：納付1,200件", "1,200件", ["税務課"]),
        ],
    ),
    "a heading with a figure of its own is an effect": (
        "►相談会の開催：3回(福祉課)\n・春の会\n・秋の会(高齢課)",
        [
            ("相談会の開催:3回(福祉課)", "3回", ["福祉課"]),
            ("相談会の開催:3回(福祉課)：春の会", None, ["福祉課"]),
            ("相談会の開催:3回(福祉課)：秋の会(高齢課)", None, ["高齢課"]),
        ],
    ),
    "each paragraph below a mark is an effect": (
        "►受付件数(12月末時点)\n101件(国保課・保険料)\n68件(税務課)",
        [
            ("受付件数(12月末時点)：101件(国保課・保険料)", "101件", ["国保課"]),
            ("受付件数(12月末時点)：68件(税務課)", "68件", ["税務課"]),
        ],
    ),
    "two on a line": (
        "►研修…61講座 99名  ►助成…2件\n►派遣…3名(職員課)",
        [("研修…61講座99名", None, []), ("助成…2件", "2件", []), ("派遣…3名(職員課)", "3名", ["職員課"])],
    ),
    "side by side": (
        "►受付の件数  90件 8%  (12月末)\n►督 促 の 件 数：3件",
        [("受付の件数 90件8% (12月末)", None, []), ("督促の件数:3件", "3件", [])],
    ),
    "a note belongs to its effect": (
        "►雇用:74.5人(職員課)\n※換算した数である。",
        [("雇用:74.5人(職員課)\n※換算した数である。", "74.5人", ["職員課"])],
    ),
    "a heading that repeats the year": (
        "►経営課\n【令和6年度累計(12月分まで)】\n・委託件数：76件\n・回収額：1,458,532円",
        [
            ("経営課 ＞ 【令和6年度累計(12月分まで)】：委託件数:76件", "76件", ["経営課"]),
            ("経営課 ＞ 【令和6年度累計(12月分まで)】：回収額:1,458,532円", "1,458,532円", ["経営課"]),
        ],
    ),
}


@pytest.mark.parametrize(("text", "expected"), EFFECTS.values(), ids=EFFECTS)
def test_effects(text: str, expected: list) -> None:
    effects = read(HEAD + ended(f"▼債権を整理した。(収納課)\n｟効果・実績｠\n{text}")).effects
    assert [(e.text, e.quantity.text if e.quantity else None, [d.name for d in e.departments]) for e in effects] == expected


LABELLED = {
    "below what was done": (
        "効果・実績\n・年間120時間を削減(市民課)\n・苦情が減った",
        [("年間120時間を削減(市民課)", 2024), ("苦情が減った", 2024)],
    ),
    "on the line of the label": ("効果：年間120時間を削減", [("年間120時間を削減", 2024)]),
    "in brackets": ("【効果】\n・年間120時間を削減", [("年間120時間を削減", 2024)]),
    "as one bullet among others": ("・効果額：77百万円(財政課)\n・続けた。", [("効果額:77百万円(財政課)", 2024)]),
    "as one effect among others": (
        "｟効果・実績｠\n►効果額：77百万円\n►苦情：3件",
        [("効果額:77百万円", 2024), ("苦情:3件", 2024)],
    ),
    "below what is planned": ("今後の予定\n・広げる。\n主な効果\n・年間120時間を削減", [("年間120時間を削減", None)]),
}


@pytest.mark.parametrize(("text", "expected"), LABELLED.values(), ids=LABELLED)
def test_effects_under_a_label_of_their_own(text: str, expected: list) -> None:
    measure = read(f"{HEAD}・予約を始めた。\n{text}")
    assert [(e.text, e.fiscal_year) for e in measure.effects] == expected
    assert measure.activities[0].text == "予約を始めた。"


def test_a_label_cut_out_of_a_wrapped_line_is_none() -> None:
    measure = read(HEAD + "・待ち時間を短くすることで窓口の混雑を減らす\n効果\nがあった。 \n・続ける。 ")
    assert measure.effects == ()


def test_a_new_row_ends_the_effects() -> None:
    lines = printed(
        ended(
            "①納付の方法\n▼始めた。\n｟効果・実績｠\n►国保課\n①保険料\n②医療費\n・右の欄\n②働きかけ\n▼催告した。\n｟効果・実績｠\n►税務課\n①住民税"
        )
    )
    left = [(line.text, line) for line in lines if line.number != 7]
    bullets = [bullet for bullet in read_bullets(left, LABELS) if bullet.rank >= 0]
    assert [bullet.source().start_line for bullet in bullets if not bullet.is_effect] == [1, 2, 8, 9]
    assert [bullet.source().start_line for bullet in bullets if bullet.is_effect] == [4, 5, 6, 11, 12]
