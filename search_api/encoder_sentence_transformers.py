"""Any sentence-transformers model, named by ``KEIKAKU_MODEL``. Slower to start than the embedded one: it needs torch."""

from __future__ import annotations

import hashlib
from pathlib import Path

import numpy as np

from ontology.errors import SettingsError

_WHOLE_FILE_LIMIT = 1 << 20


class SentenceTransformerEncoder:
    """``name_or_path``: a model directory, or the name of a model in the local Hugging Face cache. Nothing is downloaded.

    Prompts are the model's own (``prompts`` with the names query and document/passage in its configuration).
    """

    def __init__(self, name_or_path: str) -> None:
        from search_api.onnx_export import load_sentence_transformer

        directory = _resolve(name_or_path)
        self._model = load_sentence_transformer(str(directory))
        self.name = Path(name_or_path).name
        self.dimension = int(self._model.get_embedding_dimension())
        self.fingerprint = _fingerprint(directory)

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """Unit rows for search texts."""
        return self._rows(self._model.encode_query, texts)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        """Unit rows for texts to be found."""
        return self._rows(self._model.encode_document, texts)

    def _rows(self, encode, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        return np.asarray(encode(texts, batch_size=16, normalize_embeddings=True, show_progress_bar=False), dtype=np.float32)


def _resolve(name_or_path: str) -> Path:
    if (directory := Path(name_or_path).expanduser()).is_dir():
        return directory
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name_or_path, local_files_only=True))
    except (LocalEntryNotFoundError, HFValidationError) as error:
        raise SettingsError(
            f"KEIKAKU_MODEL={name_or_path}: この計算機にモデルがありません。sentence-transformers 形式のフォルダを指定してください"
        ) from error


def _fingerprint(directory: Path) -> str:
    """Over names, sizes and contents; of large files both ends, so that gigabytes of weights do not delay the start."""
    digest = hashlib.sha256()
    for path in sorted(p for p in directory.rglob("*") if p.is_file()):
        size = path.stat().st_size
        digest.update(f"{path.relative_to(directory).as_posix()}\0{size}\0".encode())
        with path.open("rb") as file:
            digest.update(file.read(_WHOLE_FILE_LIMIT))
            if size > _WHOLE_FILE_LIMIT:
                file.seek(max(size - _WHOLE_FILE_LIMIT, _WHOLE_FILE_LIMIT))
                digest.update(file.read())
    return digest.hexdigest()[:16]
