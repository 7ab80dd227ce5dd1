"""The indicators of a graph as people compare them: one thing each, with all that every document prints of it.

Spellings that are one by the derived graph (``graph.sameness``) are one series. Two documents that give one name to two measures speak of
two indicators, even where they share an IRI: then each measure has a series of its own.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from graph.iris import fold_name
from graph.queries import read_query
from graph.store import GraphStore, Row

ROLE_NAMES = {"Baseline": "基準値", "Actual": "実績", "Forecast": "見込", "Target": "目標"}
_ROLE_ORDER = list(ROLE_NAMES)
_SCALES = (("億", Decimal(10) ** 8), ("百万", Decimal(10) ** 6), ("万", Decimal(10) ** 4), ("千", Decimal(10) ** 3))


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a document. ``document`` is its IRI, ``file`` its file name."""

    document: str
    title: str
    file: str
    page: int | None
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Cell:
    """One printed cell. ``role`` is Baseline, Actual, Forecast or Target; ``value`` None where the cell is no single number."""

    iri: str
    role: str
    fiscal_year: int | None
    value: Decimal | None
    text: str
    unit: str | None
    comparator: str | None
    note: str | None
    place: Place

    @property
    def amount(self) -> tuple[Decimal, str] | None:
        """Value and unit without scale (1.5万円 → 15000, 円), as far as two cells can be compared by it; unit "" where none is printed."""
        if self.value is None:
            return None
        unit = fold_name(self.unit or "")
        for scale, factor in _SCALES:
            if unit.startswith(scale):
                return self.value * factor, unit.removeprefix(scale)
        return self.value, unit


@dataclass(frozen=True, slots=True)
class Named:
    """A name or other words with the documents (IRIs) that print them."""

    text: str
    documents: tuple[str, ...]


@dataclass(frozen=True)
class Series:
    """One indicator. ``iris`` are those of all its spellings, the chief one first; ``rules`` why they are one; ``alike`` what may be the same."""

    iris: tuple[str, ...]
    names: tuple[Named, ...]
    plan: str
    measures: tuple[str, ...]
    unit: str | None
    cells: tuple[Cell, ...]
    rules: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()

    @property
    def iri(self) -> str:
        return self.iris[0]

    @property
    def name(self) -> str:
        return self.names[0].text

    @cached_property
    def disputed(self) -> frozenset[tuple[str, int]]:
        """Role and fiscal year of the cells for which documents print different amounts."""
        by_cell: dict[tuple[str, int], list[Cell]] = defaultdict(list)
        for cell in self.cells:
            if cell.fiscal_year is not None and cell.value is not None:
                by_cell[cell.role, cell.fiscal_year].append(cell)
        return frozenset(key for key, cells in by_cell.items() if any(_disagree(a, b) for a in cells for b in cells))


def _disagree(one: Cell, other: Cell) -> bool:
    """Whether two documents print different amounts, or one amount in different units."""
    if one.place.document == other.place.document or one.amount is None or other.amount is None:
        return False
    (value, unit), (other_value, other_unit) = one.amount, other.amount
    opposite = (
        one.comparator and other.comparator and one.comparator[0] != other.comparator[0] and "≈" not in (one.comparator, other.comparator)
    )
    return value != other_value or bool(unit and other_unit and unit != other_unit) or bool(opposite)


def read_series(store: GraphStore) -> list[Series]:
    """Every indicator of ``store``, by plan, measure and name; the newest document's name and unit first."""
    return sorted(
        _Reader(store).series(), key=lambda series: (series.plan, _natural(series.measures[0] if series.measures else "~"), series.iris)
    )


