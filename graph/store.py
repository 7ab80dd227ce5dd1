"""The store port and its engine. The default graph of every query is the union of all named graphs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QueryBoolean, QuerySolutions, QueryTriples, Store, Triple

from ontology.errors import SnapshotError

Term = NamedNode | BlankNode | Literal | Triple
Row = dict[str, Term]


class GraphStore(Protocol):
    """A set of quads that answers SPARQL. Raises NotImplementedError where an engine cannot do what is asked."""

    def query(self, sparql: str) -> list[Row] | bool | list[Triple]:
        """SELECT: one dict a row, without the unbound variables; ASK: bool; CONSTRUCT and DESCRIBE: triples."""
        ...

    def quads(self) -> Iterator[Quad]:
        """Every quad, in no particular order."""
        ...

    def __len__(self) -> int: ...


class OxigraphStore:
    """Oxigraph in memory or in a directory. A directory has one writer and, when nobody writes, any number of readers."""

    def __init__(self, store: Store) -> None:
        self.engine = store

    @classmethod
    def in_memory(cls, quads: Iterable[Quad] = ()) -> OxigraphStore:
        store = Store()
        store.bulk_extend(quads)
        return cls(store)

    @classmethod
    def create(cls, directory: Path, quads: Iterable[Quad]) -> OxigraphStore:
        """Write ``quads`` to a new store in ``directory``, flushed and compacted."""
        store = Store(str(directory))
        store.bulk_extend(quads)
        store.flush()
        store.optimize()
        return cls(store)

    @classmethod
    def open_read_only(cls, directory: Path) -> OxigraphStore:
        if not directory.is_dir():
            raise SnapshotError(f"{directory}: グラフのストアがありません。取り込みをやり直してください")
        try:
            return cls(Store.read_only(str(directory)))
        except OSError as error:
            raise SnapshotError(f"{directory}: グラフのストアを開けません（{error}）。取り込みをやり直してください") from error

    def query(self, sparql: str) -> list[Row] | bool | list[Triple]:
        result = self.engine.query(sparql, use_default_graph_as_union=True)
        if isinstance(result, QueryBoolean):
            return bool(result)
        if isinstance(result, QueryTriples):
            return list(result)
        return _rows(result)

    def quads(self) -> Iterator[Quad]:
        return iter(self.engine)

    def graph_names(self) -> list[str]:
        return sorted(name.value for name in self.engine.named_graphs() if isinstance(name, NamedNode))

    def __len__(self) -> int:
        return len(self.engine)


def _rows(solutions: QuerySolutions) -> list[Row]:
    names = [variable.value for variable in solutions.variables]
    return [{name: term for name, term in zip(names, solution, strict=True) if term is not None} for solution in solutions]
