"""The real PDFs in ../shared/samples, against what was read from their pages by eye (truth/nankoku.toml)."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pypdfium2
import pytest

from ingest.characters import normalise
from ingest.pipeline import read_documents
from ingest.readers import read_file
from ingest.readers.pdf_characters import printed_character
from ontology.model import Extraction, ValueRole

TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "nankoku.toml").read_text(encoding="utf-8"))
FUNDING = ("国", "県", "地方債", "その他", "一般財源")

pytestmark = pytest.mark.seeds


def read(shared: Path, part: str) -> Extraction:
    [(_, [extraction])] = read_documents([shared / "samples" / TRUTH[part]["file"]])
    return extraction


def plain(text: str) -> str:
    return re.sub(r"\s", "", normalise(text)).replace("㎡", "m2")


def test_projects_with_their_departments(shared: Path) -> None:
    found = [(m.source.page, m.number, [d.name for d in m.departments], m.name) for m in read(shared, "projects").measures]
    assert found == [tuple(row[:4]) for row in TRUTH["projects"]["rows"]]


def test_descriptions_of_projects(shared: Path) -> None:
    for measure, row in zip(read(shared, "projects").measures, TRUTH["projects"]["rows"], strict=True):
        assert plain(measure.description).startswith(row[6]), row[1]
        assert plain(measure.description).endswith(row[7]), row[1]


def test_amounts_of_projects(shared: Path) -> None:
    """事業費 of the budget, in 千円; what pays for it under the name of each source."""
    truth = TRUTH["projects"]
    amounts: dict[str, dict[str, Decimal | None]] = {}
    for indicator in read(shared, "projects").indicators:
        [observation] = indicator.observations
        assert (observation.role, observation.fiscal_year, observation.quantity.unit) == (ValueRole.FORECAST, truth["year"], truth["unit"])
        amounts.setdefault(indicator.measure[1], {})[indicator.name] = observation.quantity.value
    for _, number, _, _, amount, funding, _, _ in truth["rows"]:
        own = amounts[number]
        assert own.pop("事業費") == amount
        assert {name.removeprefix("財源内訳"): value for name, value in own.items()} == {
            source: Decimal(value) for source, value in zip(FUNDING, funding, strict=True) if value
        }


def test_a_policy_without_owners_and_figures(shared: Path) -> None:
    extraction, truth = read(shared, "policy"), TRUTH["policy"]
    assert (extraction.plan.title, extraction.document.issued) == (truth["title"], truth["issued"])
    assert [m.name for m in extraction.measures if m.departments] == truth["measures_with_departments"]
    assert list(extraction.indicators) == truth["indicators"]
    named = {mention.name for mention in extraction.mentions}
    assert {name for name, _ in truth["frameworks"]} <= named


def test_bars_of_a_drawn_schedule_stay_whole(shared: Path) -> None:
    texts = [plain(passage.text) for passage in read(shared, "policy").passages]
    assert [bar for bar in TRUTH["policy"]["schedule"] if not any(plain(bar) in text for text in texts)] == []


@pytest.mark.parametrize("part", ["projects", "policy"])
def test_no_character_is_lost(shared: Path, part: str) -> None:
    """The same characters as PDFium's own text of the pages has, whatever their order."""
    file = shared / "samples" / TRUTH[part]["file"]
    with pypdfium2.PdfDocument(file) as pdf:
        printed = "".join(page.get_textpage().get_text_range() for page in pdf)
    expected = Counter(plain("".join(map(printed_character, printed))))
    assert Counter(plain("".join(line.text for line in read_file(file).lines))) == expected
