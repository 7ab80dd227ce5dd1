"""The passages of a unit that answer a question, in the shape of the HTTP interface (contract, section 5)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from search_api.highlights import find_highlights
from search_api.index import SearchIndex
from search_api.scoring import Scores
from search_api.units import Field, Place, Unit

MATCHES = 3
# Shorter fields are shown whole rather than as the chunk that matched.
WHOLE = 300


@dataclass(frozen=True, slots=True)
class Match:
    """One quoted text. ``highlights`` are code points of ``text``; ``place`` is None only for a text without provenance."""

    field: str
    text: str
    highlights: tuple[tuple[int, int], ...]
    fiscal_year: int | None
    heading: str
    place: Place | None

    def to_json(self) -> dict[str, Any]:
        """``source`` carries document IRI, file, page and the first and last line."""
        return {
            "field": self.field,
            "text": self.text,
            "highlights": [list(span) for span in self.highlights],
            "heading": self.heading or None,
            "fiscal_year": self.fiscal_year,
            "source": source_json(self.place),
        }


def source_json(place: Place | None) -> dict[str, Any]:
    """A place as the contract shows it."""
    if place is None:
        return {"document": None, "file": None, "page": None, "lines": [0, 0]}
    return {"document": place.document, "file": place.file, "page": place.page, "lines": [place.start_line, place.end_line]}


def choose_passages(
    index: SearchIndex, scores: Scores, passages: np.ndarray, *, fiscal_years: Collection[int] = (), prefer: Collection[str] = ()
) -> list[int]:
    """The passages to show of one unit, best first, each field once, the title only when there is nothing else.

    Texts of the asked ``fiscal_years`` and of the ``prefer``red kinds come before the others.
    """
    unit = index.units[index.passages[passages[0]].unit]

    def key(row: int) -> tuple:
        field = unit.fields[index.passages[row].field]
        in_year = bool(fiscal_years) and field.fiscal_year in fiscal_years
        return (not in_year, field.kind not in prefer, -float(scores.passages[row]), row)

    ordered = sorted((int(row) for row in passages), key=key)
    bodies = [row for row in ordered if unit.fields[index.passages[row].field].kind != "title"]
    once: dict[int, int] = {}
    for row in bodies or ordered:
        once.setdefault(index.passages[row].field, row)
    return list(once.values())[:MATCHES]


def make_matches(index: SearchIndex, rows: Iterable[int], words: Collection[str], phrase: str) -> list[Match]:
    """The passages ``rows`` as matches."""
    matches = []
    for row in rows:
        passage = index.passages[row]
        field = index.units[passage.unit].fields[passage.field]
        whole = len(field.text) <= WHOLE
        matches.append(make_match(field, field.text if whole else passage.text, words, phrase))
    return matches


def make_match(field: Field, text: str, words: Collection[str], phrase: str) -> Match:
    """``text``, a part of ``field``, with its highlights."""
    spans = tuple(find_highlights(text, words, phrase))
    return Match(field.kind, text, spans, field.fiscal_year, field.heading, field.places[0] if field.places else None)


def unit_json(unit: Unit) -> dict[str, Any]:
    """What identifies a unit: shared by search results and owners."""
    return {
        "iri": unit.iri,
        "type": unit.type,
        "title": unit.title,
        "number": unit.number,
        "level": unit.level,
        "plan": {"iri": unit.plan[0], "title": unit.plan[1]} if unit.plan else None,
    }


def municipality_json(unit: Unit) -> dict[str, str] | None:
    """Code and name, None for prose whose document belongs to no known plan."""
    return {"code": unit.municipality[0], "name": unit.municipality[1]} if unit.municipality else None
