"""Blocks → measures: name, 担当, goal, description, activities and effects, and the levels above them."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.labels import Labels, label_key
from ingest.parsers.labelled import split_labels
from ingest.parsers.plan.block_reader import BlockReader
from ingest.parsers.plan.blocks import NUMBERED_FORMS, Block, find_blocks
from ingest.parsers.plan.groups import find_groups
from ingest.parsers.plan.hierarchy import ListedEntry, headings_above, read_listing
from ingest.parsers.plan.name_lists import with_listed_names
from ingest.parsers.plan.segments import Segment
from ingest.parsers.prose.footnotes import find_footnotes
from ingest.parsers.prose.running_heads import without_repeated_heads
from ingest.parsers.reports.column_contents import is_free_text
from ingest.parsers.reports.columns import ColumnWidths, measure_widths
from ingest.parsers.schedules.year_rows import SchedulePrint, measure_labels
from ingest.printed import PrintedLine
from ontology.model import Indicator, Measure, PlanElement, Source

_NEW_LEGEND = ("新規", "新たに", "新しく", "新た な")


@dataclass(frozen=True, slots=True)
class MeasureReading:
    """What the blocks and the structure listing of one document say, and the lines that were understood on the way."""

    measures: tuple[Measure, ...]
    elements: tuple[PlanElement, ...]
    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]
    spans: tuple[tuple[int, int, tuple[str, ...]], ...] = ()

    def measure_at(self, source: Source) -> tuple[str, ...] | None:
        """The path of the measure within whose block ``source`` stands."""
        return next((path for first, last, path in self.spans if first <= source.start_line and source.end_line <= last), None)


def read_measures(lines: Sequence[PrintedLine], labels: Labels) -> MeasureReading:
    """The measures of one document in order of print, with the elements above them."""
    lines = [piece for line in without_repeated_heads(lines, labels) for piece in split_labels(line, labels)]
    blocks = find_blocks(lines, labels)
    level = _measure_level(blocks)
    listed = read_listing(lines, level, labels)
    level = level or (listed[-1].level if listed else None)
    listed_measures = {entry.number: entry for entry in listed if entry.level == level}
    element_entries = [entry for entry in listed if entry.level != level]
    has_new_legend = _has_new_legend(lines, labels)
    widths = _column_widths(blocks)
    schedules = SchedulePrint(
        measure_labels(segment.lines for block in blocks for segment in block.segments if segment.role == "years"), find_footnotes(lines)
    )
    above = headings_above(lines, blocks, labels)
    index_of = {line.number: index for index, line in enumerate(lines)}
    starts = [index_of[block.head_line.number] for block in blocks]
    ends = [start + len(block.lines) for start, block in zip(starts, blocks, strict=True)]
    groups = find_groups(lines, starts, ends, labels)

    used: set[int] = set()
    elements = {element.path: element for element in (_listed_element(entry, labels, used) for entry in element_entries)}
    measures: list[Measure] = []
    parents: list[tuple[str, ...] | None] = []
    targets: list[tuple[Indicator, ...]] = []
    for position, block in enumerate(blocks):
        entry = listed_measures.get(block.head.number or "")
        reader = BlockReader(block, labels, widths, schedules, used)
        measure = reader.read(level or "")
        targets.append(tuple(reader.targets))
        parent = None
        if entry is not None and entry.parent is not None:
            parent = _path(entry.parent[0], entry.parent[1], labels)
        elif chain := _chain(block, groups[position], above.get(position)):
            parent = chain[-1].path
            for element in chain:
                elements.setdefault(element.path, element)
                used.add(element.source.start_line)
        if entry is not None:
            measure = _with_listing(measure, entry, has_new_legend, labels, used)
        measures.append(measure)
        parents.append(parent)
    if not blocks:
        for entry in listed_measures.values():
            measure = Measure(("measure", entry.number), entry.level, entry.number, entry.name, _listed_source(entry))
            measures.append(_with_listing(measure, entry, has_new_legend, labels, used))
            parents.append(_path(entry.parent[0], entry.parent[1], labels) if entry.parent else None)
    found = tuple(with_listed_names(qualify_paths(measures, parents), lines))
    indicators = tuple(replace(own, measure=measure.path) for measure, owned in zip(found, targets, strict=False) for own in owned)
    spans = tuple(  # up to the next line that is not its own: tables inside a block may have been taken out before
        (lines[start].number, lines[end].number - 1 if end < len(lines) else sys.maxsize, measure.path)
        for start, end, measure in zip(starts, ends, found, strict=False)
    )
    return MeasureReading(found, tuple(elements.values()), indicators, frozenset(used), spans)


def _column_widths(blocks: Sequence[Block]) -> dict[int, ColumnWidths | None]:
    """The widths of the columns of all tables that have as many, by their number."""
    tables: dict[int, list[Segment]] = {}
    for block in blocks:
        for segment in block.segments:
            if segment.lines and (segment.role == "columns" or is_free_text(segment)):
                tables.setdefault(len(segment.columns), []).append(segment)
    return {
        count: measure_widths([segment.lines for segment in own], [column.status for column in own[0].columns])
        for count, own in tables.items()
    }


def _chain(block: Block, group: tuple[PlanElement, ...], above: PlanElement | None) -> tuple[PlanElement, ...]:
    """The elements above a block. Where its head prints a level itself, only a heading with a level (or before ①) is above it."""
    if block.head.form not in NUMBERED_FORMS:
        return group
    if above is None:
        return ()
    same = group and (group[-1].source, group[-1].level_name) == (above.source, above.level_name)
    return group if same else (above,)


def _measure_level(blocks: Sequence[Block]) -> str | None:
    """The printed word of the measures' level: that of the heads, or where they have only ① that of a label (事業概要 → 事業)."""
    for block in blocks:
        if block.head.word:
            return block.head.word
    for block in blocks:
        for segment in block.segments:
            for ending in ("概要", "内容", "目的"):
                word = segment.word.removesuffix(ending)
                if segment.role in ("description", "goal") and word and word != segment.word:
                    return word
    return None


