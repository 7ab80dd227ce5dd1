"""Japanese fiscal years: April to March, named by the western year in which they begin (令和６年度 = 2024)."""

from __future__ import annotations

import re
import unicodedata

# The year before the first of each era, so that era year n is ``start + n``. 明治 is left out: no plan in force names it.
ERA_START = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988, "昭和": 1925, "S": 1925}

_ERA = re.compile(r"(令和|平成|昭和|[RHS](?=\s*(?:\d|元)))\s*(元|\d{1,2})")
_MONTH = re.compile(r"\d\s*[年.]\s*(1[0-2]|0?[1-9])(?!\d)(?:\s*月|(?=末|\)|）|\s|$))")
_WESTERN = re.compile(r"(?<!\d)(19[5-9]\d|20\d{2})(?!\d)")


def parse_fiscal_year(text: str) -> int | None:
    """The one fiscal year that ``text`` names, or None where it names none or several.

    >>> parse_fiscal_year("令和６年度"), parse_fiscal_year("R7"), parse_fiscal_year("平成３２年度"), parse_fiscal_year("令和６（2024）年度")
    (2024, 2025, 2020, 2024)
    """
    years = set(find_fiscal_years(text))
    return years.pop() if len(years) == 1 else None


def find_fiscal_years(text: str) -> list[int]:
    """Every year named in ``text``, in order of appearance. Eras may run past their end (平成３２年度 is printed in plans of 2018)."""
    plain = unicodedata.normalize("NFKC", text)
    found = [(m.start(), ERA_START[m[1]] + (1 if m[2] == "元" else int(m[2]))) for m in _ERA.finditer(plain)]
    found += [(m.start(), int(m[0])) for m in _WESTERN.finditer(plain)]
    return [year for _, year in sorted(found)]


def fiscal_year_of(text: str) -> int | None:
    """The fiscal year of the one date or year that ``text`` names: January to March belong to the year before.

    >>> fiscal_year_of("令和7年3月末"), fiscal_year_of("R6.12"), fiscal_year_of("令和7年度")
    (2024, 2024, 2025)
    """
    year = parse_fiscal_year(text)
    month = _MONTH.search(unicodedata.normalize("NFKC", text)) if year else None
    return year - 1 if year and month and int(month[1]) <= 3 else year
