"""The text of a case of a slide document: its statements, and those that tell an effect."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.characters import is_japanese, join_lines
from ingest.departments import is_department_list, split_cell
from ingest.labels import Labels
from ingest.parsers.reports.effect_figures import read_figure
from ingest.printed import PrintedLine
from ingest.quantity import parse_quantity
from ontology.model import Department, Effect, Quantity, Source

_MARK = re.compile(r"^(?:-\s*)?[・･]\s*|^-\s+|^[⇒→]\s*")
_LABEL = re.compile(r"^[【\[<〈](?P<word>[^】\]>〉]{2,20})[】\]>〉]$")
_COUNTED = re.compile(r"(?:^|[\s・])[^\s:：。、]{1,18}[数率額量][:：]\s*(?:約|延べ)?\d")

Statement = tuple[str, Source]


def read_statements(lines: Sequence[PrintedLine]) -> Iterator[Statement]:
    """Slides print one statement a line; only a comma at its end or open parentheses say that it goes on."""
    own: list[PrintedLine] = []
    for position, line in enumerate(lines):
        own.append(line)
        text = "".join(part.text for part in own)
        if not goes_on(text) or position + 1 == len(lines):
            joined = _MARK.sub("", "".join(set_blanks(part.text.replace("**", "")) for part in own))
            yield joined, Source(own[0].number, own[-1].number, own[0].page, joined)
            own = []


def set_blanks(text: str) -> str:
    """A line of a slide with its blanks: they part words (出展ブース 出展者数), unless single letters are spread."""
    words = text.split()
    return " ".join(words) if all(len(word) > 1 or not is_japanese(word) for word in words) else join_lines([text])


def goes_on(text: str) -> bool:
    """Whether a line says that the next one belongs to it."""
    return text.endswith("、") or len(re.findall(r"[(（]", text)) > len(re.findall(r"[)）]", text))


def read_effects(statements: Sequence[Statement], labels: Labels, *, first_order: int = 1) -> Iterator[Effect]:
    """Statements that say by how much something changed or how many there were, and all below a label that calls them effects (主な効果).

    A line that is a department heads those behind it.
    """
    owners: tuple[Department, ...] = ()
    words = labels.words("block", "effect")
    order = first_order
    below_label = False
    for text, source in statements:
        if label := _LABEL.match(text):
            below_label = label["word"] in words
        elif is_department_list(text, labels):
            owners = split_cell(text, labels, source)
        else:
            quantity = find_effect(text, labels) or (read_figure(text, labels) if _COUNTED.search(text) else None)
            if quantity is not None or below_label:
                yield Effect(order, text, source, None, quantity, owners)
                order += 1


def find_effect(text: str, labels: Labels) -> Quantity | None:
    """The amount right before a word of change (59時間を削減, 約60名の人材を育成); None where no such amount is printed."""
    words = "|".join(map(re.escape, labels.words("effect", "change")))
    amount = r"(?P<amount>(?:約|延べ|最大)?\d[\d,]*(?:\.\d+)?\s*[^\d\s、。,:;()※「」をがのにで]{1,6}?)"
    match = re.search(rf"{amount}(?:※\d*)?(?:以上|程度)?(?:(?:の|が|を|も|に)[^、。\d]{{0,12}})?(?:{words})", text)
    quantity = parse_quantity(match["amount"].removeprefix("最大")) if match else None
    return quantity if quantity is not None and quantity.value is not None else None


def find_measure(lines: Sequence[PrintedLine], labels: Labels) -> tuple[str, ...] | None:
    """The measure whose number a case prints (関連取組：取組３); None where it prints none or several.

    Only words that are nothing but the level of a measure tell one: 施策３ may be a level above, 事業３ a count.
    """
    words = [word for word in labels.words("head", "measure") if word.startswith("取組") or word.endswith(("番号", "事務事業"))]
    pattern = rf"(?:^|[(（【\[:：\s])(?:関連)?(?:{'|'.join(map(re.escape, words))})\s*(?:№|No\.?)?\s*(\d{{1,3}})(?=$|[)）】\]:：、,\s])"
    numbers = {number for line in lines for number in re.findall(pattern, line.text)}
    return ("measure", numbers.pop()) if len(numbers) == 1 else None
