"""Lines of one column → bullets: a mark with the lines of its text.

Marks nest: 【…】 ● ≪…≫ above ① above ▼ above ・. What they mean together is read in ``activities``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from ingest.characters import join_lines
from ingest.labels import Labels
from ingest.parsers.labelled import find_label, is_cut_out, is_item
from ingest.printed import PrintedLine
from ontology.model import Source

_ARROWS = "▼▽►▶▷⇒➢"
_INNER_ARROW = re.compile(rf"\s{{2,}}(?=[{_ARROWS}])")
_MARKS = (
    (0, re.compile(r"^(?:[●■◆◎]|≪|《|【|〔|<(?=[^>]{1,30}>$)|#{2,})\s*")),
    (1, re.compile(r"^(?:[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}[.．](?=\s*\D)|[ア-ン][.．])\s*")),
    (2, re.compile(rf"^[{_ARROWS}]\s*")),
    (3, re.compile(r"^(?:[・･•‣○◯□◇]|[-–—*](?=\s))\s*")),
)
_BARE_NUMBER = re.compile(r"^(\d{1,2})\s+(?=[^\d\s])")
NOTE = re.compile(r"^[※＊*]")
_HEADING_LINE = re.compile(r"^(?:【[^】]*】|≪[^≫]*≫|《[^》]*》|〔[^〕]*〕)$")
_GAP, _PARTED = re.compile(r"(?<=\S\S\S) {2,}(?=\S\S\S)"), "\x1f"
_KEPT_MARKS = 1 << 10
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z(]")


@dataclass(slots=True)
class Bullet:
    """A mark with its text. ``rank`` is the depth of the mark, 9 for a paragraph without one, -1 for the label of effects.

    ``opens_row``: the other column stands between it and what is before it in its own.
    """

    rank: float
    mark: str
    lines: list[PrintedLine] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    is_effect: bool = False
    opens_row: bool = False

    @property
    def text(self) -> str:
        """The lines joined. Two blanks and more inside a line part what stands side by side: one of them stays."""
        return join_lines(_GAP.sub(_PARTED, text) for text in self.texts).replace(_PARTED, " ")

    def source(self) -> Source:
        first = self.lines[0]
        return Source(first.number, max(line.number for line in self.lines), first.page, self.text)


def read_bullets(lines: Sequence[tuple[str, PrintedLine]], labels: Labels, *, full_width: int | None = None) -> list[Bullet]:
    """Join wrapped lines into bullets and paragraphs, in order.

    ``full_width`` is the width in half-width columns at which lines wrap, where it is known: a line that fills it is no paragraph end.
    """
    bullets: list[Bullet] = []
    effects = False
    usual: set[str] = set()  # kinds of marks outside effects: the next of them ends the effects
    effect_kind: str | None = None
    last_number = effect_number = 0
    enumerated = _find_enumerated(lines)
    before: PrintedLine | None = None
    above: PrintedLine | None = None
    for printed, line in _cut_at_arrows(lines):
        text = printed
        opens_row = above is not None and line.sheet == above.sheet and line.number > above.number + line.gap + 1
        above = line
        label = find_label(text.strip("｟｠⦅⦆"), labels, roles=("effect",))
        is_one = label is not None and is_item(text, label)
        if label and not is_one and not is_cut_out(text, label, before):
            effects, before, effect_kind, effect_number = True, None, None, 0
            if not label.rest:
                bullets.append(Bullet(-1, "", [line], [text], is_effect=True))
                continue
            text = label.rest
        rank, mark = mark_of(text)
        if line.number in enumerated and text == printed:
            rank, mark, text = 3, "", _BARE_NUMBER.sub("", text)  # 「1 …」: glued to the text the number would read as an amount
        kind = kind_of_mark(mark)
        if effects and rank <= 2:
            effect_kind = effect_kind or kind
            number = _number_of(mark)  # ① ② inside effects are a list of their own, unless a new row of the table goes on with its sections
            own = rank == 1 and (number != last_number + 1 or number == effect_number + 1) and not opens_row
            effects = kind == effect_kind or (kind not in usual and not opens_row) or own
            effect_number = number or effect_number
        if not effects and rank <= 2:
            usual.add(kind)
            last_number = _number_of(mark) or last_number
        if (
            rank <= 3
            or before is None
            or not bullets
            or bullets[-1].rank == -1
            or _starts_paragraph(line, before, text, full_width if _may_hide_wraps(bullets[-1]) else None)
        ):
            bullets.append(Bullet(rank, mark, [], [], effects or is_one, opens_row))
        bullets[-1].lines.append(line)
        bullets[-1].texts.append(text)
        before = line
    return bullets


def _find_enumerated(lines: Sequence[tuple[str, PrintedLine]]) -> set[int]:
    """The lines that a bare number opens (1 …, 2 …): counted up from 1, and more than one of them or the first line of all."""
    runs: list[list[int]] = []
    for text, line in lines:
        match = _BARE_NUMBER.match(text)
        number = int(match[1]) if match else 0
        if number == 1:
            runs.append([line.number])
        elif runs and number == len(runs[-1]) + 1:
            runs[-1].append(line.number)
    first = lines[0][1].number if lines else 0
    return {number for run in runs if len(run) > 1 or run[0] == first for number in run}


def _cut_at_arrows(lines: Sequence[tuple[str, PrintedLine]]) -> Iterator[tuple[str, PrintedLine]]:
    """Two bullets of a kind may share a line: ►… ►…."""
    for text, line in lines:
        pieces = _INNER_ARROW.split(text) if text[:1] in _ARROWS else [text]
        yield from ((piece, line) for piece in pieces)


@lru_cache(_KEPT_MARKS)
def kind_of_mark(mark: str) -> str:
    """Marks of one kind are written alike: ① and ②, (1) and (2), ● and ■ apart."""
    return re.sub(r"[ア-ン]", "ア", re.sub(r"[①-⑳]", "①", re.sub(r"\d+", "0", mark)))


def mark_of(text: str) -> tuple[int, str]:
    for rank, pattern in _MARKS:
        if match := pattern.match(text):
            return rank, match[0].strip()
    return 9, ""


def _number_of(mark: str) -> int:
    """The number of a mark such as ② or (2); 0 for any other."""
    if mark[:1] and "①" <= mark[0] <= "⑳":
        return ord(mark[0]) - ord("①") + 1
    digits = re.sub(r"\D", "", mark)
    return int(digits) if digits else 0


def _may_hide_wraps(bullet: Bullet) -> bool:
    """Whether a blank at the end of its line may not end a paragraph: some cells end every line with one, others only the last of a paragraph."""
    return bullet.rank > 1 and all(line.ends_paragraph is not False for line in bullet.lines)


def _starts_paragraph(line: PrintedLine, before: PrintedLine, text: str, full_width: int | None) -> bool:
    if NOTE.match(text) or _HEADING_LINE.match(before.text):
        return True
    if before.text.endswith(("、", "・", "(", "「")) or (_LATIN_END.search(before.text) and _LATIN_START.match(text)):
        return False  # a blank behind a comma or a Latin word is print, not the end of a paragraph
    if full_width is not None and before.width >= 0.94 * full_width and not before.text.endswith(("。", ")", "）", "」")):
        return False
    if before.ends_paragraph is not None:
        # A column that goes on after a page break goes on in mid-sentence: only the print of its last line tells.
        return before.ends_paragraph
    return (line.gap > 0 and before.gap == 0) or before.text.endswith("。")
