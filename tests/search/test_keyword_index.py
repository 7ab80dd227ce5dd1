from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from search_api.keyword_index import KeywordIndex

DOCUMENTS = [["税", "窓口", "税"], ["窓口", "研修"], ["公園"], []]


def test_bm25_by_hand() -> None:
    # N 4, mean length 6 / 4 = 1.5; 税: df 1, in document 0 twice of 3 terms
    idf = math.log(1 + (4 - 1 + 0.5) / (1 + 0.5))
    expected = idf * 2 / (2 + 1.2 * (1 - 0.75 + 0.75 * 3 / 1.5))
    assert KeywordIndex.build(DOCUMENTS).scores({"税": 1.0}) == pytest.approx([expected, 0, 0, 0])


def test_weights_scale_and_terms_add_up() -> None:
    index = KeywordIndex.build(DOCUMENTS)
    both = index.scores({"税": 0.5, "窓口": 1.0, "知らない語": 9.0})
    assert both == pytest.approx(0.5 * index.scores({"税": 1.0}) + index.scores({"窓口": 1.0}))


@pytest.mark.parametrize("documents", [[], [[]], [[], []]])
def test_nothing_to_index(documents: list[list[str]]) -> None:
    index = KeywordIndex.build(documents)
    assert index.scores({"税": 1.0}).tolist() == [0.0] * len(documents)
    assert index.coverage([(1.0, {"税": 1.0})]).tolist() == [0.0] * len(documents)


def test_coverage_takes_the_strongest_word_of_each_group() -> None:
    index = KeywordIndex.build(DOCUMENTS)
    groups = [(3.0, {"納税": 1.0, "税": 0.6, "窓口": 0.4}), (1.0, {"研修": 1.0})]
    assert index.coverage(groups) == pytest.approx([3 * 0.6 / 4, (3 * 0.4 + 1) / 4, 0, 0])
    assert index.coverage([]).tolist() == [0, 0, 0, 0]


def test_words_that_share_a_wording_cover_it_together() -> None:
    index = KeywordIndex.build([["会議", "オンライン"], ["オンライン"], ["会議", "近い"], ["近い"]])
    assert index.coverage([(1.0, {"オンライン": 0.5, "会議": 0.5, "近い": 0.7})]) == pytest.approx([1.0, 0.5, 0.7, 0.7])


def test_rarity_and_frequency() -> None:
    index = KeywordIndex.build(DOCUMENTS)
    assert (index.frequency("窓口"), index.frequency("知らない語")) == (2, 0)
    assert index.rarity("知らない語") > index.rarity("税") > index.rarity("窓口") > 0
    assert index.weigh(["税", "税", "窓口"]) == pytest.approx({"税": 2 * index.rarity("税"), "窓口": index.rarity("窓口")})


def test_saved_and_opened(tmp_path: Path) -> None:
    index = KeywordIndex.build(DOCUMENTS)
    index.save(tmp_path, "keywords")
    opened = KeywordIndex.open(tmp_path, "keywords")
    assert dict(opened.terms) == dict(index.terms)
    assert np.array_equal(opened.scores({"窓口": 1.0}), index.scores({"窓口": 1.0}))
