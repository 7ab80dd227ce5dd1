"""Snapshots: complete or not at all, the same bytes for the same documents, and errors that say what to do."""

from __future__ import annotations

import itertools
import json
import os
import shutil
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import RdfFormat
from town import document, extraction

from graph.iris import Iris
from graph.snapshot import FORMAT_VERSION, Snapshot, SnapshotBuilder
from graph.triples import extraction_quads
from graph.vocabulary import vocabulary_quads
from ontology.errors import SettingsError, SnapshotError
from ontology.model import Extraction

REPORTS = [extraction(document=document(identifier)) for identifier in ("0123456789abcdef", "aaaaaaaaaaaaaaaa", "bbbbbbbbbbbbbbbb")]


def publish(
    data_dir: Path, extractions: list[Extraction], *, settings: object = None, report: object = None, index: str = "index"
) -> Snapshot:
    with SnapshotBuilder(data_dir) as builder:
        builder.write_graph(extractions)
        (builder.index_directory / "vectors").write_text(index)
        return builder.publish(index_settings={"model": settings}, report=report)


def tree(directory: Path) -> dict[str, bytes | str]:
    """Every file and link below ``directory``, but for what reading the store writes."""
    found: dict[str, bytes | str] = {}
    for path in sorted(directory.rglob("*")):
        if path.is_symlink():
            found[str(path.relative_to(directory))] = os.readlink(path)
        elif path.is_file() and not path.name.startswith("LOG"):
            found[str(path.relative_to(directory))] = path.read_bytes()
    return found


def folders(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "snapshots").iterdir())


def test_a_snapshot_holds_all_that_serving_needs(tmp_path: Path) -> None:
    snapshot = publish(tmp_path, REPORTS[:2], settings="e5", report={"failed": 0})
    assert {path.name for path in snapshot.path.iterdir()} == {"manifest.json", "graph.nq", "store", "sources", "report.json", "search"}
    assert (snapshot.base_iri, snapshot.report, snapshot.manifest["index"]) == ("http://localhost:8000/", {"failed": 0}, {"model": "e5"})
    assert (snapshot.index_directory / "build-id").read_text().strip() == snapshot.build_id == snapshot.path.name
    assert len(snapshot.build_id) == 16
    assert [entry["id"] for entry in snapshot.manifest["documents"]] == ["0123456789abcdef", "aaaaaaaaaaaaaaaa"]
    assert snapshot.verify() == []
    assert Snapshot.open(tmp_path).build_id == snapshot.build_id


def test_graph_and_store_hold_the_documents_and_the_vocabulary(tmp_path: Path) -> None:
    snapshot = publish(tmp_path, REPORTS)
    expected = {quad for report in REPORTS for quad in extraction_quads(report, Iris())} | set(vocabulary_quads(Iris()))
    assert set(pyoxigraph.parse(path=str(snapshot.path / "graph.nq"), format=RdfFormat.N_QUADS)) == expected
    assert set(snapshot.store.quads()) == expected
    counts = snapshot.manifest["counts"]
    assert (counts["quads"], counts["Measure"], counts["SourceDocument"], counts["Observation"]) == (len(expected), 1, 3, 12)


def test_sources_keep_the_lines(tmp_path: Path) -> None:
    snapshot = publish(tmp_path, REPORTS[:1])
    source = snapshot.source("0123456789abcdef")
    assert source == {
        "title": "令和６年度 進捗報告",
        "file_name": "0123456789abcdef.txt",
        "first_line": 1,
        "last_line": 9,
        "lines": list(REPORTS[0].document.lines),
        "pages": [1] * 9,
    }
    assert snapshot.source("../manifest") is None


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_the_order_of_reading_changes_nothing(tmp_path: Path, order: tuple[int, ...]) -> None:
    first = publish(tmp_path / "first", REPORTS)
    second = publish(tmp_path / "second", [REPORTS[index] for index in order])
    assert first.build_id == second.build_id
    for name in ("graph.nq", "sources/aaaaaaaaaaaaaaaa.json", "report.json"):
        assert (first.path / name).read_bytes() == (second.path / name).read_bytes()
    without_store = [{k: v for k, v in s.manifest["files"].items() if not k.startswith("store/")} for s in (first, second)]
    assert without_store[0] == without_store[1]


