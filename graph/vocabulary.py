"""The vocabulary and the facts about national frameworks, as quads in graphs of their own."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.resources import files

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, NamedNode, Quad, RdfFormat

from graph.iris import Iris

VOCABULARY = files("ontology") / "vocabulary"


def vocabulary_quads(iris: Iris) -> Iterator[Quad]:
    """keikaku.ttl and frameworks.ttl. The IRIs of frameworks are relative in the file, so they lie below the base of the snapshot."""
    yield from _read("keikaku.ttl", iris, iris.vocabulary_graph)
    yield from _read("frameworks.ttl", iris, iris.frameworks_graph)


def _read(name: str, iris: Iris, graph: str) -> Iterator[Quad]:
    content = (VOCABULARY / name).read_bytes()
    triples = pyoxigraph.parse(content, format=RdfFormat.TURTLE, base_iri=iris.base)
    dataset = Dataset(Quad(t.subject, t.predicate, t.object, NamedNode(graph)) for t in triples)
    # The parser gives blank nodes random names; canonical ones keep the bytes of a dump the same.
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    yield from dataset
