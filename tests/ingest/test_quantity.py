"""A cell is read whole or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.quantity import looks_like_quantity, parse_quantity


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("217手続", "217", "手続", None),
        ("２１７手続", "217", "手続", None),
        ("1,458,532円", "1458532", "円", None),
        ("90％以上", "90", "%", ">="),
        ("350 億円以内", "350", "億円", "<="),
        ("年48 時間以下", "48", "時間", "<="),
        ("延べ16回", "16", "回", None),
        ("約459,000件", "459000", "件", "~"),
        ("97.6%", "97.6", "%", None),
        ("△5件", "-5", "件", None),
        ("3か所", "3", "か所", None),
        ("25手続 (R4)※3", "25", "手続", None),  # a year of its own and a footnote mark
        ("24手続（令和4年度）", "24", "手続", None),
        ("40業務 ※4", "40", "業務", None),
        ("100", "100", None, None),
        ("＞0", "0", None, ">"),
        ("集計中", None, None, None),
        ("－", None, None, None),
        ("", None, None, None),
        ("10〜20件", None, None, None),  # a range is no number
        ("3件、5件", None, None, None),
        ("標準財政規模の30％程度", None, None, None),
        ("1億8,000万円", None, None, None),  # two numbers are not one
        ("令和6年度", None, None, None),
        ("12:30", None, None, None),
        ("10データ以上公開", None, None, None),  # more than an amount
        ("5か国語", "5", "か国語", None),
        # money, signs, and units that multiply: the value is the number as printed, nothing is computed
        ("￥1,234", "1234", "円", None),
        ("▲ 5.2％", "-5.2", "%", None),
        ("670万件以上", "670", "万件", ">="),
        ("2.5億円", "2.5", "億円", None),
        ("３割以上", "3", "割", ">="),
        ("12件／年", "12", "件/年", None),
        ("1,234t-CO2", "1234", "t-CO2", None),
        ("10㎡", "10", "㎡", None),
        ("40％削減", "40", "%削減", None),
        ("120.5％", "120.5", "%", None),
        # what stands before the amount
        ("毎年度10件", "10", "件", None),
        ("累計：120件", "120", "件", None),
        ("概ね100％", "100", "%", "~"),
        ("純 資 産 変 動 ＞０", "0", None, ">"),  # a name before a comparison
        ("前年度比10％減", None, None, None),
        ("第3位", None, None, None),
        # remarks behind the amount
        ("10件（速報値）", "10", "件", None),
        ("20人（R4：18人）", "20", "人", None),
        ("3件（注1）", "3", "件", None),
        ("80％以上を維持", "80", "%", ">="),
        ("120件（累計350件）", None, None, None),  # two amounts
        ("20人（10％）", None, None, None),
        ("（65％）", None, None, None),
        # when, not how much
        ("2025年度", None, None, None),
        ("2025年", None, None, None),
        ("3月末", None, None, None),
        ("20日", "20", "日", None),
        # more or less than one number
        ("5か所→8か所", None, None, None),
        ("3/4", None, None, None),
        ("±3％", None, None, None),
        ("1,2", None, None, None),
        ("10件を予定", None, None, None),
        ("現状維持", None, None, None),
        ("42①団体", None, None, None),  # whose unit is not told
        ("皆増", None, None, None),
    ],
)
def test_quantities(text: str, value: str | None, unit: str | None, comparator: str | None) -> None:
    quantity = parse_quantity(text)
    assert quantity.text == text.strip()
    assert quantity.value == (Decimal(value) if value is not None else None)
    assert (quantity.unit, quantity.comparator) == (unit, comparator)
    assert looks_like_quantity(text) is (value is not None)
