"""What a document says, as quads in the graph that carries the document's IRI (contract: vocabulary in ontology/vocabulary).

Every resource read from the document points with ``prov:wasQuotedFrom`` to the lines that say so. Measures say in addition which
quotation is that of the goal, the description and the 担当 cell, since one measure gathers several places.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from pyoxigraph import Literal, NamedNode, Quad

from graph.frameworks import alignment_triples, mention_triples
from graph.indicator_triples import indicator_triples, quantity_triples
from graph.iris import Iris, fold_name
from graph.quotations import Quotations, Triple
from graph.successors import successor_triples
from graph.terms import DCTERMS, ESTAT_AREA, ORG, PLAN, RDF, SKOS, boolean, date, integer, text
from ontology.model import (
    Activity,
    Assessment,
    Department,
    Effect,
    Extraction,
    FormerPlan,
    Initiative,
    Measure,
    Municipality,
    Passage,
    PlanElement,
    Reorganisation,
    Source,
)


def extraction_quads(extraction: Extraction, iris: Iris) -> Iterator[Quad]:
    """Every statement of one document, provenance included. No quad is given twice; the order follows the document."""
    graph = NamedNode(iris.document(extraction.document.id))
    seen: set[Triple] = set()
    for triple in _Document(extraction, iris).triples():
        if triple not in seen:
            seen.add(triple)
            yield Quad(*triple, graph)


def responsible_and_involved(measure: Measure) -> tuple[list[Department], list[Department]]:
    """The departments of the 担当 cell, and those that only the cell of partners, the activities and effects name. Each once, in printed order."""
    responsible = {fold_name(d.name): d for d in measure.departments}
    named = (*measure.partners, *(d for item in (*measure.activities, *measure.effects) for d in item.departments))
    involved: dict[str, Department] = {}
    for department in named:
        if fold_name(department.name) not in responsible:
            involved.setdefault(fold_name(department.name), department)
    return list(responsible.values()), list(involved.values())


class _Document:
    """Walks through one extraction, in the order of its document."""

    def __init__(self, extraction: Extraction, iris: Iris) -> None:
        self.extraction = extraction
        self.document = extraction.document
        self.plan = extraction.plan
        self.iris = iris
        self.quotations = Quotations(extraction.document, iris)

    def triples(self) -> Iterator[Triple]:
        yield from self._source_document()
        yield from self._municipality(self.plan.municipality)
        yield from self._plan()
        for element in self.extraction.elements:
            yield from self._element(element, PLAN.PlanElement)
        for measure in self.extraction.measures:
            yield from self._measure(measure)
        yield from indicator_triples(self.extraction, self.iris, self.quotations)
        for former in self.extraction.former_plans:
            yield from self._former_plan(former)
        for initiative in self.extraction.initiatives:
            yield from self._initiative(initiative)
        for change in self.extraction.reorganisations:
            yield from self._reorganisation(change)
        for mention in self.extraction.mentions:
            yield from mention_triples(mention, self.extraction, self.iris, self.quotations)
        yield from alignment_triples(self.extraction, self.iris, self.quotations)
        for passage in self.extraction.passages:
            yield from self._passage(passage)
        yield from self.quotations.triples()

    def _source_document(self) -> Iterator[Triple]:
        document = self.document
        subject = NamedNode(self.iris.document(document.id))
        yield subject, RDF.type, PLAN.SourceDocument
        yield subject, DCTERMS.title, text(document.title)
        yield subject, PLAN.fileName, Literal(document.file_name)
        yield subject, PLAN.sha256, Literal(document.sha256)
        yield subject, DCTERMS.format, Literal(document.media_type)
        yield subject, PLAN.about, NamedNode(self.iris.plan(self.plan))
        if document.issued:
            yield subject, DCTERMS.issued, date(document.issued)

    def _municipality(self, municipality: Municipality) -> Iterator[Triple]:
        subject = NamedNode(self.iris.municipality(municipality.code))
        yield subject, RDF.type, PLAN.Municipality
        yield subject, SKOS.prefLabel, text(municipality.name)
        yield subject, PLAN.municipalityCode, Literal(municipality.code)
        # e-Stat names areas by the code without its check digit.
        yield subject, DCTERMS.spatial, getattr(ESTAT_AREA, f"C{municipality.code[:5]}")
        if municipality.kana:
            yield subject, PLAN.kana, text(municipality.kana)
        if municipality.prefecture:
            yield subject, PLAN.prefecture, text(municipality.prefecture)

    def _plan(self) -> Iterator[Triple]:
        plan = self.plan
        subject = NamedNode(self.iris.plan(plan))
        yield subject, RDF.type, PLAN.Plan
        yield subject, DCTERMS.title, text(plan.title)
        yield subject, PLAN.municipality, NamedNode(self.iris.municipality(plan.municipality.code))
        if plan.from_fiscal_year is not None:
            yield subject, PLAN.fromFiscalYear, integer(plan.from_fiscal_year)
        if plan.to_fiscal_year is not None:
            yield subject, PLAN.toFiscalYear, integer(plan.to_fiscal_year)
        yield from self.quotations.cite(subject, plan.source)

    def _former_plan(self, former: FormerPlan) -> Iterator[Triple]:
        """What the document says of an earlier plan: the same walk, below the earlier plan's IRI."""
        yield NamedNode(self.iris.plan(self.plan)), DCTERMS.replaces, NamedNode(self.iris.plan(former.plan))
        walk = _Document(replace(self.extraction, plan=former.plan), self.iris)
        walk.quotations = self.quotations
        yield from walk._plan()
        for measure in former.measures:
            yield from walk._measure(measure)
        told = replace(self.extraction, plan=former.plan, measures=former.measures, indicators=former.indicators)
        yield from indicator_triples(told, self.iris, self.quotations)
        yield from successor_triples(former, self.extraction, self.iris, self.quotations)

    def _element(self, element: PlanElement | Measure, kind: NamedNode) -> Iterator[Triple]:
        subject = NamedNode(self.iris.element(self.plan, element.path))
        yield subject, RDF.type, kind
        yield subject, PLAN.levelName, Literal(element.level_name)
        if element.number is not None:
            yield subject, PLAN.number, Literal(element.number)
        yield subject, SKOS.prefLabel, text(element.name)
        if element.parent is not None:
            yield subject, DCTERMS.isPartOf, NamedNode(self.iris.element(self.plan, element.parent))
        yield subject, PLAN.inPlan, NamedNode(self.iris.plan(self.plan))
        yield subject, PLAN.municipality, NamedNode(self.iris.municipality(self.plan.municipality.code))
        yield from self.quotations.cite(subject, element.source)

    def _measure(self, measure: Measure) -> Iterator[Triple]:
        yield from self._element(measure, PLAN.Measure)
        subject = NamedNode(self.iris.element(self.plan, measure.path))
        if measure.is_new is not None:
            yield subject, PLAN.isNew, boolean(measure.is_new)
        for mark in measure.marks:
            yield subject, PLAN.mark, Literal(mark)
        if measure.goal:
            yield subject, PLAN.goal, text(measure.goal)
            yield from self.quotations.cite(subject, measure.goal_source, PLAN.goalQuotedFrom)
        if measure.description:
            yield subject, DCTERMS.description, text(measure.description)
            yield from self.quotations.cite(subject, measure.description_source, PLAN.descriptionQuotedFrom)
        responsible, involved = responsible_and_involved(measure)
        for department in responsible:
            yield subject, PLAN.responsibleDepartment, self._department_iri(department)
            yield from self.quotations.cite(subject, department.source or measure.source, PLAN.departmentQuotedFrom)
            yield from self._department(department, measure.source)
        for department in involved:
            yield subject, PLAN.involvedDepartment, self._department_iri(department)
            if department in measure.partners:
                yield from self.quotations.cite(subject, department.source or measure.source, PLAN.departmentQuotedFrom)
                yield from self._department(department, measure.source)
        for activity in measure.activities:
            yield from self._activity(subject, measure, activity)
        for effect in measure.effects:
            yield from self._effect(subject, measure.path, effect)
        for order, assessment in enumerate(measure.assessments, 1):
            yield from self._assessment(subject, measure, assessment, order)

    def _department_iri(self, department: Department) -> NamedNode:
        return NamedNode(self.iris.department(self.plan.municipality, department.name))

    def _department(self, department: Department, named_in: Source) -> Iterator[Triple]:
        subject = self._department_iri(department)
        municipality = NamedNode(self.iris.municipality(self.plan.municipality.code))
        yield subject, RDF.type, PLAN.Department
        yield subject, SKOS.prefLabel, text(department.name)
        yield subject, PLAN.municipality, municipality
        if department.collective:
            # 各課 is an owner but no unit of the organisation, hence neither org:OrganizationalUnit nor org:unitOf.
            yield subject, RDF.type, PLAN.CollectiveDepartment
        else:
            yield subject, RDF.type, ORG.OrganizationalUnit
            yield subject, ORG.unitOf, municipality
        yield from self.quotations.cite(subject, department.source or named_in)

    def _departments_of(self, subject: NamedNode, departments: Iterable[Department], named_in: Source) -> Iterator[Triple]:
        for department in departments:
            yield subject, PLAN.department, self._department_iri(department)
            yield from self._department(department, named_in)

    def _activity(self, measure_node: NamedNode, measure: Measure, activity: Activity) -> Iterator[Triple]:
        subject = NamedNode(self.iris.activity(self.plan, measure.path, self.document.id, activity.order))
        yield measure_node, PLAN.hasActivity, subject
        yield subject, RDF.type, PLAN.Activity
        yield subject, PLAN.order, integer(activity.order)
        yield subject, PLAN.text, text(activity.text)
        if activity.heading:
            yield subject, PLAN.heading, text(activity.heading)
        if activity.fiscal_year is not None:
            yield subject, PLAN.fiscalYear, integer(activity.fiscal_year)
        if activity.status is not None:
            yield subject, PLAN.activityStatus, getattr(PLAN, activity.status.value)
        yield from self._departments_of(subject, activity.departments, activity.source)
        yield from self.quotations.cite(subject, activity.source)

    def _effect(self, owner: NamedNode, path: tuple[str, ...], effect: Effect) -> Iterator[Triple]:
        subject = NamedNode(self.iris.effect(self.plan, path, self.document.id, effect.order))
        yield subject, RDF.type, PLAN.Effect
        yield subject, PLAN.effectOf, owner
        yield subject, PLAN.order, integer(effect.order)
        yield subject, PLAN.text, text(effect.text)
        if effect.fiscal_year is not None:
            yield subject, PLAN.fiscalYear, integer(effect.fiscal_year)
        if effect.quantity is not None:
            yield from quantity_triples(subject, effect.quantity)
        yield from self._departments_of(subject, effect.departments, effect.source)
        yield from self.quotations.cite(subject, effect.source)

    def _initiative(self, initiative: Initiative) -> Iterator[Triple]:
        path = self.iris.initiative_path(initiative.name)
        subject = NamedNode(self.iris.element(self.plan, path))
        yield subject, RDF.type, PLAN.Initiative
        yield subject, SKOS.prefLabel, text(initiative.name)
        yield subject, PLAN.inPlan, NamedNode(self.iris.plan(self.plan))
        yield subject, PLAN.municipality, NamedNode(self.iris.municipality(self.plan.municipality.code))
        if initiative.measure is not None:
            yield subject, DCTERMS.isPartOf, NamedNode(self.iris.element(self.plan, initiative.measure))
        for category in initiative.categories:
            yield subject, PLAN.category, Literal(category)
        if initiative.description:
            yield subject, DCTERMS.description, text(initiative.description)
            yield from self.quotations.cite(subject, initiative.description_source, PLAN.descriptionQuotedFrom)
        for department in initiative.departments:
            yield subject, PLAN.responsibleDepartment, self._department_iri(department)
            yield from self.quotations.cite(subject, department.source or initiative.source, PLAN.departmentQuotedFrom)
            yield from self._department(department, initiative.source)
        for effect in initiative.effects:
            yield from self._effect(subject, path, effect)
        yield from self.quotations.cite(subject, initiative.source)

    def _assessment(self, measure_node: NamedNode, measure: Measure, assessment: Assessment, order: int) -> Iterator[Triple]:
        subject = NamedNode(self.iris.assessment(self.plan, measure.path, self.document.id, order))
        yield subject, RDF.type, PLAN.Assessment
        yield subject, PLAN.assessmentOf, measure_node
        yield subject, PLAN.ratingText, Literal(assessment.rating_text)
        if assessment.fiscal_year is not None:
            yield subject, PLAN.fiscalYear, integer(assessment.fiscal_year)
        yield from self.quotations.cite(subject, assessment.source)

    def _reorganisation(self, change: Reorganisation) -> Iterator[Triple]:
        subject = NamedNode(self.iris.reorganisation(self.document.id, change.order))
        yield subject, RDF.type, PLAN.Reorganisation
        yield subject, RDF.type, ORG.ChangeEvent
        yield subject, PLAN.text, text(change.text)
        yield subject, PLAN.municipality, NamedNode(self.iris.municipality(self.plan.municipality.code))
        for role, departments in ((ORG.originalOrganization, change.original), (ORG.resultingOrganization, change.resulting)):
            for department in departments:
                yield subject, role, self._department_iri(department)
                yield from self._department(department, change.source)
        if change.fiscal_year is not None:
            yield subject, PLAN.fiscalYear, integer(change.fiscal_year)
        if change.date:
            yield subject, DCTERMS.date, date(change.date)
        if change.status is not None:
            yield subject, PLAN.activityStatus, getattr(PLAN, change.status.value)
        yield from self.quotations.cite(subject, change.source)

    def _passage(self, passage: Passage) -> Iterator[Triple]:
        subject = NamedNode(self.iris.passage(self.document.id, passage.order))
        yield subject, RDF.type, PLAN.Passage
        yield subject, PLAN.order, integer(passage.order)
        yield subject, PLAN.text, text(passage.text)
        if passage.heading:
            yield subject, PLAN.heading, text(passage.heading)
        yield subject, DCTERMS.isPartOf, NamedNode(self.iris.document(self.document.id))
        if passage.measure is not None:
            yield subject, PLAN.passageOf, NamedNode(self.iris.element(self.plan, passage.measure))
        yield from self.quotations.cite(subject, passage.source)
