"""Kana and romaji: spellings of one sound."""

from __future__ import annotations

import re

from search_api.folding import to_katakana

_SMALL = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
# How loanwords differ from writer to writer (Cabinet notice 外来語の表記 of 1991, tables 1 and 2), after small kana were written large.
_LOAN = {
    "ヴア": "バ", "ヴイ": "ビ", "ヴエ": "ベ", "ヴオ": "ボ", "ヴ": "ブ", "デイ": "デ", "テイ": "テ", "デユ": "ジユ", "テユ": "チユ",
    "フア": "ハ", "フイ": "ヒ", "フエ": "ヘ", "フオ": "ホ", "ヂ": "ジ", "ヅ": "ズ", "イヤ": "イア", "ヰ": "イ", "ヱ": "エ", "ー": "", "・": "",
}  # fmt: skip
_LOAN_PATTERN = re.compile("|".join(_LOAN))
# キョウ and キョー, スマアト and スマート: what Hepburn leaves out, Kunrei marks and others double.
_LONG = re.compile(
    "(?<=[アカサタナハマヤラワガザダバパ])ア|(?<=[イキシチニヒミリギジビピ])イ|(?<=[ウクスツヌフムユルグズブプ])ウ"
    "|(?<=[エケセテネヘメレゲゼデベペ])エ|(?<=[オコソトノホモヨロゴゾドボポ])[ウオ]"
)

_MACRONS = str.maketrans({"ā": "aa", "ī": "ii", "ū": "uu", "ē": "ee", "ō": "ou", "â": "aa", "î": "ii", "û": "uu", "ê": "ee", "ô": "ou"})
_VOWELS = "aiueo"
ROWS = {
    "": "アイウエオ", "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ",
    "r": "ラリルレロ", "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_GLIDES = {
    "ky": "キ", "sy": "シ", "sh": "シ", "ty": "チ", "ch": "チ", "cy": "チ", "ny": "ニ", "hy": "ヒ", "my": "ミ", "ry": "リ", "gy": "ギ",
    "zy": "ジ", "j": "ジ", "jy": "ジ", "dy": "ヂ", "by": "ビ", "py": "ピ",
}  # fmt: skip
_OTHERS = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wi": "ウィ", "we": "ウェ", "wo": "ヲ", "shi": "シ", "chi": "チ", "tsu": "ツ", "fu": "フ",
    "ji": "ジ", "she": "シェ", "che": "チェ", "je": "ジェ", "thi": "ティ", "dhi": "ディ", "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ",
    "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ", "ve": "ヴェ", "vo": "ヴォ", "xtsu": "ッ", "ltsu": "ッ",
}  # fmt: skip
# Hepburn, Kunrei and what input methods take beside them: syllable → katakana.
SYLLABLES = (
    {row + vowel: kana for row, line in ROWS.items() for vowel, kana in zip(_VOWELS, line, strict=True)}
    | {glide + vowel: kana + small for glide, kana in _GLIDES.items() for vowel, small in zip("auo", "ャュョ", strict=True)}
    | _OTHERS
)


def sound_key(kana: str) -> str:
    """Katakana or hiragana without the differences that writers of loanwords make: サーバー and サーバ, ヴァ and バ, キヤ and キャ.

    >>> sound_key("デジタルディバイド") == sound_key("デジタルデバイド"), sound_key("キヤッシユレス") == sound_key("キャッシュレス")
    (True, True)
    """
    return _LOAN_PATTERN.sub(lambda match: _LOAN[match[0]], to_katakana(kana).translate(_SMALL))


def loose_key(kana: str) -> str:
    """The ``sound_key`` without long vowels, which romaji mostly leaves out: ジョウホウ and ジョホ.

    >>> loose_key("ジョウホウ") == loose_key("ジョホー")
    True
    """
    return shorten(sound_key(kana))


def shorten(sound: str) -> str:
    """A ``sound_key`` without its long vowels."""
    return _LONG.sub("", sound)


def read_romaji(word: str) -> str:
    """A Latin word in lower case as katakana when every letter of it is romaji, Hepburn or Kunrei; else empty.

    >>> read_romaji("kyasshuresu"), read_romaji("sinsei"), read_romaji("jōhō"), read_romaji("rpa")
    ('キャッシュレス', 'シンセイ', 'ジョウホウ', '')
    """
    kana, rest = begin_romaji(word)
    return kana + ("ン" if rest == "n" else "") if rest in ("", "n") else ""


def begin_romaji(letters: str) -> tuple[str, str]:
    """The katakana that ``letters`` spell from their beginning, and what is left where no syllable goes on: half of one, or no romaji.

    >>> begin_romaji("madog"), begin_romaji("onnrain"), begin_romaji("annai")
    (('マド', 'g'), ('オンライ', 'n'), ('アンナイ', ''))
    """
    letters = letters.translate(_MACRONS)
    kana, position = "", 0
    while position < len(letters):
        rest = letters[position:]
        size = next((size for size in (4, 3, 2, 1) if rest[:size] in SYLLABLES), 0)
        if size:
            kana, position = kana + SYLLABLES[rest[:size]], position + size
        elif rest[0] == "-":
            kana, position = kana + "ー", position + 1
        elif rest[:3] == "tch" or (len(rest) > 1 and rest[0] == rest[1] and rest[0].isalpha() and rest[0] != "n"):
            kana, position = kana + "ッ", position + 1
        elif rest[0] == "n" and rest[1:2] not in ("", "y"):
            # As typed into an IME (onnrain), but annai as it is spelt.
            doubled = rest[1] == "'" or (rest[1] == "n" and rest[2:3] not in tuple("aiueoy"))
            kana, position = kana + "ン", position + 1 + doubled
        elif rest[0] == "m" and rest[1:2] in ("b", "p"):
            kana, position = kana + "ン", position + 1
        else:
            return kana, rest
    return kana, ""
