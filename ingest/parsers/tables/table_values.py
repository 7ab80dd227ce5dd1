"""Rows of ruled tables → measures, activities, indicators."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.characters import join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.layout import Cell
from ingest.parsers.figures.observations import NAME_MARK, common_unit, find_unit, observe, stacked_roles, with_unit
from ingest.parsers.former.rated_rows import spell_rating
from ingest.parsers.reports.activities import read_activities
from ingest.parsers.reports.bullets import read_bullets
from ingest.parsers.tables.table_heads import Column
from ingest.parsers.tables.table_owners import read_departments, read_partners
from ingest.parsers.tables.table_rows import TableRow
from ingest.printed import PrintedLine, columns, tells_nothing
from ingest.quantity import parse_quantity
from ontology.fiscal_year import find_fiscal_years
from ontology.model import (
    Activity,
    ActivityStatus,
    Assessment,
    Effect,
    Indicator,
    Measure,
    Observation,
    Source,
    ValueRole,
)

_NUMBER = re.compile(r"(?:№|No\.?)?[0-9A-Za-z①-⑳][0-9A-Za-z.\-・()]{0,9}", re.IGNORECASE)
_PLANNED_HEAD = re.compile(r"計画|予定|スケジュール|工程|行程")
_DONE_HEAD = re.compile(r"実績|状況|結果")
_HAS_WORD = re.compile(r"[^\W\d_a-zA-Zー]{2,}")  # no mark (○, →), no rating (A)


def cell_text(cell: Cell) -> str:
    return join_lines(normalise(line) for line in cell.text.split("\n"))


def read_measure(row: TableRow, labels: Labels) -> Measure:
    """The measure of a row; its path is made from its name until all numbers are known."""
    name = row.cell("measure_name") or row.cells[0][1]
    number_cell, description, goal = (row.cell(role) for role in ("number", "description", "goal"))
    department = row.cell("department") or row.cell("division")
    number = label_key(number_cell.text) if number_cell else None
    number = re.sub(r"^(?:№|No\.?)", "", number, flags=re.IGNORECASE) if number and _NUMBER.fullmatch(number) else None
    title, own_number = split_number(name, labels)
    title, mark = _cut_new_mark(title, labels)
    texts = [cell_text(cell) for cell in (description, *row.more) if cell]
    printed = [cell for column, cell in row.cells if cell.text.strip() and column.role not in ("level", "other")]
    results = list(_read_results(row, labels))
    owners = read_departments(department, row.page, labels) if department else ()
    return Measure(
        path=("measure", title),
        level_name=row.level,
        number=number or own_number,
        name=title,
        is_new=True if mark else None,
        marks=(mark,) if mark else (),
        source=Source(min(cell.first_line for cell in printed), max(cell.last_line for cell in [*printed, *row.more]), row.page, title),
        departments=owners,
        partners=read_partners(row, owners, labels),
        goal=cell_text(goal) if goal else None,
        goal_source=_source(goal, row.page) if goal else None,
        description=join_lines(texts) or None,
        description_source=_source(description, row.page) if description else None,
        activities=tuple(result for result in results if isinstance(result, Activity)),
        effects=tuple(result for result in results if isinstance(result, Effect)),
        assessments=tuple(
            Assessment(spell_rating(cell_text(cell)), _source(cell, row.page), column.fiscal_year)
            for column, cell in row.cells
            if column.role == "assessment" and not tells_nothing(cell.text)
        ),
    )


def _cut_new_mark(name: str, labels: Labels) -> tuple[str, str | None]:
    """「【新規】見守り」 and 「見守り（新規）」: the name and its mark; 新規就農者支援 bears none."""
    for word in labels.words("mark", "is_new"):
        bare = name.removeprefix(word).removesuffix(word).strip()
        if not word.isalpha() and bare != name and len(bare) > 1:
            return bare, word
    return name, None


def split_number(cell: Cell, labels: Labels) -> tuple[str, str | None]:
    """「取組３ 手続のオンライン化」 and 「3 手続…」: the name and the number printed before it. Joining would glue the number to the name."""
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    first, *rest = [normalise(line).strip() for line in cell.text.strip().split("\n")]
    match = re.match(
        rf"(?:(?:{words})\s*)?(\d{{1,3}}(?:[-.]\d{{1,3}})*)(?:[\s:、)]+|\.\s*)(?=\D|$)|(?:{words})\s*(\d{{1,3}})(?=\D|$)", first
    )
    name = join_lines([first[match.end() :].lstrip(" :"), *rest]) if match else ""
    if match is None or len(name) < 2:
        return cell_text(cell), None
    return name, match[1] or match[2]


def _read_results(row: TableRow, labels: Labels) -> Iterator[Activity | Effect]:
    """Bullets of the columns 取組状況 and 取組予定, of year columns in words, and of 実績 without an indicator; effects of 効果."""
    order = 1
    for column, cell in row.cells:
        if tells_nothing(cell.text):
            continue
        if column.role == "effect":
            yield Effect(order, cell_text(cell), _source(cell, row.page), column.fiscal_year)
            order += 1
            continue
        if is_activity(column, row, cell):
            status = _status_of(column, row)
            bullets = read_bullets(_printed_lines(cell, row.page), labels)
            results = list(read_activities(bullets, labels, fiscal_year=column.fiscal_year, status=status, first_order=order))
            order += len(results)
            yield from results


def is_activity(column: Column, row: TableRow, cell: Cell) -> bool:
    """Whether a cell of words below a year or 実績 tells what was done or will be."""
    if column.role in ("status", "plan"):
        return True
    if (
        (row.cell("indicator") and not _is_sentence(cell))
        or parse_quantity(cell_text(cell)).value is not None
        or not _HAS_WORD.search(label_key(cell.text))
    ):
        return False
    is_target = column.value_role is ValueRole.TARGET and _PLANNED_HEAD.search(column.head)
    return column.role == "year" or column.value_role is ValueRole.ACTUAL or bool(is_target)


def _is_sentence(cell: Cell) -> bool:
    """Whether a cell of words is no figure whatever its head says: ３校に置いた。"""
    return cell.text.rstrip().endswith("。")


def _status_of(column: Column, row: TableRow) -> ActivityStatus | None:
    """Done or planned, as the head or the table's caption says; None where they say neither."""
    if column.role in ("status", "plan"):
        return ActivityStatus.DONE if column.role == "status" else ActivityStatus.PLANNED
    for said in (column.head, row.caption):
        if _PLANNED_HEAD.search(said):
            return ActivityStatus.PLANNED
        if _DONE_HEAD.search(said) or column.value_role is ValueRole.ACTUAL:
            return ActivityStatus.DONE
    return None


