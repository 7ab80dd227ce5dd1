"""CSV, HTML and Markdown."""

from __future__ import annotations

import csv
import html
import io
from pathlib import Path

from unseen.facts import Facts, key_of
from unseen.town import SECTIONS, Project, grouped, make_projects


def _own(facts: Facts, p: Project, key: str) -> None:
    facts.measures.add(key)
    facts.departments.add((key, p.department))


def exported_merges(path: Path) -> Facts:
    """A sheet with merged cells saved as CSV in Shift_JIS: what was merged is empty, line breaks are quoted."""
    facts, text = Facts(), io.StringIO()
    rows = csv.writer(text)
    rows.writerow(["若葉野市地域福祉計画 事業一覧（令和6年度）", *[""] * 9])
    rows.writerow([""] * 10)
    rows.writerow(["基本目標", "施策", "事業番号", "事業名", "担当課", "事業内容", "指標", "令和6年度", "", "評価"])
    rows.writerow(["", "", "", "", "", "", "", "目標", "実績", ""])
    before: tuple[str, ...] = ()
    for p in make_projects(50, 21):
        group = (f"{p.section + 1} {p.section_name}", p.policy_name)
        shown = [value if before[: i + 1] != group[: i + 1] else "" for i, value in enumerate(group)]
        content = f"・{p.content}\n・{p.purpose}"
        rows.writerow([*shown, f"{p.section + 1}-{p.number}", p.name, p.department, content, f"{p.indicator}（{p.unit}）",
                       f"{p.targets[2024]:,}", f"{p.actuals[2024]:,}", p.rating])  # fmt: skip
        before = group
        key = key_of(f"{p.section + 1}-{p.number}", p.name)
        _own(facts, p, key)
        facts.figure(key, f"{p.indicator}({p.unit})", "Target", 2024, p.targets[2024])
        facts.figure(key, f"{p.indicator}({p.unit})", "Actual", 2024, p.actuals[2024])
        facts.ratings.add((key, p.rating))
        facts.levels.add((key, p.policy_name))
        facts.texts |= {(key, p.content), (key, p.purpose)}
    path.write_bytes(text.getvalue().encode("cp932"))
    return facts


def open_data(path: Path) -> Facts:
    """支援制度 as open data: codes and addresses, no figure."""
    facts, text = Facts(), io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow(
        [
            "都道府県コード又は市区町村コード",
            "NO",
            "都道府県名",
            "市区町村名",
            "制度名",
            "制度概要",
            "対象者",
            "担当部署",
            "電話番号",
            "URL",
            "更新日",
        ]
    )
    for p in make_projects(80, 22):
        rows.writerow(["999997", f"{p.number:010d}", "架空県", "若葉野市", p.name, f"{p.group}に、{p.content}", p.group, p.department,
                       f"0123-45-{6000 + p.number}", f"https://www.city.example.jp/{p.number}.html", "2024-04-01"])  # fmt: skip
        key = key_of(f"{p.number:010d}", p.name)
        _own(facts, p, key)
        facts.texts |= {(key, f"{p.group}に、{p.content}"), (key, f"0123-45-{6000 + p.number}")}
    path.write_bytes(b"\xef\xbb\xbf" + text.getvalue().encode())
    return facts


def town_page(path: Path) -> Facts:
    """A page of the town: tables with rowspan and colspan, then headings with 担当課：…, then a list of terms."""
    facts = Facts()
    projects = make_projects(45, 23)
    body = ["<h1>若葉野市行政改革プラン 施策一覧</h1><p>令和6年度の取組を公表します。</p>"]
    body.append("<h2>施策の一覧</h2>")
    for (section, policy), own in grouped(projects[:20]):
        body.append(_table(SECTIONS[section][1][policy], own, facts))
    body.append("<h2>重点取組の詳細</h2>")
    for p in projects[20:33]:
        body.append(f"<h3>取組{p.number}　{p.name}</h3><p>担当課：{p.department}</p><p>取組内容：{p.content}</p><p>目標：{p.purpose}</p>")
        key = key_of(p.number, p.name)
        _own(facts, p, key)
        facts.texts |= {(key, p.content), (key, p.purpose)}
    body.append("<h2>新規事業</h2>")
    for p in projects[33:]:
        body.append(f"<dl><dt>事業名</dt><dd>{p.name}</dd><dt>事業概要</dt><dd>{p.content}</dd><dt>担当課</dt><dd>{p.department}</dd></dl>")
        key = key_of("", p.name)
        _own(facts, p, key)
        facts.texts.add((key, p.content))
    page = (
        f'<!DOCTYPE html><html lang="ja"><head><meta charset="utf-8"><title>施策一覧</title></head><body><nav>ホーム</nav>{"".join(body)}'
    )
    path.write_text(page + "<footer>若葉野市役所</footer></body></html>", encoding="utf-8")
    return facts


def _table(policy: str, own: list[Project], facts: Facts) -> str:
    cells = [
        '<table><thead><tr><th rowspan="2">施策</th><th rowspan="2">番号</th><th rowspan="2">取組名</th><th rowspan="2">所管</th>'
        '<th colspan="3">数値目標</th></tr><tr><th>項目</th><th>現状（令和5年度）</th><th>目標（令和8年度）</th></tr></thead><tbody>'
    ]
    for index, p in enumerate(own):
        cells.append("<tr>")
        if index == 0:
            cells.append(f'<td rowspan="{len(own)}">{policy}</td>')
        values = (p.number, p.name, p.department, p.indicator, f"{p.actuals[2023]}{p.unit}", f"{p.targets[2026]:,}{p.unit}")
        cells += [*(f"<td>{html.escape(str(value))}</td>" for value in values), "</tr>"]
        key = key_of(p.number, p.name)
        _own(facts, p, key)
        facts.figure(key, p.indicator, "Baseline", 2023, p.actuals[2023])
        facts.figure(key, p.indicator, "Target", 2026, p.targets[2026])
        facts.levels.add((key, policy))
    return "".join([*cells, "</tbody></table>"])


def marked_down(path: Path) -> Facts:
    """Markdown: headings, a table between pipes, and a section a project with bold labels."""
    facts = Facts()
    projects = make_projects(30, 24)
    lines = [
        "# 若葉野市環境基本計画 実施状況",
        "",
        "## 事業一覧",
        "",
        "| No. | 事業名 | 担当課 | 事業の概要 | 指標 | 実績値(R5) | 目標値(R8) |",
    ]
    lines.append("|---:|---|---|---|---|---:|---:|")
    for p in projects[:18]:
        lines.append(
            f"| {p.number} | {p.name} | {p.department} | {p.content} | {p.indicator} | {p.actuals[2023]}{p.unit} | {p.targets[2026]}{p.unit} |"
        )
        key = key_of(p.number, p.name)
        _own(facts, p, key)
        facts.figure(key, p.indicator, "Actual", 2023, p.actuals[2023])
        facts.figure(key, p.indicator, "Target", 2026, p.targets[2026])
        facts.texts.add((key, p.content))
    lines += ["", "## 新しい取組", ""]
    for p in projects[18:]:
        lines += [
            f"### {p.number}. {p.name}",
            "",
            f"- **担当課**: {p.department}",
            f"- **内容**: {p.content}",
            f"- **課題**: {p.issue}",
            "",
        ]
        key = key_of(p.number, p.name)
        _own(facts, p, key)
        facts.texts |= {(key, p.content), (key, p.issue)}
    path.write_text("\n".join(lines), encoding="utf-8")
    return facts
