"""The statements of a snapshot as N-Quads: all, or those that the documents of one municipality make."""

from __future__ import annotations

import gzip
import hashlib
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from graph.iris import Iris, encode_segment
from graph.snapshot import Snapshot

CHUNK = 1 << 18


def municipality_codes(snapshot: Snapshot) -> list[str]:
    """The codes of the municipalities that have documents, sorted."""
    return sorted({document["municipality"] for document in snapshot.manifest["documents"]})


def quad_lines(snapshot: Snapshot, municipality: str | None = None) -> Iterator[bytes]:
    """The lines of the dump, in its order, never all in memory.

    With ``municipality`` those of the graphs of its documents, and what was concluded about its things; not the vocabulary and the
    frameworks, which are the same for all.
    """
    lines = _lines(snapshot.path)
    if municipality is None:
        return lines
    iris = Iris(snapshot.base_iri)
    own = [document["iri"] for document in snapshot.manifest["documents"] if document["municipality"] == municipality]
    graphs = tuple(f"<{iri}> .\n".encode() for iri in own)
    derived = f"<{iris.derived_graph}> .\n".encode()
    subjects = f"<{iris.base}id/{encode_segment(municipality)}/".encode()
    return (line for line in lines if line.endswith(graphs) or (line.endswith(derived) and line.startswith(subjects)))


@dataclass(frozen=True, slots=True)
class CompressedDump:
    """A finished gzip file: ``size`` in bytes, ``sha256`` of its bytes in hexadecimal digits. It has no name and goes with the object."""

    size: int
    sha256: str
    file: IO[bytes] = field(repr=False)
    lock: Any = field(default_factory=threading.Lock, repr=False)

    def parts(self) -> Iterator[bytes]:
        """Its bytes; several readers may read at a time."""
        position = 0
        while position < self.size:
            with self.lock:
                self.file.seek(position)
                part = self.file.read(CHUNK)
            position += len(part)
            yield part


def compress(lines: Iterator[bytes]) -> CompressedDump:
    """``lines`` as gzip without name and time, so that equal lines give equal bytes."""
    file = tempfile.TemporaryFile(prefix="keikaku-dump-")  # noqa: SIM115 - it lives as long as the dump
    with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0, compresslevel=6) as packed:
        packed.writelines(lines)
    size = file.tell()
    file.seek(0)
    return CompressedDump(size, hashlib.file_digest(file, "sha256").hexdigest(), file)


class Dumps:
    """The compressed dumps of one snapshot, each made when it is first asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._lock = threading.Lock()
        self._made: dict[tuple[str, str], CompressedDump] = {}

    def close(self) -> None:
        """Give the room on the disk back."""
        for dump in self._made.values():
            dump.file.close()

    def whole(self) -> CompressedDump:
        return self._of(("whole", ""), lambda: quad_lines(self._snapshot))

    def municipality(self, code: str) -> CompressedDump:
        """``code`` is one of ``municipality_codes``."""
        return self._of(("municipality", code), lambda: quad_lines(self._snapshot, code))

    def version(self, path: Path) -> CompressedDump:
        """Of a kept snapshot, given by its folder. Raises OSError where it is gone by now."""
        return self._of(("version", path.name), lambda: _lines(path))

    def _of(self, key: tuple[str, str], lines: Callable[[], Iterator[bytes]]) -> CompressedDump:
        with self._lock:
            if key not in self._made:
                self._made[key] = compress(lines())
            return self._made[key]


def _lines(path: Path) -> Iterator[bytes]:
    with (path / "graph.nq").open("rb") as lines:
        yield from lines
