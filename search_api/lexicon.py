"""The words of an index as they are written and read: what a question that is spelled otherwise can be led back to."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from search_api.kana import loose_key, sound_key
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
        _ = self.by_reading, self.by_sound, self.by_loose_sound, self._katakana, self._latin, self._sounds, self._voiceless, self._heads

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
        return self._nearest(key, 1 if len(key) >= _MIN_READING else 0, self._sounds)

    def similar_latin(self, word: str) -> str | None:
        """The Latin word one slip away that begins alike."""
        found = self._nearest(word, 1 if len(word) >= _MIN_LATIN else 0, self._latin)
        return found if found and found[0] == word[0] else None

    def katakana_from(self, head: str) -> list[str]:
        """The katakana words whose sound begins with ``head`` (a ``sound_key`` of two kana)."""
        return self._heads.get(head, [])

    @cached_property
    def by_reading(self) -> Mapping[str, list[str]]:
        """Reading → words, the most frequent first."""
        return self._table(str)

    @cached_property
    def by_sound(self) -> Mapping[str, list[str]]:
        """``sound_key`` of the reading → words, the most frequent first."""
        return self._table(sound_key)

    @cached_property
    def by_loose_sound(self) -> Mapping[str, list[str]]:
        """``loose_key`` of the reading → words, the most frequent first."""
        return self._table(loose_key)

    @cached_property
    def _numbers(self) -> Mapping[str, int]:
        return {word: number for number, word in enumerate(self.words)}

    @cached_property
    def _katakana(self) -> Mapping[int, tuple[list[str], list[str]]]:
        """Length of the sound → sounds and their words."""
        words = [word for word in self.words if _KATAKANA_WORD.fullmatch(word)]
        return _by_length((sound_key(word), word) for word in words)

    @cached_property
    def _sounds(self) -> Mapping[int, tuple[list[str], list[str]]]:
        return _by_length((sound, words[0]) for sound, words in self.by_sound.items() if len(sound) >= _MIN_KANA)

    @cached_property
    def _voiceless(self) -> Mapping[str, str]:
        return {sound.translate(_VOICELESS): words[0] for sound, words in reversed(self.by_sound.items()) if len(sound) >= _MIN_KANA}

    @cached_property
    def _latin(self) -> Mapping[int, tuple[list[str], list[str]]]:
        return _by_length((word, word) for word in self.words if word.isascii())

    @cached_property
    def _heads(self) -> Mapping[str, list[str]]:
        heads: dict[str, list[str]] = defaultdict(list)
        for sounds, words in self._katakana.values():
            for sound, word in zip(sounds, words, strict=True):
                heads[sound[:2]].append(word)
        return {head: sorted(words) for head, words in heads.items()}

    def _table(self, key) -> Mapping[str, list[str]]:
        table: dict[str, list[str]] = defaultdict(list)
        keys: dict[str, str] = {}
        order = sorted(range(len(self.words)), key=lambda number: (-self.counts[number], self.words[number]))
        for number in order:
            reading = self.readings[number]
            if reading:
                table[keys.setdefault(reading, key(reading))].append(self.words[number])
        return dict(table)

    def _nearest(self, key: str, edits: int, table: Mapping[int, tuple[list[str], list[str]]]) -> str | None:
        found: list[tuple[float, int, str]] = []
        for length in range(len(key) - edits, len(key) + edits + 1) if edits else ():
            keys, words = table.get(length, ((), ()))
            for _, distance, place in process.extract(key, keys, scorer=OSA.distance, processor=None, score_cutoff=edits, limit=5):
                # ビルメンテナンス is no slip of メンテナンス.
                if abs(len(keys[place]) - len(key)) < _PREFIX or not (key in keys[place] or keys[place] in key):
                    found.append((distance, -self.count(words[place]), words[place]))
        return min(found)[2] if found else None


def _by_length(pairs: Iterable[tuple[str, str]]) -> Mapping[int, tuple[list[str], list[str]]]:
    table: dict[int, tuple[list[str], list[str]]] = {}
    for key, word in pairs:
        keys, words = table.setdefault(len(key), ([], []))
        keys.append(key)
        words.append(word)
    return table


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
