"""Every unit scored for one question: by its words, by the meaning of its sentences and words, by the concepts that the question means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from search_api.concepts import Recalled
from search_api.fusion import best_per_group, blend, fuse
from search_api.index import SearchIndex
from search_api.question_terms import QuestionTerms, read_terms
from search_api.text_analysis import analyse
from search_api.vector_index import FLAT_LIMIT
from search_api.word_vectors import mean_vector

# How many passages a vector index is asked for. Units that are not among them score as the last of them.
CANDIDATES = 2000

# Chosen on the development queries, confirmed on two collections of other municipalities (docs/model.md). In a hybrid search the words
# count in proportion to how much of the question they cover at best: a paraphrase shares only its small change with the plans. Concepts of
# the thesaurus count the more the less the words cover.
WEIGHTS = {
    "hybrid": {"encoder-0": 0.5, "encoder-1": 0.1, "words": 0.1, "keywords": 0.45, "concept-meaning": 0.2, "concept-words": 0.1},
    "semantic": {"encoder-0": 0.5, "encoder-1": 0.1, "words": 0.1, "concept-meaning": 0.2, "concept-words": 0.1},
    "keyword": {"keywords": 1.0},
}
CONCEPT_WEIGHTS = ("concept-meaning", "concept-words")
# How much concepts still count where words cover the whole question.
CONCEPT_FLOOR = 0.2
CONCEPT_LABELS = 4

# Evidence that a unit speaks of the question at all: how far its best passage stands above what meaningless questions reach in this
# index (in their standard deviations), and how much of the nouns asked for it has as they were typed. Whatever a model makes of a bare
# abbreviation, words that stand there are evidence enough: meaning takes at most LEAST_MEANING away.
EVIDENCE = {"encoder-0": 1.0, "words": 0.5, "concept-meaning": 0.5}
EXACT_EVIDENCE = 2.6
LEAST_MEANING = -0.5
# Scorers of meaning, which give every passage some score: what questions without an answer reach is measured for each index.
MEANING = {"encoder-0", "encoder-1", "words", "concept-meaning"}


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
    concepts: tuple[Recalled, ...] = ()


def score_units(index: SearchIndex, topic: str, mode: str, populations: Sequence[np.ndarray]) -> Scores:
    """Score all units for ``topic``.

    ``populations`` are masks of units within which scores are standardised: one for a plain question, one a municipality where several
    are compared, so that the best of each stands out. Mean and deviation are those of the measures, which the rest outnumbers. Units outside
    of all have −inf.
    """
    neighbourhood = index.words.neighbourhood if index.words else None
    thesaurus = index.concepts.thesaurus if index.concepts else None
    terms = read_terms(topic, index.keywords, neighbourhood, index.lexicon, thesaurus)
    by_passage, concepts = score_passages(index, terms)
    count = len(index.units)
    floors = {name: 0.0 if name in ("keywords", "concept-words") else float(scores.min(initial=0.0)) for name, scores in by_passage.items()}
    by_unit = {name: best_per_group(scores, index.unit_of, count, floor=floors[name]) for name, scores in by_passage.items()}
    passage_coverage = index.keywords.coverage(terms.groups)
    coverage = best_per_group(passage_coverage, index.unit_of, count, floor=0.0)
    weights = _weigh(WEIGHTS[mode], by_unit, float(coverage.max(initial=0.0)))
    semantic_weights = _weigh(WEIGHTS["semantic"], by_unit, 0.0)
    return Scores(
        terms=terms,
        fused=_fuse_within(by_unit, weights, populations, index.measures),
        evidence=_weigh_evidence(index, terms, by_unit),
        keywords=by_unit["keywords"],
        semantic=_fuse_within(by_unit, semantic_weights, populations, index.measures),
        coverage=coverage,
        passages=_compare_passages(by_passage, weights),
        passage_coverage=passage_coverage,
        concepts=concepts,
    )


def _weigh(weights: Mapping[str, float], scored: Collection[str], covered: float) -> dict[str, float]:
    """The weights for a question of which the words of some passage cover this share."""
    chosen = {name: weight for name, weight in weights.items() if name in scored}
    if len(weights) > 1 and "keywords" in chosen:
        chosen["keywords"] *= covered
    return {name: weight * (1 + CONCEPT_FLOOR - covered) if name in CONCEPT_WEIGHTS else weight for name, weight in chosen.items()}


def language_of(topic: str) -> str:
    """``en`` where the topic has no Japanese character, else ``ja``."""
    return "en" if topic.isascii() else "ja"


def score_passages(index: SearchIndex, terms: QuestionTerms) -> tuple[dict[str, np.ndarray], tuple[Recalled, ...]]:
    """Every passage by each scorer, as it scores, and the concepts that the question means."""
    scores = {"keywords": index.keywords.scores(terms.weights)}
    recalled: tuple[Recalled, ...] = ()
    for number, encoder in enumerate(index.encoders):
        questions = encoder.encode_queries([terms.topic, *terms.rephrased])
        scores[f"encoder-{number}"] = _nearest(index, number, questions)
        if number == 0 and index.concepts is not None and (recalled := index.concepts.recall(questions[0])):
            scores["concept-meaning"] = _nearest(index, 0, index.concepts.direction(recalled)[None])
            scores["concept-words"] = index.keywords.scores(_concept_terms(recalled))
    if index.words is not None:
        weights = index.keywords.weigh(token.term for token in analyse(terms.topic) if not token.is_pair)
        scores["words"] = _compare_means(index.words.means, mean_vector(index.words.vectors, weights), scores)
    return scores, recalled


def _compare_means(means: np.ndarray, question: np.ndarray, scores: Mapping[str, np.ndarray]) -> np.ndarray:
    """The inner product of each row of ``means`` with ``question``. In a large index only of the passages that the main sentence model found;
    the others have the lowest of these, as they have with that model. Reading all rows would take longer than all the rest.
    """
    if len(means) <= FLAT_LIMIT:
        return means @ question
    near = np.flatnonzero(scores["encoder-0"] > scores["encoder-0"].min())
    products = means[near] @ question
    compared = np.full(len(means), products.min(initial=np.inf) if len(near) else 0.0, dtype=np.float32)
    compared[near] = products
    return compared


def _nearest(index: SearchIndex, number: int, questions: np.ndarray) -> np.ndarray:
    """The highest inner product of each passage with ``questions`` (n, dimension); the lowest found for those that no index gave."""
    found = [index.vectors[number].search(question, top_k=CANDIDATES) for question in questions]
    lowest = min((float(near.min()) for _, near in found if len(near)), default=0.0)
    best = np.full(len(index.passages), lowest, dtype=np.float32)
    for rows, near in found:
        places = index.vector_rows[rows]
        best[places] = np.maximum(best[places], near)
    return best


def _concept_terms(recalled: Sequence[Recalled]) -> dict[str, float]:
    """What plans write about the concepts, weighted: the first labels of each, since the later ones are the rarer."""
    weights: dict[str, float] = {}
    for concept in recalled:
        for label in concept.concept.plans[:CONCEPT_LABELS]:
            for token in analyse(label):
                if not token.is_pair:
                    weights[token.term] = max(weights.get(token.term, 0.0), concept.weight)
    return weights


def _fuse_within(by_unit, weights, populations, measures: np.ndarray) -> np.ndarray:
    fused = np.full(len(measures), -np.inf)
    names = list(weights)
    for population in populations:
        sample = population & measures if (population & measures).any() else population
        fused[population] = fuse([by_unit[name] for name in names], [weights[name] for name in names], sample)[population]
    return fused


def _weigh_evidence(index: SearchIndex, terms: QuestionTerms, by_unit: Mapping[str, np.ndarray]) -> np.ndarray:
    count = len(index.units)
    typed = [(weight, {term: 1.0 for term, strength in group.items() if strength >= 1.0}) for weight, group in terms.core]
    exact = best_per_group(index.keywords.coverage(typed), index.unit_of, count, floor=0.0)
    background = index.background[language_of(terms.topic)]
    meaning = np.zeros(count)
    for name, weight in EVIDENCE.items():
        if name in background and name in by_unit:
            mean, deviation = background[name]
            above = (by_unit[name] - mean) / deviation
            meaning += weight * (np.maximum(above, 0.0) if name == "words" else above)
    return EXACT_EVIDENCE * exact + np.maximum(meaning, LEAST_MEANING)


def _compare_passages(by_passage, weights) -> np.ndarray:
    """One score a passage, to choose what is shown of a unit."""
    return blend([by_passage[name] for name in weights], list(weights.values())) if weights else by_passage["keywords"]
