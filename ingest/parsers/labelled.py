"""Labels at the start of a line, and heads of year columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.departments import is_department_list
from ingest.labels import Labels
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year
from ontology.model import ActivityStatus

DECORATION = re.compile(r"^[\s【\[〔［<＜《≪■◆◇□●○◎▼▽*#|]+")
_LIST_ITEM = re.compile(r"^\s*[-*・･•─—–]\s*(?=[^\s:：]{1,10}\s*[:：])")
_NUMBERED = re.compile(r"^\s*(?:[(（]\d{1,2}[)）]|[①-⑳]|\d{1,2}[.．)）])\s*")  # (2) 担当課 …: forms count their labels
_COUNTED = re.compile(r"^\d{1,2} (?=\D)")  # 4 令和５年度の取組: only where nothing else stands on the line, and 1 現状 tells of no work
_AFTER = re.compile(r"^[】\]〕］>＞》≫]?\s*(?:[:：|]|\s|$)\s*|^[】\]〕］>＞》≫]\s*")
# Between a 担当 and its departments stand leaders and slashes as well; a whole line in parentheses may hold both: （担当：市民課）.
_OWNERS = ("department", "partner")
_ITEM_MARKS = frozenset("▼▽►▶▷⇒➢・･•‣○◯□◇")
_AFTER_OWNER = re.compile(r"\s*(?:/|…+|・{2,}|→|⇒|>)\s*")
_IN_PARENTHESES = re.compile(r"^[(（]([^()（）]{2,20}[:：/].*)[)）]$")
_WORD = re.compile(r"\w")
_BEFORE_LABEL = re.compile(r"(?<=\S)(?: {2,}(?=\S)| (?=[^\s:：]{2,8}[:：]))")
_FIELDS = ("department", "division", "partner", "goal", "description", "schedule", "other")
_YEAR = r"(?:令和|平成|R|H)?\s*(?:元|\d{1,4})\s*(?:[(（]\d{4}[)）])?\s*年度?(?:末)?"
# A year that must say so: by its era, or by four digits (令和６年度, R6, 2024).
DATED_YEAR = r"(?:(?:令和|平成|R|H)\s*(?:元|\d{1,2})|20\d\d)\s*年?\s*度?\s*末?"
_YEAR_PREFIX = re.compile(rf"^\s*(?:{_YEAR}|[RH]\s*(?:元|\d{{1,2}}))\s*(?:における|の)?\s*")
_YEAR_CELL = re.compile(
    r"(?!\s)(?:令和|平成|西暦)?\s*(?:元|\d{1,4})\s*(?:[(（](?:令和|平成)?\s*(?:元|\d{1,4})年?[)）])?\s*年度"
    r"|(?P<short>[RH]\s*(?:元|\d{1,2})(?:\s*年度)?|(?:前|昨|今|本|当|現|次|翌|来)年度)"  # a head only where it says what was done or is planned
)


_MOST_COLUMNS = 8
_REMARK = re.compile(r"[(（][^()（）]*[)）]")
_LONGEST_TAIL = 16
_UNDECIDED = ("", "取組", "取組内容", "主な取組", "内容")  # behind a year these say neither that it is done nor that it is planned


@dataclass(frozen=True, slots=True)
class Label:
    """A label: its role in ``labels.toml``, the word as listed, and what the line says behind it."""

    role: str
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class YearColumn:
    """The head of a column: its fiscal year, and whether it tells what was done or what is planned (None where not printed)."""

    fiscal_year: int | None
    status: ActivityStatus | None = None


def bare_text(text: str) -> str:
    """A line without the marks, brackets and counting numbers that stand before a label."""
    if text[:1].isalpha() and "*" not in text:
        return text  # no mark, no bracket, no number
    return DECORATION.sub("", _NUMBERED.sub("", _LIST_ITEM.sub("", text.replace("**", ""))))


def find_label(text: str, labels: Labels, *, roles: Sequence[str] | None = None) -> Label | None:
    """The label that ``text`` starts with. It must be followed by a blank, a colon, a closing bracket or the line end."""
    bare = bare_text(text)
    if match := _IN_PARENTHESES.match(bare):
        bare, roles = match[1], [role for role in _OWNERS if roles is None or role in roles]
    best: Label | None = None
    for role, words in _words_by_initial(labels, None if roles is None else tuple(roles)).get(bare[:1], ()):
        for word in words:
            if best is not None and len(word) <= len(best.word):
                break
            end = _match_spaced(bare, word)
            if end is not None and (after := _AFTER.match(bare[end:]) or (_AFTER_OWNER.match(bare[end:]) if role in _OWNERS else None)):
                best = Label(role, word, bare[end + after.end() :].rstrip(" |"))
            elif end is not None and role in _OWNERS and is_department_list(bare[end:], labels):
                best = Label(role, word, bare[end:])  # 「担当課市民課」: a dump may lose what kept a label from its cell
                break
    return best


@cache
def _words_by_initial(labels: Labels, roles: tuple[str, ...] | None) -> Mapping[str, Sequence[tuple[str, Sequence[str]]]]:
    """The label words of ``roles`` by their first character: (role, its words, longest first), roles in the order of ``labels.toml``."""
    found: dict[str, dict[str, list[str]]] = {}
    for role, words in labels.roles("block").items():
        for word in words if roles is None or role in roles else ():
            found.setdefault(word[0], {}).setdefault(role, []).append(word)
    return {initial: tuple(own.items()) for initial, own in found.items()}


def is_cut_out(text: str, label: Label, before: PrintedLine | None) -> bool:
    """Whether a label that fills its line is a piece of a wrapped sentence: 「…の／効果／的な」."""
    return text == label.word and before is not None and before.ends_paragraph is False


def is_item(text: str, label: Label) -> bool:
    """Whether a label only begins a bullet, 「・効果額：77百万円」, instead of heading some."""
    return bool(label.rest) and text[:1] in _ITEM_MARKS


def find_year_label(text: str, labels: Labels) -> tuple[Label, int | None] | None:
    """A status or plan label with or without its fiscal year before it: 令和６年度の取組状況, 今後の予定."""
    counted = _COUNTED.match(text)
    whole = DECORATION.sub("", text[counted.end() :] if counted else text)
    prefix = _YEAR_PREFIX.match(whole)
    bare = whole[prefix.end() :] if prefix else text if counted is None else whole
    label = find_label(bare, labels, roles=("status", "plan", *(("status_of_year", "plan_of_year") if prefix else ())))
    if label is None or (counted and (label.rest or (prefix is None and label.role == "status"))):
        return None
    return Label(label.role.removesuffix("_of_year"), label.word, label.rest), parse_fiscal_year(prefix[0]) if prefix else None


def find_label_inside(text: str, labels: Labels, role: str) -> tuple[str, Label] | None:
    """A label behind other text on its line (name, blank, 担当, blank, departments): (text before, label)."""
    for match in re.finditer(r"(?<=\S)\s+(?=\S)", text):
        label = find_label(text[match.end() :], labels, roles=(role,))
        if label is not None:
            return text[: match.start()], label
    return None


def split_labels(line: PrintedLine, labels: Labels) -> list[PrintedLine]:
    """A line on which a label stands behind other text and a wide blank, or has a colon (所管課 財政課     関係課 文化課), as one line a label."""
    if " " not in line.text or find_label(line.text, labels, roles=_FIELDS) is None:
        return [line]
    behind = [match.end() for match in _BEFORE_LABEL.finditer(line.text)]
    behind = [start for start in behind if _WORD.search(line.text[:start])]  # not behind the mark of a list item
    starts = [0, *(start for start in behind if find_label(line.text[start:], labels, roles=_FIELDS) is not None)]
    return [replace(line, text=line.text[start:end].strip()) for start, end in zip(starts, [*starts[1:], len(line.text)], strict=True)]


def read_year_columns(text: str, labels: Labels) -> tuple[YearColumn, ...]:
    """The columns of a head line of at least two years or labels and nothing else; empty where ``text`` is no such line.

    「令和６年度の取組状況 令和７年度の取組予定」 and 「取組状況（令和６年度） 取組予定（令和７年度）」 give (2024 Done, 2025 Planned);
    「平成２８年度 平成２９年度 …」 gives years without a status, 「前年度実績 今年度予定」 and 「取組状況 今後の予定」 a status without years.
    """
    cells = _cut_before_years(text) or [cell for cell in re.split(r"[\s|]+", text) if cell]
    if not 2 <= len(cells) <= _MOST_COLUMNS:
        return ()
    found = [column for cell in cells if (column := _read_year_column(cell, labels)) is not None]
    if len(found) < len(cells) or (all(column.fiscal_year is None for column in found) and len({column.status for column in found}) < 2):
        return ()
    return tuple(found)


def _read_year_column(cell: str, labels: Labels) -> YearColumn | None:
    """A year with or without what it tells; a label of what was done or is planned; None for anything else."""
    years = set(find_fiscal_years(cell))
    year = _YEAR_CELL.search(cell)
    if len(years) > 1 or (years and year is None):
        return None
    tail = cell[: year.start()] + cell[year.end() :] if year else cell
    tail = _REMARK.sub("", tail).strip() or tail  # 令和６年度実績（見込）
    tail = re.sub(r"[\s()（）]+", "", tail).removeprefix("の")
    status = _status_of(tail, labels, dated=year is not None)
    must_tell = year is None or year["short"] is not None
    return None if status is None and (must_tell or tail not in _UNDECIDED) else YearColumn(years.pop() if years else None, status)


def _status_of(tail: str, labels: Labels, *, dated: bool) -> ActivityStatus | None:
    """What the words of a head tell. Behind a year the last of them decides: 取組状況及び成果, 実施予定."""
    if tail in _UNDECIDED or len(tail) > _LONGEST_TAIL:
        return None
    done, planned = labels.words("block", "status"), labels.words("block", "plan")
    if dated:
        done, planned = (*done, *labels.words("block", "status_of_year")), (*planned, *labels.words("block", "plan_of_year"))
        return ActivityStatus.DONE if tail.endswith(done) else ActivityStatus.PLANNED if tail.endswith(planned) else None
    return ActivityStatus.DONE if tail in done else ActivityStatus.PLANNED if tail in planned else None


def _cut_before_years(text: str) -> list[str]:
    starts = [
        match.start()
        for match in _YEAR_CELL.finditer(text)
        if match.start() == 0 or text[match.start() - 1].isspace() or text[match.start() - 1] == "|"
    ]
    if len(starts) < 2 or text[: starts[0]].strip(" |"):
        return []
    return [text[start:end].strip(" |\t") for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]


def _match_spaced(text: str, word: str) -> int | None:
    """Where ``word`` ends in ``text`` when it is printed there with or without blanks between its characters."""
    if text.startswith(word):
        return len(word)
    position = 0
    for index, character in enumerate(word):
        while index and position < len(text) and text[position] == " ":
            position += 1
        if position >= len(text) or text[position] != character:
            return None
        position += 1
    return position
