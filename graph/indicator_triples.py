"""The indicators of a document and the cells of their tables as triples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from graph.iris import Iris
from graph.quotations import Quotations, Triple
from graph.sameness import name_indicators
from graph.terms import PLAN, QB, RDF, SKOS, decimal, integer, text
from ontology.model import Extraction, Indicator, Observation, Quantity


def indicator_triples(extraction: Extraction, iris: Iris, quotations: Quotations) -> Iterator[Triple]:
    """Every indicator of ``extraction``, each cell of it an observation of its own."""
    walk = _Indicators(extraction, iris, quotations)
    cells: Counter[tuple[str, str]] = Counter()
    for indicator, iri in name_indicators(extraction, iris):
        yield from walk.indicator(iri, indicator)
        for observation in indicator.observations:
            cell = f"{observation.fiscal_year or 'undated'}-{observation.role.value.lower()}"
            cells[iri, cell] += 1
            repeated = cells[iri, cell]  # a table may print the same year and role twice, with other figures
            yield from walk.observation(iri, observation, cell if repeated == 1 else f"{cell}-{repeated}")


_COMPARATORS = {"~": "≈"}  # as the vocabulary writes 程度 and 約


def quantity_triples(subject: NamedNode, quantity: Quantity) -> Iterator[Triple]:
    """A printed amount: its text always, its number where it is one."""
    yield subject, PLAN.valueText, Literal(quantity.text)
    if quantity.value is not None and quantity.value.is_finite():
        yield subject, PLAN.value, decimal(quantity.value)
    if quantity.unit:
        yield subject, PLAN.unitText, Literal(quantity.unit)
    if quantity.comparator:
        yield subject, PLAN.comparator, Literal(_COMPARATORS.get(quantity.comparator, quantity.comparator))


class _Indicators:
    def __init__(self, extraction: Extraction, iris: Iris, quotations: Quotations) -> None:
        self.document = extraction.document
        self.plan = extraction.plan
        self.iris = iris
        self.quotations = quotations

    def indicator(self, iri: str, indicator: Indicator) -> Iterator[Triple]:
        subject = NamedNode(iri)
        yield subject, RDF.type, PLAN.Indicator
        yield subject, SKOS.prefLabel, text(indicator.name)
        yield subject, PLAN.inPlan, NamedNode(self.iris.plan(self.plan))
        if indicator.unit:
            yield subject, PLAN.unitText, Literal(indicator.unit)
        if indicator.heading:
            yield subject, PLAN.heading, text(indicator.heading)
        if indicator.note:
            yield subject, PLAN.note, text(indicator.note)
        if indicator.measure is not None:
            measure = NamedNode(self.iris.element(self.plan, indicator.measure))
            yield subject, PLAN.indicatorOf, measure
            yield measure, PLAN.hasIndicator, subject
        yield from self.quotations.cite(subject, indicator.source)

    def observation(self, indicator: str, observation: Observation, cell: str) -> Iterator[Triple]:
        subject = NamedNode(self.iris.observation(indicator, self.document.id, cell))
        yield subject, RDF.type, QB.Observation
        yield subject, PLAN.indicator, NamedNode(indicator)
        yield subject, PLAN.valueRole, getattr(PLAN, observation.role.value)
        if observation.fiscal_year is not None:
            yield subject, PLAN.fiscalYear, integer(observation.fiscal_year)
        yield from quantity_triples(subject, observation.quantity)
        if observation.note:
            yield subject, PLAN.note, text(observation.note)
        yield subject, PLAN.reportedIn, NamedNode(self.iris.document(self.document.id))
        yield from self.quotations.cite(subject, observation.source)
