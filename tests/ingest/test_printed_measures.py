"""Measures of real documents, text by text, against the lines that a person found them on (``truth/measure_texts/*.toml``)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from benchmarks.truth import key_of, read_truth, truth_names
from ingest.labels import label_key, load_labels
from ingest.layout import Line
from ingest.parsers.plan.measures import read_measures
from ingest.pipeline import read_documents
from ingest.printed import read_printed_lines
from ontology.model import Extraction, Measure, Source

TRUTHS = [read_truth(name) for name in truth_names("measure_texts")]


@pytest.fixture(scope="module", params=TRUTHS, ids=lambda truth: truth["plan"])
def reading(request: pytest.FixtureRequest, shared: Path) -> tuple[dict, Extraction]:
    truth = request.param
    read = [found for _, documents in read_documents(sorted((shared / "seeds").glob(f"{truth['file']}*"))) for found in documents]
    return truth, next(found for found in read if found.plan.slug == truth["plan"])


def bare(text: str) -> str:
    """Without blanks and marks of bullets."""
    return re.sub(r"[・･]", "", label_key(text))


def printed(found: Extraction, lines: list[int]) -> str:
    return bare("".join(found.document.lines[lines[0] - 1 : lines[1]]))


def span(source: Source | None) -> list[int]:
    return [source.start_line, source.end_line] if source else []


@pytest.mark.seeds
def test_names_levels_and_texts(reading: tuple[dict, Extraction]) -> None:
    truth, found = reading
    own = {key_of(measure): measure for measure in found.measures}
    elements = {element.path: (element.name, element.source.start_line) for element in found.elements}
    for key, name, line, description, goal in truth["rows"]:
        measure: Measure = own[key]
        assert (label_key(measure.name), measure.level_name, measure.source.start_line) == (name, truth["level"], line)
        assert (span(measure.description_source), span(measure.goal_source)) == (description, goal), name
        assert (bare(measure.description or ""), bare(measure.goal or "")) == (printed(found, description), printed(found, goal))
        group = key.partition("/")[0]
        assert elements[measure.parent] == (truth["parents"][group], truth["parent_lines"][group])
    assert len(own) == len(truth["rows"])


@pytest.mark.seeds
def test_measures_of_the_former_plan(reading: tuple[dict, Extraction]) -> None:
    truth, found = reading
    (former,) = found.former_plans
    assert len(former.measures) == len(truth["former"])
    for (name, name_lines, goal, status, rating), measure in zip(truth["former"], former.measures, strict=True):
        assert (label_key(measure.name), span(measure.source)) == (name, name_lines)
        assert span(measure.goal_source) == goal
        assert bare(measure.goal or "") == printed(found, goal).removeprefix(bare(name))  # name and goal may share a line
        assert [assessment.rating_text for assessment in measure.assessments] == [rating]
        lines = [line for activity in measure.activities for line in span(activity.source)]
        assert [min(lines), max(lines)] == status


@pytest.mark.seeds
def test_variants_of_the_names(reading: tuple[dict, Extraction]) -> None:
    truth, found = reading
    assert {key_of(measure): list(measure.alternative_names) for measure in found.measures if measure.alternative_names} == truth[
        "variants"
    ]


@pytest.mark.seeds
def test_furniture_footnotes_and_loose_words(reading: tuple[dict, Extraction]) -> None:
    truth, found = reading
    assert set(truth["furniture"]) <= set(found.furniture)
    passages = [span(passage.source) for passage in found.passages]
    assert not [lines for lines in truth["footnotes"] if lines not in passages]
    values = [
        (value.source.start_line, value.source.end_line)
        for measure in found.measures
        for value in (*measure.departments, *measure.activities, *measure.effects)
        if value.source
    ]
    values += [tuple(span(source)) for measure in found.measures for source in (measure.goal_source, measure.description_source) if source]
    assert not [line for line in truth["loose"] if any(first <= line <= last for first, last in values)]


LISTED = "・窓口を待たずに済ませる仕組みの導入\n・税を納める方法の拡大\n{third}\n・図書館の電子化\n"
MEASURES = [(1, "窓口を待たずに済ませる仕組みの導入"), (2, "税を納める方法の拡大"), (3, "書かない窓口の整備"), (4, "図書館の電子化")]


@pytest.mark.parametrize(
    ("third", "variants"),
    [
        ("・書かない窓口の推進", {"3": ["書かない窓口の推進"]}),
        ("・書かない窓\n口の推進", {"3": ["書かない窓口の推進"]}),  # the entry wraps
        ("・道路の橋を直す", {}),  # another thing
        ("・図書館の電子化", {}),  # the name of another measure
        ("・書かない窓口の整備", {}),  # no variant at all
        ("・書かない窓口の推進\n・公園", {}),  # more entries than measures
    ],
)
def test_a_list_of_a_group_prints_other_names(third: str, variants: dict) -> None:
    blocks = "".join(f"取組{number}：{name} 担当 市民課\n目標\n早くなる。\n" for number, name in MEASURES)
    lines = [Line(number, text) for number, text in enumerate((LISTED.format(third=third) + "\n" + blocks).split("\n"), 1)]
    found = read_measures(read_printed_lines(lines), load_labels()).measures
    assert {m.number: list(m.alternative_names) for m in found if m.alternative_names} == variants
