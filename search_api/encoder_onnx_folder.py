"""A sentence-transformers model that comes with an ONNX graph, run by onnxruntime alone: neither torch nor optimum is needed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import numpy as np

from ontology.errors import SettingsError
from search_api.model_folder import ModelFolder

# Where the graph ends before pooling, and where it goes all the way (names that exporters give).
_TOKEN_OUTPUTS = ("last_hidden_state", "token_embeddings")
_SENTENCE_OUTPUTS = ("sentence_embedding", "embedding")
_PROVIDERS = {"cpu": "CPUExecutionProvider", "cuda": "CUDAExecutionProvider"}
_USUAL_LENGTH, _ABSURD_LENGTH = 512, 1_000_000
_STEPS = {"Transformer", "Pooling", "Normalize"}


class OnnxFolderEncoder:
    """``folder.graph`` with the tokenizer, the pooling (cls, mean or lasttoken) and the prompts of the folder; vectors are unit rows.

    ``device`` is cpu or cuda. Raises SettingsError where the folder asks for more than that.
    """

    def __init__(self, folder: ModelFolder, device: str = "cpu") -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from tokenizers import Tokenizer

        if folder.graph is None or not (folder.directory / "tokenizer.json").is_file():
            raise SettingsError(f"{folder.directory}: onnx/model.onnx と tokenizer.json がそろっていません")
        self._session = _open_session(folder, device)
        self._inputs = {each.name for each in self._session.get_inputs()}
        outputs = [each.name for each in self._session.get_outputs()]
        self._output = next((name for name in (*_SENTENCE_OUTPUTS, *_TOKEN_OUTPUTS) if name in outputs), outputs[0])
        self._pool = _take_whole if self._output in _SENTENCE_OUTPUTS else _read_pooling(folder)
        self._tokenizer = Tokenizer.from_file(str(folder.directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(_read_length(folder))
        self._tokenizer.no_padding()
        self._prompts = folder.prompts
        self.name = f"{folder.name} (onnx)"
        self.fingerprint = f"{folder.hash_files(folder.graph)}-onnx"
        self.dimension = int(self._encode(["次元"]).shape[1])

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """Unit rows for search texts."""
        return self._encode([self._prompts.query + text for text in texts])

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        """Unit rows for texts to be found."""
        return self._encode([self._prompts.passage + text for text in texts])

    def _encode(self, texts: list[str]) -> np.ndarray:
        if not texts:
            return np.zeros((0, self.dimension), dtype=np.float32)
        # One text a run: a graph with int8 activations would scale them over a whole batch.
        rows = [
            self._pool(self._session.run([self._output], self._feed(encoding))[0][0]) for encoding in self._tokenizer.encode_batch(texts)
        ]
        vectors = np.array(rows, dtype=np.float32)
        return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-12)

    def _feed(self, encoding) -> dict[str, np.ndarray]:
        values = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask, "token_type_ids": encoding.type_ids}
        return {name: np.array([ids], dtype=np.int64) for name, ids in values.items() if name in self._inputs}


def _open_session(folder: ModelFolder, device: str):
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as errors

    provider = _PROVIDERS.get(device.partition(":")[0])
    if provider not in onnxruntime.get_available_providers():
        raise SettingsError(
            f"KEIKAKU_DEVICE={device}: この onnxruntime では使えません。cpu にするか、対応した onnxruntime を入れてください"
        )
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = max(1, min(4, os.cpu_count() or 1)), 1
    options.log_severity_level = 3
    choice = [(provider, {"device_id": device.partition(":")[2] or "0"})] if provider != "CPUExecutionProvider" else [provider]
    try:
        return onnxruntime.InferenceSession(str(folder.graph), options, providers=choice)
    except (errors.Fail, errors.InvalidGraph, errors.InvalidProtobuf, errors.InvalidArgument, errors.NoSuchFile) as error:
        raise SettingsError(f"{folder.graph}: ONNX として読めません（{error}）") from error


def _read_length(folder: ModelFolder) -> int:
    """The tokens of the longest text: the model's own word, else its tokenizer's (where an absurd number means that nobody said), else 512."""
    own = folder.read_json("sentence_bert_config.json").get("max_seq_length")
    length = int(own or folder.read_json("tokenizer_config.json").get("model_max_length") or _USUAL_LENGTH)
    return length if length < _ABSURD_LENGTH else _USUAL_LENGTH


def _read_pooling(folder: ModelFolder) -> Callable[[np.ndarray], np.ndarray]:
    """How the rows of the tokens (tokens, dimension) become one. Raises SettingsError for steps that are not known here."""
    modules = json.loads((folder.directory / "modules.json").read_text(encoding="utf-8"))
    kinds = {module["type"].rpartition(".")[2]: module["path"] for module in modules}
    config = folder.read_json(f"{kinds.get('Pooling', '')}/config.json")
    named = config.get("pooling_mode")  # since version 5.4 a name, before that one flag a mode
    flags = {"pooling_mode_cls_token": "cls", "pooling_mode_mean_tokens": "mean", "pooling_mode_lasttoken": "lasttoken"}
    chosen = [named] if isinstance(named, str) else [mode for flag, mode in flags.items() if config.get(flag)]
    if set(kinds) - _STEPS or len(chosen) != 1 or chosen[0] not in _POOLINGS:
        raise SettingsError(f"{folder.directory}: このモデルのつくり（{'、'.join(kinds)}）は ONNX では動かせません。torch にしてください")
    return _POOLINGS[chosen[0]]


def _take_whole(sentence: np.ndarray) -> np.ndarray:
    return sentence


# Without padding every token counts.
_POOLINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {
    "cls": lambda tokens: tokens[0],
    "mean": lambda tokens: tokens.mean(axis=0),
    "lasttoken": lambda tokens: tokens[-1],
}
