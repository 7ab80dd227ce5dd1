"""Names of plans, strategies and laws of the state and the prefecture in a running text, with what is printed about them.

A name counts where it is known (``ontology/vocabulary/frameworks.ttl``), or where the print says whose it is: a law by its ending, number or
article; a decision of the cabinet or a ministry behind it; the body or the prefecture that made it before it; a section that tells what the state
does. What could as well be the municipality's own is left out. The words are data (``ingest/frameworks.toml``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from ingest.labels import label_key
from ingest.parsers.prose.framework_details import PrintedDetails, read_details
from ingest.parsers.prose.framework_words import ARTICLE, FrameworkWords, framework_words
from ontology.model import Plan
from ontology.municipalities import municipalities_by_name

_QUOTED = re.compile(r"「(?P<single>(?:\([^()]*以下[^()]*\)|[^「」『』]|『[^「」『』]*』){3,80})」|『(?P<double>[^「」『』]{3,80})』")
# Brackets inside the quotes that tell of the name: an edition, a date, a short name.
_INSIDE = re.compile(r"(?:[(【][^()【】]*(?:\d版|[年月日号]|以下|決定)[^()【】]*[)】])+$")
_NUMBERED_LAW = re.compile(
    r"(?P<name>[^、。,:;()「」『』【】■●]{2,70}?(?:法律?|政令))(?=\([^()]*(?:法律|政令)第[\d一二三四五六七八九十百]+号[^()]*\))"
)
_LONG_LAW = re.compile(r"(?P<name>[^、。,:;()「」『』【】■●]{8,70}?に関する[一-龥ぁ-ん]{0,12}?(?:法律|措置法|政令))(?!案)")
_LAW_OPENING = re.compile(r"(?:及び|並びに|又は|若しくは|や|と|その他|などの|等の|この|その|国の|改正された|新たに|また|次に)+")
_CLAUSE = re.compile(r"は|が(?!ん)|では|により|に基づき")
_NO_LAW = re.compile(r"^(?:[同本新旧各]?法|(?:関係|関連|特別措置|基本|特別|一般)法)$")
_KIND_OF_PLAN = re.compile(
    rf"(?:法(?:律)?等?|{ARTICLE}(?:第[\d一二三四五六七八九十]+項)?)(?:に基づく|に規定する|に定める|による|で定める)?(?:[「『])?$"
)
_OWN_SUBJECT = re.compile(r"(?:本|当|わが|我が)(?:市|区|町|村|県)|(?<![一-龥])[市区町村]で?は、?")
_INTRODUCED = ("以下", "以下、", "以下「", "以下、「", "以下『", "以下、『")  # before a short name that is being introduced
_NOT_BEHIND_SHORT = r"(?!第[\d一二三四五六七八九十]|等|上の|及び|並びに|又は)"  # kanji that go on a sentence; others go on a word
_WHOLE_DATE = re.compile(r"(?:令和|平成|昭和)(?:元|\d{1,2})年(?:\d{1,2}月)?(?:\d{1,2}日)?の?")
_END_OF_DATE = re.compile(r"(?<=\d)(?:年度?|月|日)")  # 令和6年児童福祉法
_FOOTNOTE_MARK = re.compile(r"(?!21)\d{1,2}(?![\d」』])")  # プラン21 bears its number
_PLANS = ("計画", "戦略", "方針", "大綱", "構想", "法", "法律")
_LONGEST_BEFORE = 200


@dataclass(frozen=True, slots=True)
class NamedFramework:
    """A name in a text without blanks, with what is printed of it. ``start`` and ``end`` are positions of the name in that text.

    ``name`` is the full name also where the text prints a short one that it has introduced before (以下「…」という).
    """

    name: str
    start: int
    end: int
    printed: PrintedDetails = field(default_factory=PrintedDetails)


@dataclass(frozen=True, slots=True)
class Context:
    """What the document tells beyond a text: ``short_names`` (short → full, and the position from which on), whether a position of the text stands
    in a section on what the state does, and whether a line begins there.
    """

    short_names: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    is_foreign: Callable[[int], bool] = lambda position: False
    starts_line: Callable[[int], bool] = lambda position: False


def find_frameworks(text: str, plan: Plan, context: Context | None = None) -> list[NamedFramework]:
    """The frameworks that ``text`` (characters folded, no blanks) names, in order. ``plan`` is the document's own, which is none."""
    words = framework_words(plan.municipality)
    context = context or Context()
    if not words.triggers.search(text) and not context.short_names:
        return []
    found: list[NamedFramework] = []
    finders = (
        _find_short_names(text, context.short_names),
        _find_known(text, plan, words, context),
        _find_quoted(text, plan, words, context),
        _find_bare(text, plan, words, context),
        _find_laws(text, words, context),
    )
    for named in (named for finder in finders for named in finder):
        if not any(other.start < named.end and named.start < other.end for other in found):
            found.append(_without_glued_number(named, text, context))
    return sorted((_with_owner(named, text, words) for named in found), key=lambda named: named.start)


