"""What to say where nothing answers: what was understood, and what to try that the index has."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from search_api.index import SearchIndex
from search_api.query import Condition, Question
from search_api.text_analysis import Token, analyse

ATTEMPTS = 5
FIELD_NAMES = {"municipality": "自治体", "fiscal_year": "年度", "department": "課", "plan": "計画", "framework": "国・都の計画"}

_NEAR_COSINE = 0.55
_NEAR = 2
_ALIKE = 0.75


@dataclass(frozen=True, slots=True)
class Hint:
    """``text`` in Japanese; ``attempts`` are words that the index has, near to what was typed, the nearest first."""

    text: str
    attempts: tuple[str, ...] = ()


def give_hint(
    question: Question, index: SearchIndex, municipalities: Sequence[str], filters: Sequence[Condition], *, any_left: bool, elsewhere: bool
) -> Hint:
    """The hint for a question without answer.

    ``any_left``: whether its conditions and ``filters`` leave units to search at all; ``elsewhere``: whether one outside of them answers.
    """
    if question.unknown_municipality:
        known = "、".join(municipalities)
        return Hint(f"{question.unknown_municipality}の計画は取り込まれていません。取り込まれているのは{known}です。")
    narrowing = [*filters, *(c for c in question.conditions if c.effect == "filter")]
    understood = _say(narrowing)
    if not any_left:
        return Hint(f"{understood}絞り込みの条件に合う取組がありません。条件を減らしてみてください。")
    attempts = tuple(find_words(question.topic, index))[:ATTEMPTS]
    advice = f"計画にある言葉では、{'、'.join(f'「{word}」' for word in attempts)}で探せます。" if attempts else (
        "別の言い方や、「キャッシュレス」「研修」のような短い言葉で試してください。"
    )  # fmt: skip
    widen = "条件を外すと、答える取組があります。" if narrowing and elsewhere else ""
    return Hint(f"{understood}この問いに答える取組は計画に見つかりませんでした。{widen}{advice}", attempts)


def _say(conditions: Sequence[Condition]) -> str:
    named = "、".join(f"{FIELD_NAMES[condition.field]}「{condition.value}」" for condition in conditions)
    return f"{named}に絞って探しました。" if named else ""


def find_words(topic: str, index: SearchIndex) -> Iterator[str]:
    """Words of the index for those of ``topic``: the same, else near in meaning, else near in spelling."""
    tokens = [token for token in analyse(topic) if token.noun and not token.is_pair and _says_something(token)]
    given = [topic]
    for words in (_same(topic, tokens, index), _near(tokens, index), _alike(tokens, index)):
        for word in words:
            if word != topic and not any(word in former for former in given[1:]):  # フォン after スマートフォン
                given.append(word)
                yield word


def _says_something(token: Token) -> bool:
    return token.end - token.start > 1 and not token.term.isdecimal()


def _same(topic: str, tokens: Sequence[Token], index: SearchIndex) -> Iterator[str]:
    known = [token for token in tokens if index.keywords.frequency(token.term)]
    yield from (topic[token.start : token.end] for token in sorted(known, key=lambda t: (t.start - t.end, t.start)))


def _near(tokens: Sequence[Token], index: SearchIndex) -> Iterator[str]:
    if index.words is None:
        return
    for token in tokens:
        if not index.keywords.frequency(token.term):
            for word, _ in index.words.neighbourhood.near(token.term, min_cosine=_NEAR_COSINE, limit=_NEAR):
                if len(word) > 1:
                    yield word


def _alike(tokens: Sequence[Token], index: SearchIndex) -> Iterator[str]:
    for token in tokens:
        if not index.keywords.frequency(token.term) and len(token.term) > 2:
            yield from difflib.get_close_matches(token.term, index.keywords.terms_like(token.term), n=_NEAR, cutoff=_ALIKE)
