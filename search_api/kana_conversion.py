"""Kana without conversion → the words of an index that are read so, as an input method would: fewest words, frequent ones, known neighbours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from search_api.lexicon import Lexicon

# Words this long are trusted wherever they stand, shorter ones need a neighbour that they are known to stand beside.
TRUSTED = 4
_LONGEST = 16
_CHOICES = 5
_WORD, _PARTICLE, _SKIP = 1.0, 0.5, 4.0
# More than leaving its three kana unread; given back when a neighbour turns up.
_ALONE = 13.0
_PARTICLES = frozenset(
    ("ノ", "ヲ", "ニ", "ガ", "ト", "ハ", "ヘ", "デ", "モ", "ヤ", "カラ", "マデ", "スル", "シタイ", "ニツイテ", "ノタメノ")
)


@dataclass(frozen=True, slots=True)
class Piece:
    """``kana[start:end]`` is read as ``word``; None: it stays as it is."""

    start: int
    end: int
    word: str | None


@dataclass(frozen=True, slots=True)
class _Path:
    """``debt``: what the last word, a short one, gets back from a neighbour."""

    cost: float
    pieces: tuple[Piece, ...]
    debt: float = 0.0

    @property
    def before(self) -> str | None:
        return self.pieces[-1].word if self.pieces else None

    def then(self, start: int, end: int, word: str | None, cost: float, debt: float = 0.0) -> _Path:
        return _Path(self.cost + cost, (*self.pieces, Piece(start, end, word)), debt)


@dataclass(frozen=True, slots=True)
class Converter:
    """Reads kana by one ``table`` of ``lexicon``: keys of the kind in which the kana are given → words."""

    lexicon: Lexicon
    table: Mapping[str, Sequence[str]]

    def convert(self, kana: str, *, whole: bool) -> list[Piece]:
        """The words that ``kana`` spells, in order; empty where there are none. ``whole``: nothing but words and particles may stand there."""
        best: list[dict[str | None, _Path]] = [{} for _ in range(len(kana) + 1)]
        best[0][None] = _Path(0.0, ())
        for start in range(len(kana)):
            for path in list(best[start].values()):
                steps = [*self._words(kana, start, path), *([] if whole else [path.then(start, start + 1, None, _SKIP)])]
                for step in steps:
                    kept = best[step.pieces[-1].end]
                    if step.before not in kept or step.cost < kept[step.before].cost:
                        kept[step.before] = step
        ends = sorted(best[-1].values(), key=lambda path: path.cost)
        pieces = ends[0].pieces if ends and (not whole or ends[0].cost < _ALONE or len(ends[0].pieces) == 1) else ()
        return list(pieces) if any(piece.word for piece in pieces) else []

    def _words(self, kana: str, start: int, path: _Path) -> Iterator[_Path]:
        for end in range(start + 1, min(len(kana), start + _LONGEST) + 1):
            part = kana[start:end]
            if part in _PARTICLES and path.before:
                yield path.then(start, end, None, _PARTICLE)
            for rank, word in enumerate(self.table.get(part, ())[:_CHOICES]):
                attested = path.before is not None and self.lexicon.pair_count(path.before, word) > 0
                short = end - start < TRUSTED and not attested
                if not short:
                    yield path.then(start, end, word, _WORD + 0.01 * rank - (path.debt + 0.5 if attested else 0.0))
                elif end - start > 1 and (end - start > 2 or len(kana) > end):
                    yield path.then(start, end, word, _WORD + 0.01 * rank + _ALONE, _ALONE)
