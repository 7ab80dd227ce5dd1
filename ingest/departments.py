"""Department names, and the cell of a 担当 label that holds several.

「・」, 「と」 and blanks separate departments and also stand inside names (道路・橋りょう課, 子どもと家庭課, 情 報 課), so a cell is cut there only where
what stands before is a whole name. Owners that a text names in parentheses are read in ``owners``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache

from ingest.labels import Labels
from ontology.model import Department, Source

SEPARATOR = re.compile(r"[、，,;；／/\n\t]|\s*(?:及び|並びに|または|又は)\s*|(?:ほか|等)\s*(?=関係|各)")
_DOT = re.compile(r"[・･&＆+＋]|と|\s+")
_TRAILING = re.compile(r"\s*(?:(?:等|など|ほか|他)\s*(?:の?(?:\d+|数)\s*(?:課室?|室|部署|部局|所属))?|外\s*\d+\s*(?:課室?|室|部署|所属))$")
_LEADING = re.compile(r"^(?:[◎○●◯※★☆■□◆◇*＊]|【[^】]*】|\[[^\]]*\])+(?=\w)")
_ENCLOSED = re.compile(r"[(（\[【]([^()（）\[\]【】]+)[)）\]】]")
_NUMBERED_UNIT = re.compile(r"(?P<name>.{2,}?)第?\d{1,2}(?=(?:課|係|室|班|担当|グループ|チーム)$)")
_COUNT = re.compile(r"(?:ほか|その他|など|関係|対象|合計|以上|以下|庁内|全庁|[市区町村]内|[計全約各の])$")
# What no name holds: marks of sentences, 旧 (what a unit was called), and は or を (担当は税務課).
_NO_NAME = re.compile(r"[。:：「」『』=＝\d%※]|を|^旧|(?<=[一-龠々ァ-ヶーくにで])は(?=[一-龠々])")
# What a cell prints beside a name: its telephone, its part in the work, what it was called.
_ASIDE = re.compile(
    r"\s*[(（](?:主|副|正|主管|主担当|副担当|主務|統括|幹事|事務局|旧[^()（）]*)[)）]"
    r"|\s*[(（]?\s*(?:電話|内線|直通|TEL|Tel|FAX|☎)(?:番号)?\s*[:：.]?\s*\d[\d\-()（）]*(?:[・、]\d[\d\-]*)*[)）]?"
)
_PRINTED_AGAIN = re.compile(r"\s*[(（]再掲\s*[:：]\s*(?P<name>[^()（）]+)[)）]")  # a unit that prints the measure as well
_LONGEST_NAME = 40
_KEPT = 1 << 14  # a department is printed again and again
# A unit of a higher level is followed by the one inside it: 総務部 総務課, 税務課 管理係.
_LEVELS = ((3, re.compile(r"(?:部|局|本部|委員会|所)$")), (1, re.compile(r"(?:係|班|チーム|グループ)$")))


def split_cell(text: str, labels: Labels, source: Source | None = None) -> tuple[Department, ...]:
    """Every department that a 担当 cell prints, in order, each once. The cell may print words that end like no department."""
    found: dict[str, Department] = {}
    bare = _PRINTED_AGAIN.sub(r"、\g<name>", _ASIDE.sub("", text))
    for piece in split_outside_parentheses(_without_partners(bare, labels), SEPARATOR):
        for name in split_names(piece, labels):
            clean = clean_name(name)
            if clean and clean not in labels.words("figure", "absent"):
                found.setdefault(clean, Department(clean, is_collective(clean, labels), source))
    return tuple(found.values())


def _without_partners(text: str, labels: Labels) -> str:
    """A cell that goes on with 「関係課 …」 names its owners before that."""
    own, *partners = re.split(_partner_label(labels.words("block", "partner")), text, maxsplit=1)
    return own if own.strip() and partners and is_department_list(partners[0], labels) else text


@cache
def _partner_label(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"[\s、](?:{'|'.join(map(re.escape, words))})\s*[:：\s]\s*(?=\S)")


def is_department_list(text: str, labels: Labels) -> bool:
    """Whether ``text`` consists of whole department names only."""
    pieces = [piece for piece in split_outside_parentheses(text, SEPARATOR) if piece.strip()]
    return bool(pieces) and all(all(ends_like_department(clean_name(n), labels) for n in split_names(p, labels)) for p in pieces)


@lru_cache(_KEPT)
def ends_like_department(name: str, labels: Labels) -> bool:
    """Whether ``name`` ends as departments do and is not a known other word."""
    bare = without_site(name).strip()
    numbered = _NUMBERED_UNIT.match(bare)  # 保護第1課 is a name, 全12課 a count
    plain = numbered["name"] + bare[numbered.end() :] if numbered and not _COUNT.search(numbered["name"]) else bare
    if len(bare) < 2 or len(bare) > _LONGEST_NAME or bare.endswith(labels.words("department", "never")) or _NO_NAME.search(plain):
        return False
    return any(bare.endswith(ending) and (len(bare) > len(ending) or len(ending) > 2) for ending in labels.words("department", "endings"))


@lru_cache(_KEPT)
def is_collective(name: str, labels: Labels) -> bool:
    """Whether ``name`` stands for a group of departments (各課, 手続所管課) instead of one unit."""
    return any(re.search(pattern, name) for pattern in labels.words("department", "collective"))


def is_subject(name: str, labels: Labels) -> bool:
    """Whether ``name`` is that of a body or facility (まちづくり公社, 文化センター), which texts are about more often than owned by."""
    return name.endswith(labels.words("department", "subjects"))


def read_department_lines(texts: Sequence[str], labels: Labels) -> tuple[str, int]:
    """The cell that begins in ``texts[0]`` and wraps over the next lines: (cell, number of lines it takes).

    The longest run of lines that joins to nothing but department names is the cell; the first line belongs to it in any case
    unless it is empty. Lines of the cell that are whole names each stay lines.
    """
    best, cell = (1, texts[0].strip()) if texts and texts[0].strip() else (0, "")
    joined = tail = ""  # a list of hundreds is not read again for each line, but from its last name on
    for count, text in enumerate(map(str.strip, texts), 1):
        between = _between(tail, text, labels)
        joined += between + text
        tail = _last_piece(tail, labels) + between + text
        *whole, last = _all_names(tail, labels)
        if len(last) > _LONGEST_NAME or not all(ends_like_department(name, labels) for name in whole if name):
            break  # more lines do not mend a name that is none
        if joined and (not last or ends_like_department(last, labels)):
            best, cell = count, joined
    return cell, best


def _last_piece(text: str, labels: Labels) -> str:
    """What stands behind the last separator that a name follows: further lines change nothing before it. All, where parentheses may be open."""
    if not any(character in "()（）" for character in text):
        for match in reversed(list(SEPARATOR.finditer(text))):
            if _all_names(text[match.end() :], labels)[0]:
                return text[match.end() :]
    return text


def _between(above: str, below: str, labels: Labels) -> str:
    """What parts two lines of a cell: a line end where both hold whole names, a blank between Latin words, else nothing."""
    if re.search(r"[A-Za-z]$", above) and re.match(r"[A-Za-z]", below):
        return " "
    if not above or not below or SEPARATOR.search(above[-1]) or "・" in (above[-1], below[0]):
        return ""
    last = _all_names(above, labels)[-1]
    first = _all_names(below, labels)[0]
    whole = len(first) > 2 and ends_like_department(last, labels) and ends_like_department(first, labels)
    return "\n" if whole and not _is_above(last, first) else ""


def _all_names(text: str, labels: Labels) -> list[str]:
    """The names of a cell, at least one, which is empty where there is none."""
    return [clean_name(name) for piece in split_outside_parentheses(text, SEPARATOR) for name in split_names(piece, labels)] or [""]


def _is_above(upper: str, lower: str) -> bool:
    def level(name: str) -> int:
        return next((level for level, pattern in _LEVELS if pattern.search(name)), 2)

    return level(upper) > level(lower)


def without_site(name: str) -> str:
    """健康推進課（本所保健センター） is a department at one of its sites: the name without the parentheses that end it."""
    if not name.endswith((")", "）")):
        return name
    depth = 0
    for position in range(len(name) - 1, -1, -1):
        depth += (name[position] in ")）") - (name[position] in "(（")
        if depth == 0:
            return name[:position]
    return re.sub(r"[(（].*$", "", name)


def clean_name(name: str) -> str:
    """A name as it is compared: without blanks, marks before it and 等 or ほか2課 behind it."""
    name = "".join(name.split())
    name = _TRAILING.sub("", name)
    name = _LEADING.sub("", name.strip("・、，,:： 　"))
    if name.count("(") + name.count("（") > name.count(")") + name.count("）"):
        name = name.lstrip("(（")
    enclosed = _ENCLOSED.fullmatch(name)
    return enclosed[1] if enclosed else name


def split_names(piece: str, labels: Labels) -> list[str]:
    """Cut at 「・」, 「と」 and blanks where what stands before is a whole name; what is left over belongs to the name that follows."""
    parts = split_outside_parentheses(_TRAILING.sub("", piece.strip()), _DOT, keep=True)
    if all(len(part) <= 1 for part in parts):
        return ["".join(parts)] if any(parts) else []  # letters spread by justification
    names: list[str] = []
    pending = parts[0]
    for separator, part in zip(parts[1::2], parts[2::2], strict=True):
        whole = ends_like_department(clean_name(pending), labels)
        if whole and not (separator.isspace() and (len(part) < 2 or _is_above(clean_name(pending), clean_name(part)))):
            names.append(pending)
            pending = part
        else:
            pending += separator + part
    return [*names, pending] if pending.strip() else names


def split_outside_parentheses(text: str, separator: re.Pattern[str], *, keep: bool = False) -> list[str]:
    """The pieces of ``text`` between separators that stand in no parentheses; with ``keep`` the separators stand between them."""
    if not separator.search(text):
        return [text]
    depth, start, pieces, position = 0, 0, [], 0
    while position < len(text):
        character = text[position]
        if character in "(（":
            depth += 1
        elif character in ")）":
            depth = max(0, depth - 1)
        elif depth == 0 and (match := separator.match(text, position)) and match.end() > position:
            pieces.append(text[start:position])
            if keep:
                pieces.append(match[0])
            start = position = match.end()
            continue
        position += 1
    pieces.append(text[start:])
    return pieces
