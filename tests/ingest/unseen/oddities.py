"""Further shapes with the oddities of real files: numbered labels, years down the side, no column of owners, figures stacked in one cell."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from docx import Document
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from unseen.facts import Facts, key_of
from unseen.grid import block, put
from unseen.town import Project, grouped, make_projects


def _own(facts: Facts, key: str, p: Project) -> None:
    facts.measures.add(key)
    facts.departments.add((key, p.department))


def numbered_labels(path: Path) -> Facts:
    """One sheet a project: labels with numbers, brackets and colons; the years of the indicator down the side."""
    facts, book = Facts(), Workbook()
    book.remove(book.active)
    for p in make_projects(25, 41):
        sheet = book.create_sheet(f"様式{p.number}")
        put(sheet, 1, ["様式第１号　若葉野市総合戦略　取組シート"])
        put(sheet, 3, [f"作成日：令和6年6月{p.number % 28 + 1}日"])
        put(sheet, 4, ["１．事 業 名", None, p.name])
        put(sheet, 5, ["２．担 当 課", None, p.department, None, "【事業番号】", p.number])
        put(sheet, 6, ["３．事業の目的", None, p.purpose])
        put(sheet, 7, ["４．事業の内容", None, f"①{p.content}\n②{p.purpose}"])
        put(sheet, 8, ["５．根拠法令等", None, p.law, None, "（６）事業の対象", p.group])
        put(sheet, 10, ["指標名", "年度", "目標値", "実績値", "達成率", "備考"])
        block(sheet, 11, 1, f"{p.indicator}（{p.unit}）", down=3)
        for row, year in enumerate((2022, 2023, 2024), 11):
            actual = p.actuals[year] if year < 2024 else "－"
            put(sheet, row, [f"令和{year - 2018}年度", p.targets[year], actual, "95%" if year < 2024 else None], 2)
        put(sheet, 15, ["【総合評価】", p.rating, p.issue])
        put(sheet, 16, ["【今後の方向性】", p.direction])
        key = key_of(p.number, p.name)
        _own(facts, key, p)
        for year in (2022, 2023, 2024):
            facts.figure(key, f"{p.indicator}({p.unit})", "Target", year, p.targets[year])
            if year < 2024:
                facts.figure(key, f"{p.indicator}({p.unit})", "Actual", year, p.actuals[year])
        facts.ratings.add((key, p.rating))
        facts.texts |= {(key, text) for text in (p.purpose, p.content, p.law, p.group, p.issue, p.direction)}
    book.save(path)
    return facts


def sheet_a_unit(path: Path) -> Facts:
    """A sheet a unit without a column of owners: the unit is the sheet's name or stands above the list. Legends and sums below."""
    facts, book = Facts(), Workbook()
    summary = book.active
    summary.title = "集計"
    put(summary, 1, ["若葉野市事務事業総点検　集計表"])
    put(summary, 2, ["部局名", "A", "B", "C", "D", "計"])
    projects = make_projects(80, 42)
    for row, division in enumerate(sorted({p.division for p in projects}), 3):
        own = [p for p in projects if p.division == division]
        put(summary, row, [division, *(sum(p.rating == mark for p in own) for mark in "ABCD"), len(own)])
    for position, department in enumerate(sorted({p.department for p in projects})):
        sheet = book.create_sheet(department if position % 2 else f"シート{position + 2}")
        put(sheet, 1, ["若葉野市事務事業総点検　点検表"])
        if position % 2 == 0:
            put(sheet, 2, [f"担当課：{department}"])
        _print_unit(sheet, [p for p in projects if p.department == department], facts)
    book.save(path)
    return facts


def _print_unit(sheet: Worksheet, projects: list[Project], facts: Facts) -> None:
    put(sheet, 4, ["No.", "事務事業名", "事業内容", "R5決算額\n(千円)", "評価", "改善の方向"])
    for row, p in enumerate(projects, 5):
        put(sheet, row, [p.number, p.name, p.content, p.costs[2023], p.rating, p.direction])
        key = key_of(p.number, p.name)
        _own(facts, key, p)
        facts.figure(key, "決算額", "Actual", 2023, p.costs[2023])
        facts.ratings.add((key, p.rating))
        facts.texts |= {(key, p.content), (key, p.direction)}
    row = 5 + len(projects)
    put(sheet, row, ["計", None, None, sum(p.costs[2023] for p in projects)])
    put(sheet, row + 2, ["A", "計画どおりに進んでいる"])
    put(sheet, row + 3, ["B", "おおむね計画どおりに進んでいる"])
    put(sheet, row + 4, ["※1", "決算額は人件費を含まない。"])


