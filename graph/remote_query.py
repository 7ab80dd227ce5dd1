"""Answers SPARQL from another engine (``KEIKAKU_SPARQL_ENDPOINT``) instead of the embedded one, with the same interface as QueryEngine.

The guard, the searches and the formats stay ours. The dataset is told with every query, in the parameters of the SPARQL 1.1 Protocol:
as default graph the union that ``keikaku push`` loaded, as named graphs those of the snapshot. So it does not matter what an engine takes
for its default graph, and nobody reads what else lies in a store that is shared.
"""

from __future__ import annotations

import contextlib
import http.client
import io
import re
import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from graph.engine_http import Answer, EngineClient, RemoteStore
from graph.guard import check_graph_names, check_query
from graph.inline_data import FilledQuery
from graph.negotiation import formats_of, negotiate
from graph.plain_variables import restore_in_xml, spell_in_ascii
from graph.query import MAX_RESULT_BYTES, MAX_STREAM_BYTES, QueryResult, QueryStream
from graph.query_limits import QueryLimits
from graph.remote_graphs import empty_graph, marker_query, union_graph
from graph.remote_results import ACCEPTED, IncomingResult, can_read, read_rows, rewrite_result
from graph.result_spool import ResultSpool
from graph.sparql_tokens import tokenize
from ontology.errors import EngineUnavailable, NotAcceptable, QueryCancelled, QuerySyntaxError, QueryTimeout

PART_BYTES = 128 << 10
MARKER_SECONDS = 5.0  # how long it is believed what the store holds

_LINE = re.compile(r"\bline (\d+)")
_OXIGRAPH_PLACE = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class EngineState:
    """``build_id`` is the snapshot that the store holds, None where it holds none or does not answer, and ``failure`` says why."""

    endpoint: str
    build_id: str | None
    failure: str | None = None


@dataclass(frozen=True, slots=True)
class _Bounds:
    max_bytes: int
    limits: QueryLimits


