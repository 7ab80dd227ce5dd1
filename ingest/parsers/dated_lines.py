"""A schedule that names its years line by line: 令和６年度 検討 ／ 令和７年度 導入, the text on the same line or on those below."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.parsers.labelled import DATED_YEAR, DECORATION
from ingest.printed import PrintedLine
from ontology.fiscal_year import parse_fiscal_year

_OPENS = re.compile(rf"^(?P<year>{DATED_YEAR})\s*(?:[(（][^()（）]{{1,8}}[)）])?\s*(?:[:：|】\]〕]|\s|$)\s*(?P<rest>.*)$")

Printed = list[tuple[str, PrintedLine]]


def split_at_years(printed: Sequence[tuple[str, PrintedLine]]) -> list[tuple[int | None, PrintedLine | None, Printed]]:
    """Texts cut where a line begins with a fiscal year: (year, line of the year, texts below it); the first part may have no year.

    Fewer than two such lines are no schedule: then all is one part without a year.
    """
    parts: list[tuple[int | None, PrintedLine | None, Printed]] = [(None, None, [])]
    for text, line in printed:
        match = _OPENS.match(DECORATION.sub("", text))
        year = parse_fiscal_year(match["year"]) if match else None
        if year is None:
            parts[-1][2].append((text, line))
        else:
            parts.append((year, line, [(match["rest"], line)] if match and match["rest"] else []))
    return parts if len(parts) > 2 else [(None, None, list(printed))]
