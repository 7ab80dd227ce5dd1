"""The words of an index as they are written and read: what a question that is spelled otherwise can be led back to."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search_api.kana import shorten, sound_key
from search_api.text_analysis import Analysis

_PARTS = {"名詞", "形状詞", "動詞", "形容詞", "接尾辞", "接頭辞"}
_WRITTEN = re.compile("[々一-\u9fffァ-ヺー]")
_KATAKANA_RUN = re.compile("[ァ-ヺー]{3,}")
_KATAKANA_WORD = re.compile("[ァ-ヺー]+")
_LATIN_RUN = re.compile("[a-z][a-z]+")
# Of two words one edit apart at least this much must stand: カード and コード are two words.
_MIN_KANA, _MIN_READING, _MIN_LATIN = 4, 5, 6
_TWO_EDITS = 8
_PREFIX = 2
_BEST = 5
_VOICELESS = str.maketrans("ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポ", "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホ")


@dataclass(frozen=True)
class Lexicon:
    """``words`` in their order of code points; each with its most frequent reading (katakana, or the word itself) and its count.

    ``pairs`` has sorted keys ``i · len(words) + j`` of words i and j that touch in a text, ``pair_counts`` how often they do.
    """

    words: Sequence[str]
    readings: Sequence[str]
    counts: Sequence[int]
    pairs: np.ndarray
    pair_counts: np.ndarray

    @classmethod
    def build(cls, texts: Iterable[Analysis]) -> Lexicon:
        """The words that ``texts`` write in kanji, katakana or Latin letters."""
        read: dict[str, Counter[str]] = defaultdict(Counter)
        pairs: Counter[tuple[str, str]] = Counter()
        for text in texts:
            begin: dict[int, list[str]] = defaultdict(list)
            found = list(_written_words(text))
            for word, reading, start, _ in found:
                read[word][reading] += 1
                begin[start].append(word)
            pairs.update((word, following) for word, _, _, end in found for following in begin.get(end, ()))
        words = sorted(read)
        numbers = {word: number for number, word in enumerate(words)}
        keys = sorted((numbers[first] * len(words) + numbers[second], count) for (first, second), count in pairs.items())
        columns = np.array(keys, dtype=np.int64).reshape(-1, 2)
        readings = [min(read[word].items(), key=lambda item: (-item[1], item[0]))[0] for word in words]
        return cls(words, readings, [read[word].total() for word in words], columns[:, 0], columns[:, 1].astype(np.int32))

    def save(self, directory: Path) -> None:
        """Write ``lexicon.json`` and ``lexicon.npz``."""
        table = {"words": list(self.words), "readings": list(self.readings), "counts": list(self.counts)}
        (directory / "lexicon.json").write_text(json.dumps(table, ensure_ascii=False, separators=(",", ":")), encoding="utf-8")
        np.savez(directory / "lexicon.npz", pairs=self.pairs, pair_counts=self.pair_counts)

    @classmethod
    def open(cls, directory: Path) -> Lexicon:
        """Read what ``save`` wrote, with the tables for looking up."""
        table = json.loads((directory / "lexicon.json").read_text(encoding="utf-8"))
        with np.load(directory / "lexicon.npz", allow_pickle=False) as arrays:
            lexicon = cls(table["words"], table["readings"], table["counts"], arrays["pairs"], arrays["pair_counts"])
        lexicon.warm_up()
        return lexicon

    def warm_up(self) -> None:
        """Make the tables now, not with the first question."""
        _ = self.by_reading, self.by_sound, self.by_loose_sound, self._katakana, self._latin, self._read, self._voiceless, self._heads

    def __contains__(self, word: str) -> bool:
        return word in self._numbers

    def count(self, word: str) -> int:
        """How often a word is written so."""
        number = self._numbers.get(word)
        return 0 if number is None else self.counts[number]

    def pair_count(self, first: str, second: str) -> int:
        """How often ``second`` follows ``first`` without a gap."""
        i, j = self._numbers.get(first), self._numbers.get(second)
        if i is None or j is None:
            return 0
        key = i * len(self.words) + j
        place = int(np.searchsorted(self.pairs, key))
        return int(self.pair_counts[place]) if place < len(self.pairs) and self.pairs[place] == key else 0

    def similar_katakana(self, word: str) -> str | None:
        """The katakana word that differs by the fewest slips: a kana left out, doubled, exchanged or another; two in long words."""
        key = sound_key(word)
        # ペーーレス sounds short, but is a word of some length.
        edits = 0 if len(key) + (len(word) > _MIN_KANA) < _MIN_KANA else 1 if len(key) < _TWO_EDITS else 2
        return self._nearest(key, edits, self._katakana)

    def similar_reading(self, kana: str) -> str | None:
        """The word whose reading (katakana) differs by one slip; a short one only by its sound marks: マトグチ."""
        key = sound_key(kana)
        if found := self._voiceless.get(key.translate(_VOICELESS)):
            return found
        return self._nearest(key, 1 if len(key) >= _MIN_READING else 0, self._read)

    def similar_latin(self, word: str) -> str | None:
        """The Latin word one slip away that begins alike."""
        found = self._nearest(word, 1 if len(word) >= _MIN_LATIN else 0, self._latin)
        return found if found and found[0] == word[0] else None

    def katakana_from(self, head: str) -> list[str]:
        """The katakana words whose sound begins with ``head`` (a ``sound_key`` of two kana)."""
        return self._heads.get(head, [])

    @cached_property
    def by_reading(self) -> Mapping[str, Sequence[str]]:
        """Reading → words, the most frequent first."""
        return self._table(self.readings)

    @cached_property
    def by_sound(self) -> Mapping[str, Sequence[str]]:
        """``sound_key`` of the reading → words, the most frequent first."""
        return self._table(self._sounds)

    @cached_property
    def by_loose_sound(self) -> Mapping[str, Sequence[str]]:
        """``loose_key`` of the reading → words, the most frequent first."""
        return self._table([shorten(sound) for sound in self._sounds])

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def _by_count(self) -> Sequence[int]:
        return sorted(range(len(self.words)), key=lambda number: (-self.counts[number], number))

    @cached_property
    def _sounds(self) -> Sequence[str]:
        return [sound_key(reading) for reading in self.readings]

    @cached_property
    def _katakana(self) -> _Neighbours:
        pairs = zip(self._sounds, self.words, strict=True)
        return _Neighbours((sound, word) for sound, word in pairs if _KATAKANA_WORD.fullmatch(word))

    @cached_property
    def _read(self) -> _Neighbours:
        return _Neighbours((sound, words[0]) for sound, words in self.by_sound.items() if len(sound) >= _MIN_KANA)

    @cached_property
    def _latin(self) -> _Neighbours:
        return _Neighbours((word, word) for word in self.words if word.isascii())

    @cached_property
    def _voiceless(self) -> Mapping[str, str]:
        return {sound.translate(_VOICELESS): words[0] for sound, words in reversed(self.by_sound.items()) if len(sound) >= _MIN_KANA}

    @cached_property
    def _heads(self) -> Mapping[str, list[str]]:
        heads: dict[str, list[str]] = defaultdict(list)
        for sound, word in zip(self._sounds, self.words, strict=True):
            if _KATAKANA_WORD.fullmatch(word):
                heads[sound[:2]].append(word)
        return dict(heads)

    def _table(self, keys: Sequence[str]) -> Mapping[str, Sequence[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        for number in self._by_count:
            if keys[number]:
                table[keys[number]].append(self.words[number])
        return {key: tuple(words) for key, words in table.items()}

    def _nearest(self, key: str, edits: int, neighbours: _Neighbours) -> str | None:
        found = [(distance, -self.count(word), word) for word, distance in neighbours.find(key, edits)]
        return min(found)[2] if found else None


class _Neighbours:
    """Words by keys of about the same length that begin or end alike: one slip does not change both ends."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._tables: dict[tuple[int, str, bool], tuple[list[str], list[str]]] = {}
        for key, word in pairs:
            for end in (0, -1) if key else ():
                keys, words = self._tables.setdefault((len(key), key[end], end == 0), ([], []))
                keys.append(key)
                words.append(word)

    def find(self, key: str, edits: int) -> Iterator[tuple[str, float]]:
        """(word, edits) of those within ``edits`` of ``key``, some of them twice."""
        for length in range(len(key) - edits, len(key) + edits + 1) if edits and key else ():
            for end in (0, -1):
                keys, words = self._tables.get((length, key[end], end == 0), ((), ()))
                for other, distance, place in process.extract(key, keys, scorer=OSA.distance, score_cutoff=edits, limit=_BEST):
                    # ビルメンテナンス is no slip of メンテナンス.
                    if abs(length - len(key)) < _PREFIX or not (key in other or other in key):
                        yield words[place], distance


def _written_words(text: Analysis) -> Iterable[tuple[str, str, int, int]]:
    """(word, reading, start, end) in the folded text; runs of katakana also whole, Latin words without a reading."""
    whole = [(run[0], run[0], *run.span()) for run in _KATAKANA_RUN.finditer(text.folded.text)]
    places = {word[2:] for word in whole}
    for m in text.morphemes:
        if m.parts_of_speech[0] in _PARTS and _WRITTEN.search(m.surface) and (m.start, m.end) not in places:
            yield m.surface, m.reading or ("" if not _KATAKANA_WORD.fullmatch(m.surface) else m.surface), m.start, m.end
    yield from whole
    for run in _LATIN_RUN.finditer(text.folded.text):
        yield run[0], "", *run.span()
