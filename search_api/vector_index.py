"""Nearest passages by inner product of unit vectors, on faiss."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import faiss
import numpy as np

# Measured (docs/model.md): exact search costs 10 ms at 50,000 vectors; beyond, inverted lists of 8-bit values keep recall@10 at 0.98.
FLAT_LIMIT = 50_000
PROBES = 16
# So many more are fetched than asked for, as texts that are printed twice tie.
_MORE = 100


class VectorIndex(Protocol):
    """Nearest neighbours by inner product of unit vectors."""

    size: int

    def search(self, query: np.ndarray, *, top_k: int) -> tuple[np.ndarray, np.ndarray]:
        """Row numbers and scores of the ``top_k`` nearest of ``query`` (dimension,), best first, ties by row number."""
        ...


class FaissIndex:
    """A flat index up to ``FLAT_LIMIT`` vectors, inverted lists (IVF, SQ8) above."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index
        self.size = int(index.ntotal)

    @classmethod
    def build(cls, vectors: np.ndarray, flat_limit: int = FLAT_LIMIT) -> FaissIndex:
        """Index the rows of ``vectors`` (n, dimension) float32; the same rows always give the same index."""
        count, dimension = vectors.shape
        if count <= flat_limit:
            index = faiss.IndexFlatIP(dimension)
        else:
            lists = max(1, min(4096, int(np.sqrt(count)) * 2, count // 39 or 1))  # faiss wants 39 training points a list
            index = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
            index.train(vectors)
            index.nprobe = min(PROBES, lists)
        index.add(np.ascontiguousarray(vectors, dtype=np.float32))
        return cls(index)

    def search(self, query: np.ndarray, *, top_k: int) -> tuple[np.ndarray, np.ndarray]:
        """See ``VectorIndex``. faiss leaves the order of equal scores open, so all that tie with the last are fetched and ordered here."""
        if not self.size:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        row = np.ascontiguousarray(query, dtype=np.float32).reshape(1, -1)
        fetched = min(self.size, top_k + _MORE)
        while True:
            scores, ids = self._index.search(row, fetched)
            scores, ids = scores[0][ids[0] >= 0], ids[0][ids[0] >= 0]
            if fetched == self.size or len(ids) < fetched or scores[-1] < scores[top_k - 1]:
                break
            fetched = min(self.size, fetched * 4)
        if (scores[1:] == scores[:-1]).any():
            order = np.lexsort((ids, -scores))
            scores, ids = scores[order], ids[order]
        return ids[:top_k], scores[:top_k]

    def save(self, path: Path) -> None:
        """Write one file."""
        faiss.write_index(self._index, str(path))

    @classmethod
    def open(cls, path: Path) -> FaissIndex:
        """Read what ``save`` wrote. A query is one row: a second thread does not speed it up and stalls on a busy machine."""
        faiss.omp_set_num_threads(1)
        return cls(faiss.read_index(str(path)))
