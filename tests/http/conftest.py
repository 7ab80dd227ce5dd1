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

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
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


@pytest.fixture(scope="session")
def meaning(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the service over the example town with its sentence vectors, as ``make run`` starts it."""
    with serve(create_app(ingest(EXAMPLES, tmp_path_factory.mktemp("meaning")), ServiceSettings())) as address:
        yield address


@pytest.fixture(scope="session")
def seeds(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the real documents and their sentence vectors."""
    return ingest(shared / "seeds", tmp_path_factory.mktemp("seeds"))


def ingest(documents: Path, data_dir: Path) -> Path:
    from keikaku.compose import choose_embedding, ingest_documents
    from keikaku.settings import resolve_settings

    ingest_documents([documents], resolve_settings({"data_dir": str(data_dir)}, environ={}), embedding=choose_embedding())
    return data_dir


@pytest.fixture(scope="session")
def seeds_client(seeds: Path) -> Iterator[TestClient]:
    with TestClient(create_app(seeds, ServiceSettings(query_workers=1))) as client:
        yield client
