"""National and metropolitan frameworks that a document names, measure by measure, and the marks that say a measure answers to one."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.labels import Labels, label_key
from ingest.layout import Line
from ingest.parsers.prose.framework_names import Context, NamedFramework, find_frameworks
from ingest.parsers.prose.framework_words import framework_words
from ingest.printed import PrintedLine
from ingest.running_text import RunningText, read_running_text
from ontology.model import Alignment, FormerPlan, FrameworkMention, Measure, Municipality, Plan, Source

_ANSWERS = re.compile(r"対応|該当|掲げ|位置付け|位置づけ|基づく")
_OF_MEASURES = re.compile(r"取組|施策|事業|項目")
_BLANKS = re.compile(r"\s+")
_LEGEND_LINES = 3
_HEADING_FORMS = (
    r"第[\d一二三四五六七八九十]+[章編部]",
    r"第[\d一二三四五六七八九十]+節",
    r"\d{1,2}(?:-\d{1,2})+[.、]?",
    r"\d{1,2}[.、)]?",
    r"\(\d{1,2}\)",
    r"[①-⑳]",
    r"[ア-オ][.、)]?",
    r"[■●◆○◇▼#]+",
)
_HEADING = re.compile("|".join(f"(?P<form{i}>^{form})" for i, form in enumerate(_HEADING_FORMS)))
_LONGEST_HEADING = 40
_INTRODUCTION = re.compile(r"以下、?[「『]?[^「」『』()、。]{2,30}[^()。]{0,12}。?\)")
_LONGEST_SENTENCE = 200
_CHAIN = " ＞ "  # between the headings of a bullet


def read_mentions(
    lines: Sequence[Line], measures: Sequence[Measure], plan: Plan, former_plans: Sequence[FormerPlan] = ()
) -> tuple[FrameworkMention, ...]:
    """The frameworks that the texts of the measures name, each with its measure, then those named elsewhere on ``lines``."""
    running = read_running_text(lines)
    short_names = _read_short_names(running, plan)
    by_number = {line.number: line for line in lines}
    found: dict[FrameworkMention, FrameworkMention] = {}

    def add(named: NamedFramework, first: int, last: int, path: tuple[str, ...] | None = None, former: Plan | None = None) -> None:
        printed = named.printed
        quotation = "\n".join(by_number[n].text.strip() for n in range(first, last + 1) if n in by_number and by_number[n].text.strip())
        source = Source(first, last, by_number[first].page if first in by_number else None, quotation)
        mention = FrameworkMention(named.name, source, printed.issuer, printed.issued, printed.law_number, path, printed.version, former)
        found.setdefault(replace(mention, source=Source(0, 0)), mention)

    taken: set[int] = set()
    looked_back = [(former.plan, measure) for former in former_plans for measure in former.measures]
    for former_plan, measure in (*((None, measure) for measure in measures), *looked_back):
        for printed_text in _texts_of(measure):
            taken.update(range(printed_text.first, printed_text.last + 1) if not printed_text.is_heading else ())
            text = _BLANKS.sub("", printed_text.text)
            known = {short: (name, 0) for short, (name, line) in short_names.items() if line <= printed_text.last}
            for named in find_frameworks(text, plan, Context(known)):
                first, last = _lines_of(text[named.start : named.end], printed_text, running)
                taken.update(range(first, last + 1))
                add(named, first, last, measure.path, former_plan)
    remaining = running.without(taken)
    known = {short: (name, remaining.position_of(line)) for short, (name, line) in short_names.items()}
    context = Context(known, _foreign_sections(remaining, plan.municipality), remaining.starts_line)
    for named in find_frameworks(remaining.text, plan, context):
        add(named, remaining.line_at(named.start), remaining.line_at(named.end - 1))
    return tuple(found.values())


@dataclass(frozen=True, slots=True)
class _PrintedText:
    """A text of a measure and the lines among which it stands. A heading has no lines of its own: it stands somewhere above its bullet."""

    text: str
    first: int
    last: int
    is_heading: bool = False


def _texts_of(measure: Measure) -> Iterator[_PrintedText]:
    for text, source in (
        (measure.name, measure.source),
        (measure.goal, measure.goal_source),
        (measure.description, measure.description_source),
    ):
        if text and source:
            yield _PrintedText(text, source.start_line, source.end_line)
    headings: set[str] = set()
    for activity in measure.activities:
        for heading in (activity.heading or "").split(_CHAIN):
            if heading and heading not in headings:
                headings.add(heading)
                yield _PrintedText(heading, measure.source.start_line, activity.source.start_line, is_heading=True)
    for value in (*measure.activities, *measure.effects):
        yield _PrintedText(value.text, value.source.start_line, value.source.end_line)


def _lines_of(name: str, printed_text: _PrintedText, running: RunningText) -> tuple[int, int]:
    """First and last line of a name, or of the whole text where the name is cut by something else (the other column, a page break)."""
    begin = bisect_left(running.numbers, printed_text.first)
    end = bisect_right(running.numbers, printed_text.last)
    if begin < end:
        stop = running.starts[end] if end < len(running.starts) else len(running.text)
        find = running.text.rfind if printed_text.is_heading else running.text.find
        at = find(name, running.starts[begin], stop)
        if at >= 0:
            return running.line_at(at), running.line_at(at + len(name) - 1)
    return (printed_text.last, printed_text.last) if printed_text.is_heading else (printed_text.first, printed_text.last)


def _read_short_names(running: RunningText, plan: Plan) -> dict[str, tuple[str, int]]:
    """Short names that the document introduces for a framework (以下「…」という): the full name, and the line from which it has it."""
    found: dict[str, tuple[str, int]] = {}
    for introduced in _INTRODUCTION.finditer(running.text):
        begin = max(0, introduced.start() - _LONGEST_SENTENCE)
        for named in find_frameworks(running.text[begin : introduced.end() + 1], plan):
            if named.printed.short_name:
                found.setdefault(named.printed.short_name, (named.name, running.line_at(begin + named.end)))
    return found


def _foreign_sections(running: RunningText, municipality: Municipality) -> Callable[[int], bool]:
    """Whether a position stands below a heading such as 国の動向: until the next heading of the same form or of one above it."""
    heading = framework_words(municipality).heading
    above: list[tuple[str, bool]] = []
    starts: list[int] = []
    flags: list[bool] = []
    for line, start in zip(running.lines, running.starts, strict=True):
        form = _HEADING.match(line)
        if form is None or len(line) > _LONGEST_HEADING or line.endswith(("。", "、")) or ":" in line or not line[form.end() :]:
            continue
        kind = form.lastgroup or ""
        kinds = [own for own, _ in above]
        if kind in kinds:
            del above[kinds.index(kind) :]
        above.append((kind, bool(heading.match(line[form.end() :]))))
        starts.append(start)
        flags.append(any(is_foreign for _, is_foreign in above))

    def is_foreign(position: int) -> bool:
        index = bisect_right(starts, position) - 1
        return index >= 0 and flags[index]

    return is_foreign


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
