"""The words of headings and sentences."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_api.text_analysis import analyse
from search_api.topic_index import TopicIndex, pair_words
from search_api.units import Field, Owner, Unit

TAX = Owner("tax", "税務課", "responsible")
FIELDS = (
    Field("a", "title", "窓口の改善", ()),
    Field("b", "activity", "窓口を増やした。\n税務課が端末を置いた。", (), heading="①端末"),
)
UNITS = [
    Unit("prose", "Passage", "", None, None, None, None, fields=(Field("p", "text", "窓口", ()),)),
    Unit("measure", "Measure", "窓口の改善", "1", "取組", None, None, (TAX,), fields=FIELDS),
]


def test_rows_are_headings_and_sentences_of_the_units_with_owners() -> None:
    index = TopicIndex.build(UNITS)
    assert index.first_row.tolist() == [0, 2, 5]  # an empty heading and a title; a heading and two sentences
    assert index.find({"窓口": 1.0}).tolist() == [0, 1, 0, 1, 0]
    assert index.find({"窓口": 0.5, "端末": 1.0}).tolist() == [0, 0.5, 1, 0.5, 1]
    assert index.unit_of.tolist() == [1, 1]
    assert index.first_text == {1: 0}


def test_the_words_of_one_wording_add_up() -> None:
    index = TopicIndex.build(UNITS)
    assert index.find({"窓口": 0.5, "増やす": 0.5, "遠い": 0.3}).tolist() == [0, 0.5, 0, 1, 0]
    assert index.find({"窓口": 0.5, "端末": 0.6}).tolist() == [
        0,
        0.5,
        pytest.approx(0.6),
        0.5,
        pytest.approx(0.6),
    ]  # no share of one wording


def test_names_of_departments_are_no_words_of_a_topic() -> None:
    assert not TopicIndex.build(UNITS).find({"税務": 1.0}).any()


def test_words_side_by_side_are_a_term() -> None:
    assert pair_words(analyse("行政評価の手引")) == ["行政 評価"]
    one = TopicIndex.build([Unit("u", "Measure", "題", None, None, None, None, (TAX,), fields=(Field("a", "goal", "行政評価と評価", ()),))])
    assert one.mark("行政 評価").tolist() == [False, True]
    assert not one.mark("評価 行政").any()


def test_what_was_saved_is_read(tmp_path: Path) -> None:
    built = TopicIndex.build(UNITS)
    built.save(tmp_path)
    read = TopicIndex.open(tmp_path)
    assert read.terms == built.terms
    assert all(np.array_equal(getattr(read, name), getattr(built, name)) for name in ("starts", "rows", "first_row", "unit_of", "field_of"))


def test_no_owners_no_rows(tmp_path: Path) -> None:
    empty = TopicIndex.build(UNITS[:1])
    empty.save(tmp_path)
    assert TopicIndex.open(tmp_path).find({"窓口": 1.0}).tolist() == []
