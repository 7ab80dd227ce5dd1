"""Tables of measures that a dump prints in reading order: a line of column heads, then the cells one behind the other.

A cell ends at a blank or a line end, so that only what is certain is cut: the number that counts the rows up, the name behind it, and the
departments, which are told by their form. A table is read only where most of its rows show such departments.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.characters import join_lines
from ingest.departments import is_department_list, split_cell
from ingest.labels import Labels, label_key
from ingest.parsers.plan.flat_tokens import (
    NAME_AND_OWNER,
    NUMBER,
    TOLD,
    Token,
    cut_rows,
    department_run,
    departments_from,
    read_rows,
)
from ingest.parsers.plan.groups import find_groups, read_heading
from ingest.parsers.plan.hierarchy import strip_marks
from ingest.parsers.plan.measures import qualify_paths
from ingest.parsers.tables.table_heads import Column, classify_head, level_word
from ingest.printed import PrintedLine
from ontology.model import Activity, ActivityStatus, Assessment, Measure, PlanElement, Source

_HEAD_LINES = 8
_FEWEST_HEADLESS = 3
_LONGEST_NAME = 60
_MOST_BESIDE = 2  # a rating and the column behind it


@dataclass(frozen=True, slots=True)
class _FlatTable:
    """A head and the lines below it. ``start`` and ``end`` are indices of lines; ``body`` is the first index below the head."""

    columns: tuple[Column, ...]
    start: int
    body: int
    end: int


@dataclass(frozen=True, slots=True)
class FlatReading:
    """The measures of the tables, the elements above them, and the lines that were understood."""

    measures: tuple[Measure, ...] = ()
    elements: tuple[PlanElement, ...] = ()
    used_lines: frozenset[int] = frozenset()


def read_flat_rows(lines: Sequence[PrintedLine], labels: Labels) -> FlatReading:
    """The measures of all flat tables of a document, in order of print."""
    tables = list(_find_tables(lines, labels)) or _headless(lines, labels)
    groups = find_groups(lines, [table.start for table in tables], [table.end for table in tables], labels)
    measures: list[Measure] = []
    elements: dict[tuple[str, ...], PlanElement] = {}
    used: set[int] = set()
    for table, group in zip(tables, groups, strict=True):
        rows = read_rows(lines[table.body : table.end], table.columns, labels)
        read = [(row, _read_row(row, table.columns, labels)) for row in rows]
        if sum(measure is not None and bool(measure.departments) for _, measure in read) <= len(rows) / 2:
            continue
        for row, measure in read:
            if measure is not None:
                parent = group[-1].path if group else None
                measures.append(replace(measure, parent=parent))
                used.update(range(row[0].line.number, row[-1].line.number + 1))
        for element in group:
            elements.setdefault(element.path, element)
            used.add(element.source.start_line)
        used.update(line.number for line in lines[table.start : table.body])
    qualified = qualify_paths(measures, [measure.parent for measure in measures])
    return FlatReading(tuple(qualified), tuple(elements.values()), frozenset(used))


def _find_tables(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[_FlatTable]:
    index = 0
    starts: list[tuple[int, int, tuple[Column, ...]]] = []
    while index < len(lines):
        head = _read_head(lines, index, labels)
        if head is None:
            index += 1
            continue
        columns, size = head
        starts.append((index, index + size, columns))
        index += size
    for position, (start, body, columns) in enumerate(starts):
        end = starts[position + 1][0] if position + 1 < len(starts) else len(lines)
        yield _FlatTable(columns, start, body, _end_of(lines, body, end, labels))


def _headless(lines: Sequence[PrintedLine], labels: Labels) -> list[_FlatTable]:
    """A list whose rows are counted and show departments right behind a name, though no head says so (1 防災訓練事業 防災課 …)."""
    columns = (Column("number", ""), Column("measure_name", ""), Column("department", ""), Column("description", ""))
    rows = list(cut_rows(lines, columns, labels))
    owned = [
        row for row in rows if len(row) > NAME_AND_OWNER and department_run(row, NAME_AND_OWNER, labels) and row[1].line is row[0].line
    ]
    if len(owned) < _FEWEST_HEADLESS or len(owned) < 0.9 * len(rows):
        return []
    first, last = (next(i for i, line in enumerate(lines) if line is row[end].line) for row, end in ((rows[0], 0), (rows[-1], -1)))
    return [_FlatTable(columns, first, first, last + 1)]


def _read_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> tuple[tuple[Column, ...], int] | None:
    """The columns of a head that begins at ``index``, on one line or on several: names and departments among them, and nothing unknown."""
    columns: list[Column] = []
    best: tuple[tuple[Column, ...], int] | None = None
    for size, line in enumerate(lines[index : index + _HEAD_LINES], 1):
        found = [classify_head(label_key(word), labels) for word in line.text.split()]
        if not found or any(column is None for column in found):
            break
        columns += [column for column in found if column]
        roles = [column.role for column in columns]
        if (
            roles.count("measure_name") == 1
            and roles.count("department") == 1
            and len(roles) == len(set(roles) - {"year"}) + roles.count("year")
        ):
            best = tuple(columns), size
    return best


def _end_of(lines: Sequence[PrintedLine], start: int, end: int, labels: Labels) -> int:
    """Where a table ends: at a heading that names its level, or at a sentence that stands behind the last row."""
    for index in range(start, end):
        heading = read_heading(lines[index], labels)
        if heading is not None and heading.word:
            return index
    return end


def _read_row(row: Sequence[Token], columns: Sequence[Column], labels: Labels) -> Measure | None:
    number = None
    cells = list(row)
    own = list(columns)
    if own[0].role == "number":
        match = NUMBER.match(cells[0].text)
        number, cells, own = match[1] if match else None, cells[1:], own[1:]
    place = next(index for index, column in enumerate(own) if column.role == "department")
    if place == len(own) - 1:
        start = departments_from(cells, place, labels)
        end = len(cells)
    else:
        start = next((index for index in range(place, len(cells)) if department_run(cells, index, labels)), None)
        end = start + department_run(cells, start, labels) if start is not None else 0
    if start is None:
        start = end = len(cells)
    fields = {**_spread(own[:place], cells[:start]), **_spread_told(own[place + 1 :], cells[end:], labels)}
    name = fields.get("measure_name")
    if not name or len(join_lines([token.text for token in name])) > _LONGEST_NAME:
        return None
    return _measure(number, fields, cells[start:end], own, labels)


def _spread(columns: Sequence[Column], tokens: Sequence[Token]) -> dict[str, list[Token]]:
    """Tokens to columns: one each where their numbers agree; else the first columns take one each and the last takes the rest."""
    if not columns:
        return {}
    fields = {_key(column, index): [token] for index, (column, token) in enumerate(zip(columns, tokens, strict=False))}
    if len(tokens) > len(columns):
        fields[_key(columns[-1], len(columns) - 1)] = list(tokens[len(columns) - 1 :])
    return fields


def _spread_told(columns: Sequence[Column], tokens: Sequence[Token], labels: Labels) -> dict[str, list[Token]]:
    """As ``_spread``, for columns that tell what was done and is planned: the cell of a rating between them parts their texts.

    Where several tokens could be the rating, or nothing parts two texts over lines, it is not printed which is which: they are a description.
    """
    if not any(column.role in TOLD for column in columns) or len(tokens) <= 1:
        return _spread(columns, tokens)
    place = next((index for index, column in enumerate(columns) if column.role == "assessment"), None)
    words = {*labels.words("assessment", "rating"), *labels.words("assessment", "cell")}
    ratings = [index for index, token in enumerate(tokens) if token.text in words]
    if place is not None and len(ratings) == 1 and place <= 1 and len(columns) - place <= _MOST_BESIDE:
        cut = ratings[0]
        parts = (_spread(columns[:place], tokens[:cut]), {"assessment": [tokens[cut]]}, _spread(columns[place + 1 :], tokens[cut + 1 :]))
        return {key: value for part in parts for key, value in part.items()}
    is_clear = len(columns) == 1 or (len(tokens) == len(columns) and place is None)
    return _spread(columns, tokens) if is_clear else {"description": list(tokens)}


def _key(column: Column, index: int) -> str:
    return f"year {column.fiscal_year}" if column.role == "year" else column.role


def _measure(
    number: str | None, fields: dict[str, list[Token]], departments: Sequence[Token], columns: Sequence[Column], labels: Labels
) -> Measure:
    name, marks = strip_marks(join_lines([token.text for token in fields["measure_name"]]), labels)
    texts = {role: _text_of(tokens) for role, tokens in fields.items()}
    description = texts.get("description")
    goal = texts.get("goal")
    owners: list[str] = []
    open_texts: list[str] = []
    for token in departments:
        open_texts.append(token.text)
        if is_department_list(join_lines(open_texts), labels):
            owners.append(join_lines(open_texts))
            open_texts = []
    source = _text_of(fields["measure_name"])[1]
    told = {column.role: (column.fiscal_year, TOLD[column.role]) for column in columns if column.role in TOLD}
    told |= {key: (int(key.removeprefix("year ")), ActivityStatus.PLANNED) for key in texts if key.startswith("year ")}
    activities = [
        Activity(order, text, own, *told[key])
        for order, (key, (text, own)) in enumerate(((key, value) for key, value in texts.items() if key in told), 1)
    ]
    rating = texts.get("assessment")
    return Measure(
        path=("measure", number or name),
        level_name=level_word(columns),
        number=number,
        name=name,
        source=source,
        departments=split_cell("、".join(owners), labels, _text_of(departments)[1]) if departments else (),
        goal=goal[0] if goal else None,
        goal_source=goal[1] if goal else None,
        description=description[0] if description else None,
        description_source=description[1] if description else None,
        marks=marks,
        is_new=True if any(mark in labels.words("mark", "is_new") for mark in marks) else None,
        activities=tuple(activities),
        assessments=(Assessment(*rating),) if rating else (),
    )


def _text_of(tokens: Sequence[Token]) -> tuple[str, Source]:
    text = join_lines([token.text for token in tokens])
    first, last = tokens[0].line, tokens[-1].last or tokens[-1].line
    return text, Source(first.number, last.number, first.page, text)
