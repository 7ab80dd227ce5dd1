"""A snapshot's graph in the formats that other programs read."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import BinaryIO

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Triple

from graph.dumps import quad_lines
from graph.queries import read_query
from graph.snapshot import Snapshot
from graph.store import GraphStore
from graph.tables import Sheet, to_csv, to_xlsx
from graph.terms import PREFIXES

COLUMNS = ("自治体コード", "自治体", "計画", "階層", "番号", "取組", "担当", "関わる部署", "目標", "文書", "ファイル", "IRI")


def export(snapshot: Snapshot, file_format: str, output: BinaryIO, municipality: str | None = None) -> None:
    """Write the graph, or what is of the municipality with this code, to ``output``; ``file_format`` is a key of ``FORMATS``.

    Equal graphs give equal bytes.
    """
    FORMATS[file_format](snapshot, output, municipality)


def measure_rows(store: GraphStore) -> list[dict[str, str]]:
    """One row for each measure and document that names it, with the keys of ``COLUMNS``, in the order of plans, numbers and documents."""
    departments: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in store.query(read_query("measures-departments")):
        role = row["role"].value.rpartition("#")[2]
        departments[row["graph"].value, row["measure"].value, role].add(row["name"].value)
    rows = []
    for row in store.query(read_query("measures-table")):
        value = {name: term.value for name, term in row.items()}
        key = (value["graph"], value["measure"])
        cells = (
            value["municipalityCode"],
            value["municipality"],
            value["plan"],
            value["level"],
            value.get("number", ""),
            value["name"],
            "、".join(sorted(departments[(*key, "responsibleDepartment")])),
            "、".join(sorted(departments[(*key, "involvedDepartment")])),
            value.get("goal", ""),
            value["document"],
            value["file"],
            value["measure"],
        )
        rows.append(dict(zip(COLUMNS, cells, strict=True)))
    return sorted(rows, key=lambda row: (_natural(row["IRI"]), row["文書"], row["ファイル"]))


def _natural(iri: str) -> list[tuple[int, str]]:
    """Puts …/measure/10 after …/measure/9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", iri)]


def _write_nquads(snapshot: Snapshot, output: BinaryIO, municipality: str | None) -> None:
    output.writelines(quad_lines(snapshot, municipality))


def _write_turtle(snapshot: Snapshot, output: BinaryIO, municipality: str | None) -> None:
    triples = {Triple(quad.subject, quad.predicate, quad.object) for quad in _quads(snapshot, municipality)}
    turtle = pyoxigraph.serialize(sorted(triples, key=str), format=RdfFormat.TURTLE, prefixes=PREFIXES)
    lines = turtle.splitlines(keepends=True)
    # The engine writes the prefixes in an order that changes from run to run.
    output.writelines(sorted(lines[: len(PREFIXES)]))
    output.writelines(lines[len(PREFIXES) :])


def _write_jsonld(snapshot: Snapshot, output: BinaryIO, municipality: str | None) -> None:
    quads = sorted(_quads(snapshot, municipality), key=lambda quad: (str(quad.graph_name), str(quad)))
    pyoxigraph.serialize(quads, output, RdfFormat.JSON_LD)


def _quads(snapshot: Snapshot, municipality: str | None) -> Iterable[Quad]:
    if municipality is None:
        return snapshot.store.quads()
    return pyoxigraph.parse(b"".join(quad_lines(snapshot, municipality)), format=RdfFormat.N_QUADS)


def _write_csv(snapshot: Snapshot, output: BinaryIO, municipality: str | None) -> None:
    output.write(to_csv(_measure_sheet(snapshot, municipality)))


def _write_xlsx(snapshot: Snapshot, output: BinaryIO, municipality: str | None) -> None:
    output.write(to_xlsx([_measure_sheet(snapshot, municipality)]))


def _measure_sheet(snapshot: Snapshot, municipality: str | None) -> Sheet:
    rows = (row for row in measure_rows(snapshot.store) if municipality in (None, row["自治体コード"]))
    return Sheet("取組", COLUMNS, [tuple(row.values()) for row in rows])


FORMATS: dict[str, Callable[[Snapshot, BinaryIO, str | None], None]] = {
    "nquads": _write_nquads,
    "turtle": _write_turtle,
    "jsonld": _write_jsonld,
    "csv": _write_csv,
    "xlsx": _write_xlsx,
}
