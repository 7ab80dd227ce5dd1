"""Several scorings of the same candidates → one. Weighted z-scores beat rank fusion on the development queries (docs/model.md)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# A spread below this is rounding: all candidates are equal, and none is better than another.
_FLAT = 1e-6


def standardise(scores: np.ndarray, population: np.ndarray | None = None) -> np.ndarray:
    """(scores − mean) / standard deviation; zeros where all scores are equal. Shape (n,), float64.

    Mean and deviation are those of ``scores[population]`` (a mask or row numbers) where one is given, else of all.
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
    return add([standardise(scores, population) for scores in scorings], weights, len(scorings[0]) if scorings else 0)


def add(scorings: Sequence[np.ndarray], weights: Sequence[float], count: int) -> np.ndarray:
    """The weighted sum of scorings of shape (``count``,); zeros where there are none."""
    total = np.zeros(count)
    for scores, weight in zip(scorings, weights, strict=True):
        total += weight * scores
    return total


@dataclass(frozen=True, slots=True)
class Groups:
    """Which rows belong to which group, laid out so that the best of every group is found in a few passes over whole arrays.

    The groups stand with those of the most rows first, group g at ``places[g]``. ``layers[j]`` has the row that comes j-th (from 0) in each
    group that has so many.
    """

    layers: tuple[np.ndarray, ...]
    places: np.ndarray

    @classmethod
    def of(cls, groups: np.ndarray, count: int) -> Groups:
        """``groups`` gives the group (0 … ``count`` − 1) of each row."""
        sizes = np.bincount(groups, minlength=count)
        order = np.argsort(-sizes, kind="stable")
        places = np.argsort(order)
        rows = np.argsort(groups, kind="stable")
        firsts = (np.cumsum(sizes) - sizes)[order]
        layers = [rows[firsts[: np.count_nonzero(sizes > layer)] + layer] for layer in range(int(sizes.max(initial=0)))]
        return cls(tuple(layers), places)

    def best(self, scores: np.ndarray, *, floor: float) -> np.ndarray:
        """The highest of the ``scores`` (one a row) of each group, ``floor`` where it has none or only lower ones; shape (count,) float64."""
        best = np.full(len(self.places), -np.inf, dtype=scores.dtype)
        for layer in self.layers:
            reached = best[: len(layer)]
            np.maximum(reached, scores.take(layer), out=reached)
        return np.maximum(best.take(self.places).astype(np.float64), floor)


def blend(scorings: Sequence[np.ndarray], weights: Sequence[float]) -> np.ndarray:
    """What ``fuse`` gives without a population but for a constant, in float32: enough to compare, and several times as fast."""
    blended = np.zeros(len(scorings[0]), dtype=np.float32)
    for scores, weight in zip(scorings, weights, strict=True):
        spread = float(scores.std()) if len(scores) else 0.0
        if spread > _FLAT * max(1.0, float(np.abs(scores).max(initial=0.0))):
            blended += np.float32(weight / spread) * scores
    return blended
