"""Runs SPARQL queries in worker processes, so that one that runs away can be stopped and takes nothing else with it."""

from __future__ import annotations

import contextlib
import logging
import re
import threading
import time
import weakref
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self, Unpack

from graph.checked_request import QueryOptions, QueryRequest, check_request
from graph.inline_data import FilledQuery
from graph.query_limits import FairQueue, QueryLimits
from graph.query_process import ForkServer, Worker, move_to_memory, start_fork_server
from graph.result_spool import ResultSpool
from graph.row_limit import TOO_MANY_ROWS, bound_rows
from graph.terms import PREFIXES
from ontology.errors import QueryCancelled, QuerySyntaxError, QueryTimeout, QueryUnsupported, SnapshotError

MEMORY_BYTES = 1 << 30
MAX_RESULT_BYTES = 50 << 20  # of ``run``, in memory
MAX_STREAM_BYTES = 500 << 20  # of ``stream``, on disk

logger = logging.getLogger(__name__)

# The characters that a name may begin with, which the parser lists one range after the other among what it expected.
_CHARACTERS = re.compile(r"(?:, )?\['[^\]]*'\]", re.DOTALL)
_POSITION = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QueryResult:
    """A serialised result; ``media_type`` is as negotiated, without parameters. Text is UTF-8. ``truncated`` where the limit of rows or triples cut it."""

    media_type: str
    body: bytes
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class QueryStream:
    """A result as it is found; iterate ``parts`` once, then ``close``.

    ``complete`` when ``parts`` is all there already: nothing can go wrong any more, and ``truncated`` says whether the row limit cut it. Else it raises QueryTimeout (or QuerySyntaxError)
    where the query ends before its result does. ``engine_rows`` is the limit that cut it where that is another engine's own.
    """

    media_type: str
    parts: Iterable[bytes]
    complete: bool
    truncated: bool = False
    engine_rows: int | None = None

    def close(self) -> None:
        """Stop the query if it still runs."""
        if isinstance(self.parts, ResultSpool):
            self.parts.abandon()


@dataclass(frozen=True, slots=True)
class _Part:
    content: bytes
    more: bool
    truncated: bool = False


