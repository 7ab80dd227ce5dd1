"""Accept headers as browsers, curl and RDF libraries send them, and odd ones."""

from __future__ import annotations

import pytest

from graph.negotiation import choose, negotiate

JSON = "application/sparql-results+json"
XML = "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("accept", "form", "expected"),
    [
        ("", "SELECT", JSON),
        ("   ", "ASK", JSON),
        ("*/*", "SELECT", JSON),
        ("*", "SELECT", JSON),  # Java's URLConnection
        ("", "CONSTRUCT", "text/turtle"),
        ("*/*", "DESCRIBE", "text/turtle"),
        (XML, "SELECT", XML),
        ("Text/CSV", "SELECT", "text/csv"),
        (" text/csv ; charset=utf-8 ; q=0.9 , application/sparql-results+xml;q=0.2", "SELECT", "text/csv"),
        ("text/csv;q=0.2,application/sparql-results+xml;q = 0.3", "SELECT", XML),  # blanks around the sign
        ("text/*", "SELECT", "text/csv"),
        ("text/*;q=0.5, text/tab-separated-values", "SELECT", "text/tab-separated-values"),
        ("application/json", "SELECT", "application/json"),
        ("application/json", "CONSTRUCT", "application/json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "SELECT", "application/xml"),  # browsers
        ("text/html, */*;q=0.1", "SELECT", JSON),
        ("text/csv, application/sparql-results+json", "SELECT", "text/csv"),  # equal weights: the order in the header
        ("*/*, text/csv", "SELECT", "text/csv"),  # equal weights: the exact one
        ("text/csv;q=0, */*", "SELECT", JSON),
        ("application/sparql-results+json;q=0, */*", "SELECT", XML),
        ("text/turtle;q=0.4, application/rdf+xml", "CONSTRUCT", "application/rdf+xml"),
        ("application/n-triples;q=0.8, text/turtle;q=0.8", "DESCRIBE", "application/n-triples"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', "CONSTRUCT", "application/ld+json"),
        (",, text/csv ,,", "SELECT", "text/csv"),
        ("text/csv;q=abc, application/sparql-results+xml;q=0.1", "SELECT", XML),
        ("text/csv;q=7", "SELECT", "text/csv"),
        ("text/turtle", "SELECT", None),
        ("text/csv", "CONSTRUCT", None),
        ("image/png", "SELECT", None),
        ("text/csv;q=0", "SELECT", None),
        ("*/*;q=0", "SELECT", None),
    ],
)
def test_the_best_format_is_chosen(accept: str, form: str, expected: str | None) -> None:
    assert negotiate(accept, form) == expected


def test_any_list_of_offers_can_be_negotiated() -> None:
    assert choose("text/html, */*;q=0.1", ["text/turtle", "text/html"]) == "text/html"
