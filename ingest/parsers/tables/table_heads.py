"""What a column or a labelled cell of a ruled table holds, by its head."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from ingest.labels import Labels
from ontology.fiscal_year import find_fiscal_years, fiscal_year_of
from ontology.model import ValueRole

_FIGURE_ROLES = {
    "baseline": ValueRole.BASELINE,
    "actual": ValueRole.ACTUAL,
    "forecast": ValueRole.FORECAST,
    "target": ValueRole.TARGET,
    "planned": ValueRole.TARGET,
}
_BLOCK_ROLES = ("status", "plan", "effect")
_LONGEST_HEAD = 30
_KEPT = 1 << 14  # heads and labels come again on each sheet
_UNIT = re.compile(r"\((?:単位:?)?([^()\d]{1,6})\)|(?<=[額費用算)])([千百十]?万?円)$")
_YEAR_WORDS = re.compile(r"(?:令和|平成|[RH](?=\d))(?:元|\d{1,2})(?:\(\d{4}\))?年?度?末?|20\d\d(?:\((?:令和|平成|[RH])\d{1,2}\))?年?度?末?")
_MONTH_WORDS = re.compile(r"\.?(?<!\d)\d{1,2}(?:月(?:\d{1,2}日)?末?|末)")
# What stands in parentheses as units do, but says of what kind the figures are: 令和5年度(実績), 事業費(決算).
_KIND = re.compile(r"(?:当初|補正|最終)?(?:決算|予算|計画|見込み?|実績|目標|予定)(?:額|値|見込)?|基準値?|現状値?|累計|年度末|[A-Z]")
_KIND_OF_MONEY = re.compile(r"(?<=..)(?:当初|補正|最終)?(?:決算|予算|計画|見込|実績)(?:見込)?額?$")
_ITEM = re.compile(r"(?:項目|名称?|内容|指標|指標名)$")
_FRAME = re.compile(r"^[【〔《<\[■□◆◇●○◎▼・※]+|^(?:[(（]?\d{1,2}[)）.．、:]|[①-⑳]|[ア-ン][.．、)])+|[】〕》>\]:：※*]+\d*$|[①-⑳]+$")
_REMARK = re.compile(r"\([^()]*\)$")
_OVERALL = ("総合", "結果", "判定", "区分", "ランク")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    ``role`` is a role of [tables], "indicator", "figure", "year" (a year and nothing else), "status", "plan", "effect" of [block], "level" (a
    level above the measures), or "other". ``head`` is its head as compared, without the unit.
    """

    role: str
    head: str
    value_role: ValueRole | None = None
    fiscal_year: int | None = None
    unit: str | None = None

    @property
    def name(self) -> str:
        """The head without its year; 決算 and 予算 behind the name of an amount (事業費 決算) tell its kind."""
        bare = re.sub(r"\(\)$", "", _YEAR_WORDS.sub("", self.head))
        if self.role == "amount":
            bare = re.sub(r"[()・:/]", "", bare)
        short = _KIND_OF_MONEY.sub("", bare)
        return short if self.role == "amount" and re.search(r"[費額用]$", short) else bare


@lru_cache(_KEPT)
def classify_head(head: str, labels: Labels) -> Column | None:
    """What a column is by its head (as compared), None where it is not known. The longest word that the head is, or ends with, decides."""
    forms = dict.fromkeys((head, bare_label(head), _REMARK.sub("", bare_label(head))))
    return next((found for form in forms if (found := _classify(form, labels, _ends_with))), None)


@lru_cache(_KEPT)
def classify_label(text: str, labels: Labels) -> Column | None:
    """What a label of a form asks for: only where the whole of it is known, so that 広報担当 beside 担当 is a department."""
    for form in dict.fromkeys((text, _REMARK.sub("", text), bare_label(text), _REMARK.sub("", bare_label(text)))):
        if found := _classify(form, labels, _is_whole):
            return found
    return None


def bare_label(text: str) -> str:
    """A label without its number and frame: 「１．事業名」「(2)目的」「【担当課】」「①対象」「評価：」."""
    return _FRAME.sub("", text)


def _is_whole(word: str, plain: str, listed: str, role: str) -> bool:
    return listed in (word, plain)


def _ends_with(word: str, plain: str, listed: str, role: str) -> bool:
    """A head may end with a listed word, but a longer one is no level, and 電話番号 is no number."""
    if listed in (word, plain):
        return True
    return role != "level" and len(listed) >= (4 if role == "number" else 2) and plain.endswith(listed)


