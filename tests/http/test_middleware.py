"""What every answer passes through: security headers, cross-origin rules, HEAD, revalidation, compression."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from ontology.errors import SettingsError
from search_api.language import choose_language
from search_api.middleware import SECURITY_HEADERS
from search_api.settings import ServiceSettings, parse_origins

PORTAL = "https://portal.example.lg.jp"


@pytest.mark.parametrize("path", ["/", "/api/plans", "/sparql", "/static/keikaku.css", "/embed.js", "/nothing", "/api/search"])
def test_every_answer_has_the_security_headers(client: TestClient, path: str) -> None:
    answer = client.get(path)
    for name, value in SECURITY_HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_defect_is_told_without_its_details(app: FastAPI, client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr("search_api.routes.lists.page_links", fail)
    answer = TestClient(app, raise_server_exceptions=False).get("/api/plans")
    assert answer.status_code == 500
    assert answer.json()["title"] == "内部エラーが起きました"
    assert "secret" not in answer.text
    assert answer.headers["Content-Security-Policy"] == SECURITY_HEADERS["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/api/plans", "/sparql?query=ASK%7B%7D", "/ns.ttl"])
def test_allowed_origins_may_read_data(client: TestClient, path: str) -> None:
    answer = client.get(path, headers={"Origin": PORTAL})
    assert answer.headers["access-control-allow-origin"] == PORTAL
    assert "Origin" in answer.headers["vary"]
    assert "access-control-allow-credentials" not in answer.headers
    assert "access-control-allow-origin" not in client.get(path, headers={"Origin": "https://other.example"}).headers


def test_errors_can_be_read_by_allowed_origins_too(client: TestClient) -> None:
    answer = client.get("/api/search?q=a&limit=x", headers={"Origin": PORTAL})
    assert answer.status_code == 400
    assert answer.headers["access-control-allow-origin"] == PORTAL


def test_preflights(client: TestClient) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    allowed = client.options("/sparql", headers={"Origin": PORTAL} | asking)
    assert allowed.status_code == 200
    assert "POST" in allowed.headers["access-control-allow-methods"]
    assert client.options("/sparql", headers={"Origin": "https://other.example"} | asking).status_code == 400


def test_pages_are_the_services_own(client: TestClient) -> None:
    assert "access-control-allow-origin" not in client.get("/", headers={"Origin": PORTAL}).headers


@pytest.mark.parametrize("path", ["/", "/api/plans", "/sparql?query=ASK%7B%7D", "/static/keikaku.css", "/healthz"])
def test_head_is_get_without_the_body(client: TestClient, path: str) -> None:
    head, get = client.head(path), client.get(path)
    assert head.status_code == get.status_code == 200
    assert head.content == b""
    assert head.headers["content-type"] == get.headers["content-type"]


def test_an_answer_is_revalidated_by_its_build(client: TestClient) -> None:
    first = client.get("/api/search?q=a")
    tag = first.headers["etag"]
    assert tag.startswith('W/"')
    again = client.get("/api/search?q=a", headers={"If-None-Match": f'"x", {tag}'})
    assert again.status_code == 304
    assert again.content == b""
    assert again.headers["etag"] == tag
    others = [
        client.get("/api/search?q=b"),
        client.get("/api/search?q=a", headers={"Accept-Language": "en"}),
        client.get("/api/search?q=a", headers={"Accept": "application/json"}),
    ]
    assert len({answer.headers["etag"] for answer in others} | {tag}) == 4
    assert "etag" not in client.get("/healthz").headers
    assert "etag" not in client.get("/api/search").headers  # an error


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("gzip;q=0", None),
        ("gzip; q=0.0, identity", None),
        ("*;q=0", None),
        ("identity, gzip;q=0.5", None),
        ("br", None),
        ("notgzip", None),
        ("gzip;q=0.001", "gzip"),
        ("x-gzip", "gzip"),
        ("br, *", "gzip"),
        ("GZIP", "gzip"),
        ("gzip;q=oops", None),
    ],
)
def test_gzip_is_for_those_who_take_it(client: TestClient, header: str, coding: str | None) -> None:
    answer = client.get("/ns.ttl", headers={"Accept-Encoding": header})
    assert answer.headers.get("content-encoding") == coding
    assert "Accept-Encoding" in answer.headers["vary"]


def test_long_answers_are_compressed(client: TestClient) -> None:
    assert client.get("/ns.ttl", headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"
    assert "content-encoding" not in client.get("/ns.ttl", headers={"Accept-Encoding": "identity"}).headers


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "ja"),
        ("", "ja"),
        ("ja", "ja"),
        ("en", "en"),
        ("EN-us , ja;q=0.3", "en"),
        ("en;q=0.5, ja-JP", "ja"),
        ("en, ja", "ja"),
        ("fr", "ja"),
        ("en;q=x", "ja"),
        ("*", "ja"),
    ],
)
def test_language_is_negotiated(header: str | None, language: str) -> None:
    assert choose_language(header) == language


def test_origins_are_read_and_checked() -> None:
    assert parse_origins(" https://a.lg.jp/ ,http://b:8080,, *") == ("https://a.lg.jp", "http://b:8080", "*")
    for wrong in ("portal.lg.jp", "https://a.lg.jp/path", "ftp://a", "https://"):
        with pytest.raises(SettingsError, match="KEIKAKU_ALLOW_ORIGINS"):
            ServiceSettings(allow_origins=(wrong,))
