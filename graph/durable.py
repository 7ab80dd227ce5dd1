"""Files that survive a crash: written, flushed to the disk, and only then given their name."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ontology.errors import SnapshotError


def encode_json(value: Any) -> bytes:
    """One spelling for one value: sorted keys, no blanks, so that equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() + b"\n"


def replace_file(path: Path, content: bytes) -> None:
    """Give ``path`` new content so that a reader sees the old or the new one, never a part."""
    new = path.with_name(f".{path.name}.new")
    new.write_bytes(content)
    sync(new)
    new.replace(path)
    sync(path.parent)


def replace_link(link: Path, target: str) -> None:
    """Point the symlink ``link`` to ``target`` in one step."""
    new = link.with_name(f".{link.name}.new")
    new.unlink(missing_ok=True)
    new.symlink_to(target)
    new.replace(link)
    sync(link.parent)


def move_directory(source: Path, target: Path) -> None:
    """Rename a finished directory after everything in it has reached the disk."""
    for path in source.rglob("*"):
        sync(path)
    sync(source)
    source.rename(target)
    sync(target.parent)


def hash_files(directory: Path) -> dict[str, str]:
    """SHA-256 of every file below ``directory`` by its relative name. Logs and locks of the store are left out: reading writes them."""
    files = sorted(path for path in directory.rglob("*") if path.is_file() and not path.name.startswith(("LOG", "LOCK")))
    return {path.relative_to(directory).as_posix(): hash_file(path) for path in files}


def hash_names(hashes: Mapping[str, str], also: Any) -> str:
    """One SHA-256 over named hashes and a JSON value."""
    return hashlib.sha256(encode_json([dict(hashes), also])).hexdigest()


@contextmanager
def exclusive(lock_file: Path, busy_message: str) -> Iterator[None]:
    """Hold ``lock_file`` while inside. The system releases it when the process ends, however it ends.

    Raises SnapshotError with ``busy_message`` where somebody else holds it.
    """
    with lock_file.open("a") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise SnapshotError(busy_message) from error
        yield


def hash_file(path: Path) -> str:
    """SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def sync(path: Path) -> None:
    """Wait until a file, or what a directory lists, has reached the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
