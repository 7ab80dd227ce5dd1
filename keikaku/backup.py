"""One file that holds what a data folder cannot make again: the published snapshot, the copies of the documents, the user's own files.

::

    keikaku-backup.json              format, build id, size and SHA-256 of every other member
    snapshots/<build id>/…           the published snapshot
    documents/<key>/…                the documents as they were given
    query_log.sqlite thesaurus.ttl … whatever else lies in the data folder itself

A gzipped tar without times and owners: the same content gives the same bytes. What can be computed again (``cache/``) is left out.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import itertools
import json
import shutil
import sqlite3
import tarfile
import tempfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from graph.durable import encode_json, exclusive, hash_file, hash_files, move_directory, replace_link, sync
from graph.snapshot import Snapshot
from ontology.errors import SnapshotError

FORMAT = "keikaku-backup/1"
MANIFEST = "keikaku-backup.json"
MAX_MANIFEST_BYTES = 256 << 20

_LEFT_OUT = ("-wal", "-shm", "-journal")  # parts of a SQLite file that its own copy contains
_BLOCK = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup file holds; ``size`` is that of its members in bytes."""

    build_id: str
    base_iri: str
    documents: int
    files: int
    size: int


def write_backup(data_dir: Path, target: Path) -> Backup:
    """Write the backup of ``data_dir`` to ``target``, whole or not at all. Raises SnapshotError where the snapshot is damaged."""
    if not data_dir.is_dir():
        raise SnapshotError(f"{data_dir}: データフォルダーがありません")
    with _alone(data_dir), tempfile.TemporaryDirectory() as scratch:
        snapshot = Snapshot.open(data_dir)
        if damaged := snapshot.verify():
            raise SnapshotError(
                f"{snapshot.path / damaged[0]}: 作ったときと違います（全部で {len(damaged)} 件）。keikaku verify で確かめてください"
            )
        members = _members(data_dir, snapshot, Path(scratch))
        files = {name: {"sha256": hash_file(path), "size": path.stat().st_size} for name, path in members.items()}
        manifest = {"format": FORMAT, "build_id": snapshot.build_id, "base_iri": snapshot.base_iri, "snapshot": snapshot.path.name}
        new = target.with_name(f".{target.name}.new")
        try:
            with new.open("wb") as file:
                _write_archive(file, encode_json(manifest | {"files": files}), members)
            sync(new)
            new.replace(target)
            sync(target.parent)
        finally:
            new.unlink(missing_ok=True)
        return _describe(manifest, files, len(snapshot.manifest["documents"]))


def restore_backup(source: Path, data_dir: Path, *, replace: bool = False) -> Backup:
    """Make ``data_dir`` what ``source`` holds. Everything is read and compared before anything that stands there is touched.

    Raises SnapshotError where the file is no backup or damaged, and where ``data_dir`` holds something unless ``replace``.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    if not replace and any(path.name != ".lock" for path in data_dir.iterdir()):
        raise SnapshotError(
            f"{data_dir}: 空ではありません。別のフォルダーを指定するか、いまの内容を捨ててよければ --force を付けてください"
        )
    with _alone(data_dir), tempfile.TemporaryDirectory(prefix=".restoring-", dir=data_dir) as scratch:
        staged = Path(scratch) / "staged"
        manifest = _extract(source, staged)
        replace_link(staged / "current", f"snapshots/{manifest['snapshot']}")
        snapshot = Snapshot.open(staged)
        if snapshot.build_id != manifest["build_id"] or snapshot.verify():
            raise SnapshotError(f"{source}: 中のスナップショットが壊れています。別のバックアップを使ってください")
        documents = len(snapshot.manifest["documents"])
        del snapshot
        _swap(staged, data_dir, manifest["snapshot"])
        return _describe(manifest, manifest["files"], documents)


def check_backup(source: Path) -> Backup:
    """Read ``source`` to its end and compare every hash, without keeping anything. Raises SnapshotError as ``restore_backup`` does."""
    with tempfile.TemporaryDirectory() as scratch:
        manifest = _extract(source, Path(scratch) / "staged")
        inner = json.loads((Path(scratch) / "staged" / "snapshots" / manifest["snapshot"] / "manifest.json").read_bytes())
        return _describe(manifest, manifest["files"], len(inner["documents"]))


def _members(data_dir: Path, snapshot: Snapshot, scratch: Path) -> dict[str, Path]:
    """The files of a backup by their names in it, sorted."""
    found = {f"snapshots/{snapshot.path.name}/{name}": snapshot.path / name for name in ("manifest.json", *snapshot.manifest["files"])}
    for path in (data_dir / "documents").rglob("*"):
        if path.is_file():
            found[path.relative_to(data_dir).as_posix()] = path
    for path in data_dir.iterdir():
        if _is_users(path) and not path.name.endswith(_LEFT_OUT):
            found[path.name] = _copy_database(path, scratch) if path.suffix == ".sqlite" else path
    return dict(sorted(found.items()))


def _is_users(path: Path) -> bool:
    """Whether what lies in a data folder itself is a file of the user's (thesaurus, log of questions), not one that the program makes."""
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".") and path.name != MANIFEST


def _copy_database(path: Path, scratch: Path) -> Path:
    """A copy at one moment, since the service may be writing."""
    copy = scratch / path.name
    try:
        with (
            closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as original,
            closing(sqlite3.connect(copy)) as target,
        ):
            original.backup(target)
    except sqlite3.Error as error:
        raise SnapshotError(f"{path}: 写せません（{error}）") from error
    return copy


