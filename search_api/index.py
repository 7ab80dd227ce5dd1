"""The search index of a snapshot: units, passages, postings, vectors. Written once, then only read."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ontology.errors import SnapshotError
from search_api.concepts import ConceptMemory
from search_api.encoder import Encoder
from search_api.fusion import Groups
from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.passages import Passage, cut_passages
from search_api.topic_index import TopicIndex
from search_api.units import Field, Owner, Place, Unit
from search_api.vector_index import FaissIndex, VectorIndex
from search_api.word_vectors import Neighbourhood, WordVectors

FORMAT = 4


@dataclass(frozen=True, slots=True)
class Words:
    """chiVe in this index: its ``vectors``, the ``means`` (passages, 300) of each passage's words, and who is near whom."""

    vectors: WordVectors
    means: np.ndarray
    neighbourhood: Neighbourhood


@dataclass(frozen=True, slots=True)
class SearchIndex:
    """``unit_of`` gives the unit of each passage, ``passages_of`` the same as groups; ``vector_rows`` the passages that have vectors, in the order of the vector indexes.

    ``measures`` tells which units are measures. ``background`` maps a language and a scorer to mean and deviation of the best score that meaningless questions reach.
    """

    settings: Mapping[str, Any]
    units: Sequence[Unit]
    passages: Sequence[Passage]
    unit_of: np.ndarray
    passages_of: Groups
    measures: np.ndarray
    keywords: KeywordIndex
    lexicon: Lexicon
    vector_rows: np.ndarray
    encoders: Sequence[Encoder]
    vectors: Sequence[VectorIndex]
    words: Words | None
    topics: TopicIndex
    concepts: ConceptMemory | None
    background: Mapping[str, Mapping[str, tuple[float, float]]]

    def save(self, directory: Path) -> None:
        """Write the index into an existing folder."""
        write_json(directory / "units.json", [asdict(unit) for unit in self.units])
        self.lexicon.save(directory)
        self.keywords.save(directory, "keywords")
        self.topics.save(directory)
        np.save(directory / "vector_rows.npy", self.vector_rows)
        for number, vectors in enumerate(self.vectors):
            vectors.save(directory / f"vectors-{number}.faiss")
        if self.concepts is not None:
            self.concepts.save(directory)
        if self.words is not None:
            np.save(directory / "word_means.npy", self.words.means.astype(np.float16))
        write_json(directory / "index.json", {**self.settings, "background": self.background})

    @classmethod
    def open(cls, directory: Path, encoders: Sequence[Encoder], word_vectors: WordVectors | None) -> SearchIndex:
        """Read what ``save`` wrote. Raises SnapshotError where it is damaged or was built with other models."""
        try:
            settings = json.loads((directory / "index.json").read_bytes())
            background = settings.pop("background")
            _check(directory, settings, encoders)
            units = [_read_unit(unit) for unit in json.loads((directory / "units.json").read_bytes())]
            passages = cut_passages(units)
            keywords = KeywordIndex.open(directory, "keywords")
            words = None
            if word_vectors is not None and settings["word_vectors"]:
                neighbourhood = Neighbourhood(word_vectors, [term for term in keywords.terms if not term.startswith("~")])
                means = np.load(directory / "word_means.npy", allow_pickle=False).astype(np.float32)
                words = Words(word_vectors, means, neighbourhood)
            unit_of = number_units(passages)
            return cls(
                settings=settings,
                units=units,
                passages=passages,
                unit_of=unit_of,
                passages_of=Groups.of(unit_of, len(units)),
                measures=mark_measures(units),
                keywords=keywords,
                lexicon=Lexicon.open(directory),
                vector_rows=np.load(directory / "vector_rows.npy", allow_pickle=False),
                encoders=encoders,
                vectors=[FaissIndex.open(directory / f"vectors-{number}.faiss") for number in range(len(encoders))],
                words=words,
                topics=TopicIndex.open(directory),
                concepts=ConceptMemory.open(directory) if encoders else None,
                background={language: {name: tuple(pair) for name, pair in row.items()} for language, row in background.items()},
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SnapshotError(f"{directory}: 検索索引を読めません（{error}）。keikaku ingest で取り込みをやり直してください") from error


def number_units(passages: Sequence[Passage]) -> np.ndarray:
    """The unit of each passage, shape (passages,) int64."""
    return np.array([passage.unit for passage in passages], dtype=np.int64)


def mark_measures(units: Sequence[Unit]) -> np.ndarray:
    """A mask of the units that are measures, not initiatives or prose."""
    return np.array([unit.type == "Measure" for unit in units], dtype=bool)


def read_settings(directory: Path) -> Mapping[str, Any]:
    """The settings in ``index.json``: which models an index needs, before any is loaded."""
    try:
        return json.loads((directory / "index.json").read_bytes())
    except (OSError, ValueError) as error:
        raise SnapshotError(f"{directory}: 検索索引がありません。keikaku ingest で取り込みをやり直してください") from error


def _check(directory: Path, settings: Mapping[str, Any], encoders: Sequence[Encoder]) -> None:
    if settings["format"] != FORMAT:
        raise SnapshotError(
            f"{directory}: 検索索引の形式が違います（版 {settings['format']}）。keikaku ingest で取り込みをやり直してください"
        )
    built = [(encoder["name"], encoder["fingerprint"]) for encoder in settings["encoders"]]
    loaded = [(encoder.name, encoder.fingerprint) for encoder in encoders]
    if built != loaded:
        names = [" と ".join(f"{name}（{fingerprint}）" for name, fingerprint in pairs) or "なし" for pairs in (built, loaded)]
        raise SnapshotError(
            f"{directory}: 検索索引は {names[0]} で作られていますが、いまのモデルは {names[1]} です。"
            "KEIKAKU_MODEL を取り込んだときと同じにするか、keikaku ingest で取り込みをやり直してください"
        )


def _read_unit(values: dict[str, Any]) -> Unit:
    def places(items: list[dict[str, Any]]) -> tuple[Place, ...]:
        return tuple(Place(**item) for item in items)

    def fields(items: list[dict[str, Any]]) -> tuple[Field, ...]:
        return tuple(Field(**{**item, "places": places(item["places"]), "owners": tuple(item["owners"])}) for item in items)

    def pairs_of(items: list[list[str]]) -> tuple[tuple[str, ...], ...]:
        return tuple(tuple(item) for item in items)

    pairs = {name: tuple(values[name]) if values[name] else None for name in ("plan", "municipality")}
    parsed = {
        "owners": tuple(Owner(**{**owner, "succeeded_by": pairs_of(owner["succeeded_by"])}) for owner in values["owners"]),
        "owner_cells": fields(values["owner_cells"]),
        "frameworks": pairs_of(values["frameworks"]),
        "fields": fields(values["fields"]),
    }
    return Unit(**{**values, **pairs, **parsed})


def write_json(path: Path, value: Any) -> None:
    """Sorted keys and no blanks, so that equal values are equal bytes."""
    path.write_text(json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")), encoding="utf-8")
