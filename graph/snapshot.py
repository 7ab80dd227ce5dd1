"""One folder holds all that serving needs. A new one is built beside the old one and swapped in atomically.

::

    DIR/snapshots/<build id>/  manifest.json  graph.nq  store/  sources/<document id>.json  report.json  search/
    DIR/current -> snapshots/<build id>

The build id is 16 hexadecimal digits of the SHA-256 over graph, sources and index settings: the same input gives the same id. The
manifest and the index (``search/build-id``) both carry it, so that a graph and an index of different builds are never served together.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyoxigraph
from pyoxigraph import Quad, RdfFormat

from graph.durable import encode_json, exclusive, hash_files, hash_names, move_directory, replace_file, replace_link
from graph.frameworks import MarkedMeasure, infer_items, marked_measures
from graph.initiative_measures import PlanWork, infer_measures, plan_work
from graph.iris import DEFAULT_BASE_IRI, Iris
from graph.queries import read_query
from graph.sameness import PrintedIndicator, printed_indicators, sameness_quads
from graph.store import OxigraphStore
from graph.successors import infer_successors
from graph.triples import extraction_quads
from graph.vocabulary import vocabulary_quads
from ontology.errors import SnapshotError
from ontology.model import Extraction

FORMAT_VERSION = 1

AGAIN = "keikaku ingest で取り込みをやり直してください"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A published snapshot. ``path`` is the real folder, so it stays the same one when ``current`` moves on."""

    path: Path
    manifest: Mapping[str, Any]
    store: OxigraphStore

    @classmethod
    def open(cls, data_dir: Path, *, base_iri: str | None = None) -> Snapshot:
        """The snapshot that ``data_dir/current`` points to.

        Raises SnapshotError where it is missing, incomplete, of another format version or built for another base IRI than ``base_iri``.
        """
        path = _current(data_dir)
        manifest = read_manifest(path)
        if base_iri is not None and manifest["base_iri"] != base_iri:
            raise SnapshotError(
                f"{path}: {manifest['base_iri']} を基底 IRI として作られていますが、設定は {base_iri} です。KEIKAKU_BASE_IRI を合わせるか、{AGAIN}"
            )
        missing = [name for name in manifest["files"] if not (path / name).is_file()]
        if missing:
            raise SnapshotError(f"{path}: {'、'.join(missing[:5])} がありません（全部で {len(missing)} 件）。{AGAIN}")
        index_build = (path / "search" / "build-id").read_text().strip()
        if index_build != manifest["build_id"]:
            raise SnapshotError(f"{path}: グラフ（{manifest['build_id']}）と検索索引（{index_build}）の作成番号が違います。{AGAIN}")
        return cls(path, manifest, OxigraphStore.open_read_only(path / "store"))

    @property
    def build_id(self) -> str:
        return self.manifest["build_id"]

    @property
    def base_iri(self) -> str:
        return self.manifest["base_iri"]

    @property
    def index_directory(self) -> Path:
        return self.path / "search"

    @property
    def report(self) -> Any:
        return json.loads((self.path / "report.json").read_bytes())

    def source(self, document_id: str) -> dict[str, Any] | None:
        """The document as read: title, file_name, first_line, last_line, lines (of the whole file), pages. None where unknown."""
        known = {document["id"] for document in self.manifest["documents"]}
        return json.loads((self.path / "sources" / f"{document_id}.json").read_bytes()) if document_id in known else None

    def verify(self) -> list[str]:
        """The files whose content is no longer what was published, empty when all is well."""
        return _damaged(self.path, self.manifest)


