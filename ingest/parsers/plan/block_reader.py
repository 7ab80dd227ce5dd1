"""One block → its measure: every segment between two labels is read as its label says."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from ingest.characters import join_lines
from ingest.departments import ends_like_department, read_department_lines, split_cell
from ingest.labels import Labels, label_key
from ingest.parsers.plan.aligned_years import read_aligned_cells
from ingest.parsers.plan.block_figures import BlockFigures, read_block_figures, read_nameless_row
from ingest.parsers.plan.blocks import Block
from ingest.parsers.plan.counted_rows import CountedRow, read_counted_rows
from ingest.parsers.plan.dated_lines import read_year_rows, split_at_years
from ingest.parsers.plan.hierarchy import strip_marks
from ingest.parsers.plan.segments import Segment
from ingest.parsers.prose.footnotes import strip_footnote_marks
from ingest.parsers.reports.activities import read_activities
from ingest.parsers.reports.bullets import read_bullets
from ingest.parsers.reports.column_contents import holds_figures, is_free_text
from ingest.parsers.reports.columns import ColumnWidths, split_columns
from ingest.parsers.reports.side_by_side import cut_side_by_side
from ingest.parsers.schedules.quantified import read_targets
from ingest.parsers.schedules.year_rows import SchedulePrint
from ingest.parsers.schedules.year_table import is_separated, read_year_cells
from ingest.printed import PrintedLine, tells_nothing
from ontology.model import Activity, ActivityStatus, Assessment, Department, Effect, Indicator, Measure, Source

_SCHEDULE_YEARS = 3
_LONGEST_RATING = 12
_ARROW = re.compile(r"[―—–─ー-]*[→⇒➡➔▶►>]+")


class BlockReader:
    """Reads one block. Lines that it understood are added to ``used``; ``targets`` are the indicators that it found on the way."""

    def __init__(
        self, block: Block, labels: Labels, widths: Mapping[int, ColumnWidths | None], schedules: SchedulePrint, used: set[int]
    ) -> None:
        self._block = block
        self._labels = labels
        self._widths = widths
        self._schedules = schedules
        self._used = used
        self._results: list[Activity | Effect] = []
        self.targets: list[Indicator] = []
        self._ratings: list[Assessment] = []

    def read(self, level: str) -> Measure:
        """The measure of the block; ``level`` is the plan's word for measures, where the head prints none (取組)."""
        head = self._block.segments[0]
        printed_name = strip_footnote_marks(join_lines([text for text, _ in head.printed()]), self._schedules.footnotes)
        name, marks = strip_marks(printed_name, self._labels)
        self._use(head)
        goal = description = None
        departments: dict[str, Department] = {}
        partners: list[Department] = []
        divisions: list[Department] = []
        for segment in self._block.segments[1:]:
            if segment.role == "department":
                for department in self._departments(segment):
                    departments.setdefault(department.name, department)
            elif segment.role in ("division", "partner"):
                (partners if segment.role == "partner" else divisions).extend(
                    d for d in self._departments(segment) if ends_like_department(d.name, self._labels) or d.collective
                )
            elif segment.role == "rating":
                self._rating(segment)
            elif segment.role == "figure":
                self._take(read_block_figures([segment.label_line, *segment.lines], self._labels))
            elif segment.role == "table":  # one with names is left to the readers of tables
                self._take(read_nameless_row(segment.label_line, segment.lines, name, self._labels))
            elif segment.role == "other":
                continue  # none of a measure's fields: left to the readers of prose
            elif segment.role == "year rows":
                self._year_rows(segment)
            elif segment.role == "goal":  # 目的, and further down 目標
                goal = _joined(goal, self._prose(segment))
            elif segment.role == "description":
                description = _joined(description, self._prose(segment))
            else:
                self._activities(segment)
        named = [line for _, line in head.printed()] or [head.label_line]
        source = Source(head.label_line.number, max(line.number for line in named), head.label_line.page, name)
        activities = tuple(value for value in self._results if isinstance(value, Activity))
        return Measure(
            path=("measure", self._block.head.number or name),
            level_name=self._block.head.word or level,
            number=self._block.head.number,
            name=name,
            source=source,
            departments=tuple(departments.values()) or tuple(divisions or partners),
            partners=tuple(p for p in partners if p.name not in departments) if departments or divisions else (),
            goal=goal[0] if goal else None,
            goal_source=goal[1] if goal else None,
            description=description[0] if description else None,
            description_source=description[1] if description else None,
            is_new=True if any(mark in self._labels.words("mark", "is_new") for mark in marks) else None,
            marks=marks,
            activities=activities,
            effects=tuple(value for value in self._results if isinstance(value, Effect)),
            assessments=tuple(self._ratings),
        )

    def _take(self, figures: BlockFigures) -> None:
        self.targets += figures.indicators
        self._used |= figures.used_lines

    def _rating(self, segment: Segment) -> None:
        """A rating is what stands behind its label, without the words in brackets that explain it."""
        text = re.sub(r"\s*[(（].*$", "", segment.first).strip()
        if text and len(text) <= _LONGEST_RATING:
            line = segment.label_line
            self._ratings.append(Assessment(text, Source(line.number, line.number, line.page, segment.first.strip())))
            self._used.add(line.number)

    def _departments(self, segment: Segment) -> tuple[Department, ...]:
        printed = segment.printed()
        cell, count = read_department_lines([text for text, _ in printed], self._labels)
        own = [line for _, line in printed[:count]]
        self._used.update(line.number for line in [segment.label_line, *own])
        if not own:
            return ()
        source = Source(own[0].number, own[-1].number, own[0].page, cell)
        return split_cell(strip_footnote_marks(cell, self._schedules.footnotes), self._labels, source)

    def _prose(self, segment: Segment) -> tuple[str, Source] | None:
        """Paragraphs under a label, one a line."""
        bullets = read_bullets(segment.printed(), self._labels)
        text = "\n".join(bullet.text.lstrip("・･ ") for bullet in bullets)
        self._use(segment)
        if not text.strip():
            return None
        printed = segment.printed()
        return text, Source(printed[0][1].number, printed[-1][1].number, printed[0][1].page, text)

    def _activities(self, segment: Segment) -> None:
        if segment.role == "columns" and holds_figures(segment.lines, len(segment.columns), self._labels):
            return  # rows of figures below 実績 and 計画 are left to the readers of tables
        counted = read_counted_rows(segment.lines, segment.columns, self._labels) if segment.role == "years" else ()
        if counted:
            self._counted(segment, counted)
        elif (segment.role == "columns" or is_free_text(segment)) and not is_separated(segment.lines, len(segment.columns)):
            self._columns(segment)
        elif segment.role in ("years", "columns"):
            self._year_cells(segment)
        elif segment.role == "effect":
            self._effects(segment)
        elif segment.role == "schedule" and all(self._is_label_word(text) for text, _ in segment.printed()):
            self._use(segment)
        elif segment.role in ("schedule", "status", "plan") and not any(c.fiscal_year for c in segment.columns) and self._dated(segment):
            return
        else:
            column = segment.columns[0] if segment.columns else None
            default = {"status": ActivityStatus.DONE, "plan": ActivityStatus.PLANNED}.get(segment.role)
            self._bullets(segment.printed(), column.fiscal_year if column else None, column.status if column else default)
            self._use(segment)

    def _effects(self, segment: Segment) -> None:
        """Results under a label of their own are of the year of what was done right above them."""
        above = self._results[-1] if self._results else None
        year = above.fiscal_year if isinstance(above, Activity) and above.status is ActivityStatus.DONE else None
        label = (f"{segment.word} {segment.first}".strip(), segment.label_line)
        self._bullets([label, *((line.text, line) for line in segment.lines)], year, ActivityStatus.DONE)
        self._use(segment)

    def _columns(self, segment: Segment) -> None:
        """Text in columns. What the print assigns to no one column has no year, unless they are of one year."""
        status = self._status_of_years(segment)
        columns = [replace(column, status=column.status or status) for column in segment.columns]
        if cut := cut_side_by_side(segment.label_line, segment.lines, len(columns)):
            for column, lines in zip(columns, cut, strict=True):
                self._bullets([(line.text, line) for line in lines], column.fiscal_year, column.status, full_width=None)
            self._use(segment)
            return
        widths = self._widths.get(len(columns))
        split = split_columns(segment.lines, widths, [column.status for column in columns])
        for at, (column, lines) in enumerate(zip(columns, split.columns, strict=True)):
            first = len(self._results)
            full = widths.wraps[at] if widths else None
            self._bullets([(line.text, line) for line in lines], column.fiscal_year, column.status, full_width=full)
            self._results[first:] = (_as_sure_as(value, segment, split.unsure) for value in self._results[first:])
        self._used.update(line.number for line in [segment.label_line, *(line for lines in split.columns for line in lines)])

    def _dated(self, segment: Segment) -> bool:
        """Read a segment whose lines name their years; False where they do not."""
        parts = split_at_years(segment.printed())
        if len(parts) == 1:
            return False
        status = segment.columns[0].status if segment.columns else ActivityStatus.PLANNED
        for year, line, printed in parts:
            self._bullets(printed, year, status)
            self._used.update([line.number] if line else [], (own.number for _, own in printed))
        self._used.add(segment.label_line.number)
        return True

    def _bullets(
        self,
        printed: Sequence[tuple[str, PrintedLine]],
        fiscal_year: int | None,
        status: ActivityStatus | None,
        *,
        full_width: int | None = None,
    ) -> None:
        bullets = read_bullets([own for own in printed if not tells_nothing(own[0])], self._labels, full_width=full_width)
        self._results += read_activities(bullets, self._labels, fiscal_year=fiscal_year, status=status, first_order=len(self._results) + 1)

    def _year_cells(self, segment: Segment) -> None:
        status = self._status_of_years(segment)
        cells = read_aligned_cells(segment.label_line, segment.lines, segment.columns)
        cells = cells or read_year_cells(segment.lines, segment.columns, self._labels, self._schedules)
        self.targets += read_targets(cells, self._labels)
        for cell in cells:
            if not cell.text or _ARROW.fullmatch(cell.text) or (cell.column is None and cell.text.isdecimal()):
                continue  # an arrow, the number of a page
            source = Source(cell.lines[0].number, cell.lines[-1].number, cell.lines[0].page, cell.text)
            column = cell.column
            self._results.append(
                Activity(
                    order=len(self._results) + 1,
                    text=cell.text,
                    source=source,
                    fiscal_year=column.fiscal_year if column else None,
                    status=(column.status if column else None) or status,
                    heading=cell.heading,
                )
            )
            self._used.update(line.number for line in (*cell.lines, *(cell.qualifier.lines if cell.qualifier else ())))
        self._used.add(segment.label_line.number)

    def _counted(self, segment: Segment, rows: Sequence[CountedRow]) -> None:
        """Rows with a cell for each year: what is planned, and the amounts of money below it."""
        status = self._status_of_years(segment)
        for row in rows:
            if row.amounts is not None:
                self.targets.append(row.amounts)
            for column, text in zip(segment.columns, row.cells, strict=False):
                order = len(self._results) + 1
                source = Source(row.line.number, row.line.number, row.line.page, text)
                self._results.append(Activity(order, text, source, column.fiscal_year, column.status or status))
        self._used.update([segment.label_line.number, *(row.line.number for row in rows)])

    def _year_rows(self, segment: Segment) -> None:
        self._used.add(segment.label_line.number)
        for line, label, cells in read_year_rows(segment.lines, segment.columns):
            self._used.add(line.number)
            for column, text in cells:
                source = Source(line.number, line.number, line.page, text)
                order = len(self._results) + 1
                self._results.append(Activity(order, text, source, column.fiscal_year, ActivityStatus.PLANNED, label or None))

    def _status_of_years(self, segment: Segment) -> ActivityStatus | None:
        """What the years of a table that prints no status tell of: the label above says so; a row of three years or more is a schedule."""
        word = label_key(segment.word)
        if word in (*self._labels.words("block", "status"), *self._labels.words("block", "effect")):
            return ActivityStatus.DONE
        is_schedule = (
            word in (*self._labels.words("block", "schedule"), *self._labels.words("block", "plan"))
            or len(segment.columns) >= _SCHEDULE_YEARS
        )
        return ActivityStatus.PLANNED if is_schedule else None

    def _is_label_word(self, text: str) -> bool:
        """Whether a line is the second half of a label that wraps: 「２か年 / 取組」."""
        key = label_key(text)
        return any(key in words for section in ("block", "head") for words in self._labels.roles(section).values())

    def _use(self, segment: Segment) -> None:
        self._used.add(segment.label_line.number)
        self._used.update(line.number for line in segment.lines)


def _as_sure_as(value: Activity | Effect, segment: Segment, unsure: Mapping[int, frozenset[int]]) -> Activity | Effect:
    """A value without the year and the status in which the columns it may stand in differ."""
    columns = [segment.columns[at] for at in sorted(unsure.get(value.source.start_line, ()))]
    if len({column.fiscal_year for column in columns}) > 1:
        value = replace(value, fiscal_year=None)
    if isinstance(value, Activity) and len({column.status for column in columns}) > 1:
        value = replace(value, status=None)
    return value


def _joined(first: tuple[str, Source] | None, second: tuple[str, Source] | None) -> tuple[str, Source] | None:
    """Two fields of prose as one: 現状・課題 and 取組内容 both describe a measure."""
    if first is None or second is None:
        return first or second
    text = f"{first[0]}\n{second[0]}"
    return text, Source(first[1].start_line, max(first[1].end_line, second[1].end_line), first[1].page, text)
