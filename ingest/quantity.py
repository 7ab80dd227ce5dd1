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
    "およそ": "~",
    "おおむね": "~",
    "概ね": "~",
    ">": ">",
    "<": "<",
    "≧": ">=",
    "≦": "<=",
    "≥": ">=",
    "≤": "<=",
}

# A number in Japanese print: grouped or plain digits, decimals, a sign; then a unit without digits. 万件 and 億円 are units like any other, so
# that the value is the number that is printed and nothing is computed. A name may stand before a comparison only (純資産変動＞０).
_AMOUNT = re.compile(
    r"""(?:[^\d<>≧≦≥≤()]{1,20}(?=[<>≧≦≥≤]))?
        (?P<before>(?:(?:約|およそ|おおむね|概ね|延べ|のべ|累計|合計|計|平均|年間|毎年度?|各年度?|年|毎月|月|各)[:：]?|[<>≧≦≥≤]|\s)*)
        (?P<sign>[-−▲△+])?\s*(?P<currency>¥)?\s*(?P<number>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)\s*
        (?P<unit>(?:(?!以上|以下|以内|未満|程度|前後)(?:/(?!\d)|(?<=CO)2|(?<=[km])2|[^\d\s、。,，:：;()（）※①-⑳<>≧≦≥≤=＝/／~〜～･・→⇒])){0,12}?)\s*
        (?P<after>以上|以下|以内|超|未満|程度|前後)?(?:を?(?:維持|確保|達成))?""",
    re.VERBOSE,
)
_MARK = re.compile(r"\s*(?:※\s*\d*|[(（]\s*[※注*]\s*\d*\s*[)）]|\*\d+|(?<![A-Za-z])[⁰¹²³⁴-⁹]+[)）]?)\s*")
_LEADING_REMARK = re.compile(r"^[(（](?:累計|延べ|のべ|見込み?|予定|速報値?|暫定値?)[)）]\s*")
_TRAILING_REMARK = re.compile(r"\s*[(（]([^()（）]*)[)）]$")
# 2025年度 and 3月末 say when, not how much; 20日 and 5年 may be a duration.
_DATE = re.compile(r"年度|月(?:$|末|中|上旬|中旬|下旬|頃|以降|まで|から)|年[^間]*[月末頃]")
# Words that make a unit part of a sentence (10件を予定): then the cell says more than an amount.
_SENTENCE = re.compile(r"[をにはがで]")


def parse_quantity(text: str) -> Quantity:
    """``text`` as an amount; ``value`` stays None unless the whole cell is exactly one number with its unit.

    Footnote marks (※３) and remarks in parentheses behind the amount ((R4), (速報値)) do not belong to it; a second amount there makes it ambiguous.

    >>> parse_quantity("217手続").value, parse_quantity("90％以上").comparator, parse_quantity("集計中").value
    (Decimal('217'), '>=', None)
    """
    printed = text.strip()
    match = _AMOUNT.fullmatch(_without_remarks(normalise(printed)))
    if match is None or _tells_more(match):
        return Quantity(printed)
    value = Decimal(match["number"].replace(",", ""))
    if match["sign"] and match["sign"] != "+":
        value = -value
    unit = match["unit"].strip() or ("円" if match["currency"] else None)
    return Quantity(printed, value, unit, _comparator(match))


def looks_like_quantity(text: str) -> bool:
    """Whether ``text`` is one amount and nothing else."""
    return parse_quantity(text).value is not None


def _without_remarks(text: str) -> str:
    text = _LEADING_REMARK.sub("", _MARK.sub("", text).strip())
    while (remark := _TRAILING_REMARK.search(text)) and not _AMOUNT.fullmatch(remark[1].strip()):
        text = text[: remark.start()].strip()
    return text


def _tells_more(match: re.Match[str]) -> bool:
    unit = match["unit"]
    return bool(_DATE.match(unit) or _SENTENCE.search(unit) or (unit == "年" and len(match["number"]) == 4))


def _comparator(match: re.Match[str]) -> str | None:
    words = re.findall("|".join(map(re.escape, _COMPARATORS)), match["before"])
    return _COMPARATORS[match["after"]] if match["after"] else _COMPARATORS[words[-1]] if words else None
