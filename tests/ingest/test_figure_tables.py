"""Indicator tables of many towns in every layout that carries them, and nothing read where the print does not say what a figure is."""

from __future__ import annotations

import csv
import io
import tomllib
from pathlib import Path

import pytest
from accounting import accounted_lines

from ingest.labels import load_labels
from ingest.layout import SourceText
from ingest.pipeline import extract
from ingest.printed import columns
from ingest.readers import read_file
from ontology.model import Extraction, Indicator, Municipality, Plan, SourceDocument

TABLES = tomllib.loads((Path(__file__).parent / "truth" / "tables.toml").read_text(encoding="utf-8"))["table"]
LAYOUTS = ("tabs", "pipes", "text", "columns", "csv")
PLAN = Plan(Municipality("999999", "若葉野市"), "試験計画", "試験計画")


def print_table(table: dict, layout: str) -> tuple[str, str]:
    """File name and text of a table in a layout."""
    rows = table["rows"]
    if layout == "csv":
        sheet = io.StringIO()
        csv.writer(sheet).writerows([*([line] for line in table.get("above", [])), *rows, *([line] for line in table.get("below", []))])
        return "指標.csv", sheet.getvalue()
    printed = {
        "tabs": ["\t".join(row) for row in rows],
        "pipes": [f"| {' | '.join(row)} |" for row in [rows[0], ["---"] * len(rows[0]), *rows[1:]]],
        "text": [" ".join(row).strip() for row in rows],
        "columns": ["".join(cell + " " * (24 - columns(cell)) for cell in row).rstrip() for row in rows],
    }[layout]
    return ("指標.md" if layout == "pipes" else "指標.txt"), "\n\n".join(
        [*table.get("above", []), "\n".join(printed), *table.get("below", [])]
    )


def read_table(table: dict, layout: str, folder: Path) -> Extraction:
    name, text = print_table(table, layout)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    source: SourceText = read_file(path)
    lines = tuple(line.text for line in source.lines)
    document = SourceDocument("0000", "試験", name, source.sha256, lines, 1, len(lines), media_type=source.media_type)
    return extract(source, document, PLAN, load_labels())


def row_of(indicator: Indicator) -> list:
    cells = []
    for o in indicator.observations:
        value = "" if o.quantity.value is None else str(o.quantity.value)
        cells.append([o.role.value[0], o.fiscal_year or 0, o.quantity.text, value, *filter(None, [o.quantity.comparator])])
    return [indicator.name, indicator.unit, cells]


CASES = [(table, layout) for table in TABLES for layout in table.get("layouts", LAYOUTS)]


@pytest.mark.parametrize(("table", "layout"), CASES, ids=lambda value: value if isinstance(value, str) else value["name"])
def test_tables(table: dict, layout: str, tmp_path: Path) -> None:
    found = read_table(table, layout, tmp_path)
    assert [row_of(indicator) for indicator in found.indicators] == [
        [name, unit, [[*cell[:2], _as_read(cell[2], found), *cell[3:]] for cell in cells]] for name, unit, cells in table["expected"]
    ]
    assert [indicator.measure and indicator.measure[-1] for indicator in found.indicators] == table.get(
        "measures", [None] * len(table["expected"])
    )
    if "notes" in table:
        assert [o.note for indicator in found.indicators for o in indicator.observations] == table["notes"]
    printed = {number for number, line in enumerate(found.document.lines, 1) if line.strip()}
    assert printed <= accounted_lines(found)


def _as_read(text: str, found: Extraction) -> str:
    """The text of a cell in the characters of the reading: those of loose text are folded."""
    texts = {o.quantity.text for indicator in found.indicators for o in indicator.observations}
    return next((own for own in texts if own.translate(_FOLD).replace(" ", "") == text.translate(_FOLD).replace(" ", "")), text)


_FOLD = str.maketrans("（）−", "()-")
