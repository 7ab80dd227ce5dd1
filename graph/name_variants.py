"""How two names of indicators differ: by a remark, a particle, one letter, one word, or by more than a variant may.

What the difference is decides how much else must agree before the names are taken for one (``graph.sameness``).
"""

from __future__ import annotations

import re
from enum import IntEnum

from graph.iris import fold_name


class Variant(IntEnum):
    """The ways in which names of one thing differ, the surest first."""

    EQUAL = 0
    PARTICLE = 1  # 職員研修の実施, 職員研修等の実施
    REMARK = 2  # 相談業務数, 相談業務数(累計)
    LETTER = 3  # 電子決裁率, 電子決済率
    WORD = 4  # 重大インシデント件数, インシデント件数
    TWO_LETTERS = 5  # 相談実施業務数, 相談実施事業数


_PARTICLES = re.compile(r"及び|並びに|または|又は|[等のをとや・、,。〈〉「」『』\-–—\s]")
_REMARK = re.compile(r"^(.+?)(?:\([^()]*\)|※\d*)+$")
_NUMBERS = re.compile(r"\d+|[\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]|[ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩ]")
# Letters of which each names another thing beside the others: 小学校 and 中学校, 新規 and 継続, 件 and 人.
_CONTRASTS = (
    "小中高大短", "男女", "東西南北", "上下", "左右", "内外", "前後", "新旧継", "増減", "有無", "昼夜朝夕", "公私民官", "国都道府県市区町村", "春夏秋冬",
    "月火水木金土日", "正副主", "甲乙丙丁", "多少", "入出退", "受発送", "売買貸借", "幼保児", "生死", "一二三四五六七八九十", "課室部局係", "件人回校園所館戸台名額率数",
    "年月週日時分秒", "始終", "全各", "老若", "夫妻父母", "収支", "加減", "高低", "長短", "海山川", "軽重",
)  # fmt: skip
_CONTRAST_OF = {letter: frozenset(group) for group in _CONTRASTS for letter in group}
# Words that make another figure of the same name: 受講者数 and 延べ受講者数, 利用率 and 未利用率.
_TELLING_WORD = re.compile(r"延|累計|実|新規|平均|純|率|割合|額|数|年間|月間|目標|未|非|不|無|再|[A-Za-z0-9]")
_SHORTEST = 6
_LONGEST_WORD = 3
_SAME_END = 2


def compare_names(one: str, other: str) -> Variant | None:
    """How two printed names differ, None where they name different things. Symmetric.

    >>> compare_names("職員研修の実施", "職員研修等の実施"), compare_names("手続数①", "手続数②"), compare_names("小学校の整備率", "中学校の整備率")
    (<Variant.PARTICLE: 1>, None, None)
    """
    one, other = sorted((fold_name(one), fold_name(other)))
    if one == other:
        return Variant.EQUAL
    if _NUMBERS.findall(one) != _NUMBERS.findall(other):
        return None
    if _strip(one) == _strip(other):
        return Variant.PARTICLE
    bare, other_bare = _without_remark(one), _without_remark(other)
    if (bare, other_bare) != (one, other):
        # 率(窓口) and 率(電話) tell what they are of; a remark on one side only may be left out on the other.
        return Variant.REMARK if one == other_bare or other == bare else None
    if min(len(one), len(other)) < _SHORTEST:
        return None
    return _compare_letters(one, other)


def ends_of_name(name: str) -> tuple[str, str]:
    """How a name begins and ends without remark and particles. Names that are variants of each other share at least one of both."""
    bare = _strip(_without_remark(fold_name(name)))
    return bare[:_SAME_END], bare[-_SAME_END:]


def _compare_letters(one: str, other: str) -> Variant | None:
    left, right = _differing_parts(one, other)
    if not left or not right:
        word = left or right
        return Variant.WORD if len(word) <= _LONGEST_WORD and not _TELLING_WORD.search(word) else None
    if len(left) == len(right) == 1:
        return None if right in _CONTRAST_OF.get(left, ()) or left.isascii() or right.isascii() else Variant.LETTER
    whole = min(len(one), len(other))
    if len(left) == len(right) == 2 and whole >= 5 * len(left):
        contrasting = any(b in _CONTRAST_OF.get(a, ()) for a, b in zip(left, right, strict=True))
        return None if contrasting or left.isascii() else Variant.TWO_LETTERS
    return None


def _differing_parts(one: str, other: str) -> tuple[str, str]:
    """What is left of both without their common beginning and end: 電子決裁率, 電子決済率 → 裁, 済."""
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    return one[start : len(one) - end], other[start : len(other) - end]


def _strip(name: str) -> str:
    return _PARTICLES.sub("", name)


def _without_remark(name: str) -> str:
    match = _REMARK.match(name)
    return match[1] if match else name
