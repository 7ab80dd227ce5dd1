"""The description of the whole dataset for programs: VoID (https://www.w3.org/TR/void/) and DCAT 3 (https://www.w3.org/TR/vocab-dcat-3/)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from graph.snapshot import Snapshot
from graph.store import GraphStore
from graph.terms import DCTERMS, PREFIXES, PROLOGUE, RDF, XSD, Namespace, integer
from graph.versions import Version

VOID = Namespace("http://rdfs.org/ns/void#")
DCAT = Namespace("http://www.w3.org/ns/dcat#")
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
FOAF = Namespace("http://xmlns.com/foaf/0.1/")
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types/"

_GRAPHS = (
    "SELECT ?g (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g"
)
_GRAPH_CLASSES = "SELECT ?g ?term (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s a ?term } } GROUP BY ?g ?term"
_GRAPH_PROPERTIES = "SELECT ?g ?term (COUNT(*) AS ?n) { GRAPH ?g { ?s ?term ?o } } GROUP BY ?g ?term"
_WHOLE = "SELECT (COUNT(*) AS ?n) (COUNT(DISTINCT ?s) AS ?subjects) (COUNT(DISTINCT ?o) AS ?objects) { ?s ?p ?o }"
_CLASSES = "SELECT ?term (COUNT(*) AS ?n) { ?s a ?term } GROUP BY ?term"
_PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) { ?s ?term ?o } GROUP BY ?term"
_EXAMPLES = """SELECT ?class (MIN(?things) AS ?thing) {
  VALUES ?class { plan:Municipality plan:Plan plan:PlanElement plan:Measure plan:Activity plan:Indicator plan:Effect plan:Assessment
    plan:Department plan:Framework plan:FrameworkItem plan:Initiative plan:Passage plan:SourceDocument qb:Observation }
  ?things a ?class
} GROUP BY ?class ORDER BY ?class"""

VOCABULARIES = (
    "https://w3id.org/keikaku/ns#", "http://www.w3.org/ns/org#", "http://www.w3.org/2004/02/skos/core#", "http://www.w3.org/ns/prov#",
    "http://purl.org/dc/terms/", "http://purl.org/linked-data/cube#", "http://www.w3.org/ns/oa#",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class GraphCounts:
    """How much a graph holds; ``entities`` are the things by class, ``properties`` the triples by property."""

    triples: int
    subjects: int
    objects: int
    entities: Mapping[str, int]
    properties: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class DatasetCounts:
    """The union of all graphs, each graph by its IRI, and one resource of each class."""

    whole: GraphCounts
    graphs: Mapping[str, GraphCounts]
    examples: Sequence[str]


def count_dataset(store: GraphStore) -> DatasetCounts:
    """Count by queries; it takes about a second for a million triples."""
    entities, properties = (_by_graph(store, query) for query in (_GRAPH_CLASSES, _GRAPH_PROPERTIES))
    graphs = {
        row["g"].value: GraphCounts(*_numbers(row), entities.get(row["g"].value, {}), properties[row["g"].value])
        for row in sorted(store.query(_GRAPHS), key=lambda row: row["g"].value)
    }
    classes, whole_properties = (
        {row["term"].value: int(row["n"].value) for row in sorted(store.query(query), key=lambda row: row["term"].value)}
        for query in (_CLASSES, _PROPERTIES)
    )
    examples = [row["thing"].value for row in store.query(PROLOGUE + _EXAMPLES)]
    return DatasetCounts(GraphCounts(*_numbers(store.query(_WHOLE)[0]), classes, whole_properties), graphs, examples)


def _numbers(row: Mapping) -> tuple[int, int, int]:
    return int(row["n"].value), int(row["subjects"].value), int(row["objects"].value)


def _by_graph(store: GraphStore, query: str) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in sorted(store.query(query), key=lambda row: row["term"].value):
        found.setdefault(row["g"].value, {})[row["term"].value] = int(row["n"].value)
    return found


@dataclass(frozen=True, slots=True)
class Download:
    """A file of the dataset: ``path`` below the base, titles in Japanese and English, ``compressed`` where it is gzip of the media type."""

    path: str
    media_type: str
    japanese: str
    english: str
    compressed: bool = False


def downloads(municipalities: Mapping[str, str]) -> list[Download]:
    """Everything that can be taken away, ``municipalities`` being names by code."""
    dumps = [Download("dump.nq.gz", "application/n-quads", "すべて（N-Quads）", "everything (N-Quads)", compressed=True)]
    dumps += [
        Download(f"dump/{code}.nq.gz", "application/n-quads", f"{name}（N-Quads）", f"{name} (N-Quads)", compressed=True)
        for code, name in municipalities.items()
    ]
    names = {"plans": "計画", "measures": "取組", "departments": "部署", "indicators": "指標", "frameworks": "枠組み", "documents": "文書"}
    tables = [
        Download(f"api/{name}?format={form}", media_type, f"{japanese}（{label}）", f"{name} ({label})")
        for name, japanese in names.items()
        for form, media_type, label in (
            ("csv", "text/csv", "CSV"),
            ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
        )
    ]
    return [*dumps, *tables]


@dataclass(frozen=True, slots=True)
class Description:
    """What is told of the dataset. ``license`` is an IRI that the operator chose, None where nobody did."""

    snapshot: Snapshot
    counts: DatasetCounts
    versions: Sequence[Version]
    municipalities: Mapping[str, str]
    license: str | None = None

    def triples(self) -> list[Triple]:
        """VoID and DCAT in one graph, without blank nodes."""
        return [Triple(*triple) for triple in (*self._dataset(), *self._access(), *self._graphs(), *self._versions())]

    def serialize(self, media_type: str) -> bytes:
        """In the RDF format of ``media_type``."""
        known = RdfFormat.from_media_type(media_type)
        prefixes = PREFIXES | {"dcat": DCAT.iri, "sd": SD.iri, "foaf": FOAF.iri} if known and known.supports_datasets is False else None
        return pyoxigraph.serialize(self.triples(), format=known, prefixes=prefixes)

    def _here(self, fragment: str) -> NamedNode:
        return NamedNode(f"{self.snapshot.base_iri}.well-known/void#{fragment}")

    def _dataset(self) -> Iterator[tuple]:
        base, dataset = self.snapshot.base_iri, self._here("dataset")
        about = NamedNode(f"{base}.well-known/void")
        yield about, RDF.type, VOID.DatasetDescription
        yield about, FOAF.primaryTopic, dataset
        for kind in (VOID.Dataset, DCAT.Dataset, SD.Dataset):
            yield dataset, RDF.type, kind
        towns = "、".join(self.municipalities.values())
        yield dataset, DCTERMS.title, Literal(f"自治体計画の知識グラフ（{towns}）", language="ja")
        yield dataset, DCTERMS.title, Literal(f"Knowledge graph of municipal plans ({towns})", language="en")
        told = (
            "自治体の計画書と報告書に書かれている取組、担当、指標、実施状況を、書かれている行とともに表したもの。",
            "Measures, owners, indicators and activities of municipal plans and reports, each with the lines that print it.",
        )
        for text, language in zip(told, ("ja", "en"), strict=True):
            yield dataset, DCTERMS.description, Literal(text, language=language)
        yield dataset, DCTERMS.language, NamedNode("http://id.loc.gov/vocabulary/iso639-1/ja")
        yield dataset, DCTERMS.modified, Literal(self.versions[0].published.isoformat(), datatype=XSD.dateTime)
        yield dataset, DCAT.version, Literal(self.snapshot.build_id)
        yield dataset, FOAF.homepage, NamedNode(f"{base}dataset")
        yield dataset, VOID.uriSpace, Literal(f"{base}id/")
        yield from ((dataset, VOID.vocabulary, NamedNode(iri)) for iri in VOCABULARIES)
        yield from ((dataset, VOID.exampleResource, NamedNode(iri)) for iri in self.counts.examples)
        for code in self.municipalities:
            yield dataset, DCTERMS.spatial, NamedNode(f"{base}id/{code}")
        if self.license:
            yield dataset, DCTERMS.license, NamedNode(self.license)
        yield from self._counted(dataset, "", self.counts.whole)

    def _access(self) -> Iterator[tuple]:
        base, dataset = self.snapshot.base_iri, self._here("dataset")
        endpoint, service = NamedNode(f"{base}sparql"), self._here("sparql")
        yield dataset, VOID.sparqlEndpoint, endpoint
        yield service, RDF.type, DCAT.DataService
        yield service, DCAT.endpointURL, endpoint
        yield service, DCAT.endpointDescription, endpoint
        yield service, DCAT.servesDataset, dataset
        yield service, DCTERMS.conformsTo, NamedNode("http://www.w3.org/TR/sparql11-protocol/")
        yield service, DCTERMS.title, Literal("SPARQL 1.1 エンドポイント", language="ja")
        yield service, DCTERMS.title, Literal("SPARQL 1.1 endpoint", language="en")
        for feature in ("Turtle", "JSON-LD", "N-Triples", "RDF_XML"):
            yield dataset, VOID.feature, getattr(FORMATS, feature)
        for file in downloads(self.municipalities):
            node, address = self._here("file-" + re.sub(r"[^a-z0-9]+", "-", file.path)), NamedNode(base + file.path)
            yield dataset, DCAT.distribution, node
            yield node, RDF.type, DCAT.Distribution
            yield node, DCAT.accessURL, address
            yield node, DCAT.downloadURL, address
            yield node, DCAT.mediaType, NamedNode(_MEDIA_TYPES + file.media_type)
            yield node, DCTERMS.title, Literal(file.japanese, language="ja")
            yield node, DCTERMS.title, Literal(file.english, language="en")
            if file.compressed:
                yield node, DCAT.compressFormat, NamedNode(_MEDIA_TYPES + "application/gzip")
        yield dataset, VOID.dataDump, NamedNode(f"{base}dump.nq.gz")

    def _graphs(self) -> Iterator[tuple]:
        dataset = self._here("dataset")
        titles = {document["iri"]: document["title"] for document in self.snapshot.manifest["documents"]}
        for iri, counts in self.counts.graphs.items():
            name = graph_name(iri)
            subset = self._here(f"graph-{name}")
            yield dataset, VOID.subset, subset
            yield dataset, SD.namedGraph, subset
            yield subset, RDF.type, VOID.Dataset
            yield subset, RDF.type, SD.NamedGraph
            yield subset, SD.name, NamedNode(iri)
            yield subset, DCTERMS.title, Literal(titles.get(iri) or GRAPH_TITLES.get(name, name), language="ja")
            yield from self._counted(subset, f"-{name}", counts)

    def _counted(self, subject: NamedNode, suffix: str, counts: GraphCounts) -> Iterator[tuple]:
        yield subject, VOID.triples, integer(counts.triples)
        yield subject, VOID.entities, integer(counts.subjects)
        yield subject, VOID.distinctSubjects, integer(counts.subjects)
        yield subject, VOID.distinctObjects, integer(counts.objects)
        yield subject, VOID.classes, integer(len(counts.entities))
        yield subject, VOID.properties, integer(len(counts.properties))
        for term, number in counts.entities.items():
            part = self._here(f"class{suffix}-{_fragment(term)}")
            yield subject, VOID.classPartition, part
            yield part, getattr(VOID, "class"), NamedNode(term)
            yield part, VOID.entities, integer(number)
        for term, number in counts.properties.items():
            part = self._here(f"property{suffix}-{_fragment(term)}")
            yield subject, VOID.propertyPartition, part
            yield part, VOID.property, NamedNode(term)
            yield part, VOID.triples, integer(number)

    def _versions(self) -> Iterator[tuple]:
        base, dataset = self.snapshot.base_iri, self._here("dataset")
        nodes = [self._here(f"version-{version.build_id}") for version in self.versions]
        for node, version in zip(nodes, self.versions, strict=True):
            yield dataset, DCAT.hasVersion, node
            yield node, RDF.type, DCAT.Dataset
            yield node, DCAT.version, Literal(version.build_id)
            yield node, DCTERMS.issued, Literal(version.published.isoformat(), datatype=XSD.dateTime)
            yield node, VOID.dataDump, NamedNode(f"{base}dump/versions/{version.build_id}.nq.gz")
        for newer, older in itertools.pairwise(nodes):
            yield newer, DCAT.previousVersion, older


GRAPH_TITLES = {"vocabulary": "語彙", "frameworks": "国・都の枠組みの事実", "derived": "ソフトウェアの結論"}


def graph_name(iri: str) -> str:
    """The last part of a graph's IRI, by which the description and the page name it."""
    return iri.rpartition("/")[2]


def _fragment(term: str) -> str:
    """A term as a fragment: prefix and local name, else all that is plain of the IRI."""
    short = next((f"{prefix}-{term.removeprefix(iri)}" for prefix, iri in PREFIXES.items() if term.startswith(iri)), term)
    return re.sub(r"[^A-Za-z0-9_-]+", "-", short)
