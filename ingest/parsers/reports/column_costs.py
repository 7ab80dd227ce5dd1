"""What print says for and against a line standing in a column of a dumped table, as costs (0 fits, 6 hardly possible)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.printed import PrintedLine
from ontology.model import ActivityStatus

FORBIDDEN = 1e6

Number = tuple[str, int]
"""How a line is numbered, and its number: ③ is ("circled", 3), イ． is ("kana", 2)."""

_NUMBER = re.compile(r"^(?:(?P<circled>[①-⑳])|[(（](?P<enclosed>\d{1,2})[)）]|(?P<plain>\d{1,2})[.．](?=\s*\D)|(?P<kana>[ア-ン])[.．])")
_KANA = "アイウエオカキクケコサシスセソタチツテト"
_SECTION = re.compile(r"^[●■◆◎≪《【〔①-⑳]|^[(（]\d{1,2}[)）]")
_ARROW = re.compile(r"^[▼▽►▶▷⇒➢｟]")
_BULLET = re.compile(r"^(?:[・･○◯□◇※＊*•‐\-–]|(?:\d{1,2}|[ア-ン])[.．](?=\s*\D))")
_HEADING = re.compile(r"^(?:≪.*≫|《.*》|【.*】|〔.*〕|｟.*｠)$")
_RUBY = re.compile(r"^[ぁ-ゖァ-ヶー](?:\s+[ぁ-ゖァ-ヶー])+$")  # furigana, printed between the lines, cut the line that they stand above
_NOTE_MARK = re.compile(r"^[(（]?(?:[※*]|注)")
_SENTENCE_END = re.compile(r"[。）)」』｠】]$")
_CLOSING = re.compile(r"(?:\s*[(（][^()（）]*[)）]|。|\s)+$")
_FIGURE = re.compile(r"\d[\d,.]*")
_PAST = re.compile(r"(?:[しいえきけげせたちてねびべみめりれっん]た|だ|済み?|ている|ています)$")
_FUTURE = re.compile(r"(?:[うくぐすつぬぶむる]|ます|予定)$")


@dataclass(frozen=True, slots=True)
class ColumnWidths:
    """Widths in half-width columns at which the lines of each column wrap, in order of print, and whether the tables have several rows."""

    wraps: tuple[int, ...]
    has_rows: bool = False

    @property
    def narrow(self) -> int:
        return min(self.wraps)

    @property
    def wide(self) -> int:
        return max(self.wraps)


def cost_in_column(page: Sequence[PrintedLine], index: int, column: int, widths: ColumnWidths | None) -> float:
    """How badly the width of a line fits a column."""
    if widths is None:
        return 0.0
    line = page[index]
    if widths.wraps[column] == widths.narrow:
        if line.width > widths.narrow + 2:
            return 6.0
        return 1.0 if is_wrapped(line) and line.width < widths.narrow - 6 else 0.0
    after = page[index + 1] if index + 1 < len(page) else None
    if not is_wrapped(line):
        # Some cells end every line with a blank: one that fills the narrow column without ending its sentence is likely to go on.
        fills = widths.narrow - 3 <= line.width <= widths.narrow + 2 and not _SENTENCE_END.search(line.text)
        beyond = 3.5 if line.width > widths.wide + 3 else 0.0
        return 1.0 if fills and after is not None and not is_marked(after) else beyond
    if line.width <= widths.narrow + 2:
        return 0.0 if any(_RUBY.match(own.text) for own in (line, after) if own is not None) else 4.0
    if line.width > widths.wide + 3:
        return 3.5
    return 1.0 if line.width < 0.7 * widths.wide else 0.0


def cost_in_note(page: Sequence[PrintedLine], index: int, widths: ColumnWidths | None) -> float:
    """A note is as wide as the table: a narrow line that wraps cannot be one, nor one with the mark of a bullet, and a long note is unlikely."""
    line = page[index]
    if is_marked(line) and not _NOTE_MARK.match(line.text):
        return 4.3
    narrow = widths is not None and is_wrapped(line) and line.width <= widths.narrow + 2
    return 4.3 if narrow else 0.3


def cost_of_tense(page: Sequence[PrintedLine], index: int) -> dict[ActivityStatus, float]:
    """What was done is told in the past, what is planned is not. A note, and a line that does not end its sentence, says nothing."""
    line = page[index]
    if is_wrapped(line) or line.text.startswith("※"):
        return {}
    before = page[index - 1].text[-4:] if index and is_wrapped(page[index - 1]) else ""
    said = before + _CLOSING.sub("", line.text)
    if _PAST.search(said):
        return {ActivityStatus.PLANNED: 1.2}
    return {ActivityStatus.DONE: 1.0} if _FUTURE.search(said) else {}


def enter_next(page: Sequence[PrintedLine], index: int, *, is_open_there: bool) -> float:
    """The cost of the next column beginning with a line. ``is_open_there``: that column was cut by the page break."""
    line = page[index]
    if is_open_there:  # it goes on in mid-sentence
        cost = 1.0 if is_marked(line) else (0.5 if is_open(page[index - 1]) else -0.3)
    else:
        cost = 0.2 if is_marked(line) else 2.0
    cost += _cost_of_number(page, index)
    if _ending(line) == _ending(page[index - 1]):  # entries of one list end alike
        cost += 0.3
    if line.gap > 1:
        cost -= 0.5
    if is_open(page[index - 1]) and not is_open_there:
        cost += 1.5
    if line.text.startswith("※"):  # a note stands below what it is about
        cost += 1.5
    heading = page[index - 1]
    if _HEADING.match(heading.text) and (heading.gap > 0 or line.gap == 0):
        cost += 1.0  # it heads what stands below it in its own column, unless it is set to the text above and apart from what is below
    return cost


def _cost_of_number(page: Sequence[PrintedLine], index: int) -> float:
    """Numbers start again in the next column."""
    if (own := read_number(page[index])) is None:
        return 0.0
    before = next((number for line in reversed(page[:index]) if (number := read_number(line)) and number[0] == own[0]), None)
    if before is None:
        return 0.0
    if own[1] == 1:
        heading = page[index - 1].text  # ►国保年金課 / ①保険料 is a list below its heading
        return 0.0 if _ARROW.match(heading) and not _SENTENCE_END.search(heading) else -2.5
    return -1.0 if own[1] <= before[1] else 0.0


def number_sequence(page: Sequence[PrintedLine], before: Number | None) -> list[bool | None]:
    """For each line whether it has the number after the last one of its kind; None where it has no number."""
    follows: list[bool | None] = []
    for line in page:
        number = read_number(line)
        follows.append(None if number is None else before is not None and number == (before[0], before[1] + 1))
        before = number or before
    return follows


def read_number(line: PrintedLine) -> Number | None:
    match = _NUMBER.match(line.text)
    if match is None or match.lastgroup is None:
        return None
    text = match[match.lastgroup]
    if match.lastgroup == "circled":
        return "circled", ord(text) - ord("①") + 1
    return match.lastgroup, _KANA.find(text) + 1 if match.lastgroup == "kana" else int(text)


def _ending(line: PrintedLine) -> str:
    return _FIGURE.sub("0", line.text)[-2:]


def enter_row(line: PrintedLine, before: PrintedLine) -> float:
    """The cost of the next row of the table beginning with a line."""
    cost = 3.0
    if _SECTION.match(line.text):
        cost = 0.6
    elif _ARROW.match(line.text):
        cost = 0.8
    return cost + (3.0 if is_open(before) else 0.0)


def enter_note(line: PrintedLine, widths: ColumnWidths | None) -> float:
    if widths is None or line.width <= widths.narrow + 2:
        return FORBIDDEN
    return 1.0 if _NOTE_MARK.match(line.text) else 2.5


def is_marked(line: PrintedLine) -> bool:
    return bool(_BULLET.match(line.text) or _SECTION.match(line.text) or _ARROW.match(line.text))


def ends_sentence(line: PrintedLine) -> bool:
    return bool(_SENTENCE_END.search(line.text))


def is_wrapped(line: PrintedLine) -> bool:
    """Whether the text goes on in the next line."""
    if line.ends_paragraph is not None:
        return not line.ends_paragraph
    return not ends_sentence(line) and line.width > 12


def is_open(line: PrintedLine) -> bool:
    """Whether a column stops in the middle of a sentence."""
    return is_wrapped(line) and not ends_sentence(line)
