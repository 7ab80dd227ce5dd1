"""Text → unit vectors: the one seam under which every sentence model sits."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, runtime_checkable

import numpy as np

from ontology.errors import SettingsError

BACKENDS = ("torch", "onnx", "openvino")


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
    """Which models are used. ``model`` None is the embedded one; otherwise a sentence-transformers directory or locally cached name.

    ``backend`` (torch, onnx, openvino) and ``device`` (as torch names it) are those of ``model``; the embedded one always runs on the CPU
    by onnxruntime. Raises SettingsError where they do not fit.
    """

    model: str | None = None
    model_cache: Path | None = None
    backend: str = "torch"
    device: str = "cpu"

    def __post_init__(self) -> None:
        if self.backend not in BACKENDS:
            raise SettingsError(f"KEIKAKU_MODEL_BACKEND={self.backend}: {'、'.join(BACKENDS)} のどれかを指定してください")
        if self.model is None and (self.backend, self.device) != ("torch", "cpu"):
            raise SettingsError(
                "KEIKAKU_MODEL_BACKEND と KEIKAKU_DEVICE は KEIKAKU_MODEL と一緒に指定してください（内蔵のモデルはいつも CPU の onnxruntime で動きます）"
            )

    @classmethod
    def from_environment(cls) -> EncoderSettings:
        """``KEIKAKU_MODEL``, ``KEIKAKU_MODEL_CACHE``, ``KEIKAKU_MODEL_BACKEND`` and ``KEIKAKU_DEVICE``."""
        cache = os.environ.get("KEIKAKU_MODEL_CACHE")
        return cls(
            model=os.environ.get("KEIKAKU_MODEL") or None,
            model_cache=Path(cache) if cache else None,
            backend=os.environ.get("KEIKAKU_MODEL_BACKEND") or "torch",
            device=os.environ.get("KEIKAKU_DEVICE") or "cpu",
        )

    @property
    def key(self) -> str:
        """What changes with the vectors: the hash of the model and its backend, read without loading it."""
        from search_api import embedded_model
        from search_api.model_folder import ModelFolder

        if self.model is None:
            return f"embedded-{embedded_model.fingerprint()}"
        folder = ModelFolder.locate(self.model)
        graph = folder.graph if self.backend == "onnx" else None
        return f"{folder.name}-{folder.hash_files(graph)}-{self.backend}"


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
    return _load_named(chosen.model, chosen), UniversalSentenceEncoder()


def _load_named(name_or_path: str, chosen: EncoderSettings) -> Encoder:
    from search_api.model_folder import ModelFolder

    folder = ModelFolder.locate(name_or_path)
    if chosen.backend == "onnx" and folder.graph is not None:
        from search_api.encoder_onnx_folder import OnnxFolderEncoder

        return OnnxFolderEncoder(folder, chosen.device)
    from search_api.encoder_sentence_transformers import SentenceTransformerEncoder

    return SentenceTransformerEncoder(name_or_path, chosen.backend, chosen.device)
