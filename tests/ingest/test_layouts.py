"""Layouts that no seed has: each text of ``layouts/`` gives the facts that its .toml tells, also where a dump puts a blank line between its lines."""

from __future__ import annotations

import tomllib
from decimal import Decimal
from pathlib import Path

import pytest

from ingest.labels import load_labels
from ingest.pipeline import extract
from ingest.readers import read_file
from ontology.model import Extraction, Municipality, Plan, SourceDocument

FOLDER = Path(__file__).parent / "layouts"
LABELS = load_labels()
# A blank line ends a table there.
SEPARATED = ("markdown_tables", "cells_behind_tabs", "status_table_behind_tabs", "forms_in_pipes", "columns_of_numbered_work")
OFFICE = (".docx", ".xlsx")
NAMES = sorted(path.stem for path in FOLDER.glob("*.toml"))
SPREAD = {path.stem for path in FOLDER.iterdir() if path.suffix not in (".toml", *OFFICE)} - set(SEPARATED)


def read_layout(name: str, spread: bool, folder: Path) -> tuple[Extraction, dict]:
    """What is read from a layout and what is true; ``spread`` puts a blank line between any two lines, as many dumps do."""
    (path,) = (path for path in FOLDER.glob(f"{name}.*") if path.suffix != ".toml")
    if spread:
        text = path.read_text(encoding="utf-8").replace("\n", "\n\n")
        path = folder / path.name
        path.write_text(text, encoding="utf-8")
    source = read_file(path)
    document = SourceDocument("0000", "試験", path.name, "0" * 64, tuple(line.text for line in source.lines), 1, len(source.lines))
    found = extract(source, document, Plan(Municipality("999999", "若葉野市"), "試験計画", "試験計画"), LABELS)
    return found, tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


def levels_above(found: Extraction, path: tuple[str, ...] | None) -> list[str]:
    """The printed levels with their numbers, outermost first."""
    elements = {element.path: element for element in found.elements}
    above: list[str] = []
    while path is not None:
        above.insert(0, f"{elements[path].level_name}{elements[path].number}")
        path = elements[path].parent
    return above


layouts = pytest.mark.parametrize(
    ("name", "spread"),
    [
        pytest.param(name, spread, id=f"{name}{'-spread' * spread}")
        for name in NAMES
        for spread in (False, True)
        if not spread or name in SPREAD
    ],
)


@layouts
def test_measures_with_owners_and_levels(name: str, spread: bool, tmp_path: Path) -> None:
    found, truth = read_layout(name, spread, tmp_path)
    assert [
        (
            m.name,
            m.number,
            [d.name for d in m.departments],
            [d.name for d in m.partners],
            levels_above(found, m.parent),
            m.assessments[0].rating_text if m.assessments else None,
        )
        for m in found.measures
    ] == [(m["name"], m.get("number"), m["departments"], m.get("partners", []), m["above"], m.get("rating")) for m in truth["measures"]]


@layouts
def test_activities_in_their_years(name: str, spread: bool, tmp_path: Path) -> None:
    found, truth = read_layout(name, spread, tmp_path)
    for read, measure in zip(found.measures, truth["measures"], strict=True):
        own = [(a.fiscal_year, a.status and a.status.value, a.text) for a in read.activities]
        for year, status, text in measure.get("activities", []):  # 0 and "": the print gives none
            own.remove(next(row for row in own if row[:2] == (year or None, status or None) and row[2].startswith(text)))
        assert own == []


@layouts
def test_figures_of_the_measures(name: str, spread: bool, tmp_path: Path) -> None:
    found, truth = read_layout(name, spread, tmp_path)
    names = {m.path: m.name for m in found.measures}
    read = [
        [names.get(i.measure or ()), i.name, o.role.value, o.fiscal_year, o.quantity.value]
        for i in found.indicators
        for o in i.observations
    ]
    expected = [[row[0] or None, *row[1:4], Decimal(row[4]) if row[4] else None] for row in truth["figures"]]
    assert sorted(read, key=str) == sorted(expected, key=str)


@layouts
def test_chief_work_without_numbers(name: str, spread: bool, tmp_path: Path) -> None:
    found, truth = read_layout(name, spread, tmp_path)
    assert [[i.name, [d.name for d in i.departments]] for i in found.initiatives] == truth.get("initiatives", [])
