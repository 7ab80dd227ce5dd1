"""Workbooks with one sheet a project or a policy: labels scattered over a fine grid, upright labels at the side."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from unseen.facts import Facts, key_of
from unseen.grid import block, put
from unseen.town import Project, make_projects

_YEARS = (2022, 2023, 2024)


def evaluation_sheets(path: Path, count: int = 50) -> Facts:
    """事務事業評価シート: one project a sheet."""
    facts, book = Facts(), Workbook()
    book.remove(book.active)
    for p in make_projects(count, 11):
        sheet = book.create_sheet(f"{p.number:03d}")
        _print_basics(sheet, p)
        _print_measures(sheet, p)
        _print_judgement(sheet, p)
        _expect_sheet(facts, p)
    book.save(path)
    return facts


def _print_basics(sheet: Worksheet, p: Project) -> None:
    block(sheet, 1, 1, "令和６年度　事務事業評価シート（令和５年度実績）", right=14)
    put(sheet, 2, ["若葉野市", None, None, None, None, None, None, None, None, None, "作成日", None, "令和6年7月1日"])
    block(sheet, 3, 1, "整理番号", right=2)
    put(sheet, 3, [p.number], 3)
    block(sheet, 3, 4, "事務事業名", right=2)
    block(sheet, 3, 6, p.name, right=9)
    block(sheet, 4, 1, "担当部課", right=2)
    block(sheet, 4, 3, p.division, right=3)
    block(sheet, 4, 6, p.department, right=3)
    put(sheet, 4, ["電話", None, "内線2310"], 9)
    block(sheet, 5, 1, "総合計画の\n位置付け", down=2, right=2)
    put(sheet, 5, ["政策"], 3)
    block(sheet, 5, 4, f"{p.section + 1} {p.section_name}", right=8)
    put(sheet, 6, ["施策"], 3)
    block(sheet, 6, 4, f"{p.section + 1}-{p.policy + 1} {p.policy_name}", right=8)
    block(sheet, 7, 1, "根拠法令等", right=2)
    block(sheet, 7, 3, p.law, right=5)
    put(sheet, 7, ["事業期間", None, "平成20年度～"], 8)
    block(sheet, 9, 1, "事\n業\n概\n要", down=3)
    for row, (label, text) in enumerate((("対象", p.group), ("目的", p.purpose), ("内容", p.content)), 9):
        block(sheet, row, 2, label, right=2)
        block(sheet, row, 4, text, right=11)


def _print_measures(sheet: Worksheet, p: Project) -> None:
    block(sheet, 13, 1, "１　指標の推移", right=14)
    for column, text in zip((1, 3, 6, 7, 8, 10, 12), ("区分", "指標名", "単位", "", "令和4年度", "令和5年度", "令和6年度"), strict=True):
        put(sheet, 14, [text or None], column)
    for row, kind, name in ((15, "活動指標", p.indicator), (17, "成果指標", f"{p.indicator}の目標達成者")):
        block(sheet, row, 1, kind, down=2, right=2)
        block(sheet, row, 3, name, down=2, right=3)
        block(sheet, row, 6, p.unit, down=2)
        for offset, (label, values) in enumerate((("計画", p.targets), ("実績", p.actuals))):
            put(sheet, row + offset, [label], 7)
            for column, year in zip((8, 10, 12), _YEARS, strict=True):
                value = values[year] if kind == "活動指標" else values[year + 3]
                put(sheet, row + offset, [value if label == "計画" or year < 2024 else None], column)
    block(sheet, 20, 1, "２　コスト（単位：千円）", right=14)
    for column, text in ((8, "令和4年度決算"), (10, "令和5年度決算"), (12, "令和6年度予算")):
        put(sheet, 21, [text], column)
    block(sheet, 22, 1, "事業費", right=7)
    block(sheet, 23, 1, "人件費", right=7)
    for column, year in zip((8, 10, 12), _YEARS, strict=True):
        put(sheet, 22, [p.costs[year]], column)
        put(sheet, 23, [p.costs[year + 3]], column)


def _print_judgement(sheet: Worksheet, p: Project) -> None:
    block(sheet, 25, 1, "評\n価", down=3)
    for row, label, mark, reason in (
        (25, "必要性", "A", f"{p.group}の求めが多い。"),
        (26, "有効性", "B", "計画した成果が出ている。"),
        (27, "効率性", "B", "委託により費用を抑えている。"),
    ):
        block(sheet, row, 2, label, right=2)
        put(sheet, row, [mark], 4)
        block(sheet, row, 5, reason, right=10)
    block(sheet, 28, 1, "総合評価", right=3)
    put(sheet, 28, [p.rating], 4)
    block(sheet, 28, 5, f"{p.content}ことで成果が上がった。", right=10)
    block(sheet, 29, 1, "課題", right=3)
    block(sheet, 29, 4, p.issue, right=11)
    block(sheet, 30, 1, "今後の方向性", right=3)
    block(sheet, 30, 4, p.direction, right=2)
    block(sheet, 30, 6, f"{p.group}への周知を強める。", right=9)


def _expect_sheet(facts: Facts, p: Project) -> None:
    key = key_of(p.number, p.name)
    facts.measures.add(key)
    facts.departments.add((key, p.department))
    facts.levels.add((key, p.policy_name))
    facts.ratings.add((key, p.rating))
    for year in _YEARS:
        facts.figure(key, p.indicator, "Target", year, p.targets[year])
        facts.figure(key, f"{p.indicator}の目標達成者", "Target", year, p.targets[year + 3])
        facts.figure(key, "事業費", "Actual" if year < 2024 else "Forecast", year, p.costs[year])
        facts.figure(key, "人件費", "Actual" if year < 2024 else "Forecast", year, p.costs[year + 3])
        if year < 2024:
            facts.figure(key, p.indicator, "Actual", year, p.actuals[year])
            facts.figure(key, f"{p.indicator}の目標達成者", "Actual", year, p.actuals[year + 3])
    facts.texts |= {(key, text) for text in (p.group, p.purpose, p.content, p.issue, p.law, "計画した成果が出ている。")}
    facts.texts.add((key, f"{p.group}への周知を強める。"))


def policy_sheets(path: Path) -> Facts:
    """施策評価調書: a policy a sheet, with its indicators and the list of its projects below."""
    facts, book = Facts(), Workbook()
    book.remove(book.active)
    projects = make_projects(60, 12)
    groups = sorted({(p.section, p.policy) for p in projects})
    for number, (section, policy) in enumerate(groups, 1):
        own = [p for p in projects if (p.section, p.policy) == (section, policy)]
        _print_policy(book.create_sheet(f"施策{number}"), number, own, facts)
    book.save(path)
    return facts


def _print_policy(sheet: Worksheet, number: int, own: list[Project], facts: Facts) -> None:
    first = own[0]
    put(sheet, 1, ["施策評価調書（令和５年度）　若葉野市総合計画"])
    for row, pairs in enumerate(
        (
            ("政策名", first.section_name, "施策番号", number),
            ("施策名", first.policy_name, "主管課", first.department),
            ("関係課", "、".join(dict.fromkeys(p.department for p in own[1:4])) or "なし", None, None),
        ),
        3,
    ):
        put(sheet, row, [pairs[0]])
        block(sheet, row, 2, pairs[1], right=3)
        put(sheet, row, [pairs[2]], 5)
        block(sheet, row, 6, pairs[3], right=2) if pairs[3] else None
    put(sheet, 6, ["めざす姿"])
    block(sheet, 6, 2, f"{first.policy_name}ことで、{first.purpose}", right=6)
    put(sheet, 8, ["成果指標", "単位", "現状値(R3)", "R4実績", "R5実績", "R5目標", "目標値(R8)"])
    put(sheet, 9, [first.indicator, first.unit, *(first.actuals[y] for y in (2025, 2022, 2023)), first.targets[2023], first.targets[2026]])
    put(sheet, 11, ["施策を構成する事務事業"])
    put(sheet, 12, ["No", "事務事業名", "担当課", "R5決算額(千円)", "貢献度", "総合評価", "今後の方向性"])
    for row, p in enumerate(own, 13):
        put(sheet, row, [p.number, p.name, p.department, p.costs[2023], "大" if p.number % 2 else "中", p.rating, p.direction])
    policy = key_of(number, first.policy_name)
    facts.measures.add(policy)
    facts.departments.add((policy, first.department))
    for role, year, value in (
        ("Baseline", 2021, first.actuals[2025]), ("Actual", 2022, first.actuals[2022]), ("Actual", 2023, first.actuals[2023]),
        ("Target", 2023, first.targets[2023]), ("Target", 2026, first.targets[2026]),
    ):  # fmt: skip
        facts.figure(policy, first.indicator, role, year, value)
    facts.texts.add((policy, first.purpose))
    facts.levels.add((policy, first.section_name))
    for p in own:
        key = key_of(p.number, p.name)
        facts.measures.add(key)
        facts.departments.add((key, p.department))
        facts.figure(key, "決算額", "Actual", 2023, p.costs[2023])
        facts.ratings.add((key, p.rating))
        facts.texts.add((key, p.direction))


def upright_sheet(path: Path) -> Facts:
    """All labels at the left, upright section labels merged beside them, several forms below each other on one sheet."""
    facts, book = Facts(), Workbook()
    sheet = book.active
    sheet.title = "調書"
    put(sheet, 1, ["若葉野市まちづくり計画　進捗調書"])
    row = 3
    for p in make_projects(12, 13):
        row = _print_upright(sheet, row, p)
        _expect_upright(facts, p)
    book.save(path)
    return facts


def _print_upright(sheet: Worksheet, row: int, p: Project) -> int:
    block(sheet, row, 1, "基\n本\n情\n報", down=4)
    for offset, (label, value) in enumerate(
        (("事業名", p.name), ("担当課名", p.department), ("事業の目的", p.purpose), ("事業内容", p.content))
    ):
        put(sheet, row + offset, [label, value], 2)
    block(sheet, row + 4, 1, "実\n績", down=3)
    put(sheet, row + 4, ["指標", p.indicator], 2)
    put(sheet, row + 5, ["目標値", f"{p.targets[2024]:,}{p.unit}", "実績値", f"{p.actuals[2024]:,}{p.unit}"], 2)
    put(sheet, row + 6, ["令和6年度の実施状況", f"{p.group}への説明会を開いた。"], 2)
    block(sheet, row + 7, 1, "評\n価", down=2)
    put(sheet, row + 7, ["進捗状況", "◎○△×"[p.number % 4]], 2)
    put(sheet, row + 8, ["課題及び今後の対応", p.issue], 2)
    return row + 10


def _expect_upright(facts: Facts, p: Project) -> None:
    key = key_of("", p.name)
    facts.measures.add(key)
    facts.departments.add((key, p.department))
    facts.figure(key, p.indicator, "Target", None, p.targets[2024])
    facts.figure(key, p.indicator, "Actual", None, p.actuals[2024])
    facts.activities.add((key, 2024, "Done", f"{p.group}への説明会を開いた。"))
    facts.ratings.add((key, "◎○△×"[p.number % 4]))
    facts.texts |= {(key, text) for text in (p.purpose, p.content, p.issue)}
