"""The fiscal years that a question names: printed (令和６年度, R6, 2024, FY2024), relative to today (昨年度, 5年前), and stretches (R4〜R7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from ontology.fiscal_year import ERA_START

# Years that plans and questions speak of; S3 and H2 are more often products than years of 昭和 and 平成.
FIRST, LAST = 1950, 2100
LONGEST_STRETCH = 15

_KANJI_DIGITS = {character: number for number, character in enumerate("一二三四五六七八九", 1)}
_NUMBER = r"(?:元|\d{1,2}|[一二三四五六七八九十]{1,3})"
_ERA = rf"(?P<era>令和|平成|昭和|(?<![a-z0-9])[rh](?=\s*(?:元|\d)))\s*(?P<number>{_NUMBER})(?![\da-z])"
# 2024件 is an amount, 2025年問題 and 2030アジェンダ are topics.
_NO_YEAR = r"(?![\d,a-zァ-ヺ])(?!\s*(?:件|人|名|円|万|億|千|回|台|枚|校|箇所|か所|ヶ所|施設|部|個|世帯|時間|%|年?問題|年?の(?:崖|壁)))"
_WESTERN = rf"(?<![\da-z.,])(?:fy\s?)?(?P<western>(?:19[5-9]|20\d)\d){_NO_YEAR}|(?<![a-z])fy\s?'?(?P<short>\d\d)(?!\d)"
# 令和6(2024)年度, 2024年度(令和6年度)
_OTHER_FORM = r"(?:\s*\((?:令和|平成|[rh])?\s*(?:元|\d{1,4})\s*(?:年度?)?\))?"
_MONTH = rf"{_OTHER_FORM}(?:\s*年度|\s*年(?:\s*(?P<month>1[0-2]|0?[1-9])月)?)?{_OTHER_FORM}"
_PRINTED = re.compile(f"(?:{_ERA}|{_WESTERN}){_MONTH}")
# 令和5・6年度, 令和4〜7年度: the second year has no era of its own.
_SECOND = re.compile(r"\s*(?P<link>から|〜|~|-|・|、|,|及び|と)\s*(?P<number>\d{1,2})\s*年度")
_STRETCH = re.compile(r"(?:度|末)?\s*(?:から|〜|~|-|→)\s*")
_LIST_LINKS = frozenset("・、,") | {"及び", "と"}

# 前年度, 翌年度, 次年度 and 当年度 are relative to another year, not to today.
_RELATIVE = {
    "再来年度?": 2, "一昨年度?|おととし": -2, "昨年度?(?!比)|去年度?": -1, "今年度?|本年度?": 0, "来年度?": 1,
    "last (?:fiscal |financial )?year": -1, "this (?:fiscal |financial )?year": 0, "next (?:fiscal |financial )?year": 1,
}  # fmt: skip
_RELATIVE_WORDS = re.compile("|".join(f"(?P<r{number}>{words})" for number, words in enumerate(_RELATIVE)))
_OFFSETS = tuple(_RELATIVE.values())
_AGO = re.compile(r"(?<![\d.,何数])(?P<number>\d{1,2}|[一二三四五六七八九十]{1,3})年度?(?P<way>前|後)")
_TAIL = re.compile(r"\s*(?:末|中)?(?:から|まで)?(?:における|においては?|での|では|の|に|は)?")


@dataclass(frozen=True, slots=True)
class YearMention:
    """``text[start:end]`` names the fiscal ``years``; up to ``cut`` only particles follow."""

    start: int
    end: int
    cut: int
    years: tuple[int, ...]


def fiscal_year_at(today: date) -> int:
    """The Japanese fiscal year of a day: January to March belong to the year before.

    >>> fiscal_year_at(date(2025, 3, 31)), fiscal_year_at(date(2025, 4, 1))
    (2024, 2025)
    """
    return today.year if today.month >= 4 else today.year - 1


def find_years(text: str, today: date | None = None) -> list[YearMention]:
    """The years named in ``text`` (one width, lower case), in order. Without ``today`` 昨年度 and 5年前 say nothing."""
    found = [*_printed(text), *(_relative(text, fiscal_year_at(today)) if today else ())]
    found = [(start, end, years) for start, end, years in found if all(FIRST <= year <= LAST for year in years)]
    joined: list[tuple[int, int, tuple[int, ...]]] = []
    for start, end, years in sorted(found):
        if joined and start < joined[-1][1]:
            continue
        if joined and _STRETCH.fullmatch(text, joined[-1][1], start) and 0 < years[0] - joined[-1][2][-1] <= LONGEST_STRETCH:
            first, _, before = joined.pop()
            years = (*before, *range(before[-1] + 1, years[0]), *years)  # noqa: PLW2901 - the stretch takes the place of its end
            start = first  # noqa: PLW2901
        joined.append((start, end, years))
    return [YearMention(start, end, _tail_end(text, end), years) for start, end, years in joined]


def _printed(text: str) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    for match in _PRINTED.finditer(text):
        year = _year_of(match)
        if match["month"] and int(match["month"]) <= 3:
            year -= 1
        second = _SECOND.match(text, match.end()) if match["era"] else None
        if second is None:
            yield match.start(), match.end(), (year,)
            continue
        last = ERA_START[match["era"].upper()] + int(second["number"])
        if second["link"] in _LIST_LINKS:
            yield match.start(), second.end(), (year, last)
        elif 0 < last - year <= LONGEST_STRETCH:
            yield match.start(), second.end(), tuple(range(year, last + 1))
        else:
            yield match.start(), match.end(), (year,)


def _year_of(match: re.Match[str]) -> int:
    if match["era"]:
        return ERA_START[match["era"].upper()] + _read_number(match["number"])
    return int(match["western"]) if match["western"] else 2000 + int(match["short"])


def _relative(text: str, current: int) -> Iterator[tuple[int, int, tuple[int, ...]]]:
    for match in _RELATIVE_WORDS.finditer(text):
        assert match.lastgroup is not None
        yield match.start(), match.end(), (current + _OFFSETS[int(match.lastgroup[1:])],)
    for match in _AGO.finditer(text):
        years = _read_number(match["number"])
        yield match.start(), match.end(), (current - years if match["way"] == "前" else current + years,)


def _read_number(text: str) -> int:
    """元 → 1, 12 → 12, 十二 → 12, 二十一 → 21."""
    if text == "元" or text.isascii():
        return 1 if text == "元" else int(text)
    tens, ten, ones = text.rpartition("十")
    return (10 * _KANJI_DIGITS.get(tens, 1) if ten else 0) + _KANJI_DIGITS.get(ones, 0)


def _tail_end(text: str, end: int) -> int:
    tail = _TAIL.match(text, end)
    return tail.end() if tail else end
