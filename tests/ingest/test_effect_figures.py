"""Which amount a printed result states. The texts are made up; what is odd in them has been met in print."""

from __future__ import annotations

import pytest

from ingest.characters import normalise
from ingest.labels import load_labels
from ingest.parsers.reports.effect_figures import read_figure

LABELS = load_labels()


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("令和７年度予算における効果額計：77百万円（企画課）", "77", "百万円", None),
        ("回収実績額：1,458,532円", "1458532", "円", None),
        ("回収実績額 ￥1,458,532", "1458532", "円", None),
        ("約¥20,000の節約", "20000", "円", "~"),
        ("101件（保険課・保険料）", "101", "件", None),
        ("約1,300件分の電話対応時間の短縮", "1300", "件", "~"),
        ("参加者は延べ 1,200 人以上", "1200", "人", ">="),
        ("回数延べ361回(見込み)（福祉課）", "361", "回", None),
        ("満足度85％以上", "85", "%", ">="),
        ("74.5人", "74.5", "人", None),
        ("▲120万円の削減", "-120", "万円", None),
        ("入庁4年目の研修：63名", "63", "名", None),  # an ordinal is no amount
        ("新人研修Ⅱ：14名", "14", "名", None),
        ("令和6年4月に11名を採用した。", "11", "名", None),
        ("2月末までに30回の講座を開いた（年度内にあと17回の予定）。", "30", "回", None),
        ("職員数：1,924人（前年度比+24人）", "1924", "人", None),
        ("遊具を３基（すべり台、ぶらんこ）設けた。", "3", "基", None),
        ("3歳児健診を2会場で", "2", "会場", None),
        ("5階に会議室を3室設けた。", "3", "室", None),
        ("「100人会議」を4回開いた。", "4", "回", None),  # a number inside a name
        ("住民１人当たり65万円", "65", "万円", None),
        ("10/19に3回開いた。", "3", "回", None),
        ("第3次計画に12事業を載せた。", "12", "事業", None),
        ("チャットボット※3 12件", "12", "件", None),
        ("3分野で", "3", "分野", None),  # not 3分
        ("3年間で120件を整えた。", "120", "件", None),  # the time it took
        ("QRコードによる申込み PCR 3,000件", "3000", "件", None),
        ("24時間365日の受付 40件", "40", "件", None),
        ("前年度比5%増", "5", "%", None),
    ],
)
def test_one_amount(text: str, value: str, unit: str, comparator: str | None) -> None:
    found = read_figure(normalise(text), LABELS)
    assert found is not None
    assert (f"{found.value:f}", found.unit, found.comparator) == (value, unit, comparator)
    assert found.text in normalise(text)


@pytest.mark.parametrize(
    "text",
    [
        "56,074件（12月末現在）  約63,000件（3月末見込）",  # two amounts
        "61講座 99名",
        "家庭ごみを40円→46円とした。",
        "3〜5件",
        "5/10件",
        "１億2,000万円",  # no single number is printed
        "2分の1",
        "年度内に2回目を行う。",
        "チャットボット17を導入",  # the digits of a footnote
        "LGWAN6を使う。",
        "（毎月1回、体育館で開き、大会への出場を目指す。",  # never closed
        "集計中",
        "5階へ移した。",
        "24時間対応とした。",
        "15分ごとに知らせる。",
        "5か年計画を定めた。",
        "1人1台の端末",
        "3年間で120件、40人",
        "令和6年12月末",
        "",
    ],
)
def test_no_single_amount(text: str) -> None:
    assert read_figure(normalise(text), LABELS) is None
