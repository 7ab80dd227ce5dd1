"""The levels above the measures: the listing of a plan's structure (計画の体系), and headings between the blocks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.plan.blocks import Block
from ingest.parsers.plan.groups import level_heading, plain_number
from ingest.printed import PrintedLine
from ontology.model import PlanElement, Source

_NUMBERED_HEADING = re.compile(
    r"^(?:[(（]?(?P<number>\d{1,2})[)）]?)[.．、]?\s+?(?P<name>\S.{1,38})$|^[(（](?P<bracketed>\d{1,2})[)）]\s*(?P<bracketed_name>\S.{1,38})$"
)
_ENTRY_END = re.compile(r"[。]$")


@dataclass(frozen=True, slots=True)
class ListedEntry:
    """One entry of a structure listing: 指針１ 区民サービス…, 施策２：…, 取組３：…＊."""

    level: str
    number: str
    name: str
    marks: tuple[str, ...]
    lines: tuple[PrintedLine, ...]
    parent: tuple[str, str] | None


def read_listing(lines: Sequence[PrintedLine], measure_level: str | None, labels: Labels) -> list[ListedEntry]:
    """The entries of the first listing in which at least two levels nest; empty where the document prints none.

    An entry begins with a level word and its number; lines without one go on with its name. The order in which levels first appear is their
    nesting. ``measure_level`` is the word of the measures' level where it is known.
    """
    levels = sorted({*labels.levels, *(label_key(word) for word in labels.words("head", "measure"))}, key=len, reverse=True)
    entry = re.compile(
        rf"(?:^|(?<=[\s|]))(?P<level>{'|'.join(map(re.escape, levels))})\s*(?P<number>\d{{1,3}}|[Ⅰ-Ⅻ])\s*(?P<mark>[:：\s]|$|(?=\D))\s*"
    )
    best: list[ListedEntry] = []
    for run in _runs(lines, entry, labels):
        entries = _entries(run, entry, labels)
        used = list(dict.fromkeys(found.level for found in entries))
        enough = len(entries) >= 4 and len(used) >= 2 and len({(found.level, found.number) for found in entries}) > 0.9 * len(entries)
        if enough and (measure_level is None or measure_level in used) and len(entries) > len(best):
            best = entries
    return best


def _runs(lines: Sequence[PrintedLine], entry: re.Pattern[str], labels: Labels) -> list[list[PrintedLine]]:
    """Stretches of lines dense with entries: at most five lines without one in between, and no sentence."""
    runs: list[list[PrintedLine]] = []
    current: list[PrintedLine] = []
    since = 0
    for line in lines:
        if current and _is_table_head(line.text, labels):
            runs.append(current)
            current, since = [], 0
            continue
        hit = bool(entry.match(line.text)) or "\t" in line.raw
        if hit or (current and since < 5 and not line.text.endswith("。") and line.width < 60):
            since = 0 if hit else since + 1
            current.append(line)
        elif current:
            runs.append(current)
            current, since = [], 0
    return [*runs, current] if current else runs


def _is_table_head(text: str, labels: Labels) -> bool:
    """Whether a line heads an indicator table: the rows below repeat the numbers of measures."""
    key = label_key(text)
    return any(word in key for role in ("baseline", "target") for word in labels.words("figure", role) if len(word) > 2) or "指標" in key


def _entries(run: Sequence[PrintedLine], entry: re.Pattern[str], labels: Labels) -> list[ListedEntry]:
    pieces: list[tuple[str, str, list[str], list[PrintedLine]]] = []
    for line in run:
        matches = list(entry.finditer(line.text))
        before = line.text[: matches[0].start()] if matches else line.text
        if before.strip() and pieces:
            pieces[-1][2].append(before)
            pieces[-1][3].append(line)
        ends = [match.start() for match in matches[1:]] + [len(line.text)]
        for match, end in zip(matches, ends[: len(matches)], strict=True):
            name = line.text[match.end() : end]
            pieces.append((match["level"], match["number"], [name], [line]))
    order = list(dict.fromkeys(piece[0] for piece in pieces))
    current: dict[str, str] = {}
    entries: list[ListedEntry] = []
    for level, number, texts, own in pieces:
        name, marks = strip_marks(join_lines([text for text in texts if text.strip()]), labels)
        current[level] = number
        above = order[: order.index(level)]
        parent = next(((word, current[word]) for word in reversed(above) if word in current), None)
        entries.append(
            ListedEntry(level, plain_number(number), name, marks, tuple(own), (parent[0], plain_number(parent[1])) if parent else None)
        )
    return entries


def strip_marks(name: str, labels: Labels) -> tuple[str, tuple[str, ...]]:
    """A name without the marks glued to its end (＊, ○新), and those marks."""
    found: list[str] = []
    words = [*labels.words("mark", "is_new"), *labels.words("mark", "reference")]
    changed = True
    while changed:
        changed = False
        for word in words:
            if name.endswith(word) and len(name) > len(word):
                name, changed = name[: -len(word)].rstrip(), True
                found.append(word)
    return name.strip(" 　:："), tuple(reversed(found))


def headings_above(lines: Sequence[PrintedLine], blocks: Sequence[Block], labels: Labels) -> dict[int, PlanElement]:
    """For each block (by position) the heading of its group: a level heading before it, or the numbered heading after which ① starts again."""
    found: dict[int, PlanElement] = {}
    position = {line.number: index for index, line in enumerate(lines)}
    current: PlanElement | None = None
    before_end = 0
    last_number = None
    for number, block in enumerate(blocks):
        start = position[block.head_line.number]
        gap = lines[before_end:start] if number else lines[max(0, start - 30) : start]
        named = [(line, level) for line in gap if (level := level_heading(line.text, labels)) and level[2] and not line.text.endswith("。")]
        restarted = block.head.form == "circled" and (last_number is None or int(block.head.number or 0) <= last_number)
        if named:
            line, (word, printed_number, name) = named[-1]
            current = _element(word, printed_number, name, line, labels)
        elif restarted:
            tail = gap if number == 0 else _tail(blocks[number - 1], lines, position, start)
            heading = next(
                (line for line in reversed(tail) if _NUMBERED_HEADING.match(line.text) and not _ENTRY_END.search(line.text)), None
            )
            if heading is not None:
                match = _NUMBERED_HEADING.match(heading.text)
                name = (match["name"] or match["bracketed_name"]).strip()
                current = _element(_level_of(name, lines, labels), match["number"] or match["bracketed"], name, heading, labels)
        if current is not None:
            found[number] = current
        last_number = int(block.head.number) if block.head.number and block.head.number.isdigit() else None
        before_end = position[block.lines[-1].number] + 1
    return found


def _tail(block: Block, lines: Sequence[PrintedLine], position: dict[int, int], end: int) -> Sequence[PrintedLine]:
    """What stands behind the last label of a block: the heading of the next group is in there."""
    return lines[position[block.segments[-1].label_line.number] + 1 : end]


def _level_of(name: str, lines: Sequence[PrintedLine], labels: Labels) -> str:
    """The level word that heads the column in which ``name`` is listed (目標 | 基本的考え方); empty where none is printed."""
    for index, line in enumerate(lines):
        words = line.text.split()
        if len(words) >= 2 and words[0] in labels.levels:
            for cell in lines[index + 1 : index + 12]:
                if label_key(cell.text).startswith(label_key(name)):
                    return words[0]
    return ""


def _element(word: str, number: str, name: str, line: PrintedLine, labels: Labels) -> PlanElement:
    path = (labels.levels.get(word, word) or "section", number)
    return PlanElement(path, word, number, join_lines([name]).strip("「」"), Source(line.number, line.number, line.page, line.text))
