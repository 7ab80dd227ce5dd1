"""A question as weighted terms: its words as the index spells them, and the words of the plans that stand near them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search_api.homophones import Homophone
from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.query import cue_list
from search_api.spelling import Correction, read_spelling
from search_api.text_analysis import PAIR_MARK, Token, analyse, analyse_words
from search_api.thesaurus import OWN, Thesaurus
from search_api.word_vectors import Neighbourhood

# Measured on two collections of other municipalities and on the development queries (docs/model.md).
NEIGHBOUR_WEIGHT = 0.3
NEIGHBOUR_COSINE = 0.5
NEIGHBOURS = 5
# What may have been meant instead of a word counts less than it; a word that contains the one character asked for has what was asked.
LIKELY_STRENGTH = 0.7
AROUND_STRENGTH = 1.0
MOST_AROUND = 40
PAIR_WEIGHT = 0.3
# chiVe in this edition lets close words share one vector, so that a cosine of 1 does not mean the same word.
NEIGHBOUR_STRENGTH = 0.8
# What plans call a thing that is put in other words (ontology/thesaurus): the first labels of the first concepts that own the wording.
CONCEPTS = 2
PLAN_LABELS = 2
MIN_WORDING = 3
PLAN_WEIGHT = 0.5
PLAN_STRENGTH = 0.9
# So many other spellings of a question are asked of the sentence models.
SPELLINGS = 2
_LABELS = 4096


Group = tuple[float, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """``weights``: term → weight for BM25. ``groups``: for each word asked (rarity, {term: strength}). ``rephrased``: other wordings.

    ``core`` are the groups of nouns, which name the topic; all groups where there is none. ``topic`` is the question as the index spells
    it, after ``corrections``.
    """

    weights: Mapping[str, float]
    groups: tuple[Group, ...]
    core: tuple[Group, ...]
    rephrased: tuple[str, ...]
    topic: str = ""
    corrections: tuple[Correction, ...] = ()

    @property
    def is_character(self) -> bool:
        """Whether the question is one character."""
        return len(self.topic.strip()) == 1

    @property
    def words(self) -> frozenset[str]:
        """The terms asked for and their neighbours, without character pairs."""
        return frozenset(term for _, alternatives in self.groups for term in alternatives)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing asked for: ``topic[start:end]``, its own ``terms``, what plans call it, and other spellings of the whole place.

    ``likely`` are words that may have been meant instead, ``around`` terms that contain it.
    """

    start: int
    end: int
    terms: tuple[str, ...]
    noun: bool
    plans: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()
    likely: tuple[str, ...] = ()
    around: tuple[str, ...] = ()


def read_terms(
    topic: str, index: KeywordIndex, neighbourhood: Neighbourhood | None, lexicon: Lexicon, thesaurus: Thesaurus | None = None
) -> QuestionTerms:
    """The terms of ``topic`` as ``index`` can look them up; ``lexicon`` tells how the same texts write them.

    What the user's own concepts of the ``thesaurus`` say is read as if the word of the plans had been typed.
    """
    spelling = read_spelling(topic, lexicon, index)
    topic = spelling.text
    tokens = analyse(topic)
    words = [token for token in tokens if not token.is_pair]
    own = _read_own(topic, words, index, thesaurus) if thesaurus else []
    others = _read_asked(topic, words, index, spelling.homophones, thesaurus)
    asked = own + [thing for thing in others if not any(o.start < thing.end and thing.start < o.end for o in own)]
    weights: dict[str, float] = {token.term: PAIR_WEIGHT for token in tokens if token.is_pair}
    groups: list[tuple[bool, Group]] = []
    for thing in asked:
        near = {} if topic.isascii() else _near(thing.terms, neighbourhood)  # chiVe knows English words by their Japanese company only
        planned = [term for phrase in thing.plans for term in _phrase_terms(phrase)]
        weights |= {term: max(weight, weights.get(term, 0.0)) for term, weight in dict.fromkeys(near, NEIGHBOUR_WEIGHT).items()}
        likely = {term: LIKELY_STRENGTH for word in thing.likely for term in _phrase_terms(word)}
        around = dict.fromkeys(thing.around, AROUND_STRENGTH)
        weights |= {term: max(PLAN_WEIGHT, weights.get(term, 0.0)) for term in (*planned, *likely, *around)}
        weights |= dict.fromkeys(thing.terms, 1.0)
        if not any(_lies_within(thing, other) for other in asked):
            # A wording of several words is not met by one of them alone.
            own = 1 / max(len(thing.terms), 1) if thing.plans else 1.0
            single = dict.fromkeys((terms[0] for phrase in thing.plans if len(terms := _phrase_terms(phrase)) == 1), PLAN_STRENGTH)
            alternatives = near | single | likely | around | dict.fromkeys(thing.terms, own)
            if alternatives:
                known = [term for term in (*thing.terms, *single, *likely, *around) if term in index.terms]
                groups.append((thing.noun, (max(index.rarity(term) for term in known or thing.terms or single), alternatives)))
    every = tuple(group for _, group in groups)
    core = tuple(group for noun, group in groups if noun) or every
    return QuestionTerms(weights, every, core, _rephrase(topic, asked), topic, spelling.corrections)


