"""Are two results the same? Blank nodes may have other labels, rows another order; equal values may be required to be written alike or not."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from xml.etree import ElementTree

from pyoxigraph import (
    BaseDirection,
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

Term = NamedNode | BlankNode | Literal | Triple
XSD = "http://www.w3.org/2001/XMLSchema#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
RESULT_SET = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
_SRX = "{http://www.w3.org/2005/sparql-results#}"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_ITS_DIR = "{http://www.w3.org/2005/11/its}dir"

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_INTEGERS = frozenset(
    XSD + name
    for name in """integer long int short byte nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger unsignedLong
    unsignedInt unsignedShort unsignedByte""".split()  # noqa: SIM905 - a list of words reads better
)


@dataclass(frozen=True, slots=True)
class Solutions:
    """``rows`` by variable, without the unbound; ``ordered`` where the expected result tells the order."""

    variables: frozenset[str]
    rows: list[dict[str, Term]]
    ordered: bool = False


@dataclass(frozen=True, slots=True)
class CsvTable:
    """A result in CSV, which does not tell kinds of terms apart but blank nodes."""

    variables: frozenset[str]
    rows: list[dict[str, Term]] = field(default_factory=list)


Result = bool | Solutions | CsvTable | set[Triple]


def read_result(content: bytes, media_type: str, base_iri: str = "http://localhost/") -> Result:
    """A result as served, or as expected (also in the vocabulary of the older tests)."""
    match media_type:
        case "application/sparql-results+json":
            return _read_json(json.loads(content))
        case "application/sparql-results+xml":
            return _read_xml(ElementTree.fromstring(content))
        case "text/csv":
            return _read_csv(content)
        case "text/tab-separated-values":
            return _read_tsv(content)
    quads = list(parse(content, format=RdfFormat.from_media_type(media_type), base_iri=base_iri))
    triples = {Triple(quad.subject, quad.predicate, quad.object) for quad in quads}
    described = _read_described(triples)
    return triples if described is None else described


MEDIA_TYPES = {
    ".srj": "application/sparql-results+json", ".srx": "application/sparql-results+xml", ".csv": "text/csv",
    ".tsv": "text/tab-separated-values", ".ttl": "text/turtle", ".nt": "application/n-triples", ".rdf": "application/rdf+xml",
    ".trig": "application/trig", ".nq": "application/n-quads",
}  # fmt: skip


def read_expected(path: Path, iri: str) -> Result:
    return read_result(path.read_bytes(), MEDIA_TYPES[path.suffix], iri)


def same_result(expected: Result, found: Result, *, by_value: bool, lax: bool = False) -> bool:
    """``by_value``: 1.50 is 1.5; ``lax``: duplicates may be fewer (REDUCED)."""
    if isinstance(expected, bool) or isinstance(found, bool) or type(expected) is not type(found):
        return expected is found
    if isinstance(expected, set):
        return _isomorphic(_equated(expected, by_value), _equated(found, by_value))
    if expected.variables != found.variables:
        return False
    ours, theirs = (_rows(solutions, by_value) for solutions in (found, expected))
    if lax:
        return set(ours) == set(theirs) and not Counter(ours) - Counter(theirs)
    if isinstance(expected, Solutions) and expected.ordered:
        ours, theirs = ([(*row, ("", number)) for number, row in enumerate(rows)] for rows in (ours, theirs))
    return _same_rows(ours, theirs)


Row = tuple[tuple[str, Term | int], ...]


def _rows(solutions: Solutions | CsvTable, by_value: bool) -> list[Row]:
    if by_value and isinstance(solutions, CsvTable):
        return [tuple(sorted((name, _equate_cell(cell)) for name, cell in row.items())) for row in solutions.rows]
    return [tuple(sorted((name, _equate(term) if by_value else term) for name, term in row.items())) for row in solutions.rows]


def _same_rows(ours: list[Row], theirs: list[Row]) -> bool:
    """Rows without blank nodes are counted; the others are compared as graphs in which each row is a node."""
    certain = [Counter(row for row in rows if not _has_blank(row)) for rows in (ours, theirs)]
    return certain[0] == certain[1] and _isomorphic(*(_as_graph(row for row in rows if _has_blank(row)) for rows in (ours, theirs)))


def _as_graph(rows: Iterable[Row]) -> set[Triple]:
    triples = set()
    for row, count in Counter(rows).items():
        node = BlankNode()
        triples.add(Triple(node, NamedNode("x:count"), Literal(count)))
        for name, term in row:
            triples.add(Triple(node, NamedNode(f"x:variable-{name}"), Literal(term) if isinstance(term, int) else term))
    return triples


def _has_blank(row: Row) -> bool:
    return any(_is_blank(term) for _, term in row)


def _is_blank(term: Term | int) -> bool:
    return isinstance(term, BlankNode) or (isinstance(term, Triple) and (_is_blank(term.subject) or _is_blank(term.object)))


def _isomorphic(ours: set[Triple], theirs: set[Triple]) -> bool:
    if len(ours) != len(theirs) or not any(map(_is_blank, ours)):
        return ours == theirs
    datasets = [Dataset(Quad(triple.subject, triple.predicate, triple.object) for triple in triples) for triples in (ours, theirs)]
    for dataset in datasets:
        dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return datasets[0] == datasets[1]


def _equated(triples: set[Triple], by_value: bool) -> set[Triple]:
    return {_equate(triple) for triple in triples} if by_value else triples


def _equate(term: Term) -> Term:
    """One spelling for all literals of the same datatype and value; language tags have no case (RDF 1.1 Concepts, section 3.3)."""
    if isinstance(term, Triple):
        return Triple(_equate(term.subject), term.predicate, _equate(term.object))
    if not isinstance(term, Literal):
        return term
    if term.language:
        return Literal(term.value, language=term.language.lower(), direction=term.direction)
    datatype = XSD + "integer" if term.datatype.value in _INTEGERS else term.datatype.value  # derived types share their values
    return Literal(_plain_value(term.value, datatype), datatype=NamedNode(datatype))


def _equate_cell(cell: Term) -> Term:
    """CSV has no datatypes: what looks like a number is one."""
    is_number = isinstance(cell, Literal) and _NUMBER.fullmatch(cell.value)
    return Literal(_plain_value(cell.value, XSD + "double")) if is_number else cell


def _plain_value(text: str, datatype: str) -> str:
    try:
        if datatype == XSD + "integer":
            return str(int(text))
        if datatype == XSD + "decimal":
            number = round(Decimal(text), 15)  # engines divide to different depths
            return "0" if number == 0 else format(number.normalize(), "f")
        if datatype in (XSD + "double", XSD + "float"):
            return f"{float(text.replace('INF', 'inf')):.12g}"
    except (ValueError, InvalidOperation):
        return text
    if datatype == XSD + "boolean":
        return {"1": "true", "0": "false"}.get(text, text)
    if datatype in (XSD + "dateTime", XSD + "time", XSD + "date"):
        return re.sub(r"(?:\+|-)00:00$", "Z", re.sub(r"(:\d\d)\.0+(?!\d)", r"\1", text))
    return text


def _read_json(answer: dict) -> Result:
    if "boolean" in answer:
        return bool(answer["boolean"])
    rows = [{name: _json_term(term) for name, term in row.items()} for row in answer["results"]["bindings"]]
    return Solutions(frozenset(answer["head"].get("vars", ())), rows)


def _json_term(term: dict) -> Term:
    value = term["value"]
    match term["type"]:
        case "uri":
            return NamedNode(value)
        case "bnode":
            return BlankNode(value)
        case "triple":
            return Triple(*(_json_term(value[part]) for part in ("subject", "predicate", "object")))
    return _literal(value, term.get("datatype"), term.get("xml:lang"), term.get("its:dir"))


def _literal(value: str, datatype: str | None, language: str | None, direction: str | None) -> Literal:
    if language:
        return Literal(value, language=language, direction=BaseDirection(direction) if direction else None)
    return Literal(value, datatype=NamedNode(datatype) if datatype else None)


def _read_xml(root: ElementTree.Element) -> Result:
    boolean = root.find(f"{_SRX}boolean")
    if boolean is not None:
        return (boolean.text or "").strip() == "true"
    rows = [{binding.get("name", ""): _xml_term(binding[0]) for binding in row} for row in root.iter(f"{_SRX}result")]
    return Solutions(frozenset(variable.get("name", "") for variable in root.iter(f"{_SRX}variable")), rows)


def _xml_term(element: ElementTree.Element) -> Term:
    text = element.text or ""
    match element.tag.removeprefix(_SRX):
        case "uri":
            return NamedNode(text)
        case "bnode":
            return BlankNode(text)
        case "triple":
            return Triple(*(_xml_term(element.find(f"{_SRX}{part}")[0]) for part in ("subject", "predicate", "object")))
    return _literal(text, element.get("datatype"), element.get(_XML_LANG), element.get(_ITS_DIR))


def _read_csv(content: bytes) -> CsvTable:
    header, *lines = csv.reader(io.StringIO(content.decode(), newline=""))
    names = [name.removeprefix("?") for name in header]
    rows = [
        {name: BlankNode(text[2:]) if text.startswith("_:") else Literal(text) for name, text in zip(names, line, strict=True)}
        for line in lines
    ]
    return CsvTable(frozenset(names), rows)


def _read_tsv(content: bytes) -> Solutions:
    header, *lines = content.decode().removesuffix("\n").split("\n")
    names = [name.strip().removeprefix("?") for name in header.split("\t")]
    rows = [
        {name: _turtle_term(text) for name, text in zip(names, line.rstrip("\r").split("\t"), strict=True) if text.strip()}
        for line in lines
    ]
    return Solutions(frozenset(names), rows)


def _turtle_term(text: str) -> Term:
    text = text.strip()
    if text.startswith("_:"):
        return BlankNode(text[2:])
    (quad,) = parse(f"<x:s> <x:p> {text} .", format=RdfFormat.TURTLE)
    return quad.object


def _read_described(triples: set[Triple]) -> bool | Solutions | None:
    """What the vocabulary of DAWG's result sets says, None where it says nothing."""
    about: dict[Term, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for triple in triples:
        about[triple.subject][triple.predicate.value].append(triple.object)
    roots = [node for node, said in about.items() if NamedNode(RESULT_SET + "ResultSet") in said[RDF_TYPE]]
    if not roots:
        return None
    said = about[roots[0]]
    if boolean := said[RESULT_SET + "boolean"]:
        return boolean[0].value == "true"
    solutions = said[RESULT_SET + "solution"]
    ordered = any(about[node][RESULT_SET + "index"] for node in solutions)
    if ordered:
        solutions.sort(key=lambda node: int(about[node][RESULT_SET + "index"][0].value))
    rows = [dict(_described_bindings(about, node)) for node in solutions]
    return Solutions(frozenset(name.value for name in said[RESULT_SET + "resultVariable"]), rows, ordered)


def _described_bindings(about: dict[Term, dict[str, list[Term]]], solution: Term) -> Iterator[tuple[str, Term]]:
    for binding in about[solution][RESULT_SET + "binding"]:
        yield about[binding][RESULT_SET + "variable"][0].value, about[binding][RESULT_SET + "value"][0]
