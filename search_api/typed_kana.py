"""What has been typed so far → keys under which a text may be known: as written, from romaji, from kana that await conversion."""

from __future__ import annotations

import re
from dataclasses import dataclass

from search_api.folding import fold, to_katakana
from search_api.kana import ROWS, SYLLABLES, begin_romaji
from search_api.text_analysis import cut_morphemes

# One letter for sounds that are typed alike or slip easily: キヤッシュ, ヂ and ジ, ヲ and オ.
_ALIKE = str.maketrans("ァィゥェォャュョッヮヂヅヲ", "アイウエオヤユヨツワジズオ")
_KANJI = re.compile("[一-龥々〆]")
_KANA_OR_LATIN_TAIL = re.compile("[ァ-ヺa-z]$")
_ROMAJI_TAIL = re.compile(r"[a-zāīūēō'-]+$")


@dataclass(frozen=True, slots=True)
class TypedKeys:
    """Keys of one kind: a text that begins with any of them may be meant. ``kanji`` must stand in it, in this order."""

    keys: tuple[str, ...]
    kanji: str = ""


def matching_key(text: str) -> str:
    """The form in which typed and stored texts are compared: one width, case and kana; no long vowels, blanks and marks."""
    return "".join(letter for letter in to_katakana(fold(text).text).translate(_ALIKE) if letter.isalnum() and letter != "ー")


def matching_places(text: str) -> list[tuple[int, int]]:
    """For each letter of ``matching_key`` the place (start, end) in ``text`` of the character that it comes from."""
    folded = fold(text)
    return [folded.span(i, i + 1) for i, letter in enumerate(folded.text) if letter.isalnum() and letter != "ー"]


def read_typed(typed: str) -> list[TypedKeys]:
    """The keys of what has been typed, the most literal first; empty where nothing but marks and blanks was typed."""
    literal = matching_key(typed)
    found = [TypedKeys(tuple(dict.fromkeys((literal, matching_key(_write_out(typed))))))] if literal else []
    spellings = [typed]
    folded = fold(typed).text.replace(" ", "")
    if romaji := _ROMAJI_TAIL.search(folded):
        spellings = [folded[: romaji.start()] + kana for kana in convert_romaji(romaji[0])]
        found.append(TypedKeys(tuple(dict.fromkeys(matching_key(spelling) for spelling in spellings))))
    if _KANJI.search(literal) and _KANA_OR_LATIN_TAIL.search(literal):
        readings = (read_aloud(spelling) for spelling in spellings)
        found.append(TypedKeys(tuple(dict.fromkeys(matching_key(reading) for reading in readings)), "".join(_KANJI.findall(literal))))
    return [typed for typed in found if any(typed.keys)]


def read_aloud(text: str) -> str:
    """``text`` in katakana as the dictionary reads it; what it does not know stays."""
    return "".join(morpheme.reading or to_katakana(morpheme.surface) for morpheme in cut_morphemes(text))


def convert_romaji(letters: str) -> list[str]:
    """The kana that ``letters`` (Hepburn, Kunrei, as typed into an IME) may become; a syllable that is half typed may become several.

    Empty where they are no romaji: ``dx``. The last ``n`` is ン or the beginning of ナ.

    >>> convert_romaji("kya"), convert_romaji("ky"), convert_romaji("dx")
    (['キャ'], ['キャ', 'キュ', 'キョ'], [])
    """
    kana, rest = begin_romaji(letters)
    if not rest:
        return [kana]
    ends = dict.fromkeys(end for syllable, end in SYLLABLES.items() if syllable.startswith(rest))
    return [kana + end for end in (*(["ン"] if rest == "n" else []), *ends)]


def _write_out(text: str) -> str:
    """``text`` with the vowels that a long vowel mark may stand for: けーかく → けいかく."""
    letters: list[str] = []
    for letter in to_katakana(fold(text).text):
        letters.append(_LENGTHENED.get(letters[-1], letter) if letter == "ー" and letters else letter)
    return "".join(letters)


# As Japanese words write it: the vowel that follows オ is ウ, that which follows エ is イ.
_LENGTHENED = {kana: long for row in ROWS.values() for kana, long in zip(row, "アイウイウ", strict=True)} | {
    "ョ": "ウ",
    "ュ": "ウ",
    "ャ": "ア",
}