def _read_own(topic: str, words: Sequence[Token], index: KeywordIndex, thesaurus: Thesaurus) -> list[_Asked]:
    """For each wording of the user's own concepts the terms of the word that plans write; what was typed counts where plans write it, too."""
    found = []
    for mention in thesaurus.find(topic):
        meant = [thesaurus.concepts[number] for number in mention.concepts]
        own = [concept for concept in meant if concept.iri.startswith(OWN) and topic[mention.start : mention.end] not in concept.plans]
        inside = tuple(w.term for w in words if mention.start <= w.start and w.end <= mention.end and w.term in index.terms)
        for concept in own[:1]:
            for term in dict.fromkeys(_phrase_terms(concept.label)):
                found.append(_Asked(mention.start, mention.end, (term,), noun=True, spellings=(concept.label,), around=inside))
    return found


def _read_asked(
    topic: str, words: list[Token], index: KeywordIndex, homophones: Sequence[Homophone], thesaurus: Thesaurus | None
) -> list[_Asked]:
    """The things asked for: wordings of the thesaurus, and the remaining words."""
    asked = []
    for mention in thesaurus.find(topic) if thesaurus else ():
        typed = topic[mention.start : mention.end]
        labels = [label for number in mention.concepts[:CONCEPTS] for label in thesaurus.concepts[number].plans[:PLAN_LABELS]]
        if len(typed) >= MIN_WORDING and (plans := tuple(dict.fromkeys(label for label in labels if label != typed))):
            inside = [word.term for word in words if mention.start <= word.start and word.end <= mention.end]
            asked.append(_Asked(mention.start, mention.end, tuple(dict.fromkeys(inside)), noun=True, plans=plans))
    taken = [(thing.start, thing.end) for thing in asked]
    rest = [word for word in words if not any(start <= word.start and word.end <= end for start, end in taken)]
    meant = {(homophone.start, homophone.end): homophone.words for homophone in homophones}
    for word in rest:
        likely = meant.get((word.start, word.end), ())
        around = _words_with(topic.strip(), index) if len(rest) == 1 else ()
        if not _is_mere_sum(word, rest, index):
            asked.append(_Asked(word.start, word.end, (word.term,), word.noun, likely=likely, around=around))
    return sorted(asked, key=lambda thing: (thing.start, thing.end))


def _words_with(character: str, index: KeywordIndex) -> tuple[str, ...]:
    """Where one kanji is the whole question, the commonest terms that contain it: 窓 is found in 窓口."""
    if len(character) != 1 or not "\u4e00" <= character <= "\u9fff":
        return ()
    found = [term for term in index.terms if character in term and not term.startswith(PAIR_MARK) and term != character]
    return tuple(sorted(found, key=lambda term: (-index.frequency(term), term))[:MOST_AROUND])


def _is_mere_sum(word: Token, words: Sequence[Token], index: KeywordIndex) -> bool:
    """Whether the index knows the parts of a compound, but not the whole."""
    inside = [part for part in words if word.start <= part.start and part.end <= word.end and part is not word]
    return word.term not in index.terms and any(part.term in index.terms for part in inside)


def _lies_within(thing: _Asked, other: _Asked) -> bool:
    return other.start <= thing.start and thing.end <= other.end and (thing.start, thing.end) != (other.start, other.end)


@lru_cache(maxsize=_LABELS)
def label_terms(label: str) -> tuple[str, ...]:
    """The terms of a word or wording of the thesaurus, without character pairs. The same labels are met again and again."""
    return tuple(token.term for token in analyse_words(label))


@lru_cache(maxsize=_LABELS)
def _phrase_terms(phrase: str) -> tuple[str, ...]:
    """The terms of a plan's word; a katakana compound stands for its parts."""
    tokens = analyse_words(phrase)
    return tuple(
        t.term for t in tokens if not any(o.start <= t.start and t.end <= o.end and (o.start, o.end) != (t.start, t.end) for o in tokens)
    )


def _near(terms: Iterable[str], neighbourhood: Neighbourhood | None) -> dict[str, float]:
    if neighbourhood is None:
        return {}
    near = [pair for term in terms for pair in neighbourhood.near(term, min_cosine=NEIGHBOUR_COSINE, limit=NEIGHBOURS)]
    return {word: min(cosine, NEIGHBOUR_STRENGTH) for word, cosine in near if _says_something(word)}


def _says_something(word: str) -> bool:
    """Whether a neighbour names a thing: 件 and 以上 beside 件数 would only be marked in every text."""
    return len(word) > 1 and not word.isdigit() and word not in cue_list("measuring")


def _rephrase(topic: str, asked: list[_Asked]) -> tuple[str, ...]:
    """The topic in other spellings: as the user's own thesaurus puts it, or with the homophone that was meant."""
    choices: list[tuple[int, int, tuple[str, ...]]] = []
    for thing in asked:
        others = thing.spellings or thing.likely
        taken = any(start < thing.end and thing.start < end for start, end, _ in choices)
        if others and not taken and not any(_lies_within(thing, other) for other in asked):
            choices.append((thing.start, thing.end, others))
    variants = []
    for choice in range(SPELLINGS if choices else 0):
        text = topic
        for start, end, others in sorted(choices, reverse=True):
            text = text[:start] + others[min(choice, len(others) - 1)] + text[end:]
        variants.append(text)
    return tuple(dict.fromkeys(variants))
