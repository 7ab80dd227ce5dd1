"""Every example of the query page has an answer: in the example town, which is what a first ``make run`` shows, and in the real documents."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from fastapi.testclient import TestClient

from graph.queries import ExampleQuery, example_queries

PATIENCE = 60  # seconds
each_example = pytest.mark.parametrize("example", example_queries(), ids=lambda example: example.name)
pytestmark = pytest.mark.model


def count_answers(client: httpx.Client, query: str) -> int:
    """Rows, or the things that a graph tells of."""
    answer = client.get("/sparql", params={"query": query}, headers={"Accept": "application/sparql-results+json, application/ld+json"})
    assert answer.status_code == 200, answer.text
    found = answer.json()
    return len(found["results"]["bindings"] if "results" in found else found)


@pytest.fixture(scope="module")
def town_client(meaning: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=meaning, timeout=PATIENCE) as client:
        yield client


@each_example
def test_an_example_answers_in_the_example_town(town_client: httpx.Client, example: ExampleQuery) -> None:
    assert count_answers(town_client, example.text) > 0


@pytest.mark.seeds
@each_example
def test_an_example_answers_from_real_documents(seeds_client: TestClient, example: ExampleQuery) -> None:
    assert count_answers(seeds_client, example.text) > 0
