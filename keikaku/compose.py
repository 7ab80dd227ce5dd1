"""The four parts put together: documents become a published snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import graph
import ingest
import keikaku
import ontology
import search_api
from graph.disagreements import find_disagreements
from graph.durable import encode_json
from graph.snapshot import Snapshot, SnapshotBuilder
from graph.store import GraphStore
from graph.validation import Violation, validate
from keikaku.intake import Intake, gather, keep
from keikaku.readings import read_intake
from keikaku.report import build_report
from keikaku.settings import Settings
from ontology.errors import KeikakuError, SnapshotError
from ontology.model import Extraction, Failure
from search_api import embedded_model
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.indexing import build_index
from search_api.progress import Progress, silent
from search_api.thesaurus import USER_FILE, read_thesaurus


@dataclass(frozen=True, slots=True)
class Embedding:
    """The sentence models of an index. ``key`` tells one choice from another without loading anything; ``load`` prepares and loads."""

    key: str
    load: Callable[[Progress], Sequence[Encoder]]


_PROGRAM = {".py", ".ttl", ".toml", ".csv", ".rq"}

NO_EMBEDDING = Embedding("", lambda progress: ())


def choose_embedding() -> Embedding:
    """The models that ``KEIKAKU_MODEL`` asks for: by default the embedded one, made ready on first use."""
    chosen = EncoderSettings.from_environment()

    def load(progress: Progress) -> Sequence[Encoder]:
        if chosen.model is None:
            embedded_model.prepare(chosen.model_cache, progress)
        return load_encoders(chosen)

    return Embedding(chosen.key, load)


class NothingPublishedError(KeikakuError):
    """No document could be read; what was published before stands."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__("読める文書が一つもないため、何も公開しませんでした（以前に公開したものはそのままです）")
        self.failures = tuple(failures)


@dataclass(frozen=True, slots=True)
class Ingested:
    """The snapshot that is now current and its report; ``changed`` is False where it was current before."""

    snapshot: Snapshot
    report: Mapping[str, Any]
    changed: bool


def ingest_documents(
    paths: Sequence[Path], settings: Settings, *, embedding: Embedding = NO_EMBEDDING, only: bool = False, progress: Progress = silent
) -> Ingested:
    """Read ``paths`` and the documents kept from before (unless ``only``), and publish a snapshot of them.

    A document whose new version cannot be read stays in its former version. Without ``embedding`` the search goes by words alone.
    Raises NothingPublishedError where no document can be read, SnapshotError where the data folder cannot be used.
    """
    data_dir = settings.data_dir
    with SnapshotBuilder(data_dir, settings.base_iri) as builder:
        intake = gather(paths, data_dir, only=only)
        inputs = _hash_inputs(intake, settings, embedding)
        current = _find_current(data_dir, inputs)
        if current:
            return Ingested(current, current.report, changed=False)
        read = read_intake(intake, settings, progress)
        if not read.readings:
            raise NothingPublishedError(read.failures)
        extractions = read.extractions
        store, violations = _build_graph(builder, extractions, progress)
        index = build_index(
            store,
            builder.index_directory,
            encoders=embedding.load(progress),
            thesaurus=read_thesaurus(data_dir),
            cache_dir=data_dir / "cache",
            progress=progress,
        )
        report = build_report(read, violations=violations, disagreements=find_disagreements(store))
        report["inputs"] = _hash_inputs(read.intake, settings, embedding)
        keep([candidate for candidate, _ in read.readings], data_dir)
        return Ingested(builder.publish(index_settings=index, report=report), report, changed=True)


def _build_graph(builder: SnapshotBuilder, extractions: Sequence[Extraction], progress: Progress) -> tuple[GraphStore, list[Violation]]:
    progress("グラフを作る", 0, 2)
    store = builder.write_graph(extractions)
    progress("グラフを作る", 1, 2)
    violations = validate(store.quads())
    progress("グラフを作る", 2, 2)
    return store, violations


def _find_current(data_dir: Path, inputs: str) -> Snapshot | None:
    """The published snapshot, if it is made of exactly these inputs and can be opened."""
    try:
        snapshot = Snapshot.open(data_dir)
    except SnapshotError:
        return None  # none yet, or one that has to be built again
    return snapshot if snapshot.report["inputs"] == inputs and not snapshot.verify() else None


def _hash_inputs(intake: Intake, settings: Settings, embedding: Embedding) -> str:
    """One hash of all that a snapshot is made from: documents, settings, models, and the program itself."""
    named = [[c.path.name, c.content, c.settings] for c in intake.candidates]
    failures = [[failure.file_name, failure.reason] for failure in intake.failures]
    parts = [
        sorted(named),
        failures,
        intake.repeated,
        settings.base_iri,
        embedding.key,
        _hash_program(settings.labels_file, settings.data_dir / USER_FILE),
    ]
    return hashlib.sha256(encode_json(parts)).hexdigest()


def _hash_program(*own_files: Path | None) -> str:
    """The code and its tables, and the user's own: after a change of a parser the same documents are read again."""
    digest = hashlib.sha256(version("keikaku").encode())
    for package in (ontology, ingest, graph, search_api, keikaku):
        for path in sorted(Path(package.__path__[0]).rglob("*")):
            if path.suffix in _PROGRAM:
                digest.update(path.read_bytes())
    for own in own_files:
        if own and own.is_file():
            digest.update(own.read_bytes())
    return digest.hexdigest()
