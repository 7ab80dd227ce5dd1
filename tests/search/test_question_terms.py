from __future__ import annotations

import itertools

import pytest

from search_api.everyday_words import find_wordings
from search_api.keyword_index import KeywordIndex
from search_api.question_terms import NEIGHBOUR_WEIGHT, PLAN_WEIGHT, read_terms
from search_api.text_analysis import analyse

TEXTS = ["窓口のオンライン申請", "押印の見直し", "高齢者のスマートフォン教室", "手数料の決済"]


@pytest.fixture(scope="module")
def index() -> KeywordIndex:
    return KeywordIndex.build([[token.term for token in analyse(text)] for text in TEXTS])


READINGS = {"オンライン": ["オンライン"], "テスウリョウ": ["手数料"], "マド": ["窓"]}


class Near:
    """A neighbourhood of two words."""

    def near(self, word: str, *, min_cosine: float, limit: int) -> list[tuple[str, float]]:
        return [("手数", 0.71)][:limit] if word == "料金" else []


@pytest.mark.parametrize(
    ("typed", "term", "rephrased"),
    [("おんらいん申請", "オンライン", "オンライン申請"), ("てすうりょうの決済", "手数料", "手数料の決済")],
)
def test_kana_is_read(index: KeywordIndex, typed: str, term: str, rephrased: str) -> None:
    terms = read_terms(typed, index, None, READINGS)
    assert terms.weights[term] == 1.0
    assert rephrased in terms.rephrased
    assert "ライン" not in terms.weights  # what the dictionary made of the kana is forgotten


def test_short_kana_is_not_guessed(index: KeywordIndex) -> None:
    assert "窓" not in read_terms("まどろむ人", index, None, READINGS).weights


def test_everyday_words_stand_for_those_of_plans(index: KeywordIndex) -> None:
    terms = read_terms("はんこをやめたい", index, None, {})
    assert terms.weights["判子"] == 1.0
    assert terms.weights["押印"] == PLAN_WEIGHT
    assert "押印をやめたい" in terms.rephrased
    assert index.coverage(terms.core)[1] == pytest.approx(0.9)


def test_a_question_that_avoids_the_counter_is_not_about_it(index: KeywordIndex) -> None:
    terms = read_terms("窓口に行かずに申請したい", index, None, {})
    assert "窓口" not in terms.weights
    assert terms.weights["オンライン"] == PLAN_WEIGHT


def test_neighbours_count_less_and_replace_rare_nouns(index: KeywordIndex) -> None:
    terms = read_terms("料金表", index, Near(), {})
    assert terms.weights["手数"] in (NEIGHBOUR_WEIGHT, PLAN_WEIGHT)


@pytest.mark.parametrize("topic", ["", "？", "のに", "し"])
def test_nothing_asked(index: KeywordIndex, topic: str) -> None:
    terms = read_terms(topic, index, None, READINGS)
    assert index.coverage(terms.groups).tolist() == [0.0] * len(TEXTS)


def test_wordings_do_not_overlap() -> None:
    found = find_wordings("お年寄りがスマホ決済で支払い、はんこは要らない")
    assert [w.plans[0] for w in found] == ["高齢者", "キャッシュレス", "納付", "押印"]
    assert all(first.end <= second.start for first, second in itertools.pairwise(found))
