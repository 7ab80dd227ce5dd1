"""One printed cell of an indicator table → its observation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ingest.characters import join_lines, normalise
from ingest.quantity import parse_quantity
from ontology.fiscal_year import parse_fiscal_year
from ontology.model import Observation, Quantity, Source, ValueRole

YEAR = r"(?:令和|平成|R|H)\s*(?:元|\d{1,2})\s*年?\s*度?末?|20\d\d\s*年?\s*度?末?"
_OWN_YEAR = re.compile(rf"\s*(?:{YEAR})\s*")
_REMARK = re.compile(r"[(（]([^()（）]*)[)）]")
_MARK = re.compile(r"[※注*]\s*\d*")
_EXPECTED = re.compile(r"^見込(?:み|値|額)?$|^予測値?$")
_UNIT_OF_TABLE = re.compile(r"[(（]?単位\s*[:：]\s*([^()（）\d\s、,]{1,6})[)）]?")
_STACKED = {"目標": ValueRole.TARGET, "計画": ValueRole.TARGET, "実績": ValueRole.ACTUAL, "見込": ValueRole.FORECAST}
NAME_MARK = re.compile(r"\s*(?:※\s*\d+|[(（]\s*[※注*]\s*\d+\s*[)）]|\*+\d*|(?<![A-Za-z])[⁰¹²³⁴-⁹]+[)）]?)+$")


def observe(text: str, role: ValueRole, fiscal_year: int | None, unit: str | None, source: Source) -> Observation:
    """The cell ``text`` of a column.

    A target may print a year of its own (25手続（R4）), which is then its year. A figure that the cell calls expected (120件（見込）) is a forecast,
    whatever its column says. ``unit`` is that of the head or of a column 単位; a unit in the cell goes before it.
    """
    quantity = with_unit(parse_quantity(text), unit)
    remarks = [join_lines([remark]) for remark in _REMARK.findall(normalise(text)) if not _MARK.fullmatch(remark.strip())]
    own_year = None
    if role is ValueRole.TARGET and remarks and _OWN_YEAR.fullmatch(remarks[0]):
        own_year = parse_fiscal_year(remarks[0])
    if role is ValueRole.ACTUAL and any(_EXPECTED.match(remark) for remark in remarks):
        role = ValueRole.FORECAST
    return Observation(quantity, role, source, own_year or fiscal_year, "。".join(remarks) or None)


def with_unit(quantity: Quantity, unit: str | None) -> Quantity:
    return replace(quantity, unit=unit) if quantity.value is not None and not quantity.unit and unit else quantity


def common_unit(observations: Iterable[Observation]) -> str | None:
    """The unit that most cells of a row print."""
    units = Counter(observation.quantity.unit for observation in observations if observation.quantity.unit)
    return units.most_common(1)[0][0] if units else None


def find_unit(caption: str) -> str | None:
    """The unit that a caption prints for its table: 千円 of （単位：千円）."""
    found = _UNIT_OF_TABLE.search(caption)
    return found[1] if found else None


def stacked_roles(text: str) -> tuple[ValueRole, ...]:
    """「上段：目標 下段：実績」: what the upper and the lower figure of a cell are; empty where ``text`` does not say."""
    found = [re.search(rf"{place}[^目実計見上下]{{0,4}}({'|'.join(_STACKED)})", text) for place in ("上段", "下段")]
    return tuple(_STACKED[match[1]] for match in found if match) if all(found) else ()
