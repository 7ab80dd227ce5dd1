"""Figures that stand inside the block of a measure line by line, without a table.

指標：… names the indicator; 現状値（令和４年度） 18件, 令和６年度実績 27.3%, R4 15件 R5 17件 give its cells. A value may stand on the line below its
label. What is no such line is left to the readers of tables and prose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.characters import join_lines
from ingest.labels import Labels
from ingest.parsers.figures.figure_heads import read_figure_head
from ingest.parsers.figures.observations import common_unit
from ingest.parsers.labelled import DATED_YEAR, bare_text
from ingest.printed import PrintedLine
from ingest.quantity import parse_quantity
from ontology.fiscal_year import parse_fiscal_year
from ontology.model import Indicator, Observation, Quantity, Source, ValueRole

_ROLES = {"baseline": ValueRole.BASELINE, "actual": ValueRole.ACTUAL, "forecast": ValueRole.FORECAST, "target": ValueRole.TARGET}
_LONGEST_NAME = 40
_LONGEST_VALUE = 30
_ARROW = re.compile(r"\s*(?:→|⇒|➡|▶|(?<=[)）])\s*/)\s*")
_DATED = re.compile(rf"^(?P<value>.*?)\s*[(（]\s*(?P<year>{DATED_YEAR})\s*[)）]$")
_YEAR_FIRST = re.compile(rf"^(?P<name>(?:.*\s)?)(?P<year>{DATED_YEAR})\s*[:：]\s*(?P<value>\S+)$")  # 令和５年度：24件
_AFTER_NAME = re.compile(r"^\s*(?:[:：|]\s*|[】\]〕]\s*|\s+|$)")
_WORDED = re.compile(r"^(?:増加|減少|維持|現状維持|向上|拡大|縮小|完了|実施|導入|増|減|皆増|皆減)$")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A cell: its role and year, and the value as far as its own line has it."""

    role: ValueRole
    fiscal_year: int | None
    value: str