def _find_known(text: str, plan: Plan, words: FrameworkWords, context: Context) -> Iterator[NamedFramework]:
    own = label_key(plan.title)
    for match in words.known.finditer(text):
        before = text[max(0, match.start() - 12) : match.start()]
        if before.endswith(plan.municipality.name) or re.search(r"(?:本|当|(?<![一-龥々])[一-龥々]{2,4})[市区町村](?:版|の)?$", before):
            continue  # the municipality's own plan, or another town's, may bear the same words
        if match[0] in own and own in text[max(0, match.start() - len(own)) : match.end() + len(own)]:
            continue
        yield _with_details(*match.span(), text, context)


def _find_quoted(text: str, plan: Plan, words: FrameworkWords, context: Context) -> Iterator[NamedFramework]:
    for match in _QUOTED.finditer(text):
        start, end = match.span("single" if match["single"] else "double")
        if text.endswith(_INTRODUCED, 0, match.start()):
            continue
        if inside := _INSIDE.search(text[start:end]):
            end = start + inside.start()
        named = _with_details(start, end, text, context)
        if len(named.name) < 3 or _is_own(named, plan) or words.never.search(named.name):
            continue
        if _is_law(named, text, words) or _is_owned(match, named, text, plan, context):
            yield named


def _is_law(named: NamedFramework, text: str, words: FrameworkWords) -> bool:
    if not re.search(r"(?:法|法律|政令|施行令|施行規則)$", named.name) or _NO_LAW.search(named.name):
        return False
    return bool(words.law_ending.search(named.name) or "に関する" in named.name or words.law_follows.match(text, named.end))


def _is_owned(match: re.Match[str], named: NamedFramework, text: str, plan: Plan, context: Context) -> bool:
    """Whether the print around a quoted name tells that the state or the prefecture made it."""
    words = framework_words(plan.municipality)
    before = text[max(0, match.start() - _LONGEST_BEFORE) : match.start()]
    if named.printed.is_of_state:
        return True
    if _KIND_OF_PLAN.search(before) or words.general.fullmatch(named.name):
        return False
    if owned := words.owner_before.search(before):
        is_followed = len(named.name) >= 6 and len(owned["owner"]) > 1 and words.town_follows.match(text, match.end())
        if words.owned_ending.search(named.name) or is_followed:
            return True
    sentence = before.rpartition("。")[2]
    if _OWN_SUBJECT.search(sentence):
        return False
    if words.owner_is_subject.search(sentence) and words.owner_decides.match(text, match.end()):
        return True
    if not words.plan_ending.search(named.name):
        return False
    return context.is_foreign(named.start) or _is_of_prefecture(named.name, plan)


