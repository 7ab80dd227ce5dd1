from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from graph.store import OxigraphStore
from ontology.errors import SnapshotError
from search_api.encoder_universal import UniversalSentenceEncoder
from search_api.index import SearchIndex, read_settings
from search_api.indexing import build_index, index_units
from search_api.search import SearchEngine, SearchRequest, SearchRequestError
from search_api.units import Field, Owner, Unit


def ask(engine: SearchEngine, query: str, **filters: object) -> dict:
    return engine.search(SearchRequest(query, **filters)).to_json()


def titles(answer: dict) -> list[str]:
    return [result["title"] for result in answer["results"]]


@pytest.fixture(params=["word_engine", "engine"])
def either(request: pytest.FixtureRequest) -> SearchEngine:
    """By words alone, and with a sentence model."""
    return request.getfixturevalue(request.param)


def test_the_shape_of_the_contract(engine: SearchEngine) -> None:
    answer = ask(engine, "キャッシュレス決済")
    assert list(answer) == ["query", "mode", "total", "took_ms", "understood", "results", "facets"]
    understood = answer["understood"]
    assert {understood.pop(name) for name in ["intent"]} == {"topic"}
    assert set(understood) >= {"municipalities", "fiscal_years", "departments", "plans", "frameworks", "conditions", "ignored"}
    assert not any(understood.values())
    first = answer["results"][0]
    assert (first["type"], first["title"], first["number"], first["level"]) == ("Measure", "キャッシュレスの推進", "1", "取組")
    assert first["municipality"] == {"code": "990019", "name": "あおば町"}
    assert {d["name"]: d["role"] for d in first["departments"]}["会計課"] == "responsible"
    assert [result["score"] for result in answer["results"]] == sorted((r["score"] for r in answer["results"]), reverse=True)
    assert 0 < first["score"] < 1
    assert first["explain"]["keyword_rank"] == 1
    match = first["matches"][0]
    assert set(match) == {"field", "text", "highlights", "heading", "fiscal_year", "source"}
    assert set(match["source"]) == {"document", "file", "page", "lines"}


def test_matches_quote_and_highlight(either: SearchEngine) -> None:
    matches = ask(either, "複写代")["results"][0]["matches"]
    match = next(match for match in matches if match["field"] == "activity" and "複写" in match["text"])
    assert [match["text"][start:end] for start, end in match["highlights"]] == ["複写代"]
    assert match["source"]["lines"] == [15, 15]
    assert match["fiscal_year"] == 2024


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("キャッシュレス", "キャッシュレスの推進"),
        ("ｷｬｯｼｭﾚｽ", "キャッシュレスの推進"),
        ("きゃっしゅれす", "キャッシュレスの推進"),
        ("お年寄りにスマホの使い方を教える", "スマートフォン講習会の実施"),
        ("屋根を直した", "庁舎の維持"),
    ],
)
def test_found_first(engine: SearchEngine, query: str, title: str) -> None:
    assert titles(ask(engine, query))[0] == title


def test_a_bare_name_stands_last(tmp_path: Path) -> None:
    title = (Field("", "title", "予約システムの導入", ()),)
    owner = (Owner("owner", "窓口課", "responsible"),)
    bare = Unit("a", "Initiative", title[0].text, None, None, None, None, fields=title)
    units = [bare, replace(bare, iri="b", owners=owner), replace(bare, iri="c", type="Measure")]  # equal words: ties go by IRI
    index_units(units, tmp_path, cache_dir=tmp_path / "cache")
    answer = ask(SearchEngine(SearchIndex.open(tmp_path, (), None)), "予約システム", mode="keyword")
    assert [result["iri"] for result in answer["results"]] == ["c", "b", "a"]


def test_a_named_town_filters(either: SearchEngine) -> None:
    answer = ask(either, "みなと市のキャッシュレス")
    assert answer["understood"]["municipalities"] == ["みなと市"]
    assert titles(answer)[0] == "窓口の改善"
    assert {result["municipality"]["name"] for result in answer["results"]} == {"みなと市"}


def test_two_named_towns_are_both_shown(engine: SearchEngine) -> None:
    towns = [result["municipality"]["name"] for result in ask(engine, "キャッシュレスをあおば町とみなと市で比べたい")["results"]]
    assert set(towns[:2]) == {"あおば町", "みなと市"}


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"municipality": "990027"}, {"窓口の改善"}),
        ({"municipality": "みなと市"}, {"窓口の改善"}),
        ({"department": "税務課"}, {"キャッシュレスの推進"}),
        ({"department": "http://localhost:8000/id/990019/department/%E7%A8%8E%E5%8B%99%E8%AA%B2"}, {"キャッシュレスの推進"}),
        ({"plan": "みなと市行政改革計画"}, {"窓口の改善"}),
        ({"fiscal_year": 2023}, {"窓口の改善"}),
        ({"framework": "知らない枠組み"}, set()),
        ({"municipality": "どこにもない村"}, set()),
    ],
)
def test_filters(word_engine: SearchEngine, filters: dict, expected: set[str]) -> None:
    answer = ask(word_engine, "キャッシュレス", **filters)
    assert set(titles(answer)) == expected
    assert ("hint" in answer) == (not expected)


def test_the_measures_of_a_department(either: SearchEngine) -> None:
    answer = ask(either, "総務課の取組")
    assert answer["understood"]["departments"] == ["総務課"]
    assert set(titles(answer)) == {"ペーパーレスの徹底", "庁舎の維持"}


