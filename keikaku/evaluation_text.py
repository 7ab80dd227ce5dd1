"""Figures of the search as text: classes of question × modes of search, at most 100 columns wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from keikaku.tables import print_table

if TYPE_CHECKING:
    from search_api.evaluation import Figures
    from search_api.mode_comparison import Comparison

# Of the differences only the two measures that are promised; all four are in JSON and CSV.
_PROMISED = ("nDCG@10", "success@1")


def print_comparison(comparison: Comparison) -> None:
    """Print the figures of every class in every mode, how many unanswerable questions got no answer, and what hybrid gains."""
    from search_api.evaluation import MEASURES

    print_table(["種類", "n", "方式", *MEASURES], _figure_rows(comparison))
    for mode, evaluation in comparison.evaluations.items():
        if evaluation.unanswerable:
            print(f"答えのない問い {evaluation.unanswerable} 件のうち、空の答え {evaluation.silent} 件（{mode}）")
    if comparison.others:
        print()
        head = [f"−{other}\n{measure}" for other in comparison.others for measure in _PROMISED]
        print_table(["hybrid との差", "n", *head], _gain_rows(comparison))


def explain_intervals() -> str:
    """What the numbers behind a mean are."""
    from search_api.bootstrap import RESAMPLES

    return f"後ろの幅は 95 % 信頼区間（問いを {RESAMPLES:,} 回引き直すパーセンタイル・ブートストラップ、種は固定）。差は同じ問いどうしの差"


def _figure_rows(comparison: Comparison) -> Iterator[list[str]]:
    for kind in _classes(comparison):
        for number, mode in enumerate(comparison.evaluations):
            figures = comparison.figures(mode, kind)
            first = [_name(kind), str(figures.count)] if number == 0 else ["", ""]
            yield [*first, mode, *(_cell(figures, measure) for measure in figures.means)]


def _gain_rows(comparison: Comparison) -> Iterator[list[str]]:
    for kind in _classes(comparison):
        gains = [comparison.gain(other, kind) for other in comparison.others]
        yield [_name(kind), str(gains[0].count), *(_cell(gain, measure, sign="+") for gain in gains for measure in _PROMISED)]


def _classes(comparison: Comparison) -> list[str]:
    """Where all questions are of one type, their class would only say the same again."""
    every, *types = comparison.classes
    return [every, *types] if len(types) > 1 else [every]


def _name(kind: str) -> str:
    return kind or "全体"


def _cell(figures: Figures, measure: str, sign: str = "") -> str:
    mean = f"{figures.means[measure]:{sign}.3f}"
    if measure not in figures.intervals:
        return mean
    low, high = (_short(bound, sign) for bound in figures.intervals[measure])
    return f"{mean} {low}{'…' if sign else '–'}{high}"


def _short(bound: float, sign: str) -> str:
    """Two digits without the leading zero: .85, 1.0, +.03. Four measures with their intervals have to fit into 100 columns."""
    text = f"{bound:{sign}.2f}"
    return text.replace("1.00", "1.0") if "1.00" in text else text.replace("0.", ".", 1)
