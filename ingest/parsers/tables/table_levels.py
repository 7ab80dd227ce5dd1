"""Levels above the measures of a ruled table: columns 章, 政策, 施策 before the names, and rows that print a heading."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.characters import join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.layout import Cell
from ingest.parsers.plan.groups import CIRCLED, ROMAN, plain_number
from ingest.parsers.tables.table_heads import Column
from ingest.parsers.tables.table_rows import TableRow
from ingest.printed import tells_nothing
from ontology.model import PlanElement, Source

_NUMBER = r"(?:第\s*)?(?P<number>\d{1,2}(?:\s*[-‐.－]\s*\d{1,2})*|[Ⅰ-Ⅻ]|[①-⑳])\s*(?:章|節|編)?"
_KEPT_HEADS = 1 << 8
_BRACKETS = re.compile(r"^[【■◆●◇□《<\[\s]+|[】》>\]\s]+$")


@dataclass(slots=True)
class Levels:
    """The elements found so far. An element is known by its level, number and name below its parent."""

    elements: list[PlanElement] = field(default_factory=list)
    _known: dict[tuple, PlanElement] = field(default_factory=dict)
    _paths: set[tuple[str, ...]] = field(default_factory=set)

    def parent_of(self, row: TableRow, labels: Labels) -> tuple[str, ...] | None:
        """The path of the element right above the row's measure, None where the table prints none. New elements are added."""
        parent: tuple[str, ...] | None = None
        for column, cell in row.cells:
            if column.role == "level" and not tells_nothing(label_key(cell.text)):
                parent = self._element(column, cell, row, parent, labels).path
        return parent

    def _element(self, column: Column, cell: Cell, row: TableRow, parent: tuple[str, ...] | None, labels: Labels) -> PlanElement:
        level, number, name = read_level(column, cell, labels)
        key = (parent, level, number, label_key(name))
        if key not in self._known:
            slug = labels.levels.get(level, level) or "section"
            tries: Sequence[tuple[str, ...]] = (
                (slug, number or name),
                (*(parent or ()), slug, number or name),
                (*(parent or ()), slug, *filter(None, (number, name))),
            )
            path = next((path for path in tries if path not in self._paths), (*tries[-1], str(len(self._paths))))
            source = Source(cell.first_line, cell.last_line, row.page, cell.text)
            self._paths.add(path)
            self._known[key] = PlanElement(path, level, number, name, source, parent)
            self.elements.append(self._known[key])
        return self._known[key]


def read_level(column: Column, cell: Cell, labels: Labels) -> tuple[str, str | None, str]:
    """(level as printed, number, name): 「第1章　安全なまち」 in the column 章, 「基本目標２ 健康」, 「1-2 くらしの安全」."""
    lines = [normalise(line) for line in cell.text.split("\n")]
    # The blank behind a number tells it from an amount: 目標１ 人を育む.
    text = _BRACKETS.sub("", (lines[0] if len(lines) == 1 else join_lines(lines)).strip())
    level = re.sub(r"名称?$", "", column.head.split("(")[0])
    match = _numbered_name(labels, level).match(text)
    if match is None:
        return level or "区分", None, join_lines([text])
    number = re.sub(r"\s+", "", match["number"])
    number = plain_number(number) if number in (*ROMAN, *CIRCLED) else number
    word = match["level"] or level or ("章" if "章" in text[: match.start("name")] else "区分")
    return word, number, join_lines([match["name"]]).strip("「」『』 　:：")


@lru_cache(_KEPT_HEADS)
def _numbered_name(labels: Labels, level: str) -> re.Pattern[str]:
    words = sorted({*labels.levels, *labels.words("tables", "level"), level} - {""}, key=lambda word: (-len(word), word))
    known = "|".join(map(re.escape, words))
    return re.compile(rf"(?:(?P<level>{known})\s*)?{_NUMBER}(?P<gap>[\s:：.．、)）　]+|(?=[^\d\s人年月日か件回%歳～〜]))(?P<name>\S.*)")
