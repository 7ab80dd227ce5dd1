from __future__ import annotations

import pytest

from search_api.kana import loose_key, read_romaji, sound_key


@pytest.mark.parametrize(
    ("word", "kana"),
    [
        ("kyasshuresu", "キャッシュレス"),
        ("kyassyuresu", "キャッシュレス"),  # Kunrei
        ("madoguchi", "マドグチ"),
        ("madoguti", "マドグチ"),
        ("tiiki", "チイキ"),
        ("shinbun", "シンブン"),
        ("shimbun", "シンブン"),  # Hepburn as printed on station signs
        ("kon'yaku", "コンヤク"),
        ("annai", "アンナイ"),
        ("matcha", "マッチャ"),
        ("su-pa-", "スーパー"),
        ("jōhō", "ジョウホウ"),
        ("onnrainn", "オンライン"),  # as typed into an input method
        ("tihou", "チホウ"),
        ("rpa", ""),
        ("online", ""),
        ("cashless", ""),
        ("", ""),
    ],
)
def test_romaji_is_read_whole_or_not_at_all(word: str, kana: str) -> None:
    assert read_romaji(word) == kana


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("サーバ", "サーバー"),
        ("コンピュータ", "コンピューター"),
        ("ヴァイオリン", "バイオリン"),
        ("デジタルディバイド", "デジタルデバイド"),
        ("スマートフォン", "スマートホン"),
        ("キヤツシユレス", "キャッシュレス"),
        ("ダイヤル", "ダイアル"),
        ("きゃっしゅれす", "キャッシュレス"),
    ],
)
def test_writers_of_loanwords_agree(one: str, other: str) -> None:
    assert sound_key(one) == sound_key(other)


@pytest.mark.parametrize(("one", "other"), [("ジョオホオ", "ジョウホウ"), ("ジョホ", "ジョウホウ"), ("スマトフォン", "スマートフォン")])
def test_romaji_leaves_long_vowels_out(one: str, other: str) -> None:
    assert loose_key(one) == loose_key(other)


@pytest.mark.parametrize(("one", "other"), [("サポート", "スポーツ"), ("カイゴ", "カイギ"), ("ビル", "ビールス")])
def test_other_words_stay_apart(one: str, other: str) -> None:
    assert loose_key(one) != loose_key(other)
