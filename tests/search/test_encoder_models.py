"""Models other than the embedded one, from their folder to a search: prompts, pooling, backends, and what is refused."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from fastapi.testclient import TestClient
from tiny_models import add_graph, forget_prompts, make_model

from graph.store import OxigraphStore
from keikaku.cli import main
from ontology.errors import SettingsError, SnapshotError
from search_api.app import create_app
from search_api.encoder import Encoder, EncoderSettings, load_encoders
from search_api.encoder_onnx_folder import OnnxFolderEncoder
from search_api.encoder_sentence_transformers import SentenceTransformerEncoder
from search_api.index import SearchIndex
from search_api.indexing import build_index
from search_api.model_folder import ModelFolder, Prompts
from search_api.search import SearchEngine, SearchRequest
from search_api.settings import ServiceSettings
from search_api.thesaurus import Concept, Thesaurus

SENTENCES = ["窓口の研修を広げる。", "税", "情報、情報、情報"]
# The built-in one has thousands of labels to encode.
THESAURUS = Thesaurus(
    (Concept("urn:cashless", ("キャッシュレス決済", "電子決済"), ("現金なしで払う",)), Concept("urn:training", ("研修",), ("学ぶ",)))
)
RURI = {"query": "検索クエリ: ", "document": "検索文書: "}


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One of each kind: BERT with the mean of its tokens, XLM-R with CLS as bge-m3 has it, ModernBERT with the prompts of ruri-v3."""
    folder = tmp_path_factory.mktemp("models")
    made = {
        "bert": make_model(folder / "bert"),
        "xlm-roberta": make_model(folder / "bge-m3-tiny", "xlm-roberta", pooling="cls"),
        "modernbert": make_model(folder / "ruri-tiny", "modernbert", prompts=RURI),
    }
    for name in ("bert", "xlm-roberta"):
        add_graph(made[name])
    return made


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta", "modernbert"])
def test_vectors_are_those_of_the_library(models: dict[str, Path], kind: str) -> None:
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(str(models[kind]), device="cpu")
    encoder = SentenceTransformerEncoder(str(models[kind]))
    assert isinstance(encoder, Encoder)
    prompts = RURI if kind == "modernbert" else {"query": "", "document": ""}
    for encode, prompt in ((encoder.encode_queries, prompts["query"]), (encoder.encode_passages, prompts["document"])):
        assert encode(SENTENCES) == pytest.approx(reference.encode([prompt + text for text in SENTENCES]), abs=1e-4)
        assert encode(SENTENCES[1:2]) == pytest.approx(encode(SENTENCES)[1:2], abs=1e-4)
    assert np.allclose(encoder.encode_queries(SENTENCES), encoder.encode_passages(SENTENCES), atol=1e-5) == (kind != "modernbert")


@pytest.mark.parametrize("kind", ["bert", "xlm-roberta"])
def test_the_graph_of_a_folder_gives_the_same_vectors_without_torch(models: dict[str, Path], kind: str) -> None:
    plain = SentenceTransformerEncoder(str(models[kind]))
    fast = load_encoders(EncoderSettings(model=str(models[kind]), backend="onnx"))[0]
    assert isinstance(fast, OnnxFolderEncoder)
    assert fast.encode_queries(SENTENCES) == pytest.approx(plain.encode_queries(SENTENCES), abs=1e-4)
    assert fast.encode_passages(["あ" * 500]) == pytest.approx(plain.encode_passages(["あ" * 500]), abs=1e-4)  # cut at the same place
    assert fast.encode_passages([]).shape == (0, fast.dimension)
    assert fast.fingerprint != plain.fingerprint
    assert fast.name == f"{plain.name} (onnx)"


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("ruri-v3-310m", "検索クエリ: ", "検索文書: "),
        ("Ruri-V3-30m", "検索クエリ: ", "検索文書: "),
        ("ruri-large", "クエリ: ", "文章: "),
        ("multilingual-e5-large", "query: ", "passage: "),
        (
            "multilingual-e5-large-instruct",
            "Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery: ",
            "",
        ),
        ("bge-m3", "", ""),
        ("something-else", "", ""),
    ],
)
def test_prompts_of_known_families(models: dict[str, Path], tmp_path: Path, name: str, query: str, passage: str) -> None:
    directory = Path(shutil.copytree(models["bert"], tmp_path / name))
    assert ModelFolder.locate(str(directory)).prompts == Prompts(query, passage)  # the library writes empty prompts: they say nothing
    forget_prompts(directory)
    assert ModelFolder.locate(str(directory)).prompts == Prompts(query, passage)


