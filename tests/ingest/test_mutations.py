"""No text breaks the reading: whatever happened to a document, nothing is raised, nothing invented and no line lost."""

from __future__ import annotations

import os
from pathlib import Path

from accounting import accounted_lines
from mutations import Grid, draw_case, draw_grid, figures, fiscal_years, is_printed_year, printed_numbers

from ingest.labels import load_labels
from ingest.layout import Cell, Line, SourceText, Table
from ingest.pipeline import extract
from ingest.quantity import parse_quantity
from ingest.readers import read_file
from ontology.model import Extraction, Municipality, Plan, Quantity, Source, SourceDocument

ROOT = Path(__file__).resolve().parents[2]
CASES = int(os.environ.get("KEIKAKU_MUTATIONS", "10000"))  # half a minute
LABELS = load_labels()


def extract_lines(lines: list[str], tables: tuple[Table, ...] = ()) -> Extraction:
    source = SourceText("試験.txt", "0" * 64, "text/plain", tuple(Line(n, line) for n, line in enumerate(lines, 1)), tables)
    document = SourceDocument("0000", "試験", "試験.txt", "0" * 64, tuple(lines), 1, len(lines))
    return extract(source, document, Plan(Municipality("999999", "若葉野市"), "試験計画", "試験計画"), LABELS)


def texts() -> list[list[str]]:
    """The example town's texts, and the real documents where they are there."""
    paths = [*sorted((ROOT / "examples").glob("*.txt")), *sorted((ROOT.parent / "shared" / "seeds").glob("*.txt"))]
    return [[line.text for line in read_file(path).lines] for path in paths]


def is_invented(quantity: Quantity, source: Source, lines: list[str]) -> bool:
    """Whether a value stands neither in its own printed text nor in the lines that it names."""
    value = abs(quantity.value or 0)
    return value not in printed_numbers([quantity.text]) or value not in printed_numbers(lines[source.start_line - 1 : source.end_line])


def grids() -> list[Grid]:
    """The cells of every table of two rows or more in the example town's files, and in the real ones where they are there."""
    samples = ROOT.parent / "shared" / "samples"
    paths = [
        p for folder in (ROOT / "examples", samples) for p in sorted(folder.glob("*")) if p.suffix in (".xlsx", ".csv", ".docx", ".html")
    ]
    paths += sorted((ROOT / "examples").glob("*.pdf")) + sorted(samples.glob("nankoku*.pdf"))
    tables = [table for path in paths for table in read_file(path).tables]
    return [[[cell.text for cell in row] for row in table.rows] for table in tables if len(table.rows) > 1]


def print_grid(rows: Grid) -> tuple[list[str], Table]:
    """A table whose cells are printed one below the other."""
    lines: list[str] = []
    cells: list[tuple[Cell, ...]] = []
    for row in rows:
        printed = []
        for text in row:
            printed.append(Cell(text, len(lines) + 1, len(lines) + 1 + text.count("\n")))
            lines += text.split("\n")
        cells.append(tuple(printed))
    return lines, Table(tuple(cells), 1, len(lines))


def faults(lines: list[str], tables: tuple[Table, ...] = ()) -> list[str]:
    """What is wrong with the reading of ``lines``; empty where nothing is."""
    found = extract_lines(lines, tables)
    numbers = printed_numbers(lines)
    lost = {number for number, line in enumerate(lines, 1) if line.strip()} - accounted_lines(found)
    return (
        [f"{number} 行目がどこにも数えられていません" for number in sorted(lost)]
        + [f"印刷されていない数です: {quantity}" for quantity, source in figures(found) if is_invented(quantity, source, lines)]
        + [f"印刷されていない年度です: {year}" for year in fiscal_years(found) if not is_printed_year(year, numbers)]
    )


def test_a_fault_is_seen() -> None:
    lines = ["待ち時間 12 分"]
    assert not is_invented(parse_quantity("12分"), Source(1, 1), lines)
    assert is_invented(parse_quantity("13分"), Source(1, 1), lines)
    assert not is_printed_year(2024, printed_numbers(["R5 7"]))
    assert is_printed_year(2024, printed_numbers(["令和６年度"]))


def test_real_documents_lose_nothing_and_gain_nothing() -> None:
    assert [found for lines in texts() if (found := faults(lines))] == []


def test_mutated_documents_lose_nothing_and_gain_nothing() -> None:
    originals = texts()
    wrong = {seed: found for seed in range(CASES) if (found := faults(draw_case(seed, originals)))}
    assert not wrong


def test_mutated_tables_lose_nothing_and_gain_nothing() -> None:
    originals = grids()
    wrong = {}
    for seed in range(CASES // 5):
        lines, table = print_grid(draw_grid(seed, originals))
        if found := faults(lines, (table,)):
            wrong[seed] = found
    assert not wrong
