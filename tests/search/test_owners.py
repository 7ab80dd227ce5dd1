"""Who is named, and who is not."""

from __future__ import annotations

import pytest

from search_api.index import SearchIndex
from search_api.indexing import index_units
from search_api.search import SearchEngine, SearchRequestError
from search_api.units import Field, Owner, Unit


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
    named = owners(engine, "シニアのための携帯端末の勉強会")
    assert "高齢課" in named


@pytest.mark.parametrize("query", ["将棋の定跡", "宇宙ロケットの打ち上げ"])
def test_silence_with_a_hint(word_engine: SearchEngine, query: str) -> None:
    answer = word_engine.owners(query).to_json()
    assert answer["departments"] == []
    assert answer["hint"]


def test_an_empty_question_is_refused(word_engine: SearchEngine) -> None:
    with pytest.raises(SearchRequestError):
        word_engine.owners("  ")


TOWN = ("990019", "あおば町")


def measure(number: int, title: str, goal: str, owners: str, *items: tuple[str, str, str]) -> Unit:
    """A measure of ``owners`` (担当, blank between) with items (heading, text, department or nothing)."""
    iri = f"measure-{number}"
    printed = [
        Field(f"{iri}-{i}", "activity", text, (), heading, 2024, owners=(name,) if name else ())
        for i, (heading, text, name) in enumerate(items)
    ]
    named = [Owner(name, name, "collective" if name == "各課" else "responsible") for name in owners.split()]
    involved = [Owner(name, name, "involved") for name in dict.fromkeys(name for _, _, name in items if name) if name not in owners.split()]
    fields = (Field(iri, "title", title, ()), Field(iri, "goal", goal, ()), *printed)
    return Unit(iri, "Measure", title, str(number), "取組", None, TOWN, (*named, *involved), fields=fields)


MEASURES = [
    measure(1, "大学連携の推進", "課題を解く。", "企画課", ("【北大学】", "遊具の調査", "公園課"), ("【南大学】", "看板の調査", "道路課")),
    measure(
        2, "オンライン相談等の導入", "家から相談できる。", "情報課", ("①オンライン相談", "栄養相談", "健康課"), ("②講座の配信", "防災の講座", "住宅課")
    ),
    measure(
        3, "紙の見直し", "押印を見直し、手続を広げる。電子決裁を増やす。", "総務課 会計課 議会局",
        ("①押印の見直し", "請求書の押印をやめた。", "総務課"), ("②決裁", "電子決裁を増やした。", "議会局"),
    ),
    measure(4, "収入の確保", "自主財源を増やす。", "財政課 経理課", ("ネーミングライツの導入", "総合体育館", "スポーツ課"), ("広告", "封筒に載せた。", "")),
    measure(5, "窓口の改善", "待たない窓口にする。", "市民課 各課", ("キャッシュレス決済の拡大", "三か所に増やす。", ""), ("書かない窓口", "広げる。", "")),
    measure(6, "庁舎の維持", "庁舎を長く使う。", "管財課", ("", "行政の経費を評価した。", "財政課"), ("", "屋根を直した。", "")),
    measure(7, "事業の見直し", "事業を整理する。", "経営課", ("行政評価の活用", "表を使った。", "経営課")),
    measure(8, "人づくり", "力を高める。", "人事課 各課", ("", "CYDERを受講した。", "")),
]  # fmt: skip


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> SearchEngine:
    directory = tmp_path_factory.mktemp("measures")
    index_units(MEASURES, directory, cache_dir=directory / "cache")
    return SearchEngine(SearchIndex.open(directory, (), None))


@pytest.mark.parametrize(
    ("query", "named"),
    [
        # the title lends the topic to all items
        ("大学連携", {"企画課": "responsible", "公園課": "involved", "道路課": "involved"}),
        # it names several things: a heading tells whose is which
        ("オンライン相談", {"情報課": "responsible", "健康課": "involved"}),
        # a sentence of the goal says so, and an item tells who does that part
        ("押印の見直し", {"総務課": "responsible"}),
        # a heading whose items name a department speaks for it alone
        ("ネーミングライツ", {"スポーツ課": "involved"}),
        # no item of the measure names anybody: the heading is as good as the measure
        ("キャッシュレス決済", {"市民課": "responsible", "各課": "collective"}),
        # words of a compound that stand apart are not the topic
        ("行政評価", {"経営課": "involved"}),
        # an item without departments is its one owner's, not that of all departments
        ("CYDER", {"人事課": "responsible"}),
        # where two could be meant, nobody is
        ("封筒", {}),
    ],
)
def test_who_owns_what(made_up: SearchEngine, query: str, named: dict[str, str]) -> None:
    assert {name: department["role"] for name, department in owners(made_up, query).items()} == named
