"""Which measure an initiative belongs to, where no document prints its number.

Slides tell of chief work without the numbers of the plan. Where the name of an initiative is printed word for word in the entries of exactly one
measure of the plan, in whichever document, the initiative is part of that measure. The conclusion stands in the derived graph and names its rule; a
number that a document prints beside the initiative is a statement of the document itself (``graph.triples``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Quad

from graph.iris import Iris, fold_name
from graph.terms import DCTERMS, PLAN, PROV, RDF, text
from ontology.model import Extraction, Measure, Source

_SHORTEST_NAME = 6  # folded characters; shorter ones (研修) name no project


@dataclass(frozen=True, slots=True)
class PrintedEntry:
    """A text of a measure: the name of the measure or one of its activities, folded, with where it is printed."""

    measure: str
    text: str
    quotation: str


@dataclass(frozen=True, slots=True)
class PrintedInitiative:
    iri: str
    name: str
    quotation: str


@dataclass(frozen=True, slots=True)
class PlanWork:
    """What ``infer_measures`` needs of a document, so that the document itself need not be kept. ``linked`` are initiatives with a printed number."""

    plan: str
    initiatives: tuple[PrintedInitiative, ...]
    entries: tuple[PrintedEntry, ...]
    linked: frozenset[str]


def plan_work(extraction: Extraction, iris: Iris) -> PlanWork:
    """The initiatives of a document and the texts of its measures."""
    plan, document = extraction.plan, extraction.document.id

    def quotation(source: Source) -> str:
        return iris.quotation(document, source.start_line, source.end_line)

    initiatives = [(iris.element(plan, iris.initiative_path(own.name)), own) for own in extraction.initiatives]
    return PlanWork(
        iris.plan(plan),
        tuple(PrintedInitiative(iri, own.name, quotation(own.source)) for iri, own in initiatives),
        tuple(
            PrintedEntry(iris.element(plan, measure.path), fold_name(printed), quotation(source))
            for measure in extraction.measures
            for printed, source in _texts(measure)
        ),
        frozenset(iri for iri, own in initiatives if own.measure is not None),
    )


def _texts(measure: Measure) -> Iterator[tuple[str, Source]]:
    yield measure.name, measure.source
    for activity in measure.activities:
        yield f"{activity.heading or ''}\n{activity.text}", activity.source


def infer_measures(work: Iterable[PlanWork], iris: Iris) -> Iterator[Quad]:
    """For each initiative without a printed number the one measure whose entries print its name; nothing where several do."""
    by_plan: dict[str, list[PlanWork]] = defaultdict(list)
    for own in work:
        by_plan[own.plan].append(own)
    graph = NamedNode(iris.derived_graph)
    for plan in sorted(by_plan):
        linked = frozenset().union(*(own.linked for own in by_plan[plan]))
        entries = [entry for own in by_plan[plan] for entry in own.entries]
        initiatives = {(one.iri, one.quotation): one for own in by_plan[plan] for one in own.initiatives if one.iri not in linked}
        for key in sorted(initiatives):
            for subject, predicate, value in _conclude(initiatives[key], entries):
                yield Quad(subject, predicate, value, graph)


def _conclude(initiative: PrintedInitiative, entries: Iterable[PrintedEntry]) -> Iterator[tuple]:
    name = fold_name(initiative.name)
    found = [entry for entry in entries if len(name) >= _SHORTEST_NAME and name in entry.text]
    if len({entry.measure for entry in found}) != 1:
        return
    subject, measure = NamedNode(initiative.iri), NamedNode(found[0].measure)
    yield subject, DCTERMS.isPartOf, measure
    statement = NamedNode(f"{initiative.iri}/part-of")
    yield statement, RDF.type, RDF.Statement
    yield statement, RDF.subject, subject
    yield statement, RDF.predicate, DCTERMS.isPartOf
    yield statement, RDF.object, measure
    yield statement, PLAN.rule, PLAN.InitiativeNamedInMeasure
    yield statement, PLAN.matchedWord, text(initiative.name)
    for quotation in sorted({initiative.quotation, *(entry.quotation for entry in found)}):
        yield statement, PROV.wasDerivedFrom, NamedNode(quotation)