def _classify(head: str, labels: Labels, fits: Callable[[str, str, str, str], bool]) -> Column | None:
    if not head or len(head) > _LONGEST_HEAD:
        return None
    found = next((match for match in _UNIT.finditer(head) if not _KIND.fullmatch(match[1] or "")), None)
    unit = (found[1] or found[2]) if found else None
    bare = head[: found.start()] + head[found.end() :] if found else head
    year = fiscal_year_of(bare)
    word = re.sub(r"[()・:/]|現在|時点", "", _MONTH_WORDS.sub("", _YEAR_WORDS.sub("", bare)))
    plain = re.sub(r"^(?:主な|具体的な|本|の)|の(?=内容|概要|名称|目的)", "", word) or word
    for name, value_role in _FIGURE_ROLES.items():
        if plain in labels.words("figure", name):
            return Column("figure", bare, value_role, year, unit)
    if not word or (year and word in labels.words("block", "schedule")):
        return Column("year", bare, None, year, unit) if year else None
    indicators = [w for w in labels.words("figure", "indicator") if w != "年度"]
    if word in indicators or (word.endswith(("指標", "指標名")) and len(word) <= 12):
        return Column("indicator", bare)
    listed = _roles_of_words(labels)
    candidates = [
        (w in (word, plain), len(w), role)
        for w in (word, *(plain[start:] for start in range(len(plain))))  # no other word is it or ends it
        for role in listed.get(w, ())
        if fits(word, plain, w, role) and not (year and role in ("measure_name", "level"))
    ]
    return Column(max(candidates)[2], bare, None, year, unit) if candidates else None


@cache
def _roles_of_words(labels: Labels) -> Mapping[str, Sequence[str]]:
    """The roles that each listed word has."""
    roles: dict[str, list[str]] = {}
    for role, words in {**labels.roles("tables"), **{role: labels.words("block", role) for role in _BLOCK_ROLES}}.items():
        for word in words:
            roles.setdefault(word, []).append(role)
    return roles


def classify_parts(parts: Sequence[str], labels: Labels) -> Column | None:
    """What a column is by its head cells from the group down to its own: 指標 → 令和5年度 → 目標."""
    parts = [part for part in parts if part]
    if not parts:
        return None
    joined = "".join(parts)
    if funding := next((c for part in parts[:-1] if (c := classify_head(part, labels)) and c.role == "funding"), None):
        return Column("amount", _UNIT.sub("", joined), None, fiscal_year_of(joined), funding.unit)  # 財源内訳 → 国
    whole = classify_head(joined, labels)
    own = classify_head(parts[-1], labels)
    if len(parts) == 1 or (whole and whole.role not in ("other", "number") and not _says_more(own, whole)):
        return whole
    group = classify_head("".join(parts[:-1]), labels)
    if group and group.role == "assessment":
        return replace(group, head=joined) if parts[-1] in _OVERALL else None
    if _ITEM.fullmatch(parts[-1]) and group and (group.role == "indicator" or group.value_role is ValueRole.TARGET):
        return Column("indicator", joined)
    if own is None or own.role in ("measure_name", "level"):
        return whole
    if own.role == "year" and (above := classify_parts(parts[:-1], labels)) and above.role in ("figure", "amount", *_BLOCK_ROLES):
        own = replace(above, head=joined)
    years = set(find_fiscal_years(joined))
    unit = next((column.unit for part in reversed(parts) if (column := classify_head(part, labels)) and column.unit), None)
    return replace(own, head=_UNIT.sub("", joined), fiscal_year=years.pop() if len(years) == 1 else None, unit=own.unit or unit)


def _says_more(own: Column | None, whole: Column) -> bool:
    """Whether the lowest cell tells better what the column holds: 数値目標 → 現状 is a figure, 指標 → R6 a year."""
    return own is not None and (own.role, whole.role) in (*(("figure", role) for role in _BLOCK_ROLES), ("year", "indicator"))


def unit_of_head(head: str) -> str | None:
    """The unit that a head prints in parentheses: 区分(千円), (単位:人)."""
    found = next((match for match in _UNIT.finditer(head) if not _KIND.fullmatch(match[1] or "")), None)
    return (found[1] or found[2]) if found else None


def level_word(columns: Sequence[Column | None]) -> str:
    """The printed word for the measures: 事業名 → 事業, 具体的な取組 → 取組."""
    head = next((column.head for column in columns if column and column.role == "measure_name"), "")
    word = re.sub(r"\(.*", "", head).removesuffix("名称").removesuffix("の").removesuffix("名")
    return next((level for level in ("事務事業", "事業", "取組", "施策", "項目") if word.endswith(level)), word or "事業")
