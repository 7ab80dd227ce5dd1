from __future__ import annotations

from dataclasses import replace

import pytest

from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.question_terms import NEIGHBOUR_WEIGHT, PLAN_WEIGHT, read_terms
from search_api.text_analysis import analyse, read_text
from search_api.thesaurus import Concept, Thesaurus

TEXTS = ["窓口のオンライン申請", "押印の見直し", "高齢者のスマートフォン教室", "手数料の電子決済", "決裁の電子化", "AI-OCR"]


@pytest.fixture(scope="module")
def index() -> KeywordIndex:
    return KeywordIndex.build([[token.term for token in analyse(text)] for text in TEXTS])


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon.build([read_text(text) for text in TEXTS])


class Near:
    """A neighbourhood of two words."""

    def near(self, word: str, *, min_cosine: float, limit: int) -> list[tuple[str, float]]:
        return [("手数", 0.71), ("円", 0.7), ("以上", 0.6), ("30", 0.6)][:limit] if word == "料金" else []


@pytest.mark.parametrize(
    ("typed", "terms", "topic"),
    [
        ("おんらいん申請", ["オンライン"], "オンライン申請"),
        ("てすうりょうの決済", ["手数"], "手数料の決済"),
        ("KESSAI", ["決済"], "決済"),
        ("スマーフォトン", ["スマートフォン"], "スマートフォン"),
    ],
)
def test_the_question_is_read_as_the_index_spells_it(
    index: KeywordIndex, lexicon: Lexicon, typed: str, terms: list[str], topic: str
) -> None:
    found = read_terms(typed, index, None, lexicon)
    assert found.topic == topic
    assert [correction.typed for correction in found.corrections]
    assert all(found.weights[term] == 1.0 for term in terms)
    assert found == replace(read_terms(topic, index, None, lexicon), corrections=found.corrections)  # nothing is left of what was typed


def test_what_may_have_been_meant_counts_less_than_the_word_itself(index: KeywordIndex, lexicon: Lexicon) -> None:
    terms = read_terms("電子決裁", index, None, lexicon)
    assert terms.weights["決裁"] == 1.0 > terms.weights["決済"]
    assert "電子決済" in terms.rephrased
    coverage = index.coverage(terms.core)
    assert coverage[TEXTS.index("決裁の電子化")] > coverage[TEXTS.index("手数料の電子決済")] > 0.7


def test_one_character_is_found_in_the_words_that_contain_it(index: KeywordIndex, lexicon: Lexicon) -> None:
    assert index.coverage(read_terms("窓", index, None, lexicon).core)[0] == pytest.approx(1.0)
    assert index.coverage(read_terms("窓の申請", index, None, lexicon).core)[0] < 1.0  # only where it is the whole question


@pytest.mark.parametrize("typed", ["AI-OCR", "AIOCR", "ＡＩ－ＯＣＲ", "ai ocr"])
def test_hyphens_are_written_or_not(index: KeywordIndex, lexicon: Lexicon, typed: str) -> None:
    assert index.coverage(read_terms(typed, index, None, lexicon).core)[TEXTS.index("AI-OCR")] == pytest.approx(1.0)


def test_a_compound_that_the_index_does_not_know_is_found_by_its_parts(index: KeywordIndex, lexicon: Lexicon) -> None:
    assert index.coverage(read_terms("オンラインスマートフォン", index, None, lexicon).core).max() > 0.3


def test_short_kana_is_not_guessed(index: KeywordIndex, lexicon: Lexicon) -> None:
    assert "窓" not in read_terms("まどろむ人", index, None, lexicon).weights


THESAURUS = Thesaurus(
    (
        Concept("urn:x:押印の見直し", ("押印", "押印の見直し"), ("はんこを", "判子をなくす")),
        Concept("urn:x:電子申請", ("オンライン申請", "電子申請"), ("窓口に行かずに",), ("online application",)),
    )
)


def test_a_wording_of_the_thesaurus_stands_for_the_words_of_plans(index: KeywordIndex, lexicon: Lexicon) -> None:
    terms = read_terms("はんこをやめたい", index, None, lexicon, THESAURUS)
    assert terms.weights["判子"] == 1.0
    assert terms.weights["押印"] == PLAN_WEIGHT
    assert index.coverage(terms.core)[1] == pytest.approx(0.9)


def test_without_a_thesaurus_words_stand_for_themselves(index: KeywordIndex, lexicon: Lexicon) -> None:
    assert "押印" not in read_terms("はんこをやめたい", index, None, lexicon).weights


def test_neighbours_count_less_and_replace_rare_nouns(index: KeywordIndex, lexicon: Lexicon) -> None:
    terms = read_terms("料金表", index, Near(), lexicon)
    assert terms.weights["手数"] in (NEIGHBOUR_WEIGHT, PLAN_WEIGHT)
    assert not {"円", "以上", "30"} & terms.weights.keys()  # which stand in every text that has a figure


@pytest.mark.parametrize("topic", ["", "？", "のに", "し"])
def test_nothing_asked(index: KeywordIndex, lexicon: Lexicon, topic: str) -> None:
    terms = read_terms(topic, index, None, lexicon)
    assert index.coverage(terms.groups).tolist() == [0.0] * len(TEXTS)
