"""Forms of one project each whose labels, order and inner tables are drawn at random, written as workbook, HTML and Word."""

from __future__ import annotations

import html
import random
from collections.abc import Sequence
from pathlib import Path

from docx import Document
from openpyxl import Workbook

from unseen.facts import Facts, key_of
from unseen.grid import block
from unseen.town import Project, make_projects

SUFFIXES = (".xlsx", ".xlsx", ".html", ".docx")
_WIDTH = 12

# (text, first column, columns right, rows down); None stands for a blank row of the sheet.
Row = list[tuple[object, int, int, int]] | None


class _Form:
    """The layout that all forms of one document share."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        word = self.word
        self.frame = word("{}|【{}】|{}|■{}|{}")
        self.name = word("事務事業名|事業名|取組名|事業の名称")
        self.owner = word("担当課|所管課|担当課名|主管課|担当部署|所属")
        self.has_division = self.chance.random() < 0.4
        self.has_number = self.chance.random() < 0.7
        self.number = word("整理番号|事業番号|No.")
        self.texts = self.chance.sample(
            [
                ("事業の目的", "purpose"), ("事業内容", "content"), ("対象", "group"), ("根拠法令", "law"), ("現状と課題", "issue"),
                ("今後の方向性", "direction"),
            ],
            self.chance.randrange(2, 6),
        )  # fmt: skip
        self.upright = self.chance.random() < 0.5
        self.levels = self.chance.random() < 0.5
        self.years = sorted(self.chance.sample(range(2022, 2027), self.chance.randrange(2, 4)))
        self.year_text = self.chance.choice(["令和{0}年度", "R{0}", "R{0}年度"])
        self.figures = self.chance.randrange(4)
        self.money = self.chance.randrange(4)
        self.rating = self.chance.randrange(3)
        self.gaps = self.chance.random() < 0.6

    def word(self, words: str) -> str:
        return self.chance.choice(words.split("|"))

    def label(self, text: str) -> str:
        return self.frame.format(text)

    def year(self, year: int) -> str:
        return self.year_text.format(year - 2018)

    def rows(self, p: Project, facts: Facts) -> list[Row]:
        key = key_of(p.number if self.has_number else "", p.name)
        facts.measures.add(key)
        facts.departments.add((key, p.department))
        rows: list[Row] = [*self._basics(p, key, facts), self._gap()]
        parts = [self._texts(p, key, facts), self._figures(p, key, facts), self._money(p, key, facts), self._ratings(p, key, facts)]
        for part in parts:
            rows += [*part, self._gap()]
        return [row for row in rows if row != []]

    def _gap(self) -> Row:
        return None if self.gaps else []

    def _basics(self, p: Project, key: str, facts: Facts) -> list[Row]:
        name = [(self.label(self.name), 0, 2, 1), (p.name, 2, 6, 1)]
        if self.has_number:
            name = [*name, (self.label(self.number), 8, 2, 1), (p.number, 10, 2, 1)]
        owner = [(self.label(self.owner), 0, 2, 1), (p.department, 2, 4, 1)]
        if self.has_division:
            owner = [(self.label("担当部"), 0, 2, 1), (p.division, 2, 4, 1), (self.label(self.owner), 6, 2, 1), (p.department, 8, 4, 1)]
        rows: list[Row] = [name, owner]
        if self.levels:
            facts.levels.add((key, p.policy_name))
            rows.append(
                [
                    ("政策", 0, 2, 1),
                    (f"{p.section + 1} {p.section_name}", 2, 4, 1),
                    ("基本施策", 6, 2, 1),
                    (f"{p.section + 1}-{p.policy + 1} {p.policy_name}", 8, 4, 1),
                ]
            )
        return rows

    def _texts(self, p: Project, key: str, facts: Facts) -> list[Row]:
        rows: list[Row] = []
        facts.texts |= {(key, getattr(p, name)) for _, name in self.texts}
        for position, (label, name) in enumerate(self.texts):
            side = [("概\n要", 0, 1, len(self.texts))] if self.upright and position == 0 and len(self.texts) > 1 else []
            left = 1 if self.upright and len(self.texts) > 1 else 0
            rows.append([*side, (self.label(label), left, 2, 1), (getattr(p, name), left + 2, _WIDTH - left - 2, 1)])
        return rows

    def _figures(self, p: Project, key: str, facts: Facts) -> list[Row]:
        if self.figures == 3:
            return []
        for year in self.years:
            facts.figure(key, p.indicator, "Target", year, p.targets[year])
            facts.figure(key, p.indicator, "Actual", year, p.actuals[year])
        if self.figures == 0:  # 目標 and 実績 below each other, the years across
            head: Row = [
                ("指標名", 0, 4, 1),
                ("単位", 4, 1, 1),
                ("区分", 5, 1, 1),
                *((self.year(y), 6 + 2 * i, 2, 1) for i, y in enumerate(self.years)),
            ]
            first: Row = [
                (p.indicator, 0, 4, 2),
                (p.unit, 4, 1, 2),
                ("目標", 5, 1, 1),
                *((p.targets[y], 6 + 2 * i, 2, 1) for i, y in enumerate(self.years)),
            ]
            return [head, first, [("実績", 5, 1, 1), *((p.actuals[y], 6 + 2 * i, 2, 1) for i, y in enumerate(self.years))]]
        if self.figures == 1:  # the years down
            head = [("指標", 0, 4, 1), ("年度", 4, 2, 1), ("目標値", 6, 2, 1), ("実績値", 8, 2, 1)]
            body: list[Row] = [
                [
                    *([(p.indicator, 0, 4, len(self.years))] if i == 0 else []),
                    (self.year(y), 4, 2, 1),
                    (f"{p.targets[y]:,}{p.unit}", 6, 2, 1),
                    (f"{p.actuals[y]:,}{p.unit}", 8, 2, 1),
                ]
                for i, y in enumerate(self.years)
            ]
            return [head, *body]
        heads = [
            (f"{self.year(y)}{kind}", 4 + 2 * i + j, 1, 1) for i, y in enumerate(self.years) for j, kind in enumerate(("目標", "実績"))
        ]
        values = [(own[y], 4 + 2 * i + j, 1, 1) for i, y in enumerate(self.years) for j, own in enumerate((p.targets, p.actuals))]
        return [[("成果指標", 0, 4, 1), *heads], [(p.indicator, 0, 4, 1), *values]]

    def _money(self, p: Project, key: str, facts: Facts) -> list[Row]:
        if self.money == 3:
            return []
        if self.money == 0:
            facts.figure(key, "事業費", "Actual", 2023, p.costs[2023])
            facts.figure(key, "事業費", "Forecast", 2024, p.costs[2024])
            return [
                [("（単位：千円）", 0, 2, 1), ("R5決算", 4, 2, 1), ("R6予算", 6, 2, 1)],
                [("事業費", 0, 2, 1), (p.costs[2023], 4, 2, 1), (p.costs[2024], 6, 2, 1)],
            ]
        if self.money == 1:
            for name, own in (("事業費", 2022), ("人件費", 2025)):
                facts.figure(key, name, "Actual", 2022, p.costs[own])
                facts.figure(key, name, "Actual", 2023, p.costs[own + 1])
            return [
                [("区分", 0, 4, 1), ("令和4年度決算", 4, 2, 1), ("令和5年度決算", 6, 2, 1)],
                [("事業費", 0, 4, 1), (p.costs[2022], 4, 2, 1), (p.costs[2023], 6, 2, 1)],
                [("人件費", 0, 4, 1), (p.costs[2025], 4, 2, 1), (p.costs[2026], 6, 2, 1)],
            ]
        facts.figure(key, "決算額", "Actual", 2023, p.costs[2023])
        return [[("令和5年度決算額", 0, 3, 1), (f"{p.costs[2023]:,}千円", 3, 3, 1)]]

    def _ratings(self, p: Project, key: str, facts: Facts) -> list[Row]:
        if self.rating == 2:
            return []
        facts.ratings.add((key, p.rating))
        reason = f"{p.group}の声を聞いた。"
        facts.texts.add((key, reason))
        if self.rating == 0:
            return [[("総合評価", 0, 2, 1), (p.rating, 2, 2, 1), (reason, 4, 8, 1)]]
        return [
            [("評\n価", 0, 1, 3), ("必要性", 1, 2, 1), ("A", 3, 1, 1), (reason, 4, 8, 1)],
            [("有効性", 1, 2, 1), ("B", 3, 1, 1), ("手引きが役に立った。", 4, 8, 1)],
            [("総合評価", 1, 2, 1), (p.rating, 3, 1, 1)],
        ]


def draw_forms(path: Path, seed: int) -> Facts:
    """A document of several forms of one layout, with its facts."""
    form, facts = _Form(seed), Facts()
    projects = make_projects(form.chance.randrange(2, 9), seed)
    pages = [form.rows(p, facts) for p in projects]
    {".xlsx": _write_workbook, ".html": _write_html, ".docx": _write_word}[path.suffix](path, pages)
    return facts


_TITLE = "若葉野市行政評価　事務事業評価シート"


def _write_workbook(path: Path, pages: Sequence[list[Row]]) -> None:
    book = Workbook()
    book.remove(book.active)
    for number, rows in enumerate(pages, 1):
        sheet = book.create_sheet(f"No{number}")
        sheet.cell(1, 1, _TITLE)
        for position, row in enumerate(rows, 3):
            for text, column, right, down in row or ():
                block(sheet, position, column + 1, text, down=down, right=right)
    book.save(path)


def _write_html(path: Path, pages: Sequence[list[Row]]) -> None:
    body = [f"<h1>{_TITLE}</h1>"]
    for rows in pages:
        body.append("<table>")
        reaching: dict[int, int] = {}
        for row in rows:
            if row is not None:
                body.append(f"<tr>{''.join(_html_cells(row, reaching))}</tr>")
        body.append("</table>")
    path.write_text(f"<html><head><meta charset='utf-8'></head><body>{''.join(body)}</body></html>", encoding="utf-8")


def _html_cells(row: list[tuple[object, int, int, int]], reaching: dict[int, int]) -> list[str]:
    """Cells with empty ones between them; ``reaching`` counts the rows that a cell from above still covers."""
    starts = {column: (text, right, down) for text, column, right, down in row}
    cells, column = [], 0
    while column < _WIDTH:
        if reaching.get(column, 0) > 0:
            reaching[column] -= 1
            column += 1
            continue
        text, right, down = starts.get(column, ("", 1, 1))
        for covered in range(column, column + right):
            reaching[covered] = down - 1
        printed = html.escape(str(text)).replace("\n", "<br>")
        cells.append(f'<td colspan="{right}" rowspan="{down}">{printed}</td>')
        column += right
    return cells


def _write_word(path: Path, pages: Sequence[list[Row]]) -> None:
    document = Document()
    document.add_heading(_TITLE, 0)
    for rows in pages:
        printed = [row for row in rows if row is not None]
        table = document.add_table(len(printed), _WIDTH)
        cells = [list(row.cells) for row in table.rows]
        for position, row in enumerate(printed):
            for text, column, right, down in row:
                cells[position][column].merge(cells[position + down - 1][column + right - 1]).text = str(text)
        document.add_paragraph("")
    document.save(path)
