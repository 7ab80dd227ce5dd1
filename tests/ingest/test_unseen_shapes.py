"""Documents of many shapes, printed from invented facts: all of the facts are read, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from accounting import accounted_lines
from unseen.facts import KINDS, facts_of, missing_texts
from unseen.shapes import KNOWN_GAPS, SHAPES, make_document, read_document


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_read_whole(name: str, tmp_path: Path) -> None:
    path, expected = make_document(name, tmp_path)
    extractions = read_document(path)
    found = facts_of(extractions)
    gaps = KNOWN_GAPS.get(name, ())
    for kind in KINDS:
        if kind not in gaps:
            assert getattr(found, kind) == getattr(expected, kind), kind
    if "texts" not in gaps:
        assert missing_texts(found, expected) == set()
    for extraction in extractions:
        printed = {number for number, line in enumerate(extraction.document.lines, 1) if line.strip()}
        assert printed <= accounted_lines(extraction)
        assert len(extraction.unread) <= max(1, len(printed) // 100)


def test_a_workbook_of_hundreds_of_projects_takes_seconds(tmp_path: Path) -> None:
    for name in ("evaluation-list.xlsx", "evaluation-sheets.xlsx"):
        path, expected = make_document(name, tmp_path)
        started = time.perf_counter()
        found = facts_of(read_document(path))
        assert time.perf_counter() - started < 20  # a second or two on an idle machine
        assert len(found.measures) == len(expected.measures)
