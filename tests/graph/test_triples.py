"""Extraction → quads, compared with Turtle written by hand."""

from __future__ import annotations

import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat
from town import AOBA, INDICATOR, LINES, MEASURE, PLAN, budget, document, extraction, large_extraction, source

from graph.iris import Iris
from graph.store import OxigraphStore
from graph.terms import OA, QB, RDF, SKOS, XSD, date, decimal
from graph.terms import PLAN as PLAN_NS
from graph.triples import extraction_quads, responsible_and_involved
from ontology.model import (
    Activity,
    ActivityStatus,
    Assessment,
    Department,
    Effect,
    Extraction,
    FormerPlan,
    Indicator,
    Initiative,
    Observation,
    Quantity,
    Reorganisation,
    Source,
    ValueRole,
)

IRIS = Iris()


def quads_of(**changes: object) -> list[Quad]:
    return list(extraction_quads(extraction(**changes), IRIS))


def values(quads: list[Quad], predicate: NamedNode, subject: str | None = None) -> list[str]:
    return [q.object.value for q in quads if q.predicate == predicate and subject in (None, q.subject.value)]


def test_a_report_says_what_was_written_by_hand() -> None:
    expected = pyoxigraph.parse((Path(__file__).parent / "aoba.ttl").read_bytes(), format=RdfFormat.TURTLE)
    graph = NamedNode(IRIS.document("0123456789abcdef"))
    lines = {str(Quad(t.subject, t.predicate, t.object, graph)) for t in expected}
    assert {str(quad) for quad in quads_of()} == lines


def test_no_quad_is_given_twice() -> None:
    quads = quads_of()
    assert len(quads) == len(set(quads))


def test_two_documents_meet_on_plan_measure_indicator_and_department() -> None:
    one = {q.subject for q in quads_of()}
    other = {q.subject for q in quads_of(document=document("ffffffffffffffff"))}
    shared = {"990019", "policy/1", "measure/1-2", "department", "indicator", "plan"}
    assert len(one & other) == 1 + 1 + 1 + 1 + 3 + 1, shared


def test_a_reorganisation_names_the_units_before_and_after() -> None:
    change = Reorganisation(
        1,
        "会計課を出納課に改称した。",
        source(5),
        (Department("会計課"),),
        (Department("出納課"),),
        2024,
        "2024-04-01",
        ActivityStatus.DONE,
    )
    subject = f"{IRIS.document('0123456789abcdef')}/reorganisation/1"
    said = {(q.predicate.value, q.object.value) for q in quads_of(reorganisations=(change,)) if q.subject.value == subject}
    org = "http://www.w3.org/ns/org#"
    assert said >= {
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#type", f"{org}ChangeEvent"),
        (f"{org}originalOrganization", IRIS.department(AOBA, "会計課")),
        (f"{org}resultingOrganization", IRIS.department(AOBA, "出納課")),
        ("http://purl.org/dc/terms/date", "2024-04-01"),
    }


def test_figures_of_two_documents_stay_apart() -> None:
    def observations(quads: list[Quad]) -> set[str]:
        return {q.subject.value for q in quads if q.object == QB.Observation}

    assert not observations(quads_of()) & observations(quads_of(document=document("ffffffffffffffff")))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("集計中", None),
        ("－", None),
        ("10〜20件", None),
        ("1.50", Decimal("1.50")),
        ("1,300", Decimal("1.3E+3")),
        ("∞", Decimal("Infinity")),
    ],
)
def test_a_cell_that_is_no_number_has_its_text_only(text: str, value: Decimal | None) -> None:
    cell = Observation(Quantity(text, value), ValueRole.ACTUAL, source(8), 2024)
    quads = quads_of(indicators=(replace(INDICATOR, observations=(cell,)),), measures=())
    assert values(quads, PLAN_NS.valueText) == [text]
    assert values(quads, PLAN_NS.value) == {"1.50": ["1.5"], "1,300": ["1300"]}.get(text, [])


