"""The service over the example town."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from benchmarks.serving import serve
from search_api.app import create_app
from search_api.settings import ServiceSettings

PORTAL = "https://portal.example.lg.jp"


@pytest.fixture(scope="session")
def app(town: Path) -> FastAPI:
    return create_app(town, ServiceSettings(allow_origins=(PORTAL,), query_timeout=5, query_workers=1))


@pytest.fixture(scope="session")
def client(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app) as client:
        yield client


@pytest.fixture(scope="session")
def endpoint(town: Path) -> Iterator[str]:
    """The address of ``/sparql`` behind a real socket, with the settings that nobody changed."""
    with serve(create_app(town, ServiceSettings())) as address:
        yield f"{address}/sparql"


@pytest.fixture(scope="session")
def measure(client: TestClient) -> dict:
    """A result of the search, to follow its links."""
    return client.get(f"/api/search?q={quote('高齢者のスマートフォン')}").json()["results"][0]
