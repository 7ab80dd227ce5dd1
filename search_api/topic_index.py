"""Which words stand in which heading and sentence of the units that have owners: what tells whether a text is about a topic.

The passages of the search carry title and heading with them and are cut by length; here every printed text is kept apart.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from search_api.keyword_index import strengths_of
from search_api.text_analysis import Token, analyse
from search_api.units import Unit

_SENTENCE_END = re.compile("[。\n]")
_NAME = "topics"


def pair_words(tokens: Sequence[Token]) -> list[str]:
    """The pairs of words that stand side by side, as one term each: 行政評価 → "行政 評価"."""
    words = [token for token in tokens if not token.is_pair]
    starting: dict[int, list[Token]] = defaultdict(list)
    for word in words:
        starting[word.start].append(word)
    return [f"{word.term} {after.term}" for word in words for after in starting[word.end]]


@dataclass(frozen=True, slots=True)
class TextRows:
    """The ``rows`` of some ``texts`` one after the other: those of ``texts[i]`` are ``counts[i]`` from place ``starts[i]`` on, its heading first."""

    texts: np.ndarray
    rows: np.ndarray
    starts: np.ndarray
    counts: np.ndarray


@dataclass(frozen=True)
class TopicIndex:
    """Rows are headings and sentences, in the order of the units and their fields; a field without heading has an empty first row.

    Term t stands in ``rows[starts[t]:starts[t + 1]]``; words that stand side by side are a term, too (``pair_words``). Text i is ``units[unit_of[i]].fields[field_of[i]]``; its heading is row
    ``first_row[i]``, its sentences are the rows up to ``first_row[i + 1]``. Names of departments are no words of a topic.
    """

    terms: Mapping[str, int]
    starts: np.ndarray
    rows: np.ndarray
    first_row: np.ndarray
    unit_of: np.ndarray
    field_of: np.ndarray

    @classmethod
    def build(cls, units: Sequence[Unit]) -> TopicIndex:
        """Index every field of the units that have owners."""
        names = sorted({owner.name for unit in units for owner in unit.owners}, key=lambda name: (-len(name), name))
        named = re.compile("|".join(map(re.escape, names)))
        places = [(u, f) for u, unit in enumerate(units) if unit.owners for f in range(len(unit.fields))]
        postings: dict[str, list[int]] = defaultdict(list)
        first_row = [0]
        for u, f in places:
            field = units[u].fields[f]
            parts = [field.heading, *filter(str.strip, _SENTENCE_END.split(field.text))]
            for row, part in enumerate(parts, first_row[-1]):
                tokens = analyse(named.sub(" ", part) if names else part)
                for term in sorted({token.term for token in tokens if not token.is_pair} | set(pair_words(tokens))):
                    postings[term].append(row)
            first_row.append(first_row[-1] + len(parts))
        columns = [postings[term] for term in sorted(postings)]
        return cls(
            terms={term: number for number, term in enumerate(sorted(postings))},
            starts=np.cumsum([0, *map(len, columns)], dtype=np.int64),
            rows=np.array([row for column in columns for row in column], dtype=np.int32),
            first_row=np.array(first_row, dtype=np.int64),
            unit_of=np.array([u for u, _ in places], dtype=np.int32),
            field_of=np.array([f for _, f in places], dtype=np.int32),
        )

    @cached_property
    def text_of(self) -> np.ndarray:
        """The text to which each row belongs."""
        return np.repeat(np.arange(len(self.unit_of)), np.diff(self.first_row))

    @cached_property
    def first_text(self) -> Mapping[int, int]:
        """Unit → its first text."""
        units, first = np.unique(self.unit_of, return_index=True)
        return dict(zip(units.tolist(), first.tolist(), strict=True))

    def find(self, alternatives: Mapping[str, float]) -> np.ndarray:
        """How strongly each row speaks of one thing, given the words that may stand for it (``strengths_of``)."""
        return strengths_of(alternatives, self.rows_of, int(self.first_row[-1]))

    def mark(self, term: str) -> np.ndarray:
        """A mask of the rows in which ``term`` stands."""
        marked = np.zeros(int(self.first_row[-1]), dtype=bool)
        marked[self.rows_of(term)] = True
        return marked

    def rows_of(self, term: str) -> np.ndarray:
        """The rows in which ``term`` stands, in order."""
        number = self.terms.get(term)
        return self.rows[:0] if number is None else self.rows[self.starts[number] : self.starts[number + 1]]

    def texts_of(self, rows: np.ndarray) -> np.ndarray:
        """A mask of the texts to which ``rows`` belong."""
        marked = np.zeros(len(self.unit_of), dtype=bool)
        marked[self.text_of[rows]] = True
        return marked

    def select(self, texts: np.ndarray) -> TextRows:
        """The rows of the texts with these numbers."""
        firsts, counts = self.first_row[texts], self.first_row[texts + 1] - self.first_row[texts]
        starts = np.cumsum(counts) - counts
        return TextRows(texts, np.repeat(firsts - starts, counts) + np.arange(int(counts.sum())), starts, counts)

    def save(self, directory: Path) -> None:
        """Write ``topics.npz`` and ``topics.terms.json``."""
        columns = ("starts", "rows", "first_row", "unit_of", "field_of")
        np.savez(directory / f"{_NAME}.npz", **{column: getattr(self, column) for column in columns})
        (directory / f"{_NAME}.terms.json").write_text(json.dumps(sorted(self.terms), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def open(cls, directory: Path) -> TopicIndex:
        """Read what ``save`` wrote."""
        terms = json.loads((directory / f"{_NAME}.terms.json").read_text(encoding="utf-8"))
        with np.load(directory / f"{_NAME}.npz", allow_pickle=False) as arrays:
            return cls({term: number for number, term in enumerate(terms)}, **{column: arrays[column] for column in arrays.files})
