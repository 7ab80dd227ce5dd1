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
        ("ＡＩ－ＯＣＲ", ["ai", "aiocr", "ocr"]),  # full width, one dash, also written in one
        ("Wi-FiとWiFi", ["wi", "wifi", "fi", "wifi"]),
        ("DX推進とWeb会議とLINE", ["dx", "推進", "web", "会議", "line"]),
        ("髙橋と澤田と神﨑", ["タカハシ", "サワダ", "カンザキ"]),  # names keep old forms
        ("藝術と葛\U000e0100飾", ["芸術", "カツシカ"]),  # a variation selector is no letter
        ("11 １１ ⑪", ["11", "11", "11"]),
        ("令和十一年と二〇二四年", ["令和", "十", "11", "一", "年", "二", "2024", "零", "二", "四", "年"]),
        ("五十嵐", ["イガラシ"]),  # a name, no number
        ("第1,2,3号と3.5%", ["1", "2", "3", "号", "3.5"]),
        ("サーバとサーバー、引越しと引っ越し", ["サーバー", "サーバー", "引っ越し", "引っ越し"]),
        ("取組、取り組み、取組み、取り組む", ["取り組み"] * 4),
        ("見直した。見直し", ["見直し", "見直し"]),
        ("問い合わせる、問合せ", ["問い合わせ", "問い合わせ"]),
        ("217手続", ["217", "手続き"]),  # not 217 hands
        ("オンライン申請", ["オン", "オンライン", "ライン", "申請"]),  # the dictionary knows the parts, plans mean the whole
        ("コンピューター", ["コンピューター"]),  # the word covers the run: no compound beside it
        ("参加1,300人", ["参加", "1300"]),
        ("の、に。「」", []),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("包活支援", ["~包活"]),  # kanji that the dictionary cuts into single ones
        ("きゃっしゅれす", ["~きゃ", "~ゃっ", "~っし", "~しゅ", "~ゅれ", "~れす"]),  # kana that it cuts into shreds
        ("どうすればいいですか", []),  # kana that it understands
        ("窓口の申請", []),
    ],
)
def test_pairs_where_the_dictionary_fails(text: str, pairs: list[str]) -> None:
    assert [token.term for token in analyse(text) if token.is_pair] == pairs


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
