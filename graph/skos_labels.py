"""The statements of a SKOS file about its concepts: labels, definitions, broader concepts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph
from pyoxigraph import Literal, NamedNode, RdfFormat

from ontology.errors import KeikakuError

_SKOS = "http://www.w3.org/2004/02/skos/core#"
_PROPERTIES = ("prefLabel", "altLabel", "hiddenLabel", "definition", "broader")


class ThesaurusError(KeikakuError):
    """A thesaurus file cannot be used; the message names file and line."""


@dataclass(frozen=True, slots=True)
class Statement:
    """``property`` is the local name of a SKOS property, ``value`` a text or the IRI of a concept. ``language`` is None where none is given."""

    concept: str
    property: str
    value: str
    language: str | None = None


def read_statements(path: Path) -> Iterator[Statement]:
    """The statements of a Turtle file in their order. Raises ThesaurusError."""
    try:
        triples = list(pyoxigraph.parse(path.read_bytes(), format=RdfFormat.TURTLE))
    except SyntaxError as error:
        place = f"{path}:{error.lineno}" if error.lineno else str(path)
        raise ThesaurusError(f"{place}: シソーラス（Turtle）を読めません（{error.msg}）") from error
    except OSError as error:
        raise ThesaurusError(f"{path}: シソーラスを読めません（{error.strerror}）") from error
    for triple in triples:
        name = triple.predicate.value.removeprefix(_SKOS)
        if name not in _PROPERTIES or not isinstance(triple.subject, NamedNode) or not isinstance(triple.object, Literal | NamedNode):
            continue
        if isinstance(triple.object, NamedNode) == (name == "broader"):
            yield Statement(triple.subject.value, name, triple.object.value, getattr(triple.object, "language", None))
