"""The levels above the measures where headings between the blocks print them: 基本目標１ above 施策２, or 1 above (1) above ①.

A heading that names its level (基本方針Ⅱ) counts wherever it stands between two blocks; one that has only a number counts where nothing but
headings stands between it and the block, because prose numbers its lists as well.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.labelled import find_label
from ingest.printed import PrintedLine
from ontology.model import PlanElement, Source

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
NUMBER = r"(?:№|No\.?|第)?\s*(?P<number>\d{1,3}(?:\s*[-－‐.．]\s*\d{1,3})*|[①-⑳]|[Ⅰ-Ⅻ])"
_LONGEST = 60
_LONGEST_NUMBERED = 40
_APART = 6  # lines of prose between two headings above the first block
_KINDS = (
    ("bracketed", re.compile(r"^[(（](?P<number>\d{1,2})[)）]\s*(?P<name>\S.*)$")),
    ("circled", re.compile(r"^(?P<number>[①-⑳])\s*(?P<name>\S.*)$")),
    ("roman", re.compile(r"^(?P<number>[Ⅰ-Ⅻ])[.．、]?\s*(?P<name>\S.*)$")),
    ("numbered", re.compile(r"^(?P<number>\d{1,2}(?:[-－‐.．]\d{1,2})*)(?:[.．、]\s*|\s+)(?P<name>\D.*)$")),
)
_FIELDS = ("department", "division", "partner", "name", "goal", "description", "schedule", "effect", "rating", "other")
_MARKDOWN = re.compile(r"^(#{1,6})\s*")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its kind (the level's word, or how its number is written), the level's word where printed, number and name."""

    kind: str
    word: str
    number: str
    name: str
    line: PrintedLine


def level_heading(text: str, labels: Labels) -> tuple[str, str, str] | None:
    """(level word, number, name) of a heading such as 指針１ …, 基本方針Ⅱ「…」; None for anything else."""
    match = _level_pattern(labels).match(text)
    if match and text[match.end("number") :].startswith("の"):
        return None  # 目標１の指標 speaks of one
    return (match["word"], plain_number(match["number"]), match["name"].strip("「」『』 　")) if match else None


@cache
def _level_pattern(labels: Labels) -> re.Pattern[str]:
    words = "|".join(map(re.escape, sorted(labels.levels, key=len, reverse=True)))
    return re.compile(rf"^[【■◆●◇□\s#]*(?P<word>{words})\s*(?P<open>[(（])?{NUMBER}(?(open)\s*[)）])\s*[】:：.．]?\s*(?P<name>.*)$")


def plain_number(text: str) -> str:
    """A printed number in plain digits: ③ and Ⅲ are 3, 1－2 is 1-2."""
    text = re.sub(r"\s+", "", text)
    if text in CIRCLED:
        return str(CIRCLED.index(text) + 1)
    if text in ROMAN:
        return str(ROMAN.index(text) + 1)
    return re.sub(r"[－‐.．]", "-", text)


def read_heading(line: PrintedLine, labels: Labels) -> Heading | None:
    """The heading that a line is, None where it is none: a sentence, a label, or too long."""
    text = line.text
    if text.endswith(("。", "、")) or len(text) > _LONGEST or find_label(text, labels, roles=_FIELDS) is not None:
        return None
    if level := level_heading(text, labels):
        return Heading(level[0], level[0], level[1], level[2], line) if level[2] else None
    bare = _MARKDOWN.sub("", text)
    if len(bare) > _LONGEST_NUMBERED:
        return None
    for kind, pattern in _KINDS:
        if match := pattern.match(bare):
            depth = len(text) - len(text.lstrip("#"))
            number = plain_number(match["number"])
            written = "#" * depth or f"{kind}{number.count('-') or ''}"  # 2 stands above 2-1
            return Heading(written, "", number, match["name"].strip(), line)
    return None


def headings_before(lines: Sequence[PrintedLine], index: int, labels: Labels, first: int = 0) -> list[Heading]:
    """The headings that stand right before the head at ``index`` (from ``first`` on), nothing but them in between; not those of its own kind."""
    own = read_heading(lines[index], labels)
    chain: list[Heading] = []
    for line in reversed(lines[first:index]):
        heading = read_heading(line, labels)
        if heading is None or (own is not None and heading.kind == own.kind) or heading.kind in {above.kind for above in chain}:
            break
        chain.insert(0, heading)
    return chain


def find_groups(lines: Sequence[PrintedLine], starts: Sequence[int], ends: Sequence[int], labels: Labels) -> list[tuple[PlanElement, ...]]:
    """For each block (``starts[i]`` to ``ends[i]``) the elements above it, outermost first."""
    depths: dict[str, int] = {}
    bearing: set[str] = set()  # kinds right below which blocks have stood: another kind behind them is of the same rank
    stack: list[Heading] = []
    found: list[tuple[Heading, ...]] = []
    for number, start in enumerate(starts):
        for heading in _headings_between(lines, ends[number - 1] if number else _front(lines, start, labels), start, labels):
            if heading.kind not in depths:
                below = depths[stack[-1].kind] if stack else -1
                depths[heading.kind] = below + (not stack or stack[-1].kind not in bearing)
            stack = [above for above in stack if depths[above.kind] < depths[heading.kind]] + [heading]
        if stack:
            bearing.add(stack[-1].kind)
        found.append(tuple(stack))
    return _elements(found, labels)


def _front(lines: Sequence[PrintedLine], start: int, labels: Labels) -> int:
    """From where on headings may stand above the first block: further up a table of contents prints them all."""
    seen: set[str] = set()
    apart = 0
    for index in range(start - 1, -1, -1):
        heading = read_heading(lines[index], labels)
        apart = 0 if heading is not None and heading.word else apart + 1
        if apart > _APART or (heading is not None and heading.word in seen):
            return index + 1
        if heading is not None and heading.word:
            seen.add(heading.word)
    return 0


def _headings_between(lines: Sequence[PrintedLine], end: int, start: int, labels: Labels) -> list[Heading]:
    """The headings between two blocks: those that name their level, and the chain right before the second.

    Where the chain names levels, numbers above them count the chapters of the document and no level of the plan.
    """
    chain = headings_before(lines, start, labels, end)
    first_named = next((position for position, heading in enumerate(chain) if heading.word), 0)
    named = [heading for line in lines[end : start - len(chain)] if (heading := read_heading(line, labels)) is not None and heading.word]
    return [*named, *chain[first_named:]]


def _elements(found: Sequence[tuple[Heading, ...]], labels: Labels) -> list[tuple[PlanElement, ...]]:
    """Headings as elements. The path of an element begins with that of the one above it, because lower levels count anew."""

    def own(heading: Heading) -> tuple[str, str]:
        return (labels.levels.get(label_key(heading.word), heading.word) or "section", heading.number)

    elements: dict[tuple[tuple[str, str], ...], PlanElement] = {}
    result: list[tuple[PlanElement, ...]] = []
    for stack in found:
        chain: list[PlanElement] = []
        for depth, heading in enumerate(stack):
            key = tuple(own(above) for above in stack[: depth + 1])
            parent = chain[-1].path if chain else None
            path = (*(parent or ()), *key[-1])
            line = heading.line
            element = PlanElement(
                path,
                heading.word,
                heading.number,
                join_lines([heading.name]).strip("「」"),
                Source(line.number, line.number, line.page, line.text),
                parent,
            )
            chain.append(elements.setdefault(key, element))
        result.append(tuple(chain))
    return result
