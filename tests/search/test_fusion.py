from __future__ import annotations

import numpy as np
import pytest

from search_api.fusion import Groups, fuse, standardise


def test_z_scores_by_hand() -> None:
    assert standardise(np.array([1.0, 2.0, 3.0])) == pytest.approx([-(1.5**0.5), 0, 1.5**0.5])


@pytest.mark.parametrize("scores", [[], [5.0], [0.0, 0.0, 0.0], [0.83, 0.83], [1e9, 1e9]])
def test_equal_scores_prefer_nobody(scores: list[float]) -> None:
    assert standardise(np.array(scores)).tolist() == [0.0] * len(scores)


def test_rounding_is_no_difference() -> None:
    assert standardise(np.array([0.8, 0.8 + 1e-9, 0.8])).tolist() == [0, 0, 0]


def test_a_population_gives_the_measure() -> None:
    scores, population = np.array([1.0, 3.0, 100.0]), np.array([True, True, False])
    assert standardise(scores, population) == pytest.approx([-1, 1, 98])
    assert standardise(scores, np.zeros(3, dtype=bool)).tolist() == [0, 0, 0]


def test_a_constant_scoring_has_no_voice() -> None:
    scores = np.array([1.0, 5.0, 3.0])
    assert fuse([scores, np.full(3, 7.0)], [0.5, 0.5]) == pytest.approx(0.5 * standardise(scores))


def test_scale_and_zero_point_do_not_matter() -> None:
    left, right = np.array([0.1, 0.9, 0.5]), np.array([3.0, 1.0, 2.0])
    assert fuse([left, right], [0.4, 0.6]) == pytest.approx(fuse([left * 100 - 7, right], [0.4, 0.6]))


def test_best_passage_of_each_unit() -> None:
    best = Groups.of(np.array([0, 0, 2]), 4).best(np.array([0.2, 0.9, -0.5]), floor=-1.0)
    assert best.tolist() == [0.9, -1.0, -0.5, -1.0]