def _printed_lines(cell: Cell, page: int | None) -> list[tuple[str, PrintedLine]]:
    lines = []
    for number, raw in enumerate(cell.text.split("\n"), cell.first_line):
        text = normalise(raw.strip())
        if text:
            lines.append((text, PrintedLine(number, text, raw, page, 0, 0, columns(text), 0, None)))
    return lines


def _source(cell: Cell, page: int | None) -> Source:
    return Source(cell.first_line, cell.last_line, page, cell.text)


def referred_measure(row: TableRow, labels: Labels) -> tuple[str, ...] | None:
    """「取組３」 in the column before the indicator's name."""
    cell = row.cell("measure_name") or row.cell("number")
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    match = re.fullmatch(rf"(?:{words})?(\d{{1,3}})", label_key(cell.text)) if cell else None
    return ("measure", match[1]) if match else None


def read_figures(row: TableRow, measure: tuple[str, ...] | None) -> Iterator[Indicator]:
    """The indicator of a row with its observations, and its amounts of money where their year is printed."""
    name = row.cell("indicator")
    printed = [(column, cell) for column, cell in row.cells if column.role in ("figure", "year") and cell.text.strip()]
    figures = [(column, cell) for column, cell in printed if row.cell("measure_name") is None or not _is_sentence(cell)]
    if own := measured_cells(row):
        name, figures = row.cell("measure_name"), own
    observations = tuple(o for column, cell in figures for o in _observe(column, cell, row)) if name and tells_roles(row) else ()
    if name and observations:
        unit = common_unit(observations) or _unit_of(row) or next((column.unit for column, _ in figures if column.unit), None)
        first, last = min(c.first_line for _, c in figures), max(c.last_line for _, c in figures)
        source = Source(min(first, name.first_line), max(last, name.last_line), row.page, normalise(name.text))
        yield Indicator(NAME_MARK.sub("", cell_text(name)).strip(), source, observations, unit, measure)
    for column, cell in row.cells:
        if column.role == "amount" and measure and (observation := observe_amount(column, cell, row)):
            yield Indicator(column.name, observation.source, (observation,), column.unit or observation.quantity.unit, measure)