def test_other_documents_or_settings_give_another_build(tmp_path: Path) -> None:
    builds = [
        publish(tmp_path / "a", REPORTS[:1]).build_id,
        publish(tmp_path / "b", REPORTS[:2]).build_id,
        publish(tmp_path / "c", REPORTS[:1], settings="other model").build_id,
    ]
    assert len(set(builds)) == 3


def test_the_former_snapshot_stays_and_older_ones_go(tmp_path: Path) -> None:
    builds = [publish(tmp_path, REPORTS[:count]).build_id for count in (1, 2, 3)]
    assert folders(tmp_path) == sorted(builds[1:])
    assert os.readlink(tmp_path / "current") == f"snapshots/{builds[2]}"


def test_publishing_the_same_again_keeps_the_folder_and_renews_the_report(tmp_path: Path) -> None:
    former = publish(tmp_path, REPORTS[:1])
    first = publish(tmp_path, REPORTS, report="first")
    inode = (first.path / "graph.nq").stat().st_ino
    again = publish(tmp_path, REPORTS, report="again")
    assert (again.path, again.report) == (first.path, "again")
    assert (again.path / "graph.nq").stat().st_ino == inode
    assert again.verify() == []
    assert folders(tmp_path) == sorted([former.build_id, first.build_id])


def test_an_index_that_came_out_otherwise_gets_a_folder_of_its_own(tmp_path: Path) -> None:
    first = publish(tmp_path, REPORTS, index="from the former program")
    second = publish(tmp_path, REPORTS, index="from the new program")
    assert second.build_id == first.build_id
    assert second.path.name == f"{first.build_id}-2"
    assert (second.path / "search" / "vectors").read_text() == "from the new program"


def test_a_damaged_snapshot_is_not_taken_for_an_equal_one(tmp_path: Path) -> None:
    first = publish(tmp_path, REPORTS)
    (first.path / "graph.nq").write_text("")
    assert publish(tmp_path, REPORTS).verify() == []


def test_a_snapshot_that_stays_open_can_be_read_after_the_swap(tmp_path: Path) -> None:
    former = publish(tmp_path, REPORTS[:1])
    publish(tmp_path, REPORTS[:2])
    publish(tmp_path, REPORTS[:3])
    assert not former.path.exists()
    assert former.store.query("ASK { ?s a <https://w3id.org/keikaku/ns#Measure> }") is True


class Stopped(Exception):
    """Stands for whatever goes wrong in the midst of a build."""


@pytest.mark.parametrize("step", ["before", "graph", "index"])
def test_a_build_that_fails_leaves_the_former_snapshot_and_no_rubbish(tmp_path: Path, step: str) -> None:
    publish(tmp_path, REPORTS[:1])
    before = tree(tmp_path)

    def failing() -> None:
        with SnapshotBuilder(tmp_path) as builder:
            if step == "before":
                raise Stopped
            builder.write_graph(REPORTS)
            if step == "graph":
                raise Stopped
            (builder.index_directory / "vectors").write_bytes(b"half")
            raise Stopped

    with pytest.raises(Stopped):
        failing()
    assert tree(tmp_path) == before