class _Reader:
    def __init__(self, store: GraphStore) -> None:
        self.documents = read_documents(store)
        self.printed: dict[str, list[Row]] = defaultdict(list)
        for row in store.query(read_query("indicator-names")):
            self.printed[row["indicator"].value].append(row)
        self.cells: dict[str, list[Cell]] = defaultdict(list)
        for row in store.query(read_query("indicator-cells")):
            self.cells[row["indicator"].value].append(self._cell(row))
        self.chiefs: dict[str, str] = {}
        self.rules: dict[str, list[str]] = defaultdict(list)
        self.alike: dict[str, set[str]] = defaultdict(set)
        for row in store.query(read_query("indicator-sameness")):
            one, other = row["one"].value, row["other"].value
            if row["relation"].value.endswith("sameAs"):
                self.chiefs[one] = other
                self.rules[other].append(row["rule"].value)
            else:
                self.alike[one].add(other)

    def series(self) -> Iterator[Series]:
        groups: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.printed):
            groups[self.chiefs.get(iri, iri)].append(iri)
        for chief, iris in groups.items():
            yield from self._divide(chief, [chief, *(iri for iri in iris if iri != chief)])

    def _divide(self, chief: str, iris: list[str]) -> Iterator[Series]:
        """One series, or one a measure where documents give the name to different measures."""
        measures_in: dict[str, set[str]] = defaultdict(set)
        for iri in iris:
            for row in self.printed[iri]:
                measures_in[row["document"].value] |= {row["measure"].value} if "measure" in row else set()
        told = {tuple(sorted(measures)) for measures in measures_in.values() if measures}
        if len(told) <= 1:
            yield self._make(chief, iris, set(measures_in), next(iter(told), ()))
            return
        for measures in sorted(told):
            yield self._make(chief, iris, {document for document, own in measures_in.items() if tuple(sorted(own)) == measures}, measures)
        unbound = {document for document, own in measures_in.items() if not own}
        if unbound:
            yield self._make(chief, iris, unbound, ())

    def _make(self, chief: str, iris: list[str], documents: set[str], measures: tuple[str, ...]) -> Series:
        rows = [row for iri in iris for row in self.printed[iri] if row["document"].value in documents]
        newest = sorted(documents, key=lambda document: self._age(document, iris), reverse=True)
        names: dict[str, list[str]] = defaultdict(list)
        units: dict[str, list[str]] = defaultdict(list)
        for document in newest:
            for row in rows:
                if row["document"].value == document:
                    names[row["name"].value].append(document)
                    if "unit" in row:
                        units[row["unit"].value].append(document)
        chief_names = {row["name"].value for row in self.printed[chief]}
        ordered = sorted(names, key=lambda name: name not in chief_names)
        cells = sorted(
            (cell for iri in iris for cell in self.cells[iri] if cell.place.document in documents),
            key=lambda cell: (cell.fiscal_year or 0, _ROLE_ORDER.index(cell.role), newest.index(cell.place.document), cell.iri),
        )
        return Series(
            iris=tuple(iri for iri in iris if iri == chief or any(row in rows for row in self.printed[iri])),
            names=tuple(Named(name, tuple(dict.fromkeys(names[name]))) for name in ordered),
            plan=rows[0]["plan"].value,
            measures=measures,
            unit=max(units, key=lambda unit: len(units[unit]), default=None),
            cells=tuple(cells),
            rules=tuple(dict.fromkeys(self.rules[chief])),
            alike=tuple(sorted({self.chiefs.get(other, other) for iri in iris for other in self.alike[iri]} - {chief})),
        )

    def _age(self, document: str, iris: list[str]) -> tuple[int, str]:
        """By the last year of which the document tells a result; then by its IRI, so that the order is always the same."""
        years = [
            cell.fiscal_year or 0 for iri in iris for cell in self.cells[iri] if cell.place.document == document and cell.role == "Actual"
        ]
        return max(years, default=0), document

    def _cell(self, row: Row) -> Cell:
        def value(name: str) -> str | None:
            return row[name].value if name in row else None

        title, file = self.documents[row["document"].value]
        year, number, page = value("year"), value("value"), value("page")
        place = Place(row["document"].value, title, file, int(page) if page else None, (int(row["start"].value), int(row["end"].value)))
        return Cell(
            row["observation"].value,
            row["role"].value.rpartition("#")[2],
            int(year) if year else None,
            Decimal(number) if number is not None else None,
            row["text"].value,
            value("unit"),
            value("comparator"),
            value("note"),
            place,
        )


def read_documents(store: GraphStore) -> Mapping[str, tuple[str, str]]:
    """Title and file name of every document, by its IRI."""
    query = """PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?document ?title ?file { ?document a plan:SourceDocument ; dcterms:title ?title ; plan:fileName ?file }"""
    return {row["document"].value: (row["title"].value, row["file"].value) for row in store.query(query)}


def _natural(iri: str) -> list[tuple[int, str]]:
    """Puts …/measure/10 after …/measure/9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", iri)]
