"""Whether the texts of a unit are about a topic, speak of it, or merely mention it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from search_api.question_terms import PLAN_STRENGTH, Group
from search_api.topic_index import TextRows, TopicIndex
from search_api.units import Field, Unit

# A text speaks of the topic when its words cover this share of what is asked; words near in meaning count as near as they are.
LOOSE = 0.6
# From here on another word is what plans call the thing itself.
SAME = PLAN_STRENGTH
# A word that is this share as telling as the most telling one has to be met; what lies below is small change.
TELLING = 0.3
# One sentence in three of a goal or description makes it the topic; a single one in a long text is a mention. By other words, one in two
# and more of the topic, unless the unit as a whole is trusted to speak of it.
DWELL = 0.3
DWELL_NEAR = 0.5
NEAR = 0.65
# A topic of several words may be spread over so many sentences; in a longer text they stand there by chance.
SPREAD = 3
ABOUT_KINDS = {"title", "goal", "description"}
# Said of everything: they name no topic as long as another word does.
GENERAL = frozenset(
    ("利用", "活用", "推進", "促進", "導入", "実施", "整備", "運営", "運用", "管理", "取り組み", "取組", "向上", "充実", "強化",
     "拡大", "対応", "実現", "検討", "担当", "所管", "業務", "事業", "仕事", "事務", "時", "課", "部署", "人")
)  # fmt: skip
# A title that names several things: 、 and ・, or 等 for what it leaves out.
_SEVERAL = re.compile("[、，,・]|及び|等")


def choose_groups(groups: Sequence[Group]) -> list[Group]:
    """The groups of a question that name its topic: all but the general ones, where others are left."""
    telling = [group for group in groups if not _is_general(group)]
    return telling or list(groups)


def _is_general(group: Group) -> bool:
    strongest = max(group[1].values())
    return all(term in GENERAL for term, strength in group[1].items() if strength == strongest)


@dataclass(frozen=True, slots=True)
class TextShares:
    """How much of the topic (0 to 1) each text of a ``TopicIndex`` covers; arrays over its texts.

    ``whole`` counts the words of a text and its heading, ``line`` those of its best sentence with the heading, ``heading`` those of the
    heading alone, ``lead`` those of the first sentence. ``dwells`` is the share of the sentences that speak of the topic; 1 where none
    does alone but the text as a whole. All are 0 where a text does not speak of it at all.
    """

    whole: np.ndarray
    line: np.ndarray
    heading: np.ndarray
    lead: np.ndarray
    dwells: np.ndarray


@dataclass(frozen=True, slots=True)
class Coverage:
    """By the very words (``exact``), by those where compounds stand as they are asked (``joined``), with words near in meaning (``near``)."""

    exact: TextShares
    joined: TextShares
    near: TextShares


def measure_texts(index: TopicIndex, groups: Sequence[Group], compounds: Sequence[str] = ()) -> Coverage:
    """The shares of all texts for a topic of ``groups``, which are not empty; ``compounds`` are its words that stand side by side."""
    weights = np.array([weight for weight, _ in groups], dtype=np.float32)
    # A text without a word that has to be met covers nothing, and most are such.
    telling = [index.find(alternatives) for (weight, alternatives) in groups if weight >= TELLING * weights.max()]
    spoken = np.logical_and.reduce([index.texts_of(np.flatnonzero(strengths >= LOOSE)) for strengths in telling])
    part = index.select(np.flatnonzero(spoken))
    rows = np.stack([index.find(alternatives)[part.rows] for _, alternatives in groups])
    exact = (rows >= SAME).astype(np.float32)
    together = np.stack([index.mark(compound)[part.rows] for compound in compounds]) if compounds else None
    by_words = _measure(index, part, exact, weights)
    joined = by_words if together is None else _measure(index, part, exact, weights, together)
    return Coverage(by_words, joined, _measure(index, part, rows, weights))


def _measure(index: TopicIndex, part: TextRows, rows: np.ndarray, weights: np.ndarray, together: np.ndarray | None = None) -> TextShares:
    """``rows`` (groups, rows of ``part``) of strengths; texts without one of the compounds ``together`` (compounds, rows) cover nothing."""
    first, sentences = part.starts, part.counts - 1
    heading_of = np.repeat(first, part.counts)
    lines = _share(np.maximum(rows, rows[:, heading_of]), weights)
    whole = _share(_over_texts(np.maximum, rows, part), weights)
    if together is not None:
        lines = np.where((together | together[:, heading_of]).all(axis=0), lines, 0.0)
        whole = np.where(_over_texts(np.logical_or, together, part).all(axis=0), whole, 0.0)
    speaking = _over_texts(np.add, (lines >= LOOSE).astype(np.int64), part) - (lines[first] >= LOOSE)

    def spread(shares: np.ndarray) -> np.ndarray:
        every = np.zeros(len(index.unit_of), dtype=shares.dtype)
        every[part.texts] = shares
        return every

    return TextShares(
        whole=spread(whole),
        line=spread(_over_texts(np.maximum, lines, part)),
        heading=spread(lines[first]),
        lead=spread(lines[first + np.minimum(sentences, 1)]),
        dwells=spread(np.where((speaking == 0) & (sentences <= SPREAD), 1.0, speaking / np.maximum(sentences, 1))),
    )


def _over_texts(operation: np.ufunc, rows: np.ndarray, part: TextRows) -> np.ndarray:
    """``operation`` over the rows (last axis) of each text."""
    return operation.reduceat(rows, part.starts, axis=-1) if len(part.starts) else rows


def find_complete(index: TopicIndex, groups: Sequence[Group]) -> np.ndarray:
    """A mask of the texts that use the very words of all ``groups``, with those of their heading."""
    return np.logical_and.reduce([index.texts_of(np.flatnonzero(index.find(group) >= SAME)) for _, group in groups])


def _share(strengths: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """The weighted share of the groups (axis 0) that is met, 0 where a telling one is not."""
    telling = weights >= TELLING * weights.max()
    met = (strengths[telling] >= LOOSE).all(axis=0)
    # One group after the other: what a matrix product rounds depends on where a text stands, and equal texts shall tie.
    covered = sum((weight * row for weight, row in zip(weights, strengths, strict=True)), np.zeros(strengths.shape[1], dtype=np.float32))
    return np.where(met, covered / weights.sum(), 0.0)


@dataclass(frozen=True, slots=True)
class Reading:
    """The texts of a unit that speak of the topic, each with the share (0 to 1) of it that they cover, best first.

    ``about`` are titles, goals and descriptions, ``items`` the other texts that do;
    of a unit whose title names the topic and nothing else, all its items. ``headed`` are those of them that stand under a heading which
    names the topic.
    """

    about: list[tuple[Field, float]]
    headed: list[tuple[Field, float]]
    items: list[tuple[Field, float]]


def read_unit(unit: Unit, first: int, coverage: Coverage, *, is_clear: bool, is_trusted: bool) -> Reading:
    """Which texts of ``unit`` speak of the topic; ``first`` is the number of its first text in ``coverage``.

    The words of a compound may stand apart where it ``is_clear`` that the unit as a whole speaks of the topic. Words that are merely near
    in meaning count on items, too, where it ``is_trusted`` to.
    """
    exact, near = coverage.exact if is_clear else coverage.joined, coverage.near
    numbered = list(enumerate(unit.fields, first))
    printed = [(t, f) for t, f in numbered if f.kind in ABOUT_KINDS]
    said = [(f, float(exact.whole[t])) for t, f in printed if exact.whole[t] >= LOOSE and _is_told(unit, f, exact, t)]
    floor, dwell = (LOOSE, DWELL) if is_trusted else (NEAR, DWELL_NEAR)
    # Where plans write the very compound, neighbours of its parts say nothing.
    is_open = is_clear or coverage.joined is coverage.exact
    meant = [(f, float(near.whole[t])) for t, f in printed if is_open and near.whole[t] >= floor and near.dwells[t] >= dwell]
    about = _best_first([*said, *(pair for pair in meant if pair[0] not in {f for f, _ in said})])
    of_items = near if is_trusted else exact
    other = [(t, f) for t, f in numbered if f.kind not in ABOUT_KINDS]
    headed = [(f, float(of_items.heading[t])) for t, f in other if of_items.heading[t] >= LOOSE]
    items = [(f, float(of_items.line[t])) for t, f in other if of_items.line[t] >= LOOSE]
    titled = [(f, share) for f, share in about if f.kind == "title" and ((f, share) in said or is_trusted)]
    for text, share in titled[:1] or (said[:1] if is_trusted and not items else []):
        items = list(_lend(text, share, items, unit, headings_tell=bool(headed)))
    return Reading(about=about, headed=_best_first(headed), items=_best_first(items))


def _is_told(unit: Unit, text: Field, shares: TextShares, number: int) -> bool:
    """Whether a text does more than mention the topic. A case (事例) says in its first sentence what it is about."""
    return bool(shares.dwells[number] >= DWELL or (unit.type == "Initiative" and shares.lead[number] >= LOOSE))


def _lend(
    title: Field, share: float, items: list[tuple[Field, float]], unit: Unit, *, headings_tell: bool
) -> Iterator[tuple[Field, float]]:
    """The items of a unit whose title names the topic.

    All of them do the topic. Where the title names several things and a heading tells which is which, only those that say so do.
    """
    yield from items
    if not (_SEVERAL.search(title.text) and headings_tell):
        said = {f for f, _ in items}
        yield from ((f, LOOSE * share) for f in unit.fields if f.kind not in ABOUT_KINDS and f not in said)


def _best_first(pairs: list[tuple[Field, float]]) -> list[tuple[Field, float]]:
    return sorted(pairs, key=lambda pair: -pair[1])
