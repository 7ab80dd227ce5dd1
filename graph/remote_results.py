"""Reads what another engine answers and writes it in the format that was asked for, as the embedded engine writes it.

Engines have dialects: Virtuoso 7 answers ASK with a table, names blank nodes ``nodeID://b1`` and knows no TriG. Read and written again,
every engine gives the same formats, and an answer that ends too early is noticed.
"""

from __future__ import annotations

import io
import itertools
import sys
from collections.abc import Callable, Sequence
from typing import Any

import pyoxigraph
from pyoxigraph import QueryBoolean, QueryResultsFormat, RdfFormat, Store

from graph.terms import PREFIXES

# XML first: in it Virtuoso writes truth values as true and false, in JSON as 1 and 0.
ACCEPTED = {
    "SELECT": "application/sparql-results+xml, application/sparql-results+json;q=0.8",
    "ASK": "application/sparql-results+xml, application/sparql-results+json;q=0.8",
    "CONSTRUCT": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
    "DESCRIBE": "application/n-triples, text/turtle;q=0.8, application/rdf+xml;q=0.5",
}
# By which names engines send them back.
_SOLUTIONS = {
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/json": QueryResultsFormat.JSON,
}
_GRAPHS = {
    "application/n-triples": RdfFormat.N_TRIPLES,
    "text/plain": RdfFormat.N_TRIPLES,
    "text/turtle": RdfFormat.TURTLE,
    "application/rdf+xml": RdfFormat.RDF_XML,
}
_XML = frozenset(media_type for media_type, result_format in _SOLUTIONS.items() if result_format == QueryResultsFormat.XML)
_ROW = b"<result>"
_ODD_NODE = (b"<bnode>nodeID://", b"<bnode>")


class IncomingResult(io.RawIOBase):
    """The bytes of an answer as a file; ``read_part`` gives the next ones, nothing at the end.

    ``replacements`` are pairs of bytes found and put in their place; they begin with ``<``, which no text in XML holds unescaped. Solutions in
    XML are counted (``rows``), and those after ``max_rows`` left away (``was_cut``).
    """

    def __init__(
        self, read_part: Callable[[], bytes], replacements: Sequence[tuple[bytes, bytes]] = (), max_rows: int | None = None
    ) -> None:
        self.rows = 0
        self.was_cut = False
        self._read_part = read_part
        self._replacements = (_ODD_NODE, *replacements)
        self._longest = max(len(found) for found, _ in (*self._replacements, (_ROW, _ROW)))
        self._max_rows = sys.maxsize if max_rows is None else max_rows
        self._pending = b""
        self._counted = 0  # bytes of what is pending
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        ready = self._ready()
        while not ready and not self._ended:
            part = self._read_part()
            self._ended = not part
            self._pending += part
            for found, wanted in self._replacements:
                self._pending = self._pending.replace(found, wanted)
            self._count_rows()
            ready = self._ready()
        count = min(ready, len(buffer))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        self._counted = max(self._counted - count, 0)
        return count

    def _count_rows(self) -> None:
        """Count in what has come. The last bytes of before may begin a row; they are too short to hold one, and always still pending."""
        position = max(self._counted - len(_ROW) + 1, 0)
        found = self._pending.count(_ROW, position)
        if self.rows + found > self._max_rows:
            found = self._max_rows - self.rows
            for _ in range(found):
                position = self._pending.index(_ROW, position) + len(_ROW)
            self._pending = self._pending[: self._pending.index(_ROW, position)] + b"</results></sparql>"
            self.was_cut = self._ended = True
        self.rows += found
        self._counted = len(self._pending)

    def _ready(self) -> int:
        """How many bytes may go: the last ones could begin what is replaced."""
        return len(self._pending) if self._ended else max(len(self._pending) - self._longest, 0)


def shows_rows(media_type: str) -> bool:
    """Whether ``IncomingResult`` can count the solutions of an answer in this type."""
    return media_type in _XML


def can_read(media_type: str, form: str) -> bool:
    """Whether ``rewrite_result`` reads the answer to a query of this ``form`` in this type."""
    return media_type in (_SOLUTIONS if form in ("SELECT", "ASK") else _GRAPHS)


def rewrite_result(source: io.RawIOBase, media_type: str, form: str, wanted: str, output: Any, *, max_triples: int) -> bool:
    """Read ``source``, which is ``media_type``, and write it to ``output`` as ``wanted``, part by part; a graph up to ``max_triples``.

    True where a graph has more. Raises SyntaxError where it is not what it says or ends too early.
    """
    if form in ("SELECT", "ASK"):
        found = pyoxigraph.parse_query_results(source, format=_SOLUTIONS[media_type])
        if form == "ASK":
            found = _to_boolean(found if isinstance(found, QueryBoolean) else next(found, None) is not None)
        found.serialize(output, format=QueryResultsFormat.from_media_type(wanted))
        return False
    triples = (quad.triple for quad in pyoxigraph.parse(source, format=_GRAPHS[media_type]))
    rdf_format = RdfFormat.from_media_type(wanted)
    pyoxigraph.serialize(itertools.islice(triples, max_triples), output, rdf_format, prefixes=PREFIXES)
    return next(triples, None) is not None


def read_rows(source: io.RawIOBase, media_type: str) -> list[dict[str, str]]:
    """The solutions of a SELECT as text, without unbound variables. Raises SyntaxError as ``rewrite_result``."""
    found = pyoxigraph.parse_query_results(source, format=_SOLUTIONS[media_type])
    names = [variable.value for variable in found.variables]
    return [{name: row[name].value for name in names if row[name] is not None} for row in found]


def _to_boolean(value: Any) -> QueryBoolean:
    return Store().query(f"ASK {{ FILTER({'true' if value else 'false'}) }}")
