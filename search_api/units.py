"""What is searched: the measures of the graph with all their printed text, and the prose of the documents.

Every text keeps the places that say it. ``unit_reader`` reads these values from the graph.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text stands: document IRI, file name, page (None where the input has none), lines from 1, both inclusive."""

    document: str
    file: str
    page: int | None
    start_line: int
    end_line: int


@dataclass(frozen=True, slots=True)
class Owner:
    """A department of a unit. ``role`` is "responsible", "involved" or "collective".

    ``succeeded_by`` are IRI and name of the departments that took its place, where a document tells of the reorganisation.
    """

    iri: str
    name: str
    role: str
    succeeded_by: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Field:
    """One printed text of a unit.

    ``kind``: title, goal, description, activity, effect, indicator, text, or department (the printed cell of the owners). ``heading`` stands above the text. ``owners`` are the IRIs of the
    departments named on this very text. ``iri`` is the activity, effect or indicator, or the unit itself.
    """

    iri: str
    kind: str
    text: str
    places: tuple[Place, ...]
    heading: str = ""
    fiscal_year: int | None = None
    status: str | None = None
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Unit:
    """A measure, an initiative or a passage of prose. ``type`` is the local name of its class in the vocabulary.

    ``fields`` are searched. ``owner_cells`` are the printed cells that name the responsible departments; they are quoted, not searched.
    """

    iri: str
    type: str
    title: str
    number: str | None
    level: str | None
    plan: tuple[str, str] | None
    municipality: tuple[str, str] | None
    owners: tuple[Owner, ...] = ()
    owner_cells: tuple[Field, ...] = field(default=(), repr=False)
    frameworks: tuple[tuple[str, str], ...] = ()
    fields: tuple[Field, ...] = field(default=(), repr=False)

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        """The years of which its texts speak, in order."""
        return tuple(sorted({f.fiscal_year for f in self.fields if f.fiscal_year is not None}))
