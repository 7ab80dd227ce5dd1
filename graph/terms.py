"""RDF terms: the namespaces in use and the literals of the vocabulary."""

from __future__ import annotations

import re
from decimal import Decimal

from pyoxigraph import Literal, NamedNode


class Namespace:
    """Terms by attribute: ``PLAN.Measure`` is the NamedNode ``https://w3id.org/keikaku/ns#Measure``."""

    def __init__(self, iri: str) -> None:
        self.iri = iri

    def __getattr__(self, name: str) -> NamedNode:
        if name.startswith("__"):
            raise AttributeError(name)
        term = NamedNode(self.iri + name)
        self.__dict__[name] = term  # the next access does not come here
        return term


PLAN = Namespace("https://w3id.org/keikaku/ns#")
RDF = Namespace("http://www.w3.org/1999/02/22-rdf-syntax-ns#")
RDFS = Namespace("http://www.w3.org/2000/01/rdf-schema#")
OWL = Namespace("http://www.w3.org/2002/07/owl#")
SKOS = Namespace("http://www.w3.org/2004/02/skos/core#")
DCTERMS = Namespace("http://purl.org/dc/terms/")
PROV = Namespace("http://www.w3.org/ns/prov#")
ORG = Namespace("http://www.w3.org/ns/org#")
QB = Namespace("http://purl.org/linked-data/cube#")
OA = Namespace("http://www.w3.org/ns/oa#")
XSD = Namespace("http://www.w3.org/2001/XMLSchema#")
ESTAT_AREA = Namespace("http://data.e-stat.go.jp/lod/sac/")

PREFIXES = {
    "plan": PLAN.iri,
    "rdf": RDF.iri,
    "rdfs": RDFS.iri,
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": XSD.iri,
    "skos": SKOS.iri,
    "dcterms": DCTERMS.iri,
    "prov": PROV.iri,
    "org": ORG.iri,
    "qb": QB.iri,
    "oa": OA.iri,
    "sh": "http://www.w3.org/ns/shacl#",
    "void": "http://rdfs.org/ns/void#",
}
# For the head of a query that uses any of them.
PROLOGUE = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in PREFIXES.items())

_DATES = {
    re.compile(r"\d{4}"): XSD.gYear,
    re.compile(r"\d{4}-\d{2}"): XSD.gYearMonth,
    re.compile(r"\d{4}-\d{2}-\d{2}"): XSD.date,
}


def text(value: str) -> Literal:
    """Japanese prose and names."""
    return Literal(value, language="ja")


def integer(value: int) -> Literal:
    return Literal(str(value), datatype=XSD.integer)


def decimal(value: Decimal) -> Literal:
    """In the canonical form that Oxigraph stores (98.50 becomes 98.5), so that a dump and a store hold the same term."""
    plain = format(value or Decimal(0), "f")  # there is no minus zero
    return Literal(plain.rstrip("0").rstrip(".") if "." in plain else plain, datatype=XSD.decimal)


def boolean(value: bool) -> Literal:
    return Literal("true" if value else "false", datatype=XSD.boolean)


def date(value: str) -> Literal:
    """A year, month or day by its form; anything else stays a plain string."""
    return next((Literal(value, datatype=kind) for form, kind in _DATES.items() if form.fullmatch(value)), Literal(value))
