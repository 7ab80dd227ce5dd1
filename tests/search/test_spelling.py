"""What was typed → what the index writes, on a small index; the index of the real documents is asked in test_search_of_seeds.py."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api.keyword_index import KeywordIndex
from search_api.lexicon import Lexicon
from search_api.spelling import read_spelling
from search_api.text_analysis import read_text

TEXTS = [
    "キャッシュレス決済を窓口に導入する。窓口の混雑を減らす。",
    "電子決済と電子申請。決裁の電子化。文書の決裁。",
    "スマートフォンとパーソナルコンピューターの講座。仕事探しの支援。",
    "マイナンバーカードの交付。マイナンバーカードの申請。",
    "デジタルデバイドの解消。オンライン申請。サーバーの更新。",
    "情報セキュリティポリシー。データ利活用専門員の配置。専門員の育成。",
    "特定健診の手数料。保険料の納付。税務課の担当。",
    "システムの移行。システム移行の計画。助成金。医療費の助成。地域包括支援センター。電子自治体。",
    "RPA と AI-OCR。YouTube で配信。DX を進める。広域での共同利用。肢体不自由。",
    "スマホ教室の開催。デジタルツインの構築。クラウドに移る。相談する処がある。旧 庁舎。",
]


@cache
def parts() -> tuple[Lexicon, KeywordIndex]:
    analyses = [read_text(text) for text in TEXTS]
    return Lexicon.build(analyses), KeywordIndex.build([[token.term for token in analysis.tokens] for analysis in analyses])


def read(typed: str) -> tuple[str, list[str]]:
    lexicon, index = parts()
    spelling = read_spelling(typed, lexicon, index)
    return spelling.text, [correction.kind for correction in spelling.corrections]


@pytest.mark.parametrize(
    ("typed", "text", "kind"),
    [
        # kana that were never converted
        ("きゃっしゅれす", "キャッシュレス", "reading"),
        ("きゃっしゅれす決済", "キャッシュレス決済", "reading"),
        ("まどぐちのこんざつ", "窓口の混雑", "reading"),
        ("おんらいんしんせい", "オンライン申請", "reading"),
        ("てすうりょう", "手数料", "reading"),  # words side by side as the index has them side by side
        ("でんしけっさい", "電子決済", "reading"),  # not 電子決裁, which it never writes
        ("ぜいむか", "税務課", "reading"),
        ("マドグチ", "窓口", "reading"),
        ("すまほ教室", "スマホ教室", "reading"),  # not 済む and ほ
        ("すまほきょうしつ", "スマホ教室", "reading"),
        ("でじたるついん", "デジタルツイン", "reading"),  # not a row of particles
        ("きやつしゆれす", "キャッシュレス", "reading"),  # small kana written large
        # romaji, Hepburn and Kunrei
        ("kyasshuresu", "キャッシュレス", "romaji"),
        ("kyassyuresu", "キャッシュレス", "romaji"),
        ("KYASSHURESU", "キャッシュレス", "romaji"),
        ("madoguchi", "窓口", "romaji"),
        ("shigotosagashi", "仕事探し", "romaji"),
        ("sigotosagasi", "仕事探し", "romaji"),
        ("sumātofon", "スマートフォン", "romaji"),
        ("sumatofon", "スマートフォン", "romaji"),
        ("zeimuka", "税務課", "romaji"),
        # other spellings
        ("キヤッシュレス", "キャッシュレス", "variant"),
        ("キヤツシユレス", "キャッシュレス", "variant"),
        ("デジタルディバイド", "デジタルデバイド", "variant"),
        ("スマートホン", "スマートフォン", "variant"),
        # a part stands for the whole
        ("マイナカード", "マイナンバーカード", "part"),
        ("パソコン", "パーソナルコンピューター", "part"),
        ("デジデバ", "デジタルデバイド", "part"),
        # slips: exchanged, left out, doubled, other
        ("スマーフォトン", "スマートフォン", "slip"),
        ("情報セキリュティ", "情報セキュリティ", "slip"),
        ("オンラオイン申請", "オンライン申請", "slip"),
        ("キャシュレス", "キャッシュレス", "slip"),
        ("オンイン申請", "オンライン申請", "slip"),
        ("デシタルデバイド", "デジタルデバイド", "slip"),
        ("まとぐち", "窓口", "slip"),
        ("youtub", "youtube", "slip"),
        # converted to the wrong kanji
        ("専門院", "専門員", "homophone"),
        ("医療費除成", "医療費助成", "homophone"),
        ("電子字治体", "電子自治体", "homophone"),
    ],
)
def test_what_the_index_does_not_know_is_read(typed: str, text: str, kind: str) -> None:
    spelled, kinds = read(typed)
    assert (spelled, set(kinds)) == (text, {kind})


@pytest.mark.parametrize(
    "typed",
    [
        "キャッシュレス", "サーバ", "クラウドサーバ", "RPA", "DX推進", "共同利用", "広域共同利用", "AIOCR", "AI-OCR", "窓口に行きたくない",
        # a beginning is not the whole, and what is no term of any text is no other word: 処
        "ぷろやきゅうのしあいにってい", "クラウドファンディング", "傘を貸してくれるところ",
        # grammar in kana is no word: 肢体, 消化
        "申請したい", "ですから", "までには", "どうすればいいですか", "おしえてください", "わからない",
        # English stays English
        "online", "online payment", "who is in charge of cashless payment", "make a note", "hello world",
        # what the plans do not speak of stays unknown
        "ラーメンの作り方", "プロ野球の試合日程", "ペットショップの開業", "サッカー", "オリンピック", "カレーライス", "国民宿舎の予約",
        "", " ", "？", "「」", '""', "ー", "ーーー", "んんんんん", "-",
    ],
)  # fmt: skip
def test_everything_else_stays(typed: str) -> None:
    assert read(typed)[1] == []


@pytest.mark.parametrize("typed", ['"きゃっしゅれす"', "“キヤッシュレス”", '"kyasshuresu"', '"電子字治体"'])
def test_between_quotation_marks_nothing_is_changed(typed: str) -> None:
    assert read(typed) == (typed[1:-1], [])


def test_quotation_marks_alone_are_no_question_but_stay_one() -> None:
    assert read('""') == ('""', [])


@pytest.mark.parametrize(("typed", "meant"), [("システム以降", "システム移行"), ("電子決裁", "電子決済")])
def test_what_may_be_another_word_is_told(typed: str, meant: str) -> None:
    lexicon, index = parts()
    spelling = read_spelling(typed, lexicon, index)
    assert [(correction.typed, correction.read_as) for correction in spelling.corrections] == [(typed, meant)]


def test_a_word_that_the_index_uses_elsewhere_stays_beside_the_likelier_one() -> None:
    lexicon, index = parts()
    spelling = read_spelling("電子決裁", lexicon, index)
    assert (spelling.text, [homophone.words for homophone in spelling.homophones]) == ("電子決裁", [("決済",)])


def test_the_other_way_round_a_whole_finds_its_part() -> None:
    analyses = [read_text(text) for text in ("マイナカードの交付", "窓口")]
    index = KeywordIndex.build([[token.term for token in analysis.tokens] for analysis in analyses])
    spelling = read_spelling("マイナンバーカード", Lexicon.build(analyses), index)
    assert (spelling.text, spelling.corrections[0].kind) == ("マイナカード", "part")


def test_english_words_beside_romaji() -> None:
    assert read("online shinsei")[0] == "online 申請"
    assert read("madoguchi no konzatsu")[0] == "窓口の混雑"
    assert read("madoguchi no shukusha wo yoyaku shite")[0] == "窓口のしゅくしゃをよやくして"  # what the dictionary may know


@settings(max_examples=200, deadline=None)
@given(
    st.text(alphabet="あきゃっしゅれすまどぐちキャッシュレスー電子決済決裁窓口 aiueoknst\"'-ōー一二十　。", max_size=30)
    | st.text(max_size=20)
)
def test_anything_can_be_typed(typed: str) -> None:
    text, _ = read(typed)
    assert read(text)[0] is not None


def test_the_lexicon_is_read_as_it_was_written(tmp_path: Path) -> None:
    lexicon, _ = parts()
    lexicon.save(tmp_path)
    again = Lexicon.open(tmp_path)
    assert (again.words, again.readings, again.counts) == (list(lexicon.words), list(lexicon.readings), list(lexicon.counts))
    assert again.pair_count("電子", "決済") == lexicon.pair_count("電子", "決済") == 1
    assert again.pair_count("電子", "決裁") == 0
    assert again.by_reading["ケッサイ"] == ("決済", "決裁")  # the more frequent first
