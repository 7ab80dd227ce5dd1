"""Where documents disagree: a figure, the name of a measure or indicator, the departments of a measure. Nothing is decided, all is told."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from graph.indicator_series import ROLE_NAMES, Place, Series, read_documents, read_series
from graph.iris import fold_name
from graph.queries import read_query
from graph.store import GraphStore, Row

# So many letters of a name tell where it is printed; the rest may stand on another line.
_NAME_START = 4
KIND_LABELS = {
    "figure": "食い違い",
    "indicator-name": "指標の名の違い",
    "similar-indicator": "似た名の指標（同じとはみなしていません）",
    "measure-name": "取組の名の違い",
    "departments": "担当の違い",
}


@dataclass(frozen=True, slots=True)
class Statement:
    """What one document prints, and where."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Disagreement:
    """``kind`` is figure, indicator-name, similar-indicator, measure-name or departments; ``subject`` an IRI, ``title`` its name.

    Year and role are those of a figure; ``rules`` say why indicators of different names are one.
    """

    kind: str
    subject: str
    title: str
    plan: str
    statements: tuple[Statement, ...]
    fiscal_year: int | None = None
    role: str | None = None
    rules: tuple[str, ...] = ()


def find_disagreements(store: GraphStore) -> list[Disagreement]:
    """All of ``store``: figures first, then names, then departments, each in the order of plans and numbers."""
    series = read_series(store)
    names, cells = _measure_statements(store)
    return [
        *(found for one in series for found in _figures(one)),
        *(found for one in series for found in _indicator_names(one)),
        *_similar(series),
        *_compare(names, "measure-name", fold_name),
        *_compare(cells, "departments", _as_set),
    ]


def _figures(series: Series) -> Iterator[Disagreement]:
    for role, year in sorted(series.disputed, key=lambda cell: (cell[1], list(ROLE_NAMES).index(cell[0]))):
        told = tuple(Statement(cell.text, cell.place) for cell in series.cells if (cell.role, cell.fiscal_year) == (role, year))
        yield Disagreement("figure", series.iri, series.name, series.plan, told, year, role)


def _indicator_names(series: Series) -> Iterator[Disagreement]:
    if len({fold_name(name.text) for name in series.names}) < 2:
        return
    first_place: dict[str, Place] = {}
    for cell in series.cells:
        first_place.setdefault(cell.place.document, cell.place)
    told = tuple(
        Statement(name.text, first_place[document]) for name in series.names for document in name.documents if document in first_place
    )
    yield Disagreement("indicator-name", series.iri, series.name, series.plan, told, rules=series.rules)


def _similar(all_series: Sequence[Series]) -> Iterator[Disagreement]:
    """Indicators whose names are alike and that were not taken for one."""
    by_iri = {series.iri: series for series in all_series if series.cells}
    for series in by_iri.values():
        for other in (by_iri[iri] for iri in series.alike if iri in by_iri and iri > series.iri):
            told = tuple(Statement(one.name, one.cells[0].place) for one in (series, other))
            yield Disagreement("similar-indicator", series.iri, series.name, series.plan, told)


@dataclass(frozen=True, slots=True)
class _Told:
    """What one document prints of one measure: its name or the departments of its cell."""

    measure: str
    plan: str
    name: str
    text: str
    place: Place


def _measure_statements(store: GraphStore) -> tuple[list[_Told], list[_Told]]:
    """The names and the department cells of measures, each with the lines that print it."""
    documents = read_documents(store)
    cells_of = _by_measure_and_document(store, "measure-cells")
    names, cells = [], []
    for (measure, document), own in sorted(_by_measure_and_document(store, "measure-names").items()):
        name, plan = min(row["name"].value for row in own), own[0]["plan"].value
        # A measure is quoted from other places too, such as the legend of a mark; its name stands where the words are.
        start = fold_name(name)[:_NAME_START]
        saying = [row for row in own if start in fold_name(row["exact"].value)]
        names.append(_Told(measure, plan, name, name, _first_place(saying or own, document, *documents[document])))
        of_cell = cells_of.get((measure, document))
        if of_cell:
            departments = "、".join(sorted({row["department"].value for row in of_cell}))
            cells.append(_Told(measure, plan, name, departments, _first_place(of_cell, document, *documents[document])))
    return names, cells


def _by_measure_and_document(store: GraphStore, query: str) -> dict[tuple[str, str], list[Row]]:
    rows: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in store.query(read_query(query)):
        rows[row["measure"].value, row["document"].value].append(row)
    return rows


def _first_place(rows: Sequence[Row], document: str, title: str, file: str) -> Place:
    lines = min((int(row["start"].value), int(row["end"].value), int(row["page"].value) if "page" in row else 0) for row in rows)
    return Place(document, title, file, lines[2] or None, lines[:2])


def _compare(told: Sequence[_Told], kind: str, key: Callable[[str], object]) -> Iterator[Disagreement]:
    """The measures of which documents print something else; a document that prints nothing says nothing."""
    by_measure: dict[str, list[_Told]] = defaultdict(list)
    for one in told:
        by_measure[one.measure].append(one)
    for measure, own in by_measure.items():
        if len({key(one.text) for one in own}) > 1:
            yield Disagreement(kind, measure, own[0].name, own[0].plan, tuple(Statement(one.text, one.place) for one in own))


def _as_set(departments: str) -> frozenset[str]:
    return frozenset(map(fold_name, departments.split("、")))
