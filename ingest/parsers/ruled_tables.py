"""Ruled tables whose rows are measures or indicators.

A head row tells the columns (番号, 事業名, 担当課, 内容, 基準値, 目標値 …). A row with a name and a department, description or number is a measure; its figure
columns are the observations of its indicator. A table without measures but with 指標 and a baseline or target gives indicators only. Columns whose
head says nothing known are left to the readers of prose.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from ingest.characters import join_lines, normalise
from ingest.departments import ends_like_department, split_cell
from ingest.labels import Labels, label_key
from ingest.layout import Cell, SourceText, Table
from ingest.quantity import parse_quantity
from ontology.fiscal_year import find_fiscal_years
from ontology.model import Department, Indicator, Measure, Observation, Quantity, Source, ValueRole

_FIGURE_ROLES = {"baseline": ValueRole.BASELINE, "actual": ValueRole.ACTUAL, "forecast": ValueRole.FORECAST, "target": ValueRole.TARGET}
_HEAD_WITHIN = 4
_NUMBER = re.compile(r"(?:№|No\.?)?[0-9A-Za-z①-⑳][0-9A-Za-z.\-・()]{0,9}", re.IGNORECASE)
_UNIT = re.compile(r"\((?:単位:?)?([^()\d]{1,6})\)")
_YEAR_WORDS = re.compile(r"(?:令和|平成|[RH](?=\d))(?:元|\d{1,2})(?:\(\d{4}\))?年?度?末?|20\d\d(?:\((?:令和|平成|[RH])\d{1,2}\))?年?度?末?")
_UPPER_UNIT = re.compile(r"(?:部|局|本部|支所|事務局)$")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds: ``role`` is a role of [tables], "indicator" or "figure"; ``head`` is its head as compared."""

    role: str
    head: str
    value_role: ValueRole | None = None
    fiscal_year: int | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class TableReading:
    """Measures and indicators of the ruled tables, and the lines that hold nothing but their cells."""

    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]


@dataclass(slots=True)
class _Row:
    """Cells by role; ``page`` is where the row begins."""

    cells: list[tuple[Column, Cell]]
    page: int | None
    more: list[Cell] = field(default_factory=list)

    def cell(self, role: str) -> Cell | None:
        return next((cell for column, cell in self.cells if column.role == role and cell.text.strip()), None)


def parse_tables(source: SourceText, labels: Labels, first_line: int = 1, last_line: int | None = None) -> Iterator[Measure | Indicator]:
    """Measures, then indicators, of the ruled tables on the given lines of a file."""
    reading = read_tables(source, labels, first_line, last_line)
    yield from reading.measures
    yield from reading.indicators


def read_tables(source: SourceText, labels: Labels, first_line: int = 1, last_line: int | None = None) -> TableReading:
    """All that the ruled tables on the given lines of a file say."""
    rows: list[tuple[_Row, str, str]] = []
    used: set[int] = set()
    columns: list[Column | None] = []
    for table in source.tables:
        if table.first_line < first_line or (last_line is not None and table.last_line > last_line):
            continue
        head = read_head(table, labels)
        if head is not None:
            columns, start = head
            used.update(
                line for row in table.rows[:start] for cell in row if cell.text for line in range(cell.first_line, cell.last_line + 1)
            )
        elif len(columns) == len(table.rows[0]):
            start = 0  # a table that goes on on the next page without its head
        else:
            columns = []
            continue
        caption = _caption(source, table)
        for cells in _fill_merged(table.rows[start:]):
            row = _Row([(column, cell) for column, cell in zip(columns, cells, strict=True) if column], table.page)
            _add_row(rows, row, caption, _level(columns))
    measures, indicators = _read_rows(rows, labels)
    for row, _, _ in rows:
        used.update(
            line
            for cell in [*(cell for _, cell in row.cells), *row.more]
            if cell.text
            for line in range(cell.first_line, cell.last_line + 1)
        )
    return TableReading(tuple(measures), tuple(indicators), frozenset(used))