@pytest.mark.parametrize(
    ("number", "lexical"), [("98.50", "98.5"), ("100", "100"), ("1E+3", "1000"), ("-0.10", "-0.1"), ("0.0", "0"), ("-0", "0")]
)
def test_decimals_are_written_as_the_store_keeps_them(number: str, lexical: str) -> None:
    term = decimal(Decimal(number))
    assert (term.value, term.datatype) == (lexical, XSD.decimal)
    quad = Quad(NamedNode("x:s"), NamedNode("x:p"), term, NamedNode("x:g"))
    assert list(OxigraphStore.in_memory([quad]).quads()) == [quad]


@pytest.mark.parametrize(
    ("value", "datatype"), [("2025", XSD.gYear), ("2025-03", XSD.gYearMonth), ("2025-03-31", XSD.date), ("令和７年３月", XSD.string)]
)
def test_dates_get_the_type_of_their_form(value: str, datatype: NamedNode) -> None:
    assert date(value) == Literal(value, datatype=datatype)


def test_a_cell_printed_twice_gives_two_observations() -> None:
    twice = (
        Observation(Quantity("3人"), ValueRole.ACTUAL, source(8), 2024),
        Observation(Quantity("4人"), ValueRole.ACTUAL, source(8), 2024),
        Observation(Quantity("5人"), ValueRole.ACTUAL, source(8)),
    )
    quads = quads_of(indicators=(replace(INDICATOR, observations=twice),))
    cells = [q.subject.value.rpartition("/")[2] for q in quads if q.object == QB.Observation]
    assert cells == ["2024-actual", "2024-actual-2", "undated-actual"]


def test_one_name_under_two_measures_is_two_indicators() -> None:
    one = Indicator("窓口端末の利用件数", source(8), measure=("measure", "1"))
    other = Indicator("電子図書館の登録者数", source(8), measure=("measure", "2"))
    quads = quads_of(indicators=(one, replace(one, measure=("measure", "2")), other))
    paths = [q.subject.value.partition("-2026/")[2] for q in quads if q.object == PLAN_NS.Indicator]
    assert [path.rpartition("/")[0] for path in paths] == ["measure/1", "measure/2", ""]


def test_a_short_name_is_that_of_its_measure() -> None:
    quads = quads_of(
        indicators=(
            Indicator("受診率", source(8), measure=("measure", "2")),
            Indicator("受診率", source(9)),
            Indicator("決算額", source(9)),
        )
    )
    paths = {q.subject.value.partition("-2026/")[2].rpartition("/")[0] for q in quads if q.object == PLAN_NS.Indicator}
    assert paths == {"measure/2", ""}


def test_the_same_name_under_one_measure_in_two_tables_is_one_indicator() -> None:
    one = Indicator("利用件数", source(8), measure=("measure", "1"))
    quads = quads_of(indicators=(one, replace(one, name="利用 件数", measure=None, source=source(9))))
    assert len([q for q in quads if q.object == PLAN_NS.Indicator]) == 1


def test_involved_are_those_who_are_named_on_items_only() -> None:
    measure = replace(
        MEASURE,
        departments=(Department("税務課"), Department("税 務課")),
        activities=(Activity(1, "置いた。", source(5), departments=(Department("窓口課"), Department("税務課"))),),
        effects=(Effect(1, "減った。", source(7), departments=(Department("窓口課"), Department("防災課"))),),
    )
    responsible, involved = responsible_and_involved(measure)
    assert [d.name for d in responsible] == ["税 務課"]
    assert [d.name for d in involved] == ["窓口課", "防災課"]


def test_a_department_without_a_place_of_its_own_is_quoted_from_what_names_it() -> None:
    quads = quads_of(measures=(replace(MEASURE, departments=(Department("総務課"),)),))
    department = IRIS.department(PLAN.municipality, "総務課")
    assert [q.object.value for q in quads if q.subject.value == department and "wasQuotedFrom" in q.predicate.value] == [
        IRIS.quotation("0123456789abcdef", 3, 3)
    ]


