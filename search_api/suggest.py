"""Completions of what has been typed so far, in a few milliseconds: texts that begin with it, have a word that does, or contain it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from search_api.completion_index import CompletionIndex
from search_api.completions import KINDS, Completion
from search_api.typed_kana import TypedKeys, matching_key, matching_places, read_typed

MAX_LIMIT = 20


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion with the code points of its text that were typed."""

    completion: Completion
    highlights: tuple[tuple[int, int], ...]

    def to_json(self) -> dict[str, Any]:
        """``municipality`` and ``iri`` only where the text belongs to one."""
        completion = self.completion
        row: dict[str, Any] = {"text": completion.text, "kind": completion.kind, "label_ja": KINDS[completion.kind]}
        if completion.municipality:
            row["municipality"] = {"code": completion.municipality[0], "name": completion.municipality[1]}
        if completion.iri:
            row["iri"] = completion.iri
        return row | {"highlights": [list(span) for span in self.highlights]}


@dataclass(frozen=True, slots=True)
class SuggestResponse:
    """The answer, the most useful suggestion first."""

    query: str
    suggestions: tuple[Suggestion, ...]
    took_ms: float

    def to_json(self) -> dict[str, Any]:
        """The body of ``/api/suggest`` (docs/http.md)."""
        return {"query": self.query, "took_ms": self.took_ms, "suggestions": [suggestion.to_json() for suggestion in self.suggestions]}


class Suggester:
    """Completes what is typed from one index. Safe for several threads at once."""

    def __init__(self, index: CompletionIndex) -> None:
        self.index = index

    @classmethod
    def open(cls, directory: Path) -> Suggester:
        """Over the completions of a search index. Raises SnapshotError where they are missing or damaged."""
        return cls(CompletionIndex.open(directory))

    def suggest(self, typed: str, limit: int = 10, municipality: str = "") -> SuggestResponse:
        """Up to ``limit`` completions: those that begin with what was typed, then those with a word that does, then those that contain it.

        With a ``municipality`` (name or code) none that belongs to another one.
        """
        started = time.perf_counter()
        readings = read_typed(typed)
        numbers: dict[int, None] = {}
        for number in self._find(readings, limit, municipality):
            numbers[number] = None
            if len(numbers) == limit:
                break
        chosen = (self.index.completions[number] for number in numbers)
        found = tuple(Suggestion(completion, _highlight(completion, readings)) for completion in chosen)
        return SuggestResponse(typed, found, round((time.perf_counter() - started) * 1000, 1))

    def _find(self, readings: Sequence[TypedKeys], limit: int, municipality: str) -> Iterator[int]:
        """Numbers, best first, some more than once: of each kind of match so many that ``limit`` are new where there are as many."""
        for first in (True, False):
            for reading in readings:
                begun = map(int, self.index.begin(reading.keys, first=first))
                yield from islice((n for n in begun if self._fits(n, reading, municipality)), 2 * limit)
        for reading in readings:
            if not reading.kanji:
                yield from islice((n for n in self.index.contain(reading.keys) if self._fits(n, reading, municipality)), 2 * limit)

    def _fits(self, number: int, reading: TypedKeys, municipality: str) -> bool:
        completion = self.index.completions[number]
        if municipality and completion.municipality and municipality not in completion.municipality:
            return False
        return _stand_in_order(reading.kanji, completion.text)


def _stand_in_order(wanted: str, text: str) -> bool:
    letters = iter(text)
    return all(letter in letters for letter in wanted)


def _highlight(completion: Completion, readings: Sequence[TypedKeys]) -> tuple[tuple[int, int], ...]:
    """Where the text says what was typed: its own letters, or the words whose reading it is; nothing where another wording was typed."""
    content = completion.content_starts
    spans = [span for reading in readings for key in reading.keys for span in _written(completion, key)]
    spans += [span for reading in readings for key in reading.keys for span in _read(completion, key)]
    return (min(spans, key=lambda span: (span[0] != 0, span[0] not in content)),) if spans else ()


def _written(completion: Completion, key: str) -> Iterator[tuple[int, int]]:
    text, places = matching_key(completion.text), matching_places(completion.text)
    for first in range(len(text) - len(key) + 1):
        if text.startswith(key, first):
            yield places[first][0], places[first + len(key) - 1][1]


def _read(completion: Completion, key: str) -> Iterator[tuple[int, int]]:
    """From the first to the last word whose reading ``key`` is, or begins."""
    words = list(completion.spoken())
    for first, word in enumerate(words):
        read = ""
        for other in words[first:] if word.key and (word.content or first == 0) else ():
            read += other.key
            if read.startswith(key):
                yield word.start, other.end
                break