def read_head(table: Table, labels: Labels) -> tuple[list[Column | None], int] | None:
    """The columns and the number of head rows; None where no row is a head of measures or indicators."""
    for index, row in enumerate(table.rows[:_HEAD_WITHIN]):
        count = 1 + _rows_below(table.rows, index)
        heads = [_join_head(table.rows[index : index + count], column) for column in range(len(row))]
        columns = [classify_head(head, labels) for head in heads]
        roles = Counter(column.role for column in columns if column)
        figures = [column for column in columns if column and column.value_role in (ValueRole.BASELINE, ValueRole.TARGET)]
        names_measures = roles["measure_name"] and (roles["department"] or roles["description"] or roles["number"] or roles["goal"])
        if names_measures or (roles["indicator"] and figures):
            return columns, index + count
    return None


def _rows_below(rows: Sequence[Sequence[Cell]], index: int) -> int:
    """How many rows below are part of the same head: those into which a head cell reaches down."""
    count = 0
    for row in rows[index + 1 : index + 3]:
        first = min(cell.first_line for cell in row if cell.text) if any(cell.text for cell in row) else 0
        if not any(not cell.text and cell.first_line < first for cell in row):
            break
        count += 1
    return count


def _join_head(rows: Sequence[Sequence[Cell]], column: int) -> str:
    """Head text of one column: its cells from top to bottom, a merged group head (財源内訳) before its parts."""
    texts: list[str] = []
    for row in rows:
        cell = row[column]
        if not cell.text:
            left = next((c for c in reversed(row[:column]) if c.text), None)
            cell = (
                left if left and left.first_line == cell.first_line and row is rows[0] and len(rows) > 1 and rows[1][column].text else cell
            )
        texts.append(label_key(cell.text))
    return "".join(texts)


def classify_head(head: str, labels: Labels) -> Column | None:
    """What a column is by its head, None where it is not known. The longest word that the head is, or ends with, decides."""
    if not head:
        return None
    unit = _UNIT.search(head)
    bare = _UNIT.sub("", head)
    years = set(find_fiscal_years(bare))
    year = years.pop() if len(years) == 1 else None
    word = re.sub(r"[()・:/]|現在|時点", "", _YEAR_WORDS.sub("", bare))
    word = re.sub(r"^(?:主な|具体的な|本)|の(?=内容|概要|名称|目的)", "", word) or word
    for name, value_role in _FIGURE_ROLES.items():
        if word in labels.words("figure", name):
            return Column("figure", bare, value_role, year, unit[1] if unit else None)
    if not word and year:
        return Column("year", bare, None, year, unit[1] if unit else None)
    indicator = [w for w in labels.words("figure", "indicator") if w != "年度"]
    if word in indicator or (word.endswith(("指標", "指標名")) and len(word) <= 12):
        return Column("indicator", bare)
    candidates = [
        (word == w, len(w), role)
        for role, words in labels.roles("tables").items()
        for w in words
        if (word == w or (len(w) >= 2 and word.endswith(w))) and not (year and role == "measure_name")
    ]
    if not candidates:
        return None
    return Column(max(candidates)[2], bare, None, year, unit[1] if unit else None)


def _level(columns: Sequence[Column | None]) -> str:
    """The printed word for the measures: 事業名 → 事業, 具体的な取組 → 取組."""
    head = next((column.head for column in columns if column and column.role == "measure_name"), "")
    word = re.sub(r"\(.*", "", head).removesuffix("名称").removesuffix("の名").removesuffix("名")
    return next((level for level in ("事務事業", "事業", "取組", "施策", "項目") if word.endswith(level)), word or "事業")


def _fill_merged(rows: Sequence[Sequence[Cell]]) -> Iterator[tuple[Cell, ...]]:
    """Rows in which a cell that reaches down from a row above is repeated. It is told by its lines: they stand above the row's own."""
    above: dict[int, Cell] = {}
    for row in rows:
        printed = [cell.first_line for cell in row if cell.text]
        first = min(printed, default=0)
        filled = []
        for column, cell in enumerate(row):
            merged = not cell.text and column in above and cell.first_line < first and cell.first_line == above[column].first_line
            if not merged:
                above[column] = cell
            filled.append(above[column])
        yield tuple(filled)


