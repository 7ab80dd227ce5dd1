"""What is typed so far → the keys that are looked up."""

from __future__ import annotations

import pytest

from search_api.typed_kana import convert_romaji, matching_key, matching_places, read_typed


@pytest.mark.parametrize(
    ("letters", "kana"),
    [
        ("kya", ["キャ"]),
        ("ky", ["キャ", "キュ", "キョ"]),  # half typed
        ("kyasshuresu", ["キャッシュレス"]),
        ("madog", ["マドガ", "マドギ", "マドグ", "マドゲ", "マドゴ", "マドギャ", "マドギュ", "マドギョ"]),
        ("sinsei", ["シンセイ"]),  # Kunrei
        ("shinsei", ["シンセイ"]),  # Hepburn
        ("tyou", ["チョウ"]),
        ("jōhō", ["ジョウホウ"]),
        ("annai", ["アンナイ"]),  # as it is spelt
        ("onnrain", ["オンライン", "オンライナ", "オンライニ", "オンライヌ", "オンライネ", "オンライノ", "オンライニャ", "オンライニュ", "オンライニョ"]),
        ("han'i", ["ハンイ"]),
        ("shimbun'", ["シンブン"]),
        ("matcha", ["マッチャ"]),
        ("sa-ba-", ["サーバー"]),
        ("dx", []),
        ("rpa", []),
        ("sql", []),
    ],
)  # fmt: skip
def test_romaji_and_half_typed_syllables(letters: str, kana: list[str]) -> None:
    assert convert_romaji(letters) == kana


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ＤＸ推進", "dx推進"),  # width, case
        ("ｻｰﾊﾞｰ", "サーバ"),  # half-width kana, long vowel
        ("きゃっしゅれす", "キヤツシユレス"),  # kana, small kana
        ("手数料・使用料", "手数料 使用料"),  # marks
        ("つづき", "ツズキ"),
    ],
)
def test_texts_that_are_matched_alike(one: str, other: str) -> None:
    assert matching_key(one) == matching_key(other)


def test_places_lead_back_to_the_text() -> None:
    text = "ｻﾎﾟｰﾄ㈱・DX"
    places = matching_places(text)
    assert len(places) == len(matching_key(text))
    assert [text[start:end] for start, end in places] == ["ｻ", "ﾎﾟ", "ﾄ", "㈱", "D", "X"]


@pytest.mark.parametrize(
    ("typed", "readings"),
    [
        ("窓口", [(("窓口",), "")]),
        ("まどg", [(("マドg",), ""), (("マドガ", "マドギ", "マドグ", "マドゲ", "マドゴ", "マドギヤ", "マドギユ", "マドギヨ"), "")]),
        ("窓ぐ", [(("窓グ",), ""), (("マドグ",), "窓")]),  # converted so far, and being typed
        ("けーかく", [(("ケカク", "ケイカク"), "")]),
        ("（", []),
        ("", []),
    ],
)
def test_what_was_typed_is_read_in_several_ways(typed: str, readings: list[tuple[tuple[str, ...], str]]) -> None:
    assert [(reading.keys, reading.kanji) for reading in read_typed(typed)] == readings
