"""Takes an answer from another engine to who asked: rewritten in the format that was wanted, on disk, and cut where a limit says so."""

from __future__ import annotations

import contextlib
import http.client
import io
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graph.engine_http import Answer
from graph.query_limits import Cancellation
from graph.remote_results import IncomingResult, rewrite_result, shows_rows
from graph.result_spool import ResultSpool
from graph.row_limit import TOO_MANY_ROWS
from ontology.errors import EngineUnavailable, QueryCancelled, QueryTimeout

PART_BYTES = 128 << 10


@dataclass(frozen=True, slots=True)
class Order:
    """What is made of an answer to a query of this ``form``, and what bounds it. ``media_type`` is as the RDF library names it.

    ``max_rows`` bounds solutions and triples. ``engine_rows`` is the engine's own limit where the query asks for more, and ``has_more`` tells
    whether there are more solutions than ``max_rows`` where they cannot be counted. A cut result that ``is_streamed`` ends in an error once
    its beginning has gone out, since nobody can be told otherwise.
    """

    form: str
    media_type: str
    is_streamed: bool
    max_bytes: int
    max_rows: int
    engine_rows: int | None
    has_more: Callable[[], bool] | None
    seconds: float
    cancellation: Cancellation
    replacements: Sequence[tuple[bytes, bytes]]


class Transfer(threading.Thread):
    """Takes an answer from the engine, rewrites it, and leaves it in ``spool``, whether it is read quickly or slowly.

    ``truncated`` says, once the spool has ended, whether a row limit cut the result, ``engine_rows`` which one if it was the engine's own.
    """

    def __init__(self, answer: Answer, order: Order) -> None:
        super().__init__(name="keikaku-remote-result", daemon=True)
        self.spool = ResultSpool()
        self.truncated = False
        self.engine_rows: int | None = None
        self._answer, self._order = answer, order
        self._writer = _SpoolWriter(self.spool, order.max_bytes)
        self._failure: Exception | None = None

    def wait_for_first_part(self) -> bool:
        """Wait until there is something to send. True where that is all."""
        self._writer.begun.wait()
        return not self._writer.has_sent

    def run(self) -> None:
        order = self._order
        order.cancellation.attach(self._answer.abort)
        try:
            max_rows = order.max_rows if order.form == "SELECT" and shows_rows(self._answer.media_type) else None
            source = IncomingResult(self._read_part, order.replacements, max_rows)
            has_more = rewrite_result(
                source, self._answer.media_type, order.form, order.media_type, self._writer, max_triples=order.max_rows
            )
            self.truncated = has_more or self._is_cut(source)
            if not (self.truncated and order.is_streamed and self._writer.has_sent):
                self._writer.flush_rest()
            elif self._failure is None:
                self._failure = QueryTimeout(TOO_MANY_ROWS)
        except _AbandonedError:
            pass
        except (SyntaxError, OSError, http.client.HTTPException, QueryTimeout) as error:
            self._failure = self._failure or self._writer.failure or broken(error)
        finally:
            order.cancellation.attach(None)
            with contextlib.suppress(OSError):
                self._answer.close()
            self.spool.end(self._failure)
            self._writer.begun.set()

    def _is_cut(self, source: IncomingResult) -> bool:
        order = self._order
        if order.form != "SELECT" or source.was_cut:
            return source.was_cut
        if not shows_rows(self._answer.media_type):
            return order.has_more is not None and order.has_more()
        if order.engine_rows is not None and source.rows >= order.engine_rows:
            self.engine_rows = order.engine_rows
        return self.engine_rows is not None

    def _read_part(self) -> bytes:
        """Errors are kept here, because the engine's parser wraps what its file raises."""
        try:
            return self._answer.read()
        except TimeoutError as error:
            self._failure = too_long(self._order.seconds)
            raise OSError("time is up") from error
        except (OSError, http.client.HTTPException) as error:
            gone = self._order.cancellation.cancelled
            self._failure = QueryCancelled("問い合わせた側が接続を切りました") if gone else broken(error)
            raise OSError("connection lost") from error


class _AbandonedError(OSError):
    """Nobody reads the result any more."""


class _SpoolWriter(io.RawIOBase):
    """Collects small writes into parts; ``begun`` is set with the first of them."""

    def __init__(self, spool: ResultSpool, limit: int) -> None:
        self.begun = threading.Event()
        self.has_sent = False
        self.failure: QueryTimeout | None = None
        self._spool, self._limit, self._left = spool, limit, limit
        self._pending = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._left -= len(data)
        if self._left < 0:
            self.failure = QueryTimeout(
                f"結果が {self._limit >> 20} MiB を超えたため打ち切りました。LIMIT を付けるか、条件を絞ってください"
            )
            raise self.failure
        self._pending += data
        if len(self._pending) >= PART_BYTES:
            self.flush_rest()
            self.has_sent = True
            self.begun.set()
        return len(data)

    def flush_rest(self) -> None:
        if self._pending and not self._spool.write(bytes(self._pending)):
            raise _AbandonedError("nobody reads")
        self._pending.clear()


def too_long(seconds: float) -> QueryTimeout:
    return QueryTimeout(f"問い合わせを {seconds:g} 秒で打ち切りました。条件を絞るか、LIMIT を付けてください")


def broken(error: Exception) -> EngineUnavailable:
    return EngineUnavailable(f"エンジンの答えが途中で切れたか、読めない形です（{error}）")
