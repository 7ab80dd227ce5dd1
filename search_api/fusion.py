"""Several scorings of the same candidates → one. Weighted z-scores beat rank fusion on the development queries (docs/model.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

# A spread below this is rounding: all candidates are equal, and none is better than another.
_FLAT = 1e-6


def standardise(scores: np.ndarray, population: np.ndarray | None = None) -> np.ndarray:
    """(scores − mean) / standard deviation; zeros where all scores are equal. Shape (n,), float64.

    Mean and deviation are those of ``scores[population]`` (a mask) where one is given, else of all.
    """
    values = np.asarray(scores, dtype=np.float64)
    sample = values if population is None else values[population]
    if not sample.size:
        return np.zeros_like(values)
    spread = sample.std()
    flat = spread <= _FLAT * max(1.0, float(np.abs(sample).max()))
    return np.zeros_like(values) if flat else (values - sample.mean()) / spread


def fuse(scorings: Sequence[np.ndarray], weights: Sequence[float], population: np.ndarray | None = None) -> np.ndarray:
    """The weighted sum of the standardised scorings, shape (n,). Scores of different scale and zero point become comparable."""
    parts = [weight * standardise(scores, population) for scores, weight in zip(scorings, weights, strict=True)]
    return np.sum(parts, axis=0) if parts else np.zeros(0 if population is None else len(population))


def best_per_group(scores: np.ndarray, groups: np.ndarray, count: int, *, floor: float) -> np.ndarray:
    """The highest score of each of ``count`` groups, ``floor`` where a group has none or only lower ones.

    ``groups`` gives the group of each score, in ascending order.
    """
    best = np.full(count, floor, dtype=np.float64)
    if len(rows := np.flatnonzero(scores > floor)):  # of a large index few, since most passages were found by no scorer
        present = groups[rows]
        starts = np.flatnonzero(np.diff(present, prepend=-1))
        best[present[starts]] = np.maximum.reduceat(scores[rows], starts)
    return best


def blend(scorings: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """What ``fuse`` gives without a population but for a constant, in float32: enough to compare, and several times as fast."""
    blended = np.zeros(len(scorings[0]), dtype=np.float32)
    for scores, weight in zip(scorings, weights, strict=True):
        spread = float(scores.std()) if len(scores) else 0.0
        if spread > _FLAT * max(1.0, float(np.abs(scores).max(initial=0.0))):
            blended += np.float32(weight / spread) * scores
    return blended