def qualify_paths(measures: Sequence[Measure], parents: Sequence[tuple[str, ...] | None]) -> Iterator[Measure]:
    """Paths from the printed numbers. Where a number repeats in the plan, the element above it qualifies it."""
    numbers = Counter(measure.number for measure in measures if measure.number is not None)
    repeated = any(count > 1 for count in numbers.values())
    seen: dict[tuple[str, ...], int] = {}
    for measure, parent in zip(measures, parents, strict=True):
        own = ("measure", measure.number or measure.name)
        path = (*parent, *own) if repeated and parent and measure.number else own
        seen[path] = seen.get(path, 0) + 1
        if seen[path] > 1:
            path = (*path, str(seen[path]))
        yield replace(measure, path=path, parent=parent)


def _with_listing(measure: Measure, entry: ListedEntry, has_new_legend: bool, labels: Labels, used: set[int]) -> Measure:
    """Marks (＊, ○新) stand in the structure listing; a name that is printed otherwise there is kept as a second name."""
    used.update(line.number for line in entry.lines)
    marks = tuple(dict.fromkeys([*measure.marks, *entry.marks]))
    is_new = any(mark in labels.words("mark", "is_new") for mark in marks) or (False if has_new_legend else None)
    other = () if label_key(entry.name) == label_key(measure.name) or not entry.name else (entry.name,)
    return replace(measure, marks=marks, is_new=is_new, alternative_names=other)


def _has_new_legend(lines: Sequence[PrintedLine], labels: Labels) -> bool:
    """Whether the document explains its mark for new measures: then a measure without the mark is not new."""
    marks = labels.words("mark", "is_new")
    return any(line.text.startswith(marks) and any(word in line.text for word in _NEW_LEGEND) and len(line.text) > 8 for line in lines)


def _listed_element(entry: ListedEntry, labels: Labels, used: set[int]) -> PlanElement:
    used.update(line.number for line in entry.lines)
    parent = _path(entry.parent[0], entry.parent[1], labels) if entry.parent else None
    return PlanElement(_path(entry.level, entry.number, labels), entry.level, entry.number, entry.name, _listed_source(entry), parent)


def _listed_source(entry: ListedEntry) -> Source:
    first, last = entry.lines[0], entry.lines[-1]
    return Source(first.number, last.number, first.page, f"{entry.level}{entry.number} {entry.name}")


def _path(level: str, number: str, labels: Labels) -> tuple[str, ...]:
    return (labels.levels.get(label_key(level), level), number)
