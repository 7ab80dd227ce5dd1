"""Frameworks in the graph: named, marked in print, inferred; and the names that parsers know of them."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat
from rdflib import RDF, SKOS, Graph, Namespace
from town import MEASURE, PLAN, extraction, source

from graph.frameworks import edition_iri, framework_iri, infer_items, marked_measures
from graph.iris import Iris
from graph.triples import extraction_quads
from graph.vocabulary import VOCABULARY
from ontology.frameworks import known_frameworks
from ontology.model import Alignment, Extraction, FrameworkMention

IRIS = Iris()
MEASURE_IRI = IRIS.element(PLAN, MEASURE.path)


def with_mark(name: str, **plan: object) -> Extraction:
    marked = Alignment(MEASURE.path, "自治体DX推進計画", "*", source(9))
    return extraction(plan=replace(PLAN, **plan), measures=(replace(MEASURE, name=name, marks=("*",)),), alignments=(marked,))


def inferred(*extractions: Extraction) -> list[str]:
    quads = infer_items([measure for found in extractions for measure in marked_measures(found)], IRIS)
    return [q.object.value.partition("framework/")[2] for q in quads if q.predicate.value.endswith("alignsWith")]


def test_the_names_read_without_a_turtle_parser_are_those_of_a_full_one() -> None:
    facts = Graph().parse(data=(VOCABULARY / "frameworks.ttl").read_text(encoding="utf-8"), format="turtle", publicID="http://x/")
    full = {
        str(subject).removeprefix("http://x/"): sorted(
            map(str, [*facts.objects(subject, SKOS.prefLabel), *facts.objects(subject, SKOS.altLabel)])
        )
        for subject in facts.subjects(RDF.type, Namespace("https://w3id.org/keikaku/ns#").Framework)
    }
    assert {framework.iri: sorted(framework.names) for framework in known_frameworks()} == full


def test_a_known_name_has_the_iri_of_the_framework_and_any_other_one_of_its_own() -> None:
    assert (
        framework_iri("自治体ＤＸ推進計画", IRIS)
        == framework_iri("自治体デジタル・トランスフォーメーション(DX)推進計画", IRIS)
        == "http://localhost:8000/id/framework/dx"
    )
    assert framework_iri("水循環基本法", IRIS) == IRIS.framework("水循環基本法")


@pytest.mark.parametrize(
    ("name", "version", "issued", "edition"),
    [
        ("自治体DX推進計画", "2.0", None, "dx/2.0"),
        ("自治体DX推進計画", None, "2022-09-02", "dx/2.0"),
        ("自治体DX推進計画", None, "2022-09", "dx/2.0"),  # the only one of that month
        ("自治体DX推進計画", "9.9", "2022-09-02", None),  # an edition that is not known, whatever its date
        ("自治体DX推進計画", None, None, None),
        ("デジタル社会の実現に向けた重点計画", None, "2021-12-24", "digital-society-priority-plan/2021-12-24"),
        ("デジタル社会の実現に向けた重点計画", None, "2021", None),  # two of that year
        ("デジタル社会の実現に向けた重点計画", None, "2030-01-01", None),
        ("水循環基本法", None, "2014-07-01", None),
    ],
)
def test_a_printed_version_or_date_tells_the_edition(name: str, version: str | None, issued: str | None, edition: str | None) -> None:
    found = edition_iri(framework_iri(name, IRIS), IRIS, version=version, issued=issued)
    assert found == (f"{IRIS.base}id/framework/{edition}" if edition else None)


def test_a_named_edition_is_linked_beside_the_whole_and_has_what_is_printed() -> None:
    mention = FrameworkMention("自治体DX推進計画", source(9), "総務省", "2022-09-02", None, MEASURE.path, "2.0")
    said = {str(quad).replace(IRIS.base, "") for quad in extraction_quads(extraction(mentions=(mention,)), IRIS)}
    linked = {line.split(" ")[2] for line in said if line.startswith(f"<{MEASURE_IRI.removeprefix(IRIS.base)}>") and "references" in line}
    assert linked == {"<id/framework/dx>", "<id/framework/dx/2.0>"}
    assert [line.split(" ")[0] for line in said if "terms/publisher" in line and "総務省" in line] == ["<id/framework/dx/2.0>"]


def test_a_measure_of_a_former_plan_names_a_framework() -> None:
    former = replace(PLAN, slug="みらい計画-2019", title="みらい計画")
    mention = FrameworkMention("GIGAスクール構想", source(9), measure=("measure", "3"), former_plan=former)
    said = {str(quad) for quad in extraction_quads(extraction(mentions=(mention,)), IRIS)}
    assert [line for line in said if "references" in line and line.startswith(f"<{IRIS.element(former, ('measure', '3'))}>")]


def test_mentions_and_marks_are_said_in_the_graph_of_the_document() -> None:
    mentions = (
        FrameworkMention("みらい戦略", source(9), "閣議", "2021-12-24", None, MEASURE.path),
        FrameworkMention("デジタル手続法", source(9), law_number="平成14年法律第151号"),
    )
    found = replace(with_mark(MEASURE.name), mentions=mentions)
    graph = NamedNode(IRIS.document("0123456789abcdef"))
    said = {str(quad) for quad in extraction_quads(found, IRIS)}
    expected = pyoxigraph.parse(
        f"""@prefix plan: <https://w3id.org/keikaku/ns#> . @prefix dcterms: <http://purl.org/dc/terms/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix prov: <http://www.w3.org/ns/prov#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . @base <http://localhost:8000/> .
        <id/document/0123456789abcdef> dcterms:references <{IRIS.framework("みらい戦略")}> , <id/framework/digital-procedure-act> .
        <{MEASURE_IRI}> dcterms:references <{IRIS.framework("みらい戦略")}> ; plan:alignsWith <id/framework/dx> ;
            plan:referenceQuotedFrom <id/document/0123456789abcdef#L9-9> ; plan:alignmentQuotedFrom <id/document/0123456789abcdef#L9-9> .
        <{IRIS.framework("みらい戦略")}> a plan:Framework ; skos:prefLabel "みらい戦略"@ja ; dcterms:publisher "閣議"@ja ;
            dcterms:issued "2021-12-24"^^xsd:date ; prov:wasQuotedFrom <id/document/0123456789abcdef#L9-9> .
        <id/framework/digital-procedure-act> a plan:Framework ; plan:lawNumber "平成14年法律第151号" .""".encode(),
        format=RdfFormat.TURTLE,
    )
    assert {str(Quad(t.subject, t.predicate, t.object, graph)) for t in expected} <= said
    assert not [line for line in said if "digital-procedure-act" in line and "prefLabel" in line]  # its name stands in the facts


@pytest.mark.parametrize(
    ("name", "items"),
    [
        ("行政手続のオンライン化", ["dx/1.0/online-procedures"]),
        ("テレワークの拡大", ["dx/1.0/telework"]),
        ("ＡＩの活用", ["dx/1.0/ai-rpa"]),
        ("EMAILの活用", []),  # AI is no part of a word
        ("マイナンバーカードによる電子申請", []),  # two items
        ("公園の整備", []),
    ],
)
def test_an_item_is_inferred_where_exactly_one_is_named(name: str, items: list[str]) -> None:
    assert inferred(with_mark(name, from_fiscal_year=2022)) == items


@pytest.mark.parametrize(
    ("year", "version"), [(2022, "1.0"), (2024, "2.3"), (2026, "3.0"), (None, "1.0"), (2019, "1.0")]
)  # the last: a plan older than every version
def test_the_version_is_the_last_before_the_plan_began(year: int | None, version: str) -> None:
    assert inferred(with_mark("テレワークの拡大", from_fiscal_year=year)) == [f"dx/{version}/telework"]


def test_one_document_that_prints_the_period_tells_the_version_for_all() -> None:
    silent, telling = with_mark("テレワークの拡大", from_fiscal_year=None), with_mark("テレワークの拡大", from_fiscal_year=2024)
    assert set(inferred(silent, telling)) == {"dx/2.3/telework"}


def test_a_conclusion_names_its_rule_and_stands_apart() -> None:
    quads = list(infer_items(marked_measures(with_mark("テレワークの拡大")), IRIS))
    assert {quad.graph_name.value for quad in quads} == {IRIS.derived_graph}
    statement = next(quad.subject for quad in quads if quad.predicate.value.endswith("#rule"))
    said = {quad.predicate.value.rpartition("#")[2]: getattr(quad.object, "value", "") for quad in quads if quad.subject == statement}
    assert said["subject"] == MEASURE_IRI
    assert said["rule"].endswith("#ItemNamedByMeasure")
    assert said["matchedWord"] == "テレワーク"
    assert said["wasDerivedFrom"] == IRIS.quotation("0123456789abcdef", 9, 9)


@pytest.mark.seeds
def test_the_items_of_real_measures(shared: Path) -> None:
    from ingest.pipeline import read_documents  # only this test reads documents

    truth = tomllib.loads((Path(__file__).parents[1] / "ingest" / "truth" / "frameworks.toml").read_text(encoding="utf-8"))["marked"]
    found = [e for _, read in read_documents(sorted((shared / "seeds").glob("*.txt"))) for e in read]
    quads = [q for q in infer_items([m for e in found for m in marked_measures(e)], IRIS) if q.predicate.value.endswith("alignsWith")]
    items = {q.subject.value.rpartition("/")[2]: q.object.value.partition("dx/1.0/")[2] for q in quads}
    assert items == truth["items"]
