"""The shape of the house: which part may import which, and names that hide what a module is for."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
# Each part and those it may import besides itself. search_api never imports ingest: building and serving meet in the files of a snapshot.
MAY_IMPORT = {
    "ontology": set(),
    "ingest": {"ontology"},
    "graph": {"ontology"},
    "search_api": {"ontology", "graph"},
    "keikaku": {"ontology", "ingest", "graph", "search_api"},
}
MODULES = sorted(path for part in MAY_IMPORT for path in (ROOT / part).rglob("*.py"))


def imported(path: Path) -> Iterator[str]:
    """The top-level package of every import, late ones included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." if node.level else (node.module or "").partition(".")[0]


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    part = path.relative_to(ROOT).parts[0]
    ours = set(imported(path)) & (set(MAY_IMPORT) | {"."})
    assert ours <= MAY_IMPORT[part] | {part}


def test_ontology_needs_nothing_but_the_standard_library() -> None:
    foreign = {name for path in (ROOT / "ontology").rglob("*.py") for name in imported(path)} - set(sys.stdlib_module_names)
    assert foreign <= {"ontology"}


def test_rdf_libraries_stay_at_the_edge() -> None:
    """Only graph knows rdflib and Oxigraph."""
    knowing = {path.relative_to(ROOT).parts[0] for path in MODULES if {"rdflib", "pyoxigraph", "pyshacl", "oxrdflib"} & set(imported(path))}
    assert knowing == {"graph"}


def test_no_module_or_class_hides_behind_an_empty_name() -> None:
    for path in MODULES:
        words = {*path.stem.split("_"), *path.parent.name.split("_")}
        assert not words & {"utils", "util", "helpers", "helper", "misc", "common", "manager"}, path
        classes = [node.name for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.ClassDef)]
        assert not [name for name in classes if name.endswith(("Manager", "Helper", "Utils"))], path


def test_nothing_is_printed_outside_the_command_line() -> None:
    for path in MODULES:
        if path.relative_to(ROOT).parts[0] != "keikaku":
            calls = [node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call)]
            assert not [call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "print"], path


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_no_clock_in_what_is_built(path: Path) -> None:
    """Equal input gives equal files: nothing that builds a snapshot asks for the time of day or a random id."""
    if path.relative_to(ROOT).parts[0] in ("ontology", "ingest", "graph"):
        text = path.read_text(encoding="utf-8")
        for call in ("datetime.now", "date.today", "time.time(", "uuid4", "random."):
            assert call not in text
