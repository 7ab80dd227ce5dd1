"""The one amount that a printed result states (回収実績額：1,458,532円, 延べ361回).

An effect holds one value, so it has one only where its text means exactly one amount: a number with a counter word. Years, dates, ordinals
(4年目, 第3次), numbers inside names, what stands in parentheses (12月末時点, 前年度比+24人) and the digits of footnotes are no amounts;
ranges and two amounts side by side stay text.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

from ingest.labels import Labels
from ingest.quantity import parse_quantity
from ontology.model import Quantity

_INNERMOST = re.compile(r"[(（][^()（）]*[)）]|「[^「」]*」|『[^『』]*』")
_UNCLOSED = re.compile(r"[(（「『][^()（）「」『』]*$")
_TIMES = re.compile(
    r"""(?:令和|平成|昭和|(?<![A-Za-z])[RHS])\s*(?:元|\d{1,2})\s*(?:年度?|\.\d+)?(?:\s*\d{1,2}月)?(?:\s*\d{1,2}日)?
      | \d{4}年度? | \d{1,2}年度 | \d{1,2}月(?:\s*\d{1,2}日)? | \d{1,2}/\d{1,2}(?![\d/%]) | \d{1,2}時(?!間)(?:\s*\d{1,2}分)? | \d{1,2}:\d{2}
      | 第\s*\d+ | [※№]\s*\d+ | 1\s*[^\d\s、。]{1,3}(?:当たり|あたり|につき)
      | \d+\s*(?:年間|[かカヶ]年|[かカヶ箇]月|週間|日間)(?=で|に|を?かけて) | 24時間(?=[・、]?\s*365日|対応|受付|受け付|利用|申請|いつでも)""",
    re.VERBOSE,
)
_NUMBER = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_RANGE = re.compile(r"\d[^\d\s、。]{0,4}\s*[〜~→⇒×/]\s*(?:約|延べ)?\d|\d-\d|\d分の\d|\d[千万億兆]+\d")
_YEN = re.compile(rf"(?P<before>約|計|累計)?\s*¥\s*(?P<number>{_NUMBER})(?![\d,.])")


def read_figure(text: str, labels: Labels) -> Quantity | None:
    """The amount of ``text`` (characters folded); None where it states none, several, or a range."""
    plain = _TIMES.sub("、", _outside_names(text))
    if _RANGE.search(plain):
        return None
    found = [match[0].strip() for match in _amount(labels.words("effect", "counter")).finditer(plain)]
    in_yen = list(_YEN.finditer(plain))
    if len(found) + len(in_yen) != 1:
        return None
    if in_yen:
        amount = parse_quantity(f"{in_yen[0]['before'] or ''}{in_yen[0]['number']}円")
        return replace(amount, text=in_yen[0][0].strip())
    quantity = parse_quantity(found[0])
    return quantity if quantity.value is not None else None


def _outside_names(text: str) -> str:
    """``text`` without what stands in parentheses and quotation marks, also where they nest or are never closed."""
    while (shorter := _INNERMOST.sub("、", text)) != text:
        text = shorter
    return _UNCLOSED.sub("", text)


@cache
def _amount(counters: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(map(re.escape, counters))
    return re.compile(
        rf"(?:(?:約|延べ|のべ|累計|計|年|月|各|平均)\s*)*(?<![\d.,A-Za-z※])[▲△]?(?:{_NUMBER})\s*[十百千万億兆]{{0,2}}(?:{words})(?!目|ごと|おき|毎|単位|刻み|間隔|計画)"
        r"(?:以上|以下|以内|超|未満|程度|前後)?"
    )
