"""Old names told apart from those in force, by years and by reorganisations that documents tell of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from towns import extractions

from graph.iris import Iris
from graph.store import OxigraphStore
from graph.triples import extraction_quads
from ontology.model import ActivityStatus, Department, Reorganisation, Source
from search_api.departments import Departments
from search_api.index import SearchIndex
from search_api.indexing import build_index
from search_api.search import SearchEngine
from search_api.units import Field, Owner, Unit

TOWN = ("990019", "あおば町")


def unit(year: int | None, *owners: tuple[str, str], named: str = "", named_in: int | None = None) -> Unit:
    """A measure whose latest text is of ``year``; ``named`` stands on an item of ``named_in``."""
    fields = [Field("a", "activity", "実施した。", (), fiscal_year=year)]
    fields += [Field("b", "activity", "実施した。", (), fiscal_year=named_in, owners=(named,))] if named else []
    made = tuple(Owner(name, name, role) for name, role in owners)
    return Unit("u", "Measure", "題", None, None, None, TOWN, made, fields=tuple(fields))


@pytest.mark.parametrize(
    ("units", "current"),
    [
        ([unit(2024, ("税務課", "responsible"))], {"税務課"}),
        ([unit(2024, ("税務課", "responsible")), unit(2023, ("市民課", "responsible"))], {"税務課", "市民課"}),  # reports lag
        ([unit(2024, ("税務課", "responsible")), unit(2020, ("収納課", "responsible"))], {"税務課"}),
        (
            [unit(2024, ("税務課", "responsible")), unit(None, ("会計課", "responsible"))],
            {"税務課", "会計課"},
        ),  # nothing tells that it is old
        # named on an item of old years alone, though the measure goes on
        ([unit(2024, ("税務課", "responsible"), ("保健所", "involved"), named="保健所", named_in=2020)], {"税務課"}),
    ],
)
def test_who_is_current(units: list[Unit], current: set[str]) -> None:
    assert Departments.of(units).current == current


def reorganised(*changes: tuple[list[str], list[str], ActivityStatus | None], directory: Path) -> SearchEngine:
    """The town of the tests after reorganisations (before, after, done or planned)."""
    told = tuple(
        Reorganisation(
            order, "組織を改めた。", Source(55, 55, quotation="組織"), _departments(before), _departments(after), 2024, status=status
        )
        for order, (before, after, status) in enumerate(changes, 1)
    )
    found = [replace(extractions()[0], reorganisations=told)]
    store = OxigraphStore.in_memory(quad for extraction in found for quad in extraction_quads(extraction, Iris()))
    build_index(store, directory, cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, (), None))


def _departments(names: list[str]) -> tuple[Department, ...]:
    return tuple(map(Department, names))


@pytest.mark.parametrize(
    ("changes", "successors"),
    [
        ([(["会計課"], ["出納室"], ActivityStatus.DONE)], ["出納室"]),
        ([(["会計課"], ["出納室", "契約課"], None)], ["出納室", "契約課"]),
        ([(["会計課"], ["出納室"], None), (["出納室"], ["財務課"], None)], ["財務課"]),  # the one that exists today
        ([(["会計課"], ["出納室"], ActivityStatus.PLANNED)], None),  # not yet
        ([(["会計課"], ["会計課", "契約課"], None)], None),  # a part was split off
        ([([], ["出納室"], None)], None),  # set up, in the place of nobody
    ],
)
def test_who_took_the_place_of_a_department(changes, successors: list[str] | None, tmp_path: Path) -> None:
    answer = reorganised(*changes, directory=tmp_path).owners("キャッシュレス").to_json()
    [kaikei] = [department for department in answer["departments"] if department["name"] == "会計課"]
    found = kaikei.get("succeeded_by")
    assert (sorted(s["name"] for s in found) if found else None) == (sorted(successors) if successors else None)
    assert kaikei["current"] == (successors is None)


def test_former_departments_come_last(tmp_path: Path) -> None:
    engine = reorganised((["会計課"], ["出納室"], None), directory=tmp_path)
    assert engine.owners("キャッシュレス").departments[-1]["name"] == "会計課"
