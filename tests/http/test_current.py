"""A new snapshot is taken up while the service runs; the old one is closed after its last request."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi.testclient import TestClient

from keikaku.compose import ingest_documents
from keikaku.settings import resolve_settings
from ontology.errors import SnapshotError
from search_api.app import create_app
from search_api.current import CurrentSnapshot
from search_api.settings import ServiceSettings


@dataclass
class Opened:
    """What stands for an opened snapshot: an id, and whether it was closed."""

    build_id: str
    closed: bool = False
    snapshot: SimpleNamespace = field(init=False)

    def __post_init__(self) -> None:
        self.snapshot = SimpleNamespace(build_id=self.build_id)

    def close(self) -> None:
        self.closed = True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def point(data_dir: Path, name: str) -> None:
    (data_dir / "next").symlink_to(f"snapshots/{name}")
    os.replace(data_dir / "next", data_dir / "current")


@pytest.fixture
def opened() -> list[Opened]:
    return []


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def current(tmp_path: Path, opened: list[Opened], clock: Clock) -> CurrentSnapshot:
    def open_next() -> Opened:
        name = Path(os.readlink(tmp_path / "current")).name
        if name == "broken":
            raise SnapshotError("壊れています")
        opened.append(Opened(name))
        return opened[-1]

    point(tmp_path, "a")
    return CurrentSnapshot(tmp_path, open_next, clock)


def test_a_new_snapshot_replaces_the_old_one_after_its_requests(
    current: CurrentSnapshot, opened: list[Opened], clock: Clock, tmp_path: Path
) -> None:
    with current.lend() as first:
        point(tmp_path, "b")
        clock.now = 0.5
        assert current.build_id == "a"  # looked at once a second at most
        clock.now = 2
        wait_until(lambda: current.build_id == "b")
        with current.lend() as second:
            assert second is opened[1]
        assert not first.closed
    assert first.closed
    assert not opened[1].closed
    current.close()
    assert opened[1].closed


def test_an_unused_old_snapshot_is_closed_at_once(current: CurrentSnapshot, opened: list[Opened], clock: Clock, tmp_path: Path) -> None:
    point(tmp_path, "b")
    clock.now = 2
    wait_until(lambda: current.build_id == "b")
    wait_until(lambda: opened[0].closed)


def test_a_broken_snapshot_leaves_the_old_one_answering(
    current: CurrentSnapshot, opened: list[Opened], clock: Clock, tmp_path: Path
) -> None:
    point(tmp_path, "broken")
    clock.now = 2
    assert current.build_id == "a"
    wait_until(lambda: current.failure == "壊れています")
    for clock.now in (4, 6):
        assert current.build_id == "a"
    assert len(opened) == 1
    point(tmp_path, "c")
    clock.now = 8
    wait_until(lambda: current.build_id == "c")
    assert current.failure is None


def test_a_missing_link_changes_nothing(current: CurrentSnapshot, clock: Clock, tmp_path: Path) -> None:
    (tmp_path / "current").unlink()
    clock.now = 2
    assert current.build_id == "a"


def test_the_service_follows_a_new_ingest(tmp_path: Path) -> None:
    settings = resolve_settings({"data_dir": str(tmp_path / "data")}, environ={})
    examples = sorted((Path(__file__).resolve().parents[2] / "examples").glob("*.txt"))
    first = ingest_documents(examples[:1], settings).snapshot.build_id
    with TestClient(create_app(tmp_path / "data", ServiceSettings(query_workers=1))) as client:
        before = client.get("/readyz").json()
        assert before["build_id"] == first
        second = ingest_documents(examples[1:2], settings).snapshot.build_id
        wait_until(lambda: client.get("/readyz").json()["build_id"] == second)
        assert client.get("/readyz").json()["documents"] > before["documents"]
        assert client.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D").json()["boolean"] is True


@pytest.mark.parametrize("exists", [False, True])
def test_without_a_snapshot_nothing_is_served(tmp_path: Path, exists: bool) -> None:
    data_dir = tmp_path / "data"
    if exists:
        data_dir.mkdir()
    with pytest.raises(SnapshotError, match="keikaku ingest"):
        create_app(data_dir)
