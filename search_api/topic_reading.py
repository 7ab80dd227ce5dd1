"""Whether the texts of a unit are about a topic, speak of it, or merely mention it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from search_api.question_terms import Group
from search_api.text_analysis import analyse
from search_api.units import Field, Unit

# A text speaks of the topic when its words cover this share of the nouns asked for; words near in meaning count as near as they are.
LOOSE = 0.6
# One sentence in four of a goal or description makes it the topic; a single one in a long text is a mention.
DWELL = 0.25
ABOUT_KINDS = {"title", "goal", "description"}


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts of a unit that speak of the topic, each with the share (0 to 1) of it that they cover, best first.

    ``about`` are titles, goals and descriptions, ``exact`` whether one of them uses the very words; ``headed`` are items under a heading
    that does, ``items`` all items that speak of it.
    """

    about: list[tuple[Field, float]]
    exact: bool
    headed: list[tuple[Field, float]]
    items: list[tuple[Field, float]]

    def at_least(self, floor: float) -> Reading:
        return replace(self, about=[pair for pair in self.about if pair[1] >= floor])


def read_unit(unit: Unit, names: tuple[str, ...], near: Sequence[Group]) -> Reading:
    """By its words: which texts of ``unit`` speak of the topic that ``near`` names.

    Department ``names`` printed in them, the longest first, are no topic.
    """
    exact = [(weight, {term: 1.0 for term, strength in group.items() if strength == 1.0}) for weight, group in near]
    covered = [(f, _cover(f, names, near), _cover(f, names, exact)) for f in unit.fields]
    about = [(f, share) for f, share, _ in covered if f.kind in ABOUT_KINDS and share >= LOOSE and _dwells(f, names, near)]
    # Outside of a measure that is about the topic, a word that is merely near in meaning is a mere mention.
    items = [(f, share if about else full) for f, share, full in covered if f.kind not in ABOUT_KINDS]
    items = [(f, share) for f, share in items if share >= LOOSE]
    return Reading(
        about=sorted(about, key=lambda pair: -pair[1]),
        exact=any(full >= LOOSE for f, _, full in covered if f.kind in ABOUT_KINDS and _dwells(f, names, exact)),
        headed=[(f, share) for f, share in items if _cover(replace(f, text=""), names, exact) >= LOOSE],
        items=sorted(items, key=lambda pair: -pair[1]),
    )


def _cover(text: Field, names: tuple[str, ...], groups: Sequence[Group]) -> float:
    """How much of the topic a text and its heading cover."""
    terms = _terms(f"{text.heading} {text.text}", names)
    covered = sum(weight * max((strength for term, strength in near.items() if term in terms), default=0.0) for weight, near in groups)
    total = sum(weight for weight, _ in groups)
    return covered / total if total else 0.0


def _dwells(text: Field, names: tuple[str, ...], groups: Sequence[Group]) -> bool:
    """Whether a text does more than mention the topic: a fair part of its sentences speak of it, or it takes several to say it."""
    sentences = [replace(text, text=sentence) for sentence in re.split("[。\n]", text.text) if sentence.strip()]
    speaking = sum(_cover(sentence, names, groups) >= LOOSE for sentence in sentences)
    return not speaking or speaking >= DWELL * len(sentences)


@lru_cache(maxsize=20_000)
def _terms(text: str, names: tuple[str, ...]) -> frozenset[str]:
    for name in names:
        text = text.replace(name, " ")
    return frozenset(token.term for token in analyse(text) if not token.is_pair)