class QueryEngine:
    """A few workers over one store directory. Threads may share it; at most ``workers`` queries run at a time, others wait their turn.

    With ``graph_file``, the same graph as N-Quads, they answer from memory as soon as it is loaded, where the system has the means and the room.
    ``counts`` tells since the start: queries, stopped (the worker was killed), timed_out (also while waiting for a worker), out_of_memory,
    cancelled, too_large and truncated. ``closed`` names what no query can open: "files", "sockets".

    Raises SnapshotError where the store cannot be opened.
    """

    def __init__(self, store_path: Path, *, graph_file: Path | None = None, workers: int = 2, timeout: float = 30.0) -> None:
        self.timeout = timeout
        self._fork_server = start_fork_server(graph_file, MEMORY_BYTES, workers) if graph_file else None
        self._workers = [Worker(store_path, MEMORY_BYTES, self._fork_server) for _ in range(workers)]
        self._queue = FairQueue(self._workers)
        self.counts: Counter[str] = Counter()
        self._stop = weakref.finalize(self, _stop_all, self._workers, self._fork_server)  # also at interpreter exit
        try:
            greeting = self._workers[0].greet(time.monotonic() + timeout)
            self.graphs = frozenset(greeting["graphs"])
            self.closed: list[str] = greeting["closed"]
        except (TimeoutError, ConnectionError) as error:
            self.close()
            raise SnapshotError(f"{store_path}: 問い合わせ用のプロセスを起動できません（{error}）") from error
        except SnapshotError:
            self.close()
            raise
        if self._fork_server is not None:
            threading.Thread(
                target=move_to_memory, args=(self._fork_server, self._queue, workers), name="keikaku-memory", daemon=True
            ).start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Stop the workers; queries that are running end with QueryTimeout."""
        self._stop()

    def count_workers(self) -> Counter[str]:
        """The processes that live now, by what they answer from: "memory" or "disk"."""
        return Counter("memory" if worker.is_forked else "disk" for worker in self._workers if worker.is_alive)

    def run(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> QueryResult:
        """Answer ``query`` in the best format for the ``accept`` header.

        The default graph is the union of all graphs unless the query says FROM or the protocol's ``default_graphs`` or ``named_graphs``
        are given, which take precedence. ``base_iri`` is the base of relative IRIs where the query has no BASE. Raises QueryRefused,
        QuerySyntaxError, QueryUnsupported, QueryTimeout (also for too much memory or too large a result) and NotAcceptable.
        """
        asked = QueryRequest(query, **options)
        media_type, request = self._prepare(asked)
        parts = list(self._ask(request | {"max_bytes": MAX_RESULT_BYTES}, asked.limits))
        return QueryResult(media_type, b"".join(part.content for part in parts), parts[-1].truncated)

    def stream(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> QueryStream:
        """As ``run``, but a long result can be sent on while the rest is still sought; what ``run`` raises comes before the first part.

        A result that is not complete waits on disk for its reader, so that a slow one holds neither a worker nor memory.
        """
        asked = QueryRequest(query, **options)
        media_type, request = self._prepare(asked)
        parts = self._ask(request | {"max_bytes": MAX_STREAM_BYTES}, asked.limits)
        first = next(parts)
        if not first.more:
            parts.close()
            return QueryStream(media_type, [first.content], complete=True, truncated=first.truncated)
        spool = ResultSpool()
        spool.write(first.content)
        threading.Thread(target=_drain, args=(parts, spool), name="keikaku-result", daemon=True).start()
        return QueryStream(media_type, spool, complete=False)

    def check(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> str:
        """The media type in which ``run`` would answer. The query is read and nothing sought; raises what ``run`` raises before that."""
        asked = QueryRequest(query, **options)
        media_type, request = self._prepare(asked)
        for _ in self._ask(request | {"max_bytes": MAX_RESULT_BYTES, "only_read": True}, asked.limits):
            pass
        return media_type

    def _prepare(self, request: QueryRequest) -> tuple[str, dict[str, Any]]:
        """The media type to answer with and the request to a worker."""
        asked, max_rows = check_request(request, self.graphs), request.limits.max_rows
        checked = asked.query
        bounded = bound_rows(checked.text, max_rows) if checked.form == "SELECT" else None
        rows: dict[str, Any] = {"max_rows": max_rows, "probe": bounded.probe} if bounded else {}
        if checked.form in ("CONSTRUCT", "DESCRIBE"):
            rows = {"max_rows": max_rows}  # triples, which no clause of the query bounds
        return asked.media_type, rows | {
            "query": bounded.text if bounded else checked.text,
            "as_written": checked.outline,
            "default_graphs": list(asked.default_graphs),
            "named_graphs": list(asked.named_graphs),
            "base_iri": request.base_iri,
            "media_type": asked.result_format,
            "prefixes": PREFIXES if checked.form in ("CONSTRUCT", "DESCRIBE") else {},
        }

    def _ask(self, request: dict[str, Any], limits: QueryLimits) -> Generator[_Part, None, None]:
        """The parts of the answer. Closed before the last one, it stops the query."""
        seconds = limits.within(self.timeout)
        deadline = time.monotonic() + seconds
        self.counts["queries"] += 1
        try:
            worker = self._queue.take(limits.client, deadline, limits.cancellation)
        except TimeoutError:
            self.counts["timed_out"] += 1
            raise QueryTimeout(f"混み合っていて、{seconds:g} 秒の間に順番が来ませんでした。しばらくしてからやり直してください") from None
        more, tired = True, False
        try:
            limits.cancellation.attach(worker.interrupt)
            worker.ask(request | {"seconds": max(deadline - time.monotonic(), 0)}, deadline)
            while more:
                header, part = worker.receive(deadline)
                more = header.get("more", False)
                tired = header.get("tired", False)
                if header.get("truncated") or header.get("error") == "size":
                    self.counts["truncated" if "truncated" in header else "too_large"] += 1
                if "error" in header:
                    _raise_error(header["error"], header["message"], request["max_bytes"])
                yield _Part(part, more, header.get("truncated", False))
        except TimeoutError:
            self.counts["timed_out"] += 1
            raise QueryTimeout(f"問い合わせを {seconds:g} 秒で打ち切りました。条件を絞るか、LIMIT を付けてください") from None
        except OSError:  # the socket was cut: the process ended by itself, or the engine is closed, or who asked has gone
            raise self._explain_end(limits) from None
        finally:
            limits.cancellation.attach(None)
            if more:
                self.counts["stopped"] += 1
            if more or tired or worker.could_be_faster:
                # A process of a gigabyte takes a while to end: who asked does not wait for that, but the next query of this worker does.
                threading.Thread(target=self._renew, args=(worker, limits.client), name="keikaku-renewal", daemon=True).start()
            else:
                self._queue.give_back(limits.client, worker)

    def _renew(self, worker: Worker, client: str) -> None:
        try:
            worker.restart()
        except OSError as error:  # no process to be had at the moment; the next query tries again
            logger.warning("問い合わせ用のプロセスを起動できません: %s", error)
        self._queue.give_back(client, worker, as_last=True)

    def _explain_end(self, limits: QueryLimits) -> QueryTimeout:
        if limits.cancellation.cancelled:
            self.counts["cancelled"] += 1
            return QueryCancelled("問い合わせた側が接続を切りました")
        if not self._stop.alive:
            return QueryTimeout("サーバーが終了するため、問い合わせを打ち切りました")
        self.counts["out_of_memory"] += 1
        return QueryTimeout(f"問い合わせがメモリーの上限（{MEMORY_BYTES >> 20} MiB）を超えたため打ち切りました。条件を絞ってください")


def _drain(parts: Generator[_Part, None, None], spool: ResultSpool) -> None:
    """Fill ``spool`` until the result ends, a limit ends it, or nobody reads it any more."""
    truncated = False
    with contextlib.closing(parts):
        try:
            for part in parts:
                if not spool.write(part.content):
                    return
                truncated = part.truncated
        except (QueryTimeout, QuerySyntaxError) as error:
            spool.end(error)
        except OSError as error:  # the disk is full
            spool.end(QueryTimeout(f"結果を一時ファイルに書けないため打ち切りました（{error}）。LIMIT を付けてください"))
        else:
            spool.end(QueryTimeout(TOO_MANY_ROWS) if truncated else None)


def _raise_error(error: str, message: str, max_bytes: int) -> None:
    if error == "size":
        raise QueryTimeout(f"結果が {max_bytes >> 20} MiB を超えたため打ち切りました。LIMIT を付けるか、条件を絞ってください")
    position = _POSITION.fullmatch(message)
    if position:
        reason = _CHARACTERS.sub("", position[3])
        raise QuerySyntaxError(f"{position[1]} 行 {position[2]} 桁: SPARQL として読めません（{reason}）")
    kind = QuerySyntaxError if error == "syntax" else QueryUnsupported
    raise kind(f"この問い合わせには答えられません（{message}）")


def _stop_all(workers: Sequence[Worker], fork_server: ForkServer | None) -> None:
    if fork_server is not None:
        fork_server.stop()
    for worker in workers:
        worker.stop()
