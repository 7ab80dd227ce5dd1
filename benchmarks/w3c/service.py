"""The service as users have it, over a socket, with the dataset of one test after the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from pyoxigraph import NamedNode, RdfFormat, Store

from benchmarks.serving import serve
from benchmarks.w3c.comparison import MEDIA_TYPES
from benchmarks.w3c.manifests import BASE
from graph.query import QueryEngine
from search_api.app import assemble_app
from search_api.settings import ServiceSettings

Data = tuple[tuple[Path, str], ...]


class DatasetInUse:
    """Lends what the SPARQL routes need of a published snapshot: its engine, which ``use`` opens over other data."""

    def __init__(self, suites: Path, folder: Path) -> None:
        self.build_id = "w3c"
        self._suites = suites
        self._folder = folder
        self._data: Data | None = None
        self._engine: QueryEngine | None = None

    def use(self, data: Data) -> None:
        if data == self._data:
            return
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)
        store = Store(str(self._folder))
        for path, graph in data:
            store.load(
                path=path,
                format=RdfFormat.from_media_type(MEDIA_TYPES[path.suffix]),
                base_iri=BASE + path.relative_to(self._suites).as_posix(),
                to_graph=NamedNode(graph) if graph else None,
            )
        store.flush()
        del store
        self._engine, self._data = QueryEngine(self._folder, workers=1, timeout=20), data

    @contextmanager
    def lend(self) -> Iterator[Any]:
        yield SimpleNamespace(queries=self._engine, search=None, snapshot=SimpleNamespace(base_iri="http://localhost:8000/"))

    def close(self) -> None:
        if self._engine is not None:
            self._engine.close()
            self._engine = self._data = None


@dataclass(frozen=True, slots=True)
class Service:
    """``endpoint`` is the address of ``/sparql``; ``use`` gives it the data of a test."""

    endpoint: str
    dataset: DatasetInUse


@contextmanager
def serve_datasets(suites: Path, folder: Path) -> Iterator[Service]:
    """A service over the files of ``suites``, which it stores in ``folder``."""
    dataset = DatasetInUse(suites, folder / "store")
    with serve(assemble_app(dataset, ServiceSettings())) as address:
        yield Service(f"{address}/sparql", dataset)
