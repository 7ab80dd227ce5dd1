"""Blocks of one measure each: where they begin, and the labelled segments inside.

A measure is the level that names a 担当, so a head counts only where a department label follows before the next head. Which form of head
a document uses (取組１：…, № 1 施策名 …, ① …) is not known beforehand: every form is tried, and the one with most such pairs is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.labels import Labels, label_key
from ingest.parsers.labelled import Label, YearColumn, find_label, find_label_inside, find_year_label, read_year_columns
from ingest.printed import PrintedLine
from ontology.model import ActivityStatus

CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
ROMAN = "ⅠⅡⅢⅣⅤⅥⅦⅧⅨⅩⅪⅫ"
_NUMBER = r"(?:№|No\.?|第)?\s*(?P<number>\d{1,3}(?:\s*[-－‐.．]\s*\d{1,3})*|[①-⑳]|[Ⅰ-Ⅻ])"
_CHAPTER = re.compile(r"^(?:第\s*[\d一二三四五六七八九十]+\s*[章部節編]\b|資料編|参考資料|用語(?:集|解説)|附則|付録)")


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a block: ``index`` into the lines, the printed level word, the number, and the name as far as the line has it."""

    index: int
    form: str
    word: str
    number: str | None
    name: str


@dataclass(slots=True)
class Segment:
    """What stands under one label. ``first`` is the text on the label's own line; ``columns`` the year columns of a head line."""

    role: str
    word: str
    label_line: PrintedLine
    first: str = ""
    columns: tuple[YearColumn, ...] = ()
    lines: list[PrintedLine] = field(default_factory=list)

    def printed(self) -> list[tuple[str, PrintedLine]]:
        """The texts with their lines, the rest of the label line first."""
        head = [(self.first, self.label_line)] if self.first.strip() else []
        return head + [(line.text, line) for line in self.lines]


@dataclass(frozen=True, slots=True)
class Block:
    """One measure: its head and all its lines, cut into segments by its labels."""

    head: Head
    lines: tuple[PrintedLine, ...]
    segments: tuple[Segment, ...]

    @property
    def head_line(self) -> PrintedLine:
        return self.lines[0]


def find_blocks(lines: Sequence[PrintedLine], labels: Labels) -> list[Block]:
    """The blocks of the form of head that most department labels confirm, in order of print; empty where the document has none."""
    departments = [i for i, line in enumerate(lines) if _department_label(line.text, labels)]
    forms: dict[str, list[Head]] = {}
    for head in _heads(lines, labels):
        forms.setdefault(head.form, []).append(head)
    best: list[tuple[Head, int]] = []
    for heads in forms.values():
        ends = [head.index for head in heads[1:]] + [len(lines)]
        good = [(head, end) for head, end in zip(heads, ends, strict=True) if any(head.index <= i < end for i in departments)]
        if (len(good), -_distance(good, departments)) > (len(best), -_distance(best, departments)):
            best = good
    blocks = []
    for position, (head, _) in enumerate(best):
        end = best[position + 1][0].index if position + 1 < len(best) else len(lines)
        end = _cut_at_chapter(lines, head.index, end, labels)
        while end > head.index + 1 and end < len(lines) and label_key(lines[end - 1].text) in labels.words("head", "measure"):
            end -= 1  # 「取組」 alone on a line is the row label of the next block
        own = tuple(lines[head.index : end])
        blocks.append(Block(head, own, tuple(_segments(own, head, labels))))
    return blocks


def _distance(heads: Sequence[tuple[Head, int]], departments: Sequence[int]) -> int:
    """Lines between heads and their department labels: of two forms that fit alike the closer one is the measures' (① below １)."""
    return sum(next(i for i in departments if i >= head.index) - head.index for head, _ in heads)


def level_heading(text: str, labels: Labels) -> tuple[str, str, str] | None:
    """(level word, number, name) of a heading such as 指針１ …, 基本方針Ⅱ「…」; None for anything else."""
    for word in sorted(labels.levels, key=len, reverse=True):
        match = re.match(rf"^[【■◆●◇□\s#]*{word}\s*{_NUMBER}\s*[】:：.．]?\s*(?P<name>.*)$", text)
        if match:
            return word, plain_number(match["number"]), match["name"].strip("「」『』 　")
    return None


def _department_label(text: str, labels: Labels) -> bool:
    return find_label(text, labels, roles=("department",)) is not None or find_label_inside(text, labels, "department") is not None


