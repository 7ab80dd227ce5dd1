"""The path of least cost through states, one a line, and how much more every other state would cost (Viterbi, forwards and backwards)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

Costs = Sequence[float]


@dataclass(frozen=True, slots=True)
class Path:
    """``states`` of least ``cost``; ``excess[i][s]`` is what the best path through state ``s`` at place ``i`` costs more."""

    states: tuple[int, ...]
    cost: float
    excess: tuple[tuple[float, ...], ...]


def find_cheapest_path(starts: Costs, own: Sequence[Costs], steps: Sequence[Sequence[Costs]]) -> Path:
    """``own[i][s]`` is the cost of state ``s`` at place ``i``, ``steps[i][s][t]`` that of going from ``s`` to ``t`` behind place ``i``.

    Of equal paths the one through the lower states.
    """
    states = range(len(starts))
    forward = [[start + cost for start, cost in zip(starts, own[0], strict=True)]]
    back: list[list[int]] = []
    for step, costs in zip(steps, own[1:], strict=True):
        reached = [[so_far + cost for cost in row] for so_far, row in zip(forward[-1], step, strict=True)]
        columns = list(zip(*reached, strict=True))
        best = [min(column) for column in columns]
        back.append([column.index(cost) for column, cost in zip(columns, best, strict=True)])
        forward.append([so_far + cost for so_far, cost in zip(best, costs, strict=True)])
    rest = [[0.0] * len(starts)]
    for step, costs in zip(reversed(steps), reversed(own[1:]), strict=True):
        after = [cost + behind for cost, behind in zip(costs, rest[-1], strict=True)]
        rest.append([min(a + b for a, b in zip(row, after, strict=True)) for row in step])
    rest.reverse()
    path = [min(states, key=lambda s: forward[-1][s])]
    cost = forward[-1][path[0]]
    for row in reversed(back):
        path.append(row[path[-1]])
    excess = (tuple(a + b - cost for a, b in zip(ahead, behind, strict=True)) for ahead, behind in zip(forward, rest, strict=True))
    return Path(tuple(reversed(path)), cost, tuple(excess))
