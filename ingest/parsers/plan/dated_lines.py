"""Schedules that need no geometry: years line by line (令和６年度 検討 ／ 令和７年度 導入), and tables whose separated rows have a label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.characters import normalise
from ingest.parsers.labelled import DATED_YEAR, DECORATION, YearColumn
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year

_OPENS = re.compile(rf"^(?P<year>{DATED_YEAR})\s*(?:[(（][^()（）]{{1,8}}[)）])?\s*(?:[:：|】\]〕]|\s|$)\s*(?P<rest>.*)$")

_TERM = re.compile(r"^(?:短期|中期|長期)\s*[(（](?P<years>[^()（）]+)[)）]\s*[:：]\s*(?P<rest>\S.*)$")
_SPAN = re.compile(r"[〜~～\-－–]|から|まで|以降")
_WITH_COLON = re.compile(rf"(?<![^\s|、,/]){DATED_YEAR}\s*[:：]")
_AFTER_COMMA = re.compile(rf"(?:^|(?<=、)|(?<=,))\s*(?={DATED_YEAR}\s+\S)")
_YEAR_CELL = re.compile(rf"{DATED_YEAR}(?:\s*[(（][^()（）]{{1,8}}[)）])?")
_OPEN_ENDS = ("以降", "以前", "から", "まで", "頃", "末", "中")
_RULE = re.compile(r":?-{2,}:?")

Printed = list[tuple[str, PrintedLine]]


def split_at_years(printed: Sequence[tuple[str, PrintedLine]]) -> list[tuple[int | None, PrintedLine | None, Printed]]:
    """Texts cut where a line begins with a fiscal year: (year, line of the year, texts below it); the first part may have no year.

    A term (短期（令和６年度）：…) is a year where it is one; a span of years stays in its text. Fewer than two
    such lines are no schedule, unless one is all there is: then all is one part without a year.
    """
    parts: list[tuple[int | None, PrintedLine | None, Printed]] = [(None, None, [])]
    between_pages = False  # behind the number of a page, before the next year
    for text, line in _cut_at_years(printed):
        match = _OPENS.match(DECORATION.sub("", text))
        year = parse_fiscal_year(match["year"]) if match else None
        if term := _TERM.match(text):
            between_pages = False
            years = find_fiscal_years(term["years"])
            is_one = len(years) == 1 and not _SPAN.search(term["years"])
            parts.append((years[0], line, [(term["rest"], line)]) if is_one else (None, line, [(text, line)]))
        elif text.isdecimal() and line.gap and parts[-1][2]:
            between_pages = True
        elif year is None:
            parts[-1][2].extend([] if between_pages else [(text, line)])
        else:
            between_pages = False
            parts.append((year, line, [(match["rest"], line)] if match and match["rest"] else []))
    is_whole = len(parts) == 2 and not parts[0][2] and len(printed) == 1 and _tells_one_year(printed[0][0])
    return parts if len(parts) > 2 or is_whole else [(None, None, list(printed))]


def _tells_one_year(text: str) -> bool:
    """Whether a line is one year with a word of what is done in it (令和７年度 工事), and no span of years."""
    match = _OPENS.match(DECORATION.sub("", text))
    return bool(match and match["rest"][:1].isalpha() and len(find_fiscal_years(text)) == 1 and not match["rest"].startswith(_OPEN_ENDS))


def _cut_at_years(printed: Sequence[tuple[str, PrintedLine]]) -> Iterator[tuple[str, PrintedLine]]:
    """Several years on one line, each with its text: R6：調査 R7：試行."""
    for text, line in printed:
        starts = [match.start() for match in _WITH_COLON.finditer(text)] or [match.start() for match in _AFTER_COMMA.finditer(text)]
        if len(starts) < 2 or text[: starts[0]].strip():
            yield text, line
        else:
            yield from ((text[start:end].strip(" 、,"), line) for start, end in zip(starts, [*starts[1:], len(text)], strict=True))


def read_year_head(line: PrintedLine) -> tuple[YearColumn, ...]:
    """The years of a head row with a cell before them (| 取組 | R7 | R8 | R9 |); empty where a line is none."""
    separator = _separator(line)
    cells = _cells(line, separator) if separator else []
    years = [parse_fiscal_year(cell) if _YEAR_CELL.fullmatch(cell) else None for cell in cells[1:]]
    if len(years) < 2 or None in years or not cells[0]:
        return ()
    return tuple(YearColumn(year) for year in years)


def read_year_rows(
    lines: Sequence[PrintedLine], columns: Sequence[YearColumn]
) -> list[tuple[PrintedLine, str, list[tuple[YearColumn, str]]]]:
    """The rows below such a head: (line, label, cells with their years). An empty cell is none; the first line of another form ends the table."""
    rows = []
    for line in lines:
        separator = _separator(line)
        cells = _cells(line, separator) if separator else []
        if len(cells) != len(columns) + 1:
            break
        if all(_RULE.fullmatch(cell) for cell in cells if cell):
            rows.append((line, "", []))
            continue
        rows.append((line, cells[0], [(column, cell) for column, cell in zip(columns, cells[1:], strict=True) if cell]))
    return rows


def _separator(line: PrintedLine) -> str:
    return next((separator for separator in "|\t" if separator in line.raw.strip()), "")


def _cells(line: PrintedLine, separator: str) -> list[str]:
    text = line.raw.strip("\r\n ")
    return [normalise(cell).strip() for cell in (text.strip("|") if separator == "|" else text).split(separator)]
