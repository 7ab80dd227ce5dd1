"""Department names: the cell of a 担当 label, and the departments in parentheses inside a bullet.

「・」 both separates departments and stands inside names (道路・橋りょう課), so a cell is cut only where both sides are whole names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.characters import join_lines
from ingest.labels import Labels
from ontology.model import Department, Source

_STRONG = re.compile(r"[、，,;／/\n\t]|\s+及び\s*|及び(?=[^び])")
_TRAILING = re.compile(r"(?:\s*等|\s*ほか|\s*他)$")
_OPEN, _CLOSE = "(（", ")）"
# What may follow the parentheses of an owner: the end of the text, line, sentence or entry, or parentheses about something else.
_OWNER_PLACE = re.compile(r"\s*(?:等\s*)?(?:[(（][^()（）]*[)）]\s*)*(?:$|[、，。\n])")


def split_cell(text: str, labels: Labels, source: Source | None = None) -> tuple[Department, ...]:
    """Every department that a 担当 cell prints, in order, each once. The cell may print words that end like no department."""
    found: dict[str, Department] = {}
    for piece in _split_outside_parentheses(text, _STRONG):
        for name in _split_dots(piece, labels):
            clean = _clean(name)
            if clean:
                found.setdefault(clean, Department(clean, is_collective(clean, labels), source))
    return tuple(found.values())


def is_department_list(text: str, labels: Labels) -> bool:
    """Whether ``text`` consists of whole department names only."""
    pieces = [piece for piece in _split_outside_parentheses(text, _STRONG) if piece.strip()]
    return bool(pieces) and all(all(ends_like_department(_clean(n), labels) for n in _split_dots(p, labels)) for p in pieces)


def ends_like_department(name: str, labels: Labels) -> bool:
    """Whether ``name`` ends as departments do and is not a known other word."""
    bare = re.sub(r"[(（][^()（）]*[)）]+$", "", name).strip()
    if len(bare) < 2 or len(bare) > 40 or bare.endswith(labels.words("department", "never")) or re.search(r"[。:：「」『』=＝\d%]", bare):
        return False
    return any(bare.endswith(ending) and (len(bare) > len(ending) or len(ending) > 2) for ending in labels.words("department", "endings"))


def is_collective(name: str, labels: Labels) -> bool:
    """Whether ``name`` stands for a group of departments (各課, 手続所管課) instead of one unit."""
    return any(re.search(pattern, name) for pattern in labels.words("department", "collective"))


def find_owners(text: str, labels: Labels, source: Source | None = None) -> tuple[Department, ...]:
    """Departments that a bullet or heading names as its owners.

    They stand in parentheses at its end, after its full stop, or after an entry of an enumeration; parentheses that hold anything
    else (dates, products, places) and departments inside the sentence are no owners.
    """
    found: dict[str, Department] = {}
    for inside, after in _parentheses(text):
        if _OWNER_PLACE.match(after):
            for name in _names_in(inside, labels):
                found.setdefault(name, Department(name, is_collective(name, labels), source))
    return tuple(found.values())


def _names_in(inside: str, labels: Labels) -> list[str]:
    """The departments of one pair of parentheses; empty where it holds something else."""
    inside = re.sub(r"^[(（]+|[(（]再掲[)）]|再掲$", "", inside).strip()
    names: list[str] = []
    for piece in _split_outside_parentheses(inside, _STRONG):
        parts = _split_dots(piece, labels)
        owners = [re.sub(r"[(（].*$", "", _clean(part)).strip() for part in parts if ends_like_department(_clean(part), labels)]
        # 「国保年金課・国民健康保険料」 is a department and its fee: the first part decides.
        if not owners or not ends_like_department(_clean(parts[0]), labels):
            return []
        names += owners
    return names


def read_department_lines(texts: Sequence[str], labels: Labels) -> tuple[str, int]:
    """The cell that begins in ``texts[0]`` and wraps over the next lines: (cell, number of lines it takes).

    The longest run of lines that joins to nothing but department names is the cell; the first line belongs to it in any case
    unless it is empty.
    """
    best = 1 if texts and texts[0].strip() else 0
    for count in range(1, len(texts) + 1):
        joined = join_lines([text for text in texts[:count] if text.strip()])
        if joined and is_department_list(joined, labels):
            best = count
    return join_lines([text for text in texts[:best] if text.strip()]), best


def _clean(name: str) -> str:
    name = re.sub(r"\s+", "", name)
    name = _TRAILING.sub("", name)
    return name.strip("・、，,:： 　")


def _split_dots(piece: str, labels: Labels) -> list[str]:
    """Cut at 「・」 only where what stands before it is a whole name; what is left over belongs to the name that follows."""
    names: list[str] = []
    pending = ""
    for part in _split_outside_parentheses(piece, re.compile(r"[・･]")):
        pending = f"{pending}・{part}" if pending else part
        if ends_like_department(_clean(pending), labels):
            names.append(pending)
            pending = ""
    if pending.strip():
        names.append(pending)
    return names


def _split_outside_parentheses(text: str, separator: re.Pattern[str]) -> list[str]:
    depth, start, pieces, position = 0, 0, [], 0
    while position < len(text):
        character = text[position]
        if character in _OPEN:
            depth += 1
        elif character in _CLOSE:
            depth = max(0, depth - 1)
        elif depth == 0 and (match := separator.match(text, position)) and match.end() > position:
            pieces.append(text[start:position])
            start = position = match.end()
            continue
        position += 1
    pieces.append(text[start:])
    return pieces


def _parentheses(text: str) -> Iterator[tuple[str, str]]:
    """Each outermost pair: (what it holds, what follows). A bracket that is never closed or opened twice still ends at the last one."""
    depth, start = 0, 0
    for position, character in enumerate(text):
        if character in _OPEN:
            if depth == 0:
                start = position + 1
            depth += 1
        elif character in _CLOSE and depth:
            depth -= 1
            following = text[position + 1 :]
            # 「（（健康推進課（本所保健センター））」 is opened once too often: its end counts as closed.
            if depth == 0 or (not following.strip(_CLOSE + " ") and text[start:position].strip()):
                yield text[start : position + 1 - (depth == 0)].rstrip(_CLOSE) if depth else text[start:position], following.lstrip(_CLOSE)
                depth = 0
