"""Words that were converted to the wrong kanji: 電子決裁 where the plans write 電子決済.

Both may be words, so what was typed stays; it is only doubted where the index never writes it beside its neighbour, but does so with a word
of the same reading.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from search_api.lexicon import Lexicon
from search_api.text_analysis import Morpheme, analyse, cut_morphemes

_KANJI = re.compile("[々一-\u9fff]+")
_PARTS = {"名詞", "接尾辞"}
_MOST = 2


@dataclass(frozen=True, slots=True)
class Homophone:
    """``text[start:end]`` may have been meant to be one of ``words``, the likeliest first.

    ``typed`` and ``meant`` are it and its likeliest form with the neighbour that tells; ``unused``: the index knows no such word, so that
    nothing is lost when it is replaced.
    """

    start: int
    end: int
    words: tuple[str, ...]
    typed: str
    meant: str
    unused: bool


def find_homophones(text: str, lexicon: Lexicon) -> list[Homophone]:
    """The doubtful words of a folded ``text``, in order, not overlapping."""
    morphemes = cut_morphemes(text)
    shreds = list(_find_shreds(morphemes, lexicon))
    words = [h for h in _find_words(morphemes, lexicon) if not any(shred.start < h.end and h.start < shred.end for shred in shreds)]
    return sorted([*shreds, *words], key=lambda homophone: homophone.start)


def _find_shreds(morphemes: Sequence[Morpheme], lexicon: Lexicon) -> Iterator[Homophone]:
    """Words of which one kanji is wrong, so that the dictionary cuts them to pieces: 字治体."""
    taken = 0
    for size, i in ((size, i) for i in range(len(morphemes)) for size in (3, 2)):
        parts = morphemes[i : i + size]
        start, end = parts[0].start, parts[-1].end
        typed = "".join(m.surface for m in parts)
        single = any(len(m.surface) == 1 for m in parts)
        if start < taken or len(parts) < size or end - start != len(typed) or not (single and _KANJI.fullmatch(typed)):
            continue
        if any(lexicon.pair_count(m.surface, n.surface) for m, n in pairwise(parts)) or not all(m.reading for m in parts):
            continue
        words = lexicon.by_reading.get("".join(m.reading for m in parts), ())
        meant = [word for word in words if len(word) == len(typed) and sum(map(str.__ne__, word, typed)) == 1]
        if meant:
            taken = end
            yield Homophone(start, end, tuple(meant[:_MOST]), typed, meant[0], unused=True)


def _find_words(morphemes: Sequence[Morpheme], lexicon: Lexicon) -> Iterator[Homophone]:
    for i, m in enumerate(morphemes):
        if not (_KANJI.fullmatch(m.surface) and m.reading and m.parts_of_speech[0] in _PARTS):
            continue
        before = morphemes[i - 1].surface if i and morphemes[i - 1].end == m.start else ""
        after = morphemes[i + 1].surface if i + 1 < len(morphemes) and morphemes[i + 1].start == m.end else ""
        others = [other for other in lexicon.by_reading.get(m.reading, ()) if other != m.surface and _KANJI.fullmatch(other)]
        counts = {other: _attest(lexicon, before, other, after) for other in (m.surface, *others)}
        if counts[m.surface]:
            continue
        # One kanji (課, 化, 科) stands beside almost anything: it is only doubted where the index hardly uses it at all.
        least = lexicon.count(m.surface) if len(m.surface) == 1 else 0
        meant = sorted((other for other in others if counts[other] > least), key=lambda other: (-counts[other], other))
        if not meant and not before and not after and m.surface not in lexicon and len(m.surface) > 1:
            # Alone it is only read as what looks much like it: 決裁 and 決済, not 移行 and 意向.
            meant = [other for other in others if set(other) & set(m.surface)]
        meant = [other for other in meant if [token.term for token in analyse(other) if not token.is_pair] != [m.lemma]][:_MOST]
        if meant:
            head = before if lexicon.pair_count(before, meant[0]) else ""
            tail = "" if head else after
            unused = m.surface not in lexicon or m.parts_of_speech[0] == "接尾辞"
            yield Homophone(m.start, m.end, tuple(meant), head + m.surface + tail, head + meant[0] + tail, unused)


def _attest(lexicon: Lexicon, before: str, word: str, after: str) -> int:
    """How often the index writes ``word`` beside the neighbours that it has in the question."""
    return lexicon.pair_count(before, word) + lexicon.pair_count(word, after)