@pytest.mark.parametrize(
    ("own", "expected"),
    [
        ({"query": "Q: ", "passage": "P: "}, Prompts("Q: ", "P: ")),
        ({"query": "Q: "}, Prompts("Q: ", "")),
        ({"検索クエリ": "問: ", "検索文書": "文: ", "トピック": "題: "}, Prompts("問: ", "文: ")),
    ],
)
def test_own_prompts_win(tmp_path: Path, own: dict[str, str], expected: Prompts) -> None:
    folder = ModelFolder.locate(str(make_model(tmp_path / "ruri-v3-own", prompts=own)))
    assert folder.prompts == expected


def test_a_model_is_known_by_what_makes_its_vectors(models: dict[str, Path], tmp_path: Path) -> None:
    directory = Path(shutil.copytree(models["bert"], tmp_path / "copy"))
    before = ModelFolder.locate(str(directory)).hash_files()
    assert before == ModelFolder.locate(str(models["bert"])).hash_files()  # wherever it lies
    (directory / "README.md").write_text("説明", encoding="utf-8")
    shutil.rmtree(directory / "onnx")
    assert ModelFolder.locate(str(directory)).hash_files() == before
    prompts = directory / "config_sentence_transformers.json"
    prompts.write_text(prompts.read_text(encoding="utf-8").replace('"query": ""', '"query": "問い: "'), encoding="utf-8")
    assert ModelFolder.locate(str(directory)).hash_files() != before


@pytest.mark.parametrize("kind", ["xlm-roberta", "modernbert"])
def test_from_the_graph_to_an_answer(models: dict[str, Path], store: OxigraphStore, tmp_path: Path, kind: str) -> None:
    encoders = load_encoders(EncoderSettings(model=str(models[kind])))
    settings = build_index(store, tmp_path, encoders=encoders, thesaurus=THESAURUS, cache_dir=tmp_path / "cache")
    assert [row["fingerprint"] for row in settings["encoders"]] == [encoder.fingerprint for encoder in encoders]
    engine = SearchEngine(SearchIndex.open(tmp_path, encoders, None))
    asked = {mode: engine.search(SearchRequest("キャッシュレス", mode=mode)) for mode in ("hybrid", "semantic", "keyword")}
    assert "キャッシュレス" in asked["keyword"].results[0]["title"]
    for response in asked.values():  # random weights know nothing, but they break nothing either
        assert np.isfinite(response.asked.scores.evidence).all()
        assert np.isfinite(response.asked.scores.fused).all()
        assert engine.rank_units("キャッシュレス", response.request.mode) == engine.rank_units("キャッシュレス", response.request.mode)


