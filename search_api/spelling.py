"""A question as it was typed → as the plans spell it: kana and romaji, variant spellings, parts of names, slips.

A word that the index knows is never touched, nor one that the dictionary explains by words that the index knows. What stands between double
quotation marks is searched as typed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from search_api.folding import Folded, fold, to_hiragana, to_katakana
from search_api.homophones import Homophone, find_homophones
from search_api.kana import loose_key, read_romaji, sound_key
from search_api.kana_conversion import Converter, Piece
from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.text_analysis import Analysis, Morpheme, is_stop_lemma, read_text

_QUOTED = re.compile('["“”]([^"“”]*)["“”]')
_RUN = re.compile("(?P<hiragana>[ぁ-ゖー]{3,})|(?P<katakana>[ァ-ヺー]{3,})|(?P<latin>[a-z\u0300\u0302āīūēōâîûêô][a-z'āīūēōâîûêô-]*)")
_OTHER_SCRIPTS = re.compile("[ァ-ヺ々一-\u9fffa-z]")
_ROMAJI_PARTICLES = {
    "no": "の",
    "wo": "を",
    "o": "を",
    "ni": "に",
    "ga": "が",
    "to": "と",
    "wa": "は",
    "ha": "は",
    "de": "で",
    "e": "へ",
    "mo": "も",
}
_SHREDS = {"感動詞", "接頭辞", "記号"}
_NAMES = {"名詞", "接尾辞"}
_GRAMMAR = {"助詞", "助動詞", "接続詞", "補助記号"}
_MIN_LATIN = 4
_MIN_LOOSE = 4
# Nobody types more kana in one go than this, and the work grows with them.
_LONGEST = 80
# パソ of パソコン and コン, マイナ and カード: what an abbreviation keeps of either end.
_PART = 2


@dataclass(frozen=True, slots=True)
class Correction:
    """``typed`` was read as ``read_as``; ``kind``: reading (kana), romaji, variant, part, slip, homophone."""

    typed: str
    read_as: str
    kind: str


@dataclass(frozen=True, slots=True)
class Spelling:
    """The question as the index spells it, what was changed to get there, and words of it that may be meant for others."""

    text: str
    corrections: tuple[Correction, ...] = ()
    homophones: tuple[Homophone, ...] = ()


@dataclass(frozen=True, slots=True)
class _Change:
    """``folded.text[start:end]`` becomes ``correction.read_as``; None: it goes unmentioned, ``text`` stands instead."""

    start: int
    end: int
    text: str
    kind: str = ""


def read_spelling(topic: str, lexicon: Lexicon, index: KeywordIndex) -> Spelling:
    """``topic`` with what the index does not know replaced by what it was most likely meant to be."""
    quoted = [match.span(1) for match in _QUOTED.finditer(topic)]
    analysis = read_text(topic)
    reader = _Reader(lexicon, index, analysis)
    changes = [
        change
        for change in reader.changes()
        for start, end in [analysis.folded.span(change.start, change.end)]
        if not any(first <= start and end <= last for first, last in quoted)
    ]
    text, corrections = topic, []
    for change in reversed(changes):
        start, end = analysis.folded.span(change.start, change.end)
        if change.kind:
            corrections.append(Correction(topic[start:end].strip(), change.text, change.kind))
        text = text[:start] + change.text + text[end:]
    literally = [topic[start:end] for start, end in quoted]
    plain = _QUOTED.sub(r"\1", text)
    return _read_homophones(plain if plain.strip() else topic, tuple(reversed(corrections)), literally, lexicon)


def _read_homophones(text: str, corrections: tuple[Correction, ...], literally: Sequence[str], lexicon: Lexicon) -> Spelling:
    """What no word of the index is lost by is replaced, what may be meant is told."""
    folded = fold(text)
    doubtful = [h for h in find_homophones(folded.text, lexicon) if not any(h.typed in quote for quote in literally)]
    told = tuple(Correction(h.typed, h.meant, "homophone") for h in doubtful)
    shift, kept = 0, []
    for homophone in doubtful:
        start, end = (place + shift for place in folded.span(homophone.start, homophone.end))
        if homophone.unused:
            text = text[:start] + homophone.words[0] + text[end:]
            shift += len(homophone.words[0]) - (end - start)
        else:
            kept.append(replace(homophone, start=start, end=end))
    return Spelling(text, corrections + told, tuple(kept))


class _Reader:
    """Reads the runs of one script of one question."""

    def __init__(self, lexicon: Lexicon, index: KeywordIndex, analysis: Analysis) -> None:
        self._lexicon = lexicon
        self._index = index
        self._folded: Folded = analysis.folded
        self._morphemes = analysis.morphemes
        self._terms = {token.term for token in analysis.tokens}

    def changes(self) -> list[_Change]:
        """What to replace, in order, not overlapping."""
        runs = list(_RUN.finditer(self._folded.text))
        latin = [run for run in runs if run.lastgroup == "latin"]
        romaji = self._read_romaji(latin)
        changes: list[_Change] = []
        for run in runs:
            if run.lastgroup == "latin":
                changes += [romaji[run.start()]] if run.start() in romaji else self._read_latin(run, alone=len(latin) == 1)
            elif run.lastgroup == "katakana":
                changes += self._read_katakana(run)
            else:
                changes += self._read_hiragana(run)
        return changes

    def _read_hiragana(self, run: re.Match[str]) -> list[_Change]:
        if len(run[0]) > _LONGEST or self._is_explained(run.start(), run.end()):
            return []
        kana = to_katakana(run[0])
        pieces = Converter(self._lexicon, self._lexicon.by_reading).convert(kana, whole=True)
        if not pieces:
            some = Converter(self._lexicon, self._lexicon.by_reading).convert(kana, whole=False)
            pieces = [piece for piece in some if not self._is_part(run.start() + piece.start, run.start() + piece.end)]
        if not pieces:
            key = sound_key(kana)
            sounds = Converter(self._lexicon, self._lexicon.by_sound).convert(key, whole=True)
            if sounds:
                return [_Change(run.start(), run.end(), _spell(sounds, key), "reading")]
            # Between other words hiragana are mostly grammar.
            similar = None if _OTHER_SCRIPTS.search(self._folded.text) else self._lexicon.similar_reading(kana)
            return [_Change(run.start(), run.end(), similar, "slip")] if similar else []
        return [replace(c, start=run.start() + c.start, end=run.start() + c.end) for c in _join(pieces)]

    def _read_katakana(self, run: re.Match[str]) -> list[_Change]:
        word, start, end = run[0], run.start(), run.end()
        lexicon, inside = self._lexicon, self._inside(start, end)
        if self._knows(word) or (len(inside) == 1 and inside[0].lemma in self._index.terms):
            return []
        if written := lexicon.by_sound.get(sound_key(word)):
            return [_Change(start, end, written[0], "variant" if _is_katakana(written[0]) else "reading")]
        if self._is_explained(start, end):
            return []
        if pieces := [change for m in inside if (change := self._read_piece(m))]:
            return pieces
        one_word = len(inside) == 1 and inside[0].known
        if not one_word and (similar := lexicon.similar_katakana(word)):
            return [_Change(start, end, similar, "slip")]
        part = self._abbreviation(word)
        return [_Change(start, end, part, "part")] if part else []

    def _read_piece(self, m: Morpheme) -> _Change | None:
        """A part of a katakana compound that the index spells otherwise."""
        if len(m.surface) <= _PART or m.lemma in self._index.terms or self._knows(m.surface):
            return None
        written = next((word for word in self._lexicon.by_sound.get(sound_key(m.surface), ()) if _is_katakana(word)), None)
        return _Change(m.start, m.end, written, "variant") if written else None

    def _abbreviation(self, word: str) -> str | None:
        """マイナカード for マイナンバーカード, and the other way round."""
        typed = sound_key(word)
        sounds = {other: sound_key(other) for other in self._lexicon.katakana_from(typed[:_PART])}
        # クラウド of クラウドファンディング is another thing.
        found = [other for other, sound in sounds.items() if sound not in typed and _abbreviates(*sorted((typed, sound), key=len))]
        return min(found, key=lambda other: (-self._lexicon.count(other), other), default=None)

    def _read_latin(self, run: re.Match[str], *, alone: bool) -> list[_Change]:
        word = run[0]
        if len(word) < _MIN_LATIN or not word.isalpha() or self._knows(word):
            return []
        cuts = [(word[:i], word[i:]) for i in range(2, len(word) - 1)]
        if parts := next((parts for parts in cuts if all(part in self._lexicon for part in parts)), None):
            return [_Change(run.start(), run.end(), " ".join(parts), "part")]
        # In a sentence of another language every word is unknown.
        similar = self._lexicon.similar_latin(word) if alone else None
        return [_Change(run.start(), run.end(), similar, "slip")] if similar else []

    def _read_romaji(self, runs: list[re.Match[str]]) -> dict[int, _Change]:
        """By their start: the Latin words that are romaji. None where more of them are neither romaji nor known: a foreign sentence."""
        unknown = [run for run in runs if not self._knows(run[0]) and run[0] not in _ROMAJI_PARTICLES]
        kana = {run.start(): read_romaji(run[0]) for run in unknown}
        found: dict[int, _Change] = {}
        for run in unknown:
            if len(run[0]) >= _MIN_LATIN and (words := self._spell_romaji(kana[run.start()])):
                found[run.start()] = _Change(run.start(), run.end(), words, "romaji")
        if not found or len(found) < sum(not katakana for katakana in kana.values()):
            return {}
        # Then it is Japanese, and what else can be read is its grammar, or a word that the dictionary may know.
        others = {run: _ROMAJI_PARTICLES.get(run[0]) or to_hiragana(kana.get(run.start(), "")) for run in runs if run.start() not in found}
        found |= {run.start(): _Change(run.start(), run.end(), text) for run, text in others.items() if text}
        # Japanese has no blanks between its words.
        following = {run.end(): after.start() for run, after in pairwise(runs) if not self._folded.text[run.end() : after.start()].strip()}
        return {
            start: replace(change, end=following[change.end]) if following.get(change.end) in found else change
            for start, change in found.items()
        }

    def _spell_romaji(self, kana: str) -> str:
        """The words that romaji spells: as it is spelt, or without the long vowels that it mostly leaves out."""
        pieces = Converter(self._lexicon, self._lexicon.by_reading).convert(kana, whole=True) if len(kana) > _PART else []
        if pieces:
            return _spell(pieces, kana)
        key = loose_key(kana)
        words = _spell(Converter(self._lexicon, self._lexicon.by_loose_sound).convert(key, whole=True), key) if len(key) > _PART else ""
        # Short loanwords sound like anything.
        return words if len(key) >= _MIN_LOOSE or not _is_katakana(words) else ""

    def _knows(self, word: str) -> bool:
        return word in self._lexicon or word in self._index.terms or word.rstrip("ー") in self._index.terms

    def _inside(self, start: int, end: int) -> list[Morpheme]:
        return [m for m in self._morphemes if m.start < end and start < m.end]

    def _is_part(self, start: int, end: int) -> bool:
        """Whether a place is no more than a part of a word that the dictionary knows: きゅう of やきゅう."""
        inside = self._inside(start, end)
        return len(inside) == 1 and inside[0].known and (start, end) != (inside[0].start, inside[0].end)

    def _is_explained(self, start: int, end: int) -> bool:
        """Whether the dictionary makes sense of a run, and the index knows the names of things in it."""
        inside = self._inside(start, end)
        # Nothing but grammar, of nothing that stands before it: で, じ, たる, つい and ん of でじたるついん.
        opens = not self._folded.text[max(start - 1, 0) : start].strip()
        return all(map(self._makes_sense, inside)) and not (opens and all(m.parts_of_speech[0] in _GRAMMAR for m in inside))

    def _makes_sense(self, m: Morpheme) -> bool:
        part = m.parts_of_speech[0]
        shred = part in _SHREDS or (part == "副詞" and len(m.surface) == 1)  # ほ of すまほ
        return m.known and not shred and (part not in _NAMES or self._is_used(m))

    def _is_used(self, m: Morpheme) -> bool:
        # The dictionary finds short loanwords in anything: オン and イン in オンイン.
        least = _PART + 1 if _is_katakana(m.surface) else _PART
        is_general = is_stop_lemma(m.lemma)  # which no index has: ところ
        return len(m.surface) >= least and (is_general or m.lemma in self._index.terms or m.surface in self._lexicon)


def _spell(pieces: list[Piece], kana: str) -> str:
    return "".join(piece.word or to_hiragana(kana[piece.start : piece.end]) for piece in pieces)


def _join(pieces: list[Piece]) -> Iterator[_Change]:
    """One change for words that touch."""
    waiting: _Change | None = None
    for piece in pieces:
        if piece.word and waiting and waiting.end == piece.start:
            waiting = replace(waiting, end=piece.end, text=waiting.text + piece.word)
        elif piece.word:
            if waiting:
                yield waiting
            waiting = _Change(piece.start, piece.end, piece.word, "reading")
    if waiting:
        yield waiting


def _abbreviates(short: str, long: str) -> bool:
    """Whether ``short`` is a beginning of ``long`` and a later part of it, two kana of each at least: パソ and コン."""
    cuts = range(_PART, len(short) - _PART + 1)
    return len(short) < len(long) <= 3 * len(short) and any(long.startswith(short[:i]) and short[i:] in long[i:] for i in cuts)


def _is_katakana(word: str) -> bool:
    return bool(re.fullmatch("[ァ-ヺー]+", word))
