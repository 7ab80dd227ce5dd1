"""Word plans: one table a measure, nested tables, text boxes."""

from __future__ import annotations

from pathlib import Path

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from unseen.facts import Facts, key_of
from unseen.town import Project, make_projects


def plan_with_tables(path: Path) -> Facts:
    """Headings of chapters and policies; a table a measure with the plan of each year."""
    facts, document = Facts(), Document()
    document.add_heading("若葉野市子ども・子育て支援計画", 0)
    document.add_paragraph("計画期間は令和６年度から令和８年度までの３年間です。")
    above = (-1, -1)
    for p in make_projects(30, 31):
        if p.section != above[0]:
            document.add_heading(f"基本目標{p.section + 1}　{p.section_name}", 1)
        if (p.section, p.policy) != above:
            document.add_heading(f"施策{p.policy + 1}　{p.policy_name}", 2)
        above = (p.section, p.policy)
        plans = ("調査を行う。", f"{p.group}に試行する。", "全市に広げる。")
        table = document.add_table(6, 4)
        for row, (label, text) in enumerate(
            (("事業名", f"{p.number} {p.name}"), ("担当課", p.department), ("目的", p.purpose), ("事業内容", p.content))
        ):
            table.cell(row, 0).text = label
            table.cell(row, 1).merge(table.cell(row, 3)).text = text
        table.cell(4, 0).merge(table.cell(5, 0)).text = "年次計画"
        for column, (head, text) in enumerate(zip(("令和６年度", "令和７年度", "令和８年度"), plans, strict=True), 1):
            table.cell(4, column).text = head
            table.cell(5, column).text = text
        document.add_paragraph("")
        _expect(facts, p)
        key = key_of(p.number, p.name)
        facts.levels.add((key, p.policy_name))
        facts.activities |= {(key, year, "Planned", text) for year, text in zip((2024, 2025, 2026), plans, strict=True)}
    document.save(path)
    return facts


def _expect(facts: Facts, p: Project) -> None:
    key = key_of(p.number, p.name)
    facts.measures.add(key)
    facts.departments.add((key, p.department))
    facts.texts |= {(key, p.purpose), (key, p.content)}


def nested_tables(path: Path) -> Facts:
    """A form with a table of indicators inside a cell, and a text box beside it."""
    facts, document = Facts(), Document()
    document.add_heading("若葉野市公共施設再編計画　進捗状況報告書", 0)
    for p in make_projects(20, 32):
        table = document.add_table(5, 2)
        rows = (
            ("取組番号", str(p.number)),
            ("取組名", p.name),
            ("所管課", p.department),
            ("取組概要", f"{p.purpose}{p.content}"),
            ("評価指標", ""),
        )
        for row, (label, text) in enumerate(rows):
            table.cell(row, 0).text = label
            table.cell(row, 1).text = text
        inner = table.cell(4, 1).add_table(2, 4)
        for column, (head, value) in enumerate(
            (
                ("指標名", p.indicator),
                ("R4実績", f"{p.actuals[2022]}{p.unit}"),
                ("R5実績", f"{p.actuals[2023]}{p.unit}"),
                ("R8目標", f"{p.targets[2026]}{p.unit}"),
            )
        ):
            inner.cell(0, column).text = head
            inner.cell(1, column).text = value
        paragraph = document.add_paragraph()
        paragraph._p.append(_text_box(f"{p.name}は{p.group}を対象とします。"))
        _expect(facts, p)
        key = key_of(p.number, p.name)
        for role, year, value in (("Actual", 2022, p.actuals[2022]), ("Actual", 2023, p.actuals[2023]), ("Target", 2026, p.targets[2026])):
            facts.figure(key, p.indicator, role, year, value)
    document.save(path)
    return facts


def _text_box(text: str):
    return parse_xml(
        f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox><w:txbxContent>'
        f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
    )
