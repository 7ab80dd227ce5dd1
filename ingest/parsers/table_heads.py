"""Heads of ruled tables: what a column or a labelled cell holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.labels import Labels, label_key
from ingest.layout import Cell, Table
from ontology.fiscal_year import find_fiscal_years
from ontology.model import ValueRole

_FIGURE_ROLES = {"baseline": ValueRole.BASELINE, "actual": ValueRole.ACTUAL, "forecast": ValueRole.FORECAST, "target": ValueRole.TARGET}
_BLOCK_ROLES = ("status", "plan", "effect")
_HEAD_WITHIN = 4
_LONGEST_HEAD = 30
_UNIT = re.compile(r"\((?:単位:?)?([^()\d]{1,6})\)")
_YEAR_WORDS = re.compile(r"(?:令和|平成|[RH](?=\d))(?:元|\d{1,2})(?:\(\d{4}\))?年?度?末?|20\d\d(?:\((?:令和|平成|[RH])\d{1,2}\))?年?度?末?")


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds.

    ``role`` is a role of [tables], "indicator", "figure", "year" (a year and nothing else), or "status", "plan", "effect" of [block]. ``head`` is
    its head as compared, without the unit.
    """

    role: str
    head: str
    value_role: ValueRole | None = None
    fiscal_year: int | None = None
    unit: str | None = None

    @property
    def name(self) -> str:
        """The head without its year."""
        return _YEAR_WORDS.sub("", self.head)


def read_head(table: Table, labels: Labels) -> tuple[list[Column | None], int] | None:
    """The columns and the number of head rows; None where no row is a head of measures or indicators."""
    for index, row in enumerate(table.rows[:_HEAD_WITHIN]):
        count = 1 + _rows_below(table.rows, index)
        heads = [_join_head(table.rows[index : index + count], column) for column in range(len(row))]
        columns = [classify_head(head, labels) for head in heads]
        roles = Counter(column.role for column in columns if column)
        figures = [column for column in columns if column and column.value_role in (ValueRole.BASELINE, ValueRole.TARGET)]
        names_measures = roles["measure_name"] and (
            roles["department"] or roles["description"] or roles["number"] or roles["goal"] or roles["assessment"]
        )
        if names_measures or (roles["indicator"] and figures):
            return columns, index + count
    return None


def _rows_below(rows: Sequence[Sequence[Cell]], index: int) -> int:
    """How many rows below are part of the same head: those into which a head cell reaches down."""
    count = 0
    for row in rows[index + 1 : index + 3]:
        first = min(cell.first_line for cell in row if cell.text) if any(cell.text for cell in row) else 0
        if not any(not cell.text and cell.first_line < first for cell in row):
            break
        count += 1
    return count


def _join_head(rows: Sequence[Sequence[Cell]], column: int) -> str:
    """Head text of one column: its cells from top to bottom, a merged group head (財源内訳) before its parts."""
    texts: list[str] = []
    for row in rows:
        cell = row[column]
        if not cell.text:
            left = next((c for c in reversed(row[:column]) if c.text), None)
            cell = (
                left if left and left.first_line == cell.first_line and row is rows[0] and len(rows) > 1 and rows[1][column].text else cell
            )
        texts.append(label_key(cell.text))
    return "".join(texts)


def classify_head(head: str, labels: Labels) -> Column | None:
    """What a column is by its head (as compared), None where it is not known. The longest word that the head is, or ends with, decides."""
    if not head or len(head) > _LONGEST_HEAD:
        return None
    found = _UNIT.search(head)
    unit = found[1] if found else None
    bare = _UNIT.sub("", head)
    years = set(find_fiscal_years(bare))
    year = years.pop() if len(years) == 1 else None
    word = re.sub(r"[()・:/]|現在|時点", "", _YEAR_WORDS.sub("", bare))
    plain = re.sub(r"^(?:主な|具体的な|本|の)|の(?=内容|概要|名称|目的)", "", word) or word
    for name, value_role in _FIGURE_ROLES.items():
        if plain in labels.words("figure", name):
            return Column("figure", bare, value_role, year, unit)
    if not word or (year and word in labels.words("block", "schedule")):
        return Column("year", bare, None, year, unit) if year else None
    indicators = [w for w in labels.words("figure", "indicator") if w != "年度"]
    if word in indicators or (word.endswith(("指標", "指標名")) and len(word) <= 12):
        return Column("indicator", bare)
    roles = {**labels.roles("tables"), **{role: labels.words("block", role) for role in _BLOCK_ROLES}}
    candidates = [
        (w in (word, plain), len(w), role)
        for role, words in roles.items()
        for w in words
        if (w in (word, plain) or (len(w) >= 2 and plain.endswith(w))) and not (year and role == "measure_name")
    ]
    return Column(max(candidates)[2], bare, None, year, unit) if candidates else None


def level_word(columns: Sequence[Column | None]) -> str:
    """The printed word for the measures: 事業名 → 事業, 具体的な取組 → 取組."""
    head = next((column.head for column in columns if column and column.role == "measure_name"), "")
    word = re.sub(r"\(.*", "", head).removesuffix("名称").removesuffix("の").removesuffix("名")
    return next((level for level in ("事務事業", "事業", "取組", "施策", "項目") if word.endswith(level)), word or "事業")
