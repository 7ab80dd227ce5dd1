"""Questions and what is understood of them. Today is in November 2026, fiscal year 2026."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.query import Question, understand
from search_api.question_names import Names

TODAY = date(2026, 11, 21)
NAMES = Names(
    municipalities=("墨田区", "板橋区", "みなと市"),
    departments=("税務課", "住民税務課", "ICT推進担当", "企画経営室行政経営担当", "図書館", "保健計画課", "高齢者福祉課", "障害者福祉課"),
    plans=(
        "墨田区行財政改革実施計画",
        "板橋区DX推進計画2025",
        "墨田区行政情報化推進計画",
        "みなと市文化振興プラン（第2次）",
        "みなと市文化財保存計画",
    ),
    frameworks=("障害者活躍推進計画", "自治体デジタル・トランスフォーメーション（DX）推進計画"),
    fiscal_years=frozenset({2018, 2024, 2025}),
    readings={"墨田区": "すみだく", "板橋区": "いたばしく"},
)
FRAMEWORK = "自治体デジタル・トランスフォーメーション（DX）推進計画"


def ask(text: str, *ignored: str) -> Question:
    return understand(text, NAMES, today=TODAY, ignored=ignored)


@pytest.mark.parametrize(
    ("text", "topic", "towns", "years", "departments", "intent"),
    [
        ("キャッシュレス", "キャッシュレス", [], [], [], "topic"),
        ("キャッシュレス関連の業務はどこの課？", "キャッシュレス", [], [], [], "owner"),
        ("ホームページはどこの課が管理していますか", "ホームページ", [], [], [], "owner"),
        ("ペーパーレス化を担当している課は？", "ペーパーレス化", [], [], [], "owner"),
        ("学校の施設は何課ですか", "学校の施設", [], [], [], "owner"),
        ("板橋区のDX研修の目標", "DX研修の目標", ["板橋区"], [], [], "figure"),
        ("講習会は何人が受けたか", "講習会は何人が受けたか", [], [], [], "figure"),
        ("会議を板橋と墨田で比べたい", "会議を", ["板橋区", "墨田区"], [], [], "topic"),
        ("令和６年度の墨田区の指標", "指標", ["墨田区"], [2024], [], "topic"),
        ("2025年度の予定", "予定", [], [2025], [], "topic"),
        ("H30の取組", "取組", [], [2018], [], "topic"),
        ("ＩＣＴ推進担当の仕事", "ICT推進担当の仕事", [], [], ["ICT推進担当"], "topic"),
        ("住民税務課の取組", "住民税務課の取組", [], [], ["住民税務課"], "topic"),  # the longer name, not the one inside it
        ("すみだ安全メール", "すみだ安全メール", [], [], [], "topic"),
        ("港湾の整備", "港湾の整備", [], [], [], "topic"),  # みなと市 is not 港湾, nor 港区
        ("墨田", "墨田", ["墨田区"], [], [], "topic"),  # nothing would be left: the whole text stays the topic
        ("library self-checkout", "library self-checkout", [], [], [], "topic"),
        ("すみだくの窓口", "窓口", ["墨田区"], [], [], "topic"),
        ("いたばしでの電子申請", "電子申請", ["板橋区"], [], [], "topic"),
        ("イタバシの電子申請", "電子申請", ["板橋区"], [], [], "topic"),
        ("昨年度の電子申請の実績", "電子申請の実績", [], [2025], [], "figure"),
        ("一昨年度と昨年度の窓口", "と 窓口", [], [2024, 2025], [], "topic"),
        ("墨田区税務課の仕事", "税務課の仕事", ["墨田区"], [], ["税務課"], "topic"),
        ("中央税務課の仕事", "中央税務課の仕事", [], [], [], "topic"),  # another office
        ("行政経営担当の計画", "行政経営担当の計画", [], [], ["企画経営室行政経営担当"], "topic"),  # typed without its beginning
        ("福祉課の仕事", "福祉課の仕事", [], [], [], "topic"),  # two could be meant
        ("キャッシュレスはどこに聞けばいい？", "キャッシュレス", [], [], [], "owner"),
        ("押印の見直しは誰がやっているの", "押印の見直し", [], [], [], "owner"),
        ("病児保育の担当は", "病児保育", [], [], [], "owner"),
        ("Which department is in charge of cashless payment?", "cashless payment", [], [], [], "owner"),
        ("who is in charge of the library", "the library", [], [], [], "owner"),
        ("How many online procedures in FY2024?", "How many online procedures", [], [2024], [], "figure"),
        ("防災訓練に何団体が参加したか", "防災訓練に何団体が参加したか", [], [], [], "figure"),
        ("cashless payment in Sumida", "cashless payment", ["墨田区"], [], [], "topic"),
        ("Itabashi-ku paperless", "paperless", ["板橋区"], [], [], "topic"),
        ("sumidaku no shinsei", "no shinsei", ["墨田区"], [], [], "topic"),
        ("2025年問題への備え", "2025年問題への備え", [], [], [], "topic"),
    ],
)
def test_questions(text: str, topic: str, towns: list[str], years: list[int], departments: list[str], intent: str) -> None:
    question = ask(text)
    assert (question.topic, list(question.municipalities), list(question.fiscal_years)) == (topic, towns, years)
    assert (list(question.departments), question.intent) == (departments, intent)


@pytest.mark.parametrize(
    ("text", "field", "value", "typed", "effect"),
    [
        ("墨田区の行財政改革実施計画の歳入", "plan", "墨田区行財政改革実施計画", "行財政改革実施計画", "filter"),
        ("墨田区行財政改革実施計画", "plan", "墨田区行財政改革実施計画", "墨田区行財政改革実施計画", "filter"),
        ("行財政改革で減る職員", "plan", "墨田区行財政改革実施計画", "行財政改革", "boost"),  # a part that only one plan has
        ("ＤＸ推進計画の研修", "plan", "板橋区DX推進計画2025", "ＤＸ推進計画", "filter"),
        ("板橋区DX推進計画の研修", "plan", "板橋区DX推進計画2025", "板橋区DX推進計画", "filter"),
        ("文化振興プランの講座", "plan", "みなと市文化振興プラン（第2次）", "文化振興プラン", "filter"),
        ("自治体DX推進計画に基づく研修", "framework", FRAMEWORK, "自治体DX推進計画", "boost"),  # the nation's, not 板橋区's
        (
            "官民データ活用推進基本法の手続",
            "framework",
            "官民データ活用推進基本法",
            "官民データ活用推進基本法",
            "none",
        ),  # nothing is aligned with it
        ("障害者活躍推進計画に基づく取組", "framework", "障害者活躍推進計画", "障害者活躍推進計画", "filter"),  # nothing else is asked
        ("税務課の仕事", "department", "税務課", "税務課", "filter"),
        ("税務課の研修", "department", "税務課", "税務課", "boost"),
        ("Ｒ６の研修", "fiscal_year", 2024, "Ｒ６", "boost"),
        ("2031年度の研修", "fiscal_year", 2031, "2031年度", "none"),  # no plan speaks of it
    ],
)
def test_conditions(text: str, field: str, value: str | int, typed: str, effect: str) -> None:
    found = [(c.field, c.value, text[c.start : c.end], c.effect) for c in ask(text).conditions if c.field != "municipality"]
    assert found == [(field, value, typed, effect)]


@pytest.mark.parametrize("text", ["国のDX推進計画の研修", "東京都DX推進計画の研修", "全庁DX推進計画", "DXの研修", "文化の講座"])
def test_plans_of_others_and_plain_words_are_no_plan_of_the_index(text: str) -> None:
    assert ask(text).plans == ()


def test_the_year_in_a_title_is_no_year_asked_for() -> None:
    question = ask("板橋区DX推進計画2025の研修")
    assert (question.fiscal_years, question.plans, question.municipalities) == ((), ("板橋区DX推進計画2025",), ("板橋区",))


@pytest.mark.parametrize(
    ("text", "ignored", "gone", "topic"),
    [
        ("令和６年度の窓口", "fiscal_year:2024", "fiscal_years", "窓口"),
        ("墨田区の窓口", "municipality:墨田区", "municipalities", "窓口"),
        ("税務課の仕事", "department:税務課", "departments", "税務課の仕事"),
        ("行財政改革実施計画の窓口", "plan:墨田区行財政改革実施計画", "plans", "窓口"),
        ("練馬区の窓口", "municipality:練馬区", "unknown_municipality", "窓口"),
    ],
)
def test_a_reading_can_be_ignored(text: str, ignored: str, gone: str, topic: str) -> None:
    question = ask(text, ignored)
    assert getattr(ask(text), gone)
    assert not getattr(question, gone)
    assert question.topic == topic
    assert not question.asks_for_departments
    assert [condition.key for condition in question.ignored] in ([ignored], [])


def test_figures_may_be_asked_for_beside_owners() -> None:
    question = ask("回収はどの課が担当していますか、実績額も")
    assert (question.intent, question.asks_for_figures) == ("owner", True)


def test_both_of_two_towns() -> None:
    two = Names(municipalities=("墨田区", "板橋区"))
    assert understand("両区のオンライン申請", two).municipalities == ("墨田区", "板橋区")
    assert ask("両区のオンライン申請").municipalities == ()


@pytest.mark.parametrize(
    ("text", "unknown"), [("練馬区の下水道", "練馬区"), ("ねりまくの下水道", "練馬区"), ("墨田区と練馬区", None), ("下水道", None)]
)
def test_a_town_that_is_not_there(text: str, unknown: str | None) -> None:
    assert ask(text).unknown_municipality == unknown


@given(
    st.text(
        alphabet='令和平成RrHhSs元６6２024年度月〜-から昨今来5五前後墨田区すみだくいたばし税務課行財政改革実施計画DX推進の国ﾊﾟ㍻①はどこ課担当何件目標() 、？"',
        max_size=60,
    )
)
def test_whatever_is_typed_is_read_without_error(text: str) -> None:
    question = ask(text)
    assert question.topic == question.topic.strip()
    for condition in question.conditions:
        assert 0 <= condition.start < condition.end <= len(text)
        assert condition.key not in {c.key for c in ask(text, condition.key).conditions}
