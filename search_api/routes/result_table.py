"""A SPARQL result as the query page shows it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import unquote

from graph.query import QueryResult
from graph.terms import PREFIXES
from search_api.addresses import page_path

SHOWN_ROWS = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """One term: ``text`` as shown, ``link`` to its page here if it has one, ``note`` (full IRI, datatype or language) for the curious."""

    text: str
    link: str | None = None
    note: str = ""
    number: bool = False


@dataclass(frozen=True, slots=True)
class ResultTable:
    """``kind`` is "rows" (of SELECT), "answer" (of ASK) or "graph" (Turtle in ``text``). At most ``SHOWN_ROWS`` of ``total`` are in ``rows``."""

    kind: str
    columns: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    total: int = 0
    text: str = ""


def read_result_table(result: QueryResult, base_iri: str) -> ResultTable:
    """``result`` in SPARQL JSON or Turtle."""
    if result.media_type == "text/turtle":
        return ResultTable("graph", text=result.body.decode())
    answer = json.loads(result.body)
    if "boolean" in answer:
        return ResultTable("answer", text="はい" if answer["boolean"] else "いいえ")
    columns = tuple(answer["head"]["vars"])
    found = answer["results"]["bindings"]
    rows = tuple(tuple(_cell(row[name], base_iri) if name in row else None for name in columns) for row in found[:SHOWN_ROWS])
    return ResultTable("rows", columns, rows, len(found))


def _cell(term: dict, base_iri: str) -> Cell:
    value = term["value"]
    if term["type"] == "uri":
        return Cell(shorten_iri(value, base_iri), page_path(value, base_iri), value)
    if term["type"] == "bnode":
        return Cell(f"_:{value}")
    if term["type"] == "triple":
        return Cell("<< " + " ".join(_cell(value[part], base_iri).text for part in ("subject", "predicate", "object")) + " >>")
    datatype = shorten_iri(term.get("datatype", ""), base_iri)
    return Cell(value, note=term.get("xml:lang", datatype), number=datatype in ("xsd:integer", "xsd:decimal", "xsd:double"))


def shorten_iri(iri: str, base_iri: str) -> str:
    """A prefixed name where a known prefix fits, else the part below our base, else the IRI, with Japanese decoded."""
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and len(iri) > len(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return unquote(iri.removeprefix(base_iri))
