"""What people say → what plans write: SKOS concepts (ontology/thesaurus/*.ttl and the user's own ``thesaurus.ttl``).

``skos:prefLabel`` and ``skos:altLabel`` are the words of plans, ``skos:hiddenLabel`` the words of those who do not know them
(SKOS Reference, section 5: labels for finding, not for showing).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graph.skos_labels import Statement, ThesaurusError, read_statements
from search_api.text_analysis import fold

BUILT_IN = Path(__file__).resolve().parents[1] / "ontology" / "thesaurus"
# Concepts that users add (keikaku synonyms accept): what they say holds, whatever the built-in ones say.
OWN = "https://w3id.org/keikaku/thesaurus/local#"
# The file of a data directory in which a user adds concepts, or labels to those that are built in.
USER_FILE = "thesaurus.ttl"
# A label of one or two characters is part of too many other words.
MIN_LABEL = 2


@dataclass(frozen=True, slots=True)
class Concept:
    """``plans`` are the Japanese words of plans, the preferred one first; ``said`` everyday wordings; ``english`` labels in English.

    ``definition`` says in the style of a plan what is done there, "" where nobody wrote one.
    """

    iri: str
    plans: tuple[str, ...]
    said: tuple[str, ...] = ()
    english: tuple[str, ...] = ()
    broader: tuple[str, ...] = ()
    definition: str = ""

    @property
    def label(self) -> str:
        """The preferred label."""
        return self.plans[0]

    @property
    def labels(self) -> tuple[str, ...]:
        """Every label once, those of plans first."""
        return tuple(dict.fromkeys((*self.plans, *self.said, *self.english)))


@dataclass(frozen=True, slots=True)
class Mention:
    """``text[start:end]`` is a label of the concepts with these numbers; ``everyday`` where plans do not write it so."""

    start: int
    end: int
    concepts: tuple[int, ...]
    everyday: bool


@dataclass(frozen=True)
class Thesaurus:
    """Concepts in the order of their IRIs."""

    concepts: tuple[Concept, ...]
    _by_label: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)
    _lengths: Mapping[str, tuple[int, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        found: dict[str, list[int]] = defaultdict(list)
        for number, concept in enumerate(self.concepts):
            for label in dict.fromkeys(_key(label) for label in concept.labels):
                if len(label) >= MIN_LABEL:
                    found[label].append(number)
        object.__setattr__(self, "_by_label", {label: tuple(numbers) for label, numbers in found.items()})
        lengths: dict[str, set[int]] = defaultdict(set)
        for label in found:
            lengths[label[0]].add(len(label))
        object.__setattr__(self, "_lengths", {first: tuple(sorted(sizes, reverse=True)) for first, sizes in lengths.items()})

    @property
    def labels(self) -> list[str]:
        """The labels of all concepts in order."""
        return [label for concept in self.concepts for label in concept.labels]

    @classmethod
    def read(cls, paths: Iterable[Path]) -> Thesaurus:
        """The concepts of Turtle files; one that several files speak of has the labels of all. Raises ThesaurusError."""
        stated: dict[str, list[Statement]] = defaultdict(list)
        origin: dict[str, Path] = {}
        for path in paths:
            for statement in read_statements(path):
                stated[statement.concept].append(statement)
                origin.setdefault(statement.concept, path)
        concepts = tuple(_concept(iri, stated[iri]) for iri in sorted(stated))
        for concept in concepts:
            if not concept.plans or not _texts(stated[concept.iri], "ja", "prefLabel"):
                raise ThesaurusError(
                    f'{origin[concept.iri]}: {concept.iri} に日本語の skos:prefLabel がありません（例: skos:prefLabel "キャッシュレス決済"@ja）'
                )
        return cls(concepts)

    def find(self, text: str) -> list[Mention]:
        """The labels that stand in ``text``, in order, the longest where they overlap. A label inside of a longer word is none."""
        folded = fold(text)
        found: list[Mention] = []
        position = 0
        while position < len(folded.text):
            lengths = self._lengths.get(folded.text[position], ())
            length = next((n for n in lengths if self._stands(folded.text, position, n)), None)
            if length is None:
                position += 1
                continue
            key = folded.text[position : position + length]
            numbers = self._by_label[key]
            everyday = all(key not in map(_key, self.concepts[n].plans) for n in numbers)
            found.append(Mention(*folded.span(position, position + length), numbers, everyday))
            position += length
        return found

    def _stands(self, text: str, start: int, length: int) -> bool:
        end = start + length
        return end <= len(text) and text[start:end] in self._by_label and not (_inside(text, start) or _inside(text, end))


def read_thesaurus(data_dir: Path | None = None, *further: Path) -> Thesaurus:
    """The built-in thesaurus, with the user's file in ``data_dir`` where there is one, and with ``further`` files. Raises ThesaurusError."""
    own = [data_dir / USER_FILE] if data_dir and (data_dir / USER_FILE).is_file() else []
    return Thesaurus.read([*sorted(BUILT_IN.glob("*.ttl")), *own, *further])


def _concept(iri: str, stated: Sequence[Statement]) -> Concept:
    return Concept(
        iri=iri,
        plans=_texts(stated, "ja", "prefLabel", "altLabel"),
        said=_texts(stated, "ja", "hiddenLabel"),
        english=_texts(stated, "en", "prefLabel", "altLabel", "hiddenLabel"),
        broader=tuple(dict.fromkeys(s.value for s in stated if s.property == "broader")),
        definition=next(iter(_texts(stated, "ja", "definition")), ""),
    )


def _texts(stated: Sequence[Statement], language: str, *properties: str) -> tuple[str, ...]:
    # A label without a language is taken for Japanese: users will write it so.
    return tuple(dict.fromkeys(s.value for name in properties for s in stated if s.property == name and (s.language or "ja") == language))


def _key(label: str) -> str:
    return fold(label).text.strip()


def _inside(text: str, place: int) -> bool:
    """Whether ``place`` lies within a run of katakana or of Latin letters and digits: no word ends there."""
    return 0 < place < len(text) and (kind := _script(text[place - 1])) != "" and kind == _script(text[place])


def _script(character: str) -> str:
    if "ァ" <= character <= "ヺ" or character == "ー":
        return "katakana"
    return "latin" if character.isascii() and character.isalnum() else ""