def _caption(source: SourceText, table: Table) -> str:
    """The printed line above a table, where it is on its page; it may say the year and the kind of its figures."""
    for line in reversed(source.lines[max(0, table.first_line - 4) : table.first_line - 1]):
        if line.page == table.page and line.text.strip():
            return normalise(line.text.strip())
    return ""


def _add_row(rows: list[tuple[_Row, str, str]], row: _Row, caption: str, level: str) -> None:
    """Rows without a name go on with the row before, which a page end cut; 計 and empty rows are none."""
    name = row.cell("measure_name") or row.cell("indicator")
    if name is None:
        texts = [cell for _, cell in row.cells if cell.text.strip()]
        if rows and len(texts) == 1 and not row.cell("number") and row.cells and row.page != rows[-1][0].page:
            rows[-1][0].more += texts
        return
    if re.fullmatch(r"(?:合|小|総)?計", label_key(name.text)):
        return
    if rows and not caption and rows[-1][2] == level:
        caption = rows[-1][1]
    rows.append((row, caption, level))


def _read_rows(rows: Sequence[tuple[_Row, str, str]], labels: Labels) -> tuple[list[Measure], list[Indicator]]:
    measures: list[Measure] = []
    figures: list[tuple[_Row, str, int | None]] = []
    for row, caption, level in rows:
        if row.cell("measure_name") and (row.cell("department") or row.cell("description") or row.cell("number") or row.cell("goal")):
            measure = _read_measure(row, level, labels)
            before = measures[-1] if measures else None
            if before is None or (before.name, before.number) != (measure.name, measure.number):
                measures.append(measure)
            figures.append((row, caption, len(measures) - 1))
        else:
            figures.append((row, caption, None))
    measures = _with_paths(measures)
    indicators: list[Indicator] = []
    for row, caption, index in figures:
        path = measures[index].path if index is not None else _referred_measure(row, labels)
        indicators += _read_figures(row, path, caption, labels)
    return measures, indicators


def _with_paths(measures: Sequence[Measure]) -> list[Measure]:
    """Paths from the printed numbers; where these repeat (each table counts anew), the name is added."""
    numbers = Counter(measure.number for measure in measures)
    paths = [
        ("measure", m.number) if m.number and numbers[m.number] == 1 else ("measure", *filter(None, (m.number, m.name))) for m in measures
    ]
    seen: Counter[tuple[str, ...]] = Counter()
    result = []
    for measure, path in zip(measures, paths, strict=True):
        seen[path] += 1
        result.append(replace(measure, path=path if seen[path] == 1 else (*path, str(seen[path]))))
    return result


def _read_measure(row: _Row, level: str, labels: Labels) -> Measure:
    name = row.cell("measure_name") or row.cells[0][1]
    number_cell, department, description, goal = (row.cell(role) for role in ("number", "department", "description", "goal"))
    number = label_key(number_cell.text) if number_cell else None
    number = re.sub(r"^(?:№|No\.?)", "", number, flags=re.IGNORECASE) if number and _NUMBER.fullmatch(number) else None
    title, own_number = _split_number(join_lines(map(normalise, name.text.split("\n"))), labels)
    texts = [join_lines(map(normalise, cell.text.split("\n"))) for cell in (description, *row.more) if cell]
    printed = [cell for _, cell in row.cells if cell.text.strip()]
    end = max(cell.last_line for cell in [*printed, *row.more])
    return Measure(
        path=("measure", title),
        level_name=level,
        number=number or own_number,
        name=title,
        source=Source(min(cell.first_line for cell in printed), end, row.page, title),
        departments=_read_departments(department, row.page, labels) if department else (),
        goal=join_lines(map(normalise, goal.text.split("\n"))) if goal else None,
        goal_source=_source(goal, row.page) if goal else None,
        description=join_lines(texts) or None,
        description_source=_source(description, row.page) if description else None,
    )


