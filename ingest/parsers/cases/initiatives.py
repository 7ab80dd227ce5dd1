"""Case pages of slides: a title 「名称（課）」 on a line of its own, a category beside it, text, and effects with their figures.

Slides repeat their chapter list on every page; these running lines part the pages. A category (業務改善) is a short line right before or behind a
title that stands beside another title as well or in a list of the document; on a page with several cases it is printed once. Slides whose titles
name no owner are read by ``slide_pages``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.departments import is_department_list, split_cell
from ingest.labels import Labels
from ingest.parsers.cases.case_texts import find_measure, read_effects, read_statements
from ingest.parsers.cases.slide_pages import is_terse, read_slide_pages, read_slide_passages
from ingest.printed import PrintedLine
from ontology.model import Initiative, Passage, Source

_TITLE = re.compile(r"^(?P<name>[^()。、:・▼►●■\-*#|\d][^()。、:]{2,40})\((?P<inside>[^()]{2,40})\)$")
_CLOSING = re.compile(r"^ご[清静]聴")
_LIST_MARK = re.compile(r"^[-–・*▶►●■\s]+")
_FEWEST_TITLES = 3
_LONGEST_CATEGORY = 12


@dataclass(frozen=True, slots=True)
class InitiativeReading:
    """``used_lines`` are those of all cases and passages, ``furniture`` those of heads that run on every page. ``passages`` are the slides
    that tell of no case.
    """

    initiatives: tuple[Initiative, ...] = ()
    used_lines: frozenset[int] = frozenset()
    passages: tuple[Passage, ...] = ()
    furniture: tuple[int, ...] = ()


@dataclass(slots=True)
class _Case:
    title: PrintedLine
    name: str
    inside: str
    categories: list[PrintedLine] = field(default_factory=list)
    lines: list[PrintedLine] = field(default_factory=list)


def read_initiatives(lines: Sequence[PrintedLine], labels: Labels, *, has_measures: bool = False) -> InitiativeReading:
    """The cases of a slide document: those under titles with their owners where there are three, else those of its pages.

    A plan that ``has_measures`` may print cases, too, but its pages are no slides.
    """
    titles = {index for index, line in enumerate(lines) if _is_title(lines, index, labels)}
    running = _running(lines, len(titles)) if len(titles) >= _FEWEST_TITLES else frozenset()
    are_slides = not has_measures and (bool(running) or is_terse(lines))  # a chapter list on every page tells slides as well
    if len(titles) >= _FEWEST_TITLES:
        told, used = _read_titled(lines, titles, running, labels)
    else:
        told, used = read_slide_pages(lines, labels) if are_slides else ([], set())
    if not told:
        return InitiativeReading()
    furniture = tuple(line.number for line in lines if line.text in running and line.number not in used)
    passages = list(read_slide_passages(lines, used.union(furniture))) if are_slides else []
    used.update(number for _, numbers in passages for number in numbers)
    return InitiativeReading(tuple(told), frozenset(used), tuple(passage for passage, _ in passages), furniture)


def _read_titled(
    lines: Sequence[PrintedLine], titles: set[int], running: frozenset[str], labels: Labels
) -> tuple[list[Initiative], set[int]]:
    """The cases below titles that name their owners, and the lines that tell of them."""
    categories = _categories(lines, titles, running)
    initiatives: list[Initiative] = []
    used: set[int] = set()
    names: Counter[str] = Counter()
    for case in _cases(lines, titles, running, categories):
        names[case.name] += 1
        if case.lines and names[case.name] == 1:
            initiatives.append(_read_case(case, labels))
            used.update(line.number for line in (case.title, *case.categories, *case.lines))
    return initiatives, used


def _is_title(lines: Sequence[PrintedLine], index: int, labels: Labels) -> bool:
    match = _TITLE.match(lines[index].text)
    alone = lines[index].gap > 0 and (index + 1 == len(lines) or lines[index + 1].gap > 0)
    return bool(match and alone and is_department_list(match["inside"], labels) and not is_department_list(match["name"], labels))


def _running(lines: Sequence[PrintedLine], titles: int) -> frozenset[str]:
    counts = Counter(line.text for line in lines)
    return frozenset(text for text, count in counts.items() if count >= max(_FEWEST_TITLES, 0.6 * titles))


def _categories(lines: Sequence[PrintedLine], titles: set[int], running: frozenset[str]) -> frozenset[str]:
    beside: Counter[str] = Counter()
    for index in titles:
        beside.update({line.text for step in (-1, 1) for line in _short_lines(lines, index, step, running)})
    listed = {
        part
        for line in lines
        if _LIST_MARK.match(line.text)
        for part in (_LIST_MARK.sub("", line.text), *_LIST_MARK.sub("", line.text).split("・"))
    }
    return frozenset(text for text, count in beside.items() if count > 1 or text in listed)


def _short_lines(lines: Sequence[PrintedLine], index: int, step: int, running: frozenset[str]) -> Iterator[PrintedLine]:
    """The short lines right before (``step`` -1) or behind (1) a title."""
    index += step
    while 0 <= index < len(lines) and len(lines[index].text) <= _LONGEST_CATEGORY and lines[index].text not in running:
        if re.search(r"[\d。、:⇒※()]", lines[index].text):
            return
        yield lines[index]
        index += step


def _cases(lines: Sequence[PrintedLine], titles: set[int], running: frozenset[str], categories: frozenset[str]) -> Iterator[_Case]:
    case: _Case | None = None
    page: list[PrintedLine] = []  # categories printed on the page so far that no text separates from a title
    for index, line in enumerate(lines):
        if line.text in running or _CLOSING.match(line.text):
            if case:
                yield case
            case, page = None, []
        elif index in titles:
            match = _TITLE.match(line.text)
            assert match is not None
            if case:
                yield case
            case = _Case(line, match["name"].strip(), match["inside"], list(page))
        elif line.text in categories and (case is None or not case.lines):
            page.append(line)
            if case:
                case.categories.append(line)
        elif case and not line.text.startswith("|"):
            case.lines.append(line)
    if case:
        yield case


def _read_case(case: _Case, labels: Labels) -> Initiative:
    title = Source(case.title.number, case.title.number, case.title.page, case.title.text)
    statements = list(read_statements(case.lines))
    first, last = case.lines[0], case.lines[-1]
    description = "\n".join(text for text, _ in statements)
    return Initiative(
        name=case.name,
        source=title,
        departments=split_cell(case.inside, labels, title),
        description=description,
        description_source=Source(first.number, last.number, first.page, description),
        categories=tuple(_join_categories(case.categories)),
        effects=tuple(read_effects(statements, labels)),
        measure=find_measure(case.lines, labels),
    )


def _join_categories(lines: Sequence[PrintedLine]) -> list[str]:
    """Lines without an empty line between them are one category (人材育成／意識改革)."""
    found: list[list[PrintedLine]] = []
    for line in lines:
        if found and line.gap == 0 and line.number == found[-1][-1].number + 1:
            found[-1].append(line)
        else:
            found.append([line])
    return list(dict.fromkeys("・".join(line.text for line in own) for own in found))
