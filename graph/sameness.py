"""Which indicators of a plan are one though documents print them differently.

The IRI of an indicator follows from its document alone (contract, section 3), so two spellings have two IRIs for ever. That they are one
is a conclusion: it is drawn here, once, from all documents together, and stands in the derived graph as ``owl:sameAs`` from each further IRI
to the one that most documents use, with the rule that led to it. Indicators that may be one and are not joined are ``skos:closeMatch``.

Two names that one document prints are two indicators, whatever they look like. Apart from that, the less two names agree, the more of
the rest must: see ``_conclude``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import combinations

from pyoxigraph import NamedNode, Quad

from graph.iris import Iris, fold_name
from graph.name_variants import Variant, compare_names, ends_of_name
from graph.quotations import Triple
from graph.terms import OWL, PLAN, PROV, RDF, RDFS, SKOS, text
from ontology.model import Extraction, Indicator

# A name this short names nothing by itself (受診率, 決算額, 参加者数): the IRI then carries the measure that the document prints with it.
_SHORT_NAME = 6

_RULES = {
    Variant.EQUAL: PLAN.SameNameOfMeasure,
    Variant.PARTICLE: PLAN.NameWithoutParticles,
    Variant.REMARK: PLAN.NameWithoutRemark,
    Variant.LETTER: PLAN.MisprintedName,
    Variant.WORD: PLAN.SameRowOfMeasure,
}
Cell = tuple[str, int]


@dataclass(frozen=True, slots=True)
class PrintedIndicator:
    """What one document prints of one indicator. ``measure`` is the IRI of its measure, ``cells`` its numbers by role and fiscal year."""

    iri: str
    plan: str
    name: str
    document: str
    measure: str | None
    unit: str | None
    cells: tuple[tuple[Cell, Decimal], ...]
    quotation: str


@dataclass(frozen=True, slots=True)
class Conclusion:
    """That ``one`` and ``other`` (IRIs) are one thing, or, where ``rule`` is None, only that they are alike."""

    one: str
    other: str
    rule: NamedNode | None


def name_indicators(extraction: Extraction, iris: Iris) -> Iterator[tuple[Indicator, str]]:
    """Each indicator of a document with its IRI.

    The measure is part of it where the name alone names nothing: it is short, or the document prints it under several measures.
    """
    plan = extraction.plan
    measures: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for indicator in extraction.indicators:
        if indicator.measure is not None:
            measures[fold_name(indicator.name)].add(indicator.measure)
    for indicator in extraction.indicators:
        name = fold_name(indicator.name)
        measure: tuple[str, ...] = ()
        if len(measures[name]) > 1:
            measure = indicator.measure or ()
        elif len(name) <= _SHORT_NAME:
            measure = next(iter(measures[name]), ())
        yield indicator, iris.indicator(plan, indicator.name, measure)


def printed_indicators(extraction: Extraction, iris: Iris) -> list[PrintedIndicator]:
    """What ``conclude`` needs of a document, former plans included, so that the document itself need not be kept."""
    former = [replace(extraction, plan=plan.plan, measures=plan.measures, indicators=plan.indicators) for plan in extraction.former_plans]
    return [_print_of(told, indicator, iri, iris) for told in (extraction, *former) for indicator, iri in name_indicators(told, iris)]


def _print_of(extraction: Extraction, indicator: Indicator, iri: str, iris: Iris) -> PrintedIndicator:
    plan, document, place = extraction.plan, extraction.document.id, indicator.source
    return PrintedIndicator(
        iri=iri,
        plan=iris.plan(plan),
        name=indicator.name,
        document=document,
        measure=iris.element(plan, indicator.measure) if indicator.measure is not None else None,
        unit=indicator.unit,
        cells=tuple(
            ((cell.role.value, cell.fiscal_year), cell.quantity.value)
            for cell in indicator.observations
            if cell.fiscal_year is not None and cell.quantity.value is not None
        ),
        quotation=iris.quotation(document, place.start_line, place.end_line),
    )


def sameness_quads(printed: Sequence[PrintedIndicator], iris: Iris) -> Iterator[Quad]:
    """The conclusions about ``printed`` in the derived graph."""
    graph = NamedNode(iris.derived_graph)
    printings: dict[str, list[PrintedIndicator]] = defaultdict(list)
    for item in printed:
        printings[item.iri].append(item)
    for conclusion in conclude(printed):
        for triple in _triples(conclusion, printings):
            yield Quad(*triple, graph)


def conclude(printed: Iterable[PrintedIndicator]) -> list[Conclusion]:
    """Which of the indicators are one, the surest first and each further one with the chief of its group; then those that are only alike.

    Does not depend on the order of ``printed``.
    """
    by_plan: dict[str, dict[str, _Known]] = defaultdict(dict)
    for item in printed:
        by_plan[item.plan].setdefault(item.iri, _Known(item.iri)).add(item)
    return [conclusion for plan in sorted(by_plan) for conclusion in _conclude_in_plan(by_plan[plan])]


@dataclass(slots=True)
class _Known:
    """All that the documents print under one IRI, or under the IRIs of one group."""

    iri: str
    names: set[str] = field(default_factory=set)
    documents: set[str] = field(default_factory=set)
    measures: set[str] = field(default_factory=set)
    units: set[str] = field(default_factory=set)
    cells: dict[Cell, set[Decimal]] = field(default_factory=lambda: defaultdict(set))

    def add(self, item: PrintedIndicator) -> None:
        self.names.add(fold_name(item.name))
        self.documents.add(item.document)
        if item.measure:
            self.measures.add(item.measure)
        if item.unit:
            self.units.add(fold_name(item.unit))
        for cell, value in item.cells:
            self.cells[cell].add(value)

    def include(self, other: _Known) -> None:
        self.names |= other.names
        self.documents |= other.documents
        self.measures |= other.measures
        self.units |= other.units
        for cell, values in other.cells.items():
            self.cells[cell] |= values


def _conclude_in_plan(known: dict[str, _Known]) -> Iterator[Conclusion]:
    pairs = sorted(
        (variant, one, other)
        for one, other in _candidates(known)
        if _may_be_one(known[one], known[other]) and (variant := _compare(known[one], known[other])) is not None
    )
    group_of = {iri: iri for iri in known}
    groups = {iri: _Known(iri) for iri in known}
    for iri, own in known.items():
        groups[iri].include(own)
    rules: dict[str, list[tuple[str, str, Variant]]] = defaultdict(list)
    alike: list[tuple[str, str]] = []
    for variant, one, other in pairs:
        left, right = groups[group_of[one]], groups[group_of[other]]
        if left is right:
            continue
        if _may_be_one(left, right) and _conclude(variant, left, right, groups.values()):
            left.include(right)
            rules[left.iri] += [*rules.pop(right.iri, []), (one, other, variant)]
            del groups[right.iri]
            group_of = {iri: left.iri if group == right.iri else group for iri, group in group_of.items()}
        elif known[one].measures & known[other].measures:
            alike.append((one, other))
    for found in rules.values():
        members = {iri for one, other, _ in found for iri in (one, other)}
        chief = min(members, key=lambda iri: (-len(known[iri].documents), not known[iri].measures, iri))
        # Each other member is told with the weakest rule of its group: that is how sure the whole is.
        weakest = max(variant for _, _, variant in found)
        yield from (Conclusion(iri, chief, _RULES[weakest]) for iri in sorted(members - {chief}))
    yield from (Conclusion(one, other, None) for one, other in alike if group_of[one] != group_of[other])


def _candidates(known: dict[str, _Known]) -> set[tuple[str, str]]:
    """The pairs whose names begin or end alike; no variant differs at both ends."""
    alike: dict[tuple[int, str], set[str]] = defaultdict(set)
    for iri, own in known.items():
        for name in own.names:
            for end, key in enumerate(ends_of_name(name)):
                alike[end, key].add(iri)
    return {pair for iris in alike.values() for pair in combinations(sorted(iris), 2)}


def _may_be_one(one: _Known, other: _Known) -> bool:
    """No document prints both, and what both print of measure and unit agrees."""
    if one.documents & other.documents:
        return False
    return not one.measures or not other.measures or bool(one.measures & other.measures)


def _compare(one: _Known, other: _Known) -> Variant | None:
    found = [compare_names(a, b) for a in one.names for b in other.names]
    return min((variant for variant in found if variant is not None), default=None)


def _conclude(variant: Variant, one: _Known, other: _Known, groups: Iterable[_Known]) -> bool:
    """Whether two indicators whose names differ by ``variant`` are one, by what their figures, units and measures say."""
    if one.units and other.units and not one.units & other.units:
        return False
    both = one.cells.keys() & other.cells.keys()
    equal = [cell for cell in both if one.cells[cell] & other.cells[cell]]
    differing = len(both) - len(equal)
    telling = [cell for cell in equal if (one.cells[cell] & other.cells[cell]) - {Decimal(0), Decimal(100)}]
    same_measure = bool(one.measures & other.measures)
    if variant is Variant.EQUAL:
        # The name alone, where only one measure of the plan has an indicator of that name.
        rivals = [group for group in groups if group is not one and group is not other and group.names & (one.names | other.names)]
        return same_measure or (not rivals and bool(telling) and differing < len(equal))
    if variant is Variant.PARTICLE:
        return not differing and len(telling) >= (1 if same_measure else 2)
    if variant is Variant.REMARK:
        return not differing and len(equal) >= 2 and bool(telling)
    if variant is Variant.LETTER:
        return differing < len(equal) and len(equal) >= 2 and bool(telling)
    return variant is Variant.WORD and same_measure and not differing and len(equal) >= 2 and _is_last_row(one, other, groups)


def _is_last_row(one: _Known, other: _Known, groups: Iterable[_Known]) -> bool:
    """Whether all other indicators of their measure are in the tables of both, so that these two stand at the same place."""
    documents = one.documents | other.documents
    beside = [
        g for g in groups if g is not one and g is not other and g.measures & one.measures & other.measures and g.documents & documents
    ]
    return all(g.documents & one.documents and g.documents & other.documents for g in beside)


def _triples(conclusion: Conclusion, printings: dict[str, list[PrintedIndicator]]) -> Iterator[Triple]:
    one, other = NamedNode(conclusion.one), NamedNode(conclusion.other)
    if conclusion.rule is None:
        yield one, SKOS.closeMatch, other
        yield other, SKOS.closeMatch, one
        return
    yield one, OWL.sameAs, other
    for item in printings[conclusion.one]:
        yield other, SKOS.altLabel, text(item.name)
    for item in printings[conclusion.other]:
        if item.measure is not None:  # the figures of the other spelling are figures of its measure, too
            yield one, PLAN.indicatorOf, NamedNode(item.measure)
            yield NamedNode(item.measure), PLAN.hasIndicator, one
    statement = NamedNode(f"{conclusion.one}/sameAs")
    yield statement, RDF.type, RDF.Statement
    names = [min(item.name for item in printings[iri]) for iri in (conclusion.one, conclusion.other)]
    yield statement, RDFS.label, text("「{}」は「{}」と同じ指標".format(*names))
    yield statement, RDF.subject, one
    yield statement, RDF.predicate, OWL.sameAs
    yield statement, RDF.object, other
    yield statement, PLAN.rule, conclusion.rule
    for item in (*printings[conclusion.one], *printings[conclusion.other]):
        yield statement, PROV.wasDerivedFrom, NamedNode(item.quotation)
