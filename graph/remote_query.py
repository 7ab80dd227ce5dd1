"""Answers SPARQL from another engine (``KEIKAKU_SPARQL_ENDPOINT``) instead of the embedded one, with the same interface as QueryEngine.

The guard, the searches and the formats stay ours. The dataset is told with every query, in the parameters of the SPARQL 1.1 Protocol:
as default graph the union that ``keikaku push`` loaded, as named graphs those of the snapshot. So it does not matter what an engine takes
for its default graph, and nobody reads what else lies in a store that is shared.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self, Unpack
from urllib.parse import urlencode

from graph.checked_request import QueryOptions, QueryRequest, check_request
from graph.engine_http import Answer, EngineClient, RemoteStore
from graph.guard import CheckedQuery
from graph.inline_data import FilledQuery
from graph.plain_variables import restore_in_xml, spell_in_ascii
from graph.query import MAX_RESULT_BYTES, MAX_STREAM_BYTES, QueryResult, QueryStream
from graph.remote_graphs import empty_graph, marker_query, union_graph
from graph.remote_results import ACCEPTED, IncomingResult, can_read, read_rows
from graph.remote_transfer import Order, Transfer, broken, too_long
from graph.row_limit import bound_rows
from graph.sparql_tokens import tokenize
from ontology.errors import EngineUnavailable, QuerySyntaxError, QueryTimeout

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
class _Question:
    """What goes along with every text that is sent for one query."""

    form: str
    base_iri: str
    dataset: Sequence[tuple[str, str]]
    deadline: float


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

    def run(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> QueryResult:
        """As ``QueryEngine.run``; raises EngineUnavailable besides, where the store does not do its part."""
        media_type, transfer = self._start(QueryRequest(query, **options), MAX_RESULT_BYTES, is_streamed=False)
        body = b"".join(transfer.spool)
        return QueryResult(media_type, body, transfer.truncated)

    def stream(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> QueryStream:
        """As ``QueryEngine.stream``."""
        media_type, transfer = self._start(QueryRequest(query, **options), MAX_STREAM_BYTES, is_streamed=True)
        if transfer.wait_for_first_part():
            body = b"".join(transfer.spool)
            return QueryStream(media_type, [body], complete=True, truncated=transfer.truncated, engine_rows=transfer.engine_rows)
        return QueryStream(media_type, transfer.spool, complete=False)

    def check(self, query: str | FilledQuery, **options: Unpack[QueryOptions]) -> str:
        """As ``QueryEngine.check``, but what the store alone can tell of the query stays untold: it is not asked."""
        return check_request(QueryRequest(query, **options), self.graphs).media_type

    def _start(self, request: QueryRequest, max_bytes: int, *, is_streamed: bool) -> tuple[str, Transfer]:
        """The media type to answer with, and the answer on its way."""
        limits, base_iri = request.limits, request.base_iri
        seconds = limits.within(self.timeout)
        deadline = time.monotonic() + seconds
        asked = check_request(request, self.graphs)
        checked = asked.query
        default, named = self._choose_dataset(asked.default_graphs, asked.named_graphs)
        question = _Question(checked.form, base_iri, _name_dataset(checked.text, default, named, empty_graph(self._base_iri)), deadline)
        bounded = bound_rows(checked.text, limits.max_rows) if checked.form == "SELECT" else None
        # One row more than is wanted shows that there are more. Virtuoso 7 refuses to sort for a LIMIT beyond 10,000.
        wanted = bound_rows(checked.text, limits.max_rows + 1) if bounded and not self._is_virtuoso else None
        try:
            answer, names = self._put(question, wanted.text if wanted else checked.text)
        except _SyntaxRefusedError as error:
            # Its place shall be that in the text as it was written, not as it was sent.
            message = self._explain(question, checked.outline) if wanted or isinstance(request.query, FilledQuery) else ""
            raise _syntax_error(message or str(error), lines_before=1 if base_iri else 0) from None
        order = Order(
            form=checked.form,
            media_type=asked.result_format,
            is_streamed=is_streamed,
            max_bytes=max_bytes,
            max_rows=limits.max_rows,
            engine_rows=_engine_rows(answer, checked),
            has_more=(lambda: self._has_solution(question, bounded.probe)) if bounded else None,
            seconds=seconds,
            cancellation=limits.cancellation,
            replacements=restore_in_xml(names),
        )
        transfer = Transfer(answer, order)
        transfer.start()
        return asked.media_type, transfer

    def _put(self, question: _Question, text: str) -> tuple[Answer, dict[str, str]]:
        """The beginning of the answer, and the names of variables that were spelled in ASCII for the engine."""
        # On a line of its own, so that the columns of an error stay; the line is taken off again.
        base = f"BASE <{question.base_iri}>\n" if question.base_iri else ""
        text, names = spell_in_ascii(text) if self._is_virtuoso else (text, {})
        return self._ask(base + text, question.form, question.dataset, question.deadline), names

    def _has_solution(self, question: _Question, text: str) -> bool:
        """Also where nobody can say."""
        try:
            return bool(_read_solutions(self._put(question, text)[0]))
        except (QueryTimeout, QuerySyntaxError, EngineUnavailable):
            return True

    def _explain(self, question: _Question, text: str) -> str:
        """What the engine says is wrong with ``text``, empty where it takes it or does not answer."""
        try:
            self._put(question, text)[0].close()
        except _SyntaxRefusedError as error:
            return str(error)
        except (QueryTimeout, EngineUnavailable):
            pass
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
        rows = _read_solutions(self._ask(marker_query(self._base_iri), "SELECT", [], deadline))
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
            raise too_long(seconds) from None
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


class _SyntaxRefusedError(QuerySyntaxError):
    """The engine's own words about a query that it cannot read."""


def _engine_rows(answer: Answer, checked: CheckedQuery) -> int | None:
    """At how many solutions the engine itself may have cut the answer; None where the query asks for no more. Virtuoso tells it."""
    told = answer.headers.get("X-SPARQL-MaxRows", "")
    if checked.form != "SELECT" or not told.isdecimal() or bound_rows(checked.text, int(told)) is None:
        return None
    return int(told)


def _read_solutions(answer: Answer) -> list[dict[str, str]]:
    try:
        return read_rows(IncomingResult(answer.read), answer.media_type)
    except (SyntaxError, OSError, http.client.HTTPException) as error:
        raise broken(error) from error
    finally:
        answer.close()


def _name_dataset(query: str, default: Sequence[str], named: Sequence[str], nothing: str) -> list[tuple[str, str]]:
    """The parameters of the protocol. Named graphs go along only where the query speaks of them: they may be thousands."""
    speaks_of_graphs = any(token.keyword == "GRAPH" for token in tokenize(query))
    told = [("default-graph-uri", iri) for iri in (default or [nothing])]
    return told + [("named-graph-uri", iri) for iri in ((speaks_of_graphs and named) or [nothing])]


def _syntax_error(message: str, lines_before: int) -> QuerySyntaxError:
    """``message`` in our words, its place counted without the ``lines_before`` the query that we put there."""
    place = _OXIGRAPH_PLACE.search(message)
    if place:
        return QuerySyntaxError(f"{int(place[1]) - lines_before} 行 {place[2]} 桁: SPARQL として読めません（{place[3]}）")
    told = _LINE.sub(lambda line: f"line {max(int(line[1]) - lines_before, 1)}", message)
    return QuerySyntaxError(f"エンジンが、この問い合わせには答えられないと言いました（{told}）")
