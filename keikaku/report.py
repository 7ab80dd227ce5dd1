"""What an ingest found, as JSON values in the snapshot (``report_text`` tells it to people)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from graph.disagreements import Disagreement
from graph.validation import Violation
from ingest.characters import find_foreign_letters, normalise
from keikaku.line_shares import count_lines
from keikaku.readings import Readings
from ontology.model import Extraction, Reorganisation


def build_report(read: Readings, *, violations: Iterable[Violation], disagreements: Iterable[Disagreement]) -> dict[str, Any]:
    """The report of a snapshot, without the hash of its inputs."""
    return {
        "documents": [describe_document(extraction) for extraction in read.extractions],
        "failures": [{"file": failure.file_name, "reason": failure.reason} for failure in read.failures],
        "repeated": [{"file": file, "same_as": other} for file, other in read.intake.repeated],
        "revisions": list(read.revisions),
        "violations": [asdict(violation) for violation in violations],
        "disagreements": [_describe_disagreement(disagreement) for disagreement in disagreements],
    }


def describe_document(extraction: Extraction) -> dict[str, Any]:
    """What was read from one document, with every line that was not understood."""
    document, plan = extraction.document, extraction.plan
    return {
        "id": document.id,
        "file": document.file_name,
        "title": document.title,
        "issued": document.issued,
        "municipality": {"code": plan.municipality.code, "name": plan.municipality.name},
        "plan": {"title": plan.title, "from_fiscal_year": plan.from_fiscal_year, "to_fiscal_year": plan.to_fiscal_year},
        "counts": _count(extraction),
        "lines": {"first": document.first_line, "last": document.last_line} | count_lines(extraction),
        "unread": [{"line": line.number, "text": line.text.strip(), "reason": line.reason} for line in extraction.unread],
        "foreign_letters": list(_foreign_letters(extraction)),
        "reorganisations": [_describe_reorganisation(change) for change in extraction.reorganisations],
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


def _foreign_letters(extraction: Extraction) -> Iterator[dict[str, Any]]:
    """Letters of other scripts inside Japanese words: the font of the document is broken there, or somebody mistyped."""
    document = extraction.document
    for number in range(document.first_line, document.last_line + 1):
        text = normalise(document.lines[number - 1])
        letters = [] if text.isascii() else find_foreign_letters(text)
        if letters:
            yield {"line": number, "letters": letters, "text": text.strip()}


def _describe_reorganisation(change: Reorganisation) -> dict[str, Any]:
    return {
        "lines": [change.source.start_line, change.source.end_line],
        "text": change.text,
        "original": [department.name for department in change.original],
        "resulting": [department.name for department in change.resulting],
        "fiscal_year": change.fiscal_year,
        "date": change.date,
        "status": change.status.value if change.status else None,
    }


def _describe_disagreement(disagreement: Disagreement) -> dict[str, Any]:
    return {
        "kind": disagreement.kind,
        "subject": disagreement.subject,
        "title": disagreement.title,
        "plan": disagreement.plan,
        "fiscal_year": disagreement.fiscal_year,
        "role": disagreement.role,
        "rules": list(disagreement.rules),
        "statements": [
            {
                "text": statement.text,
                "document": statement.place.document,
                "title": statement.place.title,
                "file": statement.place.file,
                "page": statement.place.page,
                "lines": list(statement.place.lines),
            }
            for statement in disagreement.statements
        ],
    }
