"""Kana and romaji: spellings of one sound."""

from __future__ import annotations

import re
import unicodedata

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

_VOWELS = dict(zip("aiueo", "アイウエオ", strict=True))
_ROWS = {
    "k": "カキクケコ", "s": "サシスセソ", "t": "タチツテト", "n": "ナニヌネノ", "h": "ハヒフヘホ", "m": "マミムメモ", "r": "ラリルレロ",
    "g": "ガギグゲゴ", "z": "ザジズゼゾ", "d": "ダヂヅデド", "b": "バビブベボ", "p": "パピプペポ",
}  # fmt: skip
_OTHERS = {
    "ya": "ヤ", "yu": "ユ", "yo": "ヨ", "wa": "ワ", "wo": "ヲ", "wi": "ウィ", "we": "ウェ", "shi": "シ", "chi": "チ", "tsu": "ツ",
    "fu": "フ", "ji": "ジ", "fa": "ファ", "fi": "フィ", "fe": "フェ", "fo": "フォ", "va": "ヴァ", "vi": "ヴィ", "vu": "ヴ", "ve": "ヴェ",
    "vo": "ヴォ", "thi": "ティ", "dhi": "ディ", "she": "シェ", "che": "チェ", "je": "ジェ",
}  # fmt: skip
_GLIDES = {"sh": "シ", "ch": "チ", "j": "ジ", "jy": "ジ"} | {f"{consonant}y": row[1] for consonant, row in _ROWS.items()}
_SYLLABLES = (
    _VOWELS
    | {consonant + vowel: kana for consonant, row in _ROWS.items() for vowel, kana in zip("aiueo", row, strict=True)}
    | {glide + vowel: kana + small for glide, kana in _GLIDES.items() for vowel, small in zip("auo", "ャュョ", strict=True)}
    | _OTHERS
)
_ROMAJI = re.compile(
    "(?P<syllable>" + "|".join(sorted(_SYLLABLES, key=lambda s: (-len(s), s))) + ")"
    "|(?P<double>([kstcpgdbjzfh])(?=\\3)|t(?=ch))|(?P<n>n'|n(?![aiueoy])|m(?=[bmp]))|(?P<long>-)"
)  # fmt: skip
_MACRON = "\u0304\u0302"


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
    return _LONG.sub("", sound_key(kana))


def read_romaji(word: str) -> str:
    """A Latin word in lower case as katakana when every letter of it is romaji, Hepburn or Kunrei; else empty.

    >>> read_romaji("kyasshuresu"), read_romaji("sinsei"), read_romaji("jōhō"), read_romaji("rpa")
    ('キャッシュレス', 'シンセイ', 'ジョオホオ', '')
    """
    plain = unicodedata.normalize("NFD", word)
    for mark in _MACRON:
        plain = re.sub(f"([aiueo]){mark}", r"\1\1", plain)
    kana = []
    position = 0
    while position < len(plain):
        match = _ROMAJI.match(plain, position)
        if match is None:
            return ""
        kana.append({"double": "ッ", "n": "ン", "long": "ー"}.get(match.lastgroup or "", "") or _SYLLABLES[match[0]])
        position = match.end()
    return "".join(kana)
