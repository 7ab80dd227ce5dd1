"""The snapshot that requests are answered from: it follows ``DIR/current`` while the service runs."""

from __future__ import annotations

import gc
import itertools
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from graph.dataset import DatasetCounts, count_dataset
from graph.dumps import Dumps
from graph.query_engines import SparqlEngine, open_query_engine
from graph.snapshot import Snapshot
from graph.terms_of_vocabulary import VocabularyTerm, read_vocabulary
from graph.versions import Version, compare_versions, kept_versions
from ontology.errors import SettingsError, SnapshotError
from search_api.catalogue import Catalogue
from search_api.figures import FigureIndex
from search_api.indicators import IndicatorTable
from search_api.query_vocabulary import QueryVocabulary
from search_api.search import SearchEngine
from search_api.settings import ServiceSettings
from search_api.suggest import Suggester

CHECK_SECONDS = 1.0

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Published:
    """One snapshot with the engines that answer from it."""

    snapshot: Snapshot
    search: SearchEngine
    queries: SparqlEngine
    suggester: Suggester

    @cached_property
    def indicators(self) -> IndicatorTable:
        """Read at the first request that asks for it."""
        return IndicatorTable.read(self.snapshot.store)

    @cached_property
    def catalogue(self) -> Catalogue:
        """Read at the first request that asks for it."""
        return Catalogue.read(self.snapshot)

    @cached_property
    def counts(self) -> DatasetCounts:
        """Counted at the first request that asks for the description of the dataset."""
        return count_dataset(self.snapshot.store)

    @cached_property
    def vocabulary(self) -> list[VocabularyTerm]:
        """Read at the first request that asks for it."""
        return read_vocabulary(self.snapshot)

    @cached_property
    def dumps(self) -> Dumps:
        """Made at the first request that asks for one."""
        return Dumps(self.snapshot)

    @cached_property
    def query_vocabulary(self) -> QueryVocabulary:
        """Read at the first request of an editor."""
        return QueryVocabulary.read(self.snapshot.store)

    @property
    def versions(self) -> list[Version]:
        """The snapshots that are kept, this one first."""
        return kept_versions(self.snapshot)

    @cached_property
    def changes(self) -> list[dict[str, Any]]:
        """What changed from each kept version to the next, newest first; compared at the first request that asks for it."""
        versions = self.versions
        return [compare_versions(former, new) for new, former in itertools.pairwise(versions)]

    @cached_property
    def figures(self) -> FigureIndex:
        """Read at the first search."""
        return FigureIndex.of(self.indicators, self.search.index, self.snapshot.store)

    def close(self) -> None:
        self.queries.close()
        if "dumps" in self.__dict__:  # somebody asked for one
            self.dumps.close()


def open_published(data_dir: Path, settings: ServiceSettings) -> Published:
    """Open what ``data_dir`` publishes now. Raises SnapshotError where it is missing, damaged or incompatible."""
    snapshot = Snapshot.open(data_dir)
    suggester = Suggester.open(snapshot.index_directory)
    queries = open_query_engine(
        snapshot,
        settings.remote_store,
        workers=settings.query_workers,
        timeout=settings.query_timeout,
        in_memory=settings.graph_in_memory,
    )
    return Published(snapshot, SearchEngine.open(snapshot), queries, suggester)


def _spare_collection() -> None:
    """Keep what is open now out of Python's garbage collection, which would read all of it now and then while a request waits: a quarter of a
    second at 100,000 passages. What an earlier snapshot left behind is collected first.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()


@dataclass(slots=True)
class _Lent:
    published: Published
    link: str
    borrowers: int = 0
    retired: bool = False


class CurrentSnapshot:
    """Lends the published snapshot to requests.

    When ``data_dir/current`` points elsewhere, the new snapshot is opened in a thread of its own while the old one keeps answering;
    the old one is closed after its last request. A new snapshot that cannot be opened is reported in ``failure`` and in the log, and
    the old one stays. The constructor raises SnapshotError.
    """

    def __init__(self, data_dir: Path, open_next: Callable[[], Published], clock: Callable[[], float] = time.monotonic) -> None:
        self.failure: str | None = None
        self._link = data_dir / "current"
        self._open_next = open_next
        self._clock = clock
        self._lock = threading.Lock()
        self._checked = clock()
        self._loading: str | None = None
        link = self._read_link()
        self._lent = _Lent(open_next(), link)
        _spare_collection()

    @property
    def build_id(self) -> str:
        self._follow()
        return self._lent.published.snapshot.build_id

    @contextmanager
    def lend(self) -> Iterator[Published]:
        """The snapshot in use; it stays open until the context is left."""
        self._follow()
        with self._lock:
            lent = self._lent
            lent.borrowers += 1
        try:
            yield lent.published
        finally:
            with self._lock:
                lent.borrowers -= 1
                finished = lent.retired and lent.borrowers == 0
            if finished:
                lent.published.close()

    def close(self) -> None:
        self._lent.published.close()

    def _follow(self) -> None:
        """Look at the link, at most once a second; nothing here waits."""
        with self._lock:
            now = self._clock()
            if now - self._checked < CHECK_SECONDS:
                return
            self._checked = now
            link = self._read_link()
            if link in (self._lent.link, self._loading, ""):
                return
            self._loading = link
        threading.Thread(target=self._load, args=(link,), name="keikaku-snapshot", daemon=True).start()

    def _read_link(self) -> str:
        try:
            return os.readlink(self._link)
        except OSError:
            return ""  # missing for a moment, or for good: what is open keeps answering

    def _load(self, link: str) -> None:
        try:
            published = self._open_next()
        except (SnapshotError, SettingsError) as error:  # also a model that is not here
            self.failure = str(error)  # _loading keeps this link, so that it is not tried again every second
            logger.warning("新しいスナップショットを開けません。前のもので応答を続けます: %s", error)
            return
        with self._lock:
            former, self._lent = self._lent, _Lent(published, link)
            self._loading, self.failure = None, None
            former.retired = True
            unused = former.borrowers == 0
        if unused:
            former.published.close()
        del former
        _spare_collection()
        logger.info("スナップショット %s に切り替えました", published.snapshot.build_id)
