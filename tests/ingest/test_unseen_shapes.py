"""Documents of many shapes, printed from invented facts: all of the facts are read, and nothing else."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from accounting import accounted_lines
from unseen.drawn import SUFFIXES, draw_list
from unseen.drawn_forms import SUFFIXES as FORM_SUFFIXES
from unseen.drawn_forms import draw_forms
from unseen.drawn_noise import draw_noisy_list
from unseen.facts import KINDS, Facts, facts_of, missing_texts
from unseen.shapes import KNOWN_GAPS, SHAPES, add_settings, make_document, read_document


def check(path: Path, expected: Facts, gaps: tuple[str, ...] = ()) -> None:
    extractions = read_document(path)
    found = facts_of(extractions)
    for kind in KINDS:
        if kind not in gaps:
            assert getattr(found, kind) == getattr(expected, kind), kind
    if "texts" not in gaps:
        assert missing_texts(found, expected) == set()
    for extraction in extractions:
        printed = {number for number, line in enumerate(extraction.document.lines, 1) if line.strip()}
        assert printed <= accounted_lines(extraction)
        assert len(extraction.unread) <= max(1, len(printed) // 100)


@pytest.mark.parametrize("name", SHAPES)
def test_a_shape_is_read_whole(name: str, tmp_path: Path) -> None:
    check(*make_document(name, tmp_path), KNOWN_GAPS.get(name, ()))


@pytest.mark.parametrize("seed", range(32))
def test_lists_drawn_at_random(seed: int, tmp_path: Path) -> None:
    path = tmp_path / f"一覧{SUFFIXES[seed % len(SUFFIXES)]}"
    expected = draw_list(path, seed)
    check(add_settings(path), expected)


@pytest.mark.parametrize("seed", range(16))
def test_forms_drawn_at_random(seed: int, tmp_path: Path) -> None:
    path = tmp_path / f"様式{FORM_SUFFIXES[seed % len(FORM_SUFFIXES)]}"
    expected = draw_forms(path, seed)
    check(add_settings(path), expected)


@pytest.mark.parametrize("seed", range(16))
def test_lists_as_offices_keep_them(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "一覧.xlsx"
    expected = draw_noisy_list(path, seed)
    check(add_settings(path), expected)


def test_a_workbook_of_hundreds_of_projects_takes_seconds(tmp_path: Path) -> None:
    for name in ("evaluation-list.xlsx", "evaluation-sheets.xlsx"):
        path, expected = make_document(name, tmp_path)
        started = time.perf_counter()
        found = facts_of(read_document(path))
        assert time.perf_counter() - started < 20  # a second or two on an idle machine
        assert len(found.measures) == len(expected.measures)
