"""Whatever is asked, the answer is an answer or a problem, never a defect; and the documentation's own examples work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

DOCUMENTATION = (Path(__file__).resolve().parents[2] / "docs" / "http.md").read_text(encoding="utf-8")
ODD = [
    "/?q=%00", "/?q=%ff%fe", "/?q=%F0%A0%AE%B7", "/?q=a&limit=5&limit=6", "/?municipality=%22%3E", "/?q=" + "a+" * 250,
    "/api/search?q=%00%01", "/api/search?q=%ED%A0%80", "/api/search?q=a&offset=99999999999999999999999",
    "/api/search?q=a&fiscal_year=99999999999999999999999999", "/api/owners?q=%E3%80%80", "/api/search?q=***&mode=keyword",
    "/page/document/..%2F..%2Fmanifest", "/static/..%2fapp.py", "/id/%ff%fe", "/page/%00", "/id/%F0%9F%98%80", "/page/a%3E%20.%7D",
    "/page//", "/page/131075//", "/data/.ttl", "/page/document/x?from=abc", "/page/document/x?lines=1",
    "/sparql?query=%ff", "/sparql?query=%00", "/sparql?query=", "/sparql?example=zzz&format=html", "/sparql?default-graph-uri=%20",
]  # fmt: skip


@pytest.mark.parametrize("address", ODD)
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_odd_addresses_are_answered(client: TestClient, address: str, accept: str) -> None:
    answer = client.get(address, headers={"Accept": accept})
    assert answer.status_code < 500
    if answer.status_code >= 400 and accept == "*/*":
        assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("address", re.findall(r"^GET (.+)$", DOCUMENTATION, re.MULTILINE))
def test_examples_of_the_documentation_answer(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.content
    if address.startswith("/api/search"):
        assert answer.json()["results"]


def test_every_address_of_the_interface_is_documented(client: TestClient) -> None:
    for path in client.get("/openapi.json").json()["paths"]:
        stem = path.partition("{")[0].rstrip("/") or "/"
        assert stem in DOCUMENTATION, path
