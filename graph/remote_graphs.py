"""The graphs that ``keikaku push`` makes in another engine, besides those of the snapshot; no query reads them by name."""

from __future__ import annotations

from graph.terms import DCTERMS


def union_graph(base_iri: str, build_id: str) -> str:
    """All statements of a snapshot, each once: what queries take for the default graph."""
    return f"{base_iri}graph/union-{build_id}"


def empty_graph(base_iri: str) -> str:
    """A graph that nobody writes: named where a dataset shall have no default graph, or no named ones."""
    return f"{base_iri}graph/empty"


def marker_graph(base_iri: str) -> str:
    """Holds one statement: the build id of the snapshot that is loaded whole."""
    return f"{base_iri}graph/published"


def marker(base_iri: str, build_id: str) -> str:
    """The statement of the marker graph, in N-Triples."""
    return f'<{marker_graph(base_iri)}> {DCTERMS.identifier} "{build_id}" .\n'


def marker_query(base_iri: str) -> str:
    graph = marker_graph(base_iri)
    return f"SELECT ?build {{ GRAPH <{graph}> {{ <{graph}> {DCTERMS.identifier} ?build }} }}"
