from __future__ import annotations

import io
from pathlib import Path

import msgpack
import numpy as np
import pytest

from search_api.word_vectors import Neighbourhood, WordVectors, hash_word, mean_vector, write_word_vectors


def test_the_hash_is_that_of_spacy() -> None:
    # The example of spaCy's documentation (usage/spacy-101, vocab)
    assert hash_word("coffee") == 3197928453018144401


@pytest.fixture(scope="module")
def vectors(tmp_path_factory: pytest.TempPathFactory) -> WordVectors:
    """印鑑 and 押印 share a row, 判子 is near, 公園 is far, 空 has no direction."""
    table = np.array([[2, 0, 0], [1.6, 1.2, 0], [0, 0, 3], [0, 0, 0]], dtype=np.float32)
    rows = {"印鑑": 0, "押印": 0, "判子": 1, "公園": 2, "空": 3}
    buffer = io.BytesIO()
    np.save(buffer, table)
    directory = tmp_path_factory.mktemp("words") / "chive"
    write_word_vectors(buffer.getvalue(), msgpack.packb({hash_word(word): row for word, row in rows.items()}), directory)
    return WordVectors.open(directory)


def test_rows(vectors: WordVectors) -> None:
    assert [vectors.row(word) for word in ("印鑑", "押印", "判子", "知らない語", "")] == [0, 0, 1, None, None]
    assert np.linalg.norm(vectors.vectors.astype(np.float32), axis=1) == pytest.approx([1, 1, 1, 0], abs=1e-3)


def test_neighbours_by_hand(vectors: WordVectors) -> None:
    near = Neighbourhood(vectors, ["公園", "押印", "印鑑", "知らない語", "空"])
    assert near.near("判子", min_cosine=0.5, limit=5) == [("印鑑", pytest.approx(0.8, abs=1e-3)), ("押印", pytest.approx(0.8, abs=1e-3))]
    assert [word for word, _ in near.near("判子", min_cosine=0.5, limit=1)] == ["印鑑"]
    assert near.near("印鑑", min_cosine=0.5, limit=5) == [("押印", pytest.approx(1.0, abs=1e-3))]  # never itself
    assert near.near("知らない語", min_cosine=0.0, limit=5) == []
    assert Neighbourhood(vectors, []).near("判子", min_cosine=0.0, limit=5) == []


def test_what_is_near_does_not_depend_on_what_was_asked_before(vectors: WordVectors) -> None:
    near = Neighbourhood(vectors, ["押印", "印鑑", "公園"])
    assert near.near("印鑑", min_cosine=0.5, limit=5) == [("押印", pytest.approx(1.0, abs=1e-3))]
    assert near.near("押印", min_cosine=0.5, limit=5) == [("印鑑", pytest.approx(1.0, abs=1e-3))]  # on the same row of chiVe
    assert [word for word, _ in near.near("押印", min_cosine=0.5, limit=0)] == []


def test_mean_of_words(vectors: WordVectors) -> None:
    mean = mean_vector(vectors, {"印鑑": 1.0, "公園": 1.0, "知らない語": 5.0})
    assert mean == pytest.approx([0.5**0.5, 0, 0.5**0.5], abs=1e-3)
    assert mean_vector(vectors, {"知らない語": 1.0}).tolist() == [0, 0, 0]


def test_damaged_files_stay_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="vectors"):
        WordVectors.open(tmp_path)
