"""One printed cell of an indicator table → its observation."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from ingest.characters import normalise
from ingest.quantity import parse_quantity
from ontology.fiscal_year import parse_fiscal_year
from ontology.model import Observation, Quantity, Source, ValueRole

YEAR = r"(?:令和|平成|R|H)\s*(?:元|\d{1,2})\s*年?\s*度?末?|20\d\d\s*年?\s*度?末?"
_OWN_YEAR = re.compile(rf"\s*(?:{YEAR})\s*")
_REMARK = re.compile(r"[(（]([^()（）]*)[)）]")
_MARK = re.compile(r"[※注*]\s*\d*")
_EXPECTED = re.compile(r"^見込(?:み|値|額)?$|^予測値?$")
NAME_MARK = re.compile(r"\s*(?:※\s*\d+|[(（]\s*[※注*]\s*\d+\s*[)）]|\*+\d*)+$")


def observe(text: str, role: ValueRole, fiscal_year: int | None, unit: str | None, source: Source) -> Observation:
    """The cell ``text`` of a column.

    A target may print a year of its own (25手続（R4）), which is then its year. A figure that the cell calls expected (120件（見込）) is a forecast,
    whatever its column says. ``unit`` is that of the head or of a column 単位; a unit in the cell goes before it.
    """
    quantity = with_unit(parse_quantity(text), unit)
    remarks = [remark.strip() for remark in _REMARK.findall(normalise(text)) if not _MARK.fullmatch(remark.strip())]
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
