"""A prepared sentence-transformers directory run by onnxruntime: the same vectors, a tenth of the start-up and memory of torch."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np

QUERY_THREADS = 1  # one thread answers a short query as fast as two, and does not suffer from a busy machine
PASSAGE_THREADS = 2


class OnnxEncoder:
    """Inputs and output of the graph are those of ``onnx_export.export_int8``; prompts and lengths come from the directory."""

    def __init__(self, directory: Path, graph: str = "onnx/model_int8.onnx") -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")  # texts are short, and threads of its own stall on a busy machine
        from tokenizers import Tokenizer

        self._graph = directory / graph
        config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
        prompts = json.loads((directory / "config_sentence_transformers.json").read_text(encoding="utf-8"))["prompts"]
        limit = json.loads((directory / "sentence_bert_config.json").read_text(encoding="utf-8"))["max_seq_length"]
        self.name = "multilingual-e5-small"
        self.dimension = int(config["hidden_size"])
        self.fingerprint = _fingerprint(directory, self._graph)
        self._query_prompt, self._passage_prompt = prompts.get("query", ""), prompts.get("document", "")
        self._tokenizer = Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._tokenizer.enable_truncation(limit)
        self._tokenizer.no_padding()
        self._query_session = self._open_session(QUERY_THREADS)
        self._passage_session = None

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        """Unit rows for search texts."""
        return self._encode(self._query_session, [self._query_prompt + text for text in texts])

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        """Unit rows for texts to be found; opens a second session with more threads at the first call."""
        if self._passage_session is None:
            self._passage_session = self._open_session(PASSAGE_THREADS)
        return self._encode(self._passage_session, [self._passage_prompt + text for text in texts])

    def _open_session(self, threads: int):
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(str(self._graph), options, providers=["CPUExecutionProvider"])

    def _encode(self, session, texts: list[str]) -> np.ndarray:
        # One text a run: int8 activations are scaled over the whole batch, so a neighbour would change a text's vector (cosine 0.997),
        # and padding costs what a batch gains.
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, encoding in enumerate(self._tokenizer.encode_batch(texts)):
            inputs = {"input_ids": encoding.ids, "attention_mask": encoding.attention_mask}
            vectors[row] = session.run(["embedding"], {name: np.array([ids], dtype=np.int64) for name, ids in inputs.items()})[0][0]
        return vectors


def _fingerprint(directory: Path, graph: Path) -> str:
    """What ``prepare`` wrote (equal on all machines); without it, the hash of the graph and the tokenizer."""
    written = directory / "fingerprint"
    if written.is_file():
        return written.read_text(encoding="ascii").strip()
    content = graph.read_bytes() + (directory / "tokenizer.json").read_bytes()
    return hashlib.sha256(content).hexdigest()[:16]
