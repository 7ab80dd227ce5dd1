"""What a document prints about figures beside their table: footnotes of cells and names, as-of dates of columns, remarks on all targets.

They become the notes of the observations; the lines that print them stay prose as well.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.characters import join_lines
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year
from ontology.model import Indicator, Observation, ValueRole

_ABOVE, _BELOW, _APART = 12, 40, 8  # printed lines around a table that may speak of it; between rows of one table
_MARKS = re.compile(r"※\s*(\d*)|[*]\s*(\d+)|[(（]\s*[※注*]\s*(\d+)\s*[)）]|(?<=\s)注\s*(\d+)$")
_DEFINITION = re.compile(r"(?:^|(?<=\s)|(?<=[。)）]))[(（]?\s*[※注]\s*(\d{1,2})\s*[)）]?\s*[:：]?\s*(?=[^\s\d、。)）※])")
_BARE = re.compile(r"^※\s*(?=[^\s\d])")
_YEAR = r"(?:令和|平成|[RH])\s*(?:元|\d{1,2})\s*(?:年\s*度|年)?|20\d\d\s*年度"
_AS_OF = re.compile(rf"^[(（※・\s]*(?P<year>{_YEAR})(?:の?(?:実績|値|数値|実績値))?\s*(?:は、?|[:：])\s*(?P<what>.+)$")
_AS_OF_WORDS = re.compile(r"現在|時点|月末|年度末|見込|速報|暫定")
_OF_ROLE = re.compile(
    r"[※(（]\s*(?P<role>基準値|現状値|実績値|実績|見込値|目標値|目標)(?:は|について(?:は)?)、?\s*(?P<what>[^()（）]{2,40})"
)
_EXPECTED = re.compile(r"見込み?(?:値|額)?(?:です|である)?。?$")
# A footnote that is nothing but a fiscal year and the word for what was reached then gives the figure that year.
_YEAR_OF_FIGURE = re.compile(rf"^(?:{_YEAR})末?(?:時点|現在)?の?(?:実績値?|数値|値)(?:です|である)?。?$")
_ROLES = {"基": ValueRole.BASELINE, "現": ValueRole.BASELINE, "実": ValueRole.ACTUAL, "見": ValueRole.FORECAST, "目": ValueRole.TARGET}
_HEADING = re.compile(r"^(?:[①-⑳●■◆◇□◎]|[(（]\d{1,2}[)）]|\d{1,2}(?:[.．、]|\s)\s*(?=[^\s\d])|【(?!資料)|#{1,6}\s|第\s?\d+\s?[章節])")
_WIDEST_HEADING = 80  # half-width columns
_LONGEST = 6  # lines of a footnote


@dataclass(frozen=True, slots=True)
class _Notes:
    """What is printed around one table."""

    footnotes: Mapping[str, str]
    years: Mapping[int, str]
    roles: Mapping[ValueRole, str]


def annotate(indicators: Sequence[Indicator], lines: Sequence[PrintedLine]) -> tuple[Indicator, ...]:
    """The indicators of a document with the notes that its lines print on them and the headings of their tables; their order is kept."""
    told: dict[int, Indicator] = {}
    for own, above, behind in _tables(indicators, lines):
        rows = {number for indicator in own for number in range(indicator.source.start_line, indicator.source.end_line + 1)}
        notes = _read_notes(above, [line for line in behind if line.number not in rows])
        headings = [(line.number, join_lines([line.text])) for line in (*above, *behind) if _is_heading(line)]
        numbers = [number for number, _ in headings]
        heading, after = None, 0
        for indicator in own:
            place = bisect_left(numbers, indicator.source.start_line)
            if place and numbers[place - 1] > after:
                heading = headings[place - 1][1]
            after = indicator.source.end_line
            told[id(indicator)] = replace(_with_notes(indicator, notes), heading=heading)
    return tuple(told[id(indicator)] for indicator in indicators)


def _is_heading(line: PrintedLine) -> bool:
    return bool(_HEADING.match(line.text)) and line.width <= _WIDEST_HEADING and not line.text.endswith(("。", "、"))


def _tables(
    indicators: Sequence[Indicator], lines: Sequence[PrintedLine]
) -> Iterator[tuple[list[Indicator], Sequence[PrintedLine], Sequence[PrintedLine]]]:
    """Indicators whose rows follow each other, the lines above them and the lines behind them."""
    ordered = sorted(indicators, key=lambda indicator: (indicator.source.start_line, indicator.source.end_line))
    position = {line.number: index for index, line in enumerate(lines)}

    def place(number: int) -> int:
        return position.get(number, 0)

    groups: list[list[Indicator]] = []
    for indicator in ordered:
        if groups and place(indicator.source.start_line) - place(groups[-1][-1].source.end_line) <= _APART:
            groups[-1].append(indicator)
        else:
            groups.append([indicator])
    ends = [max(place(indicator.source.end_line) for indicator in own) for own in groups]
    for number, own in enumerate(groups):
        first = place(own[0].source.start_line)
        above = max(first - _ABOVE, ends[number - 1] + 1 if number else 0)
        below = place(groups[number + 1][0].source.start_line) if number + 1 < len(groups) else len(lines)
        yield own, lines[above:first], lines[first : min(below, ends[number] + _BELOW)]


def _read_notes(above: Sequence[PrintedLine], behind: Sequence[PrintedLine]) -> _Notes:
    years: dict[int, str] = {}
    roles: dict[ValueRole, str] = {}
    for line in (*above, *behind):
        if (found := _AS_OF.match(line.text)) and _AS_OF_WORDS.search(found["what"]):
            year = parse_fiscal_year(found["year"])
            if year is not None:
                years.setdefault(year, join_lines([found["what"]]))
        if (found := _OF_ROLE.search(line.text)) and not _MARKS.match(line.text):
            roles.setdefault(_ROLES[found["role"][0]], join_lines([found["role"] + "は" + found["what"]]))
    bare = [(index, line) for index, line in enumerate(behind) if _BARE.match(line.text)]
    footnotes = dict(_footnotes(behind))
    if len(bare) == 1:  # ※ without a number: of several such lines it is not printed which one is meant
        index, line = bare[0]
        footnotes[""] = join_lines([_BARE.sub("", line.text), *_goes_on(behind[index : index + _LONGEST])])
    return _Notes(footnotes, years, roles)


def _footnotes(lines: Sequence[PrintedLine]) -> Iterator[tuple[str, str]]:
    """Each mark with its text, up to the next mark or the end of the paragraph; the first text of a mark counts."""
    seen: set[str] = set()
    for index, line in enumerate(lines):
        starts = list(_DEFINITION.finditer(line.text))
        if not starts or starts[0].start() > 0:
            continue  # a footnote begins its line; others may follow on it
        for start, following in zip(starts, [*starts[1:], None], strict=True):
            text = line.text[start.end() : following.start() if following else None]
            if following is None:
                text = join_lines([text, *_goes_on(lines[index : index + _LONGEST])])
            if start[1] not in seen:
                seen.add(start[1])
                yield start[1], join_lines([text])


def _goes_on(lines: Sequence[PrintedLine]) -> Iterator[str]:
    """The lines to which a footnote wraps."""
    for before, line in pairwise(lines):
        ends = before.ends_paragraph if before.ends_paragraph is not None else before.width < 60
        if ends or before.text.endswith("。") or _DEFINITION.match(line.text) or line.sheet != before.sheet:
            return
        yield line.text


def _with_notes(indicator: Indicator, notes: _Notes) -> Indicator:
    observations = tuple(_with_note(observation, notes) for observation in indicator.observations)
    return replace(indicator, observations=observations, note="。".join(_footnotes_of(indicator.source.quotation, notes)) or None)


def _footnotes_of(text: str, notes: _Notes) -> list[str]:
    marks = ["".join(found) for found in _MARKS.findall(text)]  # one of the groups holds the number, or none
    return [notes.footnotes[mark] for mark in marks if mark in notes.footnotes]


def _with_note(observation: Observation, notes: _Notes) -> Observation:
    role, year = observation.role, observation.fiscal_year
    footnotes = _footnotes_of(observation.quantity.text, notes)
    if role in (ValueRole.ACTUAL, ValueRole.BASELINE):
        own = next((text for text in footnotes if _YEAR_OF_FIGURE.match(text) and len(find_fiscal_years(text)) == 1), None)
        year = parse_fiscal_year(own) if own else year
    as_of = notes.years.get(observation.fiscal_year or 0) if role in (ValueRole.ACTUAL, ValueRole.FORECAST) else None
    if as_of and role is ValueRole.ACTUAL and _EXPECTED.match(as_of):
        role = ValueRole.FORECAST
    printed = [observation.note, *footnotes, as_of, notes.roles.get(observation.role)]
    note = "。".join(dict.fromkeys(text.rstrip("。") for text in printed if text))
    return replace(observation, role=role, fiscal_year=year, note=note or None)