def test_paging_and_facets(word_engine: SearchEngine) -> None:
    whole = ask(word_engine, "キャッシュレス")
    pages = [ask(word_engine, "キャッシュレス", limit=1, offset=offset) for offset in range(whole["total"] + 1)]
    assert [title for page in pages for title in titles(page)] == titles(whole)
    assert all(page["facets"] == whole["facets"] for page in pages)
    assert whole["facets"]["municipality"] == [{"value": "あおば町", "count": 2}, {"value": "みなと市", "count": 1}]
    assert list(whole["facets"]) == ["municipality", "plan", "department", "fiscal_year", "framework"]


@pytest.mark.parametrize("mode", ["hybrid", "keyword", "semantic"])
def test_modes(engine: SearchEngine, mode: str) -> None:
    assert titles(ask(engine, "キャッシュレス決済の導入", mode=mode))[0] == "キャッシュレスの推進"


def test_keyword_mode_shares_a_word(engine: SearchEngine) -> None:
    for result in ask(engine, "職員研修", mode="keyword")["results"]:
        assert result["explain"]["keyword_rank"] is not None


def test_keyword_mode_asks_no_model(engine: SearchEngine) -> None:
    class Silent:
        def encode_queries(self, texts: list[str]) -> None:
            raise AssertionError("a model was asked")

    words_alone = SearchEngine(replace(engine.index, encoders=[Silent() for _ in engine.index.encoders]))
    response = words_alone.search(SearchRequest("キャッシュレス決済の導入", mode="keyword"))
    assert response.ranking == engine.search(SearchRequest("キャッシュレス決済の導入", mode="keyword")).ranking
    assert {result["explain"]["semantic_rank"] for result in response.results} == {None}


def test_a_figure_is_shown_first(engine: SearchEngine) -> None:
    first = ask(engine, "キャッシュレスで払える手続は何件か")["results"][0]
    assert first["matches"][0]["field"] == "indicator"


def test_the_asked_year_is_shown_first(engine: SearchEngine) -> None:
    first = ask(engine, "2025年度のスマートフォン教室")["results"][0]
    assert (first["title"], first["matches"][0]["fiscal_year"]) == ("スマートフォン講習会の実施", 2025)


@pytest.mark.parametrize("query", ["将棋の定跡", "zxqv", "？？", "。"])
def test_silence_with_a_hint(either: SearchEngine, query: str) -> None:
    answer = ask(either, query)
    assert answer["results"] == []
    assert answer["total"] == 0
    assert "別の言い方" in answer["hint"]


def test_a_town_that_was_not_ingested(engine: SearchEngine) -> None:
    answer = ask(engine, "板橋区のキャッシュレス")
    assert answer["results"] == []
    assert "板橋区の計画は取り込まれていません" in answer["hint"]
    assert "あおば町" in answer["hint"]


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        ({"query": ""}, "q"),
        ({"query": " 　"}, "q"),
        ({"query": "税", "mode": "magic"}, "mode"),
        ({"query": "税", "limit": 0}, "limit"),
        ({"query": "税", "limit": 101}, "limit"),
        ({"query": "税", "offset": -1}, "offset"),
    ],
)
def test_wrong_requests_name_the_field(arguments: dict, field: str) -> None:
    with pytest.raises(SearchRequestError) as error:
        SearchRequest(**arguments)
    assert error.value.field == field


def test_the_same_input_gives_the_same_bytes(store: OxigraphStore, encoder: UniversalSentenceEncoder, tmp_path: Path) -> None:
    contents = []
    for name in ("first", "second"):
        directory = tmp_path / name
        directory.mkdir()
        settings = build_index(store, directory, encoders=(encoder,), cache_dir=tmp_path / name / "cache")
        contents.append({path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()})
        assert settings["encoders"][0]["fingerprint"] == encoder.fingerprint
    assert contents[0] == contents[1]


def test_an_index_of_other_models_is_refused(store: OxigraphStore, encoder: UniversalSentenceEncoder, tmp_path: Path) -> None:
    build_index(store, tmp_path, encoders=(encoder,), cache_dir=tmp_path / "cache")
    with pytest.raises(SnapshotError, match="KEIKAKU_MODEL"):
        SearchIndex.open(tmp_path, (), None)


def test_a_damaged_index_is_refused(store: OxigraphStore, tmp_path: Path) -> None:
    with pytest.raises(SnapshotError, match="検索索引がありません"):
        read_settings(tmp_path)
    build_index(store, tmp_path, cache_dir=tmp_path / "cache")
    (tmp_path / "units.json").write_text("[", encoding="utf-8")
    with pytest.raises(SnapshotError, match="読めません"):
        SearchIndex.open(tmp_path, (), None)


def test_an_empty_graph_answers_nothing(tmp_path: Path, encoder: UniversalSentenceEncoder) -> None:
    build_index(OxigraphStore.in_memory(), tmp_path, encoders=(encoder,), cache_dir=tmp_path / "cache")
    engine = SearchEngine(SearchIndex.open(tmp_path, (encoder,), None))
    assert ask(engine, "キャッシュレス")["results"] == []
    assert engine.owners("キャッシュレス").departments == ()


def test_many_threads_get_the_same_answers(engine: SearchEngine) -> None:
    queries = ["キャッシュレス", "職員研修", "高齢者のスマートフォン", "屋根", "はんこ"] * 4
    alone = [[r["iri"] for r in ask(engine, query)["results"]] for query in queries]
    with ThreadPoolExecutor(max_workers=8) as pool:
        together = list(pool.map(lambda query: [r["iri"] for r in ask(engine, query)["results"]], queries))
    assert together == alone
