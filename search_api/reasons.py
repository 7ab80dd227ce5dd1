"""Why a unit is among the results, in short values for programs; the page says them in Japanese."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from search_api.filters import UnitIndex
from search_api.highlights import find_highlights, read_shown
from search_api.matches import Match
from search_api.query import Question
from search_api.scoring import Scores
from search_api.text_analysis import analyse_words, fold

# Words that are shown of one result, and the place among all units up to which its meaning is called near.
WORDS = 4
NEAR_RANK = 20


@dataclass(frozen=True, slots=True)
class Reason:
    """``kind`` with its ``values``.

    words: typed words that stand in the texts. thesaurus: typed→written. near_words: words near in meaning. meaning: no word is shared.
    named: what the question names, and filter: what alone it asks for, as ``field:value``.
    """

    kind: str
    values: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"kind": self.kind, "values": list(self.values)}


def find_reasons(
    number: int,
    title: str,
    matches: Sequence[Match],
    *,
    question: Question,
    scores: Scores,
    attributes: UnitIndex,
    filters: Iterable[tuple[str, str | int]],
    semantic_rank: int | None,
) -> list[Reason]:
    """The reasons for unit ``number``, whose ``title`` and ``matches`` are shown, the strongest kind first."""
    shown = [title[start:end] for start, end in find_highlights(title, scores.terms.words, question.topic)]
    shown += [match.text[start:end] for match in matches for start, end in match.highlights]
    typed, other = _divide(dict.fromkeys(shown), question.topic)
    concepts = _find_concepts(scores, [title, *(match.text for match in matches)])
    written = [word for pair in concepts for word in pair]
    near = [word for word in other if not any(fold(word).text in fold(known).text for known in written)]
    reasons = [
        Reason("words", tuple(typed[:WORDS])),
        Reason("thesaurus", tuple(f"{said}→{label}" for said, label in concepts[:WORDS])),
        Reason("near_words", tuple(near[:WORDS])),
    ]
    reasons = [reason for reason in reasons if reason.values]
    if not any(reason.kind == "words" for reason in reasons) and semantic_rank is not None and semantic_rank <= NEAR_RANK:
        reasons.append(Reason("meaning"))
    named = [c.key for c in question.conditions if c.effect == "boost" and attributes.has(number, c.field, c.value)]
    kept = [c.key for c in question.conditions if c.effect == "filter" and attributes.has(number, c.field, c.value)]
    kept += [f"{name}:{value}" for name, value in filters]
    return [*reasons, *(Reason(kind, tuple(values)) for kind, values in (("named", named), ("filter", kept)) if values)]


def _divide(shown: Iterable[str], topic: str) -> tuple[list[str], list[str]]:
    """The marked words that are typed so, and those that stand for what is typed."""
    plain, typed = _read_topic(topic)
    own: dict[str, str] = {}
    other: dict[str, str] = {}
    for word in shown:
        folded = fold(word).text.strip("・ ")
        if len(folded) < 2:
            continue  # 課 of 税務課 tells nobody why
        group = own if folded in plain or any(part in folded for part in typed) else other
        group.setdefault(folded, word)
    # Of 税務課 and 国保年金課・税務課 the shorter says it.
    return [word for key, word in own.items() if not any(key != part and part in key for part in own)], list(other.values())


@lru_cache(maxsize=64)
def _read_topic(topic: str) -> tuple[str, frozenset[str]]:
    """The topic in one width and case, and its words as they are typed: the same for every result of a question."""
    return fold(topic).text, frozenset(fold(topic[token.start : token.end]).text for token in analyse_words(topic))


def _find_concepts(scores: Scores, texts: Collection[str]) -> list[tuple[str, str]]:
    """(typed, written) of the thesaurus concepts whose words of plans stand in ``texts``."""
    plain = [read_shown(text).folded.text for text in texts]
    found: dict[str, tuple[str, str]] = {}
    for recalled in scores.concepts:
        said = fold(recalled.wording).text
        labels = [label for label in recalled.concept.plans if fold(label).text != said]
        written = next((label for label in labels if any(fold(label).text in text for text in plain)), None)
        if written is not None:
            found.setdefault(said, (recalled.wording, written))
    return list(found.values())
