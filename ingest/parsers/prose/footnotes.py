"""Footnotes of a page (13 XR：…) and their marks, which a dump glues to the word they explain (XR13体験)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from ingest.printed import PrintedLine

_FOOTNOTE = re.compile(r"^(?P<number>\d{1,2})\s+(?P<term>[^\d\s][^:：]{1,40})[:：].{8,}")


def is_footnote(line: PrintedLine) -> bool:
    """Whether a footnote begins at ``line``: its number, the word that it explains, a colon and the explanation."""
    return _FOOTNOTE.match(line.text) is not None


def find_footnotes(lines: Iterable[PrintedLine]) -> dict[str, str]:
    """The words that footnotes explain, by the number of the note. A number that explains two words is left out."""
    found: dict[str, set[str]] = {}
    for line in lines:
        if match := _FOOTNOTE.match(line.text):
            found.setdefault(match["number"], set()).add(re.sub(r"\s*[(（].*$", "", match["term"]).strip())
    return {number: terms.pop() for number, terms in found.items() if len(terms) == 1}


def strip_footnote_marks(text: str, footnotes: Mapping[str, str]) -> str:
    """``text`` without the numbers of footnotes behind the words that these explain; other digits stay.

    >>> strip_footnote_marks("XR13体験の提供:13回", {"13": "XR"})
    'XR体験の提供:13回'
    """
    for number, term in footnotes.items():
        if term + number in text:
            text = re.sub(rf"(?<={re.escape(term)}){number}(?!\d|[.,]\d)", "", text)
    return text
