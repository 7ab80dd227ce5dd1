"""The index against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_api.vector_index import FaissIndex


def unit_rows(count: int, dimension: int, seed: int) -> np.ndarray:
    rows = np.random.default_rng(seed).normal(size=(count, dimension)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def brute_force(vectors: np.ndarray, query: np.ndarray, top_k: int) -> np.ndarray:
    scores = vectors @ query
    return np.lexsort((np.arange(len(vectors)), -scores))[:top_k]


@pytest.mark.parametrize(("count", "top_k"), [(1, 1), (1, 10), (50, 1), (500, 10), (500, 500), (500, 2000)])
def test_random_vectors(count: int, top_k: int) -> None:
    vectors, queries = unit_rows(count, 16, seed=count), unit_rows(20, 16, seed=7)
    index = FaissIndex.build(vectors)
    for query in queries:
        ids, scores = index.search(query, top_k=top_k)
        assert ids.tolist() == brute_force(vectors, query, top_k).tolist()
        assert scores == pytest.approx(vectors[ids] @ query, abs=1e-6)


@pytest.mark.parametrize("top_k", [1, 5, 39, 40, 60])
def test_ties_are_ordered_by_row(top_k: int) -> None:
    few = np.eye(4, dtype=np.float32)
    vectors = np.repeat(few, 15, axis=0)[np.random.default_rng(3).permutation(60)]  # every vector fifteen times
    index = FaissIndex.build(vectors)
    for query in few:
        assert index.search(query, top_k=top_k)[0].tolist() == brute_force(vectors, query, top_k).tolist()


def test_empty_index() -> None:
    ids, scores = FaissIndex.build(np.zeros((0, 8), dtype=np.float32)).search(np.ones(8, dtype=np.float32), top_k=5)
    assert ids.tolist() == scores.tolist() == []


def test_inverted_lists_find_nearly_the_same() -> None:
    centres = unit_rows(20, 32, seed=1)
    noise = np.random.default_rng(2).normal(size=(4000, 32)).astype(np.float32) * 0.1
    vectors = np.repeat(centres, 200, axis=0) + noise
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = FaissIndex.build(vectors, flat_limit=1000)
    found = [len(set(index.search(q, top_k=10)[0]) & set(brute_force(vectors, q, 10))) for q in vectors[::100]]
    assert sum(found) / (10 * len(found)) > 0.9


def test_saved_and_opened(tmp_path: Path) -> None:
    vectors = unit_rows(30, 8, seed=5)
    FaissIndex.build(vectors).save(tmp_path / "vectors.faiss")
    opened = FaissIndex.open(tmp_path / "vectors.faiss")
    assert opened.size == 30
    assert opened.search(vectors[4], top_k=1)[0].tolist() == [4]
