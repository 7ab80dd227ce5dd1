"""Every term in use is declared and explained in both languages, in the vocabulary and in docs/vocabulary.md."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SH, SKOS, Graph, Namespace, URIRef
from rdflib.collection import Collection
from town import extraction

import graph
from graph.iris import Iris
from graph.triples import extraction_quads
from graph.validation import shapes
from graph.vocabulary import VOCABULARY, vocabulary_quads

PLAN = Namespace("https://w3id.org/keikaku/ns#")
QB = Namespace("http://purl.org/linked-data/cube#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
ROOT = Path(graph.__file__).parents[1]

VOCAB = Graph().parse(data=(VOCABULARY / "keikaku.ttl").read_text(encoding="utf-8"), format="turtle")
DECLARED = sorted(term for term in set(VOCAB.subjects()) if isinstance(term, URIRef) and term.startswith(PLAN))
PROPERTIES = [term for term in DECLARED if set(VOCAB.objects(term, RDF.type)) & {OWL.ObjectProperty, OWL.DatatypeProperty}]


def terms_in(pattern: str, *folders: str) -> set[str]:
    files = [file for folder in folders for ending in ("*.py", "*.rq", "*.ttl") for file in (ROOT / folder).rglob(ending)]
    return {match for file in files for match in re.findall(pattern, file.read_text(encoding="utf-8"))}


def local_name(term: str) -> str:
    return term.removeprefix(str(PLAN))


@pytest.mark.parametrize("term", DECLARED, ids=local_name)
def test_a_term_is_explained_in_both_languages(term: URIRef) -> None:
    for property_ in (RDFS.label, RDFS.comment):
        assert sorted(text.language for text in VOCAB.objects(term, property_)) == ["en", "ja"], property_


@pytest.mark.parametrize("term", PROPERTIES, ids=local_name)
def test_a_property_has_one_domain_and_range(term: URIRef) -> None:
    assert len(list(VOCAB.objects(term, RDFS.domain))) == 1
    assert len(list(VOCAB.objects(term, RDFS.range))) == 1


def test_all_terms_in_code_queries_and_shapes_are_declared() -> None:
    used = terms_in(r"\bPLAN\.([A-Za-z]\w*)", "graph") | terms_in(r"\bplan:([A-Za-z]\w*)", "graph", "ontology", "search_api")
    declared = {local_name(term) for term in DECLARED}
    assert used - declared - {"iri"} == set()  # PLAN.iri is the namespace itself


def test_all_terms_in_triples_are_declared() -> None:
    names = {part.value for quad in extraction_quads(extraction(), Iris()) for part in (quad.predicate, quad.object)}
    assert {name for name in names if name.startswith(PLAN)} <= {str(term) for term in DECLARED}


def allowed(term: URIRef, kind: URIRef) -> set[URIRef]:
    """The classes that ``rdfs:domain`` or ``rdfs:range`` names, also in a union."""
    value = VOCAB.value(term, kind)
    union = VOCAB.value(value, OWL.unionOf)
    return {value} if union is None else set(Collection(VOCAB, union))


def test_triples_keep_to_domain_and_range() -> None:
    data = Graph()
    for line in extraction_quads(extraction(), Iris()):
        data.parse(data=f"{line.subject} {line.predicate} {line.object} .", format="turtle")
    individuals = {term: kind for term, kind in VOCAB.subject_objects(RDF.type) if kind in {PLAN.ActivityStatus, PLAN.ValueRole}}
    for subject, predicate, value in data:
        if predicate not in PROPERTIES:
            continue
        assert set(data.objects(subject, RDF.type)) & allowed(predicate, RDFS.domain), (subject, predicate)
        if isinstance(value, URIRef):
            kinds = {individuals[value]} if value in individuals else set(data.objects(value, RDF.type))
        else:
            kinds = {RDF.langString} if value.language else {value.datatype or URIRef("http://www.w3.org/2001/XMLSchema#string")}
        assert kinds & allowed(predicate, RDFS.range), (predicate, value)


def test_the_classes_of_the_contract_are_there() -> None:
    names = "Plan PlanElement Measure Activity Initiative Effect Assessment Passage Department CollectiveDepartment Indicator Framework"
    names += " FrameworkItem SourceDocument Done Planned Baseline Actual Forecast Target"
    assert set(names.split()) <= {local_name(term) for term in DECLARED}


def test_every_shape_has_a_japanese_message() -> None:
    constraints = set(shapes().objects(None, SH.property))
    assert len(constraints) > 40
    for constraint in constraints:
        (message,) = shapes().objects(constraint, SH.message)
        assert message.language == "ja"


def test_frameworks_say_how_sure_they_are_and_where_it_stands() -> None:
    facts = Graph().parse(data=(VOCABULARY / "frameworks.ttl").read_text(encoding="utf-8"), format="turtle", publicID="http://x/")
    subjects = set(facts.subjects(RDF.type, PLAN.Framework)) | set(facts.subjects(RDF.type, PLAN.FrameworkItem))
    assert len(subjects) > 50
    for subject in subjects:
        assert str(facts.value(subject, PLAN.certainty)) in {"confirmed", "single"}
        assert isinstance(facts.value(subject, DCTERMS.source), URIRef)
        assert facts.value(subject, SKOS.prefLabel).language == "ja"
    for item in facts.subjects(RDF.type, PLAN.FrameworkItem):
        assert (facts.value(item, SKOS.inScheme), RDF.type, PLAN.Framework) in facts


@pytest.mark.seeds
def test_the_facts_that_ship_are_those_collected_with_their_certainty(shared: Path) -> None:
    collected = json.loads((shared / "facts" / "frameworks.json").read_text(encoding="utf-8"))
    facts = Graph().parse(data=(VOCABULARY / "frameworks.ttl").read_text(encoding="utf-8"), format="turtle", publicID="http://x/")
    dx = URIRef("http://x/id/framework/dx")
    shipped = {str(facts.value(version, OWL.versionInfo)): version for version in facts.subjects(DCTERMS.isVersionOf, dx)}
    known = {version["version"]: version for version in collected["dx_plan"]["versions"] if re.fullmatch(r"[\d.]+", version["version"])}
    assert set(shipped) == {number for number, version in known.items() if version["status"] in ("confirmed", "single")}
    for number, version in shipped.items():
        assert str(facts.value(version, PLAN.certainty)) == known[number]["status"]
        assert str(facts.value(version, DCTERMS.issued)) == known[number]["date"]
        priorities = URIRef(f"{version}/priorities")
        names = {str(facts.value(item, SKOS.prefLabel)) for item in facts.subjects(SKOS.broader, priorities)}
        listed = known[number].get("juten")
        assert names == (set(listed) if isinstance(listed, list) else set())
    numbers = {str(facts.value(law, SKOS.prefLabel)): str(facts.value(law, PLAN.lawNumber)) for law in facts.subjects(PLAN.lawNumber)}
    assert {law["name"]: law["number"] for law in collected["laws"] if law["name"] in numbers}.items() <= numbers.items()
    dated = {(str(facts.value(f, SKOS.prefLabel)), str(facts.value(f, DCTERMS.issued))) for f in facts.subjects(DCTERMS.isVersionOf)}
    (plan,) = [own for own in collected["national_plans"] if own["name"] == "デジタル社会の実現に向けた重点計画"]
    days = {decision["date"]: decision["status"] for decision in plan["decisions"] if decision["date"]}
    shipped_days = {day for name, day in dated if name.startswith(plan["name"])}
    assert shipped_days == {day if "day unconfirmed" not in status else day[:7] for day, status in days.items() if status != "unconfirmed"}


def test_the_first_version_of_the_national_plan_has_six_priorities() -> None:
    quads = list(vocabulary_quads(Iris("http://plans.example/")))
    version = "http://plans.example/id/framework/dx/1.0"
    priorities = [q for q in quads if q.predicate.value == str(SKOS.broader) and q.object.value == f"{version}/priorities"]
    assert len(priorities) == 6


def test_the_vocabulary_reads_the_same_each_time() -> None:
    assert sorted(map(str, vocabulary_quads(Iris()))) == sorted(map(str, vocabulary_quads(Iris())))


def test_the_documentation_names_every_term() -> None:
    text = (ROOT / "docs" / "vocabulary.md").read_text(encoding="utf-8")
    documented = set(re.findall(r"`plan:(\w+)`", text))
    assert {local_name(term) for term in DECLARED} == documented
