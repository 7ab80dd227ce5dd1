"""What the embedded sentence model learned about the language of municipalities: low-rank additions to its matrices (LoRA, Hu et al. 2021).

``adapter_model.safetensors`` and ``adapter_config.json`` are in the layout of PEFT. ``python -m search_api.adapter.train`` writes them
from the thesaurus: everyday wordings on one side, what plans write on the other.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

DIRECTORY = Path(__file__).parent
WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"
PREFIX = "base_model.model."


def fingerprint(directory: Path | None = None) -> str:
    """SHA-256 over weights and configuration."""
    directory = directory or DIRECTORY
    return hashlib.sha256((directory / WEIGHTS).read_bytes() + (directory / CONFIG).read_bytes()).hexdigest()


def merge(tensors: Mapping[str, np.ndarray], directory: Path | None = None) -> dict[str, np.ndarray]:
    """The named float32 matrices of a transformers BertModel with the adapter added: W + (alpha / rank) · B · A.

    Raises KeyError where the adapter speaks of a matrix that the model does not have.
    """
    from safetensors.numpy import load_file

    directory = directory or DIRECTORY
    config = json.loads((directory / CONFIG).read_text(encoding="utf-8"))
    scale = config["lora_alpha"] / config["r"]
    learned = load_file(directory / WEIGHTS)
    merged = dict(tensors)
    for name in sorted(name for name in learned if name.endswith(".lora_A.weight")):
        module = name.removeprefix(PREFIX).removesuffix(".lora_A.weight")
        down, up = learned[name].astype(np.float32), learned[f"{PREFIX}{module}.lora_B.weight"].astype(np.float32)
        merged[f"{module}.weight"] = (merged[f"{module}.weight"] + scale * up @ down).astype(np.float32)
    return merged
