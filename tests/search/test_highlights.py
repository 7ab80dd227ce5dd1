from __future__ import annotations

import pytest

from search_api.highlights import find_highlights


@pytest.mark.parametrize(
    ("text", "words", "phrase", "expected"),
    [
        ("窓口のキャッシュレス決済を広げる", {"キャッシュレス", "決済"}, "", ["キャッシュレス決済"]),  # neighbours in the text join
        ("電子決済と現金", {"決済"}, "", ["決済"]),
        ("ＡＩ‐ＯＣＲを使う", {"ai", "ocr"}, "", ["ＡＩ‐ＯＣＲ"]),  # width and dash
        ("申込を受け、申し込みを断る", {"申し込み"}, "", ["申込", "申し込み"]),  # every spelling
        ("LGWAN接続", set(), "lgwan", ["LGWAN"]),  # as typed, whatever the dictionary makes of it
        ("ｷｬｯｼｭﾚｽ", {"キャッシュレス"}, "", ["ｷｬｯｼｭﾚｽ"]),
        ("𠮷野家のキャッシュレス", {"キャッシュレス"}, "", ["キャッシュレス"]),  # code points, not UTF-16 units
        ("何もない", {"窓口"}, "窓", []),  # a single character is no phrase
        ("", {"窓口"}, "窓口", []),
    ],
)
def test_highlights(text: str, words: set[str], phrase: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in find_highlights(text, words, phrase)] == expected
