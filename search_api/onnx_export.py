"""A sentence-transformers model → one ONNX graph with int8 weights. Used once, at set-up; needs torch, which serving does not."""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from pathlib import Path

import numpy as np

OPSET = 17


def load_sentence_transformer(name_or_path: str, *, backend: str = "torch", device: str = "cpu"):
    """The model in float32, from local files only and without custom code; by default on the CPU by torch."""
    os.environ.update(HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1", TOKENIZERS_PARALLELISM="false")
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()
    options = {"dtype": "float32"} if backend == "torch" else {}
    return SentenceTransformer(name_or_path, device=device, backend=backend, local_files_only=True, model_kwargs=options)


def export_int8(model, path: Path) -> None:
    """Write ``path``: inputs ``input_ids`` and ``attention_mask`` (batch, tokens), output ``embedding`` (batch, dimension).

    The whole sentence-transformers pipeline is in the graph, pooling and normalisation included. Matrix weights are quantised per channel.
    """
    import torch
    from onnxruntime.quantization import QuantType, quantize_dynamic

    class Pipeline(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            return self.model({"input_ids": input_ids, "attention_mask": attention_mask})["sentence_embedding"]

    model.eval()
    model[0].auto_model.set_attn_implementation("eager")  # the fused kernel has no ONNX form in this exporter
    ids = torch.full((2, 16), 3)  # any tokens: only the shape is traced
    axes = {0: "batch", 1: "tokens"}
    with tempfile.TemporaryDirectory(dir=path.parent) as work, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # notices of the tracer about constants, and of the exporter about its successor
        plain = Path(work) / "model.onnx"
        torch.onnx.export(
            Pipeline(),
            (ids, torch.ones_like(ids)),
            str(plain),
            input_names=["input_ids", "attention_mask"],
            output_names=["embedding"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "embedding": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
        root = logging.getLogger()
        level = root.level
        root.setLevel(logging.ERROR)  # the quantiser recommends a pre-processing that changes nothing for this graph
        try:
            quantize_dynamic(plain, path, weight_type=QuantType.QInt8, per_channel=True)
        finally:
            root.setLevel(level)


def cosine_of_rows(left: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Cosine of each row of ``left`` with the same row of ``right``, shapes (n, d)."""
    return (left * right).sum(1) / (np.linalg.norm(left, axis=1) * np.linalg.norm(right, axis=1))
