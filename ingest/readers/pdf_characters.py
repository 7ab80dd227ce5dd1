"""Characters that a PDF with a broken character map (ToUnicode) yields, and glyph codes that stand for bullets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

# Stands for a glyph that the file maps to no character.
UNMAPPED = "\ufffd"
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
    if "\uf020" <= text <= "\uf0ff":
        return _SYMBOLS.get(text, "・")
    if text < " " or "\x7f" <= text < "\xa0":
        return ""
    return text


def is_implausible(text: str) -> bool:
    """True for what no printed Japanese page holds: unmapped glyphs, private use, U+FFFD, and kanji outside the JIS and IBM sets.

    A map that is shifted by some places yields the latter (邴 for 部, 遈 for 道, 郸 for 酬): neighbours of the meant kanji in Unicode's order.
    """
    if text == UNMAPPED or "\ue000" <= text <= "\uf8ff" or text >= "\U000f0000":
        return True
    return "\u4e00" <= text <= "\u9fff" and not _is_japanese_kanji(text)


def _is_japanese_kanji(character: str) -> bool:
    try:
        character.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class CharacterCount:
    """The characters of some text, the kanji and the implausible ones among them."""

    characters: int = 0
    kanji: int = 0
    implausible: Counter[str] = field(default_factory=Counter)

    def add(self, character: str, times: int) -> None:
        self.characters += times
        self.kanji += times * ("\u4e00" <= character <= "\u9fff" or character == UNMAPPED)
        if is_implausible(character):
            self.implausible[character] += times

    def is_broken(self) -> bool:
        """Whether so many are implausible that the character map must be broken; one or two may be rare names."""
        total = self.implausible.total()
        return total >= _LEAST and total >= self.kanji * _SHARE


def find_broken_pages(pages: Mapping[int, Mapping[str, CharacterCount]]) -> dict[int, str]:
    """Pages (number → font → count) that cannot be trusted, each with examples of their wrong characters.

    A character map belongs to a font: where one is broken, every page is left out that shows it at work, and every page mostly set in it, for
    what it maps to common kanji (郤信 for 通信) nobody can tell.
    """
    fonts: dict[str, CharacterCount] = {}
    for counts in pages.values():
        for font, count in counts.items():
            whole = fonts.setdefault(font, CharacterCount())
            whole.kanji += count.kanji
            whole.implausible.update(count.implausible)
    broken_fonts = {font for font, count in fonts.items() if count.is_broken()}
    broken = {}
    for number, counts in pages.items():
        found: Counter[str] = Counter()
        for count in counts.values():
            found.update(count.implausible)
        suspect = sum(count.kanji for font, count in counts.items() if font in broken_fonts)
        at_work = any(count.is_broken() or (font in broken_fonts and count.implausible) for font, count in counts.items())
        if at_work or (suspect and suspect > sum(count.kanji for count in counts.values()) / 2):
            broken[number] = "".join(sorted(found, key=lambda c: (-found[c], c))[:3])
    return broken
