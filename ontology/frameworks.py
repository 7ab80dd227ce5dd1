"""The names of the frameworks in ``vocabulary/frameworks.ttl``: parsers recognise them in texts, the graph gives them their IRIs.

The file is Turtle, but the names must be known where no RDF library is. It is written one statement a paragraph, with labels in double
quotes, and only such statements are read here; a test compares the result with a full Turtle parser.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).parent / "vocabulary" / "frameworks.ttl"
_STATEMENT = re.compile(r"^<(?P<iri>[^>]+)> a plan:Framework ,(?P<body>.*?) \.$", re.MULTILINE | re.DOTALL)
_LABELS = re.compile(r'skos:(?:pref|alt)Label ((?:"[^"]*"@ja(?: , )?)+)')


@dataclass(frozen=True, slots=True)
class KnownFramework:
    """``iri`` is relative to the base of a snapshot; ``names`` are its labels, the preferred one first. ``is_edition``: one version of another."""

    iri: str
    names: tuple[str, ...]
    is_edition: bool = False


@cache
def known_frameworks() -> tuple[KnownFramework, ...]:
    """Every framework of the file, in its order."""
    return tuple(
        KnownFramework(
            statement["iri"],
            tuple(name for group in _LABELS.findall(statement["body"]) for name in re.findall(r'"([^"]*)"', group)),
            "dcterms:isVersionOf" in statement["body"],
        )
        for statement in _STATEMENT.finditer(_FILE.read_text(encoding="utf-8"))
    )
