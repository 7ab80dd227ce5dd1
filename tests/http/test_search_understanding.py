"""What the search understands of a question, its figures, reasons and hints: over the example town, by HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from search_api.routes.dependencies import today

VALUE = {"fiscal_year", "role", "value_text", "value", "unit", "comparator", "note", "source", "sources", "asked"}


@pytest.fixture
def in_2026(app: FastAPI) -> Iterator[None]:
    """The service as of November 2026, fiscal year 2026."""
    app.dependency_overrides[today] = lambda: date(2026, 11, 21)
    yield
    del app.dependency_overrides[today]


def ask(client: TestClient, question: str, **parameters: Any) -> dict:
    return client.get("/api/search", params={"q": question, **parameters}).json()


def test_every_condition_tells_where_it_is_typed(client: TestClient) -> None:
    answer = ask(client, "福祉課の令和６年度のスマートフォン教室")
    conditions = {c["field"]: c for c in answer["understood"]["conditions"]}
    assert conditions["fiscal_year"] == {
        "field": "fiscal_year", "value": 2024, "text": "令和６年度", "span": [4, 9], "effect": "boost", "key": "fiscal_year:2024"
    }  # fmt: skip
    assert conditions["department"]["text"] == "福祉課"
    assert answer["understood"]["fiscal_years"] == [2024]
    assert answer["understood"]["departments"] == ["福祉課"]


def test_a_plan_named_in_full_narrows_and_can_be_ignored(client: TestClient) -> None:
    title = "若葉野市DX推進計画"
    narrowed = ask(client, "DX推進計画の窓口")
    assert narrowed["understood"]["plans"] == [title]
    assert {result["plan"]["title"] for result in narrowed["results"]} == {title}
    wide = ask(client, "DX推進計画の窓口", ignore=f"plan:{title}")
    assert wide["understood"]["plans"] == []
    assert [condition["key"] for condition in wide["understood"]["ignored"]] == [f"plan:{title}"]
    assert {result["plan"]["title"] for result in wide["results"]} > {title}


@pytest.mark.usefixtures("in_2026")
@pytest.mark.parametrize(("said", "year"), [("昨年度", 2025), ("一昨年", 2024), ("2年前", 2024), ("来年度", 2027)])
def test_relative_years_are_read_as_of_the_day_of_the_request(client: TestClient, said: str, year: int) -> None:
    assert ask(client, f"{said}のスマートフォン教室")["understood"]["fiscal_years"] == [year]


def test_a_year_that_no_plan_speaks_of_does_not_empty_the_answer(client: TestClient) -> None:
    answer = ask(client, "2040年度のスマートフォン教室")
    assert answer["understood"]["conditions"][0]["effect"] == "none"
    assert answer["results"]


def test_a_named_year_comes_first(client: TestClient) -> None:
    first = ask(client, "2025年度の窓口")["results"][0]
    assert any(match["fiscal_year"] == 2025 for match in first["matches"])
    assert {"kind": "named", "values": ["fiscal_year:2025"]} in first["explain"]["reasons"]


def test_an_explicit_filter_is_stronger_than_what_is_named(client: TestClient) -> None:
    answer = ask(client, "福祉課の仕事", department="高齢者支援課")
    assert {c["effect"] for c in answer["understood"]["conditions"]} == {"none"}
    for result in answer["results"]:
        assert "高齢者支援課" in {department["name"] for department in result["departments"]}


def figure_of(client: TestClient) -> dict:
    """An indicator of the example town with a measure and a figure in a year."""
    indicators = client.get("/api/indicators", params={"limit": 1000}).json()["indicators"]
    return next(
        one for one in indicators
        if one["measures"] and not one["same_as"] and any(o["role"] == "Actual" and o["value"] is not None for o in one["observations"])
    )  # fmt: skip


def test_a_question_for_figures_is_answered_with_the_printed_values(client: TestClient) -> None:
    wanted = figure_of(client)
    actual = next(o for o in wanted["observations"] if o["role"] == "Actual" and o["value"] is not None)
    answer = ask(client, f"{actual['fiscal_year']}年度の{wanted['title']}の実績は")
    assert answer["understood"]["intent"] == "figure"
    figure = answer["figures"][0]
    assert (figure["indicator"], figure["label"], figure["type"]) == (wanted["iri"], wanted["title"], "Indicator")
    assert figure["measure"]["iri"] in {measure["iri"] for measure in wanted["measures"]}
    assert all(set(value) == VALUE for value in figure["values"])
    assert {value["fiscal_year"] for value in figure["values"] if value["asked"]} == {actual["fiscal_year"]}
    told = next(v for v in figure["values"] if (v["role"], v["fiscal_year"]) == ("Actual", actual["fiscal_year"]))
    assert (told["value"], told["value_text"]) == (actual["value"], actual["text"])
    place = told["source"]
    document = client.get("/api/documents").json()["documents"]
    assert place["document"] in {one["iri"] for one in document}


def test_documents_that_disagree_are_both_quoted(client: TestClient) -> None:
    disputed = client.get("/api/indicators", params={"disagreement": "true"}).json()["indicators"][0]
    figures = ask(client, f"{disputed['title']}の目標はいくつ")["figures"]
    figure = next(figure for figure in figures if figure["indicator"] == disputed["iri"])
    assert figure["disagreements"]
    for disagreement in figure["disagreements"]:
        assert len({(value["value_text"], value["source"]["document"]) for value in disagreement["values"]}) > 1


@pytest.mark.parametrize("question", ["宇宙ステーションの数は何件", "高齢者のスマートフォン", "プロ野球の観客は何人", "目標は何件"])
def test_no_figure_beside_the_question(client: TestClient, question: str) -> None:
    assert ask(client, question)["figures"] == []


def test_figures_stay_within_the_filters(client: TestClient) -> None:
    wanted = figure_of(client)
    others = [plan["title"] for plan in client.get("/api/plans").json()["plans"] if plan["iri"] != wanted["plan"]["iri"]]
    for figure in ask(client, f"{wanted['title']}の実績は何件", plan=others[0])["figures"]:
        assert figure["plan"]["title"] == others[0]


def test_each_result_tells_why_it_is_there(client: TestClient) -> None:
    for result in ask(client, "高齢者のスマートフォン")["results"]:
        kinds = [reason["kind"] for reason in result["explain"]["reasons"]]
        assert kinds
        assert set(kinds) <= {"words", "thesaurus", "near_words", "meaning", "named", "filter"}
    first = ask(client, "高齢者のスマートフォン", department="高齢者支援課")["results"][0]
    reasons = {reason["kind"]: reason["values"] for reason in first["explain"]["reasons"]}
    assert reasons["filter"] == ["department:高齢者支援課"]
    assert any("スマートフォン" in value for value in reasons["words"])


def test_an_empty_answer_says_what_was_understood_and_what_to_try(client: TestClient) -> None:
    answer = ask(client, "福祉課の宇宙ステーションの係留", fiscal_year=2024)
    assert answer["results"] == []
    assert "年度「2024」に絞って" in answer["hint"]
    for word in answer["try"]:
        assert ask(client, word)["results"]


def test_removing_conditions_is_advised_only_where_it_helps(client: TestClient) -> None:
    assert "条件を外すと、答える取組があります" in ask(client, "高齢者のスマートフォン", department="環境課")["hint"]
    assert "外すと" not in ask(client, "宇宙ステーションの係留", department="環境課")["hint"]


def test_owners_follow_ignored_readings(client: TestClient) -> None:
    named = client.get("/api/owners", params={"q": "福祉課の仕事"}).json()["departments"]
    assert [department["name"] for department in named] == ["福祉課"]
    free = client.get("/api/owners", params={"q": "福祉課の仕事", "ignore": "department:福祉課"}).json()
    assert "departments" in free


def test_too_many_ignored_readings_are_refused(client: TestClient) -> None:
    answer = client.get("/api/search", params={"q": "窓口", "ignore": ["fiscal_year:2024"] * 21})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "ignore"