class SnapshotBuilder:
    """Builds a snapshot in a hidden folder beside the others; leaving the context without ``publish`` removes it.

    ::

        with SnapshotBuilder(data_dir, base_iri) as builder:
            store = builder.write_graph(extractions)
            settings = build_index(store, builder.index_directory)
            snapshot = builder.publish(index_settings=settings, report=report)
    """

    def __init__(self, data_dir: Path, base_iri: str = DEFAULT_BASE_IRI) -> None:
        self.data_dir = data_dir
        self.iris = Iris(base_iri)
        self.snapshots = data_dir / "snapshots"
        self.path = self.snapshots / ".building"
        self._documents: list[dict[str, Any]] = []
        self._counts: dict[str, int] = {}
        self._cleanup = ExitStack()

    @property
    def index_directory(self) -> Path:
        return self.path / "search"

    def __enter__(self) -> Self:
        with ExitStack() as started:
            try:
                self.snapshots.mkdir(parents=True, exist_ok=True)
                busy = f"{self.data_dir}: 別の取り込みが進行中です。終わってから実行してください"
                started.enter_context(exclusive(self.data_dir / ".lock", busy))
                shutil.rmtree(self.path, ignore_errors=True)  # left over by a process that was killed
                started.callback(shutil.rmtree, self.path, ignore_errors=True)
                self.index_directory.mkdir(parents=True)
                (self.path / "sources").mkdir()
            except OSError as error:
                raise SnapshotError(f"{self.data_dir}: データフォルダーとして使えません（{error.strerror}）") from error
            self._cleanup = started.pop_all()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._cleanup.close()

    def write_graph(self, extractions: Iterable[Extraction]) -> OxigraphStore:
        """Write ``graph.nq``, ``store/`` and ``sources/`` and give the store to read from, until ``publish``.

        The bytes of ``graph.nq`` do not depend on the order of ``extractions``.
        """
        lines: set[bytes] = set(_nquads(vocabulary_quads(self.iris)))
        marked: list[MarkedMeasure] = []
        printed: list[PrintedIndicator] = []
        work: list[PlanWork] = []
        for extraction in extractions:
            lines.update(_nquads(extraction_quads(extraction, self.iris)))
            lines.update(_nquads(infer_successors(extraction, self.iris)))
            marked += marked_measures(extraction)
            printed += printed_indicators(extraction, self.iris)
            work.append(plan_work(extraction, self.iris))
            self._write_source(extraction)
        lines.update(_nquads(infer_items(marked, self.iris)))
        lines.update(_nquads(sameness_quads(printed, self.iris)))
        lines.update(_nquads(infer_measures(work, self.iris)))
        graph = self.path / "graph.nq"
        graph.write_bytes(b"".join(sorted(lines)))
        OxigraphStore.create(self.path / "store", pyoxigraph.parse(path=str(graph), format=RdfFormat.N_QUADS))
        store = OxigraphStore.open_read_only(self.path / "store")
        self._counts = {"quads": len(lines)} | _count_classes(store)
        return store

    def publish(self, *, index_settings: Mapping[str, Any], report: Any) -> Snapshot:
        """Complete the snapshot, make it current and keep the former one; older ones are removed.

        ``index_settings`` and ``report`` are JSON values without clock times, or equal input would not give equal snapshots.
        """
        try:
            manifest = self._manifest(index_settings, report)
            target = self._settle(manifest)
            former = _link_target(self.data_dir)
            replace_link(self.data_dir / "current", f"snapshots/{target.name}")
            if target.name != former:  # published again, it has its predecessor still beside it
                self._remove_all_but(target.name, former)
        except OSError as error:
            raise SnapshotError(
                f"{self.snapshots}: スナップショットを書き込めません（{error.strerror}）。以前のものはそのままです"
            ) from error
        return Snapshot.open(self.data_dir)

    def _write_source(self, extraction: Extraction) -> None:
        document, plan = extraction.document, extraction.plan
        source = {name: getattr(document, name) for name in ("title", "file_name", "first_line", "last_line", "lines", "pages")}
        (self.path / "sources" / f"{document.id}.json").write_bytes(encode_json(source))
        self._documents.append(
            {
                "id": document.id,
                "iri": self.iris.document(document.id),
                "title": document.title,
                "file_name": document.file_name,
                "sha256": document.sha256,
                "municipality": plan.municipality.code,
                "plan": self.iris.plan(plan),
            }
        )

    def _manifest(self, index_settings: Mapping[str, Any], report: Any) -> dict[str, Any]:
        hashes = {name: digest for name, digest in hash_files(self.path).items() if name == "graph.nq" or name.startswith("sources/")}
        build_id = hash_names(hashes, [FORMAT_VERSION, index_settings])[:16]
        (self.index_directory / "build-id").write_text(build_id + "\n")
        (self.path / "report.json").write_bytes(encode_json(report))
        manifest = {
            "format": FORMAT_VERSION,
            "build_id": build_id,
            "base_iri": self.iris.base,
            "documents": sorted(self._documents, key=lambda document: document["id"]),
            "counts": self._counts,
            "index": index_settings,
            "files": hash_files(self.path),
        }
        (self.path / "manifest.json").write_bytes(encode_json(manifest))
        return manifest

    def _settle(self, manifest: dict[str, Any]) -> Path:
        """The folder of the finished snapshot: a new one, or an equal one that stands already (a server may be reading it)."""
        for count in itertools.count(1):
            target = self.snapshots / (manifest["build_id"] if count == 1 else f"{manifest['build_id']}-{count}")
            if not target.exists():
                move_directory(self.path, target)
                return target
            if _is_equal(target, manifest):
                replace_file(target / "report.json", (self.path / "report.json").read_bytes())
                kept = {name: digest for name, digest in read_manifest(target)["files"].items() if name.startswith("store/")}
                new = {name: digest for name, digest in manifest["files"].items() if not name.startswith("store/")}
                replace_file(target / "manifest.json", encode_json(manifest | {"files": kept | new}))
                return target
        raise AssertionError("itertools.count does not end")

    def _remove_all_but(self, *names: str | None) -> None:
        for path in self.snapshots.iterdir():
            if path.name not in {*names, self.path.name}:
                shutil.rmtree(path)


