"""BM25 over numpy postings. Queries are weighted terms, so that expansions can count less than what was typed."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from search_api.text_analysis import PAIR_MARK

K1 = 1.2
B = 0.75


def shared_words(alternatives: Mapping[str, float]) -> frozenset[str]:
    """The words of a wording of several, each of which has its share of it: n words of 1/n."""
    for count in range(2, len(alternatives) + 1):
        words = frozenset(term for term, strength in alternatives.items() if strength == 1 / count)
        if len(words) == count:
            return words
    return frozenset()


def strengths_of(alternatives: Mapping[str, float], places_of: Callable[[str], np.ndarray], size: int) -> np.ndarray:
    """How strongly each of ``size`` texts speaks of one thing, given the words that may stand for it; shape (size,) float32, 0 to 1.

    ``places_of`` gives the numbers of the texts that have a term. The strongest word present counts; words that share one wording
    (``shared_words``: ネーミング and ライツ, each a half) add up.
    """
    strengths = np.zeros(size, dtype=np.float32)
    shared = shared_words(alternatives)
    together = np.zeros_like(strengths) if shared else None
    for term, strength in sorted(alternatives.items()):
        places = places_of(term)
        strengths[places] = np.maximum(strengths[places], np.float32(strength))
        if together is not None and term in shared:
            together[places] += np.float32(strength)
    return strengths if together is None else np.maximum(strengths, np.minimum(together, 1))


def strength_in(terms: Collection[str], alternatives: Mapping[str, float]) -> float:
    """How strongly a text of these terms speaks of one thing, 0 to 1; see ``strengths_of``."""
    present = {term: strength for term, strength in alternatives.items() if term in terms}
    together = sum(present.get(term, 0.0) for term in shared_words(alternatives))
    return max(min(together, 1.0), *present.values(), 0.0)


@dataclass(frozen=True)
class KeywordIndex:
    """Postings in columns: term t stands in ``documents[starts[t]:starts[t + 1]]`` with BM25 weight ``impacts[…]``.

    ``terms`` maps a term to t; ``idf`` has one value a term. The formula is that of Lucene: idf = ln(1 + (N − df + 0.5) / (df + 0.5)),
    impact = idf · tf / (tf + k1 · (1 − b + b · length / mean length)).
    """

    terms: Mapping[str, int]
    starts: np.ndarray
    documents: np.ndarray
    impacts: np.ndarray
    idf: np.ndarray
    size: int

    @classmethod
    def build(cls, documents: Sequence[Sequence[str]]) -> KeywordIndex:
        """Index ``documents``, each given by its terms in any order, repeated as often as they occur."""
        counts = [Counter(terms) for terms in documents]
        vocabulary = {term: i for i, term in enumerate(sorted({term for count in counts for term in count}))}
        postings = sorted((vocabulary[term], doc, tf) for doc, count in enumerate(counts) for term, tf in count.items())
        columns = np.array(postings, dtype=np.int64).reshape(-1, 3)
        frequency = np.bincount(columns[:, 0], minlength=len(vocabulary))
        starts = np.concatenate([[0], np.cumsum(frequency)]).astype(np.int64)
        idf = np.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
        lengths = np.array([len(terms) for terms in documents], dtype=np.float64)
        relative = lengths / lengths.mean() if lengths.sum() else lengths
        tf = columns[:, 2]
        impacts = idf[columns[:, 0]] * tf / (tf + K1 * (1 - B + B * relative[columns[:, 1]]))
        return cls(vocabulary, starts, columns[:, 1].astype(np.int32), impacts.astype(np.float32), idf.astype(np.float32), len(documents))

    def scores(self, query: Mapping[str, float]) -> np.ndarray:
        """The score of every document, shape (size,) float32; 0 where no term occurs."""
        scores = np.zeros(self.size, dtype=np.float32)
        for term, weight in sorted(query.items()):
            if (row := self.terms.get(term)) is not None:
                place = slice(self.starts[row], self.starts[row + 1])
                scores[self.documents[place]] += np.float32(weight) * self.impacts[place]
        return scores

    def coverage(self, groups: Sequence[tuple[float, Mapping[str, float]]]) -> np.ndarray:
        """How much of the question each document speaks of, 0 to 1, shape (size,) float32.

        A group is (weight, {term: strength}): one thing asked for and the words that may stand for it. The strongest word present counts;
        words that share one wording (``shared_words``) add up.
        """
        total = sum(weight for weight, _ in groups)
        covered = np.zeros(self.size, dtype=np.float32)
        for weight, alternatives in groups:
            covered += np.float32(weight) * strengths_of(alternatives, self.documents_with, self.size)
        return covered / np.float32(total) if total else covered

    def documents_with(self, term: str) -> np.ndarray:
        """The documents that contain a term, in order."""
        row = self.terms.get(term)
        return self.documents[:0] if row is None else self.documents[self.starts[row] : self.starts[row + 1]]

    def rarity(self, term: str) -> float:
        """The idf of a term; that of a term seen in no document where it is unknown."""
        row = self.terms.get(term)
        return float(np.log(1 + (self.size + 0.5) / 0.5)) if row is None else float(self.idf[row])

    def frequency(self, term: str) -> int:
        """The number of documents that contain a term."""
        row = self.terms.get(term)
        return 0 if row is None else int(self.starts[row + 1] - self.starts[row])

    def terms_like(self, term: str) -> list[str]:
        """The words of about the same length that begin or end as ``term`` does: a slip seldom touches the length and both ends at once."""
        lengths = range(len(term) - 1, len(term) + 2)
        return list(dict.fromkeys(word for length in lengths for end in (0, -1) for word in self._by_end.get((length, end, term[end]), ())))

    @cached_property
    def _by_end(self) -> Mapping[tuple[int, int, str], Sequence[str]]:
        """Length, end (0 or −1) and the character there → words."""
        words: dict[tuple[int, int, str], list[str]] = defaultdict(list)
        for word in self.terms:
            for end in (0, -1) if not word.startswith(PAIR_MARK) else ():
                words[len(word), end, word[end]].append(word)
        return dict(words)

    def weigh(self, words: Iterable[str]) -> dict[str, float]:
        """Rarity times frequency of each word: its share in the mean vector of a text."""
        return {word: count * self.rarity(word) for word, count in Counter(words).items()}

    def save(self, directory: Path, name: str) -> None:
        """Write ``name.npz`` and ``name.terms.json``."""
        np.savez(
            directory / f"{name}.npz",
            starts=self.starts,
            documents=self.documents,
            impacts=self.impacts,
            idf=self.idf,
            size=np.int64(self.size),
        )
        (directory / f"{name}.terms.json").write_text(json.dumps(sorted(self.terms), ensure_ascii=False), encoding="utf-8")

    @classmethod
    def open(cls, directory: Path, name: str) -> KeywordIndex:
        """Read what ``save`` wrote."""
        terms = json.loads((directory / f"{name}.terms.json").read_text(encoding="utf-8"))
        with np.load(directory / f"{name}.npz", allow_pickle=False) as arrays:
            columns = {column: arrays[column] for column in ("starts", "documents", "impacts", "idf")}
            index = cls({term: i for i, term in enumerate(terms)}, **columns, size=int(arrays["size"]))
        _ = index._by_end  # now, not with the first question that needs it
        return index
