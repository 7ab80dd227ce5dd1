"""Reads what another engine answers and writes it in the format that was asked for, as the embedded engine writes it.

Engines have dialects: Virtuoso 7 answers ASK with a table, names blank nodes ``nodeID://b1`` and knows no TriG. Read and written again,
every engine gives the same formats, and an answer that ends too early is noticed.
"""

from __future__ import annotations

import io
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
_ODD_NODE = (b"<bnode>nodeID://", b"<bnode>")


class IncomingResult(io.RawIOBase):
    """The bytes of an answer as a file; ``read_part`` gives the next ones, nothing at the end.

    ``replacements`` are pairs of bytes found and put in their place; they begin with ``<``, which no text in XML holds unescaped.
    """

    def __init__(self, read_part: Callable[[], bytes], replacements: Sequence[tuple[bytes, bytes]] = ()) -> None:
        self._read_part = read_part
        self._replacements = (_ODD_NODE, *replacements)
        self._longest = max(len(found) for found, _ in self._replacements)
        self._pending = b""
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
            ready = self._ready()
        count = min(ready, len(buffer))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _ready(self) -> int:
        """How many bytes may go: the last ones could begin what is replaced."""
        return len(self._pending) if self._ended else max(len(self._pending) - self._longest, 0)


def can_read(media_type: str, form: str) -> bool:
    """Whether ``rewrite_result`` reads the answer to a query of this ``form`` in this type."""
    return media_type in (_SOLUTIONS if form in ("SELECT", "ASK") else _GRAPHS)


def rewrite_result(source: io.RawIOBase, media_type: str, form: str, wanted: str, output: Any) -> None:
    """Read ``source``, which is ``media_type``, and write it to ``output`` as ``wanted``, part by part.

    Raises SyntaxError where it is not what it says or ends too early.
    """
    if form in ("SELECT", "ASK"):
        found = pyoxigraph.parse_query_results(source, format=_SOLUTIONS[media_type])
        if form == "ASK":
            found = _to_boolean(found if isinstance(found, QueryBoolean) else next(found, None) is not None)
        found.serialize(output, format=QueryResultsFormat.from_media_type(wanted))
        return
    triples = (quad.triple for quad in pyoxigraph.parse(source, format=_GRAPHS[media_type]))
    rdf_format = RdfFormat.from_media_type(wanted)
    pyoxigraph.serialize(triples, output, rdf_format, prefixes=PREFIXES)


def read_rows(source: io.RawIOBase, media_type: str) -> list[dict[str, str]]:
    """The solutions of a SELECT as text, without unbound variables. Raises SyntaxError as ``rewrite_result``."""
    found = pyoxigraph.parse_query_results(source, format=_SOLUTIONS[media_type])
    names = [variable.value for variable in found.variables]
    return [{name: row[name].value for name in names if row[name] is not None} for row in found]


def _to_boolean(value: Any) -> QueryBoolean:
    return Store().query(f"ASK {{ FILTER({'true' if value else 'false'}) }}")
