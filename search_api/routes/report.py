"""``/report`` and ``/api/report``: what was read from each document, what was not understood, what disagrees."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from graph.disagreements import KIND_LABELS
from graph.indicator_series import ROLE_NAMES
from search_api.addresses import page_path
from search_api.current import Published
from search_api.pages import render_page
from search_api.problem import Problem, Text
from search_api.routes.dependencies import PROBLEMS, Current

# What the lines of a document became, in the order of the bar.
SHARES = (
    ("fact", "事実"),
    ("passage", "本文"),
    ("structure", "見出し・表の見出し"),
    ("furniture", "ページ番号・柱など"),
    ("unread", "読み取れなかった行"),
)

router = APIRouter(tags=["一覧"], responses=PROBLEMS)


@router.get("/api/report", summary="読み取りの報告")
def report(current: Current) -> JSONResponse:
    """The report of the last ingest, as ``keikaku report --format json`` prints it."""
    return JSONResponse(_read(current))


@router.get("/report", summary="読み取りの報告のページ")
def show_report(request: Request, current: Current) -> Response:
    found = _read(current)
    base_iri = current.snapshot.base_iri
    return render_page(
        request,
        "report.html",
        report=found,
        bars={document["id"]: _bar(document["lines"]) for document in found["documents"]},
        shares=SHARES,
        disagreements=[
            (KIND_LABELS[kind], list(own)) for kind, own in groupby(found["disagreements"], key=lambda disagreement: disagreement["kind"])
        ],
        violations=_violations(found),
        roles=ROLE_NAMES,
        page_of=lambda iri: page_path(iri, base_iri),
    )


def _read(current: Published) -> dict[str, Any]:
    """The report. Raises Problem 404 where the snapshot was made without one."""
    found = current.snapshot.report
    if not isinstance(found, dict):
        raise Problem(404, "not-found", Text("このスナップショットには報告がありません。", "This snapshot has no report."))
    return found


def _bar(lines: Mapping[str, int]) -> list[dict[str, Any]]:
    """The parts of a bar of width 100: kind, words, lines, where it begins and how wide it is."""
    parts, start = [], 0.0
    for kind, label in SHARES:
        width = 100 * lines[kind] / lines["printed"] if lines["printed"] else 0.0
        parts.append({"kind": kind, "label": label, "lines": lines[kind], "start": round(start, 2), "width": round(width, 2)})
        start += width
    return parts


def _violations(found: Mapping[str, Any]) -> list[tuple[str, int]]:
    """What the shapes found, with how often; the most frequent first."""
    counts: dict[str, int] = {}
    for violation in found["violations"]:
        counts[violation["message"]] = counts.get(violation["message"], 0) + 1
    return sorted(counts.items(), key=lambda item: (-item[1], item[0]))
