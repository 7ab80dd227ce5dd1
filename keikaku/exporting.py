"""The whole graph as a file."""

from __future__ import annotations

from typing import BinaryIO

import pyoxigraph
from pyoxigraph import RdfFormat

from graph.store import GraphStore
from graph.terms import PREFIXES

# Turtle has no named graphs: it carries the union of the statements, the other formats say where each one stands.
FORMATS = {"nquads": RdfFormat.N_QUADS, "turtle": RdfFormat.TURTLE, "jsonld": RdfFormat.JSON_LD}


def export_graph(store: GraphStore, name: str, output: BinaryIO) -> None:
    """Write every statement in the format ``name``, sorted, so that equal graphs give equal files."""
    quads = sorted(store.quads(), key=str)
    statements = dict.fromkeys(quad.triple for quad in quads) if name == "turtle" else quads
    pyoxigraph.serialize(statements, output, format=FORMATS[name], prefixes=PREFIXES if name != "nquads" else None)
