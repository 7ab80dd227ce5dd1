"""How well the search answers graded questions: nDCG@10, recall@10, MRR@10, success@1, by type of question.

A file of questions is a JSON list of ``{"id", "query", "type", "relevant": {unit: grade}}``, or an object with that list as ``queries``
and ``units``: names of units → IRIs (whole, or what follows ``{base}id/``). Without ``units`` the keys of ``relevant`` are IRIs. A question
with nothing relevant wants an empty answer.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ontology.errors import SettingsError

DEPTH = 10


@dataclass(frozen=True, slots=True)
class GradedQuestion:
    """``relevant`` maps the IRI of a unit to its grade (1 related, 2 answers)."""

    id: str
    text: str
    type: str
    relevant: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over ``count`` questions, each 0 to 1."""

    count: int
    ndcg: float
    recall: float
    mrr: float
    success: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """``by_type`` has the types in the order of the file. ``silent`` of ``unanswerable`` questions got the empty answer they want."""

    overall: Figures
    by_type: Mapping[str, Figures]
    unanswerable: int
    silent: int

    def to_json(self) -> dict[str, Any]:
        """Names as they are usual in the field."""
        names = {"count": "n", "ndcg": "nDCG@10", "recall": "recall@10", "mrr": "MRR@10", "success": "success@1"}

        def row(figures: Figures) -> dict[str, Any]:
            return {names[f.name]: round(getattr(figures, f.name), 4) for f in fields(figures)}

        return {
            "overall": row(self.overall),
            "by_type": {kind: row(figures) for kind, figures in self.by_type.items()},
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
            GradedQuestion(q["id"], q["query"], q["type"], {_resolve(unit, units, base_iri): int(g) for unit, g in q["relevant"].items()})
            for q in queries
        ]
    except OSError as error:
        raise SettingsError(f"{error.filename}: 読めません（{error.strerror}）") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise SettingsError(
            f"{path}: 問いのファイルではありません（{error}）。id、query、type、relevant を持つ問いの一覧か、queries と units を持つ JSON にしてください"
        ) from error


def evaluate(questions: Sequence[GradedQuestion], ask: Callable[[str], Sequence[str]]) -> Evaluation:
    """Ask each question and compare. ``ask`` gives the IRIs of the answer, best first; only those of graded kinds should be among them."""
    figures: dict[str, list[tuple[float, float, float, float]]] = {}
    unanswerable = silent = 0
    for question in questions:
        ranking = list(dict.fromkeys(ask(question.text)))
        if not question.relevant:
            unanswerable += 1
            silent += not ranking
            continue
        figures.setdefault(question.type, []).append(_measure(question.relevant, ranking))
    everything = [row for rows in figures.values() for row in rows]
    return Evaluation(_mean(everything), {kind: _mean(rows) for kind, rows in figures.items()}, unanswerable, silent)


def discounted_gain(grades: Sequence[int]) -> float:
    """DCG with gain 2^grade − 1 and discount log2(rank + 1) (Burges et al. 2005)."""
    return sum((2**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def _measure(relevant: Mapping[str, int], ranking: Sequence[str]) -> tuple[float, float, float, float]:
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


def _mean(rows: Sequence[tuple[float, float, float, float]]) -> Figures:
    means = [sum(column) / len(rows) for column in zip(*rows, strict=True)] if rows else [0.0] * 4
    return Figures(len(rows), *means)


def _resolve(unit: str, units: Mapping[str, str], base_iri: str) -> str:
    iri = units.get(unit, unit)
    if iri.startswith(("http://", "https://")):
        return iri
    if unit not in units:
        raise ValueError(f"units に {unit} がありません")
    return f"{base_iri}id/{quote(iri, safe='/%~')}"
