"""Lists whose columns, heads and order are drawn at random, written as workbook, CSV, HTML and Word."""

from __future__ import annotations

import csv
import html
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from docx import Document
from openpyxl import Workbook

from unseen.facts import Facts, key_of
from unseen.grid import block
from unseen.town import Project, make_projects

_TITLES = (
    "若葉野市総合計画 進捗状況一覧",
    "令和6年度 若葉野市事務事業一覧",
    "若葉野市実施計画 取組一覧表",
    "若葉野市DX推進計画の実施状況について",
)
SUFFIXES = (".xlsx", ".csv", ".html", ".docx")


@dataclass(slots=True)
class Column:
    """``heads`` from the group down; ``cell`` prints a project's cell; ``tell`` adds what it says; cells alike below each other may be merged.

    Columns of an indicator's figures give the ``figure``, its ``role`` and its ``year``.
    """

    heads: tuple[str, ...]
    cell: Callable[[Project], object]
    tell: Callable[[Facts, str, Project], None] = lambda facts, key, project: None
    is_merged: bool = False
    figure: Callable[[Project], int] | None = None
    role: str = ""
    year: int = 0


@dataclass(slots=True)
class _Draw:
    chance: random.Random
    has_number: bool

    def word(self, words: str) -> str:
        return self.chance.choice(words.split("|"))


def draw_list(path: Path, seed: int) -> Facts:
    """One list, with its facts."""
    chance = random.Random(seed)
    columns, has_number = draw_columns(chance)
    if path.suffix == ".csv":  # a single empty cell of a CSV may have been merged or not: nobody can tell
        columns = [column if column.tell is _tell_level else replace(column, is_merged=False) for column in columns]
    projects = make_projects(chance.randrange(6, 40), seed)
    if chance.random() < 0.5:
        projects.sort(key=lambda p: (p.section, p.policy, p.division, p.department, p.number))
    facts = Facts()
    for p in projects:
        key = key_of(p.number if has_number else "", p.name)
        facts.measures.add(key)
        for column in columns:
            column.tell(facts, key, p)
    title = chance.choice(_TITLES)
    _WRITERS[path.suffix](path, title, columns, projects)
    return facts


def draw_columns(chance: random.Random) -> tuple[list[Column], bool]:
    """The columns of a list, and whether one of them is a number."""
    draw = _Draw(chance, has_number=chance.random() < 0.7)
    owner = Column(
        (draw.word("担当課|所管課|主管課|担当部署|担当|所属|課名|担当課名"),), lambda p: p.department, _tell_owner, chance.random() < 0.3
    )
    division = Column((draw.word("担当部|所管部局|部名|部局"),), lambda p: p.division, is_merged=owner.is_merged)
    owners = [division, owner] if chance.random() < 0.4 else [owner]
    name = Column((draw.word("事業名|事務事業名|取組名|具体的な取組|取組項目|事業名称"),), lambda p: p.name)
    names = [Column((draw.word("№|番号|No.|事業番号|整理番号"),), lambda p: p.number), name] if draw.has_number else [name]
    levels = [
        Column((draw.word("基本目標|章|政策|分野"),), lambda p: p.section_name, is_merged=True),
        Column((draw.word("施策|施策名|基本施策|施策の柱"),), lambda p: p.policy_name, _tell_level, is_merged=True),
    ]
    left = [*(levels if chance.random() < 0.4 else []), *([*owners, *names] if chance.random() < 0.3 else [*names, *owners])]
    blocks = [_draw_texts(draw), _draw_figures(draw), _draw_money(draw), _draw_ratings(draw)]
    chance.shuffle(blocks)
    rest = [column for own in blocks for column in own]
    if chance.random() < 0.5:
        rest.append(Column((draw.word("備考|特記事項|課題|根拠法令"),), lambda p: p.issue, _tell_text("issue")))
    return [*left, *(rest or [Column(("事業概要",), lambda p: p.content, _tell_text("content"))])], draw.has_number


def _tell_owner(facts: Facts, key: str, p: Project) -> None:
    facts.departments.add((key, p.department))


def _tell_level(facts: Facts, key: str, p: Project) -> None:
    facts.levels.add((key, p.policy_name))


def _tell_text(name: str) -> Callable[[Facts, str, Project], None]:
    return lambda facts, key, p: facts.texts.add((key, getattr(p, name)))


