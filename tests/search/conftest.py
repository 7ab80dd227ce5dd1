"""The made-up towns as a graph and as indexes: by words alone, and with the sentence model that comes inside its package."""

from __future__ import annotations

from pathlib import Path

import pytest
from towns import extractions

from graph.iris import Iris
from graph.store import OxigraphStore
from graph.triples import extraction_quads
from ingest.pipeline import read_documents
from search_api import embedded_model
from search_api.encoder import EncoderSettings, load_encoders
from search_api.encoder_universal import UniversalSentenceEncoder
from search_api.index import SearchIndex
from search_api.indexing import build_index
from search_api.search import SearchEngine

BASE = "http://localhost:8000/"


@pytest.fixture(scope="session")
def store() -> OxigraphStore:
    iris = Iris(BASE)
    return OxigraphStore.in_memory(quad for extraction in extractions() for quad in extraction_quads(extraction, iris))


@pytest.fixture(scope="session")
def encoder() -> UniversalSentenceEncoder:
    return UniversalSentenceEncoder()


@pytest.fixture(scope="session")
def word_engine(store: OxigraphStore, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    directory = tmp_path_factory.mktemp("words")
    build_index(store, directory, cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, (), None))


@pytest.fixture(scope="session")
def engine(store: OxigraphStore, encoder: UniversalSentenceEncoder, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    directory = tmp_path_factory.mktemp("meaning")
    build_index(store, directory, encoders=(encoder,), cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, (encoder,), None))


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """The folder of the prepared embedded model; tests that need it are skipped where it was never prepared."""
    from ontology.errors import SettingsError
    from search_api import embedded_model

    try:
        embedded_model.locate()
    except SettingsError as error:
        pytest.skip(str(error))
    return embedded_model.default_cache()


@pytest.fixture(scope="session")
def seeds_store(shared: Path) -> OxigraphStore:
    """The graph of the five real documents."""
    found = [extraction for _, result in read_documents(sorted((shared / "seeds").glob("*.txt"))) for extraction in result]
    return OxigraphStore.in_memory(quad for extraction in found for quad in extraction_quads(extraction, Iris()))


@pytest.fixture(scope="session")
def seeds(seeds_store: OxigraphStore, model_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    """The real documents, searched as they are by default: with the embedded model and the thesaurus."""
    directory = tmp_path_factory.mktemp("seeds")
    encoders = load_encoders(EncoderSettings(model_cache=model_cache))
    build_index(seeds_store, directory, encoders=encoders, cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, encoders, embedded_model.open_word_vectors(model_cache)))


@pytest.fixture(scope="session")
def seeds_by_words(seeds_store: OxigraphStore, tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    directory = tmp_path_factory.mktemp("seeds-by-words")
    build_index(seeds_store, directory, cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, (), None))