def measured_cells(row: TableRow) -> list[tuple[Column, Cell]]:
    """The figures of a list that has no column of indicators: the measure's name is what they measure. Targets in words are none."""
    if row.cell("measure_name") is None or any(column.role == "indicator" for column, _ in row.cells):
        return []
    printed = [(column, cell) for column, cell in row.cells if column.role == "figure" and cell.text.strip()]
    figures = [(column, cell) for column, cell in printed if parse_quantity(cell_text(cell)).value is not None]
    is_measured = any(column.value_role in (ValueRole.BASELINE, ValueRole.TARGET) for column, _ in figures)
    return [own for own in printed if own in figures or tells_nothing(own[1].text)] if is_measured else []


def tells_roles(row: TableRow) -> bool:
    """Whether the head or the table's caption says what the figures of its rows are."""
    return any(column.role == "figure" for column, _ in row.cells) or len(stacked_roles(row.caption)) == 2


def _unit_of(row: TableRow) -> str | None:
    """The unit that a column 単位 prints for its row, or the caption for its table."""
    cell = row.cell("unit")
    unit = cell_text(cell) if cell else None
    if unit and len(unit) <= 8 and not re.search(r"\d", unit):
        return unit
    return find_unit(row.caption)


def _observe(column: Column, cell: Cell, row: TableRow) -> Iterator[Observation]:
    # A year without a word beside columns of baseline and target is what was reached in it.
    unit = column.unit or _unit_of(row)
    stacked = stacked_roles(row.caption) if column.role == "year" else ()
    if not stacked:
        yield observe(cell_text(cell), column.value_role or ValueRole.ACTUAL, column.fiscal_year, unit, _source(cell, row.page))
        return
    parts = [normalise(part).strip() for part in cell.text.split("\n")]
    if len(parts) != len(stacked) or not all(parts):
        return  # one figure of two: which one is not printed
    for number, (part, role) in enumerate(zip(parts, stacked, strict=True), cell.first_line):
        yield observe(part, role, column.fiscal_year, unit, Source(number, number, row.page, part))


def observe_amount(column: Column, cell: Cell, row: TableRow) -> Observation | None:
    """An amount whose kind its head, the table's caption or, where its head has the year, the document's title prints; else nothing is said.

    A settlement is an actual. A budget is a forecast: what the town expects to spend, neither reached nor aimed at; its name says 予算.
    """
    quantity = parse_quantity(cell_text(cell))
    said = column.head if column.fiscal_year or _money_role(column.head) else row.caption
    years = {column.fiscal_year} if column.fiscal_year else set(find_fiscal_years(row.caption))
    role = _money_role(column.head) or _money_role(row.caption) or (_role_by_title(row.context) if column.fiscal_year else None)
    if quantity.value is None or role is None:
        return None
    year = years.pop() if len(years) == 1 else _year_of_money(row.context, role)
    return Observation(with_unit(quantity, column.unit or _unit_of(row)), role, _source(cell, row.page), year, said)


def _money_role(text: str) -> ValueRole | None:
    """What an amount is by the words beside it; None where they do not say or say both."""
    if re.search(r"予算|見込", text):
        return None if re.search(r"決算(?!見込)|実績", text) else ValueRole.FORECAST
    return ValueRole.ACTUAL if re.search(r"決算|執行額|支出済", text) else None


def _year_of_money(title: str, role: ValueRole) -> int | None:
    """The year of the budget or settlement that the document's title names: 令和7年度当初予算. 主要施策の成果 is what the law has a town
    print beside its settlement (地方自治法233条5項).
    """
    word = "決算" if role is ValueRole.ACTUAL else "予算"
    years = {
        year
        for found in re.findall(rf"(?:令和|平成|[RH])?[\d元]{{1,4}}年度の?\s*[^\d\s]{{0,8}}(?:{word}|主要な?施策の成果)", title)
        for year in find_fiscal_years(found)
    }
    return years.pop() if len(years) == 1 else None


def _role_by_title(title: str) -> ValueRole | None:
    """The amounts of a year in a plan are what it will cost, those of a review what it has cost."""
    looks_back = re.search(r"評価|実績|決算|点検|報告", title)
    looks_ahead = re.search(r"計画|予算|プラン", title)
    if bool(looks_back) == bool(looks_ahead):
        return None
    return ValueRole.ACTUAL if looks_back else ValueRole.FORECAST


def with_paths(measures: Sequence[Measure]) -> list[Measure]:
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
