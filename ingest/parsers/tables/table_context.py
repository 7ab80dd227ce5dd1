"""What stands above a ruled table and holds for all of its rows: its caption, the headings of levels, the unit whose projects it lists."""

from __future__ import annotations

import re
from dataclasses import dataclass

from ingest.characters import normalise
from ingest.departments import ends_like_department
from ingest.labels import Labels, label_key
from ingest.layout import Cell, Line, SourceText, Table
from ingest.parsers.labelled import find_label
from ingest.parsers.plan.groups import level_heading, plain_number, read_heading
from ingest.parsers.tables.table_heads import Column
from ingest.parsers.tables.table_rows import Pair
from ingest.printed import PrintedLine, columns

_CAPTION_WITHIN = 3
_OWNER_WITHIN = 6
_TITLE_LINES = 3
_LONGEST_UNIT = 16
_SHEET = "■ "  # how the reader of workbooks writes a sheet's name
# Headings that tell what a table is.
_NO_MEASURE = re.compile(r"(?:指標|目標|一覧表?|体系図?|スケジュール|工程表|体制|状況|計画|名簿|窓口|問い?合わ?せ先?|について)$")
_FRAME = re.compile(r"^[#■◆●◇○□▼【《<〈\s]+|[】》>〉\s]+$")


@dataclass(frozen=True, slots=True)
class HeadedMeasure:
    """The measure that the heading right above a table names: its number, name and the sentences between as cells, and the word for its level."""

    cells: list[Pair]
    level: str
    line: int


class TableContext:
    """Follows the lines between the tables, in order. A heading holds until one of its level or of another sheet follows."""

    def __init__(self, source: SourceText, labels: Labels, first_line: int) -> None:
        self._source, self._labels = source, labels
        self._end = first_line - 1
        self._levels: list[tuple[str, Pair]] = []
        self._owner: Pair | None = None
        printed = [line.text.strip() for line in source.lines[first_line - 1 : first_line + 20] if line.text.strip()]
        self.title = normalise(" ".join(printed[:_TITLE_LINES]))
        self.caption = ""
        self.heading: HeadedMeasure | None = None

    def move_to(self, table: Table) -> None:
        """Take in what is printed between the table before and this one."""
        lines = [line for line in self._source.lines[self._end : table.first_line - 1] if line.text.strip()]
        for line in lines:
            self._take_heading(line)
        self._owner = self._find_owner(lines[-_OWNER_WITHIN:]) or (None if lines else self._owner)
        self.caption = self._find_caption(table)
        self.heading = self._find_heading(lines)
        self._end = max(self._end, table.last_line)

    def above(self, row: list[Pair], *, needs_owner: bool, heading: HeadedMeasure | None = None) -> list[Pair]:
        """The levels and the unit that hold for a row that prints none of its own; not the heading that names the measure."""
        own = {column.role for column, _ in row}
        levels = [] if "level" in own else [pair for _, pair in self._levels if not heading or pair[1].first_line != heading.line]
        return [*levels, *([self._owner] if needs_owner and self._owner else [])]

    def _take_heading(self, line: Line) -> None:
        text = normalise(line.text.strip())
        if text.startswith(_SHEET):
            self._levels.clear()
        if not (found := level_heading(text, self._labels)) or not found[2] or text.endswith("。"):
            return
        words = [word for word, _ in self._levels]
        if found[0] in words:
            del self._levels[words.index(found[0]) :]
        self._levels.append((found[0], (Column("level", found[0]), Cell(line.text.strip("# \t\u3000"), line.number, line.number))))

    def _find_owner(self, lines: list[Line]) -> Pair | None:
        """「担当課：企画課」, a sheet 企画課, or a heading that is nothing but a unit; the nearest counts."""
        for line in reversed(lines):
            text = normalise(line.text.strip())
            label = find_label(text, self._labels, roles=("department",))
            bare = label.rest if label else _FRAME.sub("", text)
            if bare and (label or len(bare) <= _LONGEST_UNIT) and ends_like_department(label_key(bare), self._labels):
                return Column("department", ""), Cell(bare, line.number, line.number)
        return None

    def _find_heading(self, lines: list[Line]) -> HeadedMeasure | None:
        """The last heading with a number, if only sentences stand between it and the table."""
        for index in range(len(lines) - 1, -1, -1):
            text = normalise(lines[index].text.strip())
            if found := self._read_heading(text, lines[index]):
                number, name, level = found
                if _NO_MEASURE.search(name):
                    return None
                line = lines[index].number
                told = [own for own in lines[index + 1 :] if not own.text.strip().isdecimal()]
                while told and not told[-1].text.rstrip().endswith("。"):
                    told.pop()  # a caption of the table
                cells = [(Column("number", ""), Cell(number, line, line)), (Column("measure_name", level), Cell(name, line, line))]
                if told:
                    told_text = "\n".join(own.text.strip() for own in told)
                    cells.append((Column("description", ""), Cell(told_text, told[0].number, told[-1].number)))
                return HeadedMeasure(cells, level, line)
        return None

    def _read_heading(self, text: str, line: Line) -> tuple[str, str, str] | None:
        """(number, name, word of the level) of a heading with a number."""
        words = "|".join(map(re.escape, self._labels.words("head", "measure")))
        match = re.match(rf"[【■◆●◇□\s]*({words})\s*(\d{{1,3}}(?:[-－‐.．]\d{{1,3}})*)\s*[】:：.．、]?\s*(\D.*)$", text)
        if text.endswith("。"):
            return None
        if match:
            return plain_number(match[2]), match[3].strip(), match[1]
        found = read_heading(PrintedLine(line.number, text, line.text, line.page, 0, 0, columns(text), 0, None), self._labels)
        return (found.number, found.name, found.word) if found and found.name else None

    def _find_caption(self, table: Table) -> str:
        """The printed line above the table, where it is on its page; it may say the year and the kind of its figures."""
        above = self._source.lines[max(0, table.first_line - 1 - _CAPTION_WITHIN) : table.first_line - 1]
        near = [line.text.strip() for line in above if line.page == table.page and line.text.strip()]
        return normalise(near[-1]) if near else ""
