"""Indicator tables in loose text. Made-up figures; the wraps and empty cells have been met in print. Other layouts: test_figure_tables.py."""

from __future__ import annotations

import pytest
from printing import printed

from ingest.labels import load_labels
from ingest.parsers.figures.figure_notes import annotate
from ingest.parsers.figures.indicators import read_indicators
from ontology.model import Indicator

LABELS = load_labels()
B, A, F, T = "Baseline", "Actual", "Forecast", "Target"


def read(text: str) -> list[Indicator]:
    return list(read_indicators(printed(text), LABELS).indicators)


def cells(indicator: Indicator) -> list[tuple]:
    return [
        (o.role.value, o.fiscal_year, o.quantity.text, str(o.quantity.value) if o.quantity.value is not None else None)
        for o in indicator.observations
    ]


TABLES = {
    "one line a row": (
        "指標 基準値 R3 R4 R5 目標値 R7\n申請数 10件 20件 集計中 40件",
        [("申請数", None, [(B, 2021, "10件", "10"), (A, 2022, "20件", "20"), (A, 2023, "集計中", None), (T, 2025, "40件", "40")])],
    ),
    "head over several lines": (
        "取組 指標\n基準値\nR3\nR4\n目標値\nR7\n取組3 普及率 40% 64.8％ 70%",
        [("普及率", ("measure", "3"), [(B, 2021, "40%", "40"), (A, 2022, "64.8%", "64.8"), (T, 2025, "70%", "70")])],
    ),
    "role behind the year": (
        "年 度 令和4 年度 令和5 年度 令和 7 年度目標\n徴収率 96.2％ 97％ 98％以上",
        [("徴収率", None, [(A, 2022, "96.2%", "96.2"), (A, 2023, "97%", "97"), (T, 2025, "98%以上", "98")])],
    ),
    "every year with its role": (
        "指標 令和5年度実績 令和6年度見込 令和8年度目標\n来館者数 100人 120人 200人",
        [("来館者数", None, [(A, 2023, "100人", "100"), (F, 2024, "120人", "120"), (T, 2026, "200人", "200")])],
    ),
    "name before its cells": (
        "指標 基準値 R3 目標値 R7\n住民１人当たりの\n行政コスト\n65 万円 50 万円",
        [("住民1人当たりの行政コスト", None, [(B, 2021, "65 万円", "65"), (T, 2025, "50 万円", "50")])],
    ),
    "cells over lines, with footnote marks": (
        "指標 基準値 R3 R4 目標値 R7\n相談業務数 20業務\n40業務\n※4\n50業務",
        [("相談業務数", None, [(B, 2021, "20業務", "20"), (A, 2022, "40業務 ※4", "40"), (T, 2025, "50業務", "50")])],
    ),
    "a target with a year of its own": (
        "指標 基準値 R3 目標値 R7\n手続数① 6手続\n25手続\n(R4)※３",
        [("手続数①", None, [(B, 2021, "6手続", "6"), (T, 2022, "25手続 (R4)※3", "25")])],
    ),
    "blanks stand for empty cells": (
        "指標 R2 R3 R4 目標値 R7\n満足度\n15.6％   20％",
        [("満足度", None, [(A, 2020, "15.6%", "15.6"), (T, 2025, "20%", "20")])],
    ),
    "a name that ends in a number": (
        "取組 指標 基準値 R3 目標値 R7\n取組 21 研修の実施 - 延べ12回",
        [("研修の実施", ("measure", "21"), [(B, 2021, "-", None), (T, 2025, "延べ12回", "12")])],
    ),
    "measure and wrapped name": (
        "取組 指標 基準値 R3 目標値 R7\n取組 23\n重大な事故の\n発生件数\n0件 0件",
        [("重大な事故の発生件数", ("measure", "23"), [(B, 2021, "0件", "0"), (T, 2025, "0件", "0")])],
    ),
    "rows with numbers of their own": (
        "No. 指標 現状値(R5) 目標値(R8)\n1 申請数 10件 20件\n2 満足度 55.0% 60%以上",
        [
            ("申請数", None, [(B, 2023, "10件", "10"), (T, 2026, "20件", "20")]),
            ("満足度", None, [(B, 2023, "55.0%", "55.0"), (T, 2026, "60%以上", "60")]),
        ],
    ),
    "rows with the numbers of their measures": (
        "取組番号 指標 現状値(R5) 目標値(R8)\n3 申請数 10件 20件",
        [("申請数", ("measure", "3"), [(B, 2023, "10件", "10"), (T, 2026, "20件", "20")])],
    ),
    "figures that do not fill the head are no name": (
        "指標 R5実績 R6実績 R7目標\n通所者 10人 12人\n施策の達成 1/20 12/20 20/20\n増減率 ▲1.2% △0.8% ±0%",
        [
            ("施策の達成", None, [(A, 2023, "1/20", None), (A, 2024, "12/20", None), (T, 2025, "20/20", None)]),
            ("増減率", None, [(A, 2023, "▲1.2%", "-1.2"), (A, 2024, "△0.8%", "-0.8"), (T, 2025, "±0%", None)]),
        ],
    ),
    "a target in words": (
        "指標 R3 R4 目標値 R7\n基金残高 227億円 240億円\n財政規模の 30％程度",
        [("基金残高", None, [(A, 2021, "227億円", "227"), (A, 2022, "240億円", "240"), (T, 2025, "財政規模の30%程度", None)])],
    ),
}


