"""Every unit scored for one question: by its words, by the meaning of its sentences and words, by the concepts that the question means."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from search_api.concepts import Recalled
from search_api.fusion import add, blend, standardise
from search_api.index import SearchIndex
from search_api.keyword_index import shared_words
from search_api.question_terms import QuestionTerms, label_terms, read_terms
from search_api.text_analysis import analyse_words
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
# So much evidence leaves no doubt that a unit speaks of the question.
CLEAR_EVIDENCE = 4.0
# Shares of thirds add up to a little less than 1.
WHOLE = 0.999
# Scorers of meaning, which give every passage some score: what questions without an answer reach is measured for each index.
MEANING = {"encoder-0", "encoder-1", "words", "concept-meaning"}


# The main model runs beside the other scorers: while it computes, it leaves the interpreter to them.
_BESIDE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="encoder")


@dataclass(frozen=True)
class Scores:
    """Arrays over units. ``fused`` ranks; ``evidence`` tells whether a unit answers at all.

    ``keywords`` is 0 where no word matches; ``coverage`` is the share (0 to 1) of the question that one passage covers by its words.
    ``semantic`` is all 0 where the mode of the search asks no model. ``by_passage`` is what each scorer gives the passages, ``weights`` what it
    counts.
    """

    terms: QuestionTerms
    fused: np.ndarray
    evidence: np.ndarray
    keywords: np.ndarray
    semantic: np.ndarray
    coverage: np.ndarray
    by_passage: Mapping[str, np.ndarray] = field(repr=False)
    weights: Mapping[str, float] = field(repr=False)
    concepts: tuple[Recalled, ...] = ()

    @cached_property
    def passages(self) -> np.ndarray:
        """One score a passage, to choose what is shown of a unit."""
        if not self.weights:
            return self.by_passage["keywords"]
        return blend([self.by_passage[name] for name in self.weights], list(self.weights.values()))


def score_units(index: SearchIndex, topic: str, mode: str, populations: Sequence[np.ndarray]) -> Scores:
    """Score all units for ``topic``.

    ``populations`` are masks of units within which scores are standardised: one for a plain question, one a municipality where several
    are compared, so that the best of each stands out. Mean and deviation are those of the measures, which the rest outnumbers. Units outside
    of all have −inf.
    """
    neighbourhood = index.words.neighbourhood if index.words else None
    thesaurus = index.concepts.thesaurus if index.concepts else None
    terms = read_terms(topic, index.keywords, neighbourhood, index.lexicon, thesaurus)
    by_passage, concepts = score_passages(index, terms, by_words_alone=mode == "keyword")
    floors = {name: 0.0 if name in ("keywords", "concept-words") else float(scores.min(initial=0.0)) for name, scores in by_passage.items()}
    by_unit = {name: index.passages_of.best(scores, floor=floors[name]) for name, scores in by_passage.items()}
    coverage = index.passages_of.best(index.keywords.coverage(terms.groups), floor=0.0)
    weights = _weigh(WEIGHTS[mode], by_unit, float(coverage.max(initial=0.0)))
    fused, semantic = _fuse_within(by_unit, (weights, _weigh(WEIGHTS["semantic"], by_unit, 0.0)), populations, index.measures)
    return Scores(
        terms=terms,
        fused=fused,
        evidence=_weigh_evidence(index, terms, by_unit),
        keywords=by_unit["keywords"],
        semantic=semantic,
        coverage=coverage,
        by_passage=by_passage,
        weights=weights,
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


def score_passages(
    index: SearchIndex, terms: QuestionTerms, *, by_words_alone: bool = False
) -> tuple[dict[str, np.ndarray], tuple[Recalled, ...]]:
    """Every passage by each scorer, as it scores, and the concepts that the question means; ``by_words_alone`` no model is asked."""
    if by_words_alone or not index.encoders:
        return {"keywords": index.keywords.scores(terms.weights)}, ()
    asked = [terms.topic, *terms.rephrased]
    first, *others = index.encoders
    encoding = _BESIDE.submit(first.encode_queries, asked)
    scores = {f"encoder-{number}": _nearest(index, number, other.encode_queries(asked)) for number, other in enumerate(others, 1)}
    scores["keywords"] = index.keywords.scores(terms.weights)
    words = [token.term for token in analyse_words(terms.topic)]
    questions = encoding.result()
    scores["encoder-0"] = _nearest(index, 0, questions)
    recalled = index.concepts.recall(questions[0], words) if index.concepts is not None else ()
    if recalled:
        scores["concept-meaning"] = _nearest(index, 0, index.concepts.direction(recalled)[None])
        scores["concept-words"] = index.keywords.scores(_concept_terms(recalled))
    if index.words is not None:
        scores["words"] = _compare_means(index.words.means, mean_vector(index.words.vectors, index.keywords.weigh(words)), scores)
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
            for term in label_terms(label):
                weights[term] = max(weights.get(term, 0.0), concept.weight)
    return weights


def _fuse_within(
    by_unit: Mapping[str, np.ndarray], weightings: Sequence[Mapping[str, float]], populations: Sequence[np.ndarray], measures: np.ndarray
) -> list[np.ndarray]:
    """The fused scores by each of ``weightings``, which share the standardised ones."""
    fused = [np.full(len(measures), -np.inf) for _ in weightings]
    for population in populations:
        sample = np.flatnonzero(population & measures if (population & measures).any() else population)
        standard = {name: standardise(by_unit[name], sample) for name in dict.fromkeys(name for weights in weightings for name in weights)}
        for number, weights in enumerate(weightings):
            total = add([standard[name] for name in weights], list(weights.values()), len(measures))
            fused[number] = np.where(population, total, fused[number])
    return fused


def _weigh_evidence(index: SearchIndex, terms: QuestionTerms, by_unit: Mapping[str, np.ndarray]) -> np.ndarray:
    count = len(index.units)
    exact = index.passages_of.best(_share_typed(index, terms), floor=0.0)
    background = index.background[language_of(terms.topic)]
    meaning = np.zeros(count)
    for name, weight in EVIDENCE.items():
        if name in background and name in by_unit:
            mean, deviation = background[name]
            above = (by_unit[name] - mean) / deviation
            meaning += weight * (np.maximum(above, 0.0) if name == "words" else above)
    return EXACT_EVIDENCE * exact + np.maximum(meaning, LEAST_MEANING)


def _share_typed(index: SearchIndex, terms: QuestionTerms) -> np.ndarray:
    """How much of the nouns asked for each passage has as they were typed, 0 to 1; of a wording of several words all or nothing."""
    share = np.zeros(len(index.passages), dtype=np.float32)
    for weight, group in terms.core:
        shared = shared_words(group)
        typed = {term: strength for term, strength in group.items() if strength >= 1.0 or term in shared}
        share += np.float32(weight) * (index.keywords.coverage([(1.0, typed)]) >= WHOLE)
    return share / max(sum(weight for weight, _ in terms.core), 1e-6)
