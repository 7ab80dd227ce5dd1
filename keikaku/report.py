"""What an ingest found, as JSON values in the snapshot and as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any
from urllib.parse import unquote

from graph.validation import Violation
from keikaku.intake import Intake
from ontology.model import Extraction, Failure

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


def build_report(
    intake: Intake,
    extractions: Sequence[Extraction],
    failures: Iterable[Failure],
    *,
    violations: Iterable[Violation],
    disagreements: Iterable[Mapping[str, str]],
) -> dict[str, Any]:
    """The report of a snapshot, without the hash of its inputs."""
    return {
        "documents": [describe_document(extraction) for extraction in extractions],
        "failures": [{"file": failure.file_name, "reason": failure.reason} for failure in failures],
        "repeated": [{"file": file, "same_as": other} for file, other in intake.repeated],
        "violations": [asdict(violation) for violation in violations],
        "disagreements": [dict(disagreement) for disagreement in disagreements],
    }


def describe_document(extraction: Extraction) -> dict[str, Any]:
    """What was read from one document, with every line that was not understood."""
    document, plan = extraction.document, extraction.plan
    printed = sum(bool(line.strip()) for line in document.lines[document.first_line - 1 : document.last_line])
    return {
        "id": document.id,
        "file": document.file_name,
        "title": document.title,
        "issued": document.issued,
        "municipality": {"code": plan.municipality.code, "name": plan.municipality.name},
        "plan": {"title": plan.title, "from_fiscal_year": plan.from_fiscal_year, "to_fiscal_year": plan.to_fiscal_year},
        "counts": _count(extraction),
        "lines": {
            "first": document.first_line,
            "last": document.last_line,
            "printed": printed,
            "furniture": len(extraction.furniture),
            "unread": len(extraction.unread),
        },
        "unread": [{"line": line.number, "text": line.text.strip(), "reason": line.reason} for line in extraction.unread],
        "warnings": list(document.warnings),
    }


def _count(extraction: Extraction) -> dict[str, int]:
    measures = extraction.measures
    named = [measure.departments for measure in measures]
    named += [item.departments for measure in measures for item in (*measure.activities, *measure.effects)]
    return {
        "elements": len(extraction.elements),
        "measures": len(measures),
        "departments": len({department.name for departments in named for department in departments}),
        "activities": sum(len(measure.activities) for measure in measures),
        "effects": sum(len(measure.effects) for measure in measures),
        "indicators": len(extraction.indicators),
        "observations": sum(len(indicator.observations) for indicator in extraction.indicators),
        "passages": len(extraction.passages),
    }


def summarise(report: Mapping[str, Any]) -> str:
    """One sentence for all documents."""
    documents, failures = report["documents"], report["failures"]
    counts = {name: sum(document["counts"][name] for document in documents) for name in COUNTS}
    found = f"文書 {len(documents)} 件から、取組・事業 {counts['measures']}、指標 {counts['indicators']}、本文 {counts['passages']} を読み取りました"
    return found + (f"（読めなかったもの {len(failures)} 件）" if failures else "")


def ingest_lines(report: Mapping[str, Any]) -> list[str]:
    """What is told at the end of an ingest: each document, and how much there is to look at in the full report."""
    lines = [line for document in report["documents"] for line in _document_lines(document)]
    lines += _repeated_lines(report)
    counts = {"食い違う値": len(_group_disagreements(report)), "検査で気づいた点": len(_group_violations(report))}
    found = "、".join(f"{name} {count} 件" for name, count in counts.items() if count)
    return lines + ([f"{found}（keikaku report で一覧）"] if found else [])


def report_lines(report: Mapping[str, Any], *, with_unread: bool = False) -> list[str]:
    """The whole report as lines of text; ``with_unread`` lists each line that was not understood, with its reason."""
    lines = []
    for document in report["documents"]:
        lines += _document_lines(document)
        if with_unread:
            lines += [f"     {line['line']}行: {line['text']} … {line['reason']}" for line in document["unread"]]
    lines += _repeated_lines(report)
    lines += [f"読めません: {failure['file']}: {failure['reason']}" for failure in report["failures"]]
    for (indicator, year, role), values in _group_disagreements(report).items():
        printed = "、".join(f"{value}（{'・'.join(documents)}）" for value, documents in values.items())
        lines.append(f"食い違い: {indicator} {year}年度 {role}: {printed}")
    for (title, message), subjects in _group_violations(report).items():
        lines.append(f"検査: {title}: {message}（{len(subjects)} 件、例 {subjects[0]}）")
    return lines


def _repeated_lines(report: Mapping[str, Any]) -> list[str]:
    return [
        f"同じ内容: {repeated['file']} は {repeated['same_as']} と同じ内容なので、一度だけ読みました" for repeated in report["repeated"]
    ]


def _group_disagreements(report: Mapping[str, Any]) -> dict[tuple[str, str, str], dict[str, list[str]]]:
    """Indicator, year and role → printed value → the documents that print it."""
    grouped: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for d in report["disagreements"]:
        values = grouped.setdefault((d["indicator"], d["fiscal_year"], d["role"]), {})
        for value, document in ((d["value"], d["document"]), (d["other_value"], d["other_document"])):
            documents = values.setdefault(value, [])
            if document not in documents:
                documents.append(document)
    return grouped


def _group_violations(report: Mapping[str, Any]) -> dict[tuple[str, str], list[str]]:
    """Document title and message → what it is about."""
    titles = {document["id"]: f"{document['title']}（{document['file']}）" for document in report["documents"]}
    grouped: dict[tuple[str, str], list[str]] = {}
    for violation in report["violations"]:
        document = violation["document"].rpartition("/")[2]
        grouped.setdefault((titles.get(document, document), violation["message"]), []).append(unquote(violation["focus"]))
    return grouped


def _document_lines(document: Mapping[str, Any]) -> list[str]:
    plan, size = document["plan"], document["lines"]
    lines = [
        f"■ {document['title']}（{document['file']} {size['first']}〜{size['last']}行）",
        f"   {document['municipality']['name']} ／ {plan['title']}{_period(plan)}",
        "   " + "、".join(f"{label} {document['counts'][name]}" for name, label in COUNTS.items()),
        f"   読み取れなかった行 {size['unread']} ／ {size['printed']}（{_share(size['unread'], size['printed'])}）",
    ]
    lines += [f"   注意: {warning}" for warning in document["warnings"]]
    return lines


def _period(plan: Mapping[str, Any]) -> str:
    years = [plan["from_fiscal_year"], plan["to_fiscal_year"]]
    return f"（{'〜'.join('' if year is None else f'{year}年度' for year in years)}）" if any(years) else ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
