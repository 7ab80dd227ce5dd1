"""Blocks of one measure each: where they begin and end.

A measure is the level that names a 担当, so a head counts only where a department label follows before the next head. Which form of head
a document uses (取組１：…, № 1 施策名 …, ① …) is not known beforehand: every form is tried, and the one with most such pairs is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.departments import is_department_list
from ingest.labels import Labels, label_key
from ingest.parsers.labelled import YearColumn, find_label
from ingest.parsers.plan.groups import headings_before, level_heading
from ingest.parsers.plan.heads import (
    HEADING_MARKS,
    Head,
    find_heads,
    find_owned_heads,
    find_trailed_heads,
    names_department,
    names_first_helper,
)
from ingest.parsers.plan.segments import Segment, cut_segments
from ingest.printed import PrintedLine

_FEWEST_OWNED = 2
_LONGEST_HEADING = 40
NUMBERED_FORMS = ("numbered", "circled")
_CERTAIN_FORMS = ("numbered", "named")
_CHAPTER = re.compile(r"^(?:第\s*[\d一二三四五六七八九十]+\s*[章部節編]\b|資料編|参考資料|用語(?:集|解説)|附則|付録)")


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
    best = _labelled_heads(lines, labels)
    if len(best) < _FEWEST_OWNED:
        owned = [head for head in find_owned_heads(lines, labels) if head.number is not None or not _has_owner(best, lines, labels)]
        best = max(best, _most_frequent(owned), _most_frequent(find_trailed_heads(lines, labels)), key=len)
    blocks = []
    for position, head in enumerate(best):
        following = best[position + 1] if position + 1 < len(best) else None
        end = _cut_at_chapter(lines, head, following.index if following else len(lines), labels)
        if following is not None and end == following.index:
            end -= len(headings_before(lines, end, labels)) if head.form not in NUMBERED_FORMS else 0
            end -= _is_heading_of_unit(lines, head.index, end - 1, labels)
        while end > head.index + 1 and end < len(lines) and label_key(lines[end - 1].text) in labels.words("head", "measure"):
            end -= 1  # 「取組」 alone on a line is the row label of the next block
        own = tuple(lines[head.index : max(end, head.index + 1)])
        blocks.append(Block(head, own, tuple(cut_segments(own, head, labels))))
    return _with_columns_side_by_side(blocks) if not _is_contact(blocks) else []


def _is_heading_of_unit(lines: Sequence[PrintedLine], start: int, last: int, labels: Labels) -> bool:
    """Whether the last line of a block that has named its owner is a unit in brackets: the heading of those that follow (【福祉部】)."""
    text = lines[last].text
    is_unit = last > start and text.startswith("【") and text.endswith("】") and is_department_list(text[1:-1], labels)
    return is_unit and any(names_department(line.text, labels) for line in lines[start + 1 : last])


def _has_owner(heads: Sequence[Head], lines: Sequence[PrintedLine], labels: Labels) -> bool:
    """Whether the one head of a document has its 担当 right below: marks with units in brackets (○ 相談（福祉課）) are its bullets."""
    below = [line for head in heads for line in lines[head.index + 1 : head.index + 4]]
    return any(find_label(line.text, labels, roles=("department",)) is not None for line in below)


def _with_columns_side_by_side(blocks: Sequence[Block]) -> list[Block]:
    """Heads of columns that stand one below the other: 取組状況 and right below it, without a word between, 取組予定, in every block that has both."""
    pairs = [(before, after) for block in blocks for before, after in pairwise(block.segments) if _are_heads_of_columns(before, after)]
    if not pairs or any(before.first.strip() or before.lines for before, _ in pairs):
        return list(blocks)
    return [replace(block, segments=tuple(_side_by_side(block.segments))) for block in blocks]


def _are_heads_of_columns(before: Segment, after: Segment) -> bool:
    """Whether two segments are of different years or tell different things, both on a line of their own."""
    roles = ("status", "plan")
    return before.role in roles and after.role in roles and before.columns != after.columns and not after.first.strip()


def _side_by_side(segments: Sequence[Segment]) -> Iterator[Segment]:
    columns: tuple[YearColumn, ...] = ()
    for segment, after in zip(segments, [*segments[1:], None], strict=True):
        if after is not None and _are_heads_of_columns(segment, after):
            columns += segment.columns
            yield segment  # it holds nothing, but its line is read
        elif columns:
            yield replace(segment, role="columns", columns=columns + segment.columns)
            columns = ()
        else:
            yield segment


def _is_contact(blocks: Sequence[Block]) -> bool:
    """Whether the one block of a document is its last numbered paragraph above the 担当 that answers questions: no other label stands in it."""
    if len(blocks) != 1 or blocks[0].head.form in _CERTAIN_FORMS:
        return False
    return {segment.role for segment in blocks[0].segments} <= {"head", "department"}


def _labelled_heads(lines: Sequence[PrintedLine], labels: Labels) -> list[Head]:
    """The heads of the form that most department labels confirm."""
    departments = [i for i, line in enumerate(lines) if names_department(line.text, labels) or names_first_helper(lines, i, labels)]
    forms: dict[str, list[Head]] = {}
    for head in find_heads(lines, labels):
        forms.setdefault(head.form, []).append(head)
    best: list[Head] = []
    for heads in forms.values():
        ends = [head.index for head in heads[1:]] + [len(lines)]
        good = [head for head, end in zip(heads, ends, strict=True) if bisect_left(departments, head.index) < bisect_left(departments, end)]
        if (len(good), -_distance(good, departments)) > (len(best), -_distance(best, departments)):
            best = good
    return best


def _most_frequent(found: Iterable[Head]) -> list[Head]:
    """The heads of the most frequent form; one alone is no list of measures."""
    forms: dict[str, list[Head]] = {}
    for head in found:
        forms.setdefault(head.form, []).append(head)
    best = max(forms.values(), key=len, default=[])
    return best if len(best) >= _FEWEST_OWNED else []


def _distance(heads: Sequence[Head], departments: Sequence[int]) -> int:
    """Lines between heads and their department labels: of two forms that fit alike the closer one is the measures' (① below １)."""
    return sum(departments[bisect_left(departments, head.index)] - head.index for head in heads)


def _cut_at_chapter(lines: Sequence[PrintedLine], head: Head, end: int, labels: Labels) -> int:
    """A block also ends where a chapter or a higher level begins. Blocks that number their heads themselves refer to each other by 施策２."""
    for index in range(head.index + 1, end):
        text = lines[index].text
        level = level_heading(text, labels)
        if level is not None and (head.word == level[0] or (level[0] == "施策" and head.form in NUMBERED_FORMS)):
            level = None
        if _CHAPTER.match(text) or _stands_above(text, head) or (level and level[2] and not text.endswith("。") and len(text) <= 60):
            return index
    return end


def _stands_above(text: str, head: Head) -> bool:
    """Whether a short line with a mark heads more than a block whose own mark is lower: ■ 指標 behind ◇ 農業の担い手（農政課）."""
    own = head.form.removeprefix("owned marked ")
    is_ranked = own != head.form and own in HEADING_MARKS and text[0] in HEADING_MARKS
    return (
        is_ranked and HEADING_MARKS.index(text[0]) < HEADING_MARKS.index(own) and not text.endswith("。") and len(text) <= _LONGEST_HEADING
    )