def _draw_texts(draw: _Draw) -> list[Column]:
    found = []
    if draw.chance.random() < 0.5:
        found.append(Column((draw.word("事業概要|取組内容|事業の内容|内容|概要"),), lambda p: p.content, _tell_text("content")))
    if draw.chance.random() < 0.4:
        found.append(Column((draw.word("目的|事業目的|ねらい"),), lambda p: p.purpose, _tell_text("purpose")))
    if draw.chance.random() < 0.3:
        found.append(Column((draw.word("対象|対象者"),), lambda p: p.group, _tell_text("group")))
    return found


def _draw_figures(draw: _Draw) -> list[Column]:
    if draw.chance.random() < 0.2:
        return []
    group = draw.word("成果指標|指標|KPI|評価指標")
    years = sorted(draw.chance.sample(range(2022, 2027), draw.chance.randrange(1, 4)))
    years_text = draw.chance.choice(["令和{0}年度", "R{0}", "令和{0}年度（{1}年度）", "{1}年度"])
    printed = {year: years_text.format(year - 2018, year) for year in years}
    kinds = draw.chance.choice([("目標", "実績"), ("目標値", "実績値"), ("目標",), ("計画値", "実績値")])
    style = draw.chance.randrange(4)
    top = (group,) if style in (0, 3) else ()
    found = [Column((*top, "指標名" if top else draw.word("指標名|指標|成果指標")), lambda p: p.indicator)]
    if draw.chance.random() < 0.5:
        found.append(Column((*top, "単位"), lambda p: p.unit))
    pairs = [(year, kind) for year in years for kind in kinds] if style in (0, 1) else [(year, kind) for kind in kinds for year in years]
    for year, kind in pairs:
        if style in (0, 1):
            heads: tuple[str, ...] = (*top, printed[year], kind)
        elif style == 2:
            heads = (f"{printed[year]}{kind}",)
        else:
            heads = (*top, kind, printed[year])
        found.append(_figure_column(heads, year, kind))
    return found


def _figure_column(heads: tuple[str, ...], year: int, kind: str) -> Column:
    is_actual = kind.startswith("実績")

    def value(p: Project) -> int:
        return (p.actuals if is_actual else p.targets)[year]

    def tell(facts: Facts, key: str, p: Project) -> None:
        facts.figure(key, p.indicator, "Actual" if is_actual else "Target", year, value(p))

    return Column(heads, lambda p: f"{value(p):,}", tell, figure=value, role="Actual" if is_actual else "Target", year=year)


def _draw_money(draw: _Draw) -> list[Column]:
    if draw.chance.random() < 0.4:
        return []
    unit = draw.word("千円|円|百万円")
    if draw.chance.random() < 0.5:
        heads = [("事業費（" + unit + "）", "R5決算"), ("事業費（" + unit + "）", "R6予算")]
        names = ("事業費", "事業費")
    else:
        heads = [(f"令和5年度決算額（{unit}）",), (f"令和6年度予算額\n（{unit}）",)]
        names = ("決算額", "予算額")
    found = []
    for own, name, role, year in zip(heads, names, ("Actual", "Forecast"), (2023, 2024), strict=True):

        def tell(facts: Facts, key: str, p: Project, name: str = name, role: str = role, year: int = year) -> None:
            facts.figure(key, name, role, year, p.costs[year])

        found.append(Column(own, lambda p, year=year: f"{p.costs[year]:,}", tell))
    return found


def _draw_ratings(draw: _Draw) -> list[Column]:
    if draw.chance.random() < 0.4:
        return []

    def tell(facts: Facts, key: str, p: Project) -> None:
        facts.ratings.add((key, p.rating))

    found = [Column((draw.word("評価|総合評価|進捗状況|達成度|評価結果|内部評価"),), lambda p: p.rating, tell)]
    if draw.chance.random() < 0.5:
        found.append(Column((draw.word("今後の方向性|方向性|今後の展開"),), lambda p: p.direction, _tell_text("direction")))
    return found


