"""Chooses what answers SPARQL over a snapshot: the store that the operator set, or the embedded engine."""

from __future__ import annotations

from graph.engine_http import RemoteStore
from graph.query import QueryEngine
from graph.remote_query import RemoteQueryEngine
from graph.snapshot import Snapshot

SparqlEngine = QueryEngine | RemoteQueryEngine


def open_query_engine(snapshot: Snapshot, remote_store: RemoteStore | None, *, workers: int, timeout: float) -> SparqlEngine:
    """``workers`` are processes of the embedded engine; ``timeout`` is in seconds. Raises SnapshotError where the store cannot be opened."""
    if remote_store is not None:
        return RemoteQueryEngine(remote_store, snapshot.base_iri, snapshot.store.graph_names(), timeout=timeout)
    return QueryEngine(snapshot.path / "store", graph_file=snapshot.path / "graph.nq", workers=workers, timeout=timeout)
