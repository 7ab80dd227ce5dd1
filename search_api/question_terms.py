"""A question as weighted terms: its words, the words of the plans that stand near them, and words typed in kana only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from search_api.everyday_words import find_wordings
from search_api.keyword_index import KeywordIndex
from search_api.text_analysis import Token, analyse, fold, hiragana_runs
from search_api.word_vectors import Neighbourhood

# Measured on two collections of other municipalities and on the development queries (docs/model.md).
NEIGHBOUR_WEIGHT = 0.3
NEIGHBOUR_COSINE = 0.5
NEIGHBOURS = 5
PAIR_WEIGHT = 0.3
# chiVe in this edition lets close words share one vector, so that a cosine of 1 does not mean the same word.
NEIGHBOUR_STRENGTH = 0.8
# What plans call a thing that is put in everyday words (everyday_words.toml).
PLAN_WEIGHT = 0.5
PLAN_STRENGTH = 0.9
# A noun of the question that the plans hardly use is replaced for the sentence models by a near synonym that they do use.
SYNONYM_COSINE = 0.7
SYNONYMS = 2
_RARE = 2
_MIN_KANA = 4


Group = tuple[float, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class QuestionTerms:
    """``weights``: term → weight for BM25. ``groups``: for each word asked (rarity, {term: strength}). ``rephrased``: other wordings.

    ``core`` are the groups of nouns, which name the topic; all groups where there is none.
    """

    weights: Mapping[str, float]
    groups: tuple[Group, ...]
    core: tuple[Group, ...]
    rephrased: tuple[str, ...]

    @property
    def words(self) -> frozenset[str]:
        """The terms asked for and their neighbours, without character pairs."""
        return frozenset(term for _, alternatives in self.groups for term in alternatives)


@dataclass(frozen=True, slots=True)
class _Asked:
    """One thing asked for: ``topic[start:end]``, its own ``terms``, what plans call it, and other spellings of the whole place."""

    start: int
    end: int
    terms: tuple[str, ...]
    noun: bool
    plans: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


def read_terms(topic: str, index: KeywordIndex, neighbourhood: Neighbourhood | None, readings: Mapping[str, list[str]]) -> QuestionTerms:
    """The terms of ``topic`` as ``index`` can look them up; ``readings`` maps katakana to terms of the index."""
    tokens = analyse(topic)
    asked = _read_asked(topic, [token for token in tokens if not token.is_pair], readings)
    weights: dict[str, float] = {token.term: PAIR_WEIGHT for token in tokens if token.is_pair}
    groups: list[tuple[bool, Group]] = []
    for thing in asked:
        near = {} if topic.isascii() else _near(thing.terms, neighbourhood)  # chiVe knows English words by their Japanese company only
        planned = [term for phrase in thing.plans for term in _phrase_terms(phrase)]
        weights |= {term: max(weight, weights.get(term, 0.0)) for term, weight in dict.fromkeys(near, NEIGHBOUR_WEIGHT).items()}
        weights |= {term: max(PLAN_WEIGHT, weights.get(term, 0.0)) for term in planned}
        weights |= dict.fromkeys(thing.terms, 1.0)
        if not any(_lies_within(thing, other) for other in asked):
            # A wording of several words is not met by one of them alone.
            own = 1 / max(len(thing.terms), 1) if thing.plans else 1.0
            single = dict.fromkeys((terms[0] for phrase in thing.plans if len(terms := _phrase_terms(phrase)) == 1), PLAN_STRENGTH)
            alternatives = near | single | dict.fromkeys(thing.terms, own)
            if alternatives:
                known = [term for term in (*thing.terms, *single) if term in index.terms]
                groups.append((thing.noun, (max(index.rarity(term) for term in known or thing.terms or single), alternatives)))
    every = tuple(group for _, group in groups)
    core = tuple(group for noun, group in groups if noun) or every
    return QuestionTerms(weights, every, core, _rephrase(topic, asked, index, neighbourhood))


def _read_asked(topic: str, words: list[Token], readings: Mapping[str, list[str]]) -> list[_Asked]:
    """The things asked for: everyday wordings, what was typed in kana, and the remaining words."""
    wordings = find_wordings(topic)
    kana = [k for k in _read_kana(topic, readings) if not any(w.start < k[1] and k[0] < w.end for w in wordings)]
    asked = [_Asked(start, end, tuple(terms), noun=True, spellings=tuple(terms)) for start, end, terms in kana]
    for wording in wordings:
        inside = [word.term for word in words if wording.start <= word.start and word.end <= wording.end]
        terms = () if wording.instead else tuple(dict.fromkeys(inside))
        asked.append(_Asked(wording.start, wording.end, terms, noun=True, plans=wording.plans, spellings=wording.plans))
    taken = [(thing.start, thing.end) for thing in asked]
    rest = [word for word in words if not any(start <= word.start and word.end <= end for start, end in taken)]
    return sorted(asked + [_Asked(w.start, w.end, (w.term,), w.noun) for w in rest], key=lambda thing: (thing.start, thing.end))


def _lies_within(thing: _Asked, other: _Asked) -> bool:
    return other.start <= thing.start and thing.end <= other.end and (thing.start, thing.end) != (other.start, other.end)


def _phrase_terms(phrase: str) -> list[str]:
    """The terms of a plan's word; a katakana compound stands for its parts."""
    tokens = [token for token in analyse(phrase) if not token.is_pair]
    return [
        t.term for t in tokens if not any(o.start <= t.start and t.end <= o.end and (o.start, o.end) != (t.start, t.end) for o in tokens)
    ]


