"""How well the search answers graded questions: nDCG@10, recall@10, MRR@10, success@1, by type of question.

A file of questions is a JSON list of ``{"id", "query", "type", "relevant": {unit: grade}}``, or an object with that list as ``queries``
and ``units``: names of units → IRIs (whole, or what follows ``{base}id/``). Without ``units`` the keys of ``relevant`` are IRIs. A question
with nothing relevant wants an empty answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import numpy as np

from ontology.errors import SettingsError
from search_api.bootstrap import bootstrap_intervals
from search_api.units import Unit

DEPTH = 10
MEASURES = ("nDCG@10", "recall@10", "MRR@10", "success@1")

Ask = Callable[[str], Sequence[str]]
"""A question → the IRIs of its answer, best first."""


@dataclass(frozen=True, slots=True)
class GradedQuestion:
    """``relevant`` maps the IRI of a unit to its grade (1 related, 2 answers)."""

    id: str
    text: str
    type: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Measured:
    """One question and what its ranking is worth: ``values`` in the order of ``MEASURES``, each 0 to 1."""

    question: GradedQuestion
    values: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over ``count`` questions of the measures, or of what one search gains over another in them.

    ``intervals`` (low, high), by measure, hold the true mean with 95 % confidence; there is none from less than two questions.
    """

    count: int
    ndcg: float
    recall: float
    mrr: float
    success: float
    intervals: Mapping[str, tuple[float, float]] = field(default_factory=dict)

    @classmethod
    def of(cls, rows: Sequence[Sequence[float]]) -> Figures:
        """The means of ``rows``, one a question, in the order of ``MEASURES``; zeros where there are none."""
        values = np.array(rows, dtype=np.float64).reshape(len(rows), len(MEASURES))
        means = values.mean(axis=0) if len(rows) else np.zeros(len(MEASURES))
        return cls(len(rows), *map(float, means), intervals=dict(zip(MEASURES, bootstrap_intervals(values), strict=False)))

    @property
    def means(self) -> dict[str, float]:
        """The means by the names that are usual in the field."""
        return dict(zip(MEASURES, (self.ndcg, self.recall, self.mrr, self.success), strict=True))

    def to_json(self) -> dict[str, Any]:
        """``n``, the means, and where they may lie."""
        row: dict[str, Any] = {"n": self.count} | {name: round(mean, 4) for name, mean in self.means.items()}
        return row | {"ci95": {name: [round(low, 4), round(high, 4)] for name, (low, high) in self.intervals.items()}}


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``rows`` are the questions that have an answer, in their order. ``silent`` of ``unanswerable`` others got the empty answer they want."""

    rows: Sequence[Measured]
    unanswerable: int
    silent: int

    @property
    def overall(self) -> Figures:
        """Over all questions that have an answer."""
        return Figures.of([row.values for row in self.rows])

    @property
    def by_type(self) -> dict[str, Figures]:
        """For each type, in the order in which they first come."""
        types = dict.fromkeys(row.question.type for row in self.rows)
        return {kind: Figures.of([row.values for row in self.rows if row.question.type == kind]) for kind in types}

    def to_json(self) -> dict[str, Any]:
        """Names as they are usual in the field."""
        return {
            "overall": self.overall.to_json(),
            "by_type": {kind: figures.to_json() for kind, figures in self.by_type.items()},
            "no_answer": {"n": self.unanswerable, "empty": self.silent},
        }


def read_questions(path: Path, base_iri: str, units_file: Path | None = None) -> list[GradedQuestion]:
    """The questions of a file; ``units_file`` is a JSON object of further ``units``.

    Raises SettingsError where it is no such file or names a unit that nothing explains.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        units = {} if isinstance(content, list) else dict(content["units"])
        if units_file:
            units |= json.loads(units_file.read_text(encoding="utf-8"))
        queries = content if isinstance(content, list) else content["queries"]
        return [
            GradedQuestion(
                q["id"], _check_text(q), q["type"], {_resolve(unit, units, base_iri): int(g) for unit, g in q["relevant"].items()}
            )
            for q in queries
        ]
    except OSError as error:
        raise SettingsError(f"{error.filename}: 読めません（{error.strerror}）") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path}: 問いのファイルではありません（{error}）。id、query、type、relevant を持つ問いの一覧か、queries と units を持つ JSON にしてください"
        ) from error


def evaluate(questions: Sequence[GradedQuestion], ask: Ask, *, graded: Callable[[str], bool] = bool) -> Evaluation:
    """Ask each question and compare. ``ask`` gives the IRIs of the answer, best first.

    Those that are not ``graded`` are passed over in the ranking, but an answer that has only them is not empty.
    """
    rows: list[Measured] = []
    unanswerable = silent = 0
    for question in questions:
        ranking = list(dict.fromkeys(ask(question.text)))
        if question.relevant:
            rows.append(Measured(question, _measure(question.relevant, [iri for iri in ranking if graded(iri)])))
        else:
            unanswerable += 1
            silent += not ranking
    return Evaluation(rows, unanswerable, silent)


def select_graded(units: Iterable[Unit], questions: Iterable[GradedQuestion]) -> Callable[[str], bool]:
    """Whether a unit counts in a ranking: those of the types that ``questions`` grade do, or measures where they grade nothing of ``units``."""
    types = {unit.iri: unit.type for unit in units}
    counted = {types[iri] for question in questions for iri in question.relevant if iri in types} or {"Measure"}
    return lambda iri: types[iri] in counted


def discounted_gain(grades: Sequence[int]) -> float:
    """DCG with gain 2^grade − 1 and discount log2(rank + 1) (Burges et al. 2005)."""
    return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def _measure(relevant: Mapping[str, int], ranking: Sequence[str]) -> tuple[float, ...]:
    grades = [relevant.get(iri, 0) for iri in ranking[:DEPTH]]
    ideal = discounted_gain(sorted(relevant.values(), reverse=True)[:DEPTH])
    wanted = sum(grade > 0 for grade in relevant.values())
    first = next((rank for rank, grade in enumerate(grades, 1) if grade > 0), None)
    return (
        discounted_gain(grades) / ideal if ideal else 0.0,
        sum(grade > 0 for grade in grades) / wanted if wanted else 0.0,
        1 / first if first else 0.0,
        float(first == 1),
    )


def _check_text(question: Mapping[str, Any]) -> str:
    text = question["query"]
    if not isinstance(text, str) or not text.strip():
        raise ValueError(f"{question['id']} の query が文ではありません")
    return text


def _resolve(unit: str, units: Mapping[str, str], base_iri: str) -> str:
    iri = units.get(unit, unit)
    if iri.startswith(("http://", "https://")):
        return iri
    if unit not in units:
        raise ValueError(f"units に {unit} がありません")
    return f"{base_iri}id/{quote(iri, safe='/%~')}"
