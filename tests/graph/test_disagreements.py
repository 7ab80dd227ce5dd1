"""What documents disagree on, and what only looks like a disagreement."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest
from town import MEASURE, document, extraction, source

from graph.disagreements import Disagreement, find_disagreements
from graph.indicator_series import Series, read_series
from graph.snapshot import SnapshotBuilder
from ontology.model import Department, Extraction, Indicator, Observation, Quantity, ValueRole

ONE, TWO = document("aaaaaaaaaaaaaaaa", "令和６年度 進捗報告"), document("bbbbbbbbbbbbbbbb", "令和７年度 進捗報告")
NAME = "オンライン手続の利用件数"


def cell(
    text: str, value: str | None, unit: str | None, year: int = 2024, role: ValueRole = ValueRole.ACTUAL, sign: str | None = None
) -> Observation:
    return Observation(Quantity(text, Decimal(value) if value else None, unit, sign), role, source(8), year)


def report(
    told: object, *cells: Observation, measure: tuple[str, ...] | None = ("measure", "1-2"), name: str = NAME, **changes: object
) -> Extraction:
    indicator = Indicator(name, source(8), cells, cells[0].quantity.unit if cells else None, measure)
    return extraction(document=told, indicators=(indicator,) if cells else (), **changes)


def series_of(tmp_path: Path, *extractions: Extraction) -> tuple[list[Series], list[Disagreement]]:
    with SnapshotBuilder(tmp_path) as builder:
        store = builder.write_graph(extractions)
        return read_series(store), find_disagreements(store)


@pytest.mark.parametrize(
    ("one", "other", "disputed"),
    [
        (cell("217件", "217", "件"), cell("220件", "220", "件"), True),
        (cell("37手続", "37", "手続"), cell("37業務", "37", "業務"), True),  # one number in two units
        (cell("150件以上", "150", "件", sign=">="), cell("150件以下", "150", "件", sign="<="), True),
        (cell("217件", "217", "件"), cell("217", "217", None), False),  # the head of the table says the unit
        (cell("217件", "217", "件"), cell("217件※2", "217", "件"), False),
        (cell("1.5万円", "1.5", "万円"), cell("15,000円", "15000", "円"), False),
        (cell("1,458千円", "1458", "千円"), cell("1,458円", "1458", "円"), True),
        (cell("150件以上", "150", "件", sign=">="), cell("150件", "150", "件"), False),
        (cell("集計中", None, None), cell("217件", "217", "件"), False),  # not yet known is no other figure
        (cell("217件", "217", "件"), cell("220件", "220", "件", year=2025), False),
        (cell("217件", "217", "件"), cell("300件", "300", "件", role=ValueRole.TARGET), False),
    ],
)
def test_when_two_cells_disagree(tmp_path: Path, one: Observation, other: Observation, disputed: bool) -> None:
    series, found = series_of(tmp_path, report(ONE, one), report(TWO, other))
    assert len(series) == 1
    assert bool(series[0].disputed) == disputed
    assert [(d.kind, d.title) for d in found] == [("figure", NAME)] * disputed


def test_a_document_does_not_disagree_with_itself(tmp_path: Path) -> None:
    series, found = series_of(tmp_path, report(ONE, cell("3件", "3", "件"), cell("4件", "4", "件")))
    assert (len(series[0].cells), found) == (2, [])


def test_each_statement_names_document_and_lines(tmp_path: Path) -> None:
    _, (found,) = series_of(
        tmp_path, report(ONE, cell("217件", "217", "件")), report(TWO, cell("220件", "220", "件", 2024), cell("9件", "9", "件", 2025))
    )
    assert (found.fiscal_year, found.role) == (2024, "Actual")
    # The newest document comes first.
    assert [(s.text, s.place.title, s.place.lines) for s in found.statements] == [
        ("220件", TWO.title, (8, 8)),
        ("217件", ONE.title, (8, 8)),
    ]


def test_one_name_under_the_measures_of_two_documents_is_two_series(tmp_path: Path) -> None:
    """Nothing but the measure tells them apart: they share the IRI, but are neither compared nor shown as one."""
    other = replace(MEASURE, path=("measure", "7"), number="7", name="図書館の貸出し")
    three = document("cccccccccccccccc", "概要")
    series, found = series_of(
        tmp_path,
        report(ONE, cell("217件", "217", "件")),
        report(TWO, cell("5件", "5", "件"), measure=other.path, measures=(other,)),
        report(three, cell("9件", "9", "件"), measure=None),
    )
    assert [(len(one.measures), [c.text for c in one.cells]) for one in series] == [(1, ["217件"]), (1, ["5件"]), (0, ["9件"])]
    assert found == []


def test_spellings_that_are_one_make_one_series(tmp_path: Path) -> None:
    cells = (cell("58%", "58", "%", 2021), cell("72%", "72", "%", 2023))
    series, found = series_of(
        tmp_path,
        report(ONE, *cells, name="文書の電子決裁率"),
        report(TWO, *cells, cell("80%", "80", "%", 2024), name="文書の電子決済率", measure=None),
    )
    (one,) = series
    assert [(name.text, len(name.documents)) for name in one.names] == [("文書の電子決裁率", 1), ("文書の電子決済率", 1)]
    assert (len(one.iris), one.rules, len(one.cells)) == (2, ("一字の違い",), 5)
    assert [(d.kind, d.rules) for d in found] == [("indicator-name", ("一字の違い",))]


def test_names_and_departments_of_measures(tmp_path: Path) -> None:
    renamed = replace(
        MEASURE,
        name="キャッシュレス決済の推進",
        departments=(Department("会計課", source=source(3)), Department("出納課", source=source(3))),
    )
    _, found = series_of(tmp_path, report(ONE), report(TWO, measures=(renamed,)))
    assert [(d.kind, [s.text for s in d.statements]) for d in found] == [
        ("measure-name", ["キャッシュレスの導入", "キャッシュレス決済の推進"]),
        ("departments", ["会計課、各課", "会計課、出納課"]),
    ]


def test_a_document_without_departments_disagrees_with_nobody(tmp_path: Path) -> None:
    silent = replace(MEASURE, departments=(), activities=(), effects=())
    assert series_of(tmp_path, report(ONE), report(TWO, measures=(silent,)))[1] == []
