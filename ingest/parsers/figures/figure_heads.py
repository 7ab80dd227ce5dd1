"""Heads of indicator tables in text: which columns hold baseline, actual, forecast or target, and of which fiscal year."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.labels import Labels, label_key
from ingest.parsers.figures.observations import find_unit, stacked_roles
from ingest.printed import PrintedLine, columns
from ontology.fiscal_year import fiscal_year_of
from ontology.model import ValueRole

_YEAR = r"(?:令和|平成|[RH])(?:元|\d{1,2})(?:\(20\d\d\)|\(20\d\d年度\))?年?度?(?:\(20\d\d(?:年度?)?\))?|20\d\d(?:\((?:令和|平成|[RH])\d{1,2}\))?年?度?(?:\((?:令和|平成|[RH])\d{1,2}(?:年度?)?\))?"
_MONTH = r"(?:[.年]|(?<=年))(?:1[0-2]|[1-9])(?:月(?:\d{1,2}日)?|(?=末|\)))"
_ROLES = {"baseline": ValueRole.BASELINE, "actual": ValueRole.ACTUAL, "forecast": ValueRole.FORECAST, "target": ValueRole.TARGET}
_OTHER_HEADS = ("単位", "項目", "備考", "名称", "年度", "区分")
_ROW_NUMBERS = ("№", "No.", "No", "番号", "指標番号")  # of the rows; 取組番号 is that of a measure
_BLANK_IN_YEAR = re.compile(r"(?:令和|平成|[RH])\s*(?:元|\d{1,2})\s*(?:年\s*度|年)|20\d\d\s*年\s*度?|年\s+度")
_AS_OF = re.compile(rf"\W*(?:{_YEAR})\s*(?:[:：]|は)")  # 「R6：令和6年12月現在」 speaks of a column and is none
_WIDE = re.compile(r"\s{2,}")
_APART = re.compile(r"\S+(?:\s\S+)*")
_LONGEST_HEAD = 8
_CAPTION = 3

Token = tuple[str, str]
"""(kind, text); the kinds are "year", the roles of [figure], "column" (role and year of one cell), "unit", "remark" and "" for other columns."""


@dataclass(frozen=True, slots=True)
class FigureColumn:
    """A column of figures: what its cells are, and of which fiscal year (None where the head prints none)."""

    role: ValueRole
    fiscal_year: int | None


@dataclass(frozen=True, slots=True)
class FigureHead:
    """A head of ``size`` lines. A column is None where its figures are computed from others (達成率) or it holds none.

    ``has_unit`` tells of a column 単位, ``has_remark`` of one of text at the end of the rows, ``has_numbers`` and ``has_measures`` of a first column that
    counts the rows or names their measures; ``unit`` is that of the caption (（単位：千円）). Where the columns are years and say nothing else,
    ``stacked`` are the roles of two rows of figures under one name, upper first, or ``has_kinds`` tells of a column 区分 with 目標 and 実績.
    ``places`` are the middles of the columns in half-width columns, where the head is one line that sets its columns apart by wide blanks.
    """

    columns: tuple[FigureColumn | None, ...]
    size: int
    has_unit: bool = False
    has_remark: bool = False
    unit: str | None = None
    stacked: tuple[ValueRole, ...] = ()
    has_kinds: bool = False
    has_numbers: bool = False
    has_measures: bool = False
    places: tuple[float, ...] = ()


def read_figure_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> FigureHead | None:
    """The head that begins at ``index``: at least two columns of figures, one of them a baseline or a target."""
    tokens: list[Token] = []
    best: FigureHead | None = None
    for size in range(1, min(_LONGEST_HEAD, len(lines) - index) + 1):
        scanned = scan_head(lines[index + size - 1].text, labels)
        if scanned is None:
            break
        tokens += scanned
        best = _read_tokens(tokens, lines, index, size, labels) or best
    # A group head over more years than there are groups does not print which year belongs to which.
    return None if _in_pairs(_telling(tokens)) == () else best


def _places(line: PrintedLine, size: int, labels: Labels) -> tuple[float, ...]:
    """The middles of the columns of figures; none where the head does not set all of them apart."""
    cells = [(middle, _columns(scan_head(text, labels) or [])) for middle, text in cells_apart(line)]
    places = tuple(middle for middle, found in cells if len(found) == 1)
    return places if len(places) == size and all(len(found) < 2 for _, found in cells) else ()


def cells_apart(line: PrintedLine) -> list[tuple[float, str]]:
    """The texts of a line between wide blanks, each with its middle in half-width columns."""
    return [(line.indent + columns(line.text[: match.start()]) + columns(match[0]) / 2, match[0]) for match in _APART.finditer(line.text)]


def _read_tokens(tokens: Sequence[Token], lines: Sequence[PrintedLine], index: int, size: int, labels: Labels) -> FigureHead | None:
    found = _columns(tokens)
    kinds = [kind for kind, _ in tokens]
    caption = " ".join(line.text for line in lines[max(0, index - _CAPTION) : index])
    head = FigureHead(tuple(found), size, has_unit="unit" in kinds, has_remark=kinds[-1:] == ["remark"], unit=find_unit(caption))
    first = tokens[0][1] if tokens else ""
    head = replace(head, has_numbers=first in _ROW_NUMBERS, has_measures=first.endswith("番号") and first not in _ROW_NUMBERS)
    if size == 1 and _WIDE.search(lines[index].text):
        head = replace(head, places=_places(lines[index], len(found), labels))
    if is_figure_head(found):
        return head
    # Years alone: a column 区分 or a legend may say what stands below them.
    words = {text for kind, text in tokens if kind == ""} - {"年度"}
    if len(found) < 2 or not words or any(kind not in ("year", "", "unit", "remark", "computed") for kind in kinds):
        return None
    below = " ".join(line.text for line in lines[index + size : index + size + 1])
    stacked = stacked_roles(caption) or stacked_roles(below)
    has_kinds = "区分" in words and len(words) > 1 and not stacked
    return replace(head, stacked=stacked, has_kinds=has_kinds) if stacked or has_kinds else None


def is_figure_head(columns: Sequence[FigureColumn | None]) -> bool:
    known = [column for column in columns if column]
    return len(known) >= 2 and any(column.role in (ValueRole.BASELINE, ValueRole.TARGET) for column in known)


def scan_head(text: str, labels: Labels) -> list[Token] | None:
    """A head line as tokens; None where it holds anything else. A year and a role without a blank between them are one column (R5実績, 目標値(R7))."""
    kinds, pattern = _vocabulary(labels)
    compact = "".join(text.split())
    if pattern.match(compact) is None or _AS_OF.match(text):  # nearly every line of a document
        return None
    tokens: list[Token] = []
    for chunk in _BLANK_IN_YEAR.sub(lambda match: re.sub(r"\s", "", match[0]), text).split():
        own = _tokens_of(chunk, pattern, kinds)
        if own is None:  # words spread with blanks (目 標 値): the blanks tell nothing then
            return _tokens_of(compact, pattern, kinds)
        tokens += _bind(own)
    return tokens


def _tokens_of(compact: str, pattern: re.Pattern[str], kinds: Mapping[str, str]) -> list[Token] | None:
    tokens: list[Token] = []
    position = 0
    while position < len(compact):
        match = pattern.match(compact, position)
        if match is None:
            return None
        if match["year"]:
            tokens.append(("year", match["year"] + (match["when"] or "")))
        elif match["word"]:
            tokens.append((kinds[match["word"]], match["word"]))
        position = match.end()
    return tokens


def _bind(own: Sequence[Token]) -> Sequence[Token]:
    roles = [kind for kind, _ in own if kind in _ROLES]
    years = [text for kind, text in own if kind == "year"]
    if len(roles) == len(years) == 1 and all(kind in _ROLES or kind == "year" or text == "年度" for kind, text in own):
        return [("column", f"{roles[0]} {years[0]}")]
    return own


@cache
def _vocabulary(labels: Labels) -> tuple[Mapping[str, str], re.Pattern[str]]:
    """The kind of each word of a head, and the pattern of one token; a longer word goes before a shorter one."""
    other = (*_OTHER_HEADS, *_ROW_NUMBERS, *labels.words("figure", "indicator"), *labels.words("head", "measure"))
    kinds = dict.fromkeys(other, "") | {"単位": "unit"}
    kinds |= dict.fromkeys(("備考", *labels.words("tables", "department")), "remark")
    kinds |= dict.fromkeys(labels.words("figure", "computed"), "computed")
    kinds |= {word: role for role in _ROLES for word in labels.words("figure", role)}
    words = "|".join(re.escape(word) for word in sorted(kinds, key=lambda word: (-len(word), word)))
    ignored = r"[()（）/|・:：]|時点|現在|末|※\d*"
    return kinds, re.compile(rf"(?P<year>{_YEAR})(?P<when>{_MONTH})?|(?P<word>{words})|{ignored}")


def _columns(tokens: Sequence[Token]) -> list[FigureColumn | None]:
    """A role word belongs to the year behind it (目標値 R7), or where none follows to the year before it (令和７年度目標).

    Before several years it goes on to hold for them (実績値 R4 R5), but a baseline is one. As many roles as years right behind each other are read
    in pairs (基準値 目標値 / R3 R7); of more years than roles it is not printed which belongs to which.
    """
    tokens = _telling(tokens)
    kinds = [kind for kind, _ in tokens]
    if (paired := _in_pairs(tokens)) is not None:
        return list(paired)
    closes = "year" in kinds and all(kind != "year" or (kinds[i + 1 : i + 2] and kinds[i + 1] in _ROLES) for i, kind in enumerate(kinds))
    closes = closes and kinds[0] == "year"
    columns: list[FigureColumn | None] = []
    pending: ValueRole | None = None
    for position, (kind, text) in enumerate(tokens):
        last = columns[-1] if columns else None
        if kind == "computed":
            columns.append(None)
        elif kind == "column":
            role, year = text.split()
            columns.append(FigureColumn(_ROLES[role], fiscal_year_of(year)))
            pending = None
        elif kind == "year":
            columns.append(FigureColumn(pending or ValueRole.ACTUAL, fiscal_year_of(text)))
            pending = None if pending is ValueRole.BASELINE else pending
        elif position + 1 < len(tokens) and kinds[position + 1] == "year" and not closes:
            pending = _ROLES[kind]
        elif last and last.role is ValueRole.ACTUAL and last.fiscal_year is not None and kinds[position - 1] == "year":
            columns[-1] = FigureColumn(_ROLES[kind], last.fiscal_year)
        else:
            columns.append(FigureColumn(_ROLES[kind], None))
    return columns


def _telling(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token[0] in _ROLES or token[0] in ("year", "computed", "column")]


def _in_pairs(tokens: Sequence[Token]) -> Sequence[FigureColumn] | None:
    """Two roles or more, then nothing but years; empty where their numbers differ."""
    first = next((position for position, (kind, _) in enumerate(tokens) if kind == "year"), 0)
    roles, years = tokens[:first], tokens[first:]
    if first < 2 or any(kind not in _ROLES for kind, _ in roles) or any(kind != "year" for kind, _ in years):
        return None
    if len(roles) != len(years):
        return ()
    return [FigureColumn(_ROLES[role], fiscal_year_of(year)) for (role, _), (_, year) in zip(roles, years, strict=True)]


def role_of_word(word: str, labels: Labels) -> ValueRole | None:
    """What 目標 or 実績 alone says of the figures beside it."""
    return next((role for kind, role in _ROLES.items() if label_key(word) in labels.words("figure", kind)), None)