def _find_laws(text: str, words: FrameworkWords, context: Context) -> Iterator[NamedFramework]:
    """Laws without quotes: those with a number, those in 「…に関する法律」, and short names by their ending or by the article that follows."""
    for pattern in (_NUMBERED_LAW, _LONG_LAW):
        for match in pattern.finditer(text):
            start = match.start()
            for clause in _CLAUSE.finditer(match["name"]):
                start = match.start() + clause.end()
            for opening in (_LAW_OPENING, _WHOLE_DATE):
                start = found.end() if (found := opening.match(text, start, match.end())) else start
            if match.end() - start >= 3 and not _NO_LAW.search(text[start : match.end()]):
                yield _with_details(start, match.end(), text, context)
    for match in words.law.finditer(text):
        start = match.start()
        for opening in (words.before_law, _END_OF_DATE):
            start = found.end() if (found := opening.match(text, start)) else start
        name = text[start : match.end()]
        if len(name) < 3 or _NO_LAW.search(name) or text.endswith(_INTRODUCED, 0, match.start()):
            continue
        if words.law_ending.search(name) or words.law_follows.match(text, match.end()):
            yield _with_details(start, match.end(), text, context)


def _find_bare(text: str, plan: Plan, words: FrameworkWords, context: Context) -> Iterator[NamedFramework]:
    """Plans without quotes: behind the body that made them, with its decision behind them, or bearing the name of the prefecture."""
    for pattern in (*words.bare, words.decided):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            named = _with_details(start, end, text, context)
            if _is_own(named, plan) or words.never.search(named.name) or words.general.fullmatch(named.name):
                continue
            if pattern is words.decided and not named.printed.is_of_state:
                continue
            yield named


def _find_short_names(text: str, short_names: Mapping[str, tuple[str, int]]) -> Iterator[NamedFramework]:
    for short, (name, introduced) in short_names.items():
        alone = rf"(?<![一-龥々ァ-ヶーA-Za-z0-9・]){re.escape(short)}(?![ァ-ヶーA-Za-z0-9]|{_NOT_BEHIND_SHORT}[一-龥々])"
        for match in re.compile(alone).finditer(text, introduced):
            if not text.endswith(_INTRODUCED, 0, match.start()):
                yield NamedFramework(name, *match.span())


def _with_details(start: int, end: int, text: str, context: Context) -> NamedFramework:
    begins_line = context.starts_line(start) or (start > 0 and context.starts_line(start - 1))  # the quotation mark may begin it
    return NamedFramework(text[start:end], start, end, read_details(text, start, end, begins_line=begins_line))


def _without_glued_number(named: NamedFramework, text: str, context: Context) -> NamedFramework:
    """A number at the start of the next line (3 東京都の動向), or the mark of a footnote (…計画3に基づき), is no edition of the name before it."""
    digits = re.search(r"\d*$", text[named.start : named.end])
    first = digits.start() if digits else 0
    for offset in range(first, named.end - named.start):
        is_mark = (
            offset == first
            and _FOOTNOTE_MARK.match(text, named.start + offset)
            and text[named.start : named.start + first].endswith(_PLANS)
        )
        if is_mark or context.starts_line(named.start + offset):
            return _with_details(named.start, named.start + offset, text, context)
    return named


def _with_owner(named: NamedFramework, text: str, words: FrameworkWords) -> NamedFramework:
    """The body that stands before a plan made it, where no decision is printed; who made a law stands nowhere."""
    if named.printed.issuer or named.name.endswith(("法", "法律", "政令")):
        return named
    owner = words.owner_before.search(text[max(0, named.start - _LONGEST_BEFORE) : named.start].rstrip("「『"))
    if owner is None or len(owner["owner"]) <= 2 or owner["owner"].startswith("政府"):
        return named
    return replace(named, printed=replace(named.printed, issuer=owner["owner"]))


def _is_own(named: NamedFramework, plan: Plan) -> bool:
    """Whether a name is that of the municipality's own paper, or of another town's in the same prefecture."""
    town, issuer = plan.municipality.name, named.printed.issuer or ""
    if town in named.name or town in issuer or named.name in label_key(plan.title) or _OWN_SUBJECT.match(named.name):
        return True
    behind = named.name.removeprefix(plan.municipality.prefecture)
    return behind != named.name and any(behind[:length] in municipalities_by_name() for length in range(2, 8))


def _is_of_prefecture(name: str, plan: Plan) -> bool:
    prefecture = plan.municipality.prefecture
    return bool(prefecture) and prefecture != plan.municipality.name and name.startswith(prefecture)
