"""What the editor asks for: the words of the graph, why nothing is found, a workbook."""

from __future__ import annotations

import io

from fastapi.testclient import TestClient
from openpyxl import load_workbook


def test_the_vocabulary_is_that_of_this_graph(client: TestClient) -> None:
    words = client.get("/api/vocabulary").json()
    assert words["prefixes"]["plan"] == "https://w3id.org/keikaku/ns#"
    measure = next(term for term in words["classes"] if term["name"] == "plan:Measure")
    assert measure["count"] > 0
    assert measure["label"]
    assert any(term["name"] == "plan:responsibleDepartment" for term in words["properties"])
    assert any(name["text"] == "市民課" for name in words["names"])


def test_an_empty_result_names_its_reason(client: TestClient) -> None:
    answer = client.post("/api/query/empty", data={"query": "SELECT * {\n ?s ?p ?o .\n ?s a <x:Nothing> }"}).json()
    assert answer["lines"] == [3, 3]
    assert answer["text"] == "?s a <x:Nothing>"
    assert client.post("/api/query/empty", data={"query": "SELECT * { ?s ?p ?o } LIMIT 0"}).json()["message"].startswith("パターンには")


def test_a_result_as_a_workbook(client: TestClient) -> None:
    answer = client.post("/api/query/table.xlsx", data={"query": 'SELECT ?名 ?数 { VALUES (?名 ?数) { ("=1+1" 1.5) (UNDEF 2) } }'})
    rows = list(load_workbook(io.BytesIO(answer.content)).active.values)
    assert rows[0] == ("名", "数")
    assert {row[1] for row in rows[1:]} == {1.5, 2}
    assert client.post("/api/query/table.xlsx", data={"query": "ASK {}"}).status_code == 400
