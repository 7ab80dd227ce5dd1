"""What the shapes find in graphs that are wrong in one way each."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal

import pytest
from pyoxigraph import Literal, NamedNode, Quad
from town import AOBA, INDICATOR, MEASURE, PLAN, budget, document, extraction, large_extraction, source

from graph.iris import Iris
from graph.terms import PLAN as PLAN_NS
from graph.triples import extraction_quads
from graph.validation import validate
from graph.vocabulary import vocabulary_quads
from ontology.model import Activity, Department, Effect, Extraction, Observation, Passage, PlanElement, Quantity, Source, ValueRole

IRIS = Iris()


def check(given: Extraction) -> list[tuple[str, str]]:
    return [(violation.severity, violation.message) for violation in validate(extraction_quads(given, IRIS))]


def test_a_good_report_and_the_vocabulary_have_no_violation() -> None:
    assert validate([*extraction_quads(extraction(), IRIS), *vocabulary_quads(IRIS)]) == []


def with_measure(**changes: object) -> Extraction:
    return extraction(measures=(replace(MEASURE, **changes),))


def with_cell(cell: Observation) -> Extraction:
    return extraction(indicators=(replace(INDICATOR, observations=(cell,)),))


@pytest.mark.parametrize(
    ("given", "severity", "message"),
    [
        (extraction(plan=replace(PLAN, title="")), "Violation", "計画に題名がありません。"),
        (extraction(plan=replace(PLAN, from_fiscal_year=2030)), "Violation", "計画期間の初年度は"),
        (extraction(plan=replace(PLAN, to_fiscal_year=2099)), "Violation", "計画期間の最終年度は"),
        (extraction(elements=(PlanElement(("policy", "1"), "方針", "1", "", source(2)),)), "Violation", "計画の階層に名がありません。"),
        (with_measure(name=""), "Violation", "取組の名は、一つの文書でちょうど一つ必要です。"),
        (extraction(measures=(MEASURE, replace(MEASURE, name="別の名"))), "Violation", "取組の名は、一つの文書でちょうど一つ必要です。"),
        (extraction(measures=(MEASURE, replace(MEASURE, number="3"))), "Violation", "一つの取組に番号が二つ以上あります。"),
        (with_measure(departments=(), activities=(), effects=()), "Info", "取組の担当が、この文書からは読み取れていません。"),
        (with_measure(departments=(Department("課"),)), "Violation", "部署の名は 2〜60 文字でなければなりません。"),
        (with_measure(departments=(Department("課" * 61),)), "Violation", "部署の名は 2〜60 文字でなければなりません。"),
        (
            with_measure(activities=(Activity(1, "", source(5)),)),
            "Violation",
            "実施状況・予定の項目には、空でない文がちょうど一つ必要です。",
        ),
        (
            with_measure(activities=(Activity(1, "置いた。", source(5)), Activity(1, "広げた。", source(6)))),
            "Violation",
            "実施状況・予定の項目には、空でない文がちょうど一つ必要です。",
        ),
        (with_measure(activities=(Activity(1, "置いた。", source(5), 1926),)), "Violation", "実施状況・予定の年度は 1990〜2060"),
        (with_measure(effects=(Effect(1, "", source(7)),)), "Violation", "効果・実績には、空でない文が必要です。"),
        (extraction(passages=(Passage(1, "", source(9)),)), "Violation", "本文には、空でない文がちょうど一つ必要です。"),
        (extraction(indicators=(replace(INDICATOR, name=""),)), "Violation", "指標に名がありません。"),
        (with_cell(Observation(Quantity("3人"), ValueRole.ACTUAL, source(8), 6)), "Violation", "値の年度は 1990〜2060"),
        (with_cell(Observation(Quantity("3人"), ValueRole.ACTUAL, source(8))), "Warning", "値の年度が読み取れていません。"),
        (
            with_cell(Observation(Quantity("3人", Decimal(3), "人", "以上"), ValueRole.ACTUAL, source(8), 2024)),
            "Violation",
            "比較は >= <= > < ≈",
        ),
        (with_measure(source=Source(9, 3, 1, "逆")), "Violation", "引用箇所の最初の行は 1 以上で、最後の行より後であってはなりません。"),
        (with_measure(source=Source(0, 3, 1, "零")), "Violation", "引用箇所の最初の行は 1 以上で"),
        (with_measure(source=Source(3, 3, 0, "零")), "Violation", "引用箇所のページは 1 以上"),
        (extraction(document=replace(document(), title="")), "Violation", "文書に題名がありません。"),
        (extraction(document=replace(document(), sha256="abc")), "Violation", "文書の SHA-256 は"),
    ],
)
def test_a_wrong_graph_is_found(given: Extraction, severity: str, message: str) -> None:
    found = check(given)
    assert found
    assert all(severity == found_severity and found_message.startswith(message) for found_severity, found_message in found), found


def broken(remove: NamedNode | None = None, *add: tuple[str, NamedNode, NamedNode | Literal]) -> list[Quad]:
    quads = list(extraction_quads(extraction(), IRIS))
    graph = quads[0].graph_name
    return [quad for quad in quads if quad.predicate != remove] + [Quad(NamedNode(s), p, o, graph) for s, p, o in add]


MEASURE_IRI = IRIS.element(PLAN, MEASURE.path)
DEPARTMENT_IRI = IRIS.department(AOBA, "会計課")
OTHER_TOWN = NamedNode(IRIS.municipality("990027"))


@pytest.mark.parametrize(
    ("quads", "message"),
    [
        (broken(NamedNode("http://www.w3.org/ns/prov#wasQuotedFrom")), "取組に、文書の引用箇所がありません。"),
        (broken(PLAN_NS.inPlan), "取組は、ちょうど一つの計画に属さなければなりません。"),
        (broken(PLAN_NS.valueText), "値には、印刷どおりの文字がちょうど一つ必要です。"),
        (broken(PLAN_NS.valueRole), "値の種別は、基準値・実績・見込・目標のどれか一つでなければなりません。"),
        (broken(PLAN_NS.document), "引用箇所の文書は、ちょうど一つ必要です。"),
        (broken(PLAN_NS.endLine), "引用箇所の最後の行は、ちょうど一つ必要です。"),
        (broken(None, (DEPARTMENT_IRI, PLAN_NS.municipality, OTHER_TOWN)), "担当部署の自治体が、取組の自治体と違います。"),
        (
            broken(None, (MEASURE_IRI, PLAN_NS.involvedDepartment, NamedNode(DEPARTMENT_IRI))),
            "担当である部署が、関わる部署としても述べられています。",
        ),
        (broken(None, (MEASURE_IRI, PLAN_NS.municipality, OTHER_TOWN)), "取組の自治体は、ちょうど一つ必要です。"),
    ],
)
def test_what_extractions_cannot_say_is_found_as_well(quads: list[Quad], message: str) -> None:
    assert message in {violation.message for violation in validate(quads)}


def test_a_violation_names_document_focus_path_and_value() -> None:
    (violation,) = validate(extraction_quads(with_measure(activities=(Activity(1, "置いた。", source(5), 1926),)), IRIS))
    assert violation.document == IRIS.document("0123456789abcdef")
    assert violation.focus == IRIS.activity(PLAN, MEASURE.path, "0123456789abcdef", 1)
    assert (violation.path, violation.value) == (PLAN_NS.fiscalYear.value, "1926")


def test_documents_that_disagree_are_no_violation() -> None:
    other = extraction(document=document("ffffffffffffffff"), measures=(replace(MEASURE, name="キャッシュレス決済の導入", number="2"),))
    assert validate([*extraction_quads(extraction(), IRIS), *extraction_quads(other, IRIS)]) == []


def test_the_order_of_violations_is_fixed() -> None:
    quads = [
        quad
        for identifier in ("aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")
        for quad in extraction_quads(replace(with_measure(name="", departments=()), document=document(identifier)), IRIS)
    ]
    assert validate(quads) == validate(reversed(quads))


def test_forty_thousand_quads_take_less_than_three_seconds() -> None:
    quads = list(extraction_quads(large_extraction(120), IRIS))
    start = time.process_time()
    assert validate(quads) == []
    assert len(quads) > 40_000
    assert time.process_time() - start < budget(3)
