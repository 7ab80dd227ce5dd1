"""What a query on this graph can name: prefixes, classes, properties, and the names of the things in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from graph.queries import read_query
from graph.store import GraphStore
from graph.terms import PREFIXES

# Names beyond these are left out, the kinds with few members first kept; an editor completes from what it holds in memory.
MAX_NAMES = 5000


@dataclass(frozen=True, slots=True)
class Term:
    """A class or property. ``name`` is prefixed where a prefix is known; ``count`` are its uses in the graph."""

    name: str
    label: str
    comment: str
    count: int


@dataclass(frozen=True, slots=True)
class QueryVocabulary:
    """``names`` are pairs of a name as printed and the Japanese word for the kind of thing."""

    classes: tuple[Term, ...]
    properties: tuple[Term, ...]
    names: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, store: GraphStore) -> QueryVocabulary:
        classes = _read_terms(store, "vocabulary-classes")
        properties = _read_terms(store, "vocabulary-properties")
        labels = {term.name: term.label for term in classes}
        found = [(row["name"].value, shorten(row["kind"].value)) for row in store.query(read_query("vocabulary-names"))]
        frequency = {term.name: term.count for term in classes}
        found.sort(key=lambda pair: (frequency.get(pair[1], 0), pair[1], pair[0]))
        names = dict.fromkeys((name, labels.get(kind, kind)) for name, kind in found)
        return cls(classes, properties, tuple(names)[:MAX_NAMES])

    def to_json(self) -> dict[str, Any]:
        return {
            "prefixes": dict(PREFIXES),
            "classes": [_to_json(term) for term in self.classes],
            "properties": [_to_json(term) for term in self.properties],
            "names": [{"text": text, "kind": kind} for text, kind in self.names],
        }


def shorten(iri: str) -> str:
    """A prefixed name where a prefix is known, else the IRI in brackets: what a query can contain."""
    for prefix, namespace in PREFIXES.items():
        local = iri.removeprefix(namespace)
        if local != iri and local.replace("_", "").replace("-", "").isalnum():
            return f"{prefix}:{local}"
    return f"<{iri}>"


def _read_terms(store: GraphStore, query: str) -> tuple[Term, ...]:
    terms = [
        Term(
            shorten(row["term"].value),
            row["label"].value if "label" in row else "",
            row["comment"].value if "comment" in row else "",
            int(row["count"].value),
        )
        for row in store.query(read_query(query))
    ]
    return tuple(sorted(terms, key=lambda term: (-term.count, term.name)))


def _to_json(term: Term) -> dict[str, Any]:
    return {"name": term.name, "label": term.label, "comment": term.comment, "count": term.count}
