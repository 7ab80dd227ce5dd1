"""Where the block of a measure may begin: a level word with its number, the label of a name, a number right above labels, or a heading that names
its owner in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.departments import SEPARATOR, is_department_list
from ingest.labels import Labels, label_key
from ingest.parsers.labelled import Label, find_label, find_label_inside
from ingest.parsers.plan.groups import CIRCLED, NUMBER, plain_number, read_heading
from ingest.parsers.tables.table_heads import classify_head
from ingest.printed import PrintedLine

_BRACKETS = dict(zip("】］]〕〉＞>）)", "【［[〔〈＜<（(", strict=True))
_OWNER_LABEL = re.compile(r"^(?:主な)?(?:担当|所管|主管)(?:部署|部課|課室|課)?\s*[:：]\s*")
_SHORTEST_NAME = 2
HEADING_MARKS = "■◆●□◇◎○"  # the higher one first; ▼ and ▶ rather head bullets
_FIELDS = ("department", "division", "partner", "goal", "description", "schedule", "rating", "other")
_MARKED = re.compile(r"^(?P<mark>[●■◆◇○◎★▼▶])\s*(?P<name>[^。]{2,40})$")
_PRINTED_AGAIN = re.compile(r"\s*[(（]再掲[)）]$")
_WHOLE_NUMBER = re.compile(NUMBER)
FIELD = re.compile(r"^[^\s:：。、][^:：。、]{1,11}[:：]\s*\S")  # a label that may be unknown, with its text
_MOST_FIELDS = 10
_FEWEST_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Head:
    """The first line of a block: ``index`` into the lines, the printed level word, the number, and the name as far as the line has it.

    ``owner`` is the department cell where the line prints it in brackets behind the name; ``name_line`` the line of the name where the number has
    one of its own.
    """

    index: int
    form: str
    word: str
    number: str | None
    name: str
    owner: str = ""
    name_line: PrintedLine | None = None


def names_department(text: str, labels: Labels) -> bool:
    """Whether a line has the label of the responsible department, or of those who help with nothing but departments behind it."""
    label = find_label(text, labels, roles=("department", "partner"))
    if label is not None and (label.role == "department" or is_department_list(label.rest, labels)):
        return True
    return find_label_inside(text, labels, "department") is not None


def names_first_helper(lines: Sequence[PrintedLine], index: int, labels: Labels) -> bool:
    """Whether 実施主体 stands alone on a line and a department is the first of those below it, who need not all be departments."""
    label = find_label(lines[index].text, labels, roles=("partner",))
    if label is None or label.rest or index + 1 == len(lines):
        return False
    first = SEPARATOR.split(lines[index + 1].text, maxsplit=1)[0]
    return is_department_list(first, labels)


def find_heads(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[Head]:
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    numbered = re.compile(rf"^[【■◆●◇□\s#]*(?:(?P<before>{words})\s+)?(?P<word>{words})\s*{NUMBER}\s*(?P<mark>[】:：.．]?)\s*(?P<name>.*)$")
    unnumbered = re.compile(rf"^(?P<word>{words})\s+(?P<name>\D.*)$")
    circled = re.compile(rf"^(?P<number>[{CIRCLED}])\s*(?P<name>\S.*)$")
    plain = re.compile(r"^#*\s*[(（]?(?P<number>\d{1,2}(?:[-－‐.．]\d{1,2})*)[)）]?[.．、]?\s+(?P<name>\S.*)$")
    for index, line in enumerate(lines):
        text = line.text
        if (match := numbered.match(text)) and (match["name"] or not find_label(text, labels, roles=("number",))):
            word = _level_word(match["word"], match["before"], match["name"], labels)
            yield Head(index, "numbered", word, plain_number(match["number"]), match["name"])
        elif (match := unnumbered.match(text)) and find_label_inside(text, labels, "department") and not _is_head_of_columns(text, labels):
            yield Head(index, "numbered", match["word"], None, match["name"])
        elif find_label(text, labels, roles=_FIELDS) is not None:
            continue  # (2) 担当課 …: what is counted are the labels of a form
        elif (match := circled.match(text)) and _label_follows(lines, index, labels):
            yield Head(index, "circled", "", str(CIRCLED.index(match["number"]) + 1), match["name"])
        elif (match := plain.match(text)) and _label_follows(lines, index, labels):
            yield Head(index, "plain", "", plain_number(match["number"]), match["name"])
        elif (match := _MARKED.match(text)) and _owner_follows(lines, index, labels):
            yield Head(index, f"marked {match['mark']}", "", None, match["name"])
        if (label := find_label(text, labels, roles=("name",)) or _glued_name(lines, index, labels)) and not _heads_owners(label, labels):
            word = label.word.removesuffix("名称").removesuffix("名")
            if above := _number_above(lines, index, labels):
                yield Head(above[0], "named", word, above[1], label.rest, name_line=line)
            else:
                yield Head(index, "named", word, None, label.rest)


def _is_head_of_columns(text: str, labels: Labels) -> bool:
    """Whether each word of a line heads a column: No. 取組項目 担当課 令和５年度の取組実績."""
    words = text.split()
    return len(words) >= _FEWEST_COLUMNS and all(classify_head(label_key(word), labels) is not None for word in words)


def _heads_owners(label: Label, labels: Labels) -> bool:
    """Whether heads of columns stand behind the label of a name, the owners' among them, instead of a name: 事業名 担当課 概要."""
    columns = [classify_head(label_key(word), labels) for word in label.rest.split()]
    return all(columns) and any(column is not None and column.role == "department" for column in columns)


