"""What has been typed so far → keys under which a text may be known: as written, from romaji, from kana that await conversion."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from search_api.folding import fold, to_katakana
from search_api.text_analysis import cut_morphemes

# One letter for sounds that are typed alike or slip easily: キヤッシュ, ヂ and ジ, ヲ and オ.
_ALIKE = str.maketrans("ァィゥェォャュョッヮヂヅヲ", "アイウエオヤユヨツワジズオ")
_KANJI = re.compile("[一-龥々〆]")
_KANA_OR_LATIN_TAIL = re.compile("[ァ-ヺa-z]$")
_ROMAJI_TAIL = re.compile(r"[a-zāīūēō'-]+$")
_MACRONS = str.maketrans({"ā": "aa", "ī": "ii", "ū": "uu", "ē": "ee", "ō": "ou"})

_VOWELS = "aiueo"
_ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ",
    "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_SINGLE = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wi": "ウィ", "we": "ウェ", "wo": "ヲ", "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ",
    "ji": "ジ", "she": "シェ", "che": "チェ", "je": "ジェ", "ti": "ティ", "thi": "ティ", "di": "ディ", "dhi": "ディ", "du": "ドゥ", "tu": "ツ",
    "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ", "ve": "ヴェ", "vo": "ヴォ", "xtsu": "ッ", "ltsu": "ッ",
}  # fmt: skip
_GLIDES = {"ky": "キ", "sy": "シ", "sh": "シ", "ty": "チ", "ch": "チ", "cy": "チ", "ny": "ニ", "hy": "ヒ", "my": "ミ", "ry": "リ", "gy": "ギ", "zy": "ジ",
           "j": "ジ", "jy": "ジ", "dy": "ヂ", "by": "ビ", "py": "ピ"}  # fmt: skip


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
    letters = letters.translate(_MACRONS)
    kana, position = "", 0
    syllables = _syllables()
    while position < len(letters):
        rest = letters[position:]
        size = next((size for size in (4, 3, 2, 1) if rest[:size] in syllables), 0)
        if size:
            kana, position = kana + syllables[rest[:size]], position + size
        elif rest[0] == "-":
            kana, position = kana + "ー", position + 1
        elif rest[:3] == "tch" or (len(rest) > 1 and rest[0] == rest[1] and rest[0] != "n"):
            kana, position = kana + "ッ", position + 1
        elif rest[0] == "n" and rest[1:2] not in ("", "y"):
            # As typed into an IME (onnrain), but annai as it is spelt.
            doubled = rest[1] == "'" or (rest[1] == "n" and rest[2:3] not in tuple("aiueoy"))
            kana, position = kana + "ン", position + 1 + doubled
        elif rest[0] == "m" and rest[1:2] in ("b", "p"):
            kana, position = kana + "ン", position + 1
        else:
            ends = dict.fromkeys(syllables[syllable] for syllable in syllables if syllable.startswith(rest))
            return [kana + end for end in (*(["ン"] if rest == "n" else []), *ends)]
    return [kana]


def _write_out(text: str) -> str:
    """``text`` with the vowels that a long vowel mark may stand for: けーかく → けいかく."""
    letters: list[str] = []
    for letter in to_katakana(fold(text).text):
        letters.append(_LENGTHENED.get(letters[-1], letter) if letter == "ー" and letters else letter)
    return "".join(letters)


# As Japanese words write it: the vowel that follows オ is ウ, that which follows エ is イ.
_LENGTHENED = {kana: long for row in _ROWS.values() for kana, long in zip(row, "アイウイウ", strict=True)} | {
    "ョ": "ウ",
    "ュ": "ウ",
    "ャ": "ア",
}


@cache
def _syllables() -> dict[str, str]:
    plain = {row + vowel: kana for row, line in _ROWS.items() for vowel, kana in zip(_VOWELS, line, strict=True)}
    glides = {glide + vowel: kana + small for glide, kana in _GLIDES.items() for vowel, small in zip("auo", "ャュョ", strict=True)}
    return plain | glides | _SINGLE
