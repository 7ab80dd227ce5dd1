"""Vectors of texts seen before, kept between runs by the encoder's fingerprint and the hash of the text."""

from __future__ import annotations

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from search_api.encoder import Encoder
from search_api.progress import Progress

BATCH = 64


def encode_with_cache(
    encoder: Encoder, texts: Sequence[str], cache_dir: Path, progress: Progress, *, as_questions: bool = False, prepared: Path | None = None
) -> np.ndarray:
    """The unit rows of ``encoder.encode_passages(texts)``, shape (n, dimension); only texts never seen before are computed.

    ``as_questions``: of ``encode_queries``. ``prepared`` is a second folder in which vectors are looked up. A cache file that cannot be
    read is as good as none.
    """
    name = f"{encoder.fingerprint}{'-questions' if as_questions else ''}.npz"
    encode = encoder.encode_queries if as_questions else encoder.encode_passages
    path = cache_dir / "embeddings" / name
    keys = [hashlib.sha256(text.encode()).hexdigest()[:32] for text in texts]
    known = (_read(prepared / "embeddings" / name, encoder.dimension) if prepared else {}) | _read(path, encoder.dimension)
    missing = list({key: i for i, key in enumerate(keys) if key not in known}.values())
    label = f"文の意味を計算（{encoder.name}）"
    for first in range(0, len(missing), BATCH):
        progress(label, first, len(missing))
        batch = missing[first : first + BATCH]
        known |= zip([keys[i] for i in batch], encode([texts[i] for i in batch]), strict=True)
    if missing:
        progress(label, len(missing), len(missing))
        _write(path, known)
    return np.array([known[key] for key in keys], dtype=np.float32).reshape(len(keys), encoder.dimension)


def _read(path: Path, dimension: int) -> dict[str, np.ndarray]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            keys, vectors = arrays["keys"].tolist(), arrays["vectors"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return {}
    return dict(zip(keys, vectors, strict=True)) if vectors.shape == (len(keys), dimension) else {}


def _write(path: Path, known: dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    keys = sorted(known)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", suffix=".npz", delete=False) as file:
        np.savez(file, keys=np.array(keys), vectors=np.array([known[key] for key in keys], dtype=np.float32))
    os.replace(file.name, path)
