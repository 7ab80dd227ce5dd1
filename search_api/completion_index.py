"""Which completions begin with, have a word that begins with, or contain given letters: sorted arrays, built once and then only read."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import chain, pairwise
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from graph.durable import encode_json
from ontology.errors import SnapshotError
from search_api.completions import Completion, read_completion
from search_api.typed_kana import matching_key, matching_places

# Keys are sorted by this many letters; what was typed further is compared afterwards.
_DEPTH = 24
# Ends a key. It sorts before every letter and is none.
_END = "\n"
_ARRAYS = ("offsets", "places", "numbers", "first", "pairs")


@dataclass(frozen=True, slots=True)
class CompletionIndex:
    """Completions by rank: the smallest numbers of a set are its best.

    ``letters`` are the keys (typed_kana.matching_key) of each completion one after the other: of its text, from ``offsets[number]``, of its
    reading, of other wordings. ``places`` (int32) are the word starts in ``letters``, sorted by the letters that follow; ``numbers`` (int32)
    their completions, ``first`` (bool) whether a key begins there. ``pairs`` (int64, sorted) are two adjacent letters of a text's key in the
    upper half, the completion's number in the lower one: what contains all pairs of the letters wanted may contain them.
    """

    completions: Sequence[Completion]
    letters: str
    offsets: np.ndarray
    places: np.ndarray
    numbers: np.ndarray
    first: np.ndarray
    pairs: np.ndarray

    @classmethod
    def build(cls, completions: Iterable[Completion]) -> CompletionIndex:
        """The more frequent a text, and the shorter, the better its rank; frequencies count by powers of two."""
        ranked = sorted(completions, key=lambda c: (-c.weight.bit_length(), len(c.text), c.text))
        keys: list[str] = []
        offsets, places, numbers, first = [], [], [], []
        position = 0
        for number, completion in enumerate(ranked):
            offsets.append(position)
            for key, starts in _keys(completion):
                keys.append(key)
                places += [position + start for start in starts]
                numbers += [number] * len(starts)
                first += [start == 0 for start in starts]
                position += len(key) + 1
        letters = "".join(key + _END for key in keys)
        beginnings = [letters[place : place + _DEPTH] for place in places]
        order = sorted(range(len(places)), key=beginnings.__getitem__)
        return cls(
            completions=ranked,
            letters=letters,
            offsets=np.array(offsets, dtype=np.int32),
            places=np.array(places, dtype=np.int32)[order],
            numbers=np.array(numbers, dtype=np.int32)[order],
            first=np.array(first, dtype=bool)[order],
            pairs=_pack_pairs([matching_key(completion.text) for completion in ranked]),
        )

    def save(self, directory: Path) -> None:
        """Write ``completions.*`` into an existing folder."""
        (directory / "completions.json").write_bytes(encode_json([asdict(completion) for completion in self.completions]))
        (directory / "completions.keys.txt").write_text(self.letters, encoding="utf-8", newline="")
        np.savez(directory / "completions.npz", **{name: getattr(self, name) for name in _ARRAYS})

    @classmethod
    def open(cls, directory: Path) -> CompletionIndex:
        """Read what ``save`` wrote. Raises SnapshotError where it is missing or damaged."""
        try:
            completions = [read_completion(row) for row in json.loads((directory / "completions.json").read_bytes())]
            letters = (directory / "completions.keys.txt").read_bytes().decode("utf-8")
            with np.load(directory / "completions.npz", allow_pickle=False) as arrays:
                return cls(completions, letters, **{name: arrays[name] for name in _ARRAYS})
        except (OSError, EOFError, BadZipFile, ValueError, KeyError, TypeError) as error:
            raise SnapshotError(f"{directory}: 入力候補を読めません（{error}）。keikaku ingest で取り込みをやり直してください") from error

    def begin(self, keys: Iterable[str], *, first: bool) -> np.ndarray:
        """Numbers, ascending, of completions with a key (``first``) or a word in it that begins with one of ``keys``."""
        found = np.zeros(len(self.completions), dtype=bool)
        for key in keys:
            low, high = self._range(key[:_DEPTH])
            rows = np.flatnonzero(self.first[low:high]) + low if first else np.arange(low, high)
            if len(key) > _DEPTH:
                rows = np.array([row for row in rows if self.letters.startswith(key, self.places[row])], dtype=np.int64)
            found[self.numbers[rows]] = True
        return np.flatnonzero(found)

    def contain(self, keys: Sequence[str]) -> Iterator[int]:
        """Numbers, ascending, of completions whose text contains one of ``keys``."""
        candidates = np.unique(np.concatenate([self._with_all_pairs(key) for key in keys]))
        return (int(number) for number in candidates if any(key in self._text(number) for key in keys))

    def _text(self, number: int) -> str:
        start = self.offsets[number]
        return self.letters[start : self.letters.index(_END, start)]

    def _range(self, key: str) -> tuple[int, int]:
        letters, size = self.letters, len(key)
        low = bisect_left(self.places, key, key=lambda place: letters[place : place + size])
        return low, bisect_right(self.places, key, low, key=lambda place: letters[place : place + size])

    def _with_all_pairs(self, key: str) -> np.ndarray:
        wanted = sorted({_pack(a, b) for a, b in pairwise(key)} or {_pack(key, "\0")})
        bounds = [np.searchsorted(self.pairs, (pair << 32, (pair + 1) << 32)) for pair in wanted]
        rarest, *others = sorted((self.pairs[low:high] & 0xFFFFFFFF for low, high in bounds), key=len)
        for numbers in others:
            rarest = np.intersect1d(rarest, numbers, assume_unique=True)
        return rarest


def _keys(completion: Completion) -> Iterator[tuple[str, list[int]]]:
    """The keys of a completion, each with the places at which a content word, or the key itself, begins."""
    content = completion.content_starts
    text = matching_key(completion.text)
    yield text, [place for place, (start, _) in enumerate(matching_places(completion.text)) if place == 0 or start in content]
    read, starts = "", []
    for word in completion.spoken():
        if word.content or not read:
            starts.append(len(read))
        read += word.key
    if read != text:
        yield read, starts
    yield from ((matching_key(wording), [0]) for wording in completion.said)


def _pack(first: str, second: str) -> int:
    # A letter beyond the basic plane shares its number with another one; what is found is compared anyway.
    return (ord(first) & 0x7FFF) << 16 | (ord(second) & 0xFFFF)


def _pack_pairs(texts: Sequence[str]) -> np.ndarray:
    """Every pair of adjacent letters and every single letter of the texts, with the number of the text."""
    joined = "".join(chain.from_iterable((text, _END) for text in texts))
    letters = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    numbers = np.repeat(np.arange(len(texts), dtype=np.int64), [len(text) + 1 for text in texts])
    inside = letters != ord(_END)
    single = ((letters & 0x7FFF) << 48 | numbers)[inside]
    pairs = (((letters[:-1] & 0x7FFF) << 16 | (letters[1:] & 0xFFFF)) << 32 | numbers[:-1])[inside[:-1] & inside[1:]]
    return np.unique(np.concatenate([single, pairs]))
