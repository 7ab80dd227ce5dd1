"""National and metropolitan plans, strategies and laws that a text names, and the marks that say a measure answers to one.

A name counts where it is known (``ontology/vocabulary/frameworks.ttl``), or where the print says that it is no plan of the municipality itself: a
law, a decision of the cabinet or a ministry behind it, the prefecture's name in front. What could be either is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache

from ingest.labels import Labels, label_key
from ingest.layout import Line
from ingest.printed import PrintedLine
from ingest.running_text import read_running_text
from ontology.fiscal_year import ERA_START
from ontology.frameworks import known_frameworks
from ontology.model import Alignment, FrameworkMention, Measure, Plan, Source

_KIND = r"(?:計画|戦略|方針|宣言|構想|大綱|指針|ガイドライン|法律|政令|(?<![方手用文作司療工技話合])法)"
_QUOTED = re.compile(r"[「『](?P<name>[^「」『』()]{3,60})(?:\((?P<inside>[^()]{2,60})\))?[」』](?:\((?P<behind>[^()]{2,60})\))?")
_BARE = re.compile(rf"(?:^|(?<=[、。,:;()■●・]))(?P<name>[^、。,:;()「」『』はがも]{{3,60}}?{_KIND})\((?P<behind>[^()]{{2,60}})\)")
_LAW_NUMBER = re.compile(
    r"(?:明治|大正|昭和|平成|令和)(?:元|[\d一二三四五六七八九十]{1,4})年(?:\d{1,2}月\d{1,2}日)?(?:法律|政令)第[\d一二三四五六七八九十百]+号"
)
_DATE = re.compile(r"(?P<era>令和|平成|昭和)(?P<year>元|\d{1,2})(?:\(\d{4}\))?年(?P<month>\d{1,2})月(?:(?P<day>\d{1,2})日)?")
_DECIDED = re.compile(r"(?P<issuer>[^\d、。]{2,60}?)(?:決定|策定|公表|制定|改定)$")
_STATE = re.compile(r"閣議|閣僚会議|内閣|省|庁|政府|国会|大臣|戦略本部|戦略会議")
_STATE_BEFORE = re.compile(r"(?:国|政府|内閣府|[一-龠]{2,6}省|[一-龠ァ-ヶー]{2,6}庁)(?:の|が|は|では|が策定した|が定めた|の定める)、?$")
_ANSWERS = re.compile(r"対応|該当|掲げ|位置付け|位置づけ|基づく")
_OF_MEASURES = re.compile(r"取組|施策|事業|項目")
_LEGEND_LINES = 3


@dataclass(frozen=True, slots=True)
class NamedFramework:
    """A name in a text without blanks, with what is printed behind it. ``start`` and ``end`` are positions of the name in that text."""

    name: str
    start: int
    end: int
    issuer: str | None = None
    issued: str | None = None
    law_number: str | None = None


def find_frameworks(text: str, plan: Plan) -> list[NamedFramework]:
    """The frameworks that ``text`` (characters folded, no blanks) names, in order. ``plan`` is the document's own, which is none."""
    found = list(_find_known(text, plan))
    for pattern in (_QUOTED, _BARE):
        for match in pattern.finditer(text):
            start, end = match.span("name")
            if any(known.start < end and start < known.end for known in found):
                continue
            named = _with_details(NamedFramework(match["name"], start, end), match.groupdict().get("inside"), match["behind"])
            if _is_framework(named, text[: match.start()], plan):
                found.append(named)
    return sorted(found, key=lambda named: named.start)


def read_mentions(lines: Sequence[Line], measures: Sequence[Measure], plan: Plan) -> tuple[FrameworkMention, ...]:
    """The frameworks that the texts of the measures name, each with its measure, then those named elsewhere on ``lines``."""
    found: dict[FrameworkMention, FrameworkMention] = {}

    def add(named: NamedFramework, source: Source, path: tuple[str, ...] | None) -> None:
        mention = FrameworkMention(named.name, source, named.issuer, named.issued, named.law_number, path)
        found.setdefault(replace(mention, source=Source(0, 0)), mention)

    taken: set[int] = set()
    for measure in measures:
        for text, source in _texts_of(measure):
            taken.update(range(source.start_line, source.end_line + 1))
            for named in find_frameworks(label_key(text), plan):
                add(named, source, measure.path)
    remaining = [line for line in lines if line.number not in taken]
    running = read_running_text(remaining)
    pages = {line.number: line.page for line in remaining}
    texts = {line.number: line.text for line in remaining}
    for named in find_frameworks(running.text, plan):
        first, last = running.line_at(named.start), running.line_at(named.end - 1)
        quotation = "\n".join(texts[number].strip() for number in range(first, last + 1) if texts.get(number, "").strip())
        add(named, Source(first, last, pages[first], quotation), None)
    return tuple(found.values())


