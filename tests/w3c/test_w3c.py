"""The W3C suites against the running service: what passes and what does not is as listed in known_failures.toml."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from benchmarks.w3c.__main__ import SHARED, topic
from benchmarks.w3c.manifests import W3CTest, read_suites
from benchmarks.w3c.run import KnownFailure, read_known_failures, run_test
from benchmarks.w3c.service import Service, serve_datasets

TESTS = read_suites(SHARED) if SHARED.is_dir() else []
APPLICABLE = [test for test in TESTS if not test.skip]
FOLDERS = list(dict.fromkeys(test.folder for test in APPLICABLE))
KNOWN = read_known_failures()
NOT_LISTED = KnownFailure("", "pass", "", "")

pytestmark = pytest.mark.skipif(not TESTS, reason="../shared/w3c が無いため、W3C の試験を飛ばします")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with serve_datasets(SHARED, tmp_path_factory.mktemp("w3c")) as service:
        yield service


@pytest.fixture(scope="module")
def client() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=60) as client:
        yield client


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_the_suites(folder: str, service: Service, client: httpx.Client) -> None:
    outcomes = [run_test(test, service, client) for test in APPLICABLE if test.folder == folder]
    surprises = [
        f"{outcome.test.name}: {KNOWN.get(outcome.test.name, NOT_LISTED).grade} のはずが {outcome.grade} {outcome.detail}"
        for outcome in outcomes
        if outcome.grade != KNOWN.get(outcome.test.name, NOT_LISTED).grade
    ]
    assert not surprises, "\n".join(surprises)


def test_only_real_tests_are_listed() -> None:
    assert set(KNOWN) <= {test.name for test in APPLICABLE}
    assert {failure.cause for failure in KNOWN.values()} <= {"engine", "ours", "test"}
    assert {failure.grade for failure in KNOWN.values()} <= {"equal", "fail"}


def test_the_bars_are_kept() -> None:
    """SPARQL 1.1: at least 97.5 % of evaluation, syntax and formats by value; every protocol and service description test."""

    def failed(tests: list[W3CTest]) -> list[str]:
        return [test.name for test in tests if KNOWN.get(test.name, NOT_LISTED).grade == "fail"]

    current = [test for test in APPLICABLE if test.name.startswith("sparql11/")]
    http = [test for test in current if topic(test) in ("プロトコル", "Service Description")]
    language = [test for test in current if test not in http]
    assert len(http) == 23
    assert not failed(http)
    assert len(failed(language)) <= 0.025 * len(language)


def test_what_does_not_apply_is_told() -> None:
    assert {Path(test.folder).name for test in TESTS if test.skip} >= {"entailment", "service", "graph-store-protocol", "syntax-update-1"}
