"""The path through states against every path there is."""

from __future__ import annotations

import random
from itertools import pairwise, product

import pytest

from ingest.parsers.reports.cheapest_path import find_cheapest_path


@pytest.mark.parametrize("seed", range(20))
def test_against_every_path(seed: int) -> None:
    draw = random.Random(seed)
    places, states = draw.randint(1, 5), draw.randint(1, 4)
    starts = [draw.uniform(-1, 5) for _ in range(states)]
    own = [[draw.uniform(-1, 5) for _ in range(states)] for _ in range(places)]
    steps = [[[draw.uniform(-1, 5) for _ in range(states)] for _ in range(states)] for _ in range(places - 1)]

    def cost(path: tuple[int, ...]) -> float:
        return (
            starts[path[0]]
            + sum(row[state] for row, state in zip(own, path, strict=True))
            + sum(step[a][b] for step, (a, b) in zip(steps, pairwise(path), strict=True))
        )

    costs = {path: cost(path) for path in product(range(states), repeat=places)}
    found = find_cheapest_path(starts, own, steps)
    assert found.cost == pytest.approx(min(costs.values()))
    assert costs[found.states] == pytest.approx(found.cost)
    for place in range(places):
        through = [min(cost for path, cost in costs.items() if path[place] == state) - found.cost for state in range(states)]
        assert found.excess[place] == pytest.approx(through, abs=1e-9)


def test_of_equal_paths_the_lower_states() -> None:
    assert find_cheapest_path([0, 0], [[0, 0]] * 3, [[[0, 0], [0, 0]]] * 2).states == (0, 0, 0)
