"""Chooses what answers SPARQL over a snapshot: the store that the operator set, or the embedded engine."""

from __future__ import annotations

from graph.engine_http import RemoteStore
from graph.query import QueryEngine
from graph.remote_query import RemoteQueryEngine
from graph.snapshot import Snapshot

SparqlEngine = QueryEngine | RemoteQueryEngine


def open_query_engine(
    snapshot: Snapshot, remote_store: RemoteStore | None, *, workers: int, timeout: float, in_memory: bool = False
) -> SparqlEngine:
    """``workers`` are processes of the embedded engine, with the graph ``in_memory`` where there is room; ``timeout`` is in seconds.

    Raises SnapshotError where the store cannot be opened.
    """
    if remote_store is not None:
        return RemoteQueryEngine(remote_store, snapshot.base_iri, snapshot.store.graph_names(), timeout=timeout)
    graph_file = snapshot.path / "graph.nq" if in_memory else None
    return QueryEngine(snapshot.path / "store", graph_file=graph_file, workers=workers, timeout=timeout)
