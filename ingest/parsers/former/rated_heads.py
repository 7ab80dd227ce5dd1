"""Heads of progress tables, printed one cell a line: № | 施策名 | 事業量（目標値） | 令和3年度実績 | … | 令和5年度目標 | 掲載先施策名."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.labels import Labels, label_key
from ingest.parsers.former.rated_cells import Column
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year

FORMER_PLAN = re.compile(r"(?:第\d+期|第[一二三四五六七八九十]+期|前期|旧)[^、。()「」\s]{0,30}?計画")
_HEAD_LINES = 14
_LONGEST_YEAR = 10


@dataclass(frozen=True, slots=True)
class RatedHead:
    """``former`` is the plan that the head names, ``level`` the word of the measures, ``until`` the last year printed, ``end`` the index behind it.

    ``columns`` are those behind the name. Behind each column of 実績 stands one of ratings, which prints no head.
    """

    former: str | None
    level: str
    columns: tuple[Column, ...]
    until: int
    end: int

    @property
    def rated_years(self) -> tuple[int | None, ...]:
        return tuple(column.fiscal_year for column in self.columns if column.kind == "rating")

    @property
    def has_items(self) -> bool:
        return any(column.kind == "item" for column in self.columns)


def read_rated_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> RatedHead | None:
    """The head that begins with № at ``index``; None where none does, or where it prints no 実績 of a year."""
    if not re.match(r"^(?:№|No\.?|番号)", lines[index].text):
        return None
    head = lines[index : index + _HEAD_LINES]
    name = next((at for at, line in enumerate(head[:4]) if label_key(line.text) in labels.words("tables", "measure_name")), None)
    columns = tuple(_columns(head[name + 1 :], labels)) if name is not None else ()
    if name is None or not any(column.kind == "rating" for column in columns):
        return None
    former = FORMER_PLAN.search(label_key(lines[index].text))
    last = max(at for at, line in enumerate(head) if at == name or _is_head_word(line.text, labels))
    until = max(find_fiscal_years(" ".join(line.text for line in head[: last + 1])))
    return RatedHead(former[0] if former else None, label_key(head[name].text).removesuffix("名"), columns, until, index + last + 1)


def _columns(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[Column]:
    year: int | None = None
    has_items = False
    for line in lines:
        key = label_key(line.text)
        plain = re.sub(r"[()（）]", "", key)
        if year is not None and key in labels.words("figure", "actual"):
            yield Column("actual", year)
            yield Column("rating", year)
            year = None
        elif year is not None and key in labels.words("figure", "target"):
            yield Column("target", year)
            year = None
        elif len(line.text) <= _LONGEST_YEAR and parse_fiscal_year(line.text):
            year = parse_fiscal_year(line.text)
        elif key.endswith(labels.words("assessment", "successor")):
            yield Column("successor")
        elif key in labels.words("block", "schedule") and not has_items:
            has_items = True
            yield Column("item")
        elif has_items and plain in labels.words("figure", "target"):
            yield Column("total")


def _is_head_word(text: str, labels: Labels) -> bool:
    key = label_key(text)
    plain = re.sub(r"[()（）]", "", key)
    words = [word for role in ("measure_name", "goal") for word in labels.words("tables", role) if len(word) > 1]
    if parse_fiscal_year(text) and len(text) <= _LONGEST_YEAR:
        return True
    ends = key.endswith((*words, *labels.words("assessment", "successor")))
    return ends or any(plain in labels.words("figure", role) for role in ("actual", "target")) or key in labels.words("block", "schedule")
