from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.text_analysis import analyse, cut_morphemes, fold


def words(text: str) -> list[str]:
    return [token.term for token in analyse(text) if not token.is_pair]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("はんこをやめたい", ["判子", "止める"]),  # dictionary form, in kanji
        ("申込と申し込み", ["申し込み", "申し込み"]),  # spellings meet
        ("ｸﾞﾙｰﾌﾟｳｪｱ", ["グループウェア"]),  # half width, sound marks apart
        ("ＡＩ－ＯＣＲ", ["ai", "ocr"]),  # full width, one dash
        ("217手続", ["217", "手続き"]),  # not 217 hands
        ("オンライン申請", ["オン", "オンライン", "ライン", "申請"]),  # the dictionary knows the parts, plans mean the whole
        ("コンピューター", ["コンピューター"]),  # the word covers the run: no compound beside it
        ("参加1,300人", ["参加", "1,300"]),
        ("の、に。「」", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_katakana_also_as_pairs() -> None:
    assert [token.term for token in analyse("ペーパレス") if token.is_pair] == ["~ペー", "~ーパ", "~パレ", "~レス"]


@pytest.mark.parametrize(
    ("text", "term", "quoted"),
    [("ｸﾞﾙｰﾌﾟｳｪｱの活用", "グループウェア", "ｸﾞﾙｰﾌﾟｳｪｱ"), ("全５㌔の水道", "水道", "水道"), ("が\u3099くと水道", "水道", "水道")],
)
def test_places_are_those_of_the_original(text: str, term: str, quoted: str) -> None:
    token = next(token for token in analyse(text) if token.term == term)
    assert text[token.start : token.end] == quoted


@given(st.text())
def test_every_place_lies_in_the_text(text: str) -> None:
    for token in analyse(text):
        assert 0 <= token.start < token.end <= len(text)


@given(st.text())
def test_folding_leads_back(text: str) -> None:
    folded = fold(text)
    assert len(folded.starts) == len(folded.ends) == len(folded.text)
    assert all(0 <= start < end <= len(text) for start, end in zip(folded.starts, folded.ends, strict=True))
    assert list(folded.starts) == sorted(folded.starts)


def test_morphemes_are_read_one_after_the_other() -> None:
    morphemes = cut_morphemes("税務課の窓口")
    assert [(m.surface, m.reading) for m in morphemes] == [("税務", "ゼイム"), ("課", "カ"), ("の", "ノ"), ("窓口", "マドグチ")]
    assert morphemes[2].parts_of_speech == ("助詞", "格助詞")
    assert [m.reading for m in cut_morphemes("DX")] == [""]
