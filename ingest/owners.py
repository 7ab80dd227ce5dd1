"""Owners that a bullet or heading names: departments in parentheses at its end, behind an entry of a list, before its text, or behind a label.

Parentheses hold many other things (dates, fees, places, products, audiences) and sentences mention departments that own nothing, so a name
counts only where an owner stands and where the parentheses hold nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from ingest.departments import (
    SEPARATOR,
    clean_name,
    ends_like_department,
    is_collective,
    is_department_list,
    is_subject,
    split_names,
    split_outside_parentheses,
    without_site,
)
from ingest.labels import Labels
from ontology.model import Department, Source

_OPEN, _CLOSE = "(（", ")）"
# What may follow the parentheses of an owner: the end of the text, line, sentence or entry, a footnote mark, or parentheses about something else.
_OWNER_PLACE = re.compile(r"\s*(?:等\s*)?(?:[※＊*]\s*\d*\s*)?(?:[(（][^()（）]*[)）]\s*)*(?:$|[、，。；;・／/\n])")
_BRACKETED = r"[\[〔〈<【]([^\[\]〔〕〈〉<>【】()（）]{2,60})[\]〕〉>】]"
_OTHER_BRACKETS = re.compile(rf"(?<=.){_BRACKETED}(?=\s*(?:$|[、，。；;・／/\n(（※]|等))|^{_BRACKETED}(?=.)")
_MENTIONED = re.compile(r"(?:課|係)\s*$")
_NAMED_FIRST = re.compile(r"(?:(?<=[。、\n])|^)[^:：。、\n]{2,30}(?=[:：]\s*[^\s:：])")


@dataclass(frozen=True, slots=True)
class _Parentheses:
    before: str
    inside: str
    after: str


def find_owners(text: str, labels: Labels, source: Source | None = None) -> tuple[Department, ...]:
    """Departments that ``text`` names as its owners, in order of print, each once."""
    text = _OTHER_BRACKETS.sub(lambda match: _round(match, labels), text)
    found: dict[str, None] = {}
    for own in _parentheses(text):
        if own.before.strip() and _OWNER_PLACE.match(own.after):
            if not (_MENTIONED.search(own.before) and own.after.strip()):
                found.update(dict.fromkeys(_names_in(own.inside, labels, behind_sentence=own.before.rstrip().endswith("。"))))
        elif not own.before.strip():
            found.update(dict.fromkeys(name for name in _names_in(own.inside, labels) if not own.after or not is_subject(name, labels)))
    names = list(found) or list(dict.fromkeys(_names_behind_label(text, labels) or _names_first(text, labels)))
    return tuple(Department(name, is_collective(name, labels), source) for name in names)


def _round(match: re.Match[str], labels: Labels) -> str:
    """Other brackets are parentheses where they hold departments."""
    inside = match[1] or match[2]
    return f"({inside})" if is_department_list(_without_label(inside, labels), labels) else match[0]


def _names_in(inside: str, labels: Labels, *, behind_sentence: bool = False) -> list[str]:
    """The departments of one pair of parentheses; empty where it holds something else. Behind a full stop a unit counts also beside others."""
    inside = re.sub(r"^[(（]+|[(（]再掲[)）]|再掲$", "", _without_label(inside.strip(), labels)).strip()
    names: list[str] = []
    others = False
    for piece in split_outside_parentheses(inside, SEPARATOR):
        parts = split_names(piece, labels)
        owners = [own for part in parts if ends_like_department(clean_name(part), labels) and (own := _without_site(clean_name(part)))]
        # 「国保年金課・国民健康保険料」 is a department and its fee: the first part decides. 「国保年金課と協力して」 is a sentence.
        alone = len(owners) == len(parts) or not re.search(r"[課室係部局署所]と", piece)
        if alone and owners and ends_like_department(clean_name(parts[0]), labels):
            names += owners
        elif not behind_sentence:
            return []
        else:
            others = True
    return [name for name in names if not (others and is_subject(name, labels))]


def _without_site(name: str) -> str:
    """The department of 健康推進課（本所保健センター）, also where its parentheses are never closed; empty where none stands before them."""
    name = without_site(name)
    return (
        name
        if name.count("(") + name.count("（") == name.count(")") + name.count("）") and name[0] not in _OPEN
        else re.split(r"[()（）]", name)[0]
    )


def _without_label(inside: str, labels: Labels) -> str:
    """「担当:税務課」 and 「所管課 税務課」 without the label."""
    return _label(labels.words("block", "department")).sub("", inside, count=1)


@cache
def _label(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"^(?:{'|'.join(map(re.escape, words))})\s*[:：\s]\s*")


def _names_behind_label(text: str, labels: Labels) -> list[str]:
    """「…した。担当：税務課」."""
    last = re.split(r"[。\n]\s*(?=\S)", text)[-1]
    cell = _without_label(last.strip(), labels)
    return _names_in(cell, labels) if cell != last.strip() else []


def _names_first(text: str, labels: Labels) -> list[str]:
    """「税務課：…」, also entry by entry (税務課：3件、収納課：5件). A facility before a colon is a place."""
    first = [match[0] for match in _NAMED_FIRST.finditer(text)]
    if not first or not text.startswith(first[0]) or not is_department_list(first[0], labels):
        return []
    names = [name for own in first if is_department_list(own, labels) for name in _names_in(own, labels)]
    return [] if any(is_subject(name, labels) for name in names) else names


def _parentheses(text: str) -> Iterator[_Parentheses]:
    """Each outermost pair. A bracket that is opened twice or never closed ends with the text, one that is never opened begins with its sentence."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            if depth == 0:
                start = position + 1
            depth += 1
        elif character in _CLOSE:
            following = text[position + 1 :]
            if depth == 0 and not following.strip(_CLOSE + " "):
                begins = max(text.rfind("。", 0, position), text.rfind("\n", 0, position)) + 1
                if begins and begins > start:
                    yield _Parentheses(text[:begins], text[begins:position], "")
            if depth == 0:
                continue
            depth -= 1
            # 「（（健康推進課（本所保健センター））」 is opened once too often: its end counts as closed.
            if depth == 0 or (not following.strip(_CLOSE + " ") and len(following.replace(" ", "")) < depth):
                inside = text[start:position] if depth == 0 else text[start : position + 1].rstrip(_CLOSE)
                yield _Parentheses(text[: start - 1], inside, following.lstrip(_CLOSE))
                depth = 0
    if depth and "。" not in text[start:]:
        yield _Parentheses(text[: start - 1], text[start:], "")
