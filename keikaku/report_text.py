"""The report of an ingest as lines of text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from graph.disagreements import KIND_LABELS
from graph.indicator_series import ROLE_NAMES

COUNTS = {
    "elements": "上位の区分",
    "measures": "取組・事業",
    "departments": "担当",
    "activities": "実施状況・予定",
    "effects": "効果",
    "indicators": "指標",
    "observations": "指標の値",
    "passages": "本文",
}
LINES = {"fact": "事実", "passage": "本文", "structure": "見出し・表の見出し", "furniture": "ページ番号・柱など"}

Json = Mapping[str, Any]


def summarise(report: Json) -> str:
    """One sentence for all documents."""
    documents, failures = report["documents"], report["failures"]
    counts = {name: sum(document["counts"][name] for document in documents) for name in COUNTS}
    found = f"文書 {len(documents)} 件から、取組・事業 {counts['measures']}、指標 {counts['indicators']}、本文 {counts['passages']} を読み取りました"
    return found + (f"（読めなかったもの {len(failures)} 件）" if failures else "")


def ingest_lines(report: Json) -> list[str]:
    """What is told at the end of an ingest: each document, and how much there is to look at in the full report."""
    lines = [line for document in report["documents"] for line in _document_lines(document)]
    lines += _repeated_lines(report)
    lines += [_revision_head(revision) for revision in report["revisions"]]
    counts = {
        "食い違う値": sum(d["kind"] == "figure" for d in report["disagreements"]),
        "名や担当の違い": sum(d["kind"] not in ("figure", "similar-indicator") for d in report["disagreements"]),
        "検査で気づいた点": len(_group_violations(report)),
    }
    found = "、".join(f"{name} {count} 件" for name, count in counts.items() if count)
    return lines + ([f"{found}（keikaku report で一覧）"] if found else [])


def report_lines(report: Json, *, with_unread: bool = False) -> list[str]:
    """The whole report as lines of text; ``with_unread`` lists each line that was not understood, with its reason."""
    lines = []
    for document in report["documents"]:
        lines += _document_lines(document)
        lines += [f"   組織改正: {_reorganisation(change)}" for change in document["reorganisations"]]
        lines += [
            f"   別の文字: {found['line']}行 「{'」「'.join(found['letters'])}」 … {found['text']}" for found in document["foreign_letters"]
        ]
        if with_unread:
            lines += [f"     {line['line']}行: {line['text']} … {line['reason']}" for line in document["unread"]]
    lines += _repeated_lines(report)
    lines += [line for revision in report["revisions"] for line in _revision_lines(revision)]
    lines += [f"読めません: {failure['file']}: {failure['reason']}" for failure in report["failures"]]
    lines += [_disagreement(disagreement) for disagreement in report["disagreements"]]
    for (title, message), subjects in _group_violations(report).items():
        lines.append(f"検査: {title}: {message}（{len(subjects)} 件、例 {subjects[0]}）")
    return lines


def model_line(models: Sequence[Json]) -> str:
    """The sentence models that the index was built with, each with its hash."""
    named = "、".join(f"{model['name']}（{model['fingerprint']}）" for model in models)
    return f"モデル: {named or 'なし（語句だけの検索）'}"


def _repeated_lines(report: Json) -> list[str]:
    return [
        f"同じ内容: {repeated['file']} は {repeated['same_as']} と同じ内容なので、一度だけ読みました" for repeated in report["repeated"]
    ]


def _disagreement(disagreement: Json) -> str:
    """「食い違い: 指標 2024年度 実績: 115手続（報告書 22行）、112手続（…）」"""
    said: dict[str, list[str]] = {}
    for statement in disagreement["statements"]:
        said.setdefault(statement["text"], []).append(f"{statement['title']} {_lines_at(statement)}")
    printed = "、".join(f"{text}（{'・'.join(places)}）" for text, places in said.items())
    what = f" {disagreement['fiscal_year']}年度 {ROLE_NAMES[disagreement['role']]}" if disagreement["kind"] == "figure" else ""
    rules = f" … 同じとみなした規則: {'、'.join(disagreement['rules'])}" if disagreement["rules"] else ""
    return f"{KIND_LABELS[disagreement['kind']]}: {disagreement['title']}{what}: {printed}{rules}"


def _lines_at(place: Json) -> str:
    first, last = place["lines"]
    page = f"p.{place['page']} " if place.get("page") else ""
    return f"{page}{first}行" if first == last else f"{page}{first}〜{last}行"


def _reorganisation(change: Json) -> str:
    units = f"{'、'.join(change['original']) or '（新設）'} → {'、'.join(change['resulting']) or '（廃止）'}"
    when = change["date"] or (f"{change['fiscal_year']}年度" if change["fiscal_year"] else "")
    planned = "予定" if change["status"] == "Planned" else ""
    return f"{units}（{'、'.join(filter(None, (when, planned, _lines_at(change))))}）"


def _revision_head(revision: Json) -> str:
    name = f"改訂: {revision['title']}（{revision['file']}）"
    if revision["change"] != "changed":
        return f"{name}: {'新しい版にある文書です' if revision['change'] == 'added' else '新しい版にはありません'}"
    measures, bullets = revision["measures"], revision["bullets"]
    parts = {
        "取組": _changes(len(measures["added"]), len(measures["removed"]), len(measures["renamed"])),
        "担当": _changes(0, 0, len(revision["departments"])),
        "数値": _changes(0, 0, len(revision["figures"])),
        "項目": _changes(len(bullets["added"]), len(bullets["removed"]), len(bullets["changed"])),
    }
    return f"{name}: " + "、".join(f"{label} {change}" for label, change in parts.items() if change)


def _changes(added: int, removed: int, changed: int) -> str:
    return " ".join(f"{word} {count}" for word, count in (("追加", added), ("削除", removed), ("変更", changed)) if count)


def _revision_lines(revision: Json) -> list[str]:
    lines = [_revision_head(revision)]
    if revision["change"] != "changed":
        return lines
    measures, bullets = revision["measures"], revision["bullets"]
    lines += [f"   ＋ {name}" for name in measures["added"]] + [f"   − {name}" for name in measures["removed"]]
    lines += [f"   {pair['from']} → {pair['to']}" for pair in measures["renamed"]]
    for change in revision["departments"]:
        names = [f"＋{name}" for name in change["added"]] + [f"−{name}" for name in change["removed"]]
        lines.append(f"   {change['measure']} 担当: {'、'.join(names)}")
    for figure in revision["figures"]:
        year = f" {figure['fiscal_year']}年度" if figure["fiscal_year"] else ""
        lines.append(
            f"   {figure['indicator']}{year} {ROLE_NAMES[figure['role']]}: {figure['from'] or '（なし）'} → {figure['to'] or '（なし）'}"
        )
    lines += [f"   {bullet['measure']}{_year(bullet)}: ＋ {bullet['text']}" for bullet in bullets["added"]]
    lines += [f"   {bullet['measure']}{_year(bullet)}: − {bullet['text']}" for bullet in bullets["removed"]]
    return lines + [f"   {bullet['measure']}{_year(bullet)}: {bullet['from']} → {bullet['to']}" for bullet in bullets["changed"]]


def _year(bullet: Json) -> str:
    return f" {bullet['fiscal_year']}年度" if bullet["fiscal_year"] else ""


def _group_violations(report: Json) -> dict[tuple[str, str], list[str]]:
    """Document title and message → what it is about."""
    titles = {document["id"]: f"{document['title']}（{document['file']}）" for document in report["documents"]}
    grouped: dict[tuple[str, str], list[str]] = {}
    for violation in report["violations"]:
        document = violation["document"].rpartition("/")[2]
        grouped.setdefault((titles.get(document, document), violation["message"]), []).append(unquote(violation["focus"]))
    return grouped


def _document_lines(document: Json) -> list[str]:
    plan, size = document["plan"], document["lines"]
    shares = "、".join(f"{label} {_share(size[kind], size['printed'])}" for kind, label in LINES.items())
    lines = [
        f"■ {document['title']}（{document['file']} {size['first']}〜{size['last']}行）",
        f"   {document['municipality']['name']} ／ {plan['title']}{_period([plan['from_fiscal_year'], plan['to_fiscal_year']])}",
        "   " + "、".join(f"{label} {document['counts'][name]}" for name, label in COUNTS.items()),
        f"   行の内訳: {shares}",
        f"   読み取れなかった行 {size['unread']} ／ {size['printed']}（{_share(size['unread'], size['printed'])}）",
    ]
    return lines + [f"   注意: {warning}" for warning in document["warnings"]]


def _period(years: Sequence[int | None]) -> str:
    return f"（{'〜'.join('' if year is None else f'{year}年度' for year in years)}）" if any(years) else ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
