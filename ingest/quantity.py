"""Printed amounts: a cell is read whole or not at all."""

from __future__ import annotations

import re
from decimal import Decimal

from ingest.characters import normalise
from ontology.model import Quantity

_COMPARATORS = {
    "以上": ">=",
    "以下": "<=",
    "以内": "<=",
    "超": ">",
    "未満": "<",
    "程度": "~",
    "前後": "~",
    "約": "~",
    ">": ">",
    "<": "<",
    "≧": ">=",
    "≦": "<=",
    "≥": ">=",
    "≤": "<=",
}

# A number in Japanese print: grouped or plain digits, decimals, a sign; then a unit without digits.
_AMOUNT = re.compile(
    r"""(?P<before>約|延べ|のべ|累計|年|計|月|各|平均|[><≧≦≥≤])*\s*
        (?P<sign>[-−▲△])?(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
        (?P<unit>(?:(?!以上|以下|以内|未満|程度)[^\d\s、。,，:：;()（）※<>≧≦≥≤＞＜/／~〜～･・]){0,12}?)\s*
        (?P<after>以上|以下|以内|超|未満|程度|前後|減|増)?""",
    re.VERBOSE,
)
_NOTE = re.compile(r"\s*(?:[(（](?:R|H|令和|平成|※|注)[^()（）]*[)）]|※\s*\d*|[(（]累計[)）])\s*")


def parse_quantity(text: str) -> Quantity:
    """``text`` as an amount; ``value`` stays None unless the whole cell is exactly one number with its unit.

    Footnote marks (※３) and a year of its own in parentheses ((R4)) do not belong to the amount.

    >>> parse_quantity("217手続").value, parse_quantity("90％以上").comparator, parse_quantity("集計中").value
    (Decimal('217'), '>=', None)
    """
    printed = text.strip()
    match = _AMOUNT.fullmatch(_NOTE.sub("", normalise(printed)).strip())
    if match is None:
        return Quantity(printed)
    value = Decimal(match["number"].replace(",", ""))
    if match["sign"]:
        value = -value
    unit = match["unit"].strip() or None
    comparator = _COMPARATORS.get(match["after"] or "") or _COMPARATORS.get(match["before"] or "")
    return Quantity(printed, value, unit, comparator)


def looks_like_quantity(text: str) -> bool:
    """Whether ``text`` is one amount and nothing else."""
    return parse_quantity(text).value is not None
