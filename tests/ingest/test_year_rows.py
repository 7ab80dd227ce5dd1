"""Schedules whose rows have a label and a cell for each year: which line is which cell, and where print does not tell."""

from __future__ import annotations

import pytest
from printing import printed

from ingest.labels import load_labels
from ingest.parsers.labelled import YearColumn
from ingest.parsers.prose.footnotes import find_footnotes, strip_footnote_marks
from ingest.parsers.schedules.year_rows import SchedulePrint, YearCell, measure_labels, read_labelled_rows

LABELS = load_labels()


def read(text: str, years: int) -> list[YearCell]:
    """The cells of a table of ``years`` columns from 2024 on. A final ⏎ stands for the blank that ends a paragraph."""
    lines = printed(text.replace("⏎", " "))
    schedules = SchedulePrint(measure_labels([lines] * 3), find_footnotes(lines))
    return list(read_labelled_rows(lines, [YearColumn(2024 + number) for number in range(years)], LABELS, schedules))


def told(cells: list[YearCell]) -> list[tuple[str | None, int | None, str]]:
    return [(cell.heading, cell.column.fiscal_year if cell.column else None, cell.text) for cell in cells]


TABLES = {
    "cells of one line share it": (2, "見守り\n講習\n10回 12回", [("見守り講習", 2024, "10回"), ("見守り講習", 2025, "12回")]),
    "the label shares it too": (2, "監査 実施 実施", [("監査", 2024, "実施"), ("監査", 2025, "実施")]),
    "other words": (2, "広報\n発信\n紙面 動画", [("広報発信", 2024, "紙面"), ("広報発信", 2025, "動画")]),
    "three years": (3, "橋\n点検\n調査 設計 工事", [("橋点検", 2024, "調査"), ("橋点検", 2025, "設計"), ("橋点検", 2026, "工事")]),
    "five years, two of them empty": (
        5,
        "避難所  設計  工事 運用",
        [("避難所", 2025, "設計"), ("避難所", 2027, "工事"), ("避難所", 2028, "運用")],
    ),
    "three rows of four years": (
        4,
        "講習\n回数\n10回 12回 15回 20回\n名簿\n更新\n検討 検討 試行 実施\n備蓄\n品目\n5品目  8品目 9品目",
        [
            *((("講習回数"), 2024 + n, f"{count}回") for n, count in enumerate((10, 12, 15, 20))),
            *(("名簿更新", 2024 + n, word) for n, word in enumerate(("検討", "検討", "試行", "実施"))),
            ("備蓄品目", 2024, "5品目"),
            ("備蓄品目", 2026, "8品目"),
            ("備蓄品目", 2027, "9品目"),
        ],
    ),
    "fewer cells than years, and no blank tells which are empty": (3, "橋\n設計 工事", [("橋", None, "設計"), ("橋", None, "工事")]),
    "longer cells stand one below the other": (
        2,
        "台帳⏎\n整備⏎\n紙の台帳を電子の台帳に移す準\n備の作業⏎\n・移行の完了⏎\n・運用の開始⏎",
        [("台帳整備", 2024, "紙の台帳を電子の台帳に移す準備の作業"), ("台帳整備", 2025, "移行の完了"), ("台帳整備", 2025, "運用の開始")],
    ),
    "the second cell begins on the line of the first": (
        2,
        "申請\n受付\n試行 ・全庁に拡大\n・利用者の調査",
        [("申請受付", 2024, "試行"), ("申請受付", 2025, "全庁に拡大"), ("申請受付", 2025, "利用者の調査")],
    ),
    "marks, then none": (
        2,
        "庁舎\n改修\n・照明の交換\n・空調の交換\n工事の検証",
        [("庁舎改修", 2024, "照明の交換"), ("庁舎改修", 2024, "空調の交換"), ("庁舎改修", 2025, "工事の検証")],
    ),
    "the same marks again, with one more": (
        2,
        "移行\n準備\n新しい帳票への移行に着手\n・設計\n・試験の実施\n新しい帳票への移行を完了\n・設計\n・試験の実施\n・切替",
        [
            *(("移行準備", 2024, text) for text in ("新しい帳票への移行に着手", "設計", "試験の実施")),
            *(("移行準備", 2025, text) for text in ("新しい帳票への移行を完了", "設計", "試験の実施", "切替")),
        ],
    ),
    "a bracket says what the marks are about": (
        2,
        "発信\n人数\n（町の便り）\n・登録：10人\n・割合：2割\n（町の便り）\n・登録：20人\n・割合：3割",
        [
            *(("発信人数(町の便り)", 2024, text) for text in ("登録:10人", "割合:2割")),
            *(("発信人数(町の便り)", 2025, text) for text in ("登録:20人", "割合:3割")),
        ],
    ),
    "three years of marks, told by the two that are alike": (
        3,
        "橋の\n点検\n・対象の選定\n・台帳の整備\n・点検：10橋\n・修繕：2橋\n・点検：12橋\n・修繕：3橋",
        [
            *(("橋の点検", 2024, text) for text in ("対象の選定", "台帳の整備")),
            *(("橋の点検", 2025, text) for text in ("点検:10橋", "修繕:2橋")),
            *(("橋の点検", 2026, text) for text in ("点検:12橋", "修繕:3橋")),
        ],
    ),
    "nothing tells": (
        2,
        "会議\n・準備を始める\n・すべての部屋で使う",
        [("会議", None, "準備を始める"), ("会議", None, "すべての部屋で使う")],
    ),
    "a wide note and a footnote end the table": (
        2,
        "監査\n実施\n実施 実施\n※対象とする業務は住民記録、印鑑登録、選挙人名簿の三つとする\n1 監査：記録を調べて正しさを確かめることをいう",
        [("監査実施", 2024, "実施"), ("監査実施", 2025, "実施")],
    ),
}


@pytest.mark.parametrize(("years", "text", "expected"), TABLES.values(), ids=TABLES)
def test_rows_of_a_schedule(years: int, text: str, expected: list) -> None:
    assert told(read(text, years)) == expected


def test_footnote_marks_are_no_digits_of_the_text() -> None:
    footnotes = find_footnotes(printed("13 XR：現実にはないものを見せる技術の総称をいう\n4 4件：四つの案件のことをいいます"))
    assert footnotes == {"13": "XR"}
    assert strip_footnote_marks("XR13体験の提供:13事業", footnotes) == "XR体験の提供:13事業"
    assert strip_footnote_marks("XR130体験", footnotes) == "XR130体験"
