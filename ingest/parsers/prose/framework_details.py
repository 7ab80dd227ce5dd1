"""What is printed with the name of a framework: who decided it, when, its law number, its edition, and the short name it gets.

「…計画」（令和3年12月24日閣議決定）, …法（平成28年法律第103号。以下「…」という。）, 令和4年12月に「…」を閣議決定し, 総務省「…【第2.0版】」.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from ontology.fiscal_year import ERA_START

_ERA_YEAR = r"(?P<era>令和|平成|昭和)(?P<year>元|\d{1,2})(?:\(\d{4}\))?年"
_DATE = re.compile(rf"{_ERA_YEAR}(?:\(\d{{4}}年?\))?(?P<month>\d{{1,2}})月(?:(?P<day>\d{{1,2}})日)?")
_YEAR_ALONE = re.compile(rf"{_ERA_YEAR}(?:制定|公布|策定|決定|公表|改定|改訂)?$")
_LAW_NUMBER = re.compile(
    r"(?:明治|大正|昭和|平成|令和)(?:元|[\d一二三四五六七八九十]{1,4})年(?:\d{1,2}月\d{1,2}日)?(?:法律|政令)第[\d一二三四五六七八九十百]+号"
)
_ISSUING = "決定|策定|公表|公布|制定|改定|改訂|了承|発出|発表|取りまとめ|とりまとめ|通知|告示|作成"
_ISSUED = re.compile(rf"(?:付け?|に)?(?:(?P<issuer>[^\d]{{0,60}}?)(?:{_ISSUING})|(?P<body>[^\d]{{2,30}}(?:[省庁府]|閣僚会議)))?$")
_DECIDED = re.compile(rf"(?P<issuer>[^\d]{{2,60}}?)(?:{_ISSUING})$")
_STATE = re.compile(r"閣議|閣僚会議|内閣|省(?!エネ|力|資源)|庁(?!舎|内|議)|政府|国会|大臣|次官|国・地方|関係省")
_COUNCIL = re.compile(r"戦略本部|戦略会議|実現会議")  # the state's bodies are called so, and some of towns
_VERSION = re.compile(r"(?:第|Ver\.?|ver\.?)(?P<version>\d{1,2}(?:\.\d{1,2})*)版?$")
_NOTICE = re.compile(r"発(?:\d{2,4})?第\d+号$")  # 社援発1212第2号: the number of a ministry's notice
_BRACKETS = re.compile(r"[(【](?P<inside>(?:[^()【】]|\([^()]*\)){1,100})[)】]")
_VERSION_BEHIND = re.compile(r"第(?P<version>\d{1,2}(?:\.\d{1,2})*)版")
_SHORT_NAME = re.compile(
    r"以下、?(?P<quoted>[「『])?(?P<name>[^「」『』()、。]{2,30}?)(?(quoted)[」』])(?:という|とする|とい|と略|と表記|と呼|$)"
)
_SAID_BEFORE = re.compile(rf"(?:に|、|付けで)?(?:閣議)?(?:{_ISSUING})(?:され|し)?た(?:[^「」、。]{{1,30}}である)?$")
_SAID_AFTER = re.compile(rf"(?:が|を)(?:(?:新たに)?(?:閣議)?(?:{_ISSUING}|定め|成立)|、[^。]{{0,60}}?(?:を|が)(?:{_ISSUING}))")
_NOT_ITS_DATE = re.compile(r"[」』]?(?:の|が|は)?(?:施行|廃止|現在|時点)")
_INTERRUPTED = re.compile(r"[」』]|(?:し|され|れ|て)、")


@dataclass(frozen=True, slots=True)
class PrintedDetails:
    """``issuer`` is who decided it, ``issued`` an ISO date as far as printed (2021-12-24, 2021-12, 2021), ``version`` 2.0 of 第2.0版.

    ``short_name`` is the one it gets (以下「…」という); ``is_notice``: the number of a ministry's notice stands behind it.
    """

    issuer: str | None = None
    issued: str | None = None
    law_number: str | None = None
    version: str | None = None
    short_name: str | None = None
    is_notice: bool = False

    @property
    def is_of_state(self) -> bool:
        """Whether what is printed tells that a body of the state made it."""
        return bool(self.law_number or self.is_notice or (self.issuer and _STATE.search(self.issuer)))


def read_details(text: str, start: int, end: int, *, begins_line: bool = False) -> PrintedDetails:
    """What ``text`` prints about the name at ``start``..``end``, behind it and in its sentence.

    ``begins_line``: what ends right before the name stands on another line.
    """
    issuer = issued = number = version = short = None
    is_notice = False
    if edition := _VERSION_BEHIND.match(text, end):
        version, end = edition["version"], edition.end()
    after = end
    while after < len(text):
        if text[after] in "」』":
            after += 1
            continue
        bracket = _BRACKETS.match(text, after)
        if bracket is None:
            break
        after = bracket.end()
        if found := _SHORT_NAME.search(bracket["inside"]):
            short = short or found["name"]
        for part in re.split(r"[。、]", bracket["inside"]):
            is_notice = is_notice or bool(_NOTICE.search(part))
            number = number or _first(_LAW_NUMBER.search(part))
            version = version or _first(_VERSION.search(part), "version")
            said = _read_decision(part) if not _LAW_NUMBER.search(part) else (None, None)
            issuer, issued = issuer or said[0], issued or said[1]
    said = _read_sentence(text[max(0, start - 200) : start], text[after : after + 80])
    if said[1] is None and not begins_line and not text.endswith(("法", "法律"), start, end):
        said = said[0], _read_date_before(text[max(0, start - 30) : start], text[after : after + 20])
    return PrintedDetails(issuer or said[0], issued or said[1], number, version, short, is_notice)


def _first(match: re.Match[str] | None, group: str | int = 0) -> str | None:
    return match[group] if match else None


def _read_decision(part: str) -> tuple[str | None, str | None]:
    """(issuer, date) of 「令和3年12月24日閣議決定」; a date of another kind (現在, 施行, a period) is none."""
    if printed := _DATE.match(part):
        if _NOTICE.search(part):
            return None, _iso_date(printed)
        decided = _ISSUED.match(re.sub(_VERSION, "", part[printed.end() :]))
        if decided is None:
            return None, None
        return _state(decided["issuer"] or decided["body"]), _iso_date(printed)
    if alone := _YEAR_ALONE.match(part):
        return None, str(_western(alone))
    decided = _DECIDED.match(part)
    return (_state(decided["issuer"]) if decided else None), None


def _state(issuer: str | None) -> str | None:
    return issuer if issuer and (_STATE.search(issuer) or _COUNCIL.search(issuer)) else None


def _read_sentence(before: str, after: str) -> tuple[str | None, str | None]:
    """(issuer, date) of 「令和4年12月に閣議決定された「…」」 and 「令和4年12月に…「…」を閣議決定」, of the sentence that names it."""
    sentence = re.sub(r"[「『]$", "", before).rpartition("。")[2]
    dates = list(_DATE.finditer(sentence))
    between = sentence[dates[-1].end() :] if dates else ""
    said = (_SAID_BEFORE.fullmatch(between) if dates else _SAID_BEFORE.search(sentence)) or _SAID_AFTER.match(after)
    issuer = "閣議" if said and "閣議決定" in said[0] else None
    if not dates or said is None or not re.match(r"に|、", between) or _INTERRUPTED.search(between):
        return issuer, None
    return issuer, _iso_date(dates[-1])


def _read_date_before(before: str, after: str) -> str | None:
    """The date right before a name, as chronologies print it: 令和2年12月 「…計画」の策定. Laws have several (of the bill, of its force)."""
    before = before.rstrip("「『")
    dates = list(_DATE.finditer(before))
    if not dates or dates[-1].end() != len(before) or before[: dates[-1].start()].endswith(("〜", "-")) or _NOT_ITS_DATE.match(after):
        return None
    return _iso_date(dates[-1])


def _western(match: re.Match[str]) -> int:
    return ERA_START[match["era"]] + (1 if match["year"] == "元" else int(match["year"]))


def _iso_date(match: re.Match[str]) -> str | None:
    try:
        day = date(_western(match), int(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None  # a misprint such as 13月 is no date
    return day.isoformat() if match["day"] else day.isoformat()[:7]
