"""The vocabulary as people read it: each term with its names, what it connects, and one resource of the graph that uses it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pyoxigraph import Literal

from graph.iris import Iris
from graph.queries import read_query
from graph.snapshot import Snapshot
from graph.store import GraphStore
from graph.terms import PLAN

KINDS = ("class", "property", "individual")


@dataclass(frozen=True, slots=True)
class VocabularyTerm:
    """``labels`` and ``comments`` by language; the other terms are IRIs. ``example`` is a resource of the graph, None where none uses it."""

    iri: str
    kind: str
    labels: Mapping[str, str]
    comments: Mapping[str, str]
    domain: Sequence[str]
    range: Sequence[str]
    broader: Sequence[str]
    inverse: Sequence[str]
    types: Sequence[str]
    example: str | None

    @property
    def name(self) -> str:
        """The part after the namespace, which is also its anchor on the page."""
        return self.iri.removeprefix(PLAN.iri)


def read_vocabulary(snapshot: Snapshot) -> list[VocabularyTerm]:
    """The terms of the snapshot's own vocabulary: classes, properties, individuals, each by name."""
    store = snapshot.store
    graph = Iris(snapshot.base_iri).vocabulary_graph
    texts: dict[str, dict[str, dict[str, str]]] = defaultdict(lambda: defaultdict(dict))
    links: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.query(read_query("vocabulary-terms").replace("<GRAPH>", f"<{graph}>")):
        term, kind, value = row["term"].value, row["kind"].value.rpartition("#")[2], row["value"]
        if isinstance(value, Literal):
            texts[term][kind][value.language or ""] = value.value
        else:
            links[term][kind].add(value.value)
    found = [_term(iri, texts[iri], links[iri], _find_example(store, iri)) for iri in texts if iri.startswith(PLAN.iri)]
    return sorted(found, key=lambda term: (KINDS.index(term.kind), term.name))


def _find_example(store: GraphStore, term: str) -> str | None:
    """The first resource in the order of the store, which its content decides: to find the first by name, all of them would have to be read."""
    found = store.query(f"SELECT ?thing {{ {{ ?thing a <{term}> }} UNION {{ ?thing <{term}> ?value }} FILTER(ISIRI(?thing)) }} LIMIT 1")
    return found[0]["thing"].value if found else None


def _term(iri: str, texts: Mapping[str, dict[str, str]], links: Mapping[str, set[str]], example: str | None) -> VocabularyTerm:
    def linked(*kinds: str) -> list[str]:
        return sorted(value for kind in kinds for value in links.get(kind, ()))

    types = linked("type")
    kind = (
        "class" if any(t.endswith("Class") for t in types) else "property" if any(t.endswith("Property") for t in types) else "individual"
    )
    return VocabularyTerm(
        iri,
        kind,
        texts.get("label", {}),
        texts.get("comment", {}),
        linked("domain"),
        linked("range"),
        linked("subClassOf", "subPropertyOf"),
        linked("inverseOf"),
        types if kind == "individual" else (),
        example,
    )
