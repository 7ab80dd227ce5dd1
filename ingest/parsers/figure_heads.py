"""Heads of indicator tables: which columns hold baseline, actual, forecast or target, and of which fiscal year."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import Labels
from ingest.printed import PrintedLine
from ontology.fiscal_year import parse_fiscal_year
from ontology.model import ValueRole

YEAR = r"(?:令和|平成|R|H)(?:元|\d{1,2})年?度?末?|20\d\d年?度?末?"
_ROLES = {"baseline": ValueRole.BASELINE, "actual": ValueRole.ACTUAL, "forecast": ValueRole.FORECAST, "target": ValueRole.TARGET}


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures: what its cells are, and of which fiscal year (None where the head prints none)."""

    role: ValueRole
    fiscal_year: int | None


def read_figure_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> tuple[list[FigureColumn | None], int, str] | None:
    """The head that begins at ``index``: (columns, number of lines, separator); a column is None where it holds no figures.

    A head has at least two columns of figures, one of them a baseline or a target.
    """
    text = lines[index].raw.strip()
    for separator in ("\t", "|"):
        if text.count(separator) >= 2:
            cells = split_cells(text, separator)
            columns = [read_figure_column(cell, labels) for cell in cells]
            return (columns, 1, separator) if is_figure_head([column for column in columns if column]) else None
    tokens: list[tuple[str, str]] = []
    best: tuple[list[FigureColumn | None], int, str] | None = None
    for size in range(1, min(8, len(lines) - index) + 1):
        scanned = _scan(lines[index + size - 1].text, labels)
        if scanned is None:
            break
        tokens += scanned
        columns = _columns(tokens)
        if is_figure_head(columns):
            best = (list(columns), size, "")
    return best


def is_figure_head(columns: Sequence[FigureColumn]) -> bool:
    return len(columns) >= 2 and any(column.role in (ValueRole.BASELINE, ValueRole.TARGET) for column in columns)


def _scan(text: str, labels: Labels) -> list[tuple[str, str]] | None:
    """A head line as tokens (kind, text); None where it holds anything else."""
    compact = re.sub(r"\s+", "", text)
    roles = {word: role for role in _ROLES for word in labels.words("figure", role)}
    plain = {*labels.words("figure", "indicator"), *labels.words("head", "measure"), "単位", "項目", "備考", "名称", "年度"}
    words = sorted({*roles, *plain}, key=len, reverse=True)
    pattern = re.compile(rf"(?P<year>{YEAR})|(?P<word>{'|'.join(map(re.escape, words))})|[()（）/|・:：]")
    tokens: list[tuple[str, str]] = []
    position = 0
    while position < len(compact):
        match = pattern.match(compact, position)
        if match is None:
            return None
        if match["year"]:
            tokens.append(("year", match["year"]))
        elif match["word"]:
            tokens.append((roles.get(match["word"], ""), match["word"]))
        position = match.end()
    return tokens


def _columns(tokens: Sequence[tuple[str, str]]) -> list[FigureColumn]:
    """A role word belongs to the year behind it (目標値 R7), or where none follows to the year before it (令和７年度目標)."""
    tokens = [token for token in tokens if token[0]]
    columns: list[FigureColumn] = []
    pending: ValueRole | None = None
    for position, (kind, text) in enumerate(tokens):
        if kind == "year":
            columns.append(FigureColumn(pending or ValueRole.ACTUAL, parse_fiscal_year(text)))
            pending = None
        elif position + 1 < len(tokens) and tokens[position + 1][0] == "year" and not _closes_year(tokens, position, columns):
            pending = _ROLES[kind]
        elif columns and columns[-1].role is ValueRole.ACTUAL and columns[-1].fiscal_year is not None:
            columns[-1] = FigureColumn(_ROLES[kind], columns[-1].fiscal_year)
        else:
            columns.append(FigureColumn(_ROLES[kind], None))
    return columns


def _closes_year(tokens: Sequence[tuple[str, str]], position: int, columns: Sequence[FigureColumn]) -> bool:
    """「令和５年度実績 令和７年度目標」: where every year has its role behind it, a role does not wait for the next year."""
    kinds = [kind for kind, _ in tokens]
    return kinds[0] == "year" and kinds[-1] != "year" and kinds.count("year") == len(kinds) - kinds.count("year")


def read_figure_column(cell: str, labels: Labels) -> FigureColumn | None:
    tokens = _scan(cell, labels)
    columns = _columns(tokens) if tokens else []
    return columns[0] if len(columns) == 1 else None


def split_cells(text: str, separator: str) -> list[str]:
    if separator == "|":
        text = text.strip().removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in text.split(separator)]