@pytest.mark.parametrize(
    ("quotations", "exact"),
    [
        (("キャッシュレスの導入", "キャッシュレスの導入"), "キャッシュレスの導入"),  # readers agree: their words, without furniture
        (("キャッシュレスの導入", "会計課"), LINES[2]),  # two parts of a line: the line
        (("", ""), LINES[2]),
        (("", "会計課"), "会計課"),
    ],
)
def test_a_place_has_one_quotation(quotations: tuple[str, str], exact: str) -> None:
    name, cell = (Source(3, 3, 1, quotation) for quotation in quotations)
    measure = replace(MEASURE, source=name, departments=(Department("会計課", source=cell),))
    quads = quads_of(measures=(measure,))
    assert values(quads, OA.exact, IRIS.quotation("0123456789abcdef", 3, 3)) == [exact]


def test_a_source_beyond_the_lines_keeps_what_its_reader_quoted() -> None:
    far = replace(MEASURE, source=Source(500, 501, None, "遠い行"), departments=())
    quads = quads_of(measures=(far,))
    place = IRIS.quotation("0123456789abcdef", 500, 501)
    assert values(quads, OA.exact, place) == ["遠い行"]
    assert values(quads, PLAN_NS.page, place) == []


def test_what_is_not_printed_is_not_said() -> None:
    bare = Extraction(replace(document(), issued=None), replace(PLAN, from_fiscal_year=None, to_fiscal_year=None, source=None))
    quads = list(extraction_quads(bare, IRIS))
    assert {q.predicate.value.rpartition("#")[2].rpartition("/")[2] for q in quads} == {
        "type", "title", "fileName", "sha256", "format", "about", "prefLabel", "municipalityCode", "spatial", "kana", "prefecture", "municipality",
    }  # fmt: skip


def test_marks_and_descriptions_are_kept() -> None:
    measure = replace(MEASURE, marks=("＊",), is_new=True, description="端末を置く。", description_source=source(5), goal=None)
    quads = quads_of(measures=(measure,))
    iri = IRIS.element(PLAN, MEASURE.path)
    assert values(quads, PLAN_NS.mark, iri) == ["＊"]
    assert values(quads, PLAN_NS.isNew, iri) == ["true"]
    assert values(quads, PLAN_NS.descriptionQuotedFrom, iri) == [IRIS.quotation("0123456789abcdef", 5, 5)]


def test_a_former_plan_has_its_measures_and_their_ratings() -> None:
    former = replace(PLAN, title="前期情報化計画", slug="前期情報化計画-2022", from_fiscal_year=None, to_fiscal_year=None, source=None)
    rated = replace(MEASURE, parent=None, departments=(), activities=(), effects=(), assessments=(Assessment("達成＋", source(5), 2021),))
    said = {str(quad) for quad in quads_of(former_plans=(FormerPlan(former, (rated,)),))} - {str(quad) for quad in quads_of()}
    plan, measure = IRIS.plan(former), IRIS.element(former, rated.path)
    expected = pyoxigraph.parse(
        f"""@prefix plan: <https://w3id.org/keikaku/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> . @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @base <http://localhost:8000/id/> .
        <{IRIS.plan(PLAN)}> dcterms:replaces <{plan}> .
        <{plan}> a plan:Plan ; dcterms:title "前期情報化計画"@ja ; plan:municipality <990019> .
        <{measure}> a plan:Measure ; plan:levelName "取組" ; plan:number "1-2" ; skos:prefLabel "キャッシュレスの導入"@ja ; plan:inPlan <{plan}> ;
            plan:municipality <990019> ; plan:isNew false ; plan:goal "どこでも払える町"@ja ; plan:goalQuotedFrom <document/0123456789abcdef#L4-4> ;
            prov:wasQuotedFrom <document/0123456789abcdef#L3-3> , <document/0123456789abcdef#L4-4> .
        <{measure}/assessment/0123456789abcdef/1> a plan:Assessment ; plan:assessmentOf <{measure}> ; plan:ratingText "達成＋" ; plan:fiscalYear 2021 ;
            prov:wasQuotedFrom <document/0123456789abcdef#L5-5> .""".encode(),
        format=RdfFormat.TURTLE,
    )
    graph = NamedNode(IRIS.document("0123456789abcdef"))
    assert said == {str(Quad(t.subject, t.predicate, t.object, graph)) for t in expected}


