"""Loads a snapshot into another engine by the Graph Store Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/).

Order makes it safe: the new union is loaded beside the old one, then each document's graph is replaced (PUT), then the marker says which
union holds, and only then what is no longer wanted is deleted. Queries of before see the old union whole until the marker turns. Only
graphs below our own base IRI are touched.
"""

from __future__ import annotations

import http.client
import itertools
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

import pyoxigraph
from pyoxigraph import RdfFormat

from graph.engine_http import Answer, EngineClient, RemoteStore
from graph.remote_graphs import empty_graph, marker, marker_graph, union_graph
from graph.remote_results import ACCEPTED, IncomingResult, can_read, read_rows
from graph.snapshot import Snapshot
from ontology.errors import EngineUnavailable

PART_BYTES = 4 << 20  # of one request: small enough for the size and time limits of engines, large enough to be quick
REQUEST_SECONDS = 120.0
PAUSES = (1.0, 3.0)  # seconds before another try where the store is busy or the connection was lost

_BUSY = frozenset((408, 429, 502, 503, 504))
_GONE = 404


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a store holds now: the snapshot's named graphs and the triples of their union. ``deleted`` graphs had vanished or were old."""

    graphs: int
    triples: int
    deleted: int


def load_snapshot(snapshot: Snapshot, store: RemoteStore, *, progress: Callable[[str, int, int], None]) -> Loaded:
    """Make ``store`` hold ``snapshot`` and nothing older of it.

    ``progress`` is told a graph's IRI, how many graphs are done and how many there are. Raises EngineUnavailable with what to check.
    """
    graphs = _read_graphs(snapshot)
    union = union_graph(snapshot.base_iri, snapshot.build_id)
    loader = _Loader(store)
    loader.delete(empty_graph(snapshot.base_iri))  # a small request first: who we are is asked before much has been sent
    wanted = {union: sorted(set(itertools.chain.from_iterable(graphs.values()))), **dict(sorted(graphs.items()))}
    for done, (name, lines) in enumerate(wanted.items()):
        progress(name, done, len(wanted))
        loader.replace(name, lines)
    loader.replace(marker_graph(snapshot.base_iri), [marker(snapshot.base_iri, snapshot.build_id)])
    progress(union, len(wanted), len(wanted))
    kept = {*wanted, marker_graph(snapshot.base_iri)}
    vanished = [name for name in loader.graphs_below(snapshot.base_iri) if name not in kept]
    for name in vanished:
        loader.delete(name)
    return Loaded(graphs=len(graphs), triples=len(wanted[union]), deleted=len(vanished))


def _read_graphs(snapshot: Snapshot) -> Mapping[str, list[str]]:
    """The triples of each named graph as lines of N-Triples, which is also Turtle."""
    graphs: dict[str, list[str]] = defaultdict(list)
    for quad in pyoxigraph.parse(path=str(snapshot.path / "graph.nq"), format=RdfFormat.N_QUADS):
        graphs[quad.graph_name.value].append(f"{quad.triple} .\n")
    return graphs


class _Loader:
    def __init__(self, store: RemoteStore) -> None:
        self._store = store
        self._client = EngineClient(store)

    def replace(self, name: str, lines: list[str]) -> None:
        """The first part by PUT, which replaces, the others by POST, which adds: asked twice, both do the same."""
        for index, body in enumerate(_parts(lines)):
            self._write("PUT" if index == 0 else "POST", name, body)

    def delete(self, name: str) -> None:
        self._write("DELETE", name, b"", allowed=(_GONE,))

    def graphs_below(self, base_iri: str) -> list[str]:
        """The named graphs whose IRI begins with ``base_iri``, sorted."""
        query = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{base_iri}")) }}'
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": ACCEPTED["SELECT"]}
        answer = self._try("POST", self._store.endpoint, urlencode({"query": query}).encode(), headers, {})
        if not (answer.status == 200 and can_read(answer.media_type, "SELECT")):
            raise self._refused(answer, "KEIKAKU_SPARQL_ENDPOINT")
        try:
            return sorted(row["g"] for row in read_rows(IncomingResult(answer.read), answer.media_type))
        except (SyntaxError, OSError, http.client.HTTPException) as error:
            raise EngineUnavailable(f"{self._store.host}: グラフの一覧が途中で切れました（{error}）") from error
        finally:
            answer.close()

    def _write(self, method: str, name: str, body: bytes, allowed: tuple[int, ...] = ()) -> None:
        headers = {"Content-Type": "text/turtle"} if body else {}  # Virtuoso 7 takes Turtle only
        answer = self._try(method, self._store.graph_store, body, headers, {"graph": name})
        if not 200 <= answer.status < 300 and answer.status not in allowed:
            raise self._refused(answer, "KEIKAKU_SPARQL_GRAPH_STORE")
        answer.close()

    def _try(self, method: str, address: str, body: bytes, headers: Mapping[str, str], parameters: Mapping[str, str]) -> Answer:
        for pause in (*PAUSES, None):
            try:
                answer = self._client.send(method, address, seconds=REQUEST_SECONDS, body=body, headers=headers, parameters=parameters)
            except TimeoutError:
                if pause is None:
                    raise EngineUnavailable(
                        f"{self._store.host}: {REQUEST_SECONDS:g} 秒の間に答えがありません。ストアの負荷とログを確かめてください"
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

    def _refused(self, answer: Answer, setting: str) -> EngineUnavailable:
        message = answer.message()
        answer.close()
        hint = f"。{setting} の番地を確かめてください" if answer.status in (400, 404, 405, 501) else ""
        return EngineUnavailable(f"{self._store.host}: ストアが HTTP {answer.status} を返しました{hint}（{message}）")


def _parts(lines: Sequence[str]) -> Iterator[bytes]:
    """``lines`` in bodies of about ``PART_BYTES``. Those with blank nodes all go into the first: in two requests a node would become two."""
    with_nodes = [line for line in lines if _has_blank_node(line)]
    part = bytearray("".join(with_nodes).encode())
    for line in lines:
        if len(part) >= PART_BYTES:
            yield bytes(part)
            part.clear()
        if not _has_blank_node(line):
            part += line.encode()
    if part:
        yield bytes(part)


def _has_blank_node(line: str) -> bool:
    """N-Triples has nothing else that begins so outside of quotes; subject and object are the ends of a line."""
    return line.startswith("_:") or (" _:" in line and line.split(" ", 2)[2].startswith("_:"))
