"""Numbers of pages, rows or columns as people write them."""

from __future__ import annotations

from collections.abc import Iterable


def describe_ranges(numbers: Iterable[int]) -> str:
    """Ascending numbers with their runs closed up.

    >>> describe_ranges([1, 2, 3, 7])
    '1〜3、7'
    """
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1] = [runs[-1][0], number]
        else:
            runs.append([number])
    return "、".join("〜".join(map(str, run)) for run in runs)
