from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_api.embedding_cache import encode_with_cache
from search_api.progress import silent


class CountingEncoder:
    """Encodes by length and remembers what it was asked."""

    name, dimension = "counting", 2

    def __init__(self, fingerprint: str = "one") -> None:
        self.fingerprint = fingerprint
        self.asked: list[str] = []

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        self.asked += texts
        angles = np.array([len(text) for text in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1)

    encode_queries = encode_passages


def test_only_new_texts_are_computed(tmp_path: Path) -> None:
    encoder = CountingEncoder()
    first = encode_with_cache(encoder, ["税", "窓口", "税"], tmp_path, silent)
    assert sorted(encoder.asked) == ["税", "窓口"]
    again = CountingEncoder()
    second = encode_with_cache(again, ["公園の", "税", "窓口"], tmp_path, silent)
    assert again.asked == ["公園の"]
    assert np.array_equal(second[[1, 2, 1]], first)
    assert second.dtype == np.float32


def test_each_model_has_its_own(tmp_path: Path) -> None:
    encode_with_cache(CountingEncoder("one"), ["税"], tmp_path, silent)
    other = CountingEncoder("two")
    encode_with_cache(other, ["税"], tmp_path, silent)
    assert other.asked == ["税"]


@pytest.mark.parametrize("damage", [b"", b"no archive", b"PK\x03\x04 cut"])
def test_a_damaged_cache_is_no_cache(tmp_path: Path, damage: bytes) -> None:
    encode_with_cache(CountingEncoder(), ["税"], tmp_path, silent)
    [file] = (tmp_path / "embeddings").iterdir()
    file.write_bytes(damage)
    again = CountingEncoder()
    assert encode_with_cache(again, ["税"], tmp_path, silent).shape == (1, 2)
    assert again.asked == ["税"]


def test_nothing_to_encode(tmp_path: Path) -> None:
    assert encode_with_cache(CountingEncoder(), [], tmp_path, silent).shape == (0, 2)


def test_progress_reaches_its_end(tmp_path: Path) -> None:
    steps: list[tuple[int, int]] = []
    encode_with_cache(
        CountingEncoder(), [f"{n}" * n for n in range(1, 150)], tmp_path, lambda label, done, total: steps.append((done, total))
    )
    assert steps == [(0, 149), (64, 149), (128, 149), (149, 149)]
