"""What is left: prose under its headings, furniture of the page, and lines that nothing accounts for."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from ingest.characters import join_lines
from ingest.parsers.prose.footnotes import is_footnote
from ingest.parsers.prose.running_heads import running_heads
from ingest.printed import PrintedLine
from ontology.model import Passage, Source, UnreadLine

_HEADING = re.compile(
    r"^(?:第\s*[\d一二三四五六七八九十]+\s*[章節部編]|\d{1,2}[.．、]?\s+(?=\S)|\d{1,2}-\d{1,2}\s|[(（]\d{1,2}[)）]|[①-⑳]|[Ⅰ-Ⅻ][.．、\s]|【|■|●|◆|◇|#{1,6}\s|資料編|参考資料|はじめに)"
)
_BULLET = re.compile(r"^(?:[・･●○■□◆◇▼▽►▶⇒※]|[-–*]\s|\d+[.．)]\s)")
_PAGE_NUMBER = re.compile(r"^[-‐–—\s]*(?:P\.?\s*)?\d{1,3}(?:\s+[/／]\s+\d{1,3})?(?:\s*(?:ページ|頁))?[-‐–—\s]*$")
_LINK = re.compile(r"^(?:https?://|www\.)\S+$")
_RULE = re.compile(r"^[\s|:\-‐–—=_.・…]+$")
_LEADERS = re.compile(r"[.．・…]{4,}\s*\d{1,3}$")
_LONGEST = 600


@dataclass(frozen=True, slots=True)
class Remainder:
    """``furniture`` are line numbers of page numbers, running heads, rules and link targets; ``headings`` those of headings that
    passages or facts stand under.
    """

    passages: tuple[Passage, ...]
    furniture: tuple[int, ...]
    headings: tuple[int, ...]
    unread: tuple[UnreadLine, ...]


def read_remainder(lines: Sequence[PrintedLine], used: Collection[int]) -> Remainder:
    """Sort every line that no measure, element or indicator has taken."""
    running = running_heads(lines)
    furniture = [line.number for line in lines if line.number not in used and _is_furniture(line, running)]
    taken = {*used, *furniture}
    widths = sorted(line.width for line in lines)
    full_width = widths[int(len(widths) * 0.9)] if widths else 0
    passages: list[Passage] = []
    unread: list[UnreadLine] = []
    headings: list[PrintedLine] = []  # those that stand directly above each other
    all_headings: list[int] = []
    bare = False  # the last heading has no text yet
    paragraph: list[PrintedLine] = []
    notes: list[list[PrintedLine]] = []  # footnotes that a paragraph runs around at the end of its page

    def close() -> None:
        for own in filter(None, (paragraph, *notes)):
            _add(own, headings, passages, unread)
        paragraph.clear()
        notes.clear()

    before: PrintedLine | None = None
    for line in lines:
        if line.number not in taken and notes and _continues_note(notes[-1][-1], line):
            notes[-1].append(line)
            continue
        if line.number not in taken and is_footnote(line):
            if not notes and (before is None or before.ends_paragraph is not False):
                close()
                before = None
            notes.append([line])
            bare = False
            continue
        if line.number in taken:
            close()
            bare, before = bare and line.number not in used, None  # a heading right above facts heads them
            continue
        if _is_heading(line):
            close()
            if bare and _kind_of(headings[-1]) == _kind_of(line):
                # Headings of one kind right behind each other are a list (an agenda), not levels.
                listed = headings.pop()
                all_headings.remove(listed.number)
                _add([listed], headings, passages, unread)
            headings = [*headings, line] if bare else [line]
            all_headings.append(line.number)
            bare, before = True, None
            continue
        if before is not None and (_ends(before, line, full_width) or sum(len(own.text) for own in paragraph) > _LONGEST):
            close()
        if before is None:
            close()
        paragraph.append(line)
        bare, before = False, line
    close()
    if bare:
        unread += [UnreadLine(line.number, line.raw.strip(), "見出しだけで本文がありません") for line in headings]
        all_headings = all_headings[: -len(headings)]
    return Remainder(tuple(passages), tuple(furniture), tuple(all_headings), tuple(unread))


def _add(paragraph: Sequence[PrintedLine], headings: Sequence[PrintedLine], passages: list[Passage], unread: list[UnreadLine]) -> None:
    text = join_lines([line.text for line in paragraph])
    if len(text) < 6 and "。" not in text and not headings:
        unread.extend(UnreadLine(line.number, line.raw.strip(), "前後につながらない短い語句です（図の中の文字など）") for line in paragraph)
        return
    source = Source(paragraph[0].number, paragraph[-1].number, paragraph[0].page, text)
    title = " ＞ ".join(join_lines([heading.text]) for heading in headings[-3:]) or None
    last = passages[-1] if passages else None
    if last is not None and last.heading == title and _is_fragment(text) and _is_fragment(last.text.rsplit("\n", 1)[-1]):
        adjacent = paragraph[0].number - last.source.end_line <= paragraph[0].gap + 1
        if adjacent and last.source.page == source.page and len(last.text) + len(text) < _LONGEST:
            # Cells of a table or words of a figure: one passage for all of them, a line each.
            text = f"{last.text}\n{text}"
            passages[-1] = Passage(last.order, text, Source(last.source.start_line, source.end_line, last.source.page, text), title)
            return
    passages.append(Passage(len(passages) + 1, text, source, title))


def _is_fragment(text: str) -> bool:
    return len(text) < 25 and not text.endswith("。")


def _is_heading(line: PrintedLine) -> bool:
    return (
        bool(_HEADING.match(line.text))
        and line.width <= 80
        and not line.text.endswith(("。", "、"))
        and not re.search(r"[:：]\S{10,}", line.text)
    )


def _kind_of(heading: PrintedLine) -> str:
    """How a heading is marked: 1. and 2. are of one kind, 第１章 and （１） are not."""
    match = _HEADING.match(heading.text)
    return re.sub(r"[\d①-⑳Ⅰ-Ⅻ一二三四五六七八九十]+", "0", match[0].strip()) if match else ""


def _ends(before: PrintedLine, line: PrintedLine, full_width: int) -> bool:
    """Whether a paragraph ends between the two lines."""
    if _BULLET.match(line.text):
        return True
    if before.ends_paragraph is not None:
        return before.ends_paragraph
    # Without trailing blanks to tell, a line that stops well before the usual width is the last of its paragraph.
    return line.gap > 0 or before.text.endswith("。") or before.width < 0.6 * full_width


def _continues_note(before: PrintedLine, line: PrintedLine) -> bool:
    """Whether ``line`` goes on with the footnote above it; a blank line or a new page ends it."""
    return (
        line.gap == 0 and line.sheet == before.sheet and before.ends_paragraph is not True and not (_is_heading(line) or is_footnote(line))
    )


def _is_furniture(line: PrintedLine, running: Collection[str]) -> bool:
    text = line.text
    return bool(_PAGE_NUMBER.match(text) or _LINK.match(text) or _RULE.match(text) or _LEADERS.search(text)) or text in running
