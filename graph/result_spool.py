"""A result that grows on disk while it is read: the thread that writes it waits for nobody."""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator

READ_BYTES = 128 << 10


class ResultSpool:
    """Bytes from one writing thread to one reading thread, in order, through a file without a name.

    A query that is answered to a slow client ends when its result is found, not when the client has it.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="keikaku-result-")  # noqa: SIM115 - closed by abandon
        self._changed = threading.Condition()
        self._written = 0
        self._ended = False
        self._error: Exception | None = None

    def write(self, part: bytes) -> bool:
        """Append ``part``; False where it was abandoned."""
        with self._changed:
            if self._file.closed:
                return False
            self._file.seek(self._written)
            self._file.write(part)
            self._written += len(part)
            self._changed.notify_all()
            return True

    def end(self, error: Exception | None = None) -> None:
        """Nothing follows; ``error`` is raised to the reader after all that was written."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def abandon(self) -> None:
        """The reader wants no more: ``write`` says so to the writer, and the disk is free again."""
        with self._changed:
            self._file.close()
            self._changed.notify_all()

    def __iter__(self) -> Iterator[bytes]:
        """All parts until the end, once. Waits where the writer has not come so far."""
        position = 0
        while part := self._read(position):
            position += len(part)
            yield part
        self.abandon()
        if self._error is not None:
            raise self._error

    def _read(self, position: int) -> bytes:
        with self._changed:
            self._changed.wait_for(lambda: self._file.closed or self._ended or self._written > position)
            if self._file.closed:
                return b""
            self._file.seek(position)
            return self._file.read(READ_BYTES)
