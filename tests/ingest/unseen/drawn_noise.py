"""Lists drawn at random, in workbooks as they grow in offices: heads printed anew, sections, sums, blank rows, further rows of a project, notes."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from unseen.drawn import Column, draw_columns, head_grid
from unseen.facts import Facts, key_of
from unseen.grid import block
from unseen.town import Project, make_projects

_SECOND = "説明会の開催数"


@dataclass(frozen=True, slots=True)
class _Noise:
    """What is drawn for one workbook. ``every`` rows the head is printed anew, 0 for never."""

    every: int
    has_sections: bool
    has_sums: bool
    has_blanks: bool
    has_second: bool
    bracket: str


def draw_noisy_list(path: Path, seed: int) -> Facts:
    chance = random.Random(seed)
    columns, has_number = draw_columns(chance)
    indicator = next((i for i, c in enumerate(columns) if c.heads[-1] in ("指標名", "指標", "成果指標")), None)
    noise = _Noise(
        chance.choice([0, 0, 7, 15]),
        chance.random() < 0.5 and not any(c.is_merged for c in columns[:1]),
        chance.random() < 0.5,
        chance.random() < 0.4,
        chance.random() < 0.4 and indicator is not None,
        chance.choice(["【{}】", "■{}", "◆ {}", "《{}》"]),
    )
    columns = [replace(c, is_merged=False) for c in columns]  # nothing merged but second rows
    projects = make_projects(chance.randrange(8, 40), seed)
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "事業一覧"
    sheet.cell(1, 1, "若葉野市行政改革大綱 実施状況調書")
    row, section = 3, ""
    for printed, p in enumerate(projects):
        if printed == 0 or (noise.every and printed % noise.every == 0):
            row = _print_head(sheet, row + bool(printed and noise.has_blanks), columns)
        if noise.has_sections and p.section_name != section:
            section = p.section_name
            sheet.cell(row, 1, noise.bracket.format(section))
            row += 1
        row = _print_project(sheet, row, p, columns, indicator if noise.has_second else None)
        if noise.has_sums and printed % 6 == 5:
            sheet.cell(row, 1, "小計")
            sheet.cell(row, len(columns), f"{(printed + 1) * 100:,}")
            row += 1
        _expect(facts, p, columns, has_number=has_number, second=noise.has_second, section=section)
    sheet.cell(row + 2, 1, "（注）人件費は含まない。")
    sheet.cell(row + 3, 1, "※1")
    sheet.cell(row + 3, 2, "評価は令和6年8月に行った。")
    book.save(path)
    return facts


def _print_head(sheet: Worksheet, row: int, columns: Sequence[Column]) -> int:
    grid = head_grid(columns)
    for level, cells in enumerate(grid):
        for position, cell in enumerate(cells):
            if cell:
                block(sheet, row + level, position + 1, cell[0], down=cell[1], right=cell[2])
    return row + len(grid)


def _print_project(sheet: Worksheet, row: int, p: Project, columns: Sequence[Column], second: int | None) -> int:
    height = 1 if second is None else 2
    for position, column in enumerate(columns, 1):
        is_figure = second is not None and second <= position - 1 and column.figure is not None
        block(sheet, row, position, column.cell(p), down=1 if is_figure or position - 1 == second else height)
        if is_figure:
            sheet.cell(row + 1, position, column.figure(p) + 1)
    if second is not None:
        sheet.cell(row + 1, second + 1, _SECOND)
    return row + height


def _expect(facts: Facts, p: Project, columns: Sequence[Column], *, has_number: bool, second: bool, section: str) -> None:
    key = key_of(p.number if has_number else "", p.name)
    facts.measures.add(key)
    for column in columns:
        column.tell(facts, key, p)
        if second and column.figure is not None:
            facts.figure(key, _SECOND, column.role, column.year, column.figure(p) + 1)
    if section and not any(own == key for own, _ in facts.levels):
        facts.levels.add((key, section))
