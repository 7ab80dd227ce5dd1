"""Questions → ranked units of a snapshot, with the passages that answer them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from ontology.errors import KeikakuError
from search_api import embedded_model
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.filters import FILTERS, count_facets
from search_api.index import SearchIndex, read_settings
from search_api.matches import choose_passages, make_matches, municipality_json, unit_json
from search_api.owners import Departments, OwnersResponse, find_owners
from search_api.query import Question, understand
from search_api.scoring import WEIGHTS, Scores, language_of, score_units
from search_api.units import Unit

# Below FOUND no unit answers and the result is empty; units that follow an answer need only KEPT (docs/model.md: how they were measured).
FOUND = {"ja": 3.0, "en": 0.3}
KEPT = {"ja": 2.2, "en": 0.2}
# … and this share of the best evidence: a question that is answered well needs no long tail.
KEPT_SHARE = 0.3
# Prose has to answer for itself.
PROSE_SHARE = 0.6
# Without sentence models there is only the share of the question that the words of one passage cover.
FOUND_BY_WORDS = 0.4
# Initiatives and prose come after the measures unless they fit better by this many standard deviations.
PENALTIES = {"Initiative": 1.5, "Passage": 2.0}
# An initiative of which only the name is printed tells nothing more: the measure that speaks of it is the better answer.
BARE_NAME_PENALTY = 3.0
DEPARTMENT_BONUS = 1.0
MAX_LIMIT = 100


class SearchRequestError(KeikakuError):
    """A search asks for what cannot be: ``field`` names the parameter. HTTP 400."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search. Filters take names or IRIs (municipality: also codes); None leaves them open. Raises SearchRequestError by field."""

    query: str
    limit: int = 10
    offset: int = 0
    mode: str = "hybrid"
    municipality: str | None = None
    plan: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    framework: str | None = None

    def __post_init__(self) -> None:
        if not self.query.strip():
            raise SearchRequestError("q", "検索する言葉を入れてください（例: 窓口のキャッシュレス決済）")
        if self.mode not in WEIGHTS:
            raise SearchRequestError("mode", f"「{self.mode}」は使えません。hybrid、keyword、semantic のどれかを指定してください")
        if not 1 <= self.limit <= MAX_LIMIT:
            raise SearchRequestError("limit", f"1 から {MAX_LIMIT} までの整数を指定してください")
        if self.offset < 0:
            raise SearchRequestError("offset", "0 以上の整数を指定してください")


