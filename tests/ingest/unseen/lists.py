"""Workbooks with one row a project."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from unseen.facts import Facts, key_of
from unseen.grid import block, merge, put
from unseen.town import SECTIONS, UNITS, Project, grouped, make_projects


def _own(facts: Facts, key: str, *departments: str) -> None:
    facts.measures.add(key)
    facts.departments |= {(key, name) for name in departments}


def evaluation_list(path: Path, count: int = 300) -> Facts:
    """Title rows, a head of three rows, chapters and policies merged down the side, budgets of three years, figures, ratings."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "R5評価"
    put(sheet, 1, ["令和６年度　若葉野市事務事業評価一覧表（令和５年度実施分）"])
    put(sheet, 2, ["令和6年9月　若葉野市総務部行政経営課"])
    heads = [
        ("章", 3, 1), ("施策", 3, 1), ("事業\n番号", 3, 1), ("事務事業名", 3, 1), ("所管部", 3, 1), ("所管課", 3, 1),
        ("事業費（千円）", 1, 3), ("指標", 1, 6), ("評価", 3, 1), ("今後の\n方向性", 3, 1), ("備考", 3, 1),
    ]  # fmt: skip
    column = 1
    for text, down, right in heads:
        block(sheet, 4, column, text, down=down, right=right)
        column += right
    for offset, text in enumerate(("R4決算", "R5決算", "R6予算")):
        block(sheet, 5, 7 + offset, text, down=2)
    for offset, text in enumerate(("指標名", "単位")):
        block(sheet, 5, 10 + offset, text, down=2)
    block(sheet, 5, 12, "令和5年度", right=3)
    block(sheet, 5, 15, "令和6年度")
    put(sheet, 6, ["目標", "実績", "達成率", "目標"], 12)
    row = 7
    for (section, _), projects in grouped(make_projects(count, 1)):
        merge(sheet, row, 2, down=len(projects))
        put(sheet, row, [None, f"{section + 1}-{projects[0].policy + 1} {projects[0].policy_name}"])
        for project in projects:
            _print_evaluated(sheet, row, project, facts)
            row += 1
    _merge_sections(sheet, 7, make_projects(count, 1))
    put(sheet, row + 1, ["※事業費は人件費を含まない。"])
    book.save(path)
    return facts


def _merge_sections(sheet: Worksheet, row: int, projects: Sequence[Project]) -> None:
    for number, (name, _) in enumerate(SECTIONS, 1):
        size = sum(project.section == number - 1 for project in projects)
        if size:
            block(sheet, row, 1, f"第{number}章　{name}", down=size)
        row += size


def _print_evaluated(sheet: Worksheet, row: int, p: Project, facts: Facts) -> None:
    rate = round(p.actuals[2023] / p.targets[2023], 3)
    remark = f"{p.issue}次年度は{p.group}の声を聞く。" if p.number % 7 == 0 else None
    put(
        sheet, row,
        [p.number, p.name, p.division, p.department, p.costs[2022], p.costs[2023], p.costs[2024], p.indicator, p.unit, p.targets[2023],
         p.actuals[2023] if p.number % 11 else "集計中", rate, p.targets[2024], p.rating, p.direction, remark], 3,
    )  # fmt: skip
    for column in (7, 8, 9, 12, 13, 15):
        sheet.cell(row, column).number_format = "#,##0"
    sheet.cell(row, 14).number_format = "0.0%"
    key = key_of(p.number, p.name)
    _own(facts, key, p.department)
    for role, year in (("Actual", 2022), ("Actual", 2023), ("Forecast", 2024)):
        facts.figure(key, "事業費", role, year, p.costs[year])
    facts.figure(key, p.indicator, "Target", 2023, p.targets[2023])
    facts.figure(key, p.indicator, "Target", 2024, p.targets[2024])
    if p.number % 11:
        facts.figure(key, p.indicator, "Actual", 2023, p.actuals[2023])
    facts.ratings.add((key, p.rating))
    facts.levels.add((key, p.policy_name))
    facts.texts |= {(key, p.direction), *([(key, remark)] if remark else [])}


