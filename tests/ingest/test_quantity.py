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
    ],
)
def test_quantities(text: str, value: str | None, unit: str | None, comparator: str | None) -> None:
    quantity = parse_quantity(text)
    assert quantity.text == text.strip()
    assert quantity.value == (Decimal(value) if value is not None else None)
    assert (quantity.unit, quantity.comparator) == (unit, comparator)
    assert looks_like_quantity(text) is (value is not None)
