"""Lines of one column → bullets: a mark with the lines of its text.

Marks nest: 【…】 ● ≪…≫ above ① above ▼ above ・. What they mean together is read in ``activities``.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from ingest.characters import join_lines
from ingest.labels import Labels
from ingest.parsers.labelled import find_label
from ingest.printed import PrintedLine
from ontology.model import Source

_MARKS = (
    (0, re.compile(r"^(?:[●■◆◎]|≪|《|【|〔|<(?=[^>]{1,30}>$)|#{2,})\s*")),
    (1, re.compile(r"^(?:[①-⑳]|[(（]\d{1,2}[)）]|\d{1,2}[.．](?=\s*\D)|[ア-ン][.．])\s*")),
    (2, re.compile(r"^[▼▽►▶▷⇒➢]\s*")),
    (3, re.compile(r"^(?:[・･•‣○◯□◇]|[-–—*](?=\s))\s*")),
)
NOTE = re.compile(r"^[※＊*]")
_LATIN_END, _LATIN_START = re.compile(r"[A-Za-z]$"), re.compile(r"^[A-Za-z(]")


@dataclass(slots=True)
class Bullet:
    """A mark with its text. ``rank`` is the depth of the mark, 9 for a paragraph without one, -1 for the label of effects."""

    rank: float
    mark: str
    lines: list[PrintedLine] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    is_effect: bool = False

    @property
    def text(self) -> str:
        return join_lines(self.texts)

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
    last_number = 0
    before: PrintedLine | None = None
    for printed, line in lines:
        text = printed
        if label := find_label(text.strip("｟｠⦅⦆"), labels, roles=("effect",)):
            effects, before, effect_kind = True, None, None
            if not label.rest:
                bullets.append(Bullet(-1, "", [line], [text], is_effect=True))
                continue
            text = label.rest
        rank, mark = mark_of(text)
        kind = kind_of_mark(mark)
        if effects and rank <= 2:
            effect_kind = effect_kind or kind
            goes_on = rank != 1 or _number_of(mark) == last_number + 1  # ① ② inside effects are a list of their own
            effects = kind == effect_kind or kind not in usual or not goes_on
        if not effects and rank <= 2:
            usual.add(kind)
            last_number = _number_of(mark) or last_number
        if (
            rank <= 3
            or before is None
            or not bullets
            or bullets[-1].rank == -1
            or _starts_paragraph(line, before, text, full_width if bullets[-1].rank > 1 else None)
        ):
            bullets.append(Bullet(rank, mark, [], [], effects))
        bullets[-1].lines.append(line)
        bullets[-1].texts.append(text)
        before = line
    return bullets


def kind_of_mark(mark: str) -> str:
    """Marks of one kind are written alike: ① and ②, (1) and (2), ● and ■ apart."""
    return re.sub(r"[①-⑳]", "①", re.sub(r"\d+", "0", mark))


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


def _starts_paragraph(line: PrintedLine, before: PrintedLine, text: str, full_width: int | None) -> bool:
    if NOTE.match(text):
        return True
    if before.text.endswith(("、", "・", "(", "「")) or (_LATIN_END.search(before.text) and _LATIN_START.match(text)):
        return False  # a blank behind a comma or a Latin word is print, not the end of a paragraph
    if full_width is not None and before.width >= full_width - 2 and not before.text.endswith(("。", ")", "）", "」")):
        return False
    if before.ends_paragraph is not None:
        # A column that goes on after a page break goes on in mid-sentence: only the print of its last line tells.
        return before.ends_paragraph
    return (line.gap > 0 and before.gap == 0) or before.text.endswith("。")
