"""The snapshots that a data folder keeps, newest first, and what changed from one to the next."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from graph.iris import fold_name
from graph.queries import read_query
from graph.snapshot import Snapshot, read_manifest
from graph.store import GraphStore, OxigraphStore
from ontology.errors import SnapshotError

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Version:
    """One kept snapshot; ``published`` is when its folder was finished."""

    path: Path
    manifest: Mapping[str, Any]
    published: datetime

    @property
    def build_id(self) -> str:
        return self.manifest["build_id"]


def published_at(path: Path) -> datetime:
    """When the snapshot in ``path`` was published, in UTC without fractions of a second."""
    return datetime.fromtimestamp(int((path / "manifest.json").stat().st_mtime), UTC)


def kept_versions(snapshot: Snapshot) -> list[Version]:
    """``snapshot`` and those beside it that were published before it, newest first."""
    newest = published_at(snapshot.path)
    found = [Version(snapshot.path, snapshot.manifest, newest)]
    for path in snapshot.path.parent.iterdir():
        if path == snapshot.path or path.name.startswith("."):
            continue
        try:
            version = Version(path, read_manifest(path), published_at(path))
        except (SnapshotError, FileNotFoundError):
            continue  # of another program version, or removed by now
        if version.published <= newest:
            found.append(version)
    return [found[0], *sorted(found[1:], key=lambda version: (version.published, version.build_id), reverse=True)]


def compare_versions(former: Version, new: Version) -> Json:
    """Documents, measures, departments and figures that came, went or changed. Raises SnapshotError where one is gone by now."""
    old, now = (OxigraphStore.open_read_only(version.path / "store") for version in (former, new))
    return {
        "from": former.build_id,
        "to": new.build_id,
        "documents": _compare_documents(former.manifest["documents"], new.manifest["documents"]),
        "measures": _compare_measures(_measures(old), _measures(now)),
        "departments": _came_and_went(_departments(old), _departments(now)),
        "figures": _compare_figures(_figures(old), _figures(now)),
    }


def _compare_documents(old: list[Json], new: list[Json]) -> Json:
    """Documents by what was in the file: a document whose file has another content is a changed one."""

    def titled(documents: list[Json]) -> dict[str, str]:
        return {document["iri"]: document["title"] for document in documents}

    added, removed = (
        [document for document in these if document["iri"] not in titled(others)] for these, others in ((new, old), (old, new))
    )
    former = {(document["plan"], document["title"], document["file_name"]): document for document in removed}
    changed = [document for document in added if (document["plan"], document["title"], document["file_name"]) in former]
    replaced = {former[document["plan"], document["title"], document["file_name"]]["iri"] for document in changed}
    names = ("iri", "title", "file_name")
    return {
        "added": [{name: document[name] for name in names} for document in added if document not in changed],
        "removed": [{name: document[name] for name in names} for document in removed if document["iri"] not in replaced],
        "changed": [{name: document[name] for name in names} for document in changed],
    }


@dataclass(slots=True)
class _Measure:
    names: set[str]
    departments: set[str]

    @property
    def title(self) -> str:
        return min(self.names)


def _measures(store: GraphStore) -> dict[str, _Measure]:
    measures: dict[str, _Measure] = defaultdict(lambda: _Measure(set(), set()))
    for row in store.query(read_query("version-measures")):
        measure = measures[row["measure"].value]
        measure.names.add(row["name"].value)
        if "department" in row:
            measure.departments.add(row["department"].value)
    return dict(measures)


def _compare_measures(old: Mapping[str, _Measure], new: Mapping[str, _Measure]) -> Json:
    both = [iri for iri in _ordered(new) if iri in old]
    return {
        "added": [{"iri": iri, "title": new[iri].title} for iri in _ordered(new) if iri not in old],
        "removed": [{"iri": iri, "title": old[iri].title} for iri in _ordered(old) if iri not in new],
        "renamed": [
            {"iri": iri, "title": new[iri].title, "from": old[iri].title}
            for iri in both
            if set(map(fold_name, new[iri].names)) != set(map(fold_name, old[iri].names))
        ],
        "reassigned": [
            {
                "iri": iri,
                "title": new[iri].title,
                "added": sorted(new[iri].departments - old[iri].departments),
                "removed": sorted(old[iri].departments - new[iri].departments),
            }
            for iri in both
            if new[iri].departments != old[iri].departments
        ],
    }


def _departments(store: GraphStore) -> dict[str, str]:
    rows = store.query(read_query("version-departments"))
    return {row["department"].value: row["name"].value for row in sorted(rows, key=lambda row: row["name"].value)}


def _came_and_went(old: Mapping[str, str], new: Mapping[str, str]) -> Json:
    return {
        "added": [{"iri": iri, "name": new[iri]} for iri in sorted(new) if iri not in old],
        "removed": [{"iri": iri, "name": old[iri]} for iri in sorted(old) if iri not in new],
    }


Figure = tuple[str, str, str]


def _figures(store: GraphStore) -> dict[Figure, tuple[str, set[str]]]:
    """Indicator, year and role → the name and everything that is printed there."""
    figures: dict[Figure, tuple[str, set[str]]] = {}
    for row in store.query(read_query("version-figures")):
        role, year = row["role"].value.rpartition("#")[2], row["year"].value if "year" in row else ""
        figures.setdefault((row["indicator"].value, year, role), (row["name"].value, set()))[1].add(row["text"].value)
    return figures


def _compare_figures(old: Mapping[Figure, tuple[str, set[str]]], new: Mapping[Figure, tuple[str, set[str]]]) -> list[Json]:
    """Figures that came (``from`` empty), went (``to`` empty) or are printed otherwise."""
    changes = []
    for key in sorted({*old, *new}, key=lambda key: (_natural(key[0]), key[1:])):
        before, after = (side[key][1] if key in side else set() for side in (old, new))
        if before != after:
            iri, year, role = key
            name = (new.get(key) or old[key])[0]
            figure = {"indicator": iri, "title": name, "fiscal_year": int(year) if year else None, "role": role}
            changes.append(figure | {"from": sorted(before - after), "to": sorted(after - before)})
    return changes


def _ordered(measures: Mapping[str, Any]) -> list[str]:
    return sorted(measures, key=_natural)


def _natural(iri: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", iri)]
