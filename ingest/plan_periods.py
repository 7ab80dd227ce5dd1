"""When a plan holds and when a document was issued: periods, target years, dates on the cover."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.running_text import RunningText
from ontology.fiscal_year import ERA_START, find_fiscal_years

_ERA = r"令和|平成|昭和|[RHS](?=\d)"
_GLOSS = r"(?:\((?:令和|平成|[RH])?(?:元|\d{1,4})年?度?\))?"
_PERIOD = re.compile(
    rf"(?<![A-Za-z0-9])(?:(?P<era1>{_ERA})(?P<n1>元|\d{{1,2}})|(?P<w1>20\d\d)){_GLOSS}年?{_GLOSS}(?P<fy1>度)?{_GLOSS}(?:(?P<m1>\d{{1,2}})月(?:\d{{1,2}}日)?)?"
    rf"(?:から|〜|-|—|より)"
    rf"(?:(?P<w2>20\d\d)|(?P<era2>{_ERA})?(?P<n2>元|\d{{1,2}})){_GLOSS}年?{_GLOSS}(?P<fy2>度)?{_GLOSS}(?:(?P<m2>\d{{1,2}})月(?:\d{{1,2}}日)?)?(?:末|まで)*"
)
_HEADING = re.compile(
    r"(?:第?[0-9一二三四五六七八九十]{1,3}[章節.)]?|\(\d{1,2}\)|[①-⑳●■◆○◇▼・#]{1,4}){0,2}[.、:]?(?:本?計画の?|実施|推進|対象)?期間(?:について|等)?:?"
)
_SECTION_LINES = 12
_SENTENCE_BEFORE = re.compile(r"(?:計画|方針|プラン|戦略|実施)の?期間[はをがも:\])]*[^。]{0,14}$")
_SENTENCE_AFTER = re.compile(r"[^。]{0,12}?(?:を|が)?(?:本?計画の?|対象)期間(?:と|に)")
_FORMER = re.compile(r"(?:第?\d+期|前計画|前回)[^。]{0,4}$")
_FIRST_HALF, _SECOND_HALF = re.compile(r"前期[^。]{0,10}$"), re.compile(r"後期|残り")
_FOLLOWED = re.compile(r"\)?(?:までの?)?[^。]{0,6}(?:に続く|を引き継)")
# 「第５次総合計画」（計画期間：…）: the period of the plan quoted.
_OF_QUOTED = re.compile(r"」\((?:計画)?期間[:は]?$")
_TITLE_LINES = 8
_PLAN_BEFORE = re.compile(r"(?:計画|方針|プラン|戦略|ビジョン|大綱|構想|指針)(?:\(.{0,6})?$")
_LONGEST = 30

_TARGET_YEAR = rf"(?:(?:{_ERA})(?:元|\d{{1,2}})(?!\d)|20\d\d(?=[年)(]))(?:\([^)]{{1,8}}\))?(?:年度?)?(?:\([^)]{{1,8}}\))?末?"
_TARGET = re.compile(
    rf"目標(?:値|数値)?[(:]?(?P<after>(?<![A-Za-z]){_TARGET_YEAR})|(?<![A-Za-z0-9])(?P<before>{_TARGET_YEAR})の?目標(?:値|数値)?(?![をにとがはへ])"
)
_LONGEST_HEAD = 45

_DATE = re.compile(
    r"(?:(?P<era>令和|平成)(?P<n>元|\d{1,2})(?:\(\d{4}\))?|(?P<w>20\d\d)(?:\((?:令和|平成)(?:元|\d{1,2})\))?)年(?:\(\d{4}年?\))?"
    r"(?:(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?)?(?P<rest>.*)$"
)
_NO_ISSUE = re.compile(r"現在|時点|閣議|改[正訂]|施行|予定|以降|[。、はにをがのまとよか〜から]")
_COVER_LINES = 40
_LONGEST_REST = 30  # 「令和７年４月 ○○市福祉部・子ども教育部」


@dataclass(frozen=True, slots=True)
class Period:
    """Fiscal years, first and last."""

    from_fiscal_year: int
    to_fiscal_year: int


def find_period(text: RunningText) -> Period | None:
    """The period that the document calls the plan's own, None where it prints none.

    First what stands under a heading 計画期間, then what a sentence calls so. Of two printed there the current one counts (後期), not the former
    (前期), and ranges printed elsewhere (former editions, the state's plans) do not.
    """
    sections = _period_sections(text)
    best: tuple[int, Period] | None = None
    for match, period in _periods(text.text):
        before, after = text.text[max(0, match.start() - 30) : match.start()], text.text[match.end() : match.end() + 30]
        in_section = any(start <= match.start() < end for start, end in sections)
        on_title = bool(_PLAN_BEFORE.search(before)) and text.index_at(match.start()) < _TITLE_LINES
        score = 4 * in_section + 3 * on_title + 2 * bool(_SENTENCE_AFTER.match(after)) + bool(_SENTENCE_BEFORE.search(before))
        if score == 0 or (match["fy1"] is None and match["fy2"] is None and not in_section):
            continue
        score -= 4 * bool(_FORMER.search(before)) + 4 * bool(_FOLLOWED.match(after)) + 4 * bool(_OF_QUOTED.search(before))
        if _FIRST_HALF.search(before) and _SECOND_HALF.search(text.text[match.end() : match.end() + 60]):
            score -= 4
        if score >= 0 and (best is None or score > best[0]):
            best = (score, period)
    return best[1] if best else None


def _period_sections(text: RunningText) -> list[tuple[int, int]]:
    """Stretches of the text that stand under a heading 計画期間."""
    sections = []
    for index, line in enumerate(text.lines):
        if _HEADING.fullmatch(line):
            end = index + 1 + _SECTION_LINES
            sections.append((text.starts[index], text.starts[end] if end < len(text.starts) else len(text.text)))
    return sections


def _periods(text: str) -> Iterator[tuple[re.Match[str], Period]]:
    for match in _PERIOD.finditer(text):
        start = _fiscal_year(match["era1"], match["n1"], match["w1"], match["fy1"], match["m1"])
        end = _fiscal_year(match["era2"] or match["era1"], match["n2"], match["w2"], match["fy2"], match["m2"])
        if start is not None and end is not None and start <= end <= start + _LONGEST:
            yield match, Period(start, end)


def _fiscal_year(era: str | None, number: str | None, western: str | None, fiscal: str | None, month: str | None) -> int | None:
    """January to March belong to the fiscal year before; without 年度 and month the number is taken as a fiscal year."""
    if western:
        year = int(western)
    elif era and number:
        year = ERA_START[era] + (1 if number == "元" else int(number))
    else:
        return None
    return year - 1 if month and not fiscal and int(month) <= 3 else year


def find_target_year(text: RunningText) -> int | None:
    """The last fiscal year that a table head prints with 目標 (目標値 R7, 令和7年度目標), None without one."""
    years = []
    for match in _TARGET.finditer(text.text):
        lines = text.lines[text.index_at(match.start()) : text.index_at(match.end() - 1) + 1]
        if all(len(line) <= _LONGEST_HEAD and "。" not in line for line in lines) or "|" in lines[0]:
            years += find_fiscal_years(match["after"] or match["before"])
    return max(years, default=None)


def find_issue_date(text: RunningText) -> str | None:
    """The date on the cover or below the foreword, as 2025, 2025-05 or 2025-05-20. Dates of figures (…現在) and of laws are none."""
    for index, line in enumerate(text.lines[:_COVER_LINES]):
        match = _DATE.match(line)
        if not match:
            continue
        rest = re.sub(r"^\(.\)", "", match["rest"])
        if len(rest) > _LONGEST_REST or _NO_ISSUE.search(rest):
            continue
        # A year alone must be a line alone: 「令和５年／度」 is the head of a column.
        below = text.lines[index + 1] if index + 1 < len(text.lines) else ""
        if not match["month"] and (rest or below.startswith("度")):
            continue
        year = int(match["w"]) if match["w"] else ERA_START[match["era"]] + (1 if match["n"] == "元" else int(match["n"]))
        month, day = (int(match[part]) if match[part] else None for part in ("month", "day"))
        if (month and not 1 <= month <= 12) or (day and not 1 <= day <= 31):
            continue
        return f"{year}" + (f"-{month:02d}" if month else "") + (f"-{day:02d}" if day else "")
    return None
