"""Loads a snapshot into another engine, by the Graph Store Protocol or by SPARQL Update.

Order makes it safe: the new union is loaded beside the old one, then each document's graph is replaced, then the marker says which union
holds, and only then what is no longer wanted is deleted. Queries of before see the old union whole until the marker turns. Only graphs
below our own base IRI are touched.

The graph is read from its file part by part, so that its size is no matter of memory.
"""

from __future__ import annotations

import http.client
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from graph.engine_http import EngineClient, RemoteStore
from graph.remote_graphs import empty_graph, marker, marker_graph, union_graph
from graph.remote_results import ACCEPTED, IncomingResult, can_read, read_rows
from graph.remote_writers import GraphStoreNotOfferedError, GraphStoreWriter, GraphWriter, PatientClient, UpdateWriter
from graph.snapshot import Snapshot
from ontology.errors import EngineUnavailable

HELD_BYTES = 64 << 20  # of all graphs that are not written yet

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a store holds now: the snapshot's named graphs and the triples of their union. ``deleted`` graphs had vanished or were old."""

    graphs: int
    triples: int
    deleted: int
    protocol: str


def load_snapshot(snapshot: Snapshot, store: RemoteStore, *, progress: Progress, by_update: bool = False) -> Loaded:
    """Make ``store`` hold ``snapshot`` and nothing older of it.

    SPARQL Update is used where it is wanted (``by_update``), where no address for graphs is known, or where that address takes none (404, 405, 501).
    ``progress`` is told a graph's IRI, how many statements are written and how many there are. Raises EngineUnavailable with what to check.
    """
    client = PatientClient(EngineClient(store))
    if by_update or not store.graph_store:
        return _load(snapshot, client, UpdateWriter(client), progress)
    try:
        return _load(snapshot, client, GraphStoreWriter(client), progress)
    except GraphStoreNotOfferedError as refusal:
        try:
            return _load(snapshot, client, UpdateWriter(client), progress)
        except EngineUnavailable as error:
            raise EngineUnavailable(f"{refusal}。SPARQL Update でも書き込めません: {error}") from error


def _load(snapshot: Snapshot, client: PatientClient, writer: GraphWriter, progress: Progress) -> Loaded:
    base, path = snapshot.base_iri, snapshot.path / "graph.nq"
    union = union_graph(base, snapshot.build_id)
    writer.delete(empty_graph(base))  # a small request first: who we are is asked before much has been sent
    counts, with_nodes = _survey(path)
    total = 2 * counts.total()
    parts = _Parts(writer, with_nodes | {union: sorted({line for lines in with_nodes.values() for line in lines})}, progress, total)
    triples, former = 0, b""
    for line, _ in _read_lines(path):
        if line != former:  # the file is sorted: what several graphs state stands together
            parts.take(union, line)
            triples += 1
        former = line
    parts.write_rest()
    for line, name in _read_lines(path):
        parts.take(name, line)
    parts.write_rest()
    writer.replace(marker_graph(base), marker(base, snapshot.build_id).encode())
    progress(union, total, total)
    kept = {union, marker_graph(base), *counts}
    vanished = [name for name in _graphs_below(client, base) if name not in kept]
    for name in vanished:
        writer.delete(name)
    return Loaded(graphs=len(counts), triples=triples, deleted=len(vanished), protocol=writer.protocol)


class _Parts:
    """Collects lines of graphs and writes them in parts: the first one replaces a graph, the others add to it.

    Lines with blank nodes (``with_nodes``, by graph) are the first part of their graph: in two requests a node would become two.
    """

    def __init__(self, writer: GraphWriter, with_nodes: Mapping[str, list[bytes]], progress: Progress, total: int) -> None:
        self._writer, self._with_nodes, self._progress = writer, with_nodes, progress
        self._held: dict[str, list[bytes]] = {}
        self._sizes: dict[str, int] = {}
        self._size_of_all = 0
        self._begun: set[str] = set()
        self._done, self._total = 0, total

    def take(self, name: str, line: bytes) -> None:
        if has_blank_node(line):
            if name not in self._begun:
                self._write(name, self._with_nodes[name])
            return
        self._held.setdefault(name, []).append(line)
        self._sizes[name] = self._sizes.get(name, 0) + len(line)
        self._size_of_all += len(line)
        limits = self._writer.limits
        if self._sizes[name] >= limits.content_bytes or len(self._held[name]) >= limits.lines:
            self._write_held(name)
        elif self._size_of_all >= HELD_BYTES:
            self._write_held(max(self._sizes, key=lambda held: (self._sizes[held], held)))

    def write_rest(self) -> None:
        for name in sorted(self._held):
            self._write_held(name)

    def _write_held(self, name: str) -> None:
        self._size_of_all -= self._sizes.pop(name)
        lines = self._held.pop(name)
        if name not in self._begun and name in self._with_nodes:
            self._write(name, self._with_nodes[name])
        self._write(name, lines)

    def _write(self, name: str, lines: list[bytes]) -> None:
        write = self._writer.add if name in self._begun else self._writer.replace
        write(name, b"".join(lines))
        self._begun.add(name)
        self._done += len(lines)
        self._progress(name, self._done, self._total)


def _survey(path: Path) -> tuple[Counter[str], dict[str, list[bytes]]]:
    """How many statements each graph has, and those of them with blank nodes."""
    counts: Counter[str] = Counter()
    with_nodes: dict[str, list[bytes]] = defaultdict(list)
    for line, name in _read_lines(path):
        counts[name] += 1
        if has_blank_node(line):
            with_nodes[name].append(line)
    return counts, dict(with_nodes)


def _read_lines(path: Path) -> Iterator[tuple[bytes, str]]:
    """Each statement of a file of N-Quads, in its order: the triple as a line of N-Triples, and the graph's IRI.

    Only for files of our own (``graph.nq``): one blank between terms, a graph in each line. No IRI holds a blank, so the last " <" begins the graph.
    """
    with path.open("rb") as file:
        for line in file:
            triple, _, rest = line.rpartition(b" <")
            yield triple + b" .\n", rest.partition(b">")[0].decode()


def has_blank_node(line: bytes) -> bool:
    """Whether a line of N-Triples has one. Nothing else begins so outside of quotes; subject and object are the ends of a line."""
    return line.startswith(b"_:") or (b" _:" in line and line.split(b" ", 2)[2].startswith(b"_:"))


def _graphs_below(client: PatientClient, base_iri: str) -> list[str]:
    """The named graphs whose IRI begins with ``base_iri``, sorted."""
    query = f'SELECT DISTINCT ?g {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(STRSTARTS(STR(?g), "{base_iri}")) }}'
    answer = client.ask(query, ACCEPTED["SELECT"])
    if not (answer.status == 200 and can_read(answer.media_type, "SELECT")):
        raise client.refused(answer, "KEIKAKU_SPARQL_ENDPOINT", {400, 404, 405, 501})
    try:
        return sorted(row["g"] for row in read_rows(IncomingResult(answer.read), answer.media_type))
    except (SyntaxError, OSError, http.client.HTTPException) as error:
        raise EngineUnavailable(f"{client.store.host}: グラフの一覧が途中で切れました（{error}）") from error
    finally:
        answer.close()