def _split_number(name: str, labels: Labels) -> tuple[str, str | None]:
    """「取組３ 手続のオンライン化」 and 「3 手続…」: the name and the number printed before it."""
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.match(rf"(?:(?:{words})\s*)?(\d{{1,3}}(?:[-.]\d{{1,3}})*)[\s:.、)]+(?=\D)|(?:{words})\s*(\d{{1,3}})(?=\D)", name)
    if not match or len(name) - match.end() < 2:
        return name, None
    return name[match.end() :].lstrip(" :"), match[1] or match[2]


def _read_departments(cell: Cell, page: int | None, labels: Labels) -> tuple[Department, ...]:
    """Each line of the cell is a department, unless it only goes on with the one above (保健福祉セン／ター, 総務部／総務課)."""
    lines: list[str] = []
    for text in (normalise(part).strip() for part in cell.text.split("\n")):
        above = lines[-1] if lines else ""
        last = re.split(r"[、,・]", above)[-1]
        complete = above and ends_like_department(last, labels) and ends_like_department(re.split(r"[、,・]", text)[0], labels)
        if above and (not complete or _UPPER_UNIT.search(last)) and not above.endswith(("、", ",")):
            lines[-1] = above + text
        else:
            lines.append(text)
    return split_cell("\n".join(lines), labels, _source(cell, page))


def _source(cell: Cell, page: int | None) -> Source:
    return Source(cell.first_line, cell.last_line, page, cell.text)


def _referred_measure(row: _Row, labels: Labels) -> tuple[str, ...] | None:
    """「取組３」 in the column before the indicator's name."""
    cell = row.cell("measure_name") or row.cell("number")
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.fullmatch(rf"(?:{words})?(\d{{1,3}})", label_key(cell.text)) if cell else None
    return ("measure", match[1]) if match else None


def _read_figures(row: _Row, measure: tuple[str, ...] | None, caption: str, labels: Labels) -> Iterator[Indicator]:
    """The indicator of a row with its observations, and its amounts of money where their year is printed."""
    name = row.cell("indicator")
    figures = [(column, cell) for column, cell in row.cells if column.role in ("figure", "year") and cell.text.strip()]
    if name and any(column.role == "figure" for column, _ in figures):
        observations = tuple(_observe(column, cell, row.page) for column, cell in figures)
        units = Counter(o.quantity.unit for o in observations if o.quantity.unit)
        unit = units.most_common(1)[0][0] if units else next((column.unit for column, _ in figures if column.unit), None)
        first, last = min(c.first_line for _, c in figures), max(c.last_line for _, c in figures)
        source = Source(min(first, name.first_line), max(last, name.last_line), row.page, normalise(name.text))
        yield Indicator(join_lines(map(normalise, name.text.split("\n"))), source, observations, unit, measure)
    for column, cell in row.cells:
        if column.role == "amount" and measure and (observation := _observe_amount(column, cell, row.page, caption)):
            yield Indicator(
                _UNIT.sub("", _YEAR_WORDS.sub("", column.head)),
                observation.source,
                (observation,),
                column.unit or observation.quantity.unit,
                measure,
            )


def _observe(column: Column, cell: Cell, page: int | None) -> Observation:
    text = join_lines(map(normalise, cell.text.split("\n")))
    # A year without a word beside columns of baseline and target is what was reached in it.
    return Observation(
        _with_unit(parse_quantity(text), column), column.value_role or ValueRole.ACTUAL, _source(cell, page), column.fiscal_year
    )


def _with_unit(quantity: Quantity, column: Column) -> Quantity:
    return replace(quantity, unit=column.unit) if quantity.value is not None and not quantity.unit and column.unit else quantity


def _observe_amount(column: Column, cell: Cell, page: int | None, caption: str) -> Observation | None:
    """A budget is a forecast, a settlement an actual, each of the one year that its head or the table's caption prints; else nothing is said."""
    quantity = parse_quantity(join_lines(map(normalise, cell.text.split("\n"))))
    said = column.head if column.fiscal_year else caption
    years = set(find_fiscal_years(said))
    if quantity.value is None or len(years) != 1 or not (kind := re.search(r"決算|予算", said)):
        return None
    role = ValueRole.ACTUAL if kind[0] == "決算" else ValueRole.FORECAST
    return Observation(_with_unit(quantity, column), role, _source(cell, page), years.pop(), said)