@pytest.mark.parametrize("function", ["move_directory", "replace_link"])
def test_a_disk_that_fills_up_while_publishing_leaves_the_former_snapshot(
    tmp_path: Path, function: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    former = publish(tmp_path, REPORTS[:1])

    def full(*paths: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(f"graph.snapshot.{function}", full)
    with pytest.raises(SnapshotError, match=r"No space left on device.*以前のものはそのままです"):
        publish(tmp_path, REPORTS)
    monkeypatch.undo()
    assert Snapshot.open(tmp_path).build_id == former.build_id
    assert publish(tmp_path, REPORTS).verify() == []


def test_what_a_killed_build_left_is_removed(tmp_path: Path) -> None:
    leftover = tmp_path / "snapshots" / ".building" / "store"
    leftover.mkdir(parents=True)
    (leftover / "CURRENT").write_text("half")
    snapshot = publish(tmp_path, REPORTS)
    assert folders(tmp_path) == [snapshot.build_id]


def test_two_builds_do_not_collide(tmp_path: Path) -> None:
    with SnapshotBuilder(tmp_path), pytest.raises(SnapshotError, match="別の取り込みが進行中です"), SnapshotBuilder(tmp_path):
        pass
    publish(tmp_path, REPORTS[:1])


def test_a_second_build_does_not_disturb_the_first(tmp_path: Path) -> None:
    with SnapshotBuilder(tmp_path) as builder:
        builder.write_graph(REPORTS[:1])
        with pytest.raises(SnapshotError), SnapshotBuilder(tmp_path):
            pass
        assert builder.publish(index_settings={}, report=None).verify() == []


def test_a_data_folder_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(SnapshotError, match="データフォルダーとして使えません"), SnapshotBuilder(tmp_path / "data"):
        pass


def test_a_wrong_base_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(SettingsError):
        SnapshotBuilder(tmp_path / "data", "localhost")
    assert not (tmp_path / "data").exists()


def rewrite(path: Path, **changes: object) -> None:
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda data, path: shutil.rmtree(data), r"データフォルダーがありません。keikaku ingest"),
        (lambda data, path: (data / "current").unlink(), "まだ何も取り込まれていません"),
        (lambda data, path: shutil.rmtree(path), r"current の指す .* がありません"),
        (lambda data, path: (path / "manifest.json").unlink(), r"manifest\.json が読めません"),
        (lambda data, path: (path / "manifest.json").write_text("{"), r"manifest\.json が読めません"),
        (lambda data, path: (path / "manifest.json").write_text("[]"), r"manifest\.json が読めません"),
        (lambda data, path: rewrite(path / "manifest.json", format=FORMAT_VERSION + 1), "形式は版"),
        (lambda data, path: (path / "graph.nq").unlink(), r"graph\.nq がありません"),
        (lambda data, path: shutil.rmtree(path / "store"), "store/"),
        (lambda data, path: shutil.rmtree(path / "search"), "search/build-id"),
        (lambda data, path: (path / "search" / "build-id").write_text("0" * 16), "作成番号が違います"),
    ],
)
def test_a_snapshot_that_cannot_be_served_says_why(tmp_path: Path, damage, message: str) -> None:
    data_dir = tmp_path / "data"
    snapshot = publish(data_dir, REPORTS)
    damage(data_dir, snapshot.path)
    with pytest.raises(SnapshotError, match=message):
        Snapshot.open(data_dir)


def test_a_snapshot_of_another_base_is_refused(tmp_path: Path) -> None:
    publish(tmp_path, REPORTS)
    with pytest.raises(SnapshotError, match=r"http://localhost:8000/ を基底 IRI として.*http://town\.example/"):
        Snapshot.open(tmp_path, base_iri="http://town.example/")
    assert Snapshot.open(tmp_path, base_iri="http://localhost:8000/")


@pytest.mark.parametrize("name", ["graph.nq", "report.json", "search/vectors", "sources/aaaaaaaaaaaaaaaa.json"])
def test_verify_names_what_was_changed(tmp_path: Path, name: str) -> None:
    snapshot = publish(tmp_path, REPORTS)
    with (snapshot.path / name).open("ab") as file:
        file.write(b" ")
    assert snapshot.verify() == [name]
