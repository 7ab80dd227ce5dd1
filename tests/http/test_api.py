"""/api/search, /api/owners, the lists and the state of the service."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi.testclient import TestClient

RESULT = {"iri", "type", "title", "number", "level", "plan", "municipality", "departments", "score", "matches", "explain"}
SOURCE = {"document", "file", "page", "lines"}


def test_search_answers_in_the_shape_of_the_contract(client: TestClient) -> None:
    answer = client.get("/api/search", params={"q": "高齢者のスマートフォン", "limit": 3}).json()
    assert answer["query"] == "高齢者のスマートフォン"
    assert answer["mode"] == "hybrid"
    assert answer["total"] >= len(answer["results"]) > 0
    assert len(answer["results"]) <= 3
    assert set(answer["understood"]) >= {"municipalities", "fiscal_years", "departments", "intent", "plans", "frameworks", "conditions"}
    assert set(answer["facets"]) == {"municipality", "plan", "department", "fiscal_year", "framework"}
    first = answer["results"][0]
    assert set(first) >= RESULT
    assert first["title"] == "高齢者のスマートフォン利用の支援"
    assert first["municipality"]["name"] == "若葉野市"
    assert {department["name"] for department in first["departments"]} >= {"高齢者支援課", "生涯学習課"}
    match = first["matches"][0]
    assert set(match["source"]) == SOURCE
    for start, end in match["highlights"]:
        assert 0 <= start < end <= len(match["text"])


def test_owners_answer_in_the_shape_of_the_contract(client: TestClient) -> None:
    answer = client.get("/api/owners", params={"q": "高齢者のスマートフォン"}).json()
    assert set(answer) >= {"query", "took_ms", "departments"}
    assert "高齢者支援課" in {department["name"] for department in answer["departments"]}
    first = answer["departments"][0]
    assert set(first) >= {"iri", "name", "municipality", "role", "current", "score", "measures"}
    assert set(first["measures"][0]) >= {"iri", "title", "number", "plan", "matches"}
    assert set(first["measures"][0]["matches"][0]["source"]) == SOURCE


def test_a_question_without_answer_gets_a_hint(client: TestClient) -> None:
    answer = client.get("/api/search", params={"q": "宇宙ステーションの係留"}).json()
    assert answer["results"] == []
    assert answer["hint"]


def test_filters_narrow_the_result(client: TestClient) -> None:
    answer = client.get("/api/search", params={"q": "高齢者", "department": "福祉課"}).json()
    assert answer["results"]
    assert all("福祉課" in {d["name"] for d in result["departments"]} for result in answer["results"])


def test_empty_parameters_are_as_good_as_absent(client: TestClient) -> None:
    bare = client.get("/api/search", params={"q": "高齢者"}).json()
    full = client.get(
        f"/api/search?q={quote('高齢者')}&limit=&offset=&mode=&municipality=&plan=&department=&fiscal_year=&framework="
    ).json()
    assert full["results"] == bare["results"]


@pytest.mark.parametrize(
    ("query", "field", "japanese", "english"),
    [
        ("", "q", "必須です", "required"),
        ("q=%20%E3%80%80", "q", "必須です", "required"),
        ("q=a&limit=abc", "limit", "「abc」は整数ではありません", "no integer"),
        ("q=a&limit=0", "limit", "1 以上", "at least 1"),
        ("q=a&limit=101", "limit", "100 以下", "at most 100"),
        ("q=a&offset=-1", "offset", "0 以上", "at least 0"),
        ("q=a&mode=fuzzy", "mode", "hybrid、keyword、semantic のいずれか", "one of hybrid, keyword, semantic"),
        ("q=a&fiscal_year=R6", "fiscal_year", "「R6」は整数ではありません", "no integer"),
        ("q=a&fiscal_year=6", "fiscal_year", "1950 以上", "at least 1950"),
        ("q=" + "あ" * 501, "q", "500 文字以内", "at most 500"),
    ],
)
def test_errors_name_the_field_and_what_would_be_right(client: TestClient, query: str, field: str, japanese: str, english: str) -> None:
    for language, text in (("ja", japanese), ("en-US,en;q=0.9", english)):
        answer = client.get(f"/api/search?{query}", headers={"Accept-Language": language})
        assert answer.status_code == 400
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["content-language"] == language[:2]
        problem = answer.json()
        assert set(problem) == {"type", "title", "status", "detail", "errors"}
        assert problem["status"] == 400
        assert [error["field"] for error in problem["errors"]] == [field]
        assert text in problem["errors"][0]["detail"]
        assert text in problem["detail"]


def test_owners_need_a_question(client: TestClient) -> None:
    answer = client.get("/api/owners")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "q"


def test_plans_and_documents_are_listed(client: TestClient) -> None:
    plans = client.get("/api/plans").json()["plans"]
    documents = client.get("/api/documents").json()["documents"]
    dx = next(plan for plan in plans if plan["title"] == "若葉野市DX推進計画")
    assert (dx["from_fiscal_year"], dx["to_fiscal_year"]) == (2023, 2026)
    assert dx["measures"] >= 14
    assert dx["documents"] == sum(document["plan"] == dx["iri"] for document in documents)
    assert {"id", "iri", "title", "file_name", "sha256", "municipality", "plan"} <= set(documents[0])


def test_the_state_of_the_service(client: TestClient) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}
    ready = client.get("/readyz").json()
    assert ready["status"] == "ready"
    assert ready["documents"] == len(client.get("/api/documents").json()["documents"])


def test_unknown_addresses_and_methods_are_problems(client: TestClient) -> None:
    answer = client.get("/api/nothing")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    answer = client.delete("/api/search")
    assert answer.status_code == 405
    assert answer.headers["allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["title"] == "この方法では受け付けていません"


def test_the_interface_is_described_without_pages_from_elsewhere(client: TestClient) -> None:
    description = client.get("/openapi.json").json()
    assert {"/api/search", "/api/owners", "/api/plans", "/api/documents", "/sparql"} <= set(description["paths"])
    names = {parameter["name"] for parameter in description["paths"]["/api/search"]["get"]["parameters"]}
    assert names == {"q", "limit", "offset", "mode", "municipality", "plan", "department", "fiscal_year", "framework", "ignore"}
    assert client.get("/docs").status_code == 404
    assert client.get("/redoc").status_code == 404
