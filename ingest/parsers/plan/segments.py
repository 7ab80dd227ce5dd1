"""The lines of a block, cut at its labels: each segment is what one label says, or a table that its head tells."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

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
from ingest.parsers.plan.heads import FIELD, Head
from ingest.printed import PrintedLine
from ontology.model import ActivityStatus


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


def cut_segments(lines: Sequence[PrintedLine], head: Head, labels: Labels) -> Iterator[Segment]:
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
