"""The four parts put together: documents become a published snapshot."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import graph
import ingest
import keikaku
import ontology
import search_api
from graph.durable import encode_json
from graph.queries import read_query
from graph.snapshot import Snapshot, SnapshotBuilder
from graph.store import GraphStore
from graph.validation import Violation, validate
from ingest.pipeline import read_documents
from keikaku.intake import Candidate, Intake, find_former, gather, keep
from keikaku.report import build_report
from keikaku.settings import Settings
from ontology.errors import KeikakuError, SnapshotError
from ontology.model import Extraction, Failure
from search_api import embedded_model
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.indexing import build_index
from search_api.progress import Progress, silent


@dataclass(frozen=True, slots=True)
class Embedding:
    """The sentence models of an index. ``key`` tells one choice from another without loading anything; ``load`` prepares and loads."""

    key: str
    load: Callable[[Progress], Sequence[Encoder]]


_PROGRAM = {".py", ".ttl", ".toml", ".csv", ".rq"}

# The variables of the query and the keys of the report.
_DISAGREEMENT = {
    "指標": "indicator",
    "年度": "fiscal_year",
    "種別": "role",
    "値": "value",
    "文書": "document",
    "別の値": "other_value",
    "別の文書": "other_document",
}

NO_EMBEDDING = Embedding("", lambda progress: ())


def choose_embedding() -> Embedding:
    """The models that ``KEIKAKU_MODEL`` asks for: by default the embedded one, made ready on first use."""
    chosen = EncoderSettings.from_environment()

    def load(progress: Progress) -> Sequence[Encoder]:
        if chosen.model is None:
            embedded_model.prepare(chosen.model_cache, progress)
        return load_encoders(chosen)

    return Embedding(chosen.model or f"embedded-{embedded_model.fingerprint()}", load)


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
        readings, failures = _read(intake, settings, progress)
        if not readings:
            raise NothingPublishedError(failures)
        extractions = _without_repeats(readings)
        store, violations = _build_graph(builder, extractions, progress)
        index = build_index(
            store, builder.index_directory, encoders=embedding.load(progress), cache_dir=data_dir / "cache", progress=progress
        )
        report = build_report(intake, extractions, failures, violations=violations, disagreements=_find_disagreements(store)) | {
            "inputs": inputs
        }
        keep([candidate for candidate, _ in readings], data_dir)
        return Ingested(builder.publish(index_settings=index, report=report), report, changed=True)


def _build_graph(builder: SnapshotBuilder, extractions: Sequence[Extraction], progress: Progress) -> tuple[GraphStore, list[Violation]]:
    progress("グラフを作る", 0, 2)
    store = builder.write_graph(extractions)
    progress("グラフを作る", 1, 2)
    violations = validate(store.quads())
    progress("グラフを作る", 2, 2)
    return store, violations


def _find_disagreements(store: GraphStore) -> list[dict[str, str]]:
    """Figures of one indicator, year and role that documents print differently."""
    rows = store.query(read_query("example-6-disagreements"))
    return [{_DISAGREEMENT[name]: term.value for name, term in row.items()} for row in rows]


def _read(intake: Intake, settings: Settings, progress: Progress) -> tuple[list[tuple[Candidate, list[Extraction]]], list[Failure]]:
    """What can be read of the candidates, and what cannot; an unreadable new version gives way to the kept former one."""
    failures = list(intake.failures)
    label, total = "文書を読む", len(intake.candidates)
    readings: list[tuple[Candidate, list[Extraction]]] = []
    formers: list[Candidate] = []
    progress(label, 0, total)
    for done, (candidate, result) in enumerate(_read_each(intake.candidates, settings), 1):
        if isinstance(result, Failure):
            failures.append(result)
            former = None if candidate.kept else find_former(candidate, settings.data_dir)
            if former:
                formers.append(former)
        else:
            readings.append((candidate, result))
        progress(label, done, total)
    readings += [(former, result) for former, result in _read_each(formers, settings) if not isinstance(result, Failure)]
    return readings, failures


def _read_each(candidates: Sequence[Candidate], settings: Settings) -> Iterator[tuple[Candidate, list[Extraction] | Failure]]:
    results = read_documents([candidate.path for candidate in candidates], labels_file=settings.labels_file)
    for candidate, (_, result) in zip(candidates, results, strict=True):
        yield candidate, result


def _without_repeats(readings: Sequence[tuple[Candidate, list[Extraction]]]) -> list[Extraction]:
    """Every document once, in an order that does not depend on where the files lay."""
    by_id = {extraction.document.id: extraction for _, extractions in reversed(readings) for extraction in extractions}
    return [by_id[document] for document in sorted(by_id, key=lambda document: (by_id[document].document.file_name, document))]


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
    parts = [sorted(named), failures, intake.repeated, settings.base_iri, embedding.key, _hash_program(settings.labels_file)]
    return hashlib.sha256(encode_json(parts)).hexdigest()


def _hash_program(labels_file: Path | None) -> str:
    """The code and its tables: after a change of a parser the same documents are read again."""
    digest = hashlib.sha256(version("keikaku").encode())
    for package in (ontology, ingest, graph, search_api, keikaku):
        for path in sorted(Path(package.__path__[0]).rglob("*")):
            if path.suffix in _PROGRAM:
                digest.update(path.read_bytes())
    if labels_file and labels_file.is_file():
        digest.update(labels_file.read_bytes())
    return digest.hexdigest()
