"""Slides without owners in their titles: pages that tell of one case (● 名称), and pages that list the chief work (主な取組).

The title of the page, its first line, is the category. A list may print the labels of two years (令和６年度 主な取組 … 令和７年度 予定) around one heap of
entries; which year an entry belongs to cannot be told then, so none is given.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from ingest.departments import is_department_list, split_cell
from ingest.labels import Labels
from ingest.parsers.cases.case_texts import find_measure, goes_on, read_effects, read_statements, set_blanks
from ingest.printed import PrintedLine, is_page_number
from ontology.model import Initiative, Passage, Source

_CASE = re.compile(r"^[●◆◎]\s*(?P<name>\S.*)$")
_OWNED = re.compile(r"^(?P<name>[^()]+)\((?P<inside>[^()]+)\)$")
_YEAR = r"(?:(?:令和|平成|[RH])\s*(?:元|\d{1,2})|20\d\d)\s*年?\s*度?"
_DATED = re.compile(rf"^{_YEAR}")
_YEAR_LABEL = re.compile(rf"^(?:{_YEAR})?(?:の)?(?P<what>主な取組(?:み|状況)?|主要な?取組|取組事例|取組一覧|主な事業|予定|取組予定)?$")
_ITEM = re.compile(r"^[-–・･▶►○]")  # an indented item of a list begins no page
_LETTER = re.compile(r"[^\W_]")
_BREAK = 3  # blank lines that part pages where the dump has lost them
_FEWEST_PAGES, _FEWEST_ENTRIES = 4, 3
_FEWEST_TOLD = 2  # pages that tell of cases; one alone may be any heading with a mark
_MOST_SENTENCES = 0.05
_LONGEST_TITLE, _LONGEST_NAME = 40, 60

Page = Sequence[PrintedLine]


@dataclass(frozen=True, slots=True)
class _Entry:
    initiative: Initiative
    lines: tuple[int, ...]


def read_slide_pages(lines: Sequence[PrintedLine], labels: Labels) -> tuple[list[Initiative], set[int]]:
    """The cases and listed work of a slide document, and the lines that tell of them; nothing where the text is no slides.

    A name that a list and a page of its own print is one initiative, told by the page.
    """
    pages = list(split_pages(lines))
    if len(pages) < _FEWEST_PAGES or not is_terse(lines):
        return [], set()
    cases = [case for page in pages if (case := _read_case(page, labels))]
    titles = {title for page in pages if (title := _title_of(page))}
    lists = [entries for page in pages if (entries := list(_read_list(page, titles, labels)))]
    if len(cases) + len(lists) < _FEWEST_TOLD:
        return [], set()
    listed = [entry for entries in lists for entry in entries]
    told: dict[str, _Entry] = {}
    for entry in (*cases, *listed):
        told.setdefault(entry.initiative.name, entry)
    found = sorted((entry.initiative for entry in told.values()), key=lambda initiative: initiative.source.start_line)
    return found, {number for entry in (*cases, *listed) for number in entry.lines}


def is_terse(lines: Sequence[PrintedLine]) -> bool:
    """Whether a text is of slides: hardly a line ends a sentence."""
    return sum(line.text.endswith("。") for line in lines) <= _MOST_SENTENCES * len(lines)


def split_pages(lines: Sequence[PrintedLine]) -> Iterator[Page]:
    """The lines of each slide, without its page number: a number alone at its end or apart from all else."""
    own: list[PrintedLine] = []
    for line in (line for line in lines if not is_page_number(line)):
        if own and (line.gap >= _BREAK or (line.sheet != own[-1].sheet and not _ITEM.match(line.text))):
            yield _without_page_number(own)
            own = []
        own.append(line)
    if own:
        yield _without_page_number(own)


def _without_page_number(page: Page) -> Page:
    return page[:-1] if len(page) > 1 and re.fullmatch(r"\d{1,3}", page[-1].text) else page


def read_slide_passages(lines: Sequence[PrintedLine], taken: Collection[int]) -> Iterator[tuple[Passage, tuple[int, ...]]]:
    """What no case tells, with its lines: each slide as prose under its title, line by line, because boxes and charts do not print which lines go
    together. What was ``taken`` out of a slide parts it.
    """
    order = 0
    for page in split_pages(lines):
        printed = [line for line in page if line.number not in taken and _LETTER.search(line.text)]
        title = _title_of(printed) if len(printed) > 1 else None
        for part in _runs(printed):
            shown = part[1:] if title and part[0] is printed[0] and len(part) > 1 else part
            text = "\n".join(set_blanks(line.text) for line in shown)
            if not re.fullmatch(r"\d{1,3}", text):
                order += 1
                yield Passage(order, text, _source_of(part, text), title), tuple(line.number for line in part)


def _runs(lines: Page) -> Iterator[Page]:
    """Lines between which nothing was taken out."""
    own: list[PrintedLine] = []
    for line in lines:
        if own and line.number - own[-1].number > line.gap + 1:
            yield own
            own = []
        own.append(line)
    if own:
        yield own


def _title_of(page: Page) -> str | None:
    """The first line of a page, where it may be a title."""
    text = set_blanks(page[0].text)
    return text if len(text) <= _LONGEST_TITLE and not re.search(rf"[。、:：]$|^[-–・▶●○■※|\d]|^{_YEAR}", text) else None


def _read_case(page: Page, labels: Labels) -> _Entry | None:
    """The one case of a page: its name behind the mark, all other lines its text. A date behind the mark leaves the title as the name."""
    marked = [line for line in page if _CASE.match(line.text)]
    title = _title_of(page)
    if len(marked) != 1 or title is None or marked[0] is page[0]:
        return None
    match = _CASE.match(marked[0].text)
    printed = set_blanks(match["name"]) if match else ""
    dated = bool(_DATED.match(printed))
    name_line = page[0] if dated else marked[0]
    name, inside = _split_owner(title if dated else printed, labels)
    if len(name) > _LONGEST_NAME or name.endswith("。"):
        return None
    text = [line for line in page[1:] if line is not name_line and _LETTER.search(line.text)]
    source = _source_of([name_line], name_line.text)
    before, behind = (
        list(read_statements([line for line in text if (line.number < marked[0].number) is first])) for first in (True, False)
    )
    statements = [*before, *behind]
    effects = list(read_effects(before, labels))
    effects += read_effects(behind, labels, first_order=len(effects) + 1)  # what a label says ends at the mark
    description = "\n".join(statement for statement, _ in statements)
    initiative = Initiative(
        name=name,
        source=source,
        departments=split_cell(inside, labels, source) if inside else (),
        description=description or None,
        description_source=_source_of(text, description) if text else None,
        categories=() if dated else (title,),
        effects=tuple(effects),
        measure=find_measure(page, labels),
    )
    return _Entry(initiative, tuple(line.number for line in page))


def _read_list(page: Page, titles: Collection[str], labels: Labels) -> Iterator[_Entry]:
    """The entries of a page that a label calls 主な取組. Lines without an empty line between them are one entry: a wrap, else name and detail."""
    title = _title_of(page)
    label = [line for line in page[1:] if _YEAR_LABEL.match(line.text)]
    if title is None or not any("主" in line.text or "事例" in line.text for line in label):
        return
    # Words of the title, or of the slides that follow, name columns of the page.
    columns = [line for line in page[1:] if line not in label and all(word in title or word in titles for word in line.text.split())]
    body = [line for line in page[1:] if line not in label and line not in columns]
    entries = [own for own in _entries(body) if len(own[0].text) <= _LONGEST_NAME]
    if len(entries) < _FEWEST_ENTRIES or any(line.text.endswith("。") for line in body):
        return
    furniture = tuple(line.number for line in (page[0], *label, *columns))
    for own in entries:
        parts = [own[0]]
        while len(parts) < len(own) and goes_on("".join(line.text for line in parts)):
            parts.append(own[len(parts)])
        rest = own[len(parts) :]
        name, inside = _split_owner("".join(set_blanks(line.text.lstrip("・")) for line in parts), labels)
        source = _source_of(parts, name)
        detail = "\n".join(line.text for line in rest)
        initiative = Initiative(
            name=name,
            source=source,
            departments=split_cell(inside, labels, source) if inside else (),
            description=detail or None,
            description_source=_source_of(rest, detail) if rest else None,
            categories=(title,),
            measure=find_measure(own, labels),
        )
        yield _Entry(initiative, (*furniture, *(line.number for line in own)))


def _entries(lines: Page) -> Iterator[list[PrintedLine]]:
    own: list[PrintedLine] = []
    for line in lines:
        if own and line.gap > 0:
            yield own
            own = []
        own.append(line)
    if own:
        yield own


def _split_owner(text: str, labels: Labels) -> tuple[str, str]:
    """「窓口の改善（市民課）」: the name and who does it; parentheses that hold anything else belong to the name."""
    match = _OWNED.match(text)
    if match and is_department_list(match["inside"], labels):
        return match["name"].strip(), match["inside"]
    return text, ""


def _source_of(lines: Sequence[PrintedLine], quotation: str) -> Source:
    return Source(lines[0].number, lines[-1].number, lines[0].page, quotation)