def test_an_index_of_another_model_is_refused_and_both_are_named(models: dict[str, Path], store: OxigraphStore, tmp_path: Path) -> None:
    built = SentenceTransformerEncoder(str(models["bert"]))
    build_index(store, tmp_path, encoders=(built,), thesaurus=THESAURUS, cache_dir=tmp_path / "cache")
    others = [
        SentenceTransformerEncoder(str(models["modernbert"])),
        load_encoders(EncoderSettings(model=str(models["bert"]), backend="onnx"))[0],
    ]
    for other in others:
        with pytest.raises(SnapshotError, match="KEIKAKU_MODEL を取り込んだときと同じに") as refused:
            SearchIndex.open(tmp_path, (other,), None)
        assert all(f"{encoder.name}（{encoder.fingerprint}）" in str(refused.value) for encoder in (built, other))


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"backend": "tensorflow"}, "torch、onnx、openvino のどれか"),
        ({"backend": "openvino"}, "sentence-transformers\\[openvino\\]"),
        ({"device": "cuda:7"}, "KEIKAKU_DEVICE=cuda:7: この計算機では使えません"),
        ({"device": "bogus"}, "装置の名前ではありません"),
        ({"backend": "onnx", "device": "cuda"}, "この onnxruntime では使えません"),
    ],
)
def test_settings_that_do_not_work_are_named(models: dict[str, Path], settings: dict[str, str], message: str) -> None:
    with pytest.raises(SettingsError, match=message):
        load_encoders(EncoderSettings(model=str(models["bert"]), **settings))


def test_onnx_without_a_graph_tells_what_to_install(models: dict[str, Path]) -> None:
    with pytest.raises(SettingsError, match=r"sentence-transformers\[onnx\].*onnx/model.onnx"):
        load_encoders(EncoderSettings(model=str(models["modernbert"]), backend="onnx"))


def test_backend_and_device_are_those_of_a_named_model() -> None:
    with pytest.raises(SettingsError, match="KEIKAKU_MODEL と一緒に"):
        EncoderSettings(backend="onnx")


def test_folders_that_are_no_models(models: dict[str, Path], tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SettingsError, match=r"modules\.json がありません"):
        SentenceTransformerEncoder(str(tmp_path / "empty"))
    broken = Path(shutil.copytree(models["bert"], tmp_path / "broken"))
    (broken / "config.json").unlink()
    with pytest.raises(SettingsError, match="モデルを読み込めません"):
        SentenceTransformerEncoder(str(broken))
    (broken / "onnx" / "model.onnx").write_bytes(b"no graph")
    with pytest.raises(SettingsError, match="ONNX として読めません"):
        OnnxFolderEncoder(ModelFolder.locate(str(broken)))


@pytest.fixture
def choose(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Path], None]]:
    """Choose the model as an operator does; nothing that was loaded before counts."""

    def choose(model: Path) -> None:
        monkeypatch.setenv("KEIKAKU_MODEL", str(model))
        load_encoders.cache_clear()

    yield choose
    load_encoders.cache_clear()


def test_commands_and_service_refuse_another_model(
    models: dict[str, Path], choose: Callable[[Path], None], store: OxigraphStore, town: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    data = Path(shutil.copytree(town, tmp_path / "data", symlinks=True))
    choose(models["bert"])
    build_index(store, (data / "current" / "search").resolve(), encoders=load_encoders(), thesaurus=THESAURUS, cache_dir=tmp_path / "cache")
    assert main(["search", "キャッシュレス", "--data", str(data)]) == 0
    with TestClient(create_app(data, ServiceSettings(query_workers=1))) as client:
        assert client.get("/api/search", params={"q": "キャッシュレス"}).json()["total"]
    capsys.readouterr()
    choose(models["modernbert"])
    for command in (["search", "税"], ["owners", "税"]):
        assert main([*command, "--data", str(data)]) == 2
        told = capsys.readouterr().err
        assert "bert（" in told
        assert "ruri-tiny（" in told
    with pytest.raises(SnapshotError, match=r"bert（.*ruri-tiny（"):
        create_app(data, ServiceSettings(query_workers=1))


def test_a_model_changed_in_place_is_another_one(models: dict[str, Path], tmp_path: Path) -> None:
    directory = make_model(tmp_path / "model")
    before = EncoderSettings(model=str(directory)).key
    shutil.rmtree(directory)
    shutil.rmtree(tmp_path / "model-parts")
    make_model(directory, seed=1)
    assert EncoderSettings(model=str(directory)).key != before
    assert EncoderSettings(model=str(models["bert"]), backend="onnx").key != EncoderSettings(model=str(models["bert"])).key
