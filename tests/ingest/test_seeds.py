"""The five real documents against facts that were read from their pages by eye (``truth/*.toml``)."""

from __future__ import annotations

from pathlib import Path

import pytest
from accounting import accounted_lines

from benchmarks.figures import read_cells, true_cells
from benchmarks.planned_figures import PROGRESS, planned_comparisons, read_remarks, read_successors, true_successors
from benchmarks.truth import compare_activities, compare_effects, key_of, read_truth, truth_names
from ingest.characters import normalise
from ingest.labels import label_key
from ingest.pipeline import read_documents
from ontology.model import Extraction, Indicator

pytestmark = pytest.mark.seeds


@pytest.fixture(scope="module")
def extractions(shared: Path) -> list[Extraction]:
    return [extraction for _, found in read_documents(sorted((shared / "seeds").glob("*.txt"))) for extraction in found]


@pytest.mark.parametrize(
    ("slug", "count"),
    [("行財政改革実施計画-2025", 22), ("行政情報化推進計画-2025", 26), ("行政情報化推進計画-2020", 13), ("DX推進計画2025-2025", 17)],
)
def test_every_measure_has_its_departments(extractions: list[Extraction], slug: str, count: int) -> None:
    measures = [measure for found in extractions if found.plan.slug == slug for measure in found.measures if measure.departments]
    read = {key_of(measure): [d.name + "*" * d.collective for d in measure.departments] for measure in measures}
    assert len(measures) == count
    assert read == read_truth("departments.toml")[slug]


@pytest.mark.parametrize("truth", read_truth("bullets.toml")["bullet"], ids=lambda truth: f"{truth['file']}:{truth['lines'][0]}")
def test_hard_bullets(extractions: list[Extraction], truth: dict) -> None:
    activities = [
        activity
        for found in extractions
        if found.document.file_name.startswith(truth["file"])
        for measure in found.measures
        for activity in measure.activities
        if [activity.source.start_line, activity.source.end_line] == truth["lines"]
    ]
    assert len(activities) >= 1, truth["why"]
    assert activities[0].fiscal_year == truth["year"], truth["why"]
    assert (activities[0].status.value if activities[0].status else None) == truth.get("status"), truth["why"]
    assert [department.name for department in activities[0].departments] == truth["departments"], truth["why"]


@pytest.mark.parametrize("name", truth_names("activities"))
def test_activities(extractions: list[Extraction], name: str) -> None:
    comparison = compare_activities(name, extractions)
    told = "\n".join(comparison.misses())
    assert comparison.places().f1 >= 0.97, told
    assert comparison.share("year", "status") >= 0.97, told
    assert comparison.departments().f1 >= 0.93, told


@pytest.mark.parametrize("name", [name for name in truth_names("activities") if "headings" in read_truth(name)])
def test_the_heading_right_above_a_bullet(extractions: list[Extraction], name: str) -> None:
    truth = read_truth(name)
    own = [e for e in extractions if e.plan.slug == truth["plan"] and e.document.file_name.startswith(truth["file"])]
    headings = {a.source.start_line: (a.heading or "").split(" ＞ ")[-1] for e in own for m in e.measures for a in m.activities}
    assert {line: headings[line] for line, _ in truth["headings"]} == dict(truth["headings"])


@pytest.mark.parametrize("name", truth_names("effects"))
def test_effects(extractions: list[Extraction], name: str) -> None:
    comparison = compare_effects(name, extractions)
    told = "\n".join(comparison.misses())
    assert comparison.places().f1 >= 0.97, told
    assert comparison.share("year") >= 0.97, told
    assert comparison.share("value", "unit") >= 0.97, told
    assert comparison.departments().f1 >= 0.93, told


def test_figures_of_schedules_and_cells_of_progress_tables(extractions: list[Extraction]) -> None:
    for name, comparison in planned_comparisons(extractions):
        assert comparison.score().recall >= 0.97, (name, comparison.misses())
        assert comparison.found <= comparison.expected, (name, comparison.misses())  # no value is invented


@pytest.mark.parametrize("name", PROGRESS)
def test_remarks_and_successors_of_progress_tables(extractions: list[Extraction], name: str) -> None:
    remarks = {(measure, label_key(row), first, last) for measure, row, first, last in read_truth(name)["remarks"]}
    assert read_remarks(name, extractions) == remarks
    assert read_successors(name, extractions) == true_successors(name)


@pytest.mark.parametrize("document", true_cells())
def test_indicator_cells(extractions: list[Extraction], document: str) -> None:
    read, true = read_cells(next(found for found in extractions if found.document.id == document)), true_cells()[document]
    assert read <= true, "no value that the page does not print so"
    assert len(read & true) >= 0.97 * len(true), true - read