def read_alignments(lines: Sequence[PrintedLine], measures: Sequence[Measure], plan: Plan, labels: Labels) -> tuple[Alignment, ...]:
    """For each measure with a printed mark (＊) the framework that a legend line of the document explains the mark with."""
    legends = list(_legends(lines, plan, labels))
    return tuple(
        Alignment(measure.path, framework, mark, source)
        for measure in measures
        for mark, framework, source in legends
        if mark in map(label_key, measure.marks)
    )


def _legends(lines: Sequence[PrintedLine], plan: Plan, labels: Labels) -> Iterator[tuple[str, str, Source]]:
    marks = "|".join(re.escape(mark) for mark in labels.words("mark", "reference"))
    opening = re.compile(rf"^[(]?(?P<mark>{marks})[)]?印?(?:は|の|が|:|\.\.\.|…)")
    for index, line in enumerate(lines):
        match = opening.match(label_key(line.text))
        if match is None:
            continue
        own = [line]
        while not own[-1].text.endswith("。") and len(own) < _LEGEND_LINES and index + len(own) < len(lines):
            own.append(lines[index + len(own)])
        sentence = label_key("".join(part.text for part in own)).partition("。")[0]
        named = find_frameworks(sentence, plan)
        if named and _ANSWERS.search(sentence) and _OF_MEASURES.search(sentence[named[0].end :]):
            last = own[-1] if "。" in own[-1].text else line
            yield match["mark"], named[0].name, Source(line.number, last.number, line.page, sentence)


def _texts_of(measure: Measure) -> Iterator[tuple[str, Source]]:
    for text, source in ((measure.goal, measure.goal_source), (measure.description, measure.description_source)):
        if text and source:
            yield text, source
    for value in (*measure.activities, *measure.effects):
        heading = getattr(value, "heading", None)
        yield f"{heading}\n{value.text}" if heading else value.text, value.source


@cache
def _known_names() -> re.Pattern[str]:
    names = {label_key(name) for framework in known_frameworks() for name in framework.names}
    return re.compile("|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name))))


def _find_known(text: str, plan: Plan) -> Iterator[NamedFramework]:
    own = label_key(plan.title)
    for match in _known_names().finditer(text):
        before = text[: match.start()]
        if before.endswith(plan.municipality.name) or (
            match[0] in own and own in text[max(0, match.start() - len(own)) : match.end() + len(own)]
        ):
            continue  # the municipality's own plan may bear the same words
        behind = re.match(r"[」』]?\((?P<behind>[^()]{2,60})\)", text[match.end() :])
        yield _with_details(NamedFramework(match[0], *match.span()), behind["behind"] if behind else None)


def _with_details(named: NamedFramework, *printed: str | None) -> NamedFramework:
    for inside in filter(None, printed):
        number = _LAW_NUMBER.search(inside)
        issued = None if number else _DATE.search(inside)
        decided = _DECIDED.search(inside[issued.end() :] if issued else inside)
        named = replace(
            named,
            law_number=named.law_number or (number[0] if number else None),
            issued=named.issued or (_iso_date(issued) if issued else None),
            issuer=named.issuer or (decided["issuer"] if decided and _STATE.search(decided["issuer"]) else None),
        )
    return named


def _iso_date(match: re.Match[str]) -> str | None:
    year = ERA_START[match["era"]] + (1 if match["year"] == "元" else int(match["year"]))
    try:
        day = date(year, int(match["month"]), int(match["day"] or 1))
    except ValueError:
        return None  # a misprint such as 13月 is no date
    return day.isoformat() if match["day"] else day.isoformat()[:7]


def _is_framework(named: NamedFramework, before: str, plan: Plan) -> bool:
    """Whether the print says that a name which is not known is that of a national or metropolitan plan or law."""
    name, municipality = named.name, plan.municipality
    if not re.search(rf"{_KIND}$", name) or municipality.name in name or name in label_key(plan.title):
        return False
    if named.law_number or (named.issuer and municipality.name not in named.issuer) or re.search(r"(?:法|法律)$", name):
        return True
    of_prefecture = municipality.prefecture and municipality.prefecture != municipality.name and name.startswith(municipality.prefecture)
    return bool(of_prefecture or _STATE_BEFORE.search(before))
