"""Two ways to write graphs into another engine: the Graph Store Protocol, and SPARQL Update for engines that do not offer it.

https://www.w3.org/TR/sparql11-http-rdf-update/ and https://www.w3.org/TR/sparql11-update/
"""

from __future__ import annotations

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import urlencode

from graph.engine_http import Answer, EngineClient
from ontology.errors import EngineUnavailable

REQUEST_SECONDS = 120.0
PAUSES = (1.0, 3.0)  # seconds before another try where the store is busy or the connection was lost

_BUSY = frozenset((408, 429, 502, 503, 504))
_GONE = 404
_NOT_OFFERED = frozenset((404, 405, 501))
_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True, slots=True)
class PartLimits:
    """How much goes into one request: small enough for the limits of engines, large enough to be quick."""

    content_bytes: int
    lines: int


class GraphWriter(Protocol):
    """``name`` is a graph's IRI, ``triples`` are lines of N-Triples. Asked twice, each does the same. All raise EngineUnavailable."""

    protocol: str
    limits: PartLimits

    def replace(self, name: str, triples: bytes) -> None: ...
    def add(self, name: str, triples: bytes) -> None: ...
    def delete(self, name: str) -> None: ...


class GraphStoreNotOfferedError(EngineUnavailable):
    """The address does not take graphs."""


class PatientClient:
    """Requests that are tried again where the store is busy or the connection was lost."""

    def __init__(self, client: EngineClient) -> None:
        self.store = client.store
        self._client = client

    def send(
        self, method: str, address: str, body: bytes, content_type: str, *, accept: str = "*/*", parameters: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"Accept": accept} | ({"Content-Type": content_type} if body else {})
        for pause in (*PAUSES, None):
            try:
                answer = self._client.send(method, address, seconds=REQUEST_SECONDS, body=body, headers=headers, parameters=parameters)
            except TimeoutError:
                if pause is None:
                    raise EngineUnavailable(
                        f"{self.store.host}: {REQUEST_SECONDS:g} 秒の間に答えがありません。ストアの負荷とログを確かめてください"
                    ) from None
            except EngineUnavailable as error:
                if pause is None or not isinstance(error.__cause__, ConnectionResetError | BrokenPipeError):
                    raise
            else:
                if pause is None or answer.status not in _BUSY:
                    return answer
                answer.close()
            time.sleep(pause or 0)
        raise AssertionError("the last try returns or raises")

    def ask(self, query: str, accept: str) -> Answer:
        """The answer of the query endpoint, whatever its status. As a form, for Virtuoso 7."""
        return self.send("POST", self.store.endpoint, urlencode({"query": query}).encode(), _FORM, accept=accept)

    def refused(self, answer: Answer, setting: str, hinted: Collection[int]) -> EngineUnavailable:
        """What to raise for an ``answer`` that is no success; ``setting`` is what to check where its status is among ``hinted``."""
        message = answer.message()
        answer.close()
        hint = f"。{setting} の番地を確かめてください" if answer.status in hinted else ""
        return EngineUnavailable(f"{self.store.host}: ストアが HTTP {answer.status} を返しました{hint}（{message}）")


class GraphStoreWriter:
    """PUT replaces a graph, POST adds to it."""

    protocol = "Graph Store Protocol"
    limits = PartLimits(4 << 20, 1 << 20)

    def __init__(self, client: PatientClient) -> None:
        self._client = client

    def replace(self, name: str, triples: bytes) -> None:
        self._write("PUT", name, triples)

    def add(self, name: str, triples: bytes) -> None:
        self._write("POST", name, triples)

    def delete(self, name: str) -> None:
        self._write("DELETE", name, b"", allowed=_GONE)

    def _write(self, method: str, name: str, body: bytes, allowed: int = 200) -> None:
        # N-Triples are Turtle, and Virtuoso 7 takes Turtle only.
        answer = self._client.send(method, self._client.store.graph_store, body, "text/turtle", parameters={"graph": name})
        if 200 <= answer.status < 300 or answer.status == allowed:
            answer.close()
            return
        refusal = self._client.refused(answer, "KEIKAKU_SPARQL_GRAPH_STORE", {400, *_NOT_OFFERED})
        raise GraphStoreNotOfferedError(str(refusal)) if answer.status in _NOT_OFFERED else refusal


class UpdateWriter:
    """The text of an update is the body of its request: forms have low limits of size in servlet containers."""

    protocol = "SPARQL Update"
    limits = PartLimits(512 << 10, 2000)  # Virtuoso 7 compiles no more than about 4,900 triples at once

    def __init__(self, client: PatientClient) -> None:
        self._client = client

    def replace(self, name: str, triples: bytes) -> None:
        self._update(f"CLEAR SILENT GRAPH <{name}> ;\n".encode() + _insertion(name, triples))

    def add(self, name: str, triples: bytes) -> None:
        self._update(_insertion(name, triples))

    def delete(self, name: str) -> None:
        self._update(f"DROP SILENT GRAPH <{name}>".encode())

    def _update(self, text: bytes) -> None:
        store = self._client.store
        answer = self._client.send("POST", store.update or store.endpoint, text, "application/sparql-update; charset=utf-8")
        if not 200 <= answer.status < 300:
            raise self._client.refused(answer, "KEIKAKU_SPARQL_UPDATE", {400, 415, 500, *_NOT_OFFERED})
        answer.close()


def _insertion(name: str, triples: bytes) -> bytes:
    graph = f"{{ GRAPH <{name}> {{\n".encode() + triples + b"} }"
    # The same for blank nodes, which Virtuoso 7 refuses in INSERT DATA; without them the short way, which engines read faster.
    return b"INSERT " + graph + b" WHERE {}" if b"_:" in triples else b"INSERT DATA " + graph