def paired_indicators(path: Path) -> Facts:
    """Targets above, actuals below: two rows an indicator, told apart by 区分."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "KPI"
    put(sheet, 1, ["第２期若葉野市総合戦略　重要業績評価指標（KPI）一覧"])
    put(sheet, 3, ["No.", "具体的な取組", "担当課", "KPI", "単位", "基準値\n(R3)", "区分", "R4", "R5", "R6", "R7"])
    row = 4
    for p in make_projects(24, 2):
        for column, text in enumerate((p.number, p.name, p.department, p.indicator, p.unit, p.actuals[2022])):
            block(sheet, row, column + 1, text, down=2)
        put(sheet, row, ["目標", *(p.targets[year] for year in range(2022, 2026))], 7)
        put(sheet, row + 1, ["実績", *(p.actuals[year] for year in range(2023, 2025)), "集計中"], 7)
        key = key_of(p.number, p.name)
        _own(facts, key, p.department)
        facts.figure(key, p.indicator, "Baseline", 2021, p.actuals[2022])
        for year in range(2022, 2026):
            facts.figure(key, p.indicator, "Target", year, p.targets[year])
        for year in range(2023, 2025):
            facts.figure(key, p.indicator, "Actual", year - 1, p.actuals[year])
        row += 2
    book.save(path)
    return facts


def progress_by_month(path: Path) -> Facts:
    """担当課 before the name, a status mark, arrows by quarter, what was done and what comes next."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "進捗管理表"
    put(sheet, 1, ["若葉野市行財政改革実施計画　進捗管理表（令和6年度）"])
    put(sheet, 2, ["◎：計画以上　○：計画どおり　△：やや遅れている　×：遅れている"])
    for column, (text, right) in enumerate([("担当課", 1), ("実施項目", 1), ("取組内容", 1), ("スケジュール（令和6年度）", 4)], 1):
        block(sheet, 4, column, text, down=1 if right > 1 else 2, right=right)
    put(sheet, 5, ["4～6月", "7～9月", "10～12月", "1～3月"], 4)
    for column, text in enumerate(("進捗状況", "令和6年度の取組実績", "令和7年度の取組予定"), 8):
        block(sheet, 4, column, text, down=2)
    for row, p in enumerate(make_projects(40, 3), 6):
        mark = "◎○△×"[p.number % 4]
        done, planned = f"{p.group}への説明会を{p.targets[2024]}回開いた。", f"{p.group}への周知を広げる。"
        put(sheet, row, [p.department, p.name, p.content, "⇒" if p.number % 2 else "準備", "⇒", "実施", "⇒", mark, done, planned])
        key = key_of("", p.name)
        _own(facts, key, p.department)
        facts.ratings.add((key, mark))
        facts.activities |= {(key, 2024, "Done", done), (key, 2025, "Planned", planned)}
        facts.texts |= {(key, p.content), (key, "実施")}
    book.save(path)
    return facts


def side_by_side(path: Path) -> Facts:
    """Two lists beside each other on one sheet, an empty column between them, the right one shorter."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    put(sheet, 1, ["若葉野市重点事業一覧"])
    put(sheet, 3, ["ソフト事業"])
    put(sheet, 3, ["ハード事業"], 7)
    put(sheet, 4, ["番号", "事業名", "担当課", "令和7年度予算額（千円）"])
    put(sheet, 4, ["番号", "事業名", "担当課", "令和7年度予算額（千円）"], 7)
    left, right = make_projects(30, 4)[:18], make_projects(30, 4)[18:]
    for column, projects in ((1, left), (7, right)):
        for row, p in enumerate(projects, 5):
            put(sheet, row, [p.number, p.name, p.department, p.costs[2025]], column)
            key = key_of(p.number, p.name)
            _own(facts, key, p.department)
            facts.figure(key, "予算額", "Forecast", 2025, p.costs[2025])
    book.save(path)
    return facts


def repeated_heads(path: Path) -> Facts:
    """The head printed anew every 30 rows, subtotals for each unit, blank and hidden rows, notes below."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "一覧"
    head = ["事業コード", "事業名", "主管課", "令和5年度\n決算額(円)", "令和6年度\n当初予算額(円)", "内部評価", "外部評価", "摘要"]
    put(sheet, 1, ["若葉野市　令和５年度事務事業の執行状況"])
    row, printed = 3, 0
    for department in sorted({p.department for p in make_projects(120, 5)}):
        own = [p for p in make_projects(120, 5) if p.department == department]
        for p in own:
            if printed % 30 == 0:
                put(sheet, row + bool(printed), head)
                row += 1 + bool(printed)
            code = f"{p.section + 1:02d}-{p.number:03d}"
            put(sheet, row, [code, p.name, department, p.costs[2023] * 1000, p.costs[2024] * 1000, p.rating, "継続", p.issue])
            for column in (4, 5):
                sheet.cell(row, column).number_format = "#,##0;[Red]▲#,##0"
            key = key_of(code, p.name)
            _own(facts, key, department)
            facts.figure(key, "決算額", "Actual", 2023, p.costs[2023] * 1000)
            facts.figure(key, "当初予算額", "Forecast", 2024, p.costs[2024] * 1000)
            facts.ratings |= {(key, p.rating), (key, "継続")}
            facts.texts.add((key, p.issue))
            if p.number % 17 == 0:
                sheet.row_dimensions[row].hidden = True
            row, printed = row + 1, printed + 1
        put(sheet, row, [None, f"{department}　小計" if printed % 2 else "小　計", None, sum(p.costs[2023] for p in own) * 1000])
        row += 1
    put(sheet, row, [None, "合　計", None, sum(p.costs[2023] for p in make_projects(120, 5)) * 1000])
    put(sheet, row + 2, ["（注１）決算額は千円未満を四捨五入していない。"])
    put(sheet, row + 3, ["（注２）▲は減額を示す。"])
    book.save(path)
    return facts