def _near(terms: Iterable[str], neighbourhood: Neighbourhood | None) -> dict[str, float]:
    if neighbourhood is None:
        return {}
    near = [pair for term in terms for pair in neighbourhood.near(term, min_cosine=NEIGHBOUR_COSINE, limit=NEIGHBOURS)]
    return {word: min(cosine, NEIGHBOUR_STRENGTH) for word, cosine in near}


def _read_kana(topic: str, readings: Mapping[str, list[str]]) -> list[tuple[int, int, list[str]]]:
    """(start, end, terms) of what was typed in hiragana and is the reading of a word in the index: おんらいん → オンライン."""
    folded = fold(topic)
    found = []
    for run, first, _ in hiragana_runs(folded):
        position = 0
        while position < len(run):
            ends = range(len(run), position + _MIN_KANA - 1, -1)
            end = next((end for end in ends if run[position:end] in readings), None)
            if end is None and position == 0 and run in readings:
                end = len(run)
            if end is None:
                position += 1
                continue
            found.append((*folded.span(first + position, first + end), readings[run[position:end]]))
            position = end
    return found


def _rephrase(topic: str, asked: list[_Asked], index: KeywordIndex, neighbourhood: Neighbourhood | None) -> tuple[str, ...]:
    """The topic as a plan would put it: other spellings, and synonyms for rare nouns. はんこをやめたい → 押印をやめたい, 印鑑をやめたい."""
    choices = []
    for thing in asked:
        others = thing.spellings or _synonyms(thing, index, neighbourhood)
        if others and not any(_lies_within(thing, other) for other in asked):
            choices.append((thing.start, thing.end, others))
    variants = []
    for choice in range(SYNONYMS if choices else 0):
        text = topic
        for start, end, others in sorted(choices, reverse=True):
            text = text[:start] + others[min(choice, len(others) - 1)] + text[end:]
        variants.append(text)
    return tuple(dict.fromkeys(variants))


def _synonyms(thing: _Asked, index: KeywordIndex, neighbourhood: Neighbourhood | None) -> tuple[str, ...]:
    if neighbourhood is None or not thing.noun or thing.end - thing.start < 2 or index.frequency(thing.terms[0]) > _RARE:
        return ()
    return tuple(word for word, _ in neighbourhood.near(thing.terms[0], min_cosine=SYNONYM_COSINE, limit=SYNONYMS))
