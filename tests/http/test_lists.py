"""The lists: filters, paging, links to the neighbouring parts, tables."""

from __future__ import annotations

import csv
import io
from typing import Any

import openpyxl
import pytest
from fastapi.testclient import TestClient

LISTS = ("plans", "measures", "departments", "frameworks", "documents")
TOWN = "若葉野市"


def ask(client: TestClient, name: str, **parameters: Any) -> dict[str, Any]:
    answer = client.get(f"/api/{name}", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("name", LISTS)
def test_parts_make_the_whole(client: TestClient, name: str) -> None:
    whole = ask(client, name, limit=1000)
    assert whole["total"] == len(whole[name]) > 1
    assert len({row["iri"] for row in whole[name]}) == whole["total"]
    followed, path = [], f"/api/{name}?limit=7"
    while path:
        answer = client.get(path)
        followed += answer.json()[name]
        path = answer.links.get("next", {}).get("url")
    assert followed == whole[name]


def test_links_keep_what_was_asked(client: TestClient) -> None:
    answer = client.get("/api/measures", params={"municipality": TOWN, "limit": 2, "offset": 2})
    assert answer.links["prev"]["url"].endswith("limit=2&offset=0")
    assert "municipality=%E8%8B%A5" in answer.links["next"]["url"]
    assert "link" not in client.get("/api/measures", params={"limit": 1000}).headers
    assert client.get("/api/indicators?limit=2").links["next"]["url"] == "/api/indicators?limit=2&offset=2"


@pytest.mark.parametrize("name", LISTS)
def test_tables_hold_all_that_fits(client: TestClient, name: str) -> None:
    total = ask(client, name, q="ー")["total"]
    sheet = client.get(f"/api/{name}", params={"q": "ー", "format": "csv", "limit": 1})
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    head, *rows = csv.reader(io.StringIO(sheet.content.decode("utf-8-sig"), newline=""))
    book = client.get(f"/api/{name}", params={"q": "ー", "format": "xlsx"})
    assert book.headers["content-disposition"] == f'attachment; filename="{name}.xlsx"'
    cells = [["" if cell is None else str(cell) for cell in row] for row in openpyxl.load_workbook(io.BytesIO(book.content)).active.values]
    assert cells == [head, *rows]
    assert len(rows) == total


def test_measures_are_found_by_each_filter(client: TestClient) -> None:
    measures = ask(client, "measures", limit=1000)["measures"]
    one = next(m for m in measures if m["departments"] and m["fiscal_years"])
    department, year = one["departments"][0], one["fiscal_years"][0]
    wanted = {
        "municipality": lambda m: m["municipality"] == one["municipality"],
        "plan": lambda m: m["plan"] == one["plan"],
        "department": lambda m: department["iri"] in {d["iri"] for d in m["departments"]},
        "fiscal_year": lambda m: year in m["fiscal_years"],
    }
    spellings = {
        "municipality": (one["municipality"]["code"], one["municipality"]["name"]),
        "plan": (one["plan"]["iri"], one["plan"]["title"]),
        "department": (department["iri"],),
        "fiscal_year": (year,),
    }
    for name, values in spellings.items():
        for value in values:
            found = ask(client, "measures", limit=1000, **{name: value})["measures"]
            assert found == [m for m in measures if wanted[name](m)], name
    assert one in ask(client, "measures", q=f"{one['title']} {department['name']}")["measures"]


def test_a_measure_names_the_lines_that_print_it(client: TestClient) -> None:
    for measure in ask(client, "measures", limit=1000)["measures"]:
        assert measure["sources"]
        for source in measure["sources"]:
            assert set(source) == {"document", "title", "file", "page", "lines"}


def test_the_others_are_found_by_their_measures(client: TestClient) -> None:
    frameworks = [row for row in ask(client, "frameworks", limit=1000)["frameworks"] if row["measures"]]
    assert frameworks
    name = frameworks[0]["name"]
    measures = ask(client, "measures", framework=name, limit=1000)["measures"]
    assert len(measures) == frameworks[0]["measures"]
    assert {row["iri"] for row in ask(client, "plans", framework=name)["plans"]} == {m["plan"]["iri"] for m in measures}
    departments = {d["iri"] for m in measures for d in m["departments"]}
    assert {row["iri"] for row in ask(client, "departments", framework=name, limit=1000)["departments"]} == departments
    assert ask(client, "departments", municipality="無い市")["departments"] == []


def test_counts_agree(client: TestClient) -> None:
    measures = ask(client, "measures", limit=1000)["measures"]
    for plan in ask(client, "plans")["plans"]:
        assert plan["measures"] == sum(m["plan"]["iri"] == plan["iri"] for m in measures)
    for row in ask(client, "departments", limit=1000)["departments"]:
        own = [d["role"] for m in measures for d in m["departments"] if d["iri"] == row["iri"]]
        assert (row["responsible"], row["involved"]) == (own.count("responsible"), own.count("involved"))


@pytest.mark.parametrize("query", ["limit=0", "limit=1001", "offset=-1", "fiscal_year=abc", "format=pdf"])
def test_wrong_parameters_are_named(client: TestClient, query: str) -> None:
    answer = client.get(f"/api/departments?{query}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == query.partition("=")[0]


def test_the_interface_describes_them(client: TestClient) -> None:
    paths = client.get("/openapi.json").json()["paths"]
    for name in LISTS:
        names = {parameter["name"] for parameter in paths[f"/api/{name}"]["get"]["parameters"]}
        assert names == {"q", "municipality", "plan", "department", "framework", "fiscal_year", "limit", "offset", "format"}
