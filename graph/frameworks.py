"""Frameworks in the graph: which ones a document names, which measures it marks, and which of their items a marked measure means.

What a document prints goes into its own graph. Which item of a framework a marked measure belongs to is printed nowhere: it is inferred from
the measure's name, and the conclusion stands in ``{base}graph/derived`` as a statement of its own that names its rule.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from pyoxigraph import Literal, NamedNode, Quad

from graph.iris import Iris, fold_name
from graph.quotations import Quotations, Triple
from graph.terms import DCTERMS, OWL, PLAN, PROV, RDF, SKOS, date, text
from graph.vocabulary import vocabulary_quads
from ontology.frameworks import known_frameworks
from ontology.model import Extraction, FrameworkMention, Measure, Plan, Source


def framework_iri(name: str, iris: Iris) -> str:
    """The IRI of a framework by any of its known names, else one made from the name."""
    known = _known_iris().get(fold_name(name))
    return f"{iris.base}{known}" if known else iris.framework(fold_name(name))


def edition_iri(framework: str, iris: Iris, *, version: str | None, issued: str | None) -> str | None:
    """The edition of ``framework`` (an IRI) that a printed version (2.0) or date tells; a month tells it where only one edition is of it."""
    editions = _editions(iris).get(framework, ())
    by_version = [iri for iri, number, _ in editions if version and number == version]
    by_date = [iri for iri, _, day in editions if issued and day and (day.startswith(issued) or issued.startswith(day))]
    found = by_version or ([] if version else by_date)
    return found[0] if len(found) == 1 else None


def mention_triples(mention: FrameworkMention, extraction: Extraction, iris: Iris, quotations: Quotations) -> Iterator[Triple]:
    """That document and measure name a framework, and what is printed about it there: of the edition, where the print tells which one."""
    framework = framework_iri(mention.name, iris)
    edition = edition_iri(framework, iris, version=mention.version, issued=mention.issued)
    subject = NamedNode(edition or framework)
    measure = NamedNode(iris.element(mention.former_plan or extraction.plan, mention.measure)) if mention.measure else None
    for named in dict.fromkeys((NamedNode(framework), subject)):
        yield NamedNode(iris.document(extraction.document.id)), DCTERMS.references, named
        if measure is not None:
            yield measure, DCTERMS.references, named
        yield named, RDF.type, PLAN.Framework
    if fold_name(mention.name) not in _known_iris():
        yield subject, SKOS.prefLabel, text(mention.name)
    if mention.issuer:
        yield subject, DCTERMS.publisher, text(mention.issuer)
    if mention.issued:
        yield subject, DCTERMS.issued, date(mention.issued)
    if mention.law_number:
        yield subject, PLAN.lawNumber, Literal(mention.law_number)
    if mention.version and edition is None:
        yield subject, OWL.versionInfo, Literal(mention.version)
    yield from quotations.cite(subject, mention.source)
    if measure is not None:
        yield from quotations.cite(measure, mention.source, PLAN.referenceQuotedFrom)


def alignment_triples(extraction: Extraction, iris: Iris, quotations: Quotations) -> Iterator[Triple]:
    """What the document's marks say: the measure answers to the framework. The legend that explains the mark is quoted."""
    for alignment in extraction.alignments:
        measure = NamedNode(iris.element(extraction.plan, alignment.measure))
        framework = NamedNode(framework_iri(alignment.framework, iris))
        yield measure, PLAN.alignsWith, framework
        yield framework, RDF.type, PLAN.Framework
        yield from quotations.cite(measure, alignment.source, PLAN.alignmentQuotedFrom)


@dataclass(frozen=True, slots=True)
class MarkedMeasure:
    """A measure that a document marks as answering to a framework; ``names`` are all that the document prints for it."""

    plan: Plan
    path: tuple[str, ...]
    names: tuple[str, ...]
    framework: str
    document_id: str
    legend: Source


def marked_measures(extraction: Extraction) -> list[MarkedMeasure]:
    """What ``infer_items`` needs of a document, so that the document itself need not be kept."""
    measures: dict[tuple[str, ...], Measure] = {measure.path: measure for measure in extraction.measures}
    return [
        MarkedMeasure(
            extraction.plan,
            alignment.measure,
            (measures[alignment.measure].name, *measures[alignment.measure].alternative_names),
            alignment.framework,
            extraction.document.id,
            alignment.source,
        )
        for alignment in extraction.alignments
        if alignment.measure in measures
    ]


