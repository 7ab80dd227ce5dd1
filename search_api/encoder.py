"""Text → unit vectors: the one seam under which every sentence model sits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np


@runtime_checkable
class Encoder(Protocol):
    """A sentence model.

    ``fingerprint`` changes when the vectors change; an index can only be searched with the encoder that built it. Both methods return
    float32 rows of unit length, shape (n, ``dimension``), in the order of the texts.
    """

    name: str
    dimension: int
    fingerprint: str

    def encode_queries(self, texts: list[str]) -> np.ndarray: ...

    def encode_passages(self, texts: list[str]) -> np.ndarray: ...


@dataclass(frozen=True, slots=True)
class EncoderSettings:
    """Which models are used. ``model`` None is the embedded one; otherwise a sentence-transformers directory or locally cached name."""

    model: str | None = None
    model_cache: Path | None = None

    @classmethod
    def from_environment(cls) -> EncoderSettings:
        """``KEIKAKU_MODEL`` and ``KEIKAKU_MODEL_CACHE``."""
        cache = os.environ.get("KEIKAKU_MODEL_CACHE")
        return cls(model=os.environ.get("KEIKAKU_MODEL") or None, model_cache=Path(cache) if cache else None)


@lru_cache(maxsize=1)
def load_encoders(settings: EncoderSettings | None = None) -> tuple[Encoder, ...]:
    """The encoders of the index, the main one first. The second is always USE, whose errors differ from those of any transformer.

    They are loaded once a process, since a service that follows new snapshots asks again. Without ``KEIKAKU_MODEL`` nothing here imports torch. Raises SettingsError where a model is not on this machine.
    """
    from search_api.encoder_universal import UniversalSentenceEncoder

    chosen = settings or EncoderSettings.from_environment()
    if chosen.model is None:
        from search_api import embedded_model
        from search_api.encoder_onnx import OnnxEncoder

        return OnnxEncoder(embedded_model.locate(chosen.model_cache) / "e5"), UniversalSentenceEncoder()
    from search_api.encoder_sentence_transformers import SentenceTransformerEncoder

    return SentenceTransformerEncoder(chosen.model), UniversalSentenceEncoder()