def _heads(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[Head]:
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    numbered = re.compile(
        rf"^[【■◆●◇□\s#]*(?:(?P<before>{words})\s+)?(?P<word>{words})\s*{_NUMBER}\s*(?P<mark>[】:：.．]?)\s*(?P<name>.*)$"
    )
    unnumbered = re.compile(rf"^(?P<word>{words})\s+(?P<name>\D.*)$")
    circled = re.compile(rf"^(?P<number>[{CIRCLED}])\s*(?P<name>\S.*)$")
    plain = re.compile(r"^#*\s*[(（]?(?P<number>\d{1,2}(?:[-－‐.．]\d{1,2})*)[)）]?[.．、]?\s+(?P<name>\S.*)$")
    for index, line in enumerate(lines):
        text = line.text
        if match := numbered.match(text):
            word = _level_word(match["word"], match["before"], match["name"], labels)
            yield Head(index, "numbered", word, plain_number(match["number"]), match["name"])
        elif (match := unnumbered.match(text)) and find_label_inside(text, labels, "department"):
            yield Head(index, "numbered", match["word"], None, match["name"])
        elif (match := circled.match(text)) and _label_follows(lines, index, labels):
            yield Head(index, "circled", "", str(CIRCLED.index(match["number"]) + 1), match["name"])
        elif (match := plain.match(text)) and _label_follows(lines, index, labels):
            yield Head(index, "plain", "", plain_number(match["number"]), match["name"])
        if label := find_label(text, labels, roles=("name",)):
            yield Head(index, "named", label.word.removesuffix("名"), None, label.rest)


def _level_word(word: str, before: str | None, name: str, labels: Labels) -> str:
    """The word that names the level: 取組項目 of 「取組項目 №１」, 施策 of 「№ 1 施策名 …」; № alone names none."""
    if word not in ("№", "No."):
        return word
    label = find_label(name, labels, roles=("name",))
    return before or (label.word.removesuffix("名") if label else "")


def _label_follows(lines: Sequence[PrintedLine], index: int, labels: Labels) -> bool:
    """Whether a label comes within the next three lines: the name may wrap, prose may not stand between."""
    for line in lines[index + 1 : index + 4]:
        if find_label(line.text, labels, roles=("description", "goal", "department")) is not None:
            return True
        if line.text.endswith("。"):
            return False
    return False


def _cut_at_chapter(lines: Sequence[PrintedLine], start: int, end: int, labels: Labels) -> int:
    """A block also ends where a chapter or a higher level begins."""
    for index in range(start + 1, end):
        text = lines[index].text
        if _CHAPTER.match(text) or (
            (level := level_heading(text, labels)) and level[0] != "施策" and not text.endswith("。") and len(text) <= 60
        ):
            return index
    return end


def _segments(lines: Sequence[PrintedLine], head: Head, labels: Labels) -> Iterator[Segment]:
    """Cut a block at its labels. The first segment has the role "head": the name with its wrapped lines."""
    name = head.name
    if label := find_label(name, labels, roles=("name",)):
        name = label.rest
    segment = Segment("head", head.word, lines[0], name)
    if (inside := find_label_inside(name, labels, "department")) or (inside := _at_end(name, labels)):
        segment.first = inside[0]
        yield segment
        segment = Segment("department", inside[1].word, lines[0], inside[1].rest)
    for line in lines[1:]:
        following = _open_segment(line, segment, labels)
        if following is None:
            segment.lines.append(line)
        else:
            yield segment
            segment = following
    yield segment


def _at_end(name: str, labels: Labels) -> tuple[str, Label] | None:
    """A name that is empty but for the label: the label word alone stood behind the number."""
    label = find_label(name, labels, roles=("department",))
    return ("", label) if label else None


def _open_segment(line: PrintedLine, current: Segment, labels: Labels) -> Segment | None:
    """The segment that ``line`` opens, or None where it continues the current one."""
    columns = read_year_columns(line.text, labels)
    if columns:
        return Segment("columns" if columns[0].status else "years", current.word, line, "", columns)
    if year := find_year_label(line.text, labels):
        label, fiscal_year = year
        status = ActivityStatus.DONE if label.role == "status" else ActivityStatus.PLANNED
        if fiscal_year is not None or current.role in ("head", "department", "goal", "description", "status", "plan", "effect"):
            return Segment(label.role, label.word, line, label.rest, (YearColumn(fiscal_year, status),))
    if current.role in ("columns", "years"):
        # Inside a table of years a word such as 目標 or 内容 is a cell; only labels that stand alone or name departments end it.
        label = find_label(line.text, labels, roles=("department", "goal"))
        if label is None or (label.role == "goal" and (label.rest or current.role == "columns")):
            return None
        if label.role == "department" and current.role == "columns":
            return None
        return Segment(label.role, label.word, line, label.rest)
    label = find_label(line.text, labels, roles=("department", "goal", "description", "schedule", "effect"))
    if label is not None and not (current.role == "department" and label_key(label.word) == label_key(current.word)):
        return Segment(label.role, label.word, line, label.rest)
    if current.role == "head" and (inside := find_label_inside(line.text, labels, "department")):
        current.lines.append(
            PrintedLine(line.number, inside[0], line.raw, line.page, line.sheet, line.indent, line.width, line.gap, line.ends_paragraph)
        )
        return Segment("department", inside[1].word, line, inside[1].rest)
    return None


def plain_number(text: str) -> str:
    """A printed number in plain digits: ③ and Ⅲ are 3, 1－2 is 1-2."""
    text = re.sub(r"\s+", "", text)
    if text in CIRCLED:
        return str(CIRCLED.index(text) + 1)
    if text in ROMAN:
        return str(ROMAN.index(text) + 1)
    return re.sub(r"[－‐.．]", "-", text)
