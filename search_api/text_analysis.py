"""Japanese text → terms with their places: dictionary forms, and character pairs for katakana that dictionaries split differently."""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

# Parts of speech (UniDic) that carry no content of their own.
_STOP_PARTS = {"助詞", "助動詞", "補助記号", "接続詞", "代名詞", "感動詞", "連体詞", "空白", "接尾辞", "接頭辞"}
# Content words by their part of speech, but so general that they match everything.
_STOP_LEMMAS = frozenset(
    (
        "為る",
        "居る",
        "有る",
        "成る",
        "出来る",
        "貰う",
        "下さる",
        "頂く",
        "呉れる",
        "行く",
        "来る",
        "置く",
        "得る",
        "致す",
        "御座る",
        "事",
        "物",
        "為",
        "所",
        "様",
        "訳",
        "他",
        "又",
        "及び",
        "於く",
        "関する",
        "対する",
        "因る",
        "依る",
        "就く",
        "等",
        "無い",
        "良い",
    )
)
_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−"), "-")
# Taken out before the dictionary sees the text: it reads 217手続 as "217 hands".
_LATIN_OR_NUMBER = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*")
_KATAKANA = re.compile("[ァ-ヺー]{3,}")
_HIRAGANA = re.compile("[ぁ-ゖー]{3,}")
# Marks that belong to the character before them: accents, voiced sound marks, also in half width.
_SOUND_MARKS = re.compile("[\u0300-\u036f\u3099\u309a\uff9e\uff9f]")
_TO_KATAKANA = {code: code + 0x60 for code in range(0x3041, 0x3097)}
PAIR_MARK = "~"


@dataclass(frozen=True, slots=True)
class Token:
    """A term and the code points ``start``..``end`` (exclusive) of the analysed text on which it stands.

    ``term`` is a dictionary form, or ``~`` and two katakana. ``reading`` is in katakana, empty where unknown. ``noun`` is True for names
    of things as the dictionary knows them.
    """

    term: str
    start: int
    end: int
    reading: str = ""
    noun: bool = False

    @property
    def is_pair(self) -> bool:
        """Whether the term is a pair of characters and no word."""
        return self.term.startswith(PAIR_MARK)


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
    """NFKC, lower case and one dash, with the way back to the original code points.

    A base character and its sound mark (half-width ｶﾞ) are folded together, so each result character belongs to one stretch.
    """
    parts = [_fold_character(character) for character in text]
    if not _SOUND_MARKS.search(text) and all(len(part) == 1 for part in parts):
        return Folded("".join(parts), range(len(text)), range(1, len(text) + 1))
    parts, starts, ends = [], [], []
    for group in re.finditer(rf".{_SOUND_MARKS.pattern}*", text, re.DOTALL):
        part = _fold_character(group[0])
        parts.append(part)
        starts += [group.start()] * len(part)
        ends += [group.end()] * len(part)
    return Folded("".join(parts), starts, ends)


@lru_cache(maxsize=20_000)
def _fold_character(character: str) -> str:
    return unicodedata.normalize("NFKC", character).lower().translate(_DASHES)


def analyse(text: str) -> list[Token]:
    """The terms of ``text`` in order: first the words, then the katakana pairs."""
    folded = fold(text)
    words = _words(folded)
    whole = [token for token in _katakana_compounds(folded) if (token.start, token.end) not in {(w.start, w.end) for w in words}]
    return [*sorted([*words, *whole, *_latin_and_numbers(folded)], key=lambda token: (token.start, token.end)), *_katakana_pairs(folded)]


def to_katakana(text: str) -> str:
    """Hiragana as katakana, everything else as it is."""
    return text.translate(_TO_KATAKANA)


def hiragana_runs(folded: Folded) -> list[tuple[str, int, int]]:
    """Runs of at least three hiragana as (katakana, start, end) in ``folded.text``: perhaps a word typed without conversion."""
    return [(to_katakana(run[0]), run.start(), run.end()) for run in _HIRAGANA.finditer(folded.text)]


def _words(folded: Folded) -> list[Token]:
    tokens = []
    position = 0
    japanese = _LATIN_OR_NUMBER.sub(lambda run: " " * len(run[0]), folded.text)
    for surface, part, kind, lemma, reading in _parse(japanese):
        start = japanese.find(surface, position)
        position = start + len(surface)
        if _is_content(surface, part, kind, lemma):
            tokens.append(Token(lemma, *folded.span(start, position), reading, part == "名詞"))
    return tokens


def _is_content(surface: str, part: str, kind: str, lemma: str) -> bool:
    if part in _STOP_PARTS or kind == "助動詞語幹" or lemma in _STOP_LEMMAS:
        return False
    if not any(character.isalnum() for character in surface):
        return False
    # A single kana that is taken for a noun is a piece of something the dictionary does not know.
    return len(surface) > 1 or not ("ぁ" <= surface <= "ヺ")


def _latin_and_numbers(folded: Folded) -> list[Token]:
    return [Token(run[0], *folded.span(*run.span()), noun=True) for run in _LATIN_OR_NUMBER.finditer(folded.text)]


def _katakana_compounds(folded: Folded) -> list[Token]:
    """Whole runs: the dictionary knows オン and ライン but not オンライン. A long vowel at the end is written or not."""
    return [Token(run[0].rstrip("ー"), *folded.span(*run.span()), run[0], noun=True) for run in _KATAKANA.finditer(folded.text)]


def _katakana_pairs(folded: Folded) -> list[Token]:
    return [
        Token(PAIR_MARK + run[0][i : i + 2], *folded.span(run.start() + i, run.start() + i + 2))
        for run in _KATAKANA.finditer(folded.text)
        for i in range(len(run[0]) - 1)
    ]


# MeCab keeps the sentence it works on inside the tagger: one at a time.
_TAGGER_LOCK = threading.Lock()


@cache
def _tagger():
    import fugashi

    return fugashi.Tagger()


def _parse(text: str) -> list[tuple[str, str, str, str, str]]:
    """(surface, part of speech, its subdivision, lemma, reading) of each morpheme. An unknown word is its own lemma."""
    with _TAGGER_LOCK:
        return [
            # UniDic writes loanwords as サービス-service
            (node.surface, f.pos1, f.pos2, (f.lemma or node.surface).partition("-")[0] or node.surface, f.kana or "")
            for node in _tagger()(text)
            for f in [node.feature]
        ]


@dataclass(frozen=True, slots=True)
class Morpheme:
    """A piece of a text as the dictionary cuts it.

    ``reading`` is in katakana, empty where unknown; ``parts_of_speech`` are those of UniDic, the general one first.
    """

    surface: str
    reading: str
    parts_of_speech: tuple[str, ...]


def cut_morphemes(text: str) -> list[Morpheme]:
    """The morphemes of ``text`` one after the other, particles and suffixes included; blanks belong to none."""
    with _TAGGER_LOCK:
        return [
            Morpheme(node.surface, f.kana or "", tuple(part for part in (f.pos1, f.pos2, f.pos3, f.pos4) if part and part != "*"))
            for node in _tagger()(text)
            for f in [node.feature]
        ]
