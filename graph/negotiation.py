"""Which format of a result an Accept header asks for (RFC 9110, section 12.5.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A parameter's quoted text (RFC 9110, section 5.6.4) may hold commas and semicolons.
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')

# Each offer with the media type by which the engine knows the format. The first of each is the default; generic types that clients
# send (application/json) get the specific format, labelled as asked.
SOLUTION_FORMATS = {
    "application/sparql-results+json": "application/sparql-results+json",
    "application/sparql-results+xml": "application/sparql-results+xml",
    "text/csv": "text/csv",
    "text/tab-separated-values": "text/tab-separated-values",
    "application/json": "application/sparql-results+json",
    "application/xml": "application/sparql-results+xml",
    "text/xml": "application/sparql-results+xml",
    "application/csv": "text/csv",
    "text/tsv": "text/tab-separated-values",
}
GRAPH_FORMATS = {
    "text/turtle": "text/turtle",
    "application/n-triples": "application/n-triples",
    "application/rdf+xml": "application/rdf+xml",
    "application/ld+json": "application/ld+json",
    "application/n-quads": "application/n-quads",
    "application/trig": "application/trig",
    "application/json": "application/ld+json",
    "application/xml": "application/rdf+xml",
    "text/plain": "application/n-triples",
    "text/xml": "application/rdf+xml",
    "text/n3": "text/turtle",
    "text/rdf+n3": "text/turtle",
    "application/n3": "text/turtle",
    "application/turtle": "text/turtle",
    "application/x-turtle": "text/turtle",
    "text/x-nquads": "application/n-quads",
    "application/x-trig": "application/trig",
}


def formats_of(query_form: str) -> dict[str, str]:
    """The offers for SELECT and ASK, or for CONSTRUCT and DESCRIBE."""
    return SOLUTION_FORMATS if query_form in {"SELECT", "ASK"} else GRAPH_FORMATS


def negotiate(accept: str, query_form: str) -> str | None:
    """The media type to answer with, or None where nothing fits. An empty header accepts anything.

    >>> negotiate("text/html, text/csv;q=0.9 , */* ; q=0.1", "SELECT")
    'text/csv'
    """
    return choose(accept, formats_of(query_form))


def choose(accept: str, offers: Iterable[str]) -> str | None:
    """The best of ``offers``: by quality, then by how exactly it is named, then by the order in the header, then by our order."""
    offers = list(offers)
    ranges = _parse(accept)
    if not ranges:
        return offers[0]
    ranked = []
    for offer in offers:
        # The most exact range decides over a type, even where a wider one is kinder (text/csv;q=0, */*).
        matching = [(exactness, -place, quality) for place, (name, quality) in enumerate(ranges) if (exactness := _match(name, offer))]
        if matching and max(matching)[2] > 0:
            exactness, place, quality = max(matching)
            ranked.append((quality, exactness, place, offer))
    return max(ranked, key=lambda rank: rank[:3])[3] if ranked else None


def _parse(accept: str) -> list[tuple[str, float]]:
    ranges = []
    for part in _QUOTED.sub("", accept).split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        if name:
            ranges.append((name, next((_quality(value) for value in parameters if value.startswith("q=")), 1.0)))
    return ranges


def _quality(parameter: str) -> float:
    try:
        return min(max(float(parameter[2:]), 0.0), 1.0)
    except ValueError:
        return 0.0  # an unreadable weight recommends nothing


def _match(name: str, offer: str) -> int:
    """3 for the type itself, 2 for type/*, 1 for */*, 0 for no match."""
    if name == offer:
        return 3
    if name == f"{offer.partition('/')[0]}/*":
        return 2
    return 1 if name in {"*/*", "*"} else 0
