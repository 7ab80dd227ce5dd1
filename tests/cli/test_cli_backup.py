"""``keikaku backup``, ``restore`` and ``verify``: what comes back is what was there, and nothing else gets in."""

from __future__ import annotations

import fcntl
import gzip
import hashlib
import io
import json
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from small_plan import Keikaku

MANIFEST = "keikaku-backup.json"


@pytest.fixture
def data(keikaku: Keikaku, plan: Path, tmp_path: Path) -> Path:
    """A data folder with a plan, a thesaurus and a log of questions."""
    folder = tmp_path / "data"
    assert keikaku("ingest", plan, "--data", folder, "--keyword-only").code == 0
    (folder / "thesaurus.ttl").write_text("# 言い換え\n", encoding="utf-8")
    with closing(sqlite3.connect(folder / "query_log.sqlite")) as log, log:
        log.execute("PRAGMA journal_mode=WAL")
        log.execute("CREATE TABLE question (text)")
        log.execute("INSERT INTO question VALUES ('公園のベンチ')")
    return folder


@pytest.fixture
def backup(keikaku: Keikaku, data: Path, tmp_path: Path) -> Path:
    assert keikaku("backup", "--data", data, "-o", tmp_path / "backup.tar.gz").code == 0
    return tmp_path / "backup.tar.gz"


def contents(folder: Path) -> dict[str, bytes]:
    """What a folder holds for its user: everything but caches, locks and the store's own logs."""
    left_out = ("cache", ".lock", "query_log.sqlite")
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.relative_to(folder).parts[0] not in left_out
        and not path.name.startswith(("LOG", "LOCK", "query_log.sqlite-"))
    }


def test_what_is_restored_is_what_was_there(keikaku: Keikaku, data: Path, backup: Path, tmp_path: Path) -> None:
    restored = tmp_path / "restored"
    run = keikaku("restore", backup, "--data", restored)
    assert run.code == 0
    assert "文書 1 件" in run.out
    assert contents(restored) == contents(data)
    with closing(sqlite3.connect(restored / "query_log.sqlite")) as log:
        assert log.execute("SELECT text FROM question").fetchall() == [("公園のベンチ",)]
    assert keikaku("verify", "--data", restored).code == 0
    found = keikaku("search", "倒木", "--data", restored)
    assert "公園の樹木の点検" in found.out
    again = keikaku("ingest", *(restored / "documents").glob("*/*.txt"), "--data", restored, "--keyword-only")
    assert "取組・事業 2" in again.out
    assert (restored / "current").readlink() == (data / "current").readlink()  # the same documents give the same snapshot


def test_the_same_content_gives_the_same_bytes(keikaku: Keikaku, data: Path, backup: Path, tmp_path: Path) -> None:
    keikaku("backup", "--data", data, "-o", tmp_path / "again.tar.gz")
    assert (tmp_path / "again.tar.gz").read_bytes() == backup.read_bytes()


def test_the_default_name_tells_the_build(keikaku: Keikaku, data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert keikaku("backup", "--data", data).code == 0
    build = (data / "current" / "search" / "build-id").read_text().strip()
    assert (tmp_path / f"keikaku-{build}.tar.gz").is_file()


def test_nothing_is_overwritten_unless_it_is_said(keikaku: Keikaku, data: Path, backup: Path, tmp_path: Path) -> None:
    assert keikaku("backup", "--data", data, "-o", backup).code == 2
    assert keikaku("backup", "--data", data, "-o", backup, "--force").code == 0
    (data / "thesaurus.ttl").write_text("# 後から\n", encoding="utf-8")
    (data / "current" / "graph.nq").write_bytes(b"")
    before = contents(data)
    run = keikaku("restore", backup, "--data", data)
    assert run.code == 2
    assert "空ではありません" in run.err
    assert "--force" in run.err
    assert contents(data) == before
    assert keikaku("restore", backup, "--data", data, "--force").code == 0
    assert (data / "thesaurus.ttl").read_text(encoding="utf-8") == "# 言い換え\n"
    assert keikaku("verify", "--data", data).code == 0
    intact = (data / "current").readlink()
    assert keikaku("restore", backup, "--data", data, "--force").code == 0
    assert (data / "current").readlink() == intact  # what a server may be reading stays where it is


def test_a_damaged_snapshot_is_not_backed_up(keikaku: Keikaku, data: Path, tmp_path: Path) -> None:
    (data / "current" / "graph.nq").write_bytes(b"")
    run = keikaku("backup", "--data", data, "-o", tmp_path / "bad.tar.gz")
    assert run.code == 2
    assert "graph.nq" in run.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "documents"]


def test_places_that_cannot_be_used(keikaku: Keikaku, data: Path, backup: Path, tmp_path: Path) -> None:
    assert "その場所にありません" in keikaku("backup", "--data", data, "-o", tmp_path / "none" / "b.tar.gz").err
    assert "その場所にありません" in keikaku("restore", tmp_path / "none.tar.gz", "--data", tmp_path / "new").err
    assert "フォルダーです" in keikaku("verify", tmp_path).err
    (tmp_path / "file").write_text("")
    assert "書き込めません" in keikaku("restore", backup, "--data", tmp_path / "file").err


def repack(backup: Path, change: Callable[[dict[str, Any], list[tuple[tarfile.TarInfo, bytes]]], None]) -> None:
    """Write the file again after ``change`` of its manifest and members."""
    with tarfile.open(backup, "r:gz") as archive:
        members = [(member, archive.extractfile(member).read()) for member in archive]
    manifest = json.loads(members.pop(0)[1])
    change(manifest, members)
    with tarfile.open(backup, "w:gz") as archive:
        written = json.dumps(manifest).encode()
        header = tarfile.TarInfo(MANIFEST)
        header.size = len(written)
        archive.addfile(header, io.BytesIO(written))
        for member, content in members:
            archive.addfile(member, io.BytesIO(content))


