"""PDFs of many shapes as browsers, spreadsheets and word processors print them, against what their makers wrote down before (truth/unseen_pdf.toml).

The fonts are taken out of the files to keep them small; the places and widths of the characters are as printed.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from decimal import Decimal
from pathlib import Path

import pytest
from accounting import accounted_lines

from ingest.characters import normalise
from ingest.pipeline import read_documents
from ontology.model import Extraction

HERE = Path(__file__).parent
TRUTH = tomllib.loads((HERE / "truth" / "unseen_pdf.toml").read_text(encoding="utf-8"))
SETTINGS = 'municipality = { code = "999016", name = "架空市" }\n'


def read(name: str, tmp_path: Path) -> Extraction:
    file = shutil.copy(HERE / "unseen_pdf" / f"{name}.pdf", tmp_path)
    (tmp_path / f"{name}.pdf.toml").write_text(SETTINGS, encoding="utf-8")
    [(_, [extraction])] = read_documents([Path(file)])
    return extraction


def plain(text: str | None) -> str:
    """How the facts are compared: characters folded, without blanks."""
    return re.sub(r"\s", "", normalise(text or ""))


def number(text: str) -> Decimal | None:
    return Decimal(text) if text else None


@pytest.mark.parametrize("name", TRUTH)
def test_measures_and_departments(name: str, tmp_path: Path) -> None:
    extraction = read(name, tmp_path)
    found = [(m.number or "", plain(m.name), [plain(d.name) for d in m.departments]) for m in extraction.measures]
    assert found == [(no, plain(own), [plain(d) for d in departments]) for no, own, departments in TRUTH[name].get("measures", [])]
    printed = {n for n, line in enumerate(extraction.document.lines, 1) if line.strip()}
    assert printed - accounted_lines(extraction) == set()
    if "years" in TRUTH[name]:
        assert [extraction.plan.from_fiscal_year, extraction.plan.to_fiscal_year] == TRUTH[name]["years"]


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "elements" in truth])
def test_elements(name: str, tmp_path: Path) -> None:
    expected = [*TRUTH[name]["elements"], *TRUTH[name].get("wrong_elements", [])]
    found = {(e.level_name, e.number or "", plain(e.name)) for e in read(name, tmp_path).elements}
    assert found == {(level, no, plain(own)) for level, no, own in expected}


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "figures" in truth])
def test_figures(name: str, tmp_path: Path) -> None:
    observations = [(i, o) for i in read(name, tmp_path).indicators for o in i.observations]
    found = {(re.sub(r"\(.*\)$", "", plain(i.name)), o.role.value, o.fiscal_year, o.quantity.value) for i, o in observations}
    assert found == {(plain(own), role, year, number(value)) for own, role, year, value in TRUTH[name]["figures"]}


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "amounts" in truth])
def test_amounts(name: str, tmp_path: Path) -> None:
    extraction = read(name, tmp_path)
    names = {measure.path: plain(measure.name) for measure in extraction.measures}
    found = {(names[i.measure], o.fiscal_year, o.quantity.value) for i in extraction.indicators for o in i.observations}
    assert found == {(plain(own), year, number(value)) for own, year, value in TRUTH[name]["amounts"]}


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "activities" in truth or "each_activity" in truth])
def test_activities(name: str, tmp_path: Path) -> None:
    truth = TRUTH[name]
    expected = {(plain(own), year, plain(text)) for own, year, text in truth.get("activities", [])}
    expected |= {(plain(own), year, text) for _, own, _ in truth["measures"] for year, text in truth.get("each_activity", [])}
    assert {(plain(m.name), a.fiscal_year, plain(a.text)) for m in read(name, tmp_path).measures for a in m.activities} == expected


@pytest.mark.parametrize("name", [name for name, truth in TRUTH.items() if "texts" in truth])
def test_texts_stay_whole(name: str, tmp_path: Path) -> None:
    passages = [plain(passage.text) for passage in read(name, tmp_path).passages]
    assert [text for text in TRUTH[name]["texts"] if not any(plain(text) in passage for passage in passages)] == []


def test_a_list_of_150_projects(tmp_path: Path) -> None:
    """The n-th project of excel.pdf spent 1000 + 37n in 2023 and has 900 + 41n for 2024; each seventh name fills two lines."""
    extraction = read("excel", tmp_path)
    assert [measure.number for measure in extraction.measures] == [str(n) for n in range(1, 151)]
    assert all(len(measure.departments) == 1 for measure in extraction.measures)
    found = {(i.measure, o.fiscal_year, o.quantity.value) for i in extraction.indicators for o in i.observations}
    expected = {
        (m.path, year, Decimal(base + step * n))
        for n, m in enumerate(extraction.measures, 1)
        for year, base, step in ((2023, 1000, 37), (2024, 900, 41))
    }
    assert found == expected
    assert sum(plain(m.name).endswith("の促進)") for m in extraction.measures) == 150 // 7
