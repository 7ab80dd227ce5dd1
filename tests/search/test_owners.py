"""Who is named, and who is not."""

from __future__ import annotations

import pytest

from search_api.search import SearchEngine, SearchRequestError


def owners(engine: SearchEngine, query: str) -> dict[str, dict]:
    return {department["name"]: department for department in engine.owners(query).to_json()["departments"]}


def test_responsible_involved_and_collective(word_engine: SearchEngine) -> None:
    roles = {name: department["role"] for name, department in owners(word_engine, "キャッシュレス関連の業務はどこの課？").items()}
    assert roles == {
        "会計課": "responsible",  # the measure is about it
        "各課": "collective",
        "税務課": "involved",  # its bullet stands under a heading that says so
        "図書館": "involved",  # its own bullet says so
        "総務課": "involved",  # a bullet of another measure says so; that measure's other owners are not named
        "市民課": "responsible",  # the bullet names nobody, and the measure has one owner: it is clear who that is
    }


def test_nobody_is_named_for_a_mere_mention(word_engine: SearchEngine) -> None:
    named = owners(word_engine, "キャッシュレス")
    assert "情報課" not in named  # a bullet of the measure mentions it in running text


def test_each_claim_is_quoted_with_its_line(word_engine: SearchEngine) -> None:
    measure = owners(word_engine, "キャッシュレス")["会計課"]["measures"][0]
    assert [(m["field"], m["source"]["file"], m["source"]["lines"]) for m in measure["matches"]] == [
        ("title", "あおば.txt", [10, 10]),
        ("department", "あおば.txt", [11, 11]),
    ]
    cell = measure["matches"][-1]
    assert [cell["text"][start:end] for start, end in cell["highlights"]] == ["会計課"]
    tax = owners(word_engine, "キャッシュレス")["税務課"]["measures"][0]["matches"]
    assert [(m["field"], m["heading"], m["source"]["lines"]) for m in tax] == [("activity", "①キャッシュレス決済の導入状況", [14, 14])]


def test_a_department_in_the_question_is_answered_by_its_measures(word_engine: SearchEngine) -> None:
    [zeimu] = owners(word_engine, "税務課の仕事").values()
    assert (zeimu["name"], zeimu["role"], [m["title"] for m in zeimu["measures"]]) == ("税務課", "involved", ["キャッシュレスの推進"])
    [joho] = owners(word_engine, "情報課").values()
    assert [(m["title"], m["matches"][0]["field"]) for m in joho["measures"]] == [("ペーパーレスの徹底", "department")]


def test_a_town_in_the_question_filters(word_engine: SearchEngine) -> None:
    assert set(owners(word_engine, "みなと市のキャッシュレスの担当課は？")) == {"市民課"}


def test_departments_of_an_old_plan_are_not_current(word_engine: SearchEngine) -> None:
    assert all(department["current"] for department in owners(word_engine, "キャッシュレス").values())


def test_meaning_finds_owners_where_words_do_not(engine: SearchEngine) -> None:
    named = owners(engine, "シニアが電話機の操作を習う")
    assert "高齢課" in named


@pytest.mark.parametrize("query", ["将棋の定跡", "宇宙ロケットの打ち上げ"])
def test_silence_with_a_hint(word_engine: SearchEngine, query: str) -> None:
    answer = word_engine.owners(query).to_json()
    assert answer["departments"] == []
    assert answer["hint"]


def test_an_empty_question_is_refused(word_engine: SearchEngine) -> None:
    with pytest.raises(SearchRequestError):
        word_engine.owners("  ")
