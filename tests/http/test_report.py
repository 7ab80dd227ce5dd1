"""``/report`` and ``/api/report`` over the example town."""

from __future__ import annotations

import re
from pathlib import Path

from fastapi.testclient import TestClient

from graph.snapshot import Snapshot, SnapshotBuilder
from search_api.app import create_app
from search_api.routes.report import SHARES

BROWSER = {"Accept": "text/html,application/xhtml+xml"}


def test_the_report_as_json_is_that_of_the_snapshot(client: TestClient, town: Path) -> None:
    assert client.get("/api/report").json() == Snapshot.open(town).report


def test_every_line_is_counted_once(client: TestClient) -> None:
    for document in client.get("/api/report").json()["documents"]:
        assert sum(document["lines"][kind] for kind, _ in SHARES) == document["lines"]["printed"]


def test_the_page_leads_to_lines_and_subjects(client: TestClient) -> None:
    page = client.get("/report", headers=BROWSER).text
    assert "情報政策課 → デジタル推進課" in page
    assert "担当の違い" in page
    links = set(re.findall(r'href="(/page/[^"#]+)', page))
    assert len(links) > 15
    for link in links:
        assert client.get(link.replace("&amp;", "&"), headers=BROWSER).status_code == 200, link


def test_a_bar_is_full(client: TestClient) -> None:
    page = client.get("/report", headers=BROWSER).text
    for bar in re.findall(r'(?s)<svg class="made-of".*?</svg>', page):
        assert abs(sum(map(float, re.findall(r'width="([\d.]+)" height="6"', bar))) - 100) < 0.1


def test_a_snapshot_without_a_report(town: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with SnapshotBuilder(data) as builder:
        builder.write_graph([])
        (builder.index_directory / "x").write_text("")
        settings = Snapshot.open(town).manifest["index"]
        for file in Snapshot.open(town).index_directory.iterdir():
            (builder.index_directory / file.name).write_bytes(file.read_bytes())
        builder.publish(index_settings=settings, report=None)
    with TestClient(create_app(data)) as client:
        assert client.get("/report").status_code == 404
        assert client.get("/api/indicators").json()["total"] == 0
        assert client.get("/indicators", headers=BROWSER).status_code == 200
