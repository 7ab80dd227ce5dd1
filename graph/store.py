"""The store port and its engine: named graphs, and as default graph of every query the union of them.

Oxigraph's own union (``use_default_graph_as_union``) is no set: a triple that three documents state is found three times, and with it
every COUNT and join is wrong. So the union is written into the default graph, where queries are also a little faster.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from ontology.errors import SnapshotError

if TYPE_CHECKING:
    from rdflib import Dataset

Term = NamedNode | BlankNode | Literal | Triple
Row = dict[str, Term]


class GraphStore(Protocol):
    """A set of quads in named graphs that answers SPARQL over their union."""

    def query(self, sparql: str) -> list[Row] | bool | list[Triple]:
        """SELECT: one dict a row, without the unbound variables; ASK: bool; CONSTRUCT and DESCRIBE: triples."""
        ...

    def quads(self) -> Iterator[Quad]:
        """Every quad once, in no particular order."""
        ...

    def graph_names(self) -> list[str]:
        """The IRIs of the named graphs, sorted."""
        ...


class OxigraphStore:
    """Oxigraph in memory or in a directory. A directory has one writer and, when nobody writes, any number of readers."""

    def __init__(self, engine: Store) -> None:
        self._engine = engine

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> OxigraphStore:
        engine = Store()
        engine.bulk_extend(_with_union(quads))
        return cls(engine)

    @classmethod
    def create(cls, directory: Path, quads: Iterable[Quad]) -> None:
        """Write ``quads`` to a new store in ``directory``, flushed, compacted and closed."""
        engine = Store(str(directory))
        engine.bulk_extend(_with_union(quads))
        engine.flush()
        engine.optimize()

    @classmethod
    def open_read_only(cls, directory: Path) -> OxigraphStore:
        if not directory.is_dir():
            raise SnapshotError(f"{directory}: グラフのストアがありません。取り込みをやり直してください")
        try:
            return cls(Store.read_only(str(directory)))
        except OSError as error:
            raise SnapshotError(f"{directory}: グラフのストアを開けません（{error}）。取り込みをやり直してください") from error

    def query(self, sparql: str) -> list[Row] | bool | list[Triple]:
        result = self._engine.query(sparql)
        if isinstance(result, QueryBoolean):
            return bool(result)
        if isinstance(result, QueryTriples):
            return list(result)
        return _rows(result)

    def quads(self) -> Iterator[Quad]:
        return (quad for quad in self._engine if not isinstance(quad.graph_name, DefaultGraph))

    def graph_names(self) -> list[str]:
        return sorted(name.value for name in self._engine.named_graphs())

    def to_rdflib(self) -> Dataset:
        """The same store through rdflib's API, for scripts and notebooks that speak it; SPARQL still runs in Oxigraph."""
        import oxrdflib  # not at the top: rdflib takes 0.1 s to import, and commands that only read do without it
        from rdflib import Dataset

        return Dataset(store=oxrdflib.OxigraphStore(store=self._engine))


def _with_union(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        if isinstance(quad.graph_name, DefaultGraph):
            raise ValueError(f"every statement needs a graph that tells whose it is: {quad}")
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def _rows(solutions: QuerySolutions) -> list[Row]:
    names = [variable.value for variable in solutions.variables]
    return [{name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in solutions]