class RemoteQueryEngine:
    """Queries go to ``store`` over the graphs of the snapshot; ``graphs`` are their IRIs. Nothing is asked before the first query."""

    def __init__(self, store: RemoteStore, base_iri: str, graphs: Iterable[str], *, timeout: float = 30.0) -> None:
        self.timeout = timeout
        self.graphs = frozenset(graphs)
        self._base_iri = base_iri
        self._client = EngineClient(store)
        self._is_virtuoso = False
        self._marker: tuple[float, str | None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """There is nothing to stop: each query ends at its deadline."""

    def state(self) -> EngineState:
        """What the store holds now; never raises for a store that does not answer."""
        endpoint = self._client.store.endpoint.partition("?")[0]
        try:
            return EngineState(endpoint, self._read_marker(min(self.timeout, MARKER_SECONDS)))
        except (EngineUnavailable, QueryTimeout, QuerySyntaxError) as error:
            return EngineState(endpoint, None, str(error))

    def run(
        self,
        query: str | FilledQuery,
        *,
        accept: str = "",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base_iri: str = "",
        limits: QueryLimits | None = None,
    ) -> QueryResult:
        """As ``QueryEngine.run``; raises EngineUnavailable besides, where the store does not do its part."""
        bounds = _Bounds(MAX_RESULT_BYTES, limits or QueryLimits())
        media_type, transfer = self._start(query, accept, (default_graphs, named_graphs), base_iri, bounds)
        return QueryResult(media_type, b"".join(transfer.spool))

    def stream(
        self,
        query: str | FilledQuery,
        *,
        accept: str = "",
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        base_iri: str = "",
        limits: QueryLimits | None = None,
    ) -> QueryStream:
        """As ``QueryEngine.stream``."""
        bounds = _Bounds(MAX_STREAM_BYTES, limits or QueryLimits())
        media_type, transfer = self._start(query, accept, (default_graphs, named_graphs), base_iri, bounds)
        if transfer.wait_for_first_part():
            return QueryStream(media_type, [b"".join(transfer.spool)], complete=True)
        return QueryStream(media_type, transfer.spool, complete=False)

    def _start(
        self, query: str | FilledQuery, accept: str, graphs: tuple[Sequence[str], Sequence[str]], base_iri: str, bounds: _Bounds
    ) -> tuple[str, _Transfer]:
        """``graphs`` are those of the protocol, default and named, which win over those of the query."""
        seconds = bounds.limits.within(self.timeout)
        deadline = time.monotonic() + seconds
        filled = query if isinstance(query, FilledQuery) else FilledQuery(query)
        checked = check_query(filled.text, self.graphs, base_iri, filled.data)
        check_graph_names((*graphs[0], *graphs[1]), self.graphs)
        offers = formats_of(checked.form)
        media_type = negotiate(accept, checked.form)
        if media_type is None:
            raise NotAcceptable(f"Accept: {accept} の形式では答えられません。{'、'.join(offers)} のどれかを指定してください")
        default, named = self._choose_dataset(*(graphs if any(graphs) else (checked.default_graphs, checked.named_graphs)))
        parameters = _name_dataset(checked.text, default, named, empty_graph(self._base_iri))
        # On a line of its own, so that the columns of an error stay; the line is taken off again.
        base = f"BASE <{base_iri}>\n" if base_iri else ""
        text, names = spell_in_ascii(checked.text) if self._is_virtuoso else (checked.text, {})
        try:
            answer = self._ask(base + text, checked.form, parameters, deadline)
        except _SyntaxRefusedError as error:
            message = str(error)
            if filled.data:  # its place shall be that in the text as it was written, not as it was sent
                with contextlib.suppress(QueryTimeout, EngineUnavailable):
                    message = (
                        self._explain(
                            base + (spell_in_ascii(checked.outline)[0] if names else checked.outline), checked.form, parameters, deadline
                        )
                        or message
                    )
            raise _syntax_error(message, lines_before=1 if base else 0) from None
        transfer = _Transfer(answer, checked.form, offers[media_type], bounds=bounds, seconds=seconds, replacements=restore_in_xml(names))
        transfer.start()
        return media_type, transfer

    def _explain(self, text: str, form: str, parameters: Sequence[tuple[str, str]], deadline: float) -> str:
        """What the engine says is wrong with ``text``, empty where it takes it."""
        try:
            self._ask(text, form, parameters, deadline).close()
        except _SyntaxRefusedError as error:
            return str(error)
        return ""

    def _choose_dataset(self, default_graphs: Sequence[str], named_graphs: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """The graphs that are merged to the default graph and those that GRAPH may name; where none are chosen, the union and all."""
        build_id = self._loaded_build()  # always asked: it also tells which engine this is
        if build_id is None:
            raise EngineUnavailable(f"{self._client.store.host}: ストアにこのデータがまだありません。keikaku push を実行してください")
        if default_graphs or named_graphs:
            return default_graphs, named_graphs
        return [union_graph(self._base_iri, build_id)], sorted(self.graphs)

    def _loaded_build(self) -> str | None:
        known = self._marker
        if known is None or time.monotonic() - known[0] > MARKER_SECONDS or known[1] is None:
            self._read_marker(self.timeout)
            known = self._marker
        return known[1] if known else None

    def _read_marker(self, seconds: float) -> str | None:
        deadline = time.monotonic() + seconds
        answer = self._ask(marker_query(self._base_iri), "SELECT", [], deadline)
        try:
            rows = read_rows(IncomingResult(answer.read), answer.media_type)
        except (SyntaxError, OSError, http.client.HTTPException) as error:
            raise _broken(error) from error
        finally:
            answer.close()
        build_id = rows[0]["build"] if rows else None
        self._marker = (time.monotonic(), build_id)
        return build_id

    def _ask(self, text: str, form: str, dataset: Sequence[tuple[str, str]], deadline: float) -> Answer:
        """The beginning of a good answer. A form, since rdflib's kind of POST (the query as the body) hangs on Virtuoso 7."""
        pairs = [("query", text), *dataset]
        seconds = deadline - time.monotonic()
        if self._is_virtuoso:
            pairs.append(("timeout", str(max(round(seconds * 1000), 1000))))  # milliseconds; others read other units there
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": ACCEPTED[form]}
        try:
            answer = self._client.send(
                "POST", self._client.store.endpoint, seconds=seconds, body=urlencode(pairs).encode(), headers=headers
            )
        except TimeoutError:
            raise _too_long(seconds) from None
        self._is_virtuoso = answer.headers.get("Server", "").startswith("Virtuoso")
        self._check(answer, form)
        return answer

    def _check(self, answer: Answer, form: str) -> None:
        host = self._client.store.host
        # Virtuoso ends a query at its limit of time or rows with 200 and says so in headers only.
        if answer.status == 200 and "X-SQL-State" not in answer.headers:
            if can_read(answer.media_type, form):
                return
            answer.close()
            raise EngineUnavailable(f"{host}: SPARQL の答えでないもの（{answer.media_type}）が返りました。番地を確かめてください")
        message = answer.headers.get("X-SQL-Message") or answer.message()
        answer.close()
        if answer.status == 200:
            raise QueryTimeout(f"エンジンが問い合わせを途中で打ち切りました。条件を絞るか、LIMIT を付けてください（{message}）")
        if answer.status == 400:
            raise _SyntaxRefusedError(message)
        if answer.status in (408, 429, 503, 504):
            raise QueryTimeout(f"エンジンが問い合わせに答えきれませんでした（HTTP {answer.status} {message}）")
        hint = "。番地を確かめてください" if answer.status in (404, 405) else ""
        raise EngineUnavailable(f"{host}: エンジンが HTTP {answer.status} を返しました{hint}（{message}）")


class _Transfer(threading.Thread):
    """Takes an answer from the engine, rewrites it, and leaves it in ``spool``, whether it is read quickly or slowly."""

    def __init__(
        self, answer: Answer, form: str, wanted: str, *, bounds: _Bounds, seconds: float, replacements: Sequence[tuple[bytes, bytes]]
    ) -> None:
        super().__init__(name="keikaku-remote-result", daemon=True)
        self.spool = ResultSpool()
        self._answer = answer
        self._form, self._wanted, self._seconds = form, wanted, seconds
        self._writer = _SpoolWriter(self.spool, bounds.max_bytes)
        self._cancellation = bounds.limits.cancellation
        self._failure: Exception | None = None
        self._replacements = replacements
        self._ended = False

    def wait_for_first_part(self) -> bool:
        """Wait until there is something to send. True where that is all; raises what went wrong before."""
        self._writer.begun.wait()
        return self._ended

    def run(self) -> None:
        self._cancellation.attach(self._answer.abort)
        try:
            source = IncomingResult(self._read_part, self._replacements)
            rewrite_result(source, self._answer.media_type, self._form, self._wanted, self._writer)
            self._writer.flush_rest()
        except _AbandonedError:
            pass
        except (SyntaxError, OSError, http.client.HTTPException, QueryTimeout) as error:
            self._failure = self._failure or self._writer.failure or _broken(error)
        finally:
            self._cancellation.attach(None)
            with contextlib.suppress(OSError):
                self._answer.close()
            self._ended = True
            self.spool.end(self._failure)
            self._writer.begun.set()

    def _read_part(self) -> bytes:
        """Errors are kept here, because the engine's parser wraps what its file raises."""
        try:
            return self._answer.read()
        except TimeoutError as error:
            self._failure = _too_long(self._seconds)
            raise OSError("time is up") from error
        except (OSError, http.client.HTTPException) as error:
            gone = self._cancellation.cancelled
            self._failure = QueryCancelled("問い合わせた側が接続を切りました") if gone else _broken(error)
            raise OSError("connection lost") from error


class _SyntaxRefusedError(QuerySyntaxError):
    """The engine's own words about a query that it cannot read."""


class _AbandonedError(OSError):
    """Nobody reads the result any more."""


class _SpoolWriter(io.RawIOBase):
    """Collects small writes into parts; ``begun`` is set with the first of them."""

    def __init__(self, spool: ResultSpool, limit: int) -> None:
        self.begun = threading.Event()
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
            self.begun.set()
        return len(data)

    def flush_rest(self) -> None:
        if self._pending and not self._spool.write(bytes(self._pending)):
            raise _AbandonedError("nobody reads")
        self._pending.clear()


def _name_dataset(query: str, default: Sequence[str], named: Sequence[str], nothing: str) -> list[tuple[str, str]]:
    """The parameters of the protocol. Named graphs go along only where the query speaks of them: they may be thousands."""
    speaks_of_graphs = any(token.keyword == "GRAPH" for token in tokenize(query))
    told = [("default-graph-uri", iri) for iri in (default or [nothing])]
    return told + [("named-graph-uri", iri) for iri in ((speaks_of_graphs and named) or [nothing])]


def _too_long(seconds: float) -> QueryTimeout:
    return QueryTimeout(f"問い合わせを {seconds:g} 秒で打ち切りました。条件を絞るか、LIMIT を付けてください")


def _broken(error: Exception) -> EngineUnavailable:
    return EngineUnavailable(f"エンジンの答えが途中で切れたか、読めない形です（{error}）")


def _syntax_error(message: str, lines_before: int) -> QuerySyntaxError:
    """``message`` in our words, its place counted without the ``lines_before`` the query that we put there."""
    place = _OXIGRAPH_PLACE.search(message)
    if place:
        return QuerySyntaxError(f"{int(place[1]) - lines_before} 行 {place[2]} 桁: SPARQL として読めません（{place[3]}）")
    told = _LINE.sub(lambda line: f"line {max(int(line[1]) - lines_before, 1)}", message)
    return QuerySyntaxError(f"エンジンが、この問い合わせには答えられないと言いました（{told}）")
