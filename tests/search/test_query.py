from __future__ import annotations

import pytest

from search_api.query import understand

TOWNS = ("墨田区", "板橋区", "みなと市")
UNITS = ("税務課", "住民税務課", "ICT推進担当")


@pytest.mark.parametrize(
    ("text", "topic", "towns", "years", "departments", "intent"),
    [
        ("キャッシュレス", "キャッシュレス", [], [], [], "topic"),
        ("キャッシュレス関連の業務はどこの課？", "キャッシュレス", [], [], [], "owner"),
        ("ペーパーレス化を担当している課は？", "ペーパーレス化", [], [], [], "owner"),
        ("学校の施設は何課ですか", "学校の施設", [], [], [], "owner"),
        ("板橋区のDX研修の目標", "DX研修の目標", ["板橋区"], [], [], "figure"),
        ("講習会は何人が受けたか", "講習会は何人が受けたか", [], [], [], "figure"),
        ("会議を板橋と墨田で比べたい", "会議を", ["墨田区", "板橋区"], [], [], "topic"),
        ("令和６年度の墨田区の指標", "指標", ["墨田区"], [2024], [], "topic"),
        ("2025年度の予定", "予定", [], [2025], [], "topic"),
        ("H30の取組", "取組", [], [2018], [], "topic"),
        ("ＩＣＴ推進担当の仕事", "ICT推進担当の仕事", [], [], ["ICT推進担当"], "topic"),
        ("住民税務課の取組", "住民税務課の取組", [], [], ["住民税務課"], "topic"),  # the longer name, not the one inside it
        ("すみだ安全メール", "すみだ安全メール", [], [], [], "topic"),
        ("港湾の整備", "港湾の整備", [], [], [], "topic"),  # みなと市 is not 港湾, nor 港区
        ("墨田", "墨田", ["墨田区"], [], [], "topic"),  # nothing would be left: the whole text stays the topic
        ("library self-checkout", "library self-checkout", [], [], [], "topic"),
    ],
)
def test_questions(text: str, topic: str, towns: list[str], years: list[int], departments: list[str], intent: str) -> None:
    question = understand(text, TOWNS, UNITS)
    assert (question.topic, list(question.municipalities), list(question.fiscal_years)) == (topic, towns, years)
    assert (list(question.departments), question.intent) == (departments, intent)


def test_both_of_two_towns() -> None:
    assert understand("両区のオンライン申請", ("墨田区", "板橋区")).municipalities == ("墨田区", "板橋区")
    assert understand("両区のオンライン申請", TOWNS).municipalities == ()


@pytest.mark.parametrize(("text", "unknown"), [("練馬区の下水道", "練馬区"), ("墨田区と練馬区", None), ("下水道", None)])
def test_a_town_that_is_not_there(text: str, unknown: str | None) -> None:
    assert understand(text, TOWNS).unknown_municipality == unknown
