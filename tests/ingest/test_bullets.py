"""Sub-headings, owners of whole blocks, notes and years of bullets, on made-up columns as a word processor's dump prints them."""

from __future__ import annotations

import pytest
from printing import printed

from ingest.labels import load_labels
from ingest.parsers.reports.activities import read_activities
from ingest.parsers.reports.bullets import read_bullets
from ontology.model import ActivityStatus

LABELS = load_labels()
# Name: column (a trailing ＿ stands for the blank that ends a paragraph), and for each activity: heading, text, year, departments.
CASES = {
    "a heading lends its owner": (
        "①窓口（市民課）＿\n・予約を始＿\n・番号を知らせた。（福祉課）＿",
        [("①窓口(市民課)", "予約を始", 2024, ["市民課"]), ("①窓口(市民課)", "番号を知らせた。(福祉課)", 2024, ["福祉課"])],
    ),
    "a sentence below a heading": (
        "①窓口（市民課）＿\n予約を始め、待\nつ時間を減らした。＿\n②電話＿",
        [("①窓口(市民課)", "予約を始め、待つ時間を減らした。", 2024, ["市民課"]), (None, "②電話", 2024, [])],
    ),
    "each paragraph below a heading": (
        "①講習会（地域課）＿\nスマートフォン（全3回）＿\nパソコン（全2回）＿",
        [
            ("①講習会(地域課)", "スマートフォン(全3回)", 2024, ["地域課"]),
            ("①講習会(地域課)", "パソコン(全2回)", 2024, ["地域課"]),
        ],
    ),
    "a paragraph below a bullet": (
        "・講習会（地域課）＿\n全3回、22人＿\n・相談会＿",
        [(None, "講習会(地域課)\n全3回、22人", 2024, ["地域課"]), (None, "相談会", 2024, [])],
    ),
    "an owner named once for the block": (
        "①庁舎の整備＿\n・設計を終えた。＿\n（主な内容）＿\n・会議室の予約＿\n・案内の画面＿\n（庁舎整備室）＿\n②公園＿\n・改修＿",
        [
            ("①庁舎の整備", "設計を終えた。", 2024, ["庁舎整備室"]),
            ("①庁舎の整備 ＞ (主な内容)", "会議室の予約", 2024, ["庁舎整備室"]),
            ("①庁舎の整備 ＞ (主な内容)", "案内の画面", 2024, ["庁舎整備室"]),
            ("②公園", "改修", 2024, []),
        ],
    ),
    "an owner on the line below its bullet": (
        "①庁舎の整備＿\n・設計を終えた。（財政課）＿\n・案内の画面＿\n（庁舎整備室）＿",
        [
            ("①庁舎の整備", "設計を終えた。(財政課)", 2024, ["財政課"]),
            ("①庁舎の整備", "案内の画面\n(庁舎整備室)", 2024, ["庁舎整備室"]),
        ],
    ),
    "a note announces bullets": (
        "・電子化を進めた。＿\n※各課における主な取組＿\n・会議資料＿\n※令和５年度までの実施分＿\n・回覧＿",
        [
            (None, "電子化を進めた。", 2024, []),
            ("※各課における主な取組", "会議資料", 2024, []),
            ("※令和5年度までの実施分", "回覧", 2023, []),
        ],
    ),
    "a paragraph with figures announces nothing": (
        "・改修（施設課）＿\n主な改修箇所 屋上、外壁＿\n・点検＿",
        [(None, "改修(施設課)\n主な改修箇所屋上、外壁", 2024, ["施設課"]), (None, "点検", 2024, [])],
    ),
    "a note on a whole list": (
        "①システム＿\n・税（税務課）＿\n・選挙（選挙管理委員会事務局）＿\n※情報課では、各課の相談に応じている＿",
        [
            ("①システム", "税(税務課)", 2024, ["税務課"]),
            ("①システム", "選挙(選挙管理委員会事務局)", 2024, ["選挙管理委員会事務局"]),
            ("①システム", "※情報課では、各課の相談に応じている", 2024, []),
        ],
    ),
    "a note on the last bullet": (
        "①支払い＿\n・税（税務課）＿\n納付書：スマートフォン＿\n・手数料（市民課）＿\n窓口：現金＿\n※一部を除く＿",
        [
            ("①支払い", "税(税務課)\n納付書:スマートフォン", 2024, ["税務課"]),
            ("①支払い", "手数料(市民課)\n窓口:現金\n※一部を除く", 2024, ["市民課"]),
        ],
    ),
    "a label inside a bullet": (
        "・すべて電子化する。＿\n【実績】＿\n37手続＿",
        [(None, "すべて電子化する。\n【実績】\n37手続", 2024, [])],
    ),
    "labels that head": (
        "【大学との連携】＿\n・調査＿\n【事業者との連携】＿\n共同で開発した。＿",
        [("【大学との連携】", "調査", 2024, []), ("【事業者との連携】", "共同で開発した。", 2024, [])],
    ),
    "letters count their entries": (
        "ア．調査＿\nイ．設計＿\nウ．工事＿",
        [(None, "調査", 2024, []), (None, "設計", 2024, []), (None, "工事", 2024, [])],
    ),
    "dashes and stars": (
        "- 調査 設計＿\n* 工事＿\n• 点検＿",
        [(None, "調査設計", 2024, []), (None, "工事", 2024, []), (None, "点検", 2024, [])],
    ),
}


@pytest.mark.parametrize(("column", "expected"), CASES.values(), ids=CASES)
def test_activities(column: str, expected: list[tuple]) -> None:
    before = "この行は折り返して\nいるので、空白が\n段落の終わりを示す。＿\n"  # a document in which every line ended with a blank would tell nothing
    lines = printed((before + column).replace("＿", " ").replace("\n", "\n\n"))[3:]
    bullets = read_bullets([(line.text, line) for line in lines], LABELS)
    activities = list(read_activities(bullets, LABELS, fiscal_year=2024, status=ActivityStatus.DONE))
    assert [(a.heading, a.text, a.fiscal_year, [d.name for d in a.departments]) for a in activities] == expected
    assert [a.order for a in activities] == list(range(1, len(expected) + 1))