def _nquads(quads: Iterable[Quad]) -> list[bytes]:
    return pyoxigraph.serialize(quads, format=RdfFormat.N_QUADS).splitlines(keepends=True)


def _count_classes(store: OxigraphStore) -> dict[str, int]:
    rows = store.query(read_query("count-classes"))
    return {row["class"].value.rpartition("#")[2]: int(row["count"].value) for row in rows}


def _link_target(data_dir: Path) -> str | None:
    link = data_dir / "current"
    return Path(os.readlink(link)).name if link.is_symlink() else None


def _current(data_dir: Path) -> Path:
    if not data_dir.is_dir():
        raise SnapshotError(f"{data_dir}: データフォルダーがありません。keikaku ingest 文書… --data {data_dir} で作ってください")
    if _link_target(data_dir) is None:
        raise SnapshotError(f"{data_dir}: まだ何も取り込まれていません。keikaku ingest 文書… --data {data_dir} を実行してください")
    path = (data_dir / "current").resolve()
    if not path.is_dir():
        raise SnapshotError(f"{data_dir}: current の指す {path} がありません。{AGAIN}")
    return path


def read_manifest(path: Path) -> dict[str, Any]:
    """The manifest of the snapshot in ``path``. Raises SnapshotError where it is missing, damaged or of another format version."""
    try:
        manifest = json.loads((path / "manifest.json").read_bytes())
        version = manifest["format"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SnapshotError(f"{path}: manifest.json が読めません。{AGAIN}") from error
    if version != FORMAT_VERSION:
        raise SnapshotError(
            f"{path}: スナップショットの形式は版 {version} ですが、このプログラムが読めるのは版 {FORMAT_VERSION} です。{AGAIN}"
        )
    return manifest


def _damaged(path: Path, manifest: Mapping[str, Any]) -> list[str]:
    present = hash_files(path)
    return [name for name, digest in manifest["files"].items() if present.get(name) != digest]


def _is_equal(path: Path, manifest: Mapping[str, Any]) -> bool:
    """Whether the snapshot in ``path`` is intact and holds the same. The store's own files vary, its content follows from graph.nq."""
    try:
        other = read_manifest(path)
    except SnapshotError:
        return False
    varying = ("store/", "report.json")
    mine, theirs = ({n: d for n, d in m["files"].items() if not n.startswith(varying)} for m in (manifest, other))
    return mine == theirs and not _damaged(path, other)
