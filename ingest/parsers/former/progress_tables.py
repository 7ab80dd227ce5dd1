"""Tables without rules that look back on a plan: 事業名 | 成果目標 | 実施状況 | 達成状況, as a dump of text prints them.

Empty lines separate the cells, and a rating ends each row. A row that does not give every cell of its head is left alone. Where rows begin with
running numbers and narrow cells cut the ratings, see ``rated_rows``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.characters import join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.parsers.former.rated_heads import FORMER_PLAN
from ingest.parsers.former.rated_rows import ProgressTable, read_rated_rows, spell_rating
from ingest.parsers.former.successors import resolve_successors
from ingest.parsers.reports.activities import read_activities
from ingest.parsers.reports.bullets import Bullet, read_bullets
from ingest.parsers.tables.table_heads import classify_head, level_word
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years
from ontology.model import Activity, ActivityStatus, Assessment, FormerPlan, Measure, Plan, PlanElement, Source

_PERIOD = r"\((?P<period>[^()]{4,40}?から[^()]{2,30}?まで)\)"
_LEGEND_ENTRY = re.compile(r"^(?P<word>[^\s:：。、]{1,8})[:：]\S")
_MARK = re.compile(r"(?<=\s)[・･](?=\S)")
_LEAD_LINES = 4
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class ProgressReading:
    """The measures of the plan itself, those of former plans, and the lines that hold nothing but their cells."""

    measures: tuple[Measure, ...]
    former_plans: tuple[FormerPlan, ...]
    used_lines: frozenset[int]


def read_progress_tables(
    lines: Sequence[PrintedLine], plan: Plan, labels: Labels, measures: Sequence[Measure] = (), elements: Sequence[PlanElement] = ()
) -> ProgressReading:
    """Every progress table of a document. Which plan it looks back on stands in its head or in the sentence above it.

    ``measures`` and ``elements`` are those of the plan itself, among which the successors of former measures are looked up.
    """
    own: list[Measure] = []
    former: dict[str, list[ProgressTable]] = {}
    used: set[int] = set()
    for table in (*_separated_tables(lines, labels), *read_rated_rows(lines, labels)):
        if table.former:
            # What a document tells of a former plan stays prose as well: there it is found by search, apart from the measures in force.
            former.setdefault(table.former, []).append(table)
        else:
            own += table.measures
            used |= table.used
    text = label_key("".join(line.text for line in lines)) if former else ""
    plans = (
        FormerPlan(
            _former_plan(title, text, max(filter(None, (table.until for table in tables)), default=None), plan),
            tuple(resolve_successors(measure, measures, elements) for measure in _once(tables)),
            tuple(indicator for table in tables for indicator in table.indicators),
        )
        for title, tables in former.items()
    )
    return ProgressReading(tuple(own), tuple(plans), frozenset(used))


def _once(tables: Sequence[ProgressTable]) -> tuple[Measure, ...]:
    return tuple({measure.path: measure for table in reversed(tables) for measure in reversed(table.measures)}.values())[::-1]


def _former_plan(title: str, text: str, until: int | None, plan: Plan) -> Plan:
    """The plan of that title, with its period where the text prints it behind the title."""
    match = re.search(re.escape(title) + _PERIOD, text)
    years = find_fiscal_years(match["period"]) if match else []
    first, last = (years[0], years[-1]) if len(years) == 2 and years[0] <= years[1] else (None, None)
    slug = title.replace(plan.municipality.name, "")
    until = last or until
    return Plan(plan.municipality, title, f"{slug}-{until}" if until else slug, first, last)


def _separated_tables(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[ProgressTable]:
    for index in range(len(lines)):
        head = _read_head(lines, index, labels)
        if head is None:
            continue
        roles, level, start = head
        end, ratings, legend = _read_legend(lines, start, labels)
        measures: list[Measure] = []
        used = {line.number for line in (*lines[index:start], *legend)}
        for printed, rating in _rows(lines[start:end], ratings):
            cells = _part_name(printed) if len(printed) == len(roles) - 2 else printed
            if len(cells) == len(roles) - 1:
                measures.append(_measure(cells, rating, roles, level, labels))
                used.update(line.number for _, line in (*(part for cell in cells for part in cell), *rating))
        if measures:
            lead = join_lines([line.text for line in lines[max(0, index - _LEAD_LINES) : index]])
            former = FORMER_PLAN.search(label_key(lead))
            yield ProgressTable(former[0] if former else None, tuple(measures), frozenset(used))


def _read_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> tuple[list[str], str, int] | None:
    """(roles of the columns, level word, index behind the head): a name first, a rating last, which may wrap."""
    words = label_words = lines[index].text.split()
    if not 3 <= len(words) <= 6 or label_key(words[0]) not in labels.words("tables", "measure_name"):
        return None
    start = index + 1
    if start < len(lines) and lines[start].gap == 0 and len(lines[start].text.split()) == 1:
        label_words, start = [*words[:-1], words[-1] + lines[start].text], start + 1
    if label_key(label_words[-1]) not in labels.words("tables", "assessment"):
        return None
    columns = [classify_head(label_key(word), labels) for word in label_words]
    goals = (*labels.words("block", "goal"), *labels.words("tables", "goal"))
    roles = [
        "goal" if label_key(word).endswith(goals) else column.role if column else ""
        for word, column in zip(label_words, columns, strict=True)
    ]
    return (roles, level_word(columns), start) if all(roles) else None


def _read_legend(lines: Sequence[PrintedLine], start: int, labels: Labels) -> tuple[int, frozenset[str], Sequence[PrintedLine]]:
    """(index behind the table, the ratings, the lines of the legend). Without a legend the table ends with its last listed rating."""
    listed = frozenset(labels.words("assessment", "rating"))
    stop = min(len(lines), start + _MOST_LINES)
    for index in range(start, stop):
        if label_key(lines[index].text).lstrip("※*") not in labels.words("tables", "assessment"):
            continue
        entries = [index + 1]
        while entries[-1] < stop and _LEGEND_ENTRY.match(lines[entries[-1]].text):
            entries.append(entries[-1] + 1)
        words = {label_key(_LEGEND_ENTRY.match(lines[entry].text)["word"]) for entry in entries[:-1]}  # type: ignore[index]
        if len(words) >= 2:
            return index, frozenset(words), lines[index : entries[-1]]
    rated = [i for i in range(start, stop) if label_key(lines[i].text.split()[-1]) in listed]
    return (rated[-1] + 1 if rated else start), listed, ()


_Cell = list[tuple[str, PrintedLine]]


def _rows(lines: Sequence[PrintedLine], ratings: frozenset[str]) -> Iterator[tuple[list[_Cell], _Cell]]:
    """(the cells before the rating, the rating) of each row: an empty line ends a cell, a rating at the end of a line ends the row."""
    cells: list[_Cell] = []
    for position, line in enumerate(lines):
        if line.gap or not position or not cells:
            cells.append([])
        before, _, last = f" {line.text}".rpartition(" ")
        closes = position + 1 == len(lines) or lines[position + 1].gap > 0
        if closes and label_key(last) in ratings:
            if before.strip():
                cells[-1].append((before.strip(), line))
            yield [cell for cell in cells if cell], [(last, line)]
            cells = []
        else:
            cells[-1].append((line.text, line))


def _part_name(cells: list[_Cell]) -> list[_Cell]:
    """The name and the first bullet may share a line (納付方法 ・クレジットカード…): then the first cell is two."""
    for index, (text, line) in enumerate(cells[0] if cells else ()):
        mark = _MARK.search(text)
        if mark:
            name, rest = text[: mark.start()].strip(), text[mark.start() :]
            return [[*cells[0][:index], (name, line)], [(rest, line), *cells[0][index + 1 :]], *cells[1:]]
    return cells


def _measure(cells: Sequence[_Cell], rating: _Cell, roles: Sequence[str], level: str, labels: Labels) -> Measure:
    by_role = dict(zip(roles, cells, strict=False))
    name = _join(cells[0])
    prose = {role: "\n".join(bullet.text.lstrip("・･ ") for bullet in _bullets(cell, labels)) for role, cell in by_role.items()}
    done = _bullets(by_role.get("status", []), labels)
    activities = read_activities(done, labels, fiscal_year=None, status=ActivityStatus.DONE)
    return Measure(
        path=("measure", name),
        level_name=level,
        number=None,
        name=name,
        source=_spanning(cells[0], name),
        goal=prose.get("goal"),
        goal_source=_spanning(by_role["goal"], prose["goal"]) if "goal" in by_role else None,
        description=prose.get("description"),
        description_source=_spanning(by_role["description"], prose["description"]) if "description" in by_role else None,
        activities=tuple(activity for activity in activities if isinstance(activity, Activity)),
        assessments=(Assessment(spell_rating(rating[0][0]), _spanning(rating, rating[0][0])),),
    )


def _bullets(cell: _Cell, labels: Labels) -> list[Bullet]:
    bullets = read_bullets(cell, labels)
    for bullet in bullets:
        bullet.texts = [_join(list(zip(bullet.texts, bullet.lines, strict=True)))]
    return bullets


def _join(cell: _Cell) -> str:
    """Narrow cells cut within numbers and Latin words; where these are printed full-width (２／３区), the print tells that no blank belongs there."""
    return normalise(join_lines([line.raw if text == line.text else text for text, line in cell]))


def _spanning(cell: _Cell, text: str) -> Source:
    numbers = [line.number for _, line in cell]
    return Source(min(numbers), max(numbers), cell[0][1].page, text)