def _write_archive(output: BinaryIO, manifest: bytes, members: Mapping[str, Path]) -> None:
    with (
        gzip.GzipFile(filename="", mode="wb", fileobj=output, compresslevel=6, mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        archive.addfile(_header(MANIFEST, len(manifest)), io.BytesIO(manifest))
        for name, path in members.items():
            with path.open("rb") as file:
                archive.addfile(_header(name, path.stat().st_size), file)


def _header(name: str, size: int) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o644, 0
    return header


def _extract(source: Path, target: Path) -> dict:
    """Write the members below ``target`` and give the manifest. Only what the manifest names is taken, under that name, size and hash."""
    broken = f"{source}: Keikaku のバックアップではないか、途中で切れているか、壊れています。別のファイルを使ってください"
    try:
        with tarfile.open(source, "r:gz") as archive:
            members = iter(archive)
            manifest = _read_manifest(archive, next(members, None), source)
            expected = dict(manifest["files"])
            for member in members:
                if member.name not in expected or not member.isreg():
                    raise SnapshotError(
                        f"{source}: 目録にないもの（{member.name!r}）が入っています。Keikaku のバックアップか確かめてください"
                    )
                _write_member(archive, member, target / member.name, expected.pop(member.name), broken)
    except (tarfile.TarError, EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise SnapshotError(f"{broken}（{error}）") from error
    if expected:
        raise SnapshotError(f"{broken}（{min(expected)} など {len(expected)} 件がありません）")
    return manifest


def _read_manifest(archive: tarfile.TarFile, member: tarfile.TarInfo | None, source: Path) -> dict:
    refusal = SnapshotError(f"{source}: Keikaku のバックアップではありません。keikaku backup で作ったファイルを指定してください")
    if member is None or member.name != MANIFEST or not member.isreg() or member.size > MAX_MANIFEST_BYTES:
        raise refusal
    file = archive.extractfile(member)
    try:
        manifest = json.loads(file.read()) if file else None
        names = [manifest["build_id"], manifest["base_iri"], manifest["snapshot"], *manifest["files"]]
        entries = manifest["files"].values()
        well_formed = all(isinstance(name, str) for name in names) and all(
            isinstance(entry["sha256"], str) and isinstance(entry["size"], int) for entry in entries
        )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise refusal from error
    if manifest.get("format") != FORMAT:
        raise SnapshotError(
            f"{source}: バックアップの形式は {manifest.get('format')} ですが、このプログラムが読めるのは {FORMAT} です。作ったときと同じ版で戻してください"
        )
    unsafe = next((name for name in [*manifest["files"], f"snapshots/{manifest['snapshot']}"] if not _is_safe(name)), None)
    if not well_formed or unsafe is not None:
        raise SnapshotError(f"{source}: フォルダーの外を指す名前（{unsafe!r}）が入っています。このファイルは使えません")
    return manifest


def _is_safe(name: str) -> bool:
    """Whether a member may have this name: a path of plain names below the data folder, as ``write_backup`` writes them."""
    parts = PurePosixPath(name).parts
    plain = name == "/".join(parts) and not any(part in (".", "..") or part.startswith("/") for part in parts)
    known = len(parts) == 1 and not name.startswith(".") and name not in ("current", "cache", "snapshots", "documents", MANIFEST)
    return plain and "\\" not in name and "\0" not in name and (known or (len(parts) > 1 and parts[0] in ("snapshots", "documents")))


def _write_member(archive: tarfile.TarFile, member: tarfile.TarInfo, path: Path, expected: Mapping[str, object], broken: str) -> None:
    file = archive.extractfile(member)
    if file is None or member.size != expected["size"]:
        raise SnapshotError(f"{broken}（{member.name} の大きさが違います）")
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("xb") as output:
        while block := file.read(_BLOCK):
            digest.update(block)
            output.write(block)
    if digest.hexdigest() != expected["sha256"]:
        raise SnapshotError(f"{broken}（{member.name} の内容が違います）")


def _swap(staged: Path, data_dir: Path, name: str) -> None:
    """Put what is staged in its place. The snapshot goes last and in one step: until then the former one is served, then the new one."""
    (data_dir / "snapshots").mkdir(exist_ok=True)
    target = _settle(staged / "snapshots" / name, data_dir / "snapshots")
    for path in data_dir.iterdir():
        if _is_users(path):
            path.unlink()
    shutil.rmtree(data_dir / "documents", ignore_errors=True)
    (staged / "documents").mkdir(exist_ok=True)
    move_directory(staged / "documents", data_dir / "documents")
    for path in [path for path in staged.iterdir() if _is_users(path)]:
        sync(path)
        path.replace(data_dir / path.name)
    replace_link(data_dir / "current", f"snapshots/{target.name}")


def _settle(staged: Path, snapshots: Path) -> Path:
    """The folder of the snapshot: one that stands already and is intact, since a server may be reading it, or a new one."""
    manifest = (staged / "manifest.json").read_bytes()
    files = json.loads(manifest)["files"]
    for count in itertools.count(1):
        target = snapshots / (staged.name if count == 1 else f"{staged.name}-{count}")
        if not target.exists():
            move_directory(staged, target)
            return target
        same = (target / "manifest.json").is_file() and (target / "manifest.json").read_bytes() == manifest
        if same and files.items() <= hash_files(target).items():
            return target
    raise AssertionError("itertools.count does not end")


def _describe(manifest: Mapping, files: Mapping[str, Mapping], documents: int) -> Backup:
    return Backup(manifest["build_id"], manifest["base_iri"], documents, len(files), sum(entry["size"] for entry in files.values()))


@contextmanager
def _alone(data_dir: Path) -> Iterator[None]:
    with exclusive(data_dir / ".lock", f"{data_dir}: 取り込みか別の作業が進行中です。終わってから実行してください"):
        yield