def stacked_cells(path: Path) -> Facts:
    """Numbers and names of all levels, two indicators stacked in one cell, marks of new projects, telephones behind the owners."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "一覧"
    put(sheet, 1, ["若葉野市男女共同参画計画　実施状況一覧（令和5年度）"])
    head = [
        "目標No",
        "目標名",
        "施策No",
        "施策名",
        "事業No",
        "事業名",
        "担当課（内線）",
        "指標",
        "目標値\n(R8)",
        "実績値\n(R5)",
        "R4評価",
        "R5評価",
    ]
    put(sheet, 3, head)
    row = 4
    for (section, policy), own in grouped(make_projects(48, 43)):
        for p in own:
            name = f"【新規】{p.name}" if p.number % 5 == 0 else p.name
            number = f"{section + 1}-{policy + 1}-{p.number}"
            put(
                sheet,
                row,
                [section + 1, p.section_name, policy + 1, p.policy_name, number, name, f"{p.department}（内線{2000 + p.number}）"],
            )
            second = "説明会の回数"
            put(sheet, row, [f"①{p.indicator}\n②{second}", f"①{p.targets[2026]}{p.unit}\n②{p.number}回"], 8)
            put(sheet, row, [f"①{p.actuals[2023]}{p.unit}\n②{p.number - 1}回", "B", p.rating], 10)
            key = key_of(number, p.name)
            _own(facts, key, p)
            facts.figure(key, p.indicator, "Target", 2026, p.targets[2026])
            facts.figure(key, p.indicator, "Actual", 2023, p.actuals[2023])
            facts.figure(key, second, "Target", 2026, p.number)
            facts.figure(key, second, "Actual", 2023, p.number - 1)
            facts.ratings |= {(key, "B"), (key, p.rating)}
            facts.levels.add((key, p.policy_name))
            row += 1
    book.save(path)
    return facts


def tidy_rows(path: Path) -> Facts:
    """Open data in long form: a row for each project, year and indicator, tabs between the cells."""
    facts, text = Facts(), io.StringIO()
    rows = csv.writer(text, delimiter="\t")
    rows.writerow(["計画名", "事業名", "担当課", "年度", "指標名", "単位", "目標値", "実績値", "決算額(円)"])
    for p in make_projects(40, 44):
        key = key_of("", p.name)
        _own(facts, key, p)
        for year in (2022, 2023):
            cost = p.costs[year] * 1000
            rows.writerow(["若葉野市総合計画", p.name, p.department, year, p.indicator, p.unit, p.targets[year], p.actuals[year], cost])
            facts.figure(key, p.indicator, "Target", year, p.targets[year])
            facts.figure(key, p.indicator, "Actual", year, p.actuals[year])
            facts.figure(key, "決算額", "Actual", year, cost)
    path.write_text(text.getvalue(), encoding="utf-8")
    return facts


def headed_by_units(path: Path) -> Facts:
    """A page with a heading a unit and a table of its projects below, and a form of heads and cells for the new ones."""
    facts = Facts()
    projects = sorted(make_projects(50, 45), key=lambda p: p.department)
    body = ["<h1>若葉野市予算の主な事業</h1><p>令和7年度当初予算</p>"]
    for department in sorted({p.department for p in projects}):
        own = [p for p in projects if p.department == department]
        if len(own) == 1:
            continue
        body.append(f"<h2>{department}</h2><table><tr><th>事業名</th><th>事業概要</th><th>予算額（千円）</th></tr>")
        for p in own[1:]:
            body.append(f"<tr><td>{p.name}</td><td>{p.content}<br>{p.purpose}</td><td>{p.costs[2025]:,}</td></tr>")
            key = key_of("", p.name)
            _own(facts, key, p)
            facts.figure(key, "予算額", "Forecast", 2025, p.costs[2025])
            facts.texts |= {(key, p.content), (key, p.purpose)}
        body.append("</table>")
        p = own[0]
        body.append(
            f"<h3>新しい事業</h3><table><tr><th>事業名</th><td>{p.name}</td></tr><tr><th>担当</th><td>{p.department}</td></tr>"
            f"<tr><th>内容</th><td>{p.content}</td></tr><tr><th>対象となる人</th><td>{p.group}</td></tr></table>"
        )
        key = key_of("", p.name)
        _own(facts, key, p)
        facts.texts |= {(key, p.content), (key, p.group)}
    path.write_text(f"<!DOCTYPE html><html><head><meta charset='utf-8'></head><body>{''.join(body)}</body></html>", encoding="utf-8")
    return facts


def word_list(path: Path) -> Facts:
    """Word: headings of policies, below each a table of its measures with merged owners and a head of two rows."""
    facts, document = Facts(), Document()
    document.add_heading("若葉野市地球温暖化対策実行計画", 0)
    document.add_paragraph("第４章　施策の展開")
    for (section, policy), own in grouped(make_projects(40, 46)):
        document.add_heading(f"基本方針{section + 1}－{policy + 1}　{own[0].policy_name}", 2)
        table = document.add_table(2 + len(own), 6)
        for column, text in enumerate(("№", "取組", "取組内容", "担当課")):
            table.cell(0, column).merge(table.cell(1, column)).text = text
        table.cell(0, 4).merge(table.cell(0, 5)).text = "評価指標"
        table.cell(1, 4).text = "指標"
        table.cell(1, 5).text = "目標（2027年度）"
        for row, p in enumerate(own, 2):
            for column, text in enumerate((str(p.number), p.name, p.content, p.department, p.indicator, f"{p.targets[2027]}{p.unit}")):
                table.cell(row, column).text = text
            key = key_of(p.number, p.name)
            _own(facts, key, p)
            facts.figure(key, p.indicator, "Target", 2027, p.targets[2027])
            facts.levels.add((key, p.policy_name))
            facts.texts.add((key, p.content))
        document.add_paragraph("")
    document.save(path)
    return facts
