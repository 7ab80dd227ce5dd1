"""chiVe word vectors: which words of the plans are near a word of the query.

chiVe (Works Applications, Apache-2.0) as ja-ginza carries it: 480,443 words on 20,000 distinct rows of 300 values. Of that package
only the vectors and the table word → row are taken.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path

import numpy as np

_MASK = (1 << 64) - 1
_MULTIPLIER = 0xC6A4A7935BD1E995


def hash_word(word: str, seed: int = 1) -> int:
    """MurmurHash64A of the UTF-8 bytes: the key under which spaCy's string store knows a word."""
    data = word.encode()
    whole = len(data) // 8 * 8
    value = (seed ^ (len(data) * _MULTIPLIER)) & _MASK
    for i in range(0, whole, 8):
        block = int.from_bytes(data[i : i + 8], "little") * _MULTIPLIER & _MASK
        block = (block ^ (block >> 47)) * _MULTIPLIER & _MASK
        value = (value ^ block) * _MULTIPLIER & _MASK
    if whole < len(data):
        value = (value ^ int.from_bytes(data[whole:], "little")) * _MULTIPLIER & _MASK
    value = (value ^ (value >> 47)) * _MULTIPLIER & _MASK
    return value ^ (value >> 47)


def write_word_vectors(vectors: bytes, key_to_row: bytes, directory: Path) -> None:
    """Store spaCy's two vocabulary files as arrays that can be mapped: unit rows in float16, sorted keys, their rows."""
    import msgpack

    table = np.load(io.BytesIO(vectors), allow_pickle=False).astype(np.float32)
    norms = np.linalg.norm(table, axis=1, keepdims=True)
    pairs = msgpack.unpackb(key_to_row, strict_map_key=False)
    keys = np.fromiter(pairs.keys(), dtype=np.uint64, count=len(pairs))
    rows = np.fromiter(pairs.values(), dtype=np.int32, count=len(pairs))
    order = np.argsort(keys, kind="stable")
    directory.mkdir(parents=True)
    np.save(directory / "vectors.npy", (table / np.where(norms > 0, norms, 1)).astype(np.float16))
    np.save(directory / "keys.npy", keys[order])
    np.save(directory / "rows.npy", rows[order])


@dataclass(frozen=True, slots=True)
class WordVectors:
    """``vectors`` (rows, 300) float16 of unit length, ``keys`` (words,) sorted, ``rows`` (words,) into ``vectors``."""

    vectors: np.ndarray
    keys: np.ndarray
    rows: np.ndarray

    @classmethod
    def open(cls, directory: Path) -> WordVectors:
        """Map the arrays of ``write_word_vectors`` into memory."""
        return cls(*(np.load(directory / f"{name}.npy", mmap_mode="r", allow_pickle=False) for name in ("vectors", "keys", "rows")))

    def row(self, word: str) -> int | None:
        """The row of a word, or None where chiVe does not know it."""
        key = np.uint64(hash_word(word))
        place = int(np.searchsorted(self.keys, key))
        return int(self.rows[place]) if place < len(self.keys) and self.keys[place] == key else None


# So many words of questions are remembered with what is near them; a comparison with all words of a large index takes milliseconds.
_REMEMBERED = 4096


class Neighbourhood:
    """The words of one vocabulary that are near a given word. Safe for several threads at once."""

    def __init__(self, vectors: WordVectors, vocabulary: list[str]) -> None:
        self._vectors = vectors
        words: dict[int, list[str]] = {}
        for word in vocabulary:
            if (row := vectors.row(word)) is not None:
                words.setdefault(row, []).append(word)
        # Many words of chiVe share a row: each row is compared once.
        self._words = list(words.values())
        self._matrix = np.asarray(vectors.vectors[list(words)], dtype=np.float32)
        self._near_row = lru_cache(maxsize=_REMEMBERED)(self._compare)

    def near(self, word: str, *, min_cosine: float, limit: int) -> list[tuple[str, float]]:
        """Up to ``limit`` words with cosine ≥ ``min_cosine``, nearest first, ties by the word; never the word itself."""
        row = self._vectors.row(word)
        if row is None or not self._words:
            return []
        return list(islice((pair for pair in self._near_row(row, min_cosine) if pair[0] != word), limit))

    def _compare(self, row: int, min_cosine: float) -> tuple[tuple[str, float], ...]:
        cosines = self._matrix @ np.asarray(self._vectors.vectors[row], dtype=np.float32)
        found = [(word, float(cosines[i])) for i in np.flatnonzero(cosines >= min_cosine) for word in self._words[i]]
        return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


def mean_vector(vectors: WordVectors, weights: Mapping[str, float]) -> np.ndarray:
    """The weighted mean of the words' vectors as a unit vector (300,) float32; zeros where chiVe knows none of them."""
    total = np.zeros(vectors.vectors.shape[1], dtype=np.float32)
    for word, weight in sorted(weights.items()):
        if (row := vectors.row(word)) is not None:
            total += np.float32(weight) * vectors.vectors[row].astype(np.float32)
    length = float(np.linalg.norm(total))
    return total / length if length > 0 else total
