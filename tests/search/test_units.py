from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat

from graph.store import OxigraphStore
from search_api.passages import cut_passages, has_meaning
from search_api.unit_reader import read_units
from search_api.units import Unit

AOBA = "http://localhost:8000/id/990019"


@pytest.fixture(scope="module")
def units(store: OxigraphStore) -> list[Unit]:
    return read_units(store)


@pytest.fixture(scope="module")
def cashless(units: list[Unit]) -> Unit:
    return next(unit for unit in units if unit.title == "キャッシュレスの推進")


def test_ordered_by_iri(units: list[Unit]) -> None:
    assert [unit.iri for unit in units] == sorted(unit.iri for unit in units)
    assert [unit.type for unit in units].count("Measure") == 6
    assert [unit.type for unit in units].count("Passage") == 2


def test_what_a_measure_is(cashless: Unit) -> None:
    assert (cashless.number, cashless.level, cashless.municipality) == ("1", "取組", ("990019", "あおば町"))
    assert cashless.plan is not None
    assert cashless.plan[1] == "あおば町情報化計画"
    assert cashless.fiscal_years == (2024,)


def test_departments_with_their_role(cashless: Unit) -> None:
    assert {owner.name: owner.role for owner in cashless.owners} == {
        "会計課": "responsible",
        "各課": "collective",
        "税務課": "involved",
        "図書館": "involved",
    }
    assert [(cell.text, cell.places[0].start_line) for cell in cashless.owner_cells] == [("担当 会計課、各課", 11)]


def test_fields_in_order_with_their_places(cashless: Unit) -> None:
    assert [(field.kind, field.text[:9], field.places[0].start_line) for field in cashless.fields] == [
        ("title", "キャッシュレスの推", 10),
        ("goal", "どこでも簡単に払え", 12),
        ("activity", "軽自動車税の窓口に", 14),
        ("activity", "複写代をキャッシュ", 15),
        ("activity", "情報課と打ち合わせ", 16),
        ("effect", "釣り銭の用意が要ら", 17),
        ("indicator", "キャッシュレスで払", 50),
    ]
    tax = cashless.fields[2]
    assert (tax.heading, tax.fiscal_year, tax.status) == ("①キャッシュレス決済の導入状況", 2024, "Done")
    assert tax.owners == (f"{AOBA}/department/%E7%A8%8E%E5%8B%99%E8%AA%B2",)
    assert tax.places[0].file == "あおば.txt"


def test_an_indicator_tells_its_cells(cashless: Unit) -> None:
    assert cashless.fields[-1].text == "キャッシュレスで払える手続の数：2024年度 実績 12手続、2026年度 目標 30手続以上"


def test_prose_belongs_to_the_plan_of_its_document(units: list[Unit]) -> None:
    prose = [unit for unit in units if unit.type == "Passage"]
    assert [unit.title for unit in prose] == ["計画の背景", "表"]
    assert prose[0].plan is not None
    assert prose[0].plan[1] == "あおば町情報化計画"


def test_passages_carry_title_and_heading(units: list[Unit], cashless: Unit) -> None:
    passages = cut_passages(units)
    of_tax = next(passage for passage in passages if passage.text.startswith("軽自動車税"))
    assert of_tax.indexed_text == "キャッシュレスの推進。①キャッシュレス決済の導入状況 軽自動車税の窓口に端末を置いた。"
    assert units[of_tax.unit] is cashless
    scraps = [passage.text for passage in passages if not has_meaning(units[passage.unit], passage)]
    assert scraps == ["完了"]


def test_an_empty_graph_has_no_units() -> None:
    assert read_units(OxigraphStore.in_memory()) == []


def test_a_plan_that_documents_only_look_back_on_is_no_unit() -> None:
    def found(*more: str) -> list[str]:
        turtle = f"""@prefix plan: <https://w3id.org/keikaku/ns#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        @prefix dcterms: <http://purl.org/dc/terms/> . @base <http://localhost:8000/> .
        <new> dcterms:replaces <old> . <measure/old> a plan:Measure ; skos:prefLabel "前の取組"@ja ; plan:inPlan <old> .
        <measure/new> a plan:Measure ; skos:prefLabel "今の取組"@ja ; plan:inPlan <new> . {" ".join(more)}"""
        graph = NamedNode("http://localhost:8000/document")
        triples = pyoxigraph.parse(turtle.encode(), format=RdfFormat.TURTLE)
        return [unit.title for unit in read_units(OxigraphStore.in_memory(Quad(t.subject, t.predicate, t.object, graph) for t in triples))]

    assert found() == ["今の取組"]
    assert found("<report> plan:about <old> .") == ["今の取組", "前の取組"]  # a document of its own tells of it
