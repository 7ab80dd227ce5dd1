"""Reads the manifests of https://github.com/w3c/rdf-tests: what each test asks, of which data, and what it expects."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urljoin

from rdflib import RDF, RDFS, BNode, Graph, Namespace, URIRef
from rdflib.collection import Collection
from rdflib.term import Node

BASE = "https://w3c.github.io/rdf-tests/sparql/"
MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
DAWGT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-dawg#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")

SUITES = {"sparql10": "manifest.ttl", "sparql11": "manifest-all.ttl", "sparql12": "manifest.ttl"}
# What a read-only endpoint without federation and inference has nothing to answer to.
NOT_APPLICABLE = {
    "entailment": "推論（entailment regime）は提供しない",
    "service": "SERVICE は方針として拒む（403）",
    "syntax-fed": "SERVICE は方針として拒む（403）",
    "graph-store-protocol": "読み取り専用（Graph Store Protocol は無い）",
    "http-rdf-update": "読み取り専用（Graph Store Protocol は無い）",
}
READ_ONLY = "読み取り専用（更新は 403）"

SYNTAX = {"PositiveSyntaxTest": True, "PositiveSyntaxTest11": True, "NegativeSyntaxTest": False, "NegativeSyntaxTest11": False}
EVALUATION = ("QueryEvaluationTest", "CSVResultFormatTest")
_FROM = re.compile(r"^\s*FROM\s+(?:NAMED\s+)?(?:<([^>]*)>|:(\w+))", re.IGNORECASE | re.MULTILINE)
_EMPTY_PREFIX = re.compile(r"PREFIX\s+:\s*<([^>]*)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HttpRequest:
    """One request of a protocol test. ``path`` has the query string as written; ``statuses`` are such as "2xx" or "415"."""

    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str


@dataclass(frozen=True, slots=True)
class W3CTest:
    """``name`` is suite/folder/fragment. ``data`` are (file, graph IRI or empty for the default graph), in order.

    ``query`` is the file of the query and ``base`` its IRI; ``result_base`` that of the result. ``skip`` says why a test does not apply, else it is empty.
    """

    name: str
    kind: str
    base: str = ""
    result_base: str = ""
    query: Path | None = None
    result: Path | None = None
    data: tuple[tuple[Path, str], ...] = ()
    lax: bool = False
    requests: tuple[HttpRequest, ...] = ()
    skip: str = ""

    @property
    def folder(self) -> str:
        return self.name.rpartition("/")[0]


def read_suites(root: Path) -> list[W3CTest]:
    """All tests of the three suites in the folder ``root``, in the order of the manifests; withdrawn ones are left out."""
    return [test for suite, manifest in SUITES.items() for test in _read_manifest(root, root / suite / manifest)]


def _read_manifest(root: Path, path: Path) -> Iterator[W3CTest]:
    graph = Graph().parse(data=path.read_bytes(), format="turtle", publicID=_iri(root, path))
    manifest = next(graph.subjects(RDF.type, MF.Manifest))
    for included in graph.objects(manifest, MF.include):
        for item in Collection(graph, included):
            yield from _read_manifest(root, _file(root, item))
    folder = path.parent.relative_to(root).as_posix()
    for entries in graph.objects(manifest, MF.entries):
        for node in Collection(graph, entries):
            approval = str(graph.value(node, DAWGT.approval) or "").rpartition("#")[2]
            if approval not in ("Deprecated", "Withdrawn", "Obsoleted", "Rejected"):
                yield _Reader(root, graph, node, folder).read()


@dataclass(frozen=True, slots=True)
class _Reader:
    root: Path
    graph: Graph
    node: Node
    folder: str

    def read(self) -> W3CTest:
        kind = str(self.graph.value(self.node, RDF.type)).rpartition("#")[2]
        fragment = re.split(r"[#/]", str(self.node))[-1]
        name = f"{self.folder}/{fragment}"
        topic = self.folder.rpartition("/")[2]
        skip = NOT_APPLICABLE.get(topic, "")
        if kind == "ProtocolTest" and "update" in fragment:
            skip = READ_ONLY
        if kind not in (*SYNTAX, *EVALUATION, "ProtocolTest", "ServiceDescriptionTest"):
            skip = skip or READ_ONLY
        action = self.graph.value(self.node, MF.action)
        if skip or kind == "ServiceDescriptionTest":
            return W3CTest(name, kind, skip=skip)
        if kind == "ProtocolTest":
            return W3CTest(name, kind, data=self._protocol_data(), requests=tuple(self._requests(action)))
        query = action if isinstance(action, URIRef) else self.graph.value(action, QT.query)
        if str(query).endswith(".ru"):  # syntax of updates among that of queries
            return W3CTest(name, kind, skip=READ_ONLY)
        result = self.graph.value(self.node, MF.result)
        return W3CTest(
            name,
            kind,
            base=str(query),
            result_base=str(result or ""),
            query=_file(self.root, query),
            result=_file(self.root, result) if result else None,
            data=tuple(self._data(action, query)),
            lax=self.graph.value(self.node, MF.resultCardinality) == MF.LaxCardinality,
        )

    def _data(self, action: Node, query: Node) -> Iterator[tuple[Path, str]]:
        for file in self.graph.objects(action, QT.data):
            yield _file(self.root, file), ""
        for item in self.graph.objects(action, QT.graphData):
            if isinstance(item, BNode):
                file = self.graph.value(item, UT.graph) or self.graph.value(item, QT.graph)
                yield _file(self.root, file), str(self.graph.value(item, RDFS.label) or file)
            else:
                yield _file(self.root, item), str(item)
        # The graphs that a query names by FROM are files beside it; where they are not, any graph of that name will do.
        text = _file(self.root, query).read_text(encoding="utf-8", errors="replace")
        prefix = next(iter(_EMPTY_PREFIX.findall(text)), "")
        for name in sorted({urljoin(str(query), iri or prefix + local) for iri, local in _FROM.findall(text)}):
            path = _file(self.root, name) if name.startswith(BASE) else None
            yield path if path and path.is_file() else self.root / "sparql11/protocol/data1.nt", name

    def _protocol_data(self) -> tuple[tuple[Path, str], ...]:
        """The graphs that the requests name, which the manifest gives for some of the tests only."""
        folder = self.root / "sparql11" / "protocol"
        names = [f"http://kasei.us/2009/09/sparql/data/data{number}.rdf" for number in range(4)]
        return tuple((folder / f"data{max(number, 1)}.nt", name) for number, name in enumerate(names))

    def _requests(self, connection: Node) -> Iterator[HttpRequest]:
        for node in (node for part in self.graph.objects(connection, HT.requests) for node in Collection(self.graph, part)):
            headers = tuple(
                (str(self.graph.value(header, HT.fieldName)).lower(), str(self.graph.value(header, HT.fieldValue)))
                for part in self.graph.objects(node, HT.headers)
                for header in Collection(self.graph, part)
            )
            answer = self.graph.value(node, HT.resp)
            boolean = self.graph.value(answer, MF.expectedBoolean)
            yield HttpRequest(
                str(self.graph.value(node, HT.methodName)),
                str(self.graph.value(node, HT.absolutePath)),
                headers,
                self._body(node),
                tuple(str(status).rpartition("StatusCode")[2] for status in self.graph.objects(answer, MF.expectedStatus)),
                None if boolean is None else str(boolean) == "true",
                str(self.graph.value(answer, MF.expectedFormat) or ""),
            )

    def _body(self, node: Node) -> bytes | None:
        body = self.graph.value(node, HT.body)
        text = None if body is None else self.graph.value(body, CNT.chars)
        if text is None:
            return None
        return str(text).strip().encode(str(self.graph.value(body, CNT.characterEncoding) or "utf-8"))


@cache
def _iri(root: Path, path: Path) -> str:
    return BASE + path.relative_to(root).as_posix()


def _file(root: Path, iri: object) -> Path:
    text = str(iri)
    if not text.startswith(BASE):
        raise ValueError(f"{text}: 試験のファイルは {BASE} の下にあるはずです")
    return root / text.removeprefix(BASE)