def infer_items(marked: Iterable[MarkedMeasure], iris: Iris) -> Iterator[Quad]:
    """The item of the framework that each marked measure means, in the derived graph, where exactly one item's words stand in its name.

    The version is the last one published before the plan began; where no document prints when it began, the first whose items are known.
    """
    marked = list(marked)
    starts: dict[str, int] = {}
    for measure in marked:
        plan, year = iris.plan(measure.plan), measure.plan.from_fiscal_year
        if year is not None:
            starts[plan] = min(year, starts.get(plan, year))
    graph = NamedNode(iris.derived_graph)
    for measure in marked:
        items = _items_in_force(framework_iri(measure.framework, iris), starts.get(iris.plan(measure.plan)), iris)
        matched = {item: word for item, words in items.items() if (word := _word_in(words, measure.names))}
        if len(matched) != 1:
            continue
        ((item, word),) = matched.items()
        for triple in _inference_triples(measure, item, word, iris):
            yield Quad(*triple, graph)


def _inference_triples(measure: MarkedMeasure, item: str, word: str, iris: Iris) -> Iterator[Triple]:
    subject = NamedNode(iris.element(measure.plan, measure.path))
    yield subject, PLAN.alignsWith, NamedNode(item)
    statement = NamedNode(iris.alignment(measure.plan, measure.path, item))
    yield statement, RDF.type, RDF.Statement
    yield statement, RDF.subject, subject
    yield statement, RDF.predicate, PLAN.alignsWith
    yield statement, RDF.object, NamedNode(item)
    yield statement, PLAN.rule, PLAN.ItemNamedByMeasure
    yield statement, PLAN.matchedWord, text(word)
    yield statement, PROV.wasDerivedFrom, NamedNode(iris.quotation(measure.document_id, measure.legend.start_line, measure.legend.end_line))


@cache
def _known_iris() -> dict[str, str]:
    return {fold_name(name): framework.iri for framework in known_frameworks() for name in framework.names}


@cache
def _editions(iris: Iris) -> dict[str, tuple[tuple[str, str | None, str | None], ...]]:
    """(IRI, version, date) of the editions of each framework that has some, by IRI."""
    facts: dict[str, dict[str, str]] = defaultdict(dict)
    for quad in vocabulary_quads(iris):
        if quad.graph_name.value == iris.frameworks_graph:
            facts[quad.subject.value][quad.predicate.value] = quad.object.value
    found: dict[str, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for iri in sorted(facts):
        if whole := facts[iri].get(DCTERMS.isVersionOf.value):
            found[whole].append((iri, facts[iri].get(OWL.versionInfo.value), facts[iri].get(DCTERMS.issued.value)))
    return {whole: tuple(editions) for whole, editions in found.items()}


@cache
def _versions(iris: Iris) -> dict[str, list[tuple[str, dict[str, tuple[str, ...]]]]]:
    """The versions of each framework that have items: (date, words of each item), by number. A framework without versions is its own."""
    facts: dict[NamedNode, dict[NamedNode, list[str]]] = defaultdict(lambda: defaultdict(list))
    for quad in vocabulary_quads(iris):
        if quad.graph_name.value == iris.frameworks_graph:
            facts[quad.subject][quad.predicate].append(quad.object.value)
    items: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for subject, fields in facts.items():
        words = [word for label in (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel) for word in fields.get(label, ())]
        for scheme in fields.get(SKOS.inScheme, ()):
            items[scheme][subject.value] = tuple(sorted(words, key=lambda word: (-len(word), word)))
    versions = defaultdict(list)
    for scheme in sorted(items):
        fields = facts[NamedNode(scheme)]
        whole = fields[DCTERMS.isVersionOf][0] if DCTERMS.isVersionOf in fields else scheme
        number = fields[OWL.versionInfo][0] if OWL.versionInfo in fields else "0"
        issued = fields[DCTERMS.issued][0] if DCTERMS.issued in fields else ""
        versions[whole].append(([int(part) for part in number.split(".")], issued, items[scheme]))
    return {
        whole: [(issued, items) for _, issued, items in sorted(found, key=lambda version: version[0])] for whole, found in versions.items()
    }


def _items_in_force(framework: str, from_fiscal_year: int | None, iris: Iris) -> dict[str, tuple[str, ...]]:
    versions = _versions(iris).get(framework, [])
    if not versions:
        return {}
    # A date of year or month alone may be its last day.
    before = [items for issued, items in versions if from_fiscal_year is not None and f"{issued}-99" < f"{from_fiscal_year}-04-01"]
    return before[-1] if before else versions[0][1]


def _word_in(words: Iterable[str], names: Iterable[str]) -> str | None:
    """The first of ``words`` that stands in one of ``names``; a Latin word only as a whole (AI, not in MAIL)."""
    folded = [fold_name(name) for name in names]
    for word in words:
        key = re.escape(fold_name(word))
        pattern = rf"(?<![A-Za-z]){key}(?![A-Za-z])" if word.isascii() else key
        if any(re.search(pattern, name, re.IGNORECASE) for name in folded):
            return word
    return None