def test_an_initiative_has_its_departments_category_text_and_effects() -> None:
    told = Initiative(
        "おくやみ 窓口",
        source(3),
        (Department("税務課", source=source(3)),),
        "待たない窓口を置いた。",
        source(5),
        ("窓口",),
        (Effect(1, "30分を短縮", source(7), None, Quantity("30分", Decimal(30), "分")),),
        ("measure", "1-2"),
    )
    initiative, department = IRIS.element(PLAN, ("initiative", "おくやみ窓口")), IRIS.department(PLAN.municipality, "税務課")
    said = {str(quad) for quad in quads_of(measures=(), indicators=(), initiatives=(told,))}
    said -= {str(quad) for quad in quads_of(measures=(), indicators=())}
    expected = pyoxigraph.parse(
        f"""@prefix plan: <https://w3id.org/keikaku/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> . @prefix prov: <http://www.w3.org/ns/prov#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix org: <http://www.w3.org/ns/org#> . @base <http://localhost:8000/id/> .
        <{initiative}> a plan:Initiative ; skos:prefLabel "おくやみ 窓口"@ja ; plan:inPlan <{IRIS.plan(PLAN)}> ; plan:municipality <990019> ;
            dcterms:isPartOf <{IRIS.element(PLAN, ("measure", "1-2"))}> ; plan:category "窓口" ; dcterms:description "待たない窓口を置いた。"@ja ; plan:descriptionQuotedFrom <document/0123456789abcdef#L5-5> ;
            plan:responsibleDepartment <{department}> ; plan:departmentQuotedFrom <document/0123456789abcdef#L3-3> ;
            prov:wasQuotedFrom <document/0123456789abcdef#L5-5> , <document/0123456789abcdef#L3-3> .
        <{department}> a plan:Department , org:OrganizationalUnit ; skos:prefLabel "税務課"@ja ; plan:municipality <990019> ; org:unitOf <990019> ;
            prov:wasQuotedFrom <document/0123456789abcdef#L3-3> .
        <{initiative}/effect/0123456789abcdef/1> a plan:Effect ; plan:effectOf <{initiative}> ; plan:order 1 ; plan:text "30分を短縮"@ja ;
            plan:valueText "30分" ; plan:value 30.0 ; plan:unitText "分" ; prov:wasQuotedFrom <document/0123456789abcdef#L7-7> .""".encode(),
        format=RdfFormat.TURTLE,
    )
    graph = NamedNode(IRIS.document("0123456789abcdef"))
    wanted = {str(Quad(t.subject, t.predicate, t.object, graph)).replace('"30.0"^^', '"30"^^') for t in expected}
    assert {line for line in said if "#L" not in line.split(" ")[0]} == wanted


def test_an_indicator_has_the_heading_of_its_table_and_the_footnote_of_its_name() -> None:
    told = quads_of(indicators=(replace(INDICATOR, heading="③手続のオンライン化", note="国の計画に掲げる手続。"),))
    assert {(q.predicate, q.object.value) for q in told if q.object.value.startswith(("③手続", "国の計画"))} == {
        (PLAN_NS.heading, "③手続のオンライン化"),
        (PLAN_NS.note, "国の計画に掲げる手続。"),
    }


def test_every_subject_has_a_type_and_a_label_or_a_place() -> None:
    quads = quads_of()
    typed = {q.subject for q in quads if q.predicate == RDF.type}
    assert typed == {q.subject for q in quads}
    labelled = {q.subject for q in quads if q.predicate == SKOS.prefLabel}
    assert len(labelled) == 1 + 1 + 1 + 3 + 1


def test_fifty_thousand_quads_take_less_than_two_seconds() -> None:
    large = large_extraction(150)
    start = time.process_time()
    store = OxigraphStore.in_memory(extraction_quads(large, IRIS))
    elapsed = time.process_time() - start
    assert sum(1 for _ in store.quads()) > 50_000
    assert elapsed < budget(2)