@pytest.mark.parametrize(("text", "expected"), TABLES.values(), ids=TABLES)
def test_tables(text: str, expected: list) -> None:
    assert [(indicator.name, indicator.measure, cells(indicator)) for indicator in read(text)] == expected


@pytest.mark.parametrize(
    "text",
    [
        "令和6年度 令和7年度\n検討 実施",  # years without a role are no indicator table
        "目標は令和7年度に200件です。\n令和6年度は100件でした。",
        "指標 基準値 R3 R4 目標値 R7\n申請数 10件",  # too few cells: nothing is guessed
        "指標 基準値 R3 目標値 R7\n10件 20件",  # no name
    ],
)
def test_what_is_no_table_gives_nothing(text: str) -> None:
    assert read(text) == []


def test_the_next_head_and_page_numbers_end_a_table() -> None:
    text = "指標 基準値 R3 目標値 R7\n申請数 10件 20件\n1\n 画面の説明\n155\n343\n"
    (indicator,) = read(text)
    assert indicator.name == "申請数"


def test_a_unit_behind_the_name() -> None:
    (indicator,) = read("指標 R5実績 R7目標\n検診の受診率（％） 45.2 50.0")
    assert (indicator.name, indicator.unit, [o.quantity.unit for o in indicator.observations]) == ("検診の受診率(%)", "%", ["%", "%"])


def test_used_lines_cover_head_and_rows() -> None:
    reading = read_indicators(printed("前の文。\n指標 基準値 R3 目標値 R7\n申請数 10件 20件\n後の文。"), LABELS)
    assert reading.used_lines == {2, 3}
    assert reading.indicators[0].unit == "件"


def test_headings_of_tables_and_footnotes_of_names() -> None:
    text = """
    ③徴収率の向上

    指標 基準値 R3 目標値 R7
    市民税 ※1 96% 97%
    保険料
    （※軽減を除く） 88% 91%

    ④基金

    指標 基準値 R3 目標値 R7
    基金残高 10億円 20億円

    ※1 現年度分を表す。
    """
    lines = printed(text)
    found = annotate(read_indicators(lines, LABELS).indicators, lines)
    assert [(i.name, i.heading, i.note) for i in found] == [
        ("市民税", "③徴収率の向上", "現年度分を表す。"),
        ("保険料(※軽減を除く)", "③徴収率の向上", None),  # a remark of its own row explains no other
        ("基金残高", "④基金", None),
    ]