def many_sheets(path: Path) -> Facts:
    """A table of contents, a legend, and one list a division, each with the chapter in a row of its own."""
    facts, book = Facts(), Workbook()
    contents = book.active
    contents.title = "目次"
    put(contents, 1, ["若葉野市実施計画（令和6～8年度）進捗状況調査"])
    projects = make_projects(90, 6)
    divisions = sorted({p.division for p in projects})
    for row, division in enumerate(divisions, 3):
        put(contents, row, [row - 2, division, f"{sum(p.division == division for p in projects)}事業"])
    legend = book.create_sheet("凡例")
    put(legend, 1, ["評価", "内容"])
    for row, (mark, text) in enumerate((("A", "順調"), ("B", "おおむね順調"), ("C", "やや遅れ"), ("D", "遅れ")), 2):
        put(legend, row, [mark, text])
    for division in divisions:
        _print_division(book.create_sheet(division), [p for p in projects if p.division == division], facts)
    book.save(path)
    return facts


def _print_division(sheet: Worksheet, projects: Sequence[Project], facts: Facts) -> None:
    put(sheet, 1, [f"{projects[0].division}所管事業"])
    put(
        sheet,
        2,
        [
            "事業\nNo",
            "事業名",
            "所属",
            "事業の目的",
            "事業の概要",
            "活動指標",
            "目標値\n（R8）",
            "実績値\n（R5）",
            "評価",
            "課題・今後の対応",
        ],
    )
    row, section = 3, -1
    for p in projects:
        if p.section != section:
            section = p.section
            put(sheet, row, [f"【{p.section_name}】"])
            merge(sheet, row, 1, right=10)
            row += 1
        value = f"{p.targets[2026]:,}{p.unit}以上"
        put(
            sheet,
            row,
            [p.number, p.name, p.department, p.purpose, p.content, p.indicator, value, f"{p.actuals[2023]}{p.unit}", p.rating, p.issue],
        )
        key = key_of(p.number, p.name)
        _own(facts, key, p.department)
        facts.figure(key, p.indicator, "Target", 2026, p.targets[2026])
        facts.figure(key, p.indicator, "Actual", 2023, p.actuals[2023])
        facts.ratings.add((key, p.rating))
        facts.levels.add((key, p.section_name))
        facts.texts |= {(key, p.purpose), (key, p.content), (key, p.issue)}
        row += 1