def head_grid(columns: Sequence[Column]) -> list[list[tuple[str, int, int] | None]]:
    """Rows of (text, rows down, columns right); None where a cell covers the place."""
    depth = max(len(column.heads) for column in columns)
    grid: list[list[tuple[str, int, int] | None]] = [[None] * len(columns) for _ in range(depth)]
    for position, column in enumerate(columns):
        for level, text in enumerate(column.heads):
            before = columns[position - 1].heads if position else ()
            if level < len(column.heads) - 1 and before[: level + 1] == column.heads[: level + 1] and len(before) > level + 1:
                continue
            right = 1
            while (
                level < len(column.heads) - 1
                and position + right < len(columns)
                and columns[position + right].heads[: level + 1] == column.heads[: level + 1]
                and len(columns[position + right].heads) > level + 1
            ):
                right += 1
            grid[level][position] = (text, depth - level if level == len(column.heads) - 1 else 1, right)
    return grid


def _runs(column: Column, projects: Sequence[Project], outer: Sequence[Column]) -> list[tuple[int, int]]:
    """(row, rows) of cells that are merged, not beyond the cells of the merged columns before it."""
    found: list[tuple[int, int]] = []
    for row, p in enumerate(projects):
        values = [c.cell(p) for c in (*outer, column)]
        if column.is_merged and found and [c.cell(projects[row - 1]) for c in (*outer, column)] == values:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((row, 1))
    return found


def _all_runs(columns: Sequence[Column], projects: Sequence[Project]) -> list[list[tuple[int, int]]]:
    return [_runs(column, projects, [c for c in columns[:i] if c.is_merged]) for i, column in enumerate(columns)]


def _write_workbook(path: Path, title: str, columns: Sequence[Column], projects: Sequence[Project]) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "一覧"
    sheet.cell(1, 1, title)
    for level, row in enumerate(head_grid(columns)):
        for position, cell in enumerate(row):
            if cell:
                block(sheet, 3 + level, position + 2, cell[0], down=cell[1], right=cell[2])
    top = 3 + len(head_grid(columns))
    for position, runs in enumerate(_all_runs(columns, projects)):
        for row, size in runs:
            block(sheet, top + row, position + 2, columns[position].cell(projects[row]), down=size)
    sheet.cell(top + len(projects) + 1, 2, "※この一覧は予算書の順に並べています。")
    book.save(path)


def _write_csv(path: Path, title: str, columns: Sequence[Column], projects: Sequence[Project]) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([title])
    for row in head_grid(columns):
        writer.writerow([cell[0] if cell else "" for cell in row])
    body = [[""] * len(columns) for _ in projects]
    for position, runs in enumerate(_all_runs(columns, projects)):
        for row, _ in runs:
            body[row][position] = str(columns[position].cell(projects[row]))
    writer.writerows(body)
    path.write_bytes(text.getvalue().encode("cp932"))


def _write_html(path: Path, title: str, columns: Sequence[Column], projects: Sequence[Project]) -> None:
    rows = []
    for row in head_grid(columns):
        heads = [f'<th rowspan="{c[1]}" colspan="{c[2]}">{html.escape(c[0])}</th>' for c in row if c]
        rows.append(f"<tr>{''.join(heads)}</tr>")
    spans = [dict(runs) for runs in _all_runs(columns, projects)]
    for row, p in enumerate(projects):
        cells = [f'<td rowspan="{spans[i][row]}">{html.escape(str(c.cell(p)))}</td>' for i, c in enumerate(columns) if row in spans[i]]
        rows.append(f"<tr>{''.join(cells)}</tr>")
    path.write_text(
        f"<html><head><meta charset='utf-8'></head><body><h1>{title}</h1><table>{''.join(rows)}</table></body></html>", encoding="utf-8"
    )


def _write_word(path: Path, title: str, columns: Sequence[Column], projects: Sequence[Project]) -> None:
    document = Document()
    document.add_heading(title, 0)
    grid = head_grid(columns)
    table = document.add_table(len(grid) + len(projects), len(columns))
    cells = [list(row.cells) for row in table.rows]
    for level, row in enumerate(grid):
        for position, cell in enumerate(row):
            if cell:
                cells[level][position].merge(cells[level + cell[1] - 1][position + cell[2] - 1]).text = cell[0]
    for position, runs in enumerate(_all_runs(columns, projects)):
        for row, size in runs:
            first, last = cells[len(grid) + row][position], cells[len(grid) + row + size - 1][position]
            (first.merge(last) if size > 1 else first).text = str(columns[position].cell(projects[row]))
    document.save(path)


_WRITERS = {".xlsx": _write_workbook, ".csv": _write_csv, ".html": _write_html, ".docx": _write_word}
