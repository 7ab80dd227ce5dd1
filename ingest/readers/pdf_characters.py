"""Characters that a PDF with a broken character map (ToUnicode) yields, and glyph codes that stand for bullets."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

_UNMAPPED = re.compile(r"\(cid:\d+\)")
# Symbol fonts (Wingdings) are mapped to U+F020..F0FF; in running text they are bullets, arrows and boxes.
_SYMBOLS = {
    "\uf0e0": "→",
    "\uf0e8": "⇒",
    "\uf0d8": "▶",
    "\uf0fc": "✓",
    "\uf0a8": "□",
    "\uf06e": "■",
    "\uf06c": "●",
    "\uf075": "◆",
    "\uf077": "◆",
}
# Fewer than this on a page may be a rare name (髙, 𠮷); more than this share of its kanji is a broken map.
_LEAST = 3
_SHARE = 0.005


def printed_character(text: str) -> str:
    """What a glyph code means: symbol fonts as their bullet, control characters as nothing."""
    if len(text) == 1:
        if "\uf020" <= text <= "\uf0ff":
            return _SYMBOLS.get(text, "・")
        if text < " " or "\x7f" <= text < "\xa0":
            return ""
    return text


def is_implausible(text: str) -> bool:
    """True for what no printed Japanese page holds: unmapped glyphs, private use, U+FFFD, and kanji outside the JIS and IBM sets.

    A map that is shifted by some places yields the latter (邴 for 部, 遈 for 道, 郸 for 酬): neighbours of the meant kanji in Unicode's order.
    """
    if len(text) != 1:
        return bool(_UNMAPPED.fullmatch(text))
    if text == "\ufffd" or "\ue000" <= text <= "\uf8ff" or text >= "\U000f0000":
        return True
    return "\u4e00" <= text <= "\u9fff" and not _is_japanese_kanji(text)


def _is_japanese_kanji(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def find_broken_characters(characters: Iterable[str]) -> tuple[str, ...]:
    """The implausible characters of a page, most frequent first, where there are so many that its character map must be broken; else ()."""
    kanji = 0
    implausible: Counter[str] = Counter()
    for character in characters:
        kanji += "\u4e00" <= character <= "\u9fff" or len(character) > 1
        if is_implausible(character):
            implausible[character] += 1
    total = sum(implausible.values())
    if total < _LEAST or total < kanji * _SHARE:
        return ()
    return tuple(sorted(implausible, key=lambda c: (-implausible[c], c)))
