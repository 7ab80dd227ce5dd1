"""Which measure of a plan goes on with a measure of the plan before it: ``dcterms:isReplacedBy``.

A table that looks back on a plan names the successor in a column of its own. What it prints in the row is a statement of the document. Where a row
prints no cell of its own because the cell above reaches over it, the link is a conclusion: it stands in the derived graph and names its rule.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import NamedNode, Quad

from graph.iris import Iris
from graph.quotations import Quotations, Triple
from graph.terms import DCTERMS, PLAN, PROV, RDF, text
from ontology.model import Extraction, FormerPlan, Measure, Successor


def successor_triples(former: FormerPlan, extraction: Extraction, iris: Iris, quotations: Quotations) -> Iterator[Triple]:
    """What the rows of ``former`` print: the text always, the link where the text names one measure of the plan."""
    for measure in former.measures:
        subject = NamedNode(iris.element(former.plan, measure.path))
        for successor in measure.successors:
            if successor.is_merged:
                quotations.keep(successor.source)  # the derived graph names it
                continue
            yield subject, PLAN.successorText, text(successor.text)
            if successor.measure is not None:
                yield subject, DCTERMS.isReplacedBy, NamedNode(iris.element(extraction.plan, successor.measure))
            yield from quotations.cite(subject, successor.source, PLAN.successorQuotedFrom)


def infer_successors(extraction: Extraction, iris: Iris) -> Iterator[Quad]:
    """The links that merged cells mean, in the derived graph."""
    graph = NamedNode(iris.derived_graph)
    for former in extraction.former_plans:
        for measure in former.measures:
            for successor in measure.successors:
                if successor.is_merged and successor.measure is not None:
                    for triple in _conclude(former, measure, successor, extraction, iris):
                        yield Quad(*triple, graph)


def _conclude(former: FormerPlan, measure: Measure, successor: Successor, extraction: Extraction, iris: Iris) -> Iterator[Triple]:
    subject = NamedNode(iris.element(former.plan, measure.path))
    path = successor.measure or ()
    replacing = iris.element(extraction.plan, path)
    statement = NamedNode(iris.element(former.plan, (*measure.path, "replaced-by", extraction.plan.slug, *path)))
    source = successor.source
    yield subject, DCTERMS.isReplacedBy, NamedNode(replacing)
    yield statement, RDF.type, RDF.Statement
    yield statement, RDF.subject, subject
    yield statement, RDF.predicate, DCTERMS.isReplacedBy
    yield statement, RDF.object, NamedNode(replacing)
    yield statement, PLAN.rule, PLAN.SuccessorOfCellAbove
    yield statement, PLAN.matchedWord, text(successor.text)
    yield statement, PROV.wasDerivedFrom, NamedNode(iris.quotation(extraction.document.id, source.start_line, source.end_line))