@dataclass(slots=True)
class _Open:
    """An indicator that is being read."""

    names: list[tuple[str, PrintedLine]]
    cells: list[tuple[_Entry, PrintedLine, PrintedLine]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class BlockFigures:
    """The indicators of a block (``measure`` is not set), and the lines that were understood."""

    indicators: tuple[Indicator, ...]
    used_lines: frozenset[int]


def begins_figures(line: PrintedLine, labels: Labels) -> bool:
    """Whether a line names an indicator, or has the label alone that stands before its name."""
    return _indicator_name(line.text, labels) is not None and read_figure_head([line], 0, labels) is None


def is_named_change(text: str, labels: Labels) -> bool:
    """Whether a line names an indicator and gives it from its baseline to its target; below 目標 that needs no label."""
    change = _change(text, labels)
    return change is not None and bool(change[0])


def is_figure(text: str, labels: Labels) -> bool:
    """Whether a line is a cell of an indicator, or the label of one."""
    return bool(_entries(text, labels))


def read_block_figures(lines: Sequence[PrintedLine], labels: Labels) -> BlockFigures:
    """The indicators that ``lines`` give one below the other. Raises nothing; a line that fits nothing ends the figures."""
    indicators: list[Indicator] = []
    used: set[int] = set()
    current: _Open | None = None
    index = 0
    while index < len(lines):
        line = lines[index]
        if read_figure_head(lines, index, labels) is not None:
            break  # a table follows: its own reader knows its rows
        entries = _entries(line.text, labels)
        text = _indicator_name(line.text, labels)
        if (change := _change(text or line.text, labels)) and (current is not None or text or change[0]):
            indicators += _closed(current, used)
            name, values = change
            current = _Open([(name, line)] if name or current is None else current.names, [(entry, line, line) for entry in values])
            index += 1
            continue
        name = None if entries else _indicator_name(line.text, labels)
        if name is not None:
            indicators += _closed(current, used)
            current = _Open([(name, line)] if name else [])
            used.add(line.number)
        elif entries and current is not None and current.names:
            index += _take_entries(entries, lines, index, current, labels)
        elif (
            current is not None
            and not current.cells
            and len(join_lines([*(text for text, _ in current.names), line.text])) <= _LONGEST_NAME
        ):
            current.names.append((line.text, line))
        else:
            break
        index += 1
    indicators += _closed(current, used)
    return BlockFigures(tuple(indicators), frozenset(used))


def read_nameless_row(head_line: PrintedLine, lines: Sequence[PrintedLine], name: str, labels: Labels) -> BlockFigures:
    """A head of figures with one row below it that prints no name: the figures are the measure's, and bear its ``name``."""
    head = read_figure_head([head_line], 0, labels)
    words = lines[0].text.split() if lines else []
    if head is None or head.stacked or head.has_kinds or len(words) != len(head.columns) or not all(_is_value(w, labels) for w in words):
        return BlockFigures((), frozenset())
    row = lines[0]
    cells = [(_Entry(c.role, c.fiscal_year, word), row, row) for c, word in zip(head.columns, words, strict=True) if c is not None]
    used = {head_line.number}
    return BlockFigures(tuple(_closed(_Open([(name, row)], cells), used)), frozenset(used))


def _take_entries(entries: Sequence[_Entry], lines: Sequence[PrintedLine], index: int, current: _Open, labels: Labels) -> int:
    """Add the cells of a line; a label without a value takes the next line for it. Returns how many more lines were taken."""
    line = lines[index]
    following = lines[index + 1] if index + 1 < len(lines) else None
    if len(entries) == 1 and not entries[0].value and following is not None and _is_value(following.text, labels):
        current.cells.append((_Entry(entries[0].role, entries[0].fiscal_year, following.text), line, following))
        return 1
    current.cells += [(entry, line, line) for entry in entries if entry.value]
    return 0


def _closed(current: _Open | None, used: set[int]) -> list[Indicator]:
    if current is None or not current.names or not current.cells:
        return []
    name = join_lines([text for text, _ in current.names])
    observations = tuple(
        Observation(parse_quantity(entry.value), entry.role, Source(first.number, last.number, first.page, entry.value), entry.fiscal_year)
        for entry, first, last in current.cells
    )
    lines = [line for _, line in current.names] + [line for _, first, last in current.cells for line in (first, last)]
    used.update(line.number for line in lines)
    source = Source(min(line.number for line in lines), max(line.number for line in lines), lines[0].page, name)
    return [Indicator(name, source, observations, common_unit(observations))]


def _indicator_name(text: str, labels: Labels) -> str | None:
    """What stands behind the label of an indicator (it may be empty); None where the line begins with no such label."""
    bare = bare_text(text)
    for word in labels.words("figure", "indicator"):
        if word != "年度" and bare.startswith(word) and (after := _AFTER_NAME.match(bare[len(word) :])):
            name = bare[len(word) + after.end() :].strip(" |")
            return name if len(name) <= _LONGEST_NAME and not name.endswith("。") else None
    return None


def _entries(text: str, labels: Labels) -> list[_Entry]:
    """The cells of a line that consists of nothing else: each is a role with its year, in either order, and a value."""
    bare = bare_text(text)
    words = "|".join(re.escape(word) for role in _ROLES for word in labels.words("figure", role))
    pattern = re.compile(
        rf"(?:(?P<before>{DATED_YEAR})\s*の?(?P<after_year>{words})?|(?P<role>{words})\s*(?:[(（]\s*(?P<inside>{DATED_YEAR})\s*[)）])?)"
        r"\s*(?:[:：|]|\s|$|[】\]〕])\s*"
    )
    matches = [match for match in pattern.finditer(bare) if match.start() == 0 or bare[match.start() - 1] in " 　、,|"]
    if not matches or matches[0].start():
        return []
    entries = []
    for match, end in zip(matches, [*(match.start() for match in matches[1:]), len(bare)], strict=True):
        value = bare[match.end() : end].strip(" 　、,|→⇒")
        role = _role_of(match["after_year"] or match["role"], labels)
        if value and not _is_value(value, labels):
            return []
        if role is None and not value:
            return []
        dated = _DATED.match(value)  # 現況値：1,820人（R5）
        year = match["before"] or match["inside"] or (dated["year"] if dated else "")
        entries.append(_Entry(role or ValueRole.ACTUAL, parse_fiscal_year(year), value))
    return entries if len(entries) == 1 or all(entry.value for entry in entries) else []


def _change(text: str, labels: Labels) -> tuple[str, list[_Entry]] | None:
    """「予約した人の割合 0%（R5）→ 40%（R8）」, 「割合 令和５年度：0% → 令和８年度：40%」: the name before the figures, and the figures from the baseline to the target."""
    parts = _ARROW.split(text)
    if len(parts) < 2:
        return None
    matches = [_DATED.match(_YEAR_FIRST.sub(r"\g<name>\g<value>（\g<year>）", part)) for part in parts]
    if not all(matches):
        return None
    name, first = _split_name(matches[0]["value"])  # type: ignore[index]
    values = [first, *(match["value"].strip() for match in matches[1:] if match)]
    if not all(_is_value(value, labels) for value in values):
        return None
    roles = [ValueRole.BASELINE, *[ValueRole.ACTUAL] * (len(values) - 2), ValueRole.TARGET]
    years = [parse_fiscal_year(match["year"]) for match in matches if match]
    return name, [_Entry(role, year, value) for role, year, value in zip(roles, years, values, strict=True)]


def _split_name(text: str) -> tuple[str, str]:
    """The name before a figure, and the figure."""
    name, _, value = text.strip().rpartition(" ")
    return name.strip(" :：・"), value


def _role_of(word: str | None, labels: Labels) -> ValueRole | None:
    return next((role for name, role in _ROLES.items() if word in labels.words("figure", name)), None)


def _is_value(text: str, labels: Labels) -> bool:
    """Whether a text is an amount, a word for its absence, or a target in one word."""
    quantity: Quantity = parse_quantity(text)
    bare = text.strip()
    return len(bare) <= _LONGEST_VALUE and (
        quantity.value is not None or bare in labels.words("figure", "absent") or bool(_WORDED.match(bare)) or _has_amount(bare)
    )


def _has_amount(text: str) -> bool:
    """Whether a text is made of amounts but is not one number (１億２,300万円, 5か所→8か所)."""
    return bool(
        re.fullmatch(r"(?:約|延べ|のべ)?(?:\d[\d,.]*\s*[^\d\s。、:：]{0,6}\s*[→⇒〜/・]?\s*){1,3}(?:以上|以下|以内|程度|未満)?", text)
    )
