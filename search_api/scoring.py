"""Every unit scored for one question: by its words, by the meaning of its sentences, by the meaning of its words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from search_api.fusion import best_per_group, fuse
from search_api.index import SearchIndex
from search_api.question_terms import QuestionTerms, read_terms
from search_api.text_analysis import analyse
from search_api.word_vectors import mean_vector

# How many passages a vector index is asked for. Units that are not among them score as the last of them.
CANDIDATES = 2000

# Chosen on the development queries, confirmed on two collections of other municipalities (docs/model.md). In a hybrid search the words
# count in proportion to how much of the question they cover at best: a paraphrase shares only its small change with the plans.
WEIGHTS = {
    "hybrid": {"encoder-0": 0.3, "encoder-1": 0.25, "words": 0.15, "keywords": 0.4},
    "semantic": {"encoder-0": 0.5, "encoder-1": 0.3, "words": 0.2},
    "keyword": {"keywords": 1.0},
}

# Evidence that a unit speaks of the question at all: how far its best passage stands above what meaningless questions reach in this
# index (in their standard deviations), and how much of the question its words cover.
EVIDENCE = {"ja": {"encoder-0": 1.0, "words": 0.5}, "en": {"encoder-0": 0.5, "encoder-1": 0.5}}
COVERAGE_EVIDENCE = 3.0


@dataclass(frozen=True, slots=True)
class Scores:
    """Arrays over units, except ``passages`` over passages. ``fused`` ranks; ``evidence`` tells whether a unit answers at all.

    ``keywords`` is 0 where no word matches; ``coverage`` is the share (0 to 1) of the question that one passage covers by its words.
    """

    terms: QuestionTerms
    fused: np.ndarray
    evidence: np.ndarray
    keywords: np.ndarray
    semantic: np.ndarray
    coverage: np.ndarray
    passages: np.ndarray
    passage_coverage: np.ndarray = field(repr=False)


def score_units(index: SearchIndex, topic: str, mode: str, populations: Sequence[np.ndarray]) -> Scores:
    """Score all units for ``topic``.

    ``populations`` are masks of units within which scores are standardised: one for a plain question, one a municipality where several
    are compared, so that the best of each stands out. Mean and deviation are those of the measures, which the rest outnumbers. Units outside
    of all have −inf.
    """
    neighbourhood = index.words.neighbourhood if index.words else None
    terms = read_terms(topic, index.keywords, neighbourhood, index.lexicon)
    by_passage = _score_passages(index, terms.topic, terms)
    count = len(index.units)
    floors = {name: 0.0 if name == "keywords" else float(scores.min(initial=0.0)) for name, scores in by_passage.items()}
    by_unit = {name: best_per_group(scores, index.unit_of, count, floor=floors[name]) for name, scores in by_passage.items()}
    passage_coverage = index.keywords.coverage(terms.groups)
    coverage = best_per_group(passage_coverage, index.unit_of, count, floor=0.0)
    weights = {name: weight for name, weight in WEIGHTS[mode].items() if name in by_unit}
    if mode == "hybrid":
        weights["keywords"] *= float(coverage.max(initial=0.0))
    semantic_weights = {name: weight for name, weight in WEIGHTS["semantic"].items() if name in by_unit}
    return Scores(
        terms=terms,
        fused=_fuse_within(by_unit, weights, populations, index.measures),
        evidence=_weigh_evidence(index, terms.topic, by_unit, coverage),
        keywords=by_unit["keywords"],
        semantic=_fuse_within(by_unit, semantic_weights, populations, index.measures),
        coverage=coverage,
        passages=_compare_passages(by_passage, weights),
        passage_coverage=passage_coverage,
    )


def language_of(topic: str) -> str:
    """``en`` where the topic has no Japanese character, else ``ja``."""
    return "en" if topic.isascii() else "ja"


def _score_passages(index: SearchIndex, topic: str, terms: QuestionTerms) -> dict[str, np.ndarray]:
    scores = {"keywords": index.keywords.scores(terms.weights)}
    for number, (encoder, vectors) in enumerate(zip(index.encoders, index.vectors, strict=True)):
        best = np.full(len(index.passages), np.nan, dtype=np.float32)
        for query in encoder.encode_queries([topic, *terms.rephrased]):
            rows, found = vectors.search(query, top_k=CANDIDATES)
            places = index.vector_rows[rows]
            best[places] = np.fmax(best[places], found)
        scores[f"encoder-{number}"] = np.nan_to_num(best, nan=float(np.nanmin(best)) if not np.isnan(best).all() else 0.0)
    if index.words is not None:
        weights = index.keywords.weigh(token.term for token in analyse(topic) if not token.is_pair)
        scores["words"] = index.words.means @ mean_vector(index.words.vectors, weights)
    return scores


def _fuse_within(by_unit, weights, populations, measures: np.ndarray) -> np.ndarray:
    fused = np.full(len(measures), -np.inf)
    names = list(weights)
    for population in populations:
        sample = population & measures if (population & measures).any() else population
        fused[population] = fuse([by_unit[name] for name in names], [weights[name] for name in names], sample)[population]
    return fused


def _weigh_evidence(index: SearchIndex, topic: str, by_unit, coverage: np.ndarray) -> np.ndarray:
    language = language_of(topic)
    background = index.background[language]
    meaning = np.zeros(len(coverage))
    for name, weight in EVIDENCE[language].items():
        if name in background and name in by_unit:
            mean, deviation = background[name]
            meaning += weight * (by_unit[name] - mean) / deviation
    # Words that cover the whole question are evidence enough, whatever a model makes of a bare abbreviation.
    return COVERAGE_EVIDENCE * coverage + np.maximum(meaning, 0.0)


def _compare_passages(by_passage, weights) -> np.ndarray:
    """One score a passage, to choose what is shown of a unit."""
    return fuse([by_passage[name] for name in weights], list(weights.values())) if weights else by_passage["keywords"]
