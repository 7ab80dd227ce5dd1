"""Japanese text → terms with their places: dictionary forms, whole compounds, numbers, and character pairs where dictionaries fail."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from search_api.folding import Folded, fold

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
# Taken out before the dictionary sees the text: it reads 217手続 as "217 hands".
_LATIN_OR_NUMBER = re.compile(r"[a-z0-9]+(?:[.,][0-9]+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?")
_BETWEEN_COMMAS = re.compile("[^,]+")
# AI-OCR is also written AIOCR, Wi-Fi WiFi.
_HYPHENED = re.compile(r"(?<![a-z0-9])[a-z][a-z0-9]{0,9}(?:-[a-z0-9]{1,10}){1,2}(?![a-z0-9-])")
_KATAKANA = re.compile("[ァ-ヺー]{3,}")
_HIRAGANA = re.compile("[ぁ-ゖー]{3,}")
_KANJI = re.compile("[々一-\u9fff]")
_DIGITS = {kanji: value for value, kanji in enumerate("〇一二三四五六七八九")}
_POWERS = {"十": 10, "百": 100, "千": 1000}
_NOUN_ENDINGS = dict(zip("うくぐすつぬぶむる", "いきぎしちにびみり", strict=True))
_BEFORE_WEAK_RU = frozenset("いきぎしじちにひびみりえけげせぜてでねへべめれ")  # 問い合わせる → 問い合わせ, but 変わる → 変わり
# What the dictionary makes of kana that it does not know.
_SHREDS = {"感動詞", "接頭辞", "記号"}
PAIR_MARK = "~"
# So many entries of the dictionary are kept as they were read; a plan of a town uses some thousands.
_REMEMBERED = 50_000


# Tokens and morphemes are named tuples, as hundreds of them are made for a page of results: a frozen dataclass takes three times as long.
class Token(NamedTuple):
    """A term and the code points ``start``..``end`` (exclusive) of the analysed text on which it stands.

    ``term`` is a dictionary form, or ``~`` and two characters. ``reading`` is in katakana, empty where unknown. ``noun`` is True for names
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


class Morpheme(NamedTuple):
    """A piece of a text as the dictionary cuts it: ``text[start:end]``.

    ``reading`` is in katakana, empty where unknown; ``parts_of_speech`` are those of UniDic, the general one first. ``lemma`` is the
    dictionary form, of a word that the dictionary does not know the word itself; ``known`` tells them apart.
    """

    surface: str
    reading: str
    parts_of_speech: tuple[str, ...]
    lemma: str
    start: int
    end: int
    known: bool


@dataclass(frozen=True, slots=True)
class Analysis:
    """A text taken apart: its ``tokens`` lie in the text itself, its ``morphemes`` in ``folded.text``."""

    folded: Folded
    morphemes: Sequence[Morpheme]
    tokens: Sequence[Token]


def analyse(text: str) -> list[Token]:
    """The terms of ``text`` in order: first the words, then the pairs."""
    return list(read_text(text).tokens)


def analyse_words(text: str) -> list[Token]:
    """The terms of ``text`` without the pairs."""
    return read_words(fold(text))


def read_words(folded: Folded) -> list[Token]:
    """The same of a text that is folded already."""
    return _find_words(folded, _cut(folded))


def read_text(text: str) -> Analysis:
    """All that the analysis knows of ``text``. The same text gives the same terms in an index and in a question."""
    folded = fold(text)
    morphemes = _cut(folded)
    return Analysis(folded, morphemes, [*_find_words(folded, morphemes), *_pairs(folded, morphemes)])


def _find_words(folded: Folded, morphemes: Sequence[Morpheme]) -> list[Token]:
    words = [
        Token(term, *folded.span(m.start, m.end), m.reading, m.parts_of_speech[0] == "名詞")
        for m in morphemes
        if (term := _content_term(m.surface, m.parts_of_speech, m.lemma))
    ]
    places = {(word.start, word.end) for word in words}
    whole = [token for token in _katakana_compounds(folded) if (token.start, token.end) not in places]
    return sorted(
        [*words, *whole, *_latin_and_numbers(folded), *_kanji_numbers(folded, morphemes)], key=lambda token: (token.start, token.end)
    )


def _cut(folded: Folded) -> list[Morpheme]:
    return cut_morphemes(_LATIN_OR_NUMBER.sub(lambda run: " " * len(run[0]), folded.text))


def is_stop_lemma(lemma: str) -> bool:
    """Whether a word is so general that it is no term of any text."""
    return lemma in _STOP_LEMMAS


@lru_cache(maxsize=_REMEMBERED)
def _content_term(surface: str, parts_of_speech: tuple[str, ...], lemma: str) -> str:
    """The term of a morpheme, empty where it carries no content."""
    part, kind = (*parts_of_speech, "", "")[:2]
    if part in _STOP_PARTS or kind == "助動詞語幹" or is_stop_lemma(lemma):
        return ""
    if not any(character.isalnum() for character in surface):
        return ""
    # A single kana that is taken for a noun is a piece of something the dictionary does not know.
    return _term(part, lemma) if len(surface) > 1 or not ("ぁ" <= surface <= "ヺ") else ""