# Cells of 担当 as printed, and the owners that they name.
OWNER_CELLS = (
    ("総務部 デジタル推進課", ("総務部デジタル推進課",)),
    ("企画課 企画係", ("企画課企画係",)),
    ("税務課\n市民課", ("税務課", "市民課")),
    ("税務課・市民課", ("税務課", "市民課")),
    ("税務課、市民課、高齢福祉課", ("税務課", "市民課", "高齢福祉課")),
    ("税務課／市民課", ("税務課", "市民課")),
    ("税務課，市民課", ("税務課", "市民課")),
    ("学校教育課　生涯学習課", ("学校教育課", "生涯学習課")),
    ("教育委員会事務局\n学校教育課", ("教育委員会事務局学校教育課",)),
    ("議会事務局", ("議会事務局",)),
    ("消防本部　予防課", ("消防本部予防課",)),
    ("上下水道局", ("上下水道局",)),
    ("市民病院事務局", ("市民病院事務局",)),
    ("会計課", ("会計課",)),
    ("東支所、西支所", ("東支所", "西支所")),
    ("地域包括支援センター", ("地域包括支援センター",)),
    ("秘書室", ("秘書室",)),
    ("まちづくり・交通政策課", ("まちづくり・交通政策課",)),
    ("農業委員会事務局", ("農業委員会事務局",)),
    ("選挙管理委員会事務局", ("選挙管理委員会事務局",)),
    ("監査委員事務局", ("監査委員事務局",)),
    ("全庁", ("全庁*",)),
    ("各課", ("各課*",)),
    ("全課（取りまとめ：総務課）", ("全課*", "総務課")),
    ("道の駅", ("道の駅",)),
    ("子育て支援課（こども園係）", ("子育て支援課(こども園係)",)),
    ("◎企画課、財政課", ("企画課", "財政課")),
    ("主：環境課\n副：農林課", ("環境課", "農林課")),
    ("建設課ほか", ("建設課",)),
    ("都市整備課 ※R6から建設課", ("都市整備課",)),
)


def owner_cells(path: Path) -> Facts:
    """Every way of printing an owner."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "担当"
    put(sheet, 1, ["若葉野市DX推進計画 取組一覧"])
    put(sheet, 2, ["番号", "取組名", "担当", "取組の内容"])
    for number, (cell, names) in enumerate(OWNER_CELLS, 1):
        put(sheet, number + 2, [number, f"取組その{number}の推進", cell, "手続を改める。"])
        _own(facts, key_of(number, f"取組その{number}の推進"), *(name.removesuffix("*") for name in names))
    book.save(path)
    return facts


def yearly_rows(path: Path) -> Facts:
    """実施計画: a block of rows a project (計画, 実績, 事業費), the years across."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "実施計画"
    put(sheet, 1, ["若葉野市総合計画 実施計画（令和６年度～令和８年度）"])
    put(sheet, 2, ["", "", "", "", "", "", "（単位：千円）"])
    put(sheet, 3, ["整理番号", "事業名", "担当課", "区分", "令和6年度", "令和7年度", "令和8年度"])
    row = 4
    for p in make_projects(30, 7):
        for column, text in enumerate((p.number, p.name, p.department), 1):
            block(sheet, row, column, text, down=3)
        plans = {2024: "調査と設計を行う。", 2025: f"{p.group}に試行する。", 2026: "全市に広げる。"}
        put(sheet, row, ["年次計画", *plans.values()], 4)
        put(sheet, row + 1, ["実績", "調査を終えた。"], 4)
        put(sheet, row + 2, ["事業費", *(p.costs[year] for year in plans)], 4)
        key = key_of(p.number, p.name)
        _own(facts, key, p.department)
        facts.activities |= {(key, year, "Planned", text) for year, text in plans.items()}
        facts.activities.add((key, 2024, "Done", "調査を終えた。"))
        for year in plans:
            facts.figure(key, "事業費", "Forecast", year, p.costs[year])
        row += 3
    book.save(path)
    return facts


def empty_below(path: Path) -> Facts:
    """Chapters, divisions and units printed once and left empty below without merging, as exported lists do."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "事業一覧"
    put(sheet, 1, ["基本目標", "施策名", "事業名", "部名", "課名", "R5予算額", "R5決算額", "執行率", "成果"])
    before: tuple[str, ...] = ()
    projects = sorted(make_projects(60, 8), key=lambda p: (p.section, p.policy, UNITS.index((p.division, p.department)), p.number))
    for row, p in enumerate(projects, 2):
        group = (p.section_name, p.policy_name, p.division, p.department)
        shown = [value if before[: i + 1] != group[: i + 1] else None for i, value in enumerate(group)]
        rate = f"{p.costs[2023] / p.costs[2022]:.1%}"
        put(sheet, row, [*shown[:2], p.name, *shown[2:], p.costs[2022], p.costs[2023], rate, f"{p.group}に{p.content}"])
        before = group
        key = key_of("", p.name)
        _own(facts, key, p.department)
        facts.figure(key, "予算額", "Forecast", 2023, p.costs[2022])
        facts.figure(key, "決算額", "Actual", 2023, p.costs[2023])
        facts.levels.add((key, p.policy_name))
        facts.texts.add((key, p.content))
    put(sheet, 70, ["若葉野市企画財政部財政課調べ"])
    book.save(path)
    return facts