def add(manifest: dict[str, Any], members: list, name: str, **header: Any) -> None:
    """A member of this name that the manifest lists, as an attacker would write both."""
    member = tarfile.TarInfo(name)
    for field, value in header.items():
        setattr(member, field, value)
    members.append((member, b""))
    manifest["files"][name] = {"sha256": hashlib.sha256(b"").hexdigest(), "size": 0}


def change_content(manifest: dict[str, Any], members: list) -> None:
    member, content = next(pair for pair in members if pair[0].name == "thesaurus.ttl")
    members[members.index((member, content))] = (member, content[::-1])


ATTACKS: dict[str, tuple[Callable[[dict[str, Any], list], object], str]] = {
    "parent": (lambda manifest, members: add(manifest, members, "../outside.txt"), "フォルダーの外"),
    "deep parent": (lambda manifest, members: add(manifest, members, "documents/../../outside.txt"), "フォルダーの外"),
    "absolute": (lambda manifest, members: add(manifest, members, "/outside.txt"), "フォルダーの外"),
    "backslash": (lambda manifest, members: add(manifest, members, "documents\\..\\outside.txt"), "フォルダーの外"),
    "hidden": (lambda manifest, members: add(manifest, members, ".lock"), "フォルダーの外"),
    "link of snapshots": (lambda manifest, members: add(manifest, members, "current"), "フォルダーの外"),
    "snapshot elsewhere": (lambda manifest, members: manifest.update(snapshot="../../outside"), "フォルダーの外"),
    "symlink": (lambda m, members: add(m, members, "documents/a/link", type=tarfile.SYMTYPE, linkname="/etc/passwd"), "目録にない"),
    "hard link": (lambda m, members: add(m, members, "documents/a/link", type=tarfile.LNKTYPE, linkname="thesaurus.ttl"), "目録にない"),
    "device": (lambda m, members: add(m, members, "documents/a/null", type=tarfile.CHRTYPE), "目録にない"),
    "unlisted": (lambda _, members: members.append((tarfile.TarInfo("documents/extra"), b"")), "目録にない"),
    "twice": (lambda _, members: members.append(members[-1]), "目録にない"),
    "changed": (change_content, "thesaurus.ttl の内容が違います"),
    "larger": (lambda manifest, _: manifest["files"]["thesaurus.ttl"].update(size=1), "大きさが違います"),
    "missing": (lambda _, members: members.pop(), "がありません"),
    "other build": (lambda manifest, _: manifest.update(build_id="0" * 16), "スナップショットが壊れています"),
    "other format": (lambda manifest, _: manifest.update(format="keikaku-backup/99"), "keikaku-backup/99"),
    "no files": (lambda manifest, _: manifest.pop("files"), "バックアップではありません"),
    "files of another shape": (lambda manifest, _: manifest.update(files=["x"]), "バックアップではありません"),
}  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_foreign_or_changed_backup_is_refused_whole(keikaku: Keikaku, data: Path, backup: Path, tmp_path: Path, attack: str) -> None:
    change, message = ATTACKS[attack]
    repack(backup, change)
    before = contents(tmp_path)
    run = keikaku("restore", backup, "--data", data, "--force")
    assert run.code == 2
    assert message in run.err
    assert run.err.count("\n") == 1
    assert contents(tmp_path) == before


@pytest.mark.parametrize(
    "content", [b"", b"hello", gzip.compress(b"hello"), gzip.compress(bytes(10240))], ids=["empty", "text", "gzip", "tar"]
)
def test_other_files_are_no_backups(keikaku: Keikaku, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "other.tar.gz").write_bytes(content)
    for run in (keikaku("restore", tmp_path / "other.tar.gz", "--data", tmp_path / "new"), keikaku("verify", tmp_path / "other.tar.gz")):
        assert run.code == 2
        assert "バックアップではあ" in run.err or "バックアップではない" in run.err


def test_a_cut_backup_is_noticed(keikaku: Keikaku, backup: Path, tmp_path: Path) -> None:
    assert keikaku("verify", backup).code == 0
    whole = backup.read_bytes()
    for size in (len(whole) // 2, len(whole) * 9 // 10):
        backup.write_bytes(whole[:size])
        assert keikaku("verify", backup).code == 2
        assert keikaku("restore", backup, "--data", tmp_path / "new").code == 2
    assert contents(tmp_path / "new") == {}


def test_verify_tells_what_is_lost(keikaku: Keikaku, data: Path) -> None:
    assert keikaku("verify", "--data", data).code == 0
    for copy in (data / "documents").glob("*/*.txt"):
        copy.write_text("別の文書", encoding="utf-8")
    (data / "current" / "search" / "units.json").write_bytes(b"[]")
    run = keikaku("verify", "--data", data)
    assert run.code == 2
    assert "作ったときと違います" in run.err
    assert "文書の写しがありません: みどりの計画.txt" in run.err
    assert "異常が" in run.err


def test_a_backup_waits_for_no_ingest(keikaku: Keikaku, data: Path, tmp_path: Path) -> None:
    with (data / ".lock").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        run = keikaku("backup", "--data", data, "-o", tmp_path / "b.tar.gz")
    assert run.code == 2
    assert "進行中です" in run.err
