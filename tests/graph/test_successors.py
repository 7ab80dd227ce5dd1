"""Which measure goes on with a former one: what the row prints is the document's, what a cell above means is a conclusion."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from town import MEASURE, PLAN, extraction, source

from graph.iris import Iris
from graph.successors import infer_successors
from graph.terms import DCTERMS, PROV
from graph.terms import PLAN as TERMS
from graph.triples import extraction_quads
from graph.validation import validate
from ontology.model import Extraction, FormerPlan, Indicator, Measure, Observation, Quantity, Successor, ValueRole

IRIS = Iris()
FORMER = replace(PLAN, title="前期情報化計画", slug="前期情報化計画-2022", from_fiscal_year=None, to_fiscal_year=None, source=None)


def report(*successors: Successor) -> Extraction:
    """A report that looks back on one measure with the given successors and one figure."""
    figure = Observation(Quantity("24.7%", Decimal("24.7"), "%"), ValueRole.ACTUAL, source(8), 2021)
    indicator = Indicator("交付率", source(8), (figure,), "%", ("measure", "7"))
    measure = Measure(("measure", "7"), "施策", "7", "電子の納付", source(7), successors=successors)
    return extraction(former_plans=(FormerPlan(FORMER, (measure,), (indicator,)),))


def linked(quads: list) -> list[tuple[str, str]]:
    return [(quad.object.value, quad.graph_name.value) for quad in quads if quad.predicate == DCTERMS.isReplacedBy]


def test_a_printed_successor_is_a_statement_of_the_document() -> None:
    own = report(Successor("取組 1-2 キャッシュレスの導入", source(6), MEASURE.path), Successor("まだない取組", source(5)))
    quads = list(extraction_quads(own, IRIS))
    assert linked(quads) == [(IRIS.element(PLAN, MEASURE.path), IRIS.document(own.document.id))]
    texts = {quad.object.value for quad in quads if quad.predicate == TERMS.successorText}
    assert texts == {"取組 1-2 キャッシュレスの導入", "まだない取組"}  # a name that no measure has stays text
    assert not list(infer_successors(own, IRIS))
    assert {quad.object.value for quad in quads if quad.predicate == TERMS.successorQuotedFrom} == {
        IRIS.quotation(own.document.id, line, line) for line in (5, 6)
    }


def test_a_cell_that_reaches_over_a_row_is_a_conclusion_with_its_rule_and_lines() -> None:
    own = report(Successor("取組 1-2 キャッシュレスの導入", source(6), MEASURE.path, is_merged=True))
    assert linked(list(extraction_quads(own, IRIS))) == []
    quads = list(infer_successors(own, IRIS))
    assert linked(quads) == [(IRIS.element(PLAN, MEASURE.path), IRIS.derived_graph)]
    assert [quad.object for quad in quads if quad.predicate == TERMS.rule] == [TERMS.SuccessorOfCellAbove]
    assert [quad.object.value for quad in quads if quad.predicate == PROV.wasDerivedFrom] == [IRIS.quotation(own.document.id, 6, 6)]


def test_figures_of_a_former_measure_belong_to_it() -> None:
    own = report()
    quads = list(extraction_quads(own, IRIS))
    measure = IRIS.element(FORMER, ("measure", "7"))
    (indicator,) = [quad.subject for quad in quads if quad.predicate == TERMS.indicatorOf and quad.object.value == measure]
    assert {quad.object.value for quad in quads if quad.subject == indicator and quad.predicate == TERMS.inPlan} == {IRIS.plan(FORMER)}
    (cell,) = [quad.subject for quad in quads if quad.predicate == TERMS.indicator and quad.object == indicator]
    said = {(quad.predicate, quad.object.value) for quad in quads if quad.subject == cell}
    assert {(TERMS.fiscalYear, "2021"), (TERMS.value, "24.7"), (TERMS.valueRole, TERMS.Actual.value)} <= said


def test_a_successor_must_be_a_measure() -> None:
    good = report(Successor("取組 1-2", source(6), MEASURE.path))
    bad = report(Successor("方針 1", source(6), ("policy", "1")))
    messages = [[v.message for v in validate(extraction_quads(own, IRIS)) if v.severity == "Violation"] for own in (good, bad)]
    assert messages == [[], ["引き継ぐ先（dcterms:isReplacedBy）が取組ではありません。"]]