def _glued_name(lines: Sequence[PrintedLine], index: int, labels: Labels) -> Label | None:
    """A name right behind its label, 「取組名書かない窓口」, where labels follow that are glued like it."""
    text, words = lines[index].text, labels.words("block", "name")
    for word in words if text.startswith(words) else ():
        if word.endswith("名") and text.startswith(word) and len(text) > len(word) + 1 and not text.endswith("。"):
            return Label("name", word, text[len(word) :]) if _label_follows(lines, index, labels) else None
    return None


def _number_above(lines: Sequence[PrintedLine], index: int, labels: Labels) -> tuple[int, str] | None:
    """The number right above a name and the index of its label, on its line (事業番号：１) or on the one before (事業番号 / １)."""
    if index and (number := _number_alone(lines[index - 1].text, labels)):
        return index - 1, number
    below = lines[index - 1].text if index > 1 else ""
    label = find_label(lines[index - 2].text, labels, roles=("number",)) if _WHOLE_NUMBER.fullmatch(below) else None
    return (index - 2, plain_number(below)) if label and not label.rest else None


def _number_alone(text: str, labels: Labels) -> str | None:
    """The number that a line gives and nothing else: 事業番号：１, 個別事業 １－１."""
    label = find_label(text, labels, roles=("number",))
    words = sorted(labels.words("head", "measure"), key=len, reverse=True)
    rest = label.rest if label else next((text[len(word) :].strip() for word in words if text.startswith(word)), "")
    rest = _PRINTED_AGAIN.sub("", rest)
    return plain_number(rest) if _WHOLE_NUMBER.fullmatch(rest) else None


def _owner_follows(lines: Sequence[PrintedLine], index: int, labels: Labels) -> bool:
    """Whether the next line but one at most names departments behind their label, or one of the fields that follow (施設の概要：…) does."""
    is_field = False
    for distance, line in enumerate(lines[index + 1 : index + 1 + _MOST_FIELDS], 1):
        label = find_label(line.text, labels, roles=("department", "division"))
        if label is not None:
            return is_department_list(label.rest, labels)
        is_field = bool(FIELD.match(line.text)) or is_field
        if line.text[0] == lines[index].text[0] or (distance > 1 and not is_field):
            return False
    return False


def _level_word(word: str, before: str | None, name: str, labels: Labels) -> str:
    """The word that names the level: 取組項目 of 「取組項目 №１」, 施策 of 「№ 1 施策名 …」; № alone names none."""
    if word not in ("№", "No."):
        return word
    label = find_label(name, labels, roles=("name",))
    return before or (label.word.removesuffix("名") if label else "")


def _label_follows(lines: Sequence[PrintedLine], index: int, labels: Labels) -> bool:
    """Whether a label comes within the next three lines: the name may wrap, prose may not stand between."""
    for line in lines[index + 1 : index + 4]:
        if find_label(line.text, labels, roles=("description", "goal", "department")) is not None:
            return True
        if line.text.endswith("。"):
            return False
    return False


def find_owned_heads(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[Head]:
    """Numbered or marked headings that end with their owner in brackets: ① 創業支援事業【商工観光課】, ◇担い手の育成（農政課）【新規】."""
    for index, line in enumerate(lines):
        heading = read_heading(line, labels)
        marked = _MARKED.match(line.text) if heading is None and line.text[0] in HEADING_MARKS else None
        if (heading is None or heading.word) and marked is None:
            continue
        form, number, text = (heading.kind, heading.number, heading.name) if heading else (f"marked {marked['mark']}", None, marked["name"])
        mark = next((word for word in labels.words("mark", "is_new") if text.endswith(word) and len(word) > _SHORTEST_NAME), "")
        name, owner = _split_owner(text.removesuffix(mark).strip())
        is_agenda = name.endswith(("について", "に関すること"))  # minutes: what was talked about and who spoke
        if owner and len(name) >= _SHORTEST_NAME and not is_agenda and is_department_list(owner, labels):
            yield Head(index, f"owned {form}", "", number, f"{name}{mark}", owner)


def find_trailed_heads(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[Head]:
    """Numbered headings of one kind behind whose text one label names the owner, before the next heading of the kind: (1) 案内 … （担当：観光課）."""
    headings = [(index, heading) for index, line in enumerate(lines) if (heading := read_heading(line, labels)) is not None]
    owners = [index for index, line in enumerate(lines) if names_department(line.text, labels)]
    for position, (index, heading) in enumerate(headings):
        end = headings[position + 1][0] if position + 1 < len(headings) else len(lines)
        if not heading.word and sum(index < owner < end for owner in owners) == 1:
            yield Head(index, f"trailed {heading.kind}", "", heading.number, heading.name)


def _split_owner(text: str) -> tuple[str, str]:
    """A heading and what its last brackets hold, without a label inside them; nothing where it ends with none."""
    opening = _BRACKETS.get(text[-1:])
    depth = 0
    for position in range(len(text) - 1, -1, -1):
        if text[position] == text[-1]:
            depth += 1
        elif text[position] == opening:
            depth -= 1
        if opening and depth == 0:
            return text[:position].strip(), _OWNER_LABEL.sub("", text[position + 1 : -1].strip())
    return text, ""
