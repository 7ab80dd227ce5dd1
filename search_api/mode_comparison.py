"""The same questions asked in several modes of search: their figures side by side, and what hybrid gains over each of the others."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from search_api.bootstrap import RESAMPLES, SEED
from search_api.evaluation import Evaluation, Figures, GradedQuestion, evaluate

MODES = ("hybrid", "keyword", "semantic")
# The class in which all questions stand together.
EVERY = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``evaluations`` by mode, all of the same questions in the same order."""

    evaluations: Mapping[str, Evaluation]

    @property
    def classes(self) -> list[str]:
        """``EVERY``, then the types of question in their order."""
        first = next(iter(self.evaluations.values()))
        return [EVERY, *dict.fromkeys(row.question.type for row in first.rows)]

    def figures(self, mode: str, kind: str = EVERY) -> Figures:
        """What ``mode`` reaches on the questions of a class."""
        return Figures.of([row.values for row in self.evaluations[mode].rows if kind in (EVERY, row.question.type)])

    def gain(self, than: str, kind: str = EVERY) -> Figures:
        """Means, and intervals, of the paired differences hybrid − ``than`` on the questions of a class."""
        pairs = zip(self.evaluations["hybrid"].rows, self.evaluations[than].rows, strict=True)
        return Figures.of([np.subtract(left.values, right.values) for left, right in pairs if kind in (EVERY, left.question.type)])

    @property
    def others(self) -> list[str]:
        """The modes that hybrid is compared with; none where it was not asked."""
        return [mode for mode in self.evaluations if mode != "hybrid"] if "hybrid" in self.evaluations else []

    def to_json(self) -> dict[str, Any]:
        """``modes`` (see ``Evaluation.to_json``) and ``differences`` (``hybrid-keyword``: ``overall`` and ``by_type``)."""
        gains = {
            f"hybrid-{other}": {
                "overall": self.gain(other).to_json(),
                "by_type": {kind: self.gain(other, kind).to_json() for kind in self.classes if kind != EVERY},
            }
            for other in self.others
        }
        return {"modes": {mode: evaluation.to_json() for mode, evaluation in self.evaluations.items()}, "differences": gains}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a figure: ``type`` (empty for all), ``mode``, ``measure``, ``n``, ``value``, ``low`` and ``high`` (None without interval)."""
        for kind in self.classes:
            for mode in self.evaluations:
                yield from _rows(kind, mode, self.figures(mode, kind))
            for other in self.others:
                yield from _rows(kind, f"hybrid-{other}", self.gain(other, kind))
        for mode, evaluation in self.evaluations.items():
            row = {"measure": "empty", "n": evaluation.unanswerable, "value": evaluation.silent}
            yield {"type": "no_answer", "mode": mode, **row, "low": None, "high": None}


def compare_modes(
    questions: Sequence[GradedQuestion],
    ask: Callable[[str, str], Sequence[str]],
    modes: Sequence[str] = MODES,
    *,
    graded: Callable[[str], bool] = bool,
) -> Comparison:
    """Ask every question in every mode. ``ask`` takes question and mode; see ``evaluate``."""
    return Comparison({mode: evaluate(questions, lambda text, mode=mode: ask(text, mode), graded=graded) for mode in modes})


def describe_bootstrap() -> dict[str, Any]:
    """How the intervals came about, for whoever reads the figures elsewhere."""
    return {"method": "percentile bootstrap over questions", "confidence": 0.95, "resamples": RESAMPLES, "seed": SEED}


def _rows(kind: str, mode: str, figures: Figures) -> Iterator[dict[str, Any]]:
    for name, mean in figures.means.items():
        low, high = figures.intervals.get(name, (None, None))
        bounds = {"low": low if low is None else round(low, 4), "high": high if high is None else round(high, 4)}
        yield {"type": kind, "mode": mode, "measure": name, "n": figures.count, "value": round(mean, 4), **bounds}
