"""What an ingest found, as JSON values in the snapshot and as text for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

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
    inputs: str, intake: Intake, extractions: Sequence[Extraction], failures: Iterable[Failure], problems: Sequence[Violation]
) -> dict[str, Any]:
    """The report of a snapshot. ``inputs`` is the hash of everything the snapshot is made from."""
    return {
        "inputs": inputs,
        "documents": [describe_document(extraction) for extraction in extractions],
        "failures": [{"file": failure.file_name, "reason": failure.reason} for failure in failures],
        "repeated": [{"file": file, "same_as": other} for file, other in intake.repeated],
        "violations": [
            {"document": p.document, "focus": p.focus, "path": p.path, "value": p.value, "severity": p.severity, "message": p.message}
            for p in problems
        ],
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


def report_lines(report: Mapping[str, Any], *, with_unread: bool = False) -> list[str]:
    """The report as lines of text; ``with_unread`` lists each line that was not understood, with its reason."""
    lines: list[str] = []
    for document in report["documents"]:
        lines += _document_lines(document, with_unread=with_unread)
    for repeated in report["repeated"]:
        lines.append(f"同じ内容: {repeated['file']} は {repeated['same_as']} と同じ内容なので、一度だけ読みました")
    for failure in report["failures"]:
        lines.append(f"読めません: {failure['file']}: {failure['reason']}")
    for violation in report["violations"]:
        lines.append(f"検査: {violation['focus']}: {violation['message']}")
    return lines


def _document_lines(document: Mapping[str, Any], *, with_unread: bool) -> list[str]:
    plan, size = document["plan"], document["lines"]
    lines = [
        f"■ {document['title']}（{document['file']} {size['first']}〜{size['last']}行）",
        f"   {document['municipality']['name']} ／ {plan['title']}{_period(plan)}",
        "   " + "、".join(f"{label} {document['counts'][name]}" for name, label in COUNTS.items()),
        f"   読み取れなかった行 {size['unread']} ／ {size['printed']}（{_share(size['unread'], size['printed'])}）",
    ]
    lines += [f"   注意: {warning}" for warning in document["warnings"]]
    if with_unread:
        lines += [f"     {line['line']}行: {line['text']} … {line['reason']}" for line in document["unread"]]
    return lines


def _period(plan: Mapping[str, Any]) -> str:
    years = [plan["from_fiscal_year"], plan["to_fiscal_year"]]
    return f"（{'〜'.join('' if year is None else f'{year}年度' for year in years)}）" if any(years) else ""


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "0%"