@pytest.mark.parametrize("document", true_cells())
def test_what_stands_around_the_figures(extractions: list[Extraction], document: str) -> None:
    """Rows with their lines, measure and unit; cells with their text, comparator and note."""
    found = next(extraction for extraction in extractions if extraction.document.id == document)
    rows = [row for row in read_truth("indicators.toml")["indicator"] if row["document"] == document]
    assert [_row_of(indicator) for indicator in found.indicators] == [
        (row["lines"], row["name"], row.get("measure"), row["unit"], [_printed(*cell) for cell in row["cells"]]) for row in rows
    ]
    notes = {(i.name, o.role.value[0], o.fiscal_year): o.note or "" for i in found.indicators for o in i.observations}
    for row in rows:
        for role, year, _, _, _, words in (cell for cell in row["cells"] if len(cell) == 6):
            assert all(word in notes[row["name"], role, year] for word in words), (row["name"], role, year)


def _row_of(indicator: Indicator) -> tuple:
    cells = [_printed(o.role.value[0], o.fiscal_year, o.quantity.text, "", o.quantity.comparator or "") for o in indicator.observations]
    own = indicator.source
    return ([own.start_line, own.end_line], indicator.name, indicator.measure and indicator.measure[-1], indicator.unit, cells)


def _printed(role: str, year: int, text: str, _value: str, comparator: str = "", _note: object = ()) -> tuple:
    return role, year, "".join(normalise(text).split()), comparator


def test_one_plan_is_one_slug_in_four_documents(extractions: list[Extraction]) -> None:
    assert [found.plan.slug for found in extractions].count("行政情報化推進計画-2025") == 4


def test_levels_above_the_measures(extractions: list[Extraction]) -> None:
    by_slug = {(found.plan.slug, bool(found.measures and found.measures[0].departments)): found for found in extractions}
    report = by_slug["行政情報化推進計画-2025", True]
    assert [(e.path, e.parent) for e in report.elements if e.level_name == "指針"] == [(("guideline", str(n)), None) for n in (1, 2, 3)]
    assert {m.number: m.parent for m in report.measures}["12"] == ("policy", "5")
    assert [m.number for m in report.measures if m.is_new] == ["8", "17", "18", "19", "21"]
    assert [m.number for m in report.measures if "*" in m.marks] == ["3", "7", "11", "17", "19", "23", "24"]
    ward = by_slug["DX推進計画2025-2025", True]
    assert [e.level_name for e in ward.elements] == ["基本方針"] * 5 + ["推進体制強化"] * 3
    older = by_slug["行政情報化推進計画-2020", True]
    assert [(e.level_name, e.name) for e in older.elements] == [
        ("目標", "住民サービスの向上"),
        ("目標", "行政運営の効率化"),
        ("目標", "情報インフラの構築・活用"),
    ]


def test_levels_and_head_cells(extractions: list[Extraction]) -> None:
    truth = read_truth("measures/sumida-information-2025.toml")
    (found,) = [e for e in extractions if e.plan.slug == truth["plan"] and e.measures and e.measures[0].departments]
    levels = [(e.level_name, e.number, e.name, e.parent[-1] if e.parent else "") for e in found.elements]
    assert sorted(levels) == sorted(map(tuple, truth["levels"]))
    heads = [[m.number, m.name, m.parent[-1], sorted(m.marks), m.goal_source.start_line, m.goal_source.end_line] for m in found.measures]
    assert heads == truth["heads"]


def test_every_line_is_accounted_for(extractions: list[Extraction]) -> None:
    for found in extractions:
        document = found.document
        printed = {n for n in range(document.first_line, document.last_line + 1) if document.lines[n - 1].strip()}
        assert printed <= accounted_lines(found), document.title


def test_few_lines_are_not_understood(extractions: list[Extraction]) -> None:
    for found in extractions:
        printed = [line for line in found.document.lines[found.document.first_line - 1 : found.document.last_line] if line.strip()]
        assert len(found.unread) <= 0.01 * len(printed), found.document.title


def test_no_figure_is_invented(extractions: list[Extraction]) -> None:
    """Every value stands, digit by digit, on the lines that its source names."""
    for found in extractions:
        for indicator in (*found.indicators, *(i for former in found.former_plans for i in former.indicators)):
            for observation in indicator.observations:
                if observation.quantity.value is None:
                    continue
                lines = found.document.lines[observation.source.start_line - 1 : observation.source.end_line]
                digits = "".join(str(int(c)) if c.isdecimal() else c for c in "".join(lines)).replace("．", ".").replace(",", "")
                assert str(abs(observation.quantity.value)) in digits
