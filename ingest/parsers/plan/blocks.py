"""Blocks of one measure each: where they begin, and the labelled segments inside.

A measure is the level that names a 担当, so a head counts only where a department label follows before the next head. Which form of head
a document uses (取組１：…, № 1 施策名 …, ① …) is not known beforehand: every form is tried, and the one with most such pairs is taken.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from ingest.departments import is_department_list
from ingest.labels import Labels, label_key
from ingest.parsers.figures.figure_heads import read_figure_head
from ingest.parsers.labelled import (
    Label,
    YearColumn,
    find_label,
    find_label_inside,
    find_year_label,
    is_cut_out,
    is_item,
    read_year_columns,
)
from ingest.parsers.plan.block_figures import begins_figures, is_figure, is_named_change
from ingest.parsers.plan.dated_lines import read_year_head, read_year_rows
from ingest.parsers.plan.groups import headings_before, level_heading
from ingest.parsers.plan.heads import (
    FIELD,
    HEADING_MARKS,
    Head,
    find_heads,
    find_owned_heads,
    find_trailed_heads,
    names_department,
    names_first_helper,
)
from ingest.printed import PrintedLine
from ontology.model import ActivityStatus

_FEWEST_OWNED = 2
_LONGEST_HEADING = 40
NUMBERED_FORMS = ("numbered", "circled")
_CERTAIN_FORMS = ("numbered", "named")
_CHAPTER = re.compile(r"^(?:第\s*[\d一二三四五六七八九十]+\s*[章部節編]\b|資料編|参考資料|用語(?:集|解説)|附則|付録)")


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
        blocks.append(Block(head, own, tuple(_segments(own, head, labels))))
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


def _segments(lines: Sequence[PrintedLine], head: Head, labels: Labels) -> Iterator[Segment]:
    """Cut a block at its labels. The first segment has the role "head": the name with its wrapped lines."""
    name = head.name
    if label := find_label(name, labels, roles=("name",)):
        name = label.rest
    segment = Segment("head", head.word, lines[0], name)
    rest = lines[1:]
    if not name and rest and (label := find_label(rest[0].text, labels, roles=("name",))):
        name = label.rest
    if head.name_line is not None:
        rest = rest[rest.index(head.name_line) :]  # the number may stand on a line between its label and the name's
    if rest and (head.name_line is not None or (name and not head.name)):  # the number has a line of its own
        segment, rest = Segment("head", head.word, lines[0], lines=[replace(rest[0], text=name)] if name else []), rest[1:]
    if head.owner:
        yield segment
        yield Segment("department", "", lines[0], head.owner)
        segment = Segment("description", "", lines[0])
    elif head.form.startswith("trailed"):  # the heading is whole; what follows is no part of the name
        yield segment
        segment = Segment("description", "", lines[0])
    elif (inside := find_label_inside(name, labels, "department")) or (inside := _at_end(name, labels)):
        segment.first = inside[0]
        yield segment
        segment = Segment("department", inside[1].word, lines[0], inside[1].rest)
    for line in rest:
        following = _open_segment(line, segment, labels)
        if following is not None and _repeats(following, segment):
            yield following  # the head of the table on its next page: what stands below goes on in the columns above
            continue
        if following is None and segment.role == "head" and (_is_prose(line, segment) or _is_field(line, head)):
            yield segment
            segment = Segment("description", "", line, line.text)
        elif following is None:
            segment.lines.append(line)
        else:
            yield segment
            segment = following
    yield segment


def _is_prose(line: PrintedLine, head: Segment) -> bool:
    """Whether a line below a name is text about it rather than the rest of it: it closes a sentence, or the page leaves a blank line above it."""
    is_apart = line.gap > 0 and line.page is not None
    return bool(head.first.strip() or head.lines) and ("。" in line.text or is_apart)


def _is_field(line: PrintedLine, head: Head) -> bool:
    """Whether a line below a marked name is a field whose label is not known (施設の概要：…)."""
    return head.form.startswith("marked") and FIELD.match(line.text) is not None


def _repeats(following: Segment, current: Segment) -> bool:
    before = current.lines[-1] if current.lines else current.label_line
    same = following.role == current.role == "columns" and following.columns == current.columns
    return same and following.label_line.sheet > before.sheet


def _at_end(name: str, labels: Labels) -> tuple[str, Label] | None:
    """A name that is empty but for the label: the label word alone stood behind the number."""
    label = find_label(name, labels, roles=("department",))
    return ("", label) if label else None


def _is_text(line: PrintedLine, label: Label, current: Segment) -> bool:
    """Whether a word that could be a label is in the middle of what ``current`` holds."""
    if is_cut_out(line.text, label, current.lines[-1] if current.lines else None):
        return True
    return current.role in ("status", "plan", "effect") and is_item(line.text, label)


def _open_segment(line: PrintedLine, current: Segment, labels: Labels) -> Segment | None:
    """The segment that ``line`` opens, or None where it continues the current one."""
    if current.role == "figure" and is_figure(line.text, labels):
        return None
    if begins_figures(line, labels) and current.role not in ("columns", "years"):
        return None if current.role == "figure" else Segment("figure", current.word, line)
    if current.role == "goal" and is_named_change(line.text, labels):
        return Segment("figure", current.word, line)
    if read_figure_head([line], 0, labels) is not None:
        return Segment("table", current.word, line)
    if current.role == "year rows" and read_year_rows([line], current.columns):
        return None  # a row of the table, whatever its label is
    if rows := read_year_head(line):
        return Segment("year rows", current.word, line, "", rows)
    columns = read_year_columns(line.text, labels)
    label = find_label(line.text, labels, roles=("plan", "schedule"))
    if label and (years := read_year_columns(label.rest, labels)) and not any(column.status for column in years):
        return Segment("years", label.word, line, "", years)  # 事業計画 令和６年度 令和７年度
    if columns:
        return Segment("columns" if any(column.status for column in columns) else "years", current.word, line, "", columns)
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
    label = find_label(
        line.text, labels, roles=("department", "division", "partner", "goal", "description", "schedule", "effect", "rating", "other")
    )
    if label is not None and label.role == "effect" and _is_text(line, label, current):
        return None
    if label is not None and not (current.role == "department" and label_key(label.word) == label_key(current.word)):
        return Segment(label.role, label.word, line, label.rest)
    if current.role == "head" and (inside := find_label_inside(line.text, labels, "department")):
        current.lines.append(
            PrintedLine(line.number, inside[0], line.raw, line.page, line.sheet, line.indent, line.width, line.gap, line.ends_paragraph)
        )
        return Segment("department", inside[1].word, line, inside[1].rest)
    return None
