"""Characters: tables of what folds to what and why, and laws that hold for any text."""

from __future__ import annotations

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.characters import _FOLDED, _KEPT, _fold, find_foreign_letters, join_lines, normalise


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("住⺠サービス", "住民サービス"),  # NFKC leaves U+2EA0 alone
        ("区⻑・⻄⽇本", "区長・西日本"),
        ("⼾籍", "戸籍"),  # NFKC would give 戶
        ("電⼦⿊板", "電子黒板"),  # NFKC would give 黑
        ("⾏政⽤の⻭と⻨と⻘", "行政用の歯と麦と青"),
        ("ＩＣＴ１０", "ICT10"),
        ("ｺﾝﾋﾞﾆ", "コンビニ"),
        ("①住民１人", "①住民1人"),  # the circle keeps the numbers apart
        ("№１０", "№10"),
        ("Ⅰ Ⅱ ⅻ", "Ⅰ Ⅱ ⅻ"),
        ("➀と②", "①と②"),
        ("｟効果・実績｠", "｟効果・実績｠"),
        ("⦅効果⦆", "｟効果｠"),
        ("１３.７㎡、km²…", "13.7㎡、km²…"),
        ("㈱計画㊙", "㈱計画㊙"),
        ("１～３、1〜3、1~3", "1〜3、1〜3、1〜3"),
        ("https://example.jp/~user 情報", "https://example.jp/~user 情報"),
        ("セブン‐イレブン セブン－イレブン セブン−イレブン", "セブン-イレブン セブン-イレブン セブン-イレブン"),
        ("福祉部‧⼦ども教育部·総務部", "福祉部・子ども教育部・総務部"),  # what browsers print for ・
        ("計画―副題—", "計画—副題—"),
        ("―", "—"),
        ("達成＋ ３０％：（済）", "達成+ 30%:(済)"),
        ("㋿６年、㍻３１年", "令和6年、平成31年"),
        ("ІCТ推進", "ICT推進"),  # Cyrillic capitals inside a Latin word
        ("デジタルデバйд対策", "デジタルデバйд対策"),  # no look-alike one to one: kept
        ("　全角空白\u00a0と\tタブ ", " 全角空白 と\tタブ "),
        ("葛\U000e0100城\u200b市\ufeff", "葛城市"),
        ("前\x0c後", "前 後"),
        ("チャットボッド", "チャットボッド"),  # a printed typo is kept
        ("神福都", "神福都"),  # CJK compatibility ideographs
        ("が", "が"),  # か + combining mark
    ],
)
def test_normalise(printed: str, expected: str) -> None:
    assert normalise(printed) == expected


japanese = st.text(
    st.one_of(
        st.sampled_from("⺠⻑⻄⼾⿊①➀№～〜~‐−—｟｠（）％ 　\t１2三ｶﾞﾞがゔйАΑA-/．.,、。・ー"),
        st.characters(min_codepoint=0x2E80, max_codepoint=0x33FF),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@given(japanese)
def test_normalise_is_idempotent(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(japanese)
def test_normalise_keeps_every_digit(text: str) -> None:
    assert _digits(normalise(text)) == _digits(text)


def test_no_character_turns_into_a_digit() -> None:
    """Every character that NFKC would turn into digits, though it is none, is kept (① ² ½ ㏠ 🄁 …)."""
    loose = [
        chr(c)
        for c in range(sys.maxunicode + 1)
        if not chr(c).isdecimal() and any(x.isdecimal() for x in unicodedata.normalize("NFKC", chr(c))) and not _KEPT.fullmatch(chr(c))
    ]
    assert loose == []


def test_every_radical_has_its_japanese_kanji() -> None:
    """Of the two radical blocks only Chinese simplified forms and three strokes without a kanji remain."""
    remaining = "".join(chr(c) for c in range(0x2E80, 0x2FD6) if unicodedata.name(chr(c), "") and normalise(chr(c)) == chr(c))
    assert all("C-SIMPLIFIED" in unicodedata.name(c) for c in remaining if c not in "⺀⺂⺃⻳")


def _digits(text: str) -> list[int]:
    return [unicodedata.decimal(c) for c in text if c.isdecimal()]


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (["広", "報広聴担当"], "広報広聴担当"),
        (["ICT推", "進担当 "], "ICT推進担当"),
        (["d払い、au", "PAY"], "d払い、au PAY"),  # Latin words need the blank back
        (["Activity Based", "Working"], "Activity Based Working"),
        (["Wi-", "Fi環境整備"], "Wi-Fi環境整備"),
        (["約1,", "300件"], "約1,300件"),
        (["https://www.city.", "example.lg.jp/"], "https://www.city.example.lg.jp/"),
        (["・ 電 子 申 請 サ ー ビ ス"], "・電子申請サービス"),
        (["純 資 産 変 動 >0"], "純資産変動>0"),
        (["DX 推進", "令和 7 年度"], "DX推進令和7年度"),
        (["A I の活用"], "AIの活用"),
        (["IC 、 nanaco 、 WAON"], "IC、nanaco、WAON"),
        (["(1) 目的"], "(1)目的"),
        (["3.5 GHz帯", "", "  "], "3.5 GHz帯"),
        (["(政", "策担当)"], "(政策担当)"),
        ([], ""),
    ],
)
def test_join_lines(parts: list[str], expected: str) -> None:
    assert join_lines(parts) == expected


@given(st.lists(japanese))
def test_join_lines_changes_blanks_only(parts: list[str]) -> None:
    blanks = str.maketrans("", "", " \t\n\u3000")
    assert join_lines(parts).translate(blanks) == "".join(parts).translate(blanks)


@given(st.lists(japanese))
def test_join_lines_is_idempotent(parts: list[str]) -> None:
    joined = join_lines(parts)
    assert join_lines([joined]) == joined


@pytest.mark.parametrize(
    ("text", "expected"),
    [("デジタルデバйд対策", ["йд"]), ("α版とΩ", []), ("ICT推進", []), ("Москва", [])],
)
def test_find_foreign_letters(text: str, expected: list[str]) -> None:
    assert find_foreign_letters(text) == expected


def test_what_is_taken_as_folded_is_folded():
    """``normalise`` returns texts of these characters at once: none of them may be one that folding changes, alone or beside others."""
    taken = [chr(code) for code in range(0x10000) if _FOLDED.fullmatch(chr(code))]
    text = "".join(taken)
    assert len(taken) > 20_000
    assert _fold.__wrapped__(text) == text
    assert [c for c in taken if _fold.__wrapped__(f"か{c}A") != f"か{c}A"] == []
