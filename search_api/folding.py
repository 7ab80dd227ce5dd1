"""One spelling for characters that mean the same: width, case, dashes, sound marks, old forms of kanji. The way back is kept."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

_OLD_FORMS = Path(__file__).with_name("old_forms.txt")
_LABEL = 24
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Variation selectors say which drawing of a kanji is meant (葛󠄀), never another character.
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
# Marks that belong to the character before them: accents, voiced sound marks, also in half width.
_MARKS = re.compile(f"[\u0300-\u036f\u3099\u309a\uff9e\uff9f{_SELECTORS}]")
# Between katakana these are katakana: ホームぺージ with a hiragana ぺ, サ-ビス with a dash.
_LOOKALIKE = re.compile("(?<=[ァ-ヺー])[へべぺ-](?=[ァ-ヺー])")
_KATAKANA_OF = dict(zip("へべぺ-", "ヘベペー", strict=True))
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
_TO_HIRAGANA = {katakana: hiragana for hiragana, katakana in _TO_KATAKANA.items()}


@dataclass(frozen=True, slots=True)
class Folded:
    """``text`` in one width and case. Its character i stands for ``starts[i]``..``ends[i]`` of the original."""

    text: str
    starts: Sequence[int]
    ends: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The place in the original of ``text[start:end]``, which is not empty."""
        return self.starts[start], self.ends[end - 1]


def fold(text: str) -> Folded:
    """NFKC, lower case, one dash and today's kanji, with the way back to the original code points.

    A base character and its marks (half-width ｶﾞ) are folded together, so each result character belongs to one stretch.
    """
    return _fold_label(text) if len(text) <= _LABEL else _fold_text(text)


@lru_cache(maxsize=20_000)
def _fold_label(text: str) -> Folded:
    """Labels of the thesaurus and words of an index are folded for every question."""
    return _fold_text(text)


def _fold_text(text: str) -> Folded:
    parts = [_fold_character(character) for character in text]
    if not _MARKS.search(text) and all(len(part) == 1 for part in parts):
        return Folded(_join(parts), range(len(text)), range(1, len(text) + 1))
    parts, starts, ends = [], [], []
    for group in re.finditer(rf".{_MARKS.pattern}*", text, re.DOTALL):
        part = _fold_character(group[0])
        parts.append(part)
        starts += [group.start()] * len(part)
        ends += [group.end()] * len(part)
    return Folded(_join(parts), starts, ends)


def _join(parts: Sequence[str]) -> str:
    return _LOOKALIKE.sub(lambda match: _KATAKANA_OF[match[0]], "".join(parts))


def to_katakana(text: str) -> str:
    """Hiragana as katakana, everything else as it is."""
    return text.translate(_TO_KATAKANA)


def to_hiragana(text: str) -> str:
    """Katakana as hiragana, everything else as it is."""
    return text.translate(_TO_HIRAGANA)


@lru_cache(maxsize=20_000)
def _fold_character(character: str) -> str:
    plain = re.sub(f"[{_SELECTORS}]", "", unicodedata.normalize("NFKC", character))
    # A number in a circle is a mark of its own: ①AI is no word.
    apart = " " if plain.isdecimal() and unicodedata.decomposition(character[0]).startswith("<circle>") else ""
    return plain.lower().translate(_DASHES).translate(_today()) + apart


@cache
def _today() -> Mapping[int, str]:
    """Old form of a kanji → the form in use."""
    lines = _OLD_FORMS.read_text(encoding="utf-8").splitlines()
    return {ord(old): line[0] for line in lines if not line.startswith("#") for old in line[1:]}
