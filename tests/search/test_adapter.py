from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from search_api import adapter


def write(folder: Path, tensors: dict[str, np.ndarray]) -> Path:
    save_file({adapter.PREFIX + name: value for name, value in tensors.items()}, folder / adapter.WEIGHTS)
    (folder / adapter.CONFIG).write_text(json.dumps({"r": 2, "lora_alpha": 4}), encoding="utf-8")
    return folder


def test_the_low_rank_product_is_added_to_the_matrix(tmp_path: Path) -> None:
    down, up = np.array([[1, 0, 2], [0, 1, 0]], dtype=np.float16), np.array([[1, 1], [0, 3]], dtype=np.float16)
    folder = write(tmp_path, {"layer.dense.lora_A.weight": down, "layer.dense.lora_B.weight": up})
    tensors = {"layer.dense.weight": np.ones((2, 3), dtype=np.float32), "layer.dense.bias": np.zeros(2, dtype=np.float32)}
    merged = adapter.merge(tensors, folder)
    assert merged["layer.dense.weight"].tolist() == [[3.0, 3.0, 5.0], [1.0, 7.0, 1.0]]
    assert merged["layer.dense.weight"].dtype == np.float32
    assert tensors["layer.dense.weight"].tolist() == [[1.0] * 3] * 2  # what was given stays


def test_an_adapter_of_another_model_is_refused(tmp_path: Path) -> None:
    one = np.ones((2, 2), dtype=np.float16)
    folder = write(tmp_path, {"other.lora_A.weight": one, "other.lora_B.weight": one})
    with pytest.raises(KeyError, match=r"other\.weight"):
        adapter.merge({"layer.weight": np.ones((2, 2), dtype=np.float32)}, folder)


def test_the_fingerprint_follows_the_weights(tmp_path: Path) -> None:
    one = np.ones((2, 2), dtype=np.float16)
    before = adapter.fingerprint(write(tmp_path, {"x.lora_A.weight": one, "x.lora_B.weight": one}))
    assert before != adapter.fingerprint(write(tmp_path, {"x.lora_A.weight": one, "x.lora_B.weight": one * 2}))


def test_the_shipped_adapter_speaks_of_every_layer_of_the_model() -> None:
    names = {name.removeprefix(adapter.PREFIX) for name in load_file(adapter.DIRECTORY / adapter.WEIGHTS)}
    config = json.loads((adapter.DIRECTORY / adapter.CONFIG).read_text(encoding="utf-8"))
    wanted = {f"encoder.layer.{n}.{module}.lora_{half}.weight" for n in range(12) for module in config["target_modules"] for half in "AB"}
    assert names == wanted
