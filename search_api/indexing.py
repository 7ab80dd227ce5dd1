"""Graph → search index (step of ``keikaku ingest``)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from graph.store import GraphStore
from search_api import embedded_model
from search_api.completion_index import CompletionIndex
from search_api.completions import collect_completions
from search_api.concepts import ConceptMemory
from search_api.embedding_cache import encode_with_cache
from search_api.encoder import Encoder
from search_api.fusion import Groups
from search_api.index import FORMAT, SearchIndex, Words, mark_measures, number_units
from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.passages import cut_passages, has_meaning
from search_api.progress import Progress, silent
from search_api.question_terms import read_terms
from search_api.scoring import MEANING, language_of, score_passages
from search_api.text_analysis import Token, read_text
from search_api.thesaurus import Thesaurus, read_thesaurus
from search_api.topic_index import TopicIndex
from search_api.unit_reader import read_units
from search_api.units import Unit
from search_api.vector_index import FaissIndex
from search_api.word_vectors import Neighbourhood, mean_vector

_BACKGROUND = Path(__file__).with_name("background_questions.txt")
# Raised whenever passages, analysis or scores change in a way that an index built before does not know.
SCHEME = 2


def build_index(
    store: GraphStore,
    directory: Path,
    *,
    encoders: Sequence[Encoder] = (),
    thesaurus: Thesaurus | None = None,
    cache_dir: Path,
    progress: Progress = silent,
) -> dict[str, Any]:
    """Write the index of all that ``store`` holds into ``directory`` and return its settings for the manifest.

    Without encoders the index answers by words alone. Vectors of texts seen before come from ``cache_dir``.
    """
    progress("索引を作る", 0, 3)
    return index_units(read_units(store), directory, encoders=encoders, thesaurus=thesaurus, cache_dir=cache_dir, progress=progress)


def index_units(
    units: Sequence[Unit],
    directory: Path,
    *,
    encoders: Sequence[Encoder] = (),
    thesaurus: Thesaurus | None = None,
    cache_dir: Path,
    progress: Progress = silent,
) -> dict[str, Any]:
    """The part of ``build_index`` that knows no graph."""
    passages = cut_passages(units)
    texts = [passage.indexed_text for passage in passages]
    analyses = [read_text(text) for text in texts]
    tokens = [analysis.tokens for analysis in analyses]
    keywords = KeywordIndex.build([[token.term for token in found] for found in tokens])
    thesaurus = thesaurus or read_thesaurus()
    CompletionIndex.build(collect_completions(units, passages, tokens, thesaurus.concepts)).save(directory)
    progress("索引を作る", 1, 3)
    rows = [i for i, passage in enumerate(passages) if has_meaning(units[passage.unit], passage)]
    meaningful = [texts[i] for i in rows]
    vectors = [FaissIndex.build(encode_with_cache(encoder, meaningful, cache_dir, progress)) for encoder in encoders]
    words = _build_words(keywords, tokens) if encoders else None
    progress("索引を作る", 2, 3)
    settings = {
        "format": FORMAT,
        "scheme": SCHEME,
        "encoders": [{"name": e.name, "fingerprint": e.fingerprint, "dimension": e.dimension} for e in encoders],
        "word_vectors": embedded_model.fingerprint() if words else None,
        "units": len(units),
        "passages": len(passages),
    }
    unit_of = number_units(passages)
    index = SearchIndex(
        settings=settings,
        units=units,
        passages=passages,
        unit_of=unit_of,
        passages_of=Groups.of(unit_of, len(units)),
        measures=mark_measures(units),
        keywords=keywords,
        lexicon=Lexicon.build(analyses),
        vector_rows=np.array(rows, dtype=np.int64),
        encoders=encoders,
        vectors=vectors,
        words=words,
        topics=TopicIndex.build(units),
        concepts=_build_concepts(thesaurus, encoders, cache_dir, progress),
        background={},
    )
    replace(index, background=_measure_background(index)).save(directory)
    progress("索引を作る", 3, 3)
    return settings


def _build_words(keywords: KeywordIndex, tokens: Sequence[Sequence[Token]]) -> Words | None:
    vectors = embedded_model.open_word_vectors()
    if vectors is None:
        return None
    means = np.zeros((len(tokens), vectors.vectors.shape[1]), dtype=np.float32)
    for row, found in enumerate(tokens):
        means[row] = mean_vector(vectors, keywords.weigh(token.term for token in found if not token.is_pair))
    known = [term for term in keywords.terms if not term.startswith("~")]
    return Words(vectors, means, Neighbourhood(vectors, known))


def _build_concepts(thesaurus: Thesaurus, encoders: Sequence[Encoder], cache_dir: Path, progress: Progress) -> ConceptMemory | None:
    return ConceptMemory.build(thesaurus, encoders[0], cache_dir, progress) if encoders else None


def _measure_background(index: SearchIndex) -> dict[str, dict[str, tuple[float, float]]]:
    """Mean and deviation of the best score of questions that nothing here can answer, by language and scorer."""
    if not index.encoders or not len(index.vector_rows):
        return {"ja": {}, "en": {}}
    found: dict[str, dict[str, list[float]]] = {"ja": defaultdict(list), "en": defaultdict(list)}
    for line in _BACKGROUND.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            scores, _ = score_passages(index, read_terms(line, index.keywords, None, index.lexicon))
            for name in MEANING & scores.keys():
                found[language_of(line)][name].append(float(scores[name].max()))
    return {language: {name: _summarise(best) for name, best in sorted(scorers.items())} for language, scorers in found.items()}


def _summarise(scores: Sequence[float]) -> tuple[float, float]:
    return round(float(np.mean(scores)), 6), round(max(float(np.std(scores)), 1e-3), 6)
