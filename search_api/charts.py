"""A small line chart of an indicator: the points of its values over the years, to be drawn as SVG beside the figures."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from graph.indicator_series import Cell, Series

WIDTH, HEIGHT, EDGE = 120, 40, 5


@dataclass(frozen=True, slots=True)
class Chart:
    """Coordinates within ``WIDTH`` x ``HEIGHT``; ``target`` is the height of the target's line, None where it is no number.

    ``label`` says the same in words, for those who do not see the picture.
    """

    points: tuple[tuple[float, float], ...]
    target: float | None
    label: str

    @property
    def path(self) -> str:
        return " ".join(f"{x},{y}" for x, y in self.points)


def draw(series: Series) -> Chart | None:
    """The values of the newest document for each year; None where fewer than two years have a number in one unit."""
    by_year: dict[int, Cell] = {}
    for cell in series.cells:
        if cell.role != "Target" and cell.fiscal_year is not None and cell.amount is not None:
            by_year.setdefault(cell.fiscal_year, cell)  # the cells of a year begin with the newest document's
    targets = [cell for cell in series.cells if cell.role == "Target" and cell.fiscal_year is not None and cell.amount is not None]
    aim = max(targets, key=lambda cell: cell.fiscal_year or 0, default=None)
    if len(by_year) < 2 or len({unit for cell in by_year.values() if (unit := _amount(cell)[1])}) > 1:
        return None
    values = {year: _amount(cell)[0] for year, cell in sorted(by_year.items())}
    reached = _amount(aim)[0] if aim is not None else None
    scale = _Scale([*values.values(), *([reached] if reached is not None else [])], min(values), max(values))
    told = [f"{year}年度 {by_year[year].text}" for year in values]
    told += [f"目標 {aim.text}"] if aim is not None else []
    return Chart(
        tuple((scale.x(year), scale.y(value)) for year, value in values.items()),
        scale.y(reached) if reached is not None else None,
        "推移: " + "、".join(told),
    )


def _amount(cell: Cell) -> tuple[Decimal, str]:
    assert cell.amount is not None
    return cell.amount


class _Scale:
    """Years and values to coordinates. A chart of equal values is a level line in the middle."""

    def __init__(self, values: list[Decimal], first: int, last: int) -> None:
        self._low, self._high, self._first, self._last = min(values), max(values), first, last

    def x(self, year: int) -> float:
        return round(EDGE + (WIDTH - 2 * EDGE) * (year - self._first) / (self._last - self._first), 1)

    def y(self, value: Decimal) -> float:
        share = float((value - self._low) / (self._high - self._low)) if self._high != self._low else 0.5
        return round(HEIGHT - EDGE - (HEIGHT - 2 * EDGE) * share, 1)
