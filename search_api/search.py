"""Questions → ranked units of a snapshot, with the passages that answer them."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np

from graph.snapshot import Snapshot
from ontology.errors import KeikakuError
from search_api import embedded_model
from search_api.departments import Departments
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.filters import FIELDS, FacetCounter, UnitIndex
from search_api.hints import Hint, give_hint
from search_api.index import SearchIndex, read_settings
from search_api.matches import choose_passages, make_matches, municipality_json, unit_json
from search_api.owners import OwnersResponse, find_owners
from search_api.query import Condition, Question, understand
from search_api.question_names import Names
from search_api.reasons import find_reasons
from search_api.scoring import WEIGHTS, Scores, score_units
from search_api.units import Unit

# Below this evidence no unit answers and the result is empty (docs/model.md: how it was measured).
FOUND = 1.1
# The scale of another model than the embedded one is not known: it has to be clearer, but words that stand there are enough.
FOUND_BY_OTHER_MODELS = 2.0
# Units that follow an answer may have this much less evidence …
LESS = 2.0
# … on the first page: a question that is answered well needs no long tail.
FIRST_PAGE = 10
# Prose has to answer for itself.
PROSE_SHARE = 0.6
# Without sentence models there is only the share of the question that the words of one passage cover; to them one character says nothing.
FOUND_BY_WORDS = 0.4
# Initiatives and prose come after the measures unless they fit better by this many standard deviations.
PENALTIES = {"Initiative": 4.5, "Passage": 4.5}
# An initiative of which only the name is printed tells nothing more: the measure that speaks of it is the better answer.
BARE_NAME_PENALTY = 6.0
MAX_LIMIT = 100


class SearchRequestError(KeikakuError):
    """A search asks for what cannot be: ``field`` names the parameter. HTTP 400."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """A search. Filters take names or IRIs (municipality: also codes); None leaves them open. Raises SearchRequestError by field.

    ``ignore`` names readings of the question that do not apply (``fiscal_year:2024``); 昨年度 is read as of ``today``. ``kinds`` are the
    types of units to search, all where empty.
    """

    query: str
    limit: int = 10
    offset: int = 0
    mode: str = "hybrid"
    municipality: str | None = None
    plan: str | None = None
    department: str | None = None
    fiscal_year: int | None = None
    framework: str | None = None
    ignore: tuple[str, ...] = ()
    today: date | None = None
    kinds: tuple[str, ...] = ()

    @property
    def filters(self) -> dict[str, str | int]:
        """The filters in use, by name."""
        return {name: value for name in FIELDS if (value := getattr(self, name)) is not None}

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
    """The answer; ``to_json`` gives the shape of the contract, with ``hint`` (Japanese) and words to ``try`` when ``results`` is empty.

    ``ranking`` are the numbers of all units that answer, best first.
    """

    request: SearchRequest
    question: Question
    total: int
    results: tuple[Mapping[str, Any], ...]
    facets: Mapping[str, list[dict[str, Any]]]
    took_ms: float
    asked: Asked = field(repr=False)
    ranking: tuple[int, ...] = field(repr=False)
    hint: Hint | None = None

    def to_json(self) -> dict[str, Any]:
        """Contract, section 5."""
        answer = {
            "query": self.request.query,
            "mode": self.request.mode,
            "total": self.total,
            "took_ms": self.took_ms,
            "understood": self.question.to_json()
            | {"corrections": [asdict(correction) for correction in self.asked.scores.terms.corrections]},
            "results": list(self.results),
            "facets": dict(self.facets),
        }
        return answer | ({"hint": self.hint.text, "try": list(self.hint.attempts)} if self.hint else {})


@dataclass(frozen=True, slots=True)
class Asked:
    """A question, the units that its filters allow, the scores of all, and the evidence that an answer needs.

    ``standing`` (units,) is what units are ordered by: their fused score, less for initiatives and prose, more for what the question names.
    """

    question: Question
    allowed: np.ndarray
    scores: Scores
    standing: np.ndarray
    found: float


class SearchEngine:
    """Answers from one index. Safe for several threads at once."""

    def __init__(self, index: SearchIndex) -> None:
        self.index = index
        built_with = [encoder["fingerprint"] for encoder in index.settings["encoders"]]
        # The evidence that an answer needs in this index.
        self.found = FOUND if embedded_model.fingerprint() in built_with else FOUND_BY_OTHER_MODELS
        self._names = Names.of(index.units)
        self._attributes = UnitIndex.of(index.units)
        self._facets = FacetCounter.of(index.units)
        self._iri_ranks = np.argsort(np.argsort(np.array([unit.iri for unit in index.units], dtype=object), kind="stable"))
        self._departments = Departments.of(index.units)
        self._types = np.array([unit.type for unit in index.units], dtype=object)
        self._prose = self._types == "Passage"
        self._owned = np.array([bool(unit.owners) for unit in index.units], dtype=bool)
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
        page = ranking[request.offset : request.offset + request.limit]
        return SearchResponse(
            request=request,
            question=asked.question,
            total=len(ranking),
            results=tuple(self._result(unit, asked, request) for unit in page),
            facets=self._facets.count(_mask(ranking, len(self.index.units))),
            took_ms=_elapsed(started),
            asked=asked,
            ranking=tuple(ranking),
            hint=None if ranking else self._hint(asked, request),
        )

    def owners(self, query: str | SearchRequest) -> OwnersResponse:
        """The departments that own work about ``query``; of a request its filters and ignored readings count, not its paging and mode."""
        started = time.perf_counter()
        request = SearchRequest(query) if isinstance(query, str) else replace(query, mode="hybrid")
        asked = self._ask(request)
        ranking = self._order(asked, self._answering(asked) & ~self._prose & self._owned)
        departments = find_owners(
            self.index,
            asked.scores,
            asked.question,
            ranking,
            allowed=asked.allowed & ~self._prose,
            departments=self._departments,
            passages_of=self._passages_of,
        )
        hint = None if departments else self._hint(asked, request).text
        return OwnersResponse(request.query, tuple(departments), _elapsed(started), hint)

    def rank_units(self, query: str, mode: str = "hybrid") -> list[str]:
        """IRIs of the measures and initiatives that answer ``query``, best first, or of the prose where only that does."""
        asked = self._ask(SearchRequest(query, mode=mode))
        ranking = self._rank(asked, mode)
        return [self.index.units[unit].iri for unit in [unit for unit in ranking if not self._prose[unit]] or ranking]

    def _ask(self, request: SearchRequest) -> Asked:
        question = understand(request.query, self._names, today=request.today, ignored=request.ignore).overridden(request.filters)
        allowed = self._allow(request, question)
        scores = score_units(self.index, question.topic, request.mode, self._populations(allowed, question))
        standing = scores.fused - self._penalties + self._attributes.bonus(question)
        return Asked(question, allowed, scores, standing, self.found)

    def _allow(self, request: SearchRequest, question: Question) -> np.ndarray:
        """The units that the filters, and what the question names as such, leave."""
        if question.unknown_municipality and not request.municipality:
            return np.zeros(len(self.index.units), dtype=bool)
        allowed = np.ones(len(self.index.units), dtype=bool)
        for name in FIELDS:
            if wanted := question.narrowed_to(name):
                allowed &= self._attributes.mask(name, *wanted)
        for name, value in request.filters.items():
            allowed &= self._attributes.mask(name, value)
        return allowed & np.isin(self._types, request.kinds) if request.kinds else allowed

    def _populations(self, allowed: np.ndarray, question: Question) -> list[np.ndarray]:
        if len(question.municipalities) < 2:
            return [allowed]
        return [allowed & (self._municipality_of == name) for name in question.municipalities]

    def _rank(self, asked: Asked, mode: str) -> list[int]:
        """Unit numbers, best first, ties by IRI; empty where nothing answers."""
        scores = asked.scores
        if mode == "keyword":
            return self._order(asked, asked.allowed & (scores.keywords > 0))
        kept = self._answering(asked)
        if asked.question.asks_for_all:
            return self._order(asked, kept)
        best = float(scores.evidence[kept].max(initial=0.0))
        kept = kept & ~(self._prose & (scores.evidence < PROSE_SHARE * best))
        if not self.index.encoders or scores.terms.is_character:
            return self._order(asked, kept)
        units = np.array(self._order(asked, kept & self._leads(asked, kept)), dtype=np.int64)
        prose, answers = self._prose[units], scores.evidence[units] >= self.found
        if not (answers & ~prose).any():  # only prose answers: measures that may be related come after it
            units, answers = (np.concatenate([row[prose], row[~prose]]) for row in (units, answers))
        return units[answers | (np.arange(len(units)) < FIRST_PAGE)].tolist()

    def _leads(self, asked: Asked, kept: np.ndarray) -> np.ndarray:
        """The units that answer, and those of ``kept`` that could stand on the first page: of a large index most need no order."""
        standing = asked.standing[kept].round(9)
        if len(standing) <= FIRST_PAGE:
            return kept
        last = -np.partition(-standing, FIRST_PAGE - 1)[FIRST_PAGE - 1]
        return (asked.scores.evidence >= self.found) | (asked.standing.round(9) >= last)

    def _answering(self, asked: Asked) -> np.ndarray:
        """The units with evidence that they speak of the question at all; none where not one has enough."""
        evidence, allowed = asked.scores.evidence, asked.allowed
        if asked.question.asks_for_all:
            return allowed & ~self._prose
        if not self.index.encoders or asked.scores.terms.is_character:
            return allowed & (asked.scores.coverage >= FOUND_BY_WORDS)
        answers = allowed & (evidence >= self.found)
        return answers | (allowed & ~self._prose & (evidence >= self.found - LESS)) if answers.any() else answers

    def _order(self, asked: Asked, kept: np.ndarray) -> list[int]:
        units = np.flatnonzero(kept)
        return units[np.lexsort((self._iri_ranks[units], -asked.standing[units].round(9)))].tolist()

    def _result(self, number: int, asked: Asked, request: SearchRequest) -> dict[str, Any]:
        unit, question, scores = self.index.units[number], asked.question, asked.scores
        years = question.fiscal_years or ((request.fiscal_year,) if request.fiscal_year else ())
        prefer = ("indicator", "effect") if question.intent == "figure" else ()
        rows = choose_passages(self.index, scores, self._passages_of[number], fiscal_years=years, prefer=prefer)
        matches = make_matches(self.index, rows, scores.terms.words, scores.terms.topic)
        semantic_rank = _rank_of(number, scores.semantic) if self.index.encoders and request.mode != "keyword" else None
        reasons = find_reasons(
            number, unit.title, matches, question=question, scores=scores, attributes=self._attributes,
            filters=request.filters.items(), semantic_rank=semantic_rank,
        )  # fmt: skip
        return unit_json(unit) | {
            "municipality": municipality_json(unit),
            "departments": [{"iri": o.iri, "name": o.name, "role": o.role} for o in unit.owners],
            "score": round(1 / (1 + math.exp(1.5 - float(asked.standing[number]))), 4),
            "matches": [match.to_json() for match in matches],
            "explain": {
                "keyword_rank": _rank_of(number, scores.keywords) if scores.keywords[number] > 0 else None,
                "semantic_rank": semantic_rank,
                "evidence": round(float(scores.evidence[number]), 2),
                "reasons": [reason.to_json() for reason in reasons],
            },
        }

    def _hint(self, asked: Asked, request: SearchRequest) -> Hint:
        filters = [Condition(name, value, 0, 0, "filter") for name, value in request.filters.items()]
        anywhere = replace(asked, allowed=np.ones_like(asked.allowed))
        elsewhere = (asked.scores.keywords > 0 if request.mode == "keyword" else self._answering(anywhere)).any()
        return give_hint(
            asked.question, self.index, self._names.municipalities, filters, any_left=bool(asked.allowed.any()), elsewhere=bool(elsewhere)
        )


def _mask(units: Sequence[int], count: int) -> np.ndarray:
    mask = np.zeros(count, dtype=bool)
    mask[list(units)] = True
    return mask


def _penalty(unit: Unit) -> float:
    bare = unit.type == "Initiative" and not unit.owners and all(field.kind == "title" for field in unit.fields)
    return BARE_NAME_PENALTY if bare else PENALTIES.get(unit.type, 0.0)


def _rank_of(number: int, scores: np.ndarray) -> int:
    return int(np.count_nonzero(scores > scores[number])) + 1


def _elapsed(started: float) -> float:
    return round((time.perf_counter() - started) * 1000, 1)
