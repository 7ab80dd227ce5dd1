"""Which concepts of the thesaurus a question means without naming them: those whose wordings come nearest in meaning.

A question is nearer to another way of asking than to the text of a plan. So the wordings of the thesaurus stand between the two: the
question finds the wording, by its meaning and a little by its words, the wording its concept, and the concept the words that plans write.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from search_api import embedded_model
from search_api.embedding_cache import encode_with_cache
from search_api.encoder import Encoder
from search_api.fusion import fuse, standardise
from search_api.keyword_index import KeywordIndex
from search_api.progress import Progress, silent
from search_api.text_analysis import analyse
from search_api.thesaurus import Concept, Thesaurus

# Measured (docs/model.md): more than three concepts blur the answer, and the nearest one counts most.
RECALLED = 3
TEMPERATURE = 0.5
# A concept is met where its nearest wording lies this many standard deviations above that of the average concept.
MIN_DISTANCE = 2.0
# Words in common (はんこ of the stamp on paper) count this much beside meaning: chosen on two sets of questions, confirmed on two others.
WORDS = 0.15
_FILE, _VECTORS, _WORDS = "thesaurus.json", "thesaurus.npy", "wordings"


@dataclass(frozen=True, slots=True)
class Recalled:
    """A concept that a question means: ``weight`` is its share (those of a question sum to 1), ``distance`` how clearly it stands out."""

    concept: Concept
    wording: str
    weight: float
    distance: float
    number: int


@dataclass(frozen=True, slots=True)
class ConceptMemory:
    """``vectors`` (labels, dimension) are unit rows of all labels as questions, ``owner_of`` (labels,) their concepts, ``labels`` their texts.

    ``directions`` (concepts, dimension) are the mean vectors of the labels that plans write; ``words`` has each label as a document.
    """

    thesaurus: Thesaurus
    labels: Sequence[str]
    owner_of: np.ndarray
    starts: np.ndarray
    vectors: np.ndarray
    directions: np.ndarray
    words: KeywordIndex

    @classmethod
    def build(cls, thesaurus: Thesaurus, encoder: Encoder, cache_dir: Path, progress: Progress = silent) -> ConceptMemory:
        """Vectors of labels seen before come from ``cache_dir``, those of the built-in thesaurus from set-up."""
        prepared = embedded_model.prepared_vectors()
        vectors = encode_with_cache(encoder, thesaurus.labels, cache_dir, progress, as_questions=True, prepared=prepared)
        words = KeywordIndex.build([[token.term for token in analyse(label) if not token.is_pair] for label in thesaurus.labels])
        return cls._of(thesaurus, vectors, words)

    @classmethod
    def _of(cls, thesaurus: Thesaurus, vectors: np.ndarray, words: KeywordIndex) -> ConceptMemory:
        counts = [len(concept.labels) for concept in thesaurus.concepts]
        starts = np.concatenate([[0], np.cumsum(counts)])[:-1].astype(np.int64)
        directions = [vectors[s : s + len(c.plans)].mean(axis=0) for s, c in zip(starts, thesaurus.concepts, strict=True)]
        return cls(
            thesaurus=thesaurus,
            labels=thesaurus.labels,
            owner_of=np.repeat(np.arange(len(counts)), counts),
            starts=starts,
            vectors=vectors,
            directions=np.array(directions, dtype=np.float32).reshape(len(counts), vectors.shape[1]),
            words=words,
        )

    def recall(self, question: np.ndarray, words: Iterable[str] = ()) -> tuple[Recalled, ...]:
        """Up to ``RECALLED`` concepts that a question with this unit vector (dimension,) and these ``words`` means, the nearest first."""
        if not len(self.starts):
            return ()
        near = self.vectors @ question
        shared = self.words.scores(dict.fromkeys(words, 1.0))
        distances = fuse([np.maximum.reduceat(near, self.starts), np.maximum.reduceat(shared, self.starts)], (1.0, WORDS))
        distances = standardise(distances)
        chosen = np.lexsort((np.arange(len(distances)), -distances))[:RECALLED]
        chosen = chosen[distances[chosen] >= MIN_DISTANCE]
        weights = np.exp((distances[chosen] - distances[chosen].max(initial=-np.inf)) / TEMPERATURE)
        return tuple(
            Recalled(self.thesaurus.concepts[n], self._nearest(n, near), float(w), float(distances[n]), int(n))
            for n, w in zip(chosen, weights / weights.sum(), strict=True)
        )

    def direction(self, recalled: Sequence[Recalled]) -> np.ndarray:
        """The unit vector of what plans write about the recalled concepts, shape (dimension,)."""
        total = np.sum([r.weight * self.directions[r.number] for r in recalled], axis=0)
        return (total / max(float(np.linalg.norm(total)), 1e-12)).astype(np.float32)

    def _nearest(self, number: int, near: np.ndarray) -> str:
        first = int(self.starts[number])
        own = near[first : first + len(self.thesaurus.concepts[number].labels)]
        return self.labels[first + int(own.argmax())]

    def save(self, directory: Path) -> None:
        """Write the thesaurus and its vectors into an existing folder."""
        content = json.dumps([asdict(concept) for concept in self.thesaurus.concepts], ensure_ascii=False, separators=(",", ":"))
        (directory / _FILE).write_text(content, encoding="utf-8")
        np.save(directory / _VECTORS, self.vectors.astype(np.float16))
        self.words.save(directory, _WORDS)

    @classmethod
    def open(cls, directory: Path) -> ConceptMemory:
        """Read what ``save`` wrote."""
        rows = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        concepts = tuple(Concept(**{name: tuple(v) if isinstance(v, list) else v for name, v in row.items()}) for row in rows)
        vectors = np.load(directory / _VECTORS, allow_pickle=False).astype(np.float32)
        return cls._of(Thesaurus(concepts), vectors, KeywordIndex.open(directory, _WORDS))
