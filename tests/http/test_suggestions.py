"""``/api/suggest`` over the example town."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


def texts(client: TestClient, typed: str, **parameters: object) -> list[str]:
    answer = client.get("/api/suggest", params={"q": typed, **parameters}).json()
    return [suggestion["text"] for suggestion in answer["suggestions"]]


def test_a_suggestion_has_the_shape_of_the_contract(client: TestClient) -> None:
    answer = client.get("/api/suggest", params={"q": "スマートフォン利用"}).json()
    assert set(answer) == {"query", "took_ms", "suggestions"}
    [first] = [suggestion for suggestion in answer["suggestions"] if suggestion["text"] == "高齢者のスマートフォン利用の支援"]
    assert (first["kind"], first["label_ja"]) == ("measure", "取組")
    assert first["municipality"]["name"] == "若葉野市"
    assert first["iri"].startswith("http://localhost:8000/id/")
    assert [first["text"][start:end] for start, end in first["highlights"]] == ["スマートフォン利用"]


@pytest.mark.parametrize("typed", ["こうれいしゃ", "koureish", "高齢しゃ", "高齢sh", "高齢者"])
def test_kana_romaji_and_half_converted_text_lead_to_the_same_name(client: TestClient, typed: str) -> None:
    assert "高齢者支援課" in texts(client, typed)


def test_what_is_suggested_finds_something(client: TestClient) -> None:
    for typed in ("高", "まど", "sumaho", "ひなん"):
        for text in texts(client, typed):
            assert client.get("/api/search", params={"q": text, "mode": "keyword"}).json()["results"], text


def test_the_limit_is_kept(client: TestClient) -> None:
    assert len(texts(client, "し", limit=3)) == 3
    assert texts(client, "し", limit=3) == texts(client, "し", limit=20)[:3]


@pytest.mark.parametrize("typed", ["", " ", "　", "(", "\0", "%", "\U0001f600", "ｦﾟ", "zzzzqqq", "あ" * 500])
def test_whatever_is_typed_is_answered(client: TestClient, typed: str) -> None:
    assert client.get("/api/suggest", params={"q": typed}).status_code == 200


@pytest.mark.parametrize("query", ["q=a&limit=0", "q=a&limit=21", "q=a&limit=x", "q=" + "a" * 501])
def test_errors_name_the_field(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/suggest?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] in query
