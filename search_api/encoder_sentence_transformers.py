"""Any sentence-transformers model, named by ``KEIKAKU_MODEL``. Slower to start than the embedded one: it needs torch."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np

from ontology.errors import SettingsError
from search_api.model_folder import ModelFolder

# What sentence-transformers runs a model with on each backend, and what brings it.
_NEEDED = {"onnx": ("optimum", "onnxruntime"), "openvino": ("optimum", "openvino")}


class SentenceTransformerEncoder:
    """``name_or_path``: see ``ModelFolder.locate``; ``backend``: torch, onnx or openvino; ``device``: as torch names it (cpu, cuda, cuda:1).

    Raises SettingsError where model, backend or device is not there.
    """

    def __init__(self, name_or_path: str, backend: str = "torch", device: str = "cpu") -> None:
        from search_api.onnx_export import load_sentence_transformer

        folder = ModelFolder.locate(name_or_path)
        _check_backend(backend)
        check_device(device)
        try:
            self._model = load_sentence_transformer(str(folder.directory), backend=backend, device=device)
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise SettingsError(f"KEIKAKU_MODEL={name_or_path}: モデルを読み込めません（{error}）") from error
        self.name = folder.name if backend == "torch" else f"{folder.name} ({backend})"
        self.dimension = int(self._model.get_embedding_dimension())
        # The same weights give other vectors on another backend, which may have fewer bits.
        self.fingerprint = folder.hash_files() if backend == "torch" else f"{folder.hash_files()}-{backend}"
        self._prompts = folder.prompts

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """Unit rows for search texts."""
        return self._rows(self._model.encode_query, texts, self._prompts.query)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        """Unit rows for texts to be found."""
        return self._rows(self._model.encode_document, texts, self._prompts.passage)

    def _rows(self, encode, texts: list[str], prompt: str) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        rows = encode(texts, prompt=prompt, batch_size=16, normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(rows, dtype=np.float32)


def check_device(device: str) -> None:
    """Raise SettingsError where torch does not know ``device``, or this machine does not have it."""
    import torch

    try:
        wanted = torch.device(device)
    except RuntimeError as error:
        raise SettingsError(f"KEIKAKU_DEVICE={device}: 装置の名前ではありません。cpu、cuda、cuda:1 のように指定してください") from error
    runtime = getattr(torch, wanted.type, None) if wanted.type != "mps" else torch.backends.mps
    there = wanted.type == "cpu" or bool(runtime and hasattr(runtime, "is_available") and runtime.is_available())
    if not there or (wanted.type == "cuda" and (wanted.index or 0) >= torch.cuda.device_count()):
        raise SettingsError(
            f"KEIKAKU_DEVICE={device}: この計算機では使えません（torch {torch.__version__}）。cpu にするか、その装置に対応した torch を入れてください"
        )


def _check_backend(backend: str) -> None:
    missing = [package for package in _NEEDED.get(backend, ()) if find_spec(package) is None]
    if missing:
        raise SettingsError(
            f"KEIKAKU_MODEL_BACKEND={backend}: {'、'.join(missing)} が入っていません。"
            f"pip install 'sentence-transformers[{backend}]' で入れるか、"
            + ("モデルのフォルダに onnx/model.onnx を置くか、" if backend == "onnx" else "")
            + "torch にしてください"
        )
