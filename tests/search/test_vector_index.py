"""The index against brute force."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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


@pytest.mark.parametrize(("top_k", "times"), [(1, 15), (5, 15), (39, 15), (40, 15), (60, 15), (5, 300), (299, 300), (301, 300)])
def test_ties_are_ordered_by_row(top_k: int, times: int) -> None:
    few = np.eye(4, dtype=np.float32)
    vectors = np.repeat(few, times, axis=0)[np.random.default_rng(3).permutation(4 * times)]
    index = FaissIndex.build(vectors)
    for query in few:
        assert index.search(query, top_k=top_k)[0].tolist() == brute_force(vectors, query, top_k).tolist()


# Whole numbers are multiplied and added without rounding, so that ties are ties, and the order of the answer is known to the last row.
whole = st.integers(-3, 3).map(float)


@settings(deadline=None)
@given(st.data(), st.integers(1, 60), st.integers(1, 9), st.integers(1, 70))
def test_unnormalised_and_tied_vectors(data: st.DataObject, count: int, dimension: int, top_k: int) -> None:
    vectors = data.draw(arrays(np.float32, (count, dimension), elements=whole))
    query = data.draw(arrays(np.float32, dimension, elements=whole))
    ids, scores = FaissIndex.build(vectors).search(query, top_k=top_k)
    expected = brute_force(vectors, query, top_k)
    assert ids.tolist() == expected.tolist()
    assert scores.tolist() == (vectors @ query)[expected].tolist()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10_000), st.sampled_from([0.01, 1.0, 300.0]), st.integers(1, 400))
def test_unnormalised_random_vectors(seed: int, scale: float, top_k: int) -> None:
    random = np.random.default_rng(seed)
    vectors = (random.normal(size=(300, 24)) * scale * random.uniform(0.1, 10, size=(300, 1))).astype(np.float32)
    query = random.normal(size=24).astype(np.float32)
    ids, scores = FaissIndex.build(vectors).search(query, top_k=top_k)
    exact = vectors.astype(np.float64) @ query.astype(np.float64)
    assert scores == pytest.approx(exact[ids], rel=1e-4, abs=1e-4 * scale)
    # Sums of 24 rounded products: rows nearer to each other than that may change places, and none but these.
    assert exact[ids] == pytest.approx(np.sort(exact)[::-1][:top_k], rel=1e-4, abs=1e-4 * scale)
    assert len(set(ids.tolist())) == min(top_k, 300)


def test_more_ties_than_are_fetched_at_once() -> None:
    vectors = np.ones((5000, 4), dtype=np.float32)
    assert FaissIndex.build(vectors).search(vectors[0], top_k=100)[0].tolist() == list(range(100))


def test_the_same_vectors_give_the_same_inverted_lists() -> None:
    vectors = unit_rows(3000, 16, seed=11)
    first, second = (FaissIndex.build(vectors, flat_limit=1000) for _ in range(2))
    for query in unit_rows(20, 16, seed=12):
        left, right = first.search(query, top_k=50), second.search(query, top_k=50)
        assert left[0].tolist() == right[0].tolist()
        assert left[1].tolist() == right[1].tolist()


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