@dataclass(frozen=True, slots=True)
class SearchResponse:
    """The answer; ``to_json`` gives the shape of the contract, with ``hint`` (Japanese) when ``results`` is empty."""

    request: SearchRequest
    question: Question
    total: int
    results: tuple[Mapping[str, Any], ...]
    facets: Mapping[str, list[dict[str, Any]]]
    took_ms: float
    hint: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Contract, section 5."""
        question = self.question
        answer = {
            "query": self.request.query,
            "mode": self.request.mode,
            "total": self.total,
            "took_ms": self.took_ms,
            "understood": {
                "municipalities": list(question.municipalities),
                "fiscal_years": list(question.fiscal_years),
                "departments": list(question.departments),
                "intent": question.intent,
            },
            "results": list(self.results),
            "facets": dict(self.facets),
        }
        return answer | ({"hint": self.hint} if self.hint else {})


@dataclass(frozen=True, slots=True)
class _Asked:
    """A question, the units that its filters allow, and the scores of all."""

    question: Question
    allowed: np.ndarray
    scores: Scores


class SearchEngine:
    """Answers from one index. Safe for several threads at once."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        self._municipalities = {unit.municipality[1] for unit in index.units if unit.municipality}
        self._named_units = {owner.name for unit in index.units for owner in unit.owners if owner.role != "collective"}
        self._departments = Departments.of(index.units)
        self._prose = np.array([unit.type == "Passage" for unit in index.units], dtype=bool)
        self._penalties = np.array([_penalty(unit) for unit in index.units])
        self._municipality_of = np.array([unit.municipality[1] if unit.municipality else "" for unit in index.units], dtype=object)
        order = np.argsort(index.unit_of, kind="stable")
        self._passages_of = np.split(order, np.cumsum(np.bincount(index.unit_of, minlength=len(index.units)))[:-1])

    @classmethod
    def open(cls, snapshot: Snapshot, encoders: Sequence[Encoder] | None = None) -> SearchEngine:
        """The engine of a snapshot. Models are those of the settings unless given; none are loaded where the index needs none."""
        directory = snapshot.index_directory
        settings = read_settings(directory)
        chosen = EncoderSettings.from_environment()
        if encoders is None:
            encoders = load_encoders(chosen) if settings["encoders"] else ()
        words = embedded_model.open_word_vectors(chosen.model_cache) if settings["word_vectors"] else None
        return cls(SearchIndex.open(directory, encoders, words))

    def search(self, request: SearchRequest) -> SearchResponse:
        """Rank the units that answer ``request``."""
        started = time.perf_counter()
        asked = self._ask(request)
        ranking = self._rank(asked, request.mode)
        standing = self._standing(asked)
        page = ranking[request.offset : request.offset + request.limit]
        return SearchResponse(
            request=request,
            question=asked.question,
            total=len(ranking),
            results=tuple(self._result(unit, float(standing[unit]), asked, request) for unit in page),
            facets=count_facets([self.index.units[unit] for unit in ranking]),
            took_ms=_elapsed(started),
            hint=None if ranking else self._hint(asked),
        )

    def owners(self, query: str) -> OwnersResponse:
        """The departments that own work about ``query``."""
        started = time.perf_counter()
        asked = self._ask(SearchRequest(query))
        ranking = self._order(asked, self._answering(asked) & ~self._prose)
        departments = find_owners(
            self.index, asked.scores, asked.question, ranking, departments=self._departments, passages_of=self._passages_of
        )
        return OwnersResponse(query, tuple(departments), _elapsed(started), None if departments else self._hint(asked))

    def rank_units(self, query: str, mode: str = "hybrid") -> list[str]:
        """IRIs of the measures and initiatives that answer ``query``, best first, or of the prose where only that does."""
        asked = self._ask(SearchRequest(query, mode=mode))
        ranking = self._rank(asked, mode)
        return [self.index.units[unit].iri for unit in [unit for unit in ranking if not self._prose[unit]] or ranking]

    def _ask(self, request: SearchRequest) -> _Asked:
        question = understand(request.query, self._municipalities, self._named_units)
        allowed = self._allow(request, question)
        scores = score_units(self.index, question.topic, request.mode, self._populations(allowed, question))
        return _Asked(question, allowed, scores)

    def _allow(self, request: SearchRequest, question: Question) -> np.ndarray:
        """The units that the filters and the municipalities named in the question leave."""
        if question.unknown_municipality and not request.municipality:
            return np.zeros(len(self.index.units), dtype=bool)
        allowed = np.ones(len(self.index.units), dtype=bool)
        if question.municipalities and not request.municipality:
            allowed &= np.isin(self._municipality_of, question.municipalities)
        for name, test in FILTERS.items():
            if (wanted := getattr(request, name)) is not None:
                allowed &= np.array([test(unit, wanted) for unit in self.index.units], dtype=bool)
        return allowed

    def _populations(self, allowed: np.ndarray, question: Question) -> list[np.ndarray]:
        if len(question.municipalities) < 2:
            return [allowed]
        return [allowed & (self._municipality_of == name) for name in question.municipalities]

    def _rank(self, asked: _Asked, mode: str) -> list[int]:
        """Unit numbers, best first, ties by IRI; empty where nothing answers."""
        scores = asked.scores
        if mode == "keyword":
            return self._order(asked, asked.allowed & (scores.keywords > 0))
        kept = self._answering(asked)
        if asked.question.asks_for_departments:
            return self._order(asked, kept)
        best = float(scores.evidence[kept].max(initial=0.0))
        return self._order(asked, kept & (scores.evidence >= np.where(self._prose, PROSE_SHARE, KEPT_SHARE) * best))

    def _answering(self, asked: _Asked) -> np.ndarray:
        """The units with evidence that they speak of the question at all; none where not one has enough."""
        evidence, allowed = asked.scores.evidence, asked.allowed
        if asked.question.asks_for_departments:
            named = set(asked.question.departments)
            return allowed & np.array([any(owner.name in named for owner in unit.owners) for unit in self.index.units], dtype=bool)
        if not self.index.encoders:
            return allowed & (asked.scores.coverage >= FOUND_BY_WORDS)
        language = language_of(asked.question.topic)
        answers = allowed & (evidence >= FOUND[language])
        return answers | (allowed & ~self._prose & (evidence >= KEPT[language])) if answers.any() else answers

    def _order(self, asked: _Asked, kept: np.ndarray) -> list[int]:
        standing = self._standing(asked)
        return sorted(np.flatnonzero(kept).tolist(), key=lambda unit: (-round(float(standing[unit]), 9), self.index.units[unit].iri))

    def _standing(self, asked: _Asked) -> np.ndarray:
        """What units are ordered by: their fused score, less for initiatives and prose, more where a named department owns them."""
        standing = asked.scores.fused - self._penalties
        if asked.question.departments:
            named = set(asked.question.departments)
            standing = standing + DEPARTMENT_BONUS * np.array([any(o.name in named for o in unit.owners) for unit in self.index.units])
        return standing

    def _result(self, number: int, standing: float, asked: _Asked, request: SearchRequest) -> dict[str, Any]:
        unit, question, scores = self.index.units[number], asked.question, asked.scores
        years = question.fiscal_years or ((request.fiscal_year,) if request.fiscal_year else ())
        prefer = ("indicator", "effect") if question.intent == "figure" else ()
        rows = choose_passages(self.index, scores, self._passages_of[number], fiscal_years=years, prefer=prefer)
        return unit_json(unit) | {
            "municipality": municipality_json(unit),
            "departments": [{"iri": o.iri, "name": o.name, "role": o.role} for o in unit.owners],
            "score": round(1 / (1 + math.exp(1.5 - standing)), 4),
            "matches": [match.to_json() for match in make_matches(self.index, rows, scores.terms.words, question.topic)],
            "explain": {
                "keyword_rank": _rank_of(number, scores.keywords) if scores.keywords[number] > 0 else None,
                "semantic_rank": _rank_of(number, scores.semantic) if self.index.encoders else None,
                "evidence": round(float(scores.evidence[number]), 2),
            },
        }

    def _hint(self, asked: _Asked) -> str:
        if asked.question.unknown_municipality:
            known = "、".join(sorted(self._municipalities))
            return f"{asked.question.unknown_municipality}の計画は取り込まれていません。取り込まれているのは{known}です。"
        if not asked.allowed.any():
            return "絞り込みの条件に合う取組がありません。条件を減らしてみてください。"
        return (
            "この問いに答える取組は計画に見つかりませんでした。別の言い方や、「キャッシュレス」「研修」のような短い言葉で試してください。"
        )


def _penalty(unit: Unit) -> float:
    bare = unit.type == "Initiative" and not unit.owners and all(field.kind == "title" for field in unit.fields)
    return BARE_NAME_PENALTY if bare else PENALTIES.get(unit.type, 0.0)


def _rank_of(number: int, scores: np.ndarray) -> int:
    return int((scores > scores[number]).sum()) + 1


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
