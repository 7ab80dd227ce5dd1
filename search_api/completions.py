"""What is completed while typing: names and topics of the plans with their readings, collected once when an index is built."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Any

from ontology.municipalities import load_municipalities
from search_api.folding import fold
from search_api.passages import Passage
from search_api.text_analysis import Morpheme, Token, analyse, cut_morphemes
from search_api.thesaurus import Concept
from search_api.typed_kana import matching_key
from search_api.units import Unit

# What each kind is called on pages. Where two kinds have the same text, the one that stands first here is shown.
KINDS = {
    "measure": "取組",
    "initiative": "事例",
    "department": "課",
    "indicator": "指標",
    "plan": "計画",
    "municipality": "自治体",
    "concept": "用語",
    "topic": "話題",
    "heading": "見出し",
}
_ORDER = {kind: place for place, kind in enumerate(KINDS)}
# Names are wanted more often than their few occurrences tell; topics, departments and headings are counted in units.
_WEIGHTS = {"measure": 8, "initiative": 4, "indicator": 4, "plan": 16, "municipality": 32}
MAX_LENGTH = 60
# A topic stands in this many units at least, but in no larger share of them: what stands everywhere narrows nothing.
TOPIC_UNITS = 3
TOPIC_SHARE = 0.08
# The same for single words that are also verbs (検討, 導入): an activity rather than a topic, unless it is rare.
VERBAL_SHARE = 0.03
_WORD = re.compile(r"([0-9]+)([+-])([^ ]*)")
_TOPIC = re.compile(r"[一-龥々〆ァ-ヺーA-Za-z]{2,}")
_TOPIC_LENGTHS = range(2, 17)
_COUNTED = {"助数詞可能", "副詞可能"}
# Numbers, marks and brackets around the words of a heading: 第3章, (2), ①, ■, 【…】, and what follows in brackets.
_NUMBERING = re.compile(
    r"^(?:第?[0-9]+(?:[章節項部編条]|(?=[^0-9か期年月日回件]))[.、 ]*|[(（][0-9０-９]+[)）]|[①-⑳Ⅰ-Ⅻ■□●○◆◇★※・【「 ]|[0-9]+[.、 ]\s*)+"
)
_TAIL = re.compile(r"(?:[(（][^()（）]*[)）]|[】」 ])+$")
_HEADING_LENGTHS = range(3, 31)
# A heading that was cut in the middle of its line.
_CUT_SHORT = re.compile("(?:[のにをがはとで]|おける|係る|向け)$")


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """A word of a text: ``text[start:end]``, the matching key of its reading, and whether it carries content."""

    start: int
    end: int
    key: str
    content: bool


@dataclass(frozen=True, slots=True)
class Completion:
    """A text that can be offered.

    ``words`` has each morpheme's start in the text, ``+`` for a content word, else ``-``, and its reading in katakana: ``0+マドグチ 2-ノ
    3+カイゼン``. ``said`` are other wordings that lead to it. ``weight`` tells how often it is wanted, roughly. ``municipality`` (code, name)
    and ``iri`` are None where several bear the text.
    """

    text: str
    kind: str
    weight: int
    words: str
    municipality: tuple[str, str] | None = None
    iri: str | None = None
    said: tuple[str, ...] = ()

    def spoken(self) -> Iterator[SpokenWord]:
        """The words in order; what the dictionary cannot read is spoken as written."""
        words = [(int(start), mark == "+", reading) for start, mark, reading in _WORD.findall(self.words)]
        for (start, content, reading), end in zip(words, [*(word[0] for word in words[1:]), len(self.text)], strict=True):
            yield SpokenWord(start, end, _word_key(reading or self.text[start:end]), content)

    @property
    def content_starts(self) -> frozenset[int]:
        """Where content words begin."""
        return frozenset(int(start) for start, mark, _ in _WORD.findall(self.words) if mark == "+")


@lru_cache(maxsize=50_000)
def _word_key(reading: str) -> str:
    return matching_key(reading)


def collect_completions(
    units: Sequence[Unit], passages: Sequence[Passage], tokens: Sequence[Sequence[Token]], concepts: Iterable[Concept] = ()
) -> list[Completion]:
    """Every text once, in the order of the texts. ``tokens`` are those of each passage's ``indexed_text``.

    Of the ``concepts`` of a thesaurus the first label that the plans write is offered, also to who types what people say instead.
    """
    found: dict[str, Completion] = {}
    named = [*_names(units), *_departments(units), *_headings(units)]
    topics = list(_topics(len(units), passages, tokens))
    for completion in sorted((*named, *topics, *_concepts(units, concepts)), key=lambda c: (_ORDER[c.kind], c.text, c.iri or "")):
        key = fold(completion.text).text
        known = found.get(key)
        found[key] = completion if known is None else _merge(known, completion)
    return [replace(c, words=spell(c.text, c.municipality if c.kind == "municipality" else None)) for _, c in sorted(found.items())]


def spell(text: str, municipality: tuple[str, str] | None = None) -> str:
    """The ``words`` of a text; the name of a municipality is read as its list says."""
    reading = _readings_of_municipalities().get(municipality[0], "") if municipality else ""
    if reading:
        return f"0+{reading}"
    content = {token.start for token in analyse(text) if not token.is_pair}
    return " ".join(f"{m.start}{'+' if m.start in content else '-'}{m.reading}" for m in cut_morphemes(text)) or "0+"


@cache
def _readings_of_municipalities() -> Mapping[str, str]:
    return {municipality.code: municipality.kana for municipality in load_municipalities()}


def read_completion(row: Mapping[str, Any]) -> Completion:
    """A completion from its fields as JSON. Raises KeyError or TypeError."""
    municipality = tuple(row["municipality"]) if row["municipality"] else None
    return Completion(row["text"], row["kind"], row["weight"], row["words"], municipality, row["iri"], tuple(row["said"]))


def _merge(first: Completion, other: Completion) -> Completion:
    """One text of several: the kind of the first; it belongs to a municipality, and is one thing, only where all agree."""
    said = tuple(dict.fromkeys((*first.said, *other.said)))
    if first.kind != other.kind:
        return replace(first, weight=max(first.weight, other.weight), said=said)
    return replace(
        first,
        weight=max(first.weight, other.weight) if first.kind in _WEIGHTS else first.weight + other.weight,
        municipality=first.municipality if first.municipality == other.municipality else None,
        iri=first.iri if first.iri == other.iri else None,
        said=said,
    )


def _names(units: Iterable[Unit]) -> Iterator[Completion]:
    for unit in units:
        if unit.type != "Passage":
            yield from _named(unit.title, "measure" if unit.type == "Measure" else "initiative", unit.municipality, unit.iri)
        if unit.plan:
            yield from _named(unit.plan[1], "plan", unit.municipality, unit.plan[0])
        if unit.municipality:
            yield from _named(unit.municipality[1], "municipality", unit.municipality, None)
        for field in unit.fields:
            if field.kind == "indicator":
                yield from _named(field.text.partition("：")[0], "indicator", unit.municipality, field.iri)


def _named(text: str, kind: str, municipality: tuple[str, str] | None, iri: str | None) -> Iterator[Completion]:
    text = " ".join(text.split())
    if 2 <= len(text) <= MAX_LENGTH:
        yield Completion(text, kind, _WEIGHTS[kind], "", municipality, iri)


def _departments(units: Iterable[Unit]) -> Iterator[Completion]:
    """Collective ones (各課) are no name that one would look for."""
    counts: dict[tuple[str, str, tuple[str, str] | None], int] = defaultdict(int)
    for unit in units:
        for owner in unit.owners:
            if owner.role != "collective" and 2 <= len(owner.name) <= MAX_LENGTH:
                counts[owner.name, owner.iri, unit.municipality] += 1
    for (name, iri, municipality), count in counts.items():
        yield Completion(name, "department", 2 * count, "", municipality, iri)


def _headings(units: Iterable[Unit]) -> Iterator[Completion]:
    counts: dict[str, set[str]] = defaultdict(set)
    for unit in units:
        for field in unit.fields:
            for part in field.heading.split("＞"):
                text = _TAIL.sub("", _NUMBERING.sub("", part.strip())).rpartition("】")[2].strip()
                if len(text) in _HEADING_LENGTHS and not _CUT_SHORT.search(text) and not any(c.isdigit() for c in text):
                    counts[text].add(unit.iri)
    for text, found in counts.items():
        yield Completion(text, "heading", min(len(found), 4), "")


def _concepts(units: Iterable[Unit], concepts: Iterable[Concept]) -> Iterator[Completion]:
    written = fold("\n".join(field.text for unit in units for field in unit.fields)).text
    for concept in concepts:
        label = next((label for label in concept.plans if fold(label).text in written), None)
        if label:
            yield Completion(label, "concept", TOPIC_UNITS, "", said=concept.said)


def _topics(size: int, passages: Sequence[Passage], tokens: Sequence[Sequence[Token]]) -> Iterator[Completion]:
    found: dict[str, set[int]] = defaultdict(set)
    for passage, own in zip(passages, tokens, strict=True):
        for compound in find_compounds(passage.indexed_text, own):
            found[compound].add(passage.unit)
    for text, units in found.items():
        if len(units) >= TOPIC_UNITS and _is_topic(cut_morphemes(text), text, len(units) / size):
            yield Completion(text, "topic", len(units), "")


def find_compounds(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Runs of kanji, katakana and Latin letters, widened to whole nouns (見直し) and cut before a verb that goes on (図る).

    What touches a number is counted or numbered by it (4期, 第3112号): no topic.
    """
    words = [token for token in tokens if not token.is_pair]
    starts = {token.start: token for token in words}
    crossing = {place: token for token in words for place in range(token.start + 1, token.end)}
    for run in _TOPIC.finditer(text):
        start, end = run.span()
        if start in crossing:
            start = crossing[start].start
        if end in crossing:
            end = crossing[end].end if crossing[end].noun else crossing[end].start
        end -= text[start:end].endswith("等")
        numbered = text[start - 1 : start].isdigit() or text[end : end + 1].isdigit()
        if not numbered and end - start in _TOPIC_LENGTHS and any(starts[place].noun for place in range(start, end) if place in starts):
            yield text[start:end]


def _is_topic(morphemes: Sequence[Morpheme], text: str, share: float) -> bool:
    if share > TOPIC_SHARE or (text.isascii() and text.islower()):
        return False
    if len(morphemes) > 1:
        return True
    parts = morphemes[0].parts_of_speech
    if parts[0] != "名詞" or _COUNTED & set(parts):
        return False
    return "サ変可能" not in parts or share <= VERBAL_SHARE
