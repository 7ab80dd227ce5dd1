"""Initiatives whose name one measure prints: what is concluded, and what is not."""

from __future__ import annotations

import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from town import MEASURE, PLAN, document, extraction, source

from graph.initiative_measures import infer_measures, plan_work
from graph.iris import Iris, fold_name
from graph.terms import DCTERMS, PROV
from graph.terms import PLAN as TERMS
from ingest.pipeline import read_documents
from ontology.model import Activity, Extraction, Initiative, Measure

IRIS = Iris()
TRUTH = Path(__file__).parents[1] / "ingest" / "truth" / "initiatives.toml"
OTHER = Measure(("measure", "9"), "取組", "9", "文書の電子化", source(11), activities=(Activity(1, "図書館にも広げる。", source(12)),))


def slides(*initiatives: Initiative) -> Extraction:
    return extraction(document=document("slides"), measures=(), indicators=(), initiatives=initiatives)


def concluded(*extractions: Extraction, iris: Iris = IRIS) -> dict[str, str]:
    """Name of the initiative → path of its measure."""
    quads = infer_measures([plan_work(own, iris) for own in extractions], iris)
    return {
        unquote(quad.subject.value.rsplit("/", 1)[1]): quad.object.value.rsplit("/", 1)[1]
        for quad in quads
        if quad.predicate == DCTERMS.isPartOf
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("税の窓口に端末を置いた", "1-2"),  # in an activity of another document
        ("税の 窓口に端末を 置いた", "1-2"),  # blanks do not count
        ("キャッシュレスの導入", "1-2"),  # the name of the measure
        ("図書館にも広げる", None),  # two measures say so
        ("税の窓口に機器を置いた", None),  # alike is not the same
        ("税の窓口", None),  # too short to name a project
    ],
)
def test_the_measure_that_prints_the_name(name: str, expected: str | None) -> None:
    report = extraction(measures=(MEASURE, OTHER))
    told = slides(Initiative(name, source(3)))
    assert concluded(report, told) == concluded(told, report) == ({fold_name(name): expected} if expected else {})


def test_a_printed_number_needs_no_conclusion() -> None:
    assert concluded(extraction(), slides(Initiative("キャッシュレスの導入", source(3), measure=("measure", "9")))) == {}


def test_the_conclusion_names_its_rule_and_the_lines_it_rests_on() -> None:
    quads = list(
        infer_measures([plan_work(own, IRIS) for own in (extraction(), slides(Initiative("キャッシュレスの導入", source(3))))], IRIS)
    )
    assert {quad.graph_name.value for quad in quads} == {IRIS.derived_graph}
    assert [quad.object for quad in quads if quad.predicate == TERMS.rule] == [TERMS.InitiativeNamedInMeasure]
    rests_on = {quad.object.value for quad in quads if quad.predicate == PROV.wasDerivedFrom}
    assert rests_on == {IRIS.quotation("slides", 3, 3), IRIS.quotation(document().id, 3, 3)}
    assert IRIS.plan(PLAN) in quads[0].subject.value


@pytest.mark.seeds
def test_real_slides(shared: Path) -> None:
    paths = sorted((shared / "seeds").glob("00[013]*.txt"))
    found = [own for _, documents in read_documents(paths) for own in documents]
    truth = {fold_name(row["name"]): row["measure"] for row in tomllib.loads(TRUTH.read_text("utf-8"))["initiative"] if "measure" in row}
    assert concluded(*found) == truth