def _term(part_of_speech: str, lemma: str) -> str:
    """The dictionary form; of a verb of two or more kanji its noun, as which it is written just as often: 見直す → 見直し."""
    if part_of_speech != "動詞" or len(_KANJI.findall(lemma)) < 2 or lemma[-1] not in _NOUN_ENDINGS:
        return lemma
    return lemma[:-1] + ("" if lemma[-1] == "る" and lemma[-2] in _BEFORE_WEAK_RU else _NOUN_ENDINGS[lemma[-1]])


def _latin_and_numbers(folded: Folded) -> list[Token]:
    tokens = []
    for run in _LATIN_OR_NUMBER.finditer(folded.text):
        # 1,300 is a number, 1,2 are two.
        cuts = [run] if _THOUSANDS.fullmatch(run[0]) else _BETWEEN_COMMAS.finditer(folded.text, *run.span())
        tokens += [Token(cut[0].replace(",", ""), *folded.span(*cut.span()), noun=True) for cut in cuts]
    tokens += [Token(run[0].replace("-", ""), *folded.span(*run.span()), noun=True) for run in _HYPHENED.finditer(folded.text)]
    return tokens


def _kanji_numbers(folded: Folded, morphemes: Sequence[Morpheme]) -> list[Token]:
    numerals = [m for m in morphemes if "数詞" in m.parts_of_speech and (m.surface in _DIGITS or m.surface in _POWERS)]
    return [
        Token(_read_kanji_number(folded.text[start:end]), *folded.span(start, end), noun=True)
        for start, end in _join_touching(numerals)
        if end - start > 1
    ]


def _read_kanji_number(kanji: str) -> str:
    """十一 → 11, 二〇二四 → 2024."""
    if not any(character in _POWERS for character in kanji):
        return "".join(str(_DIGITS[character]) for character in kanji)
    total = digit = 0
    for character in kanji:
        if character in _POWERS:
            total, digit = total + (digit or 1) * _POWERS[character], 0
        else:
            digit = 10 * digit + _DIGITS[character]
    return str(total + digit)


def _katakana_compounds(folded: Folded) -> list[Token]:
    """Whole runs: the dictionary knows オン and ライン but not オンライン. A long vowel at the end is written or not."""
    return [Token(run[0].rstrip("ー"), *folded.span(*run.span()), run[0], noun=True) for run in _KATAKANA.finditer(folded.text)]


def _pairs(folded: Folded, morphemes: Sequence[Morpheme]) -> list[Token]:
    """Pairs of neighbouring characters: of katakana always, of other words where the dictionary cuts them into shreds."""
    runs = [run.span() for run in _KATAKANA.finditer(folded.text)]
    shreds = {m.start for m in morphemes if m.parts_of_speech[0] in _SHREDS or not m.known}
    runs += [run.span() for run in _HIRAGANA.finditer(folded.text) if len(run[0]) > 3 and not shreds.isdisjoint(range(*run.span()))]
    return [
        Token(PAIR_MARK + folded.text[i : i + 2], *folded.span(i, i + 2))
        for start, end in (*runs, *_unknown_kanji(morphemes))
        for i in range(start, end - 1)
    ]


def _unknown_kanji(morphemes: Sequence[Morpheme]) -> list[tuple[int, int]]:
    """Stretches of kanji that the dictionary does not know or cuts into single ones."""
    single = [m for m in morphemes if len(m.surface) == 1 or not m.known]
    return _join_touching([m for m in single if all(map(_KANJI.match, m.surface)) and "数詞" not in m.parts_of_speech])


def _join_touching(morphemes: Sequence[Morpheme]) -> list[tuple[int, int]]:
    stretches: list[tuple[int, int]] = []
    for m in morphemes:
        touches = bool(stretches) and stretches[-1][1] == m.start
        stretches[-1 if touches else len(stretches) :] = [(stretches[-1][0] if touches else m.start, m.end)]
    return stretches


class _Dictionary:
    """fugashi with UniDic. MeCab keeps the sentence it works on inside the tagger: one text at a time."""

    def __init__(self) -> None:
        import fugashi

        self._tagger = fugashi.Tagger()
        self._lock = threading.Lock()
        # Features as MeCab prints them → what is read of them. Taking them apart costs several times as much as finding them.
        self._entries: dict[str, tuple[str, tuple[str, ...], str]] = {}

    def cut(self, text: str) -> list[Morpheme]:
        morphemes = []
        position = 0
        with self._lock:
            for node in self._tagger(text):
                surface = node.surface
                start = text.index(surface, position)
                position = start + len(surface)
                reading, parts, lemma = self._entries.get(node.feature_raw) or self._read(node)
                # UniDic writes loanwords as サービス-service
                lemma = (lemma or surface).partition("-")[0] or surface
                morphemes.append(Morpheme(surface, reading, parts, lemma, start, position, not node.is_unk))
        return morphemes

    def _read(self, node) -> tuple[str, tuple[str, ...], str]:
        """Reading, parts of speech and dictionary form; empty what it does not know."""
        feature = node.feature
        parts = tuple(part for part in (feature.pos1, feature.pos2, feature.pos3, feature.pos4) if part and part != "*")
        entry = feature.kana or "", parts, feature.lemma or ""
        if len(self._entries) == _REMEMBERED:
            self._entries.clear()
        self._entries[node.feature_raw] = entry
        return entry


@cache
def _dictionary() -> _Dictionary:
    return _Dictionary()


def cut_morphemes(text: str) -> list[Morpheme]:
    """The morphemes of ``text`` one after the other, particles and suffixes included; blanks belong to none."""
    return _dictionary().cut(text)
