"""Questions to the five real documents whose answers were checked by reading them."""

from __future__ import annotations

from pathlib import Path

import pytest

from search_api.search import SearchEngine, SearchRequest

pytestmark = [pytest.mark.seeds, pytest.mark.model]


def departments(engine: SearchEngine, query: str) -> dict[tuple[str, str], dict]:
    return {(d["municipality"]["name"], d["name"]): d for d in engine.owners(query).to_json()["departments"]}


@pytest.mark.parametrize("query", ["キャッシュレス", "キャッシュレス関連の業務はどこの課？"])
def test_who_works_on_cashless_payment(seeds: SearchEngine, query: str) -> None:
    named = departments(seeds, query)
    for name in (
        "すみだ人権同和・男女共同参画事務所", "すみだ清掃事務所", "スポーツ振興課", "介護保険課", "国保年金課", "土木管理課", "文化芸術振興課",
        "生活衛生課", "税務課", "窓口課",
    ):  # fmt: skip
        assert named["墨田区", name]["role"] == "involved"
    assert not named["墨田区", "情報システム担当"]["current"]  # only the former plan names it
    assert named["墨田区", "ICT推進担当"]["role"] == "responsible"
    for name in ("IT推進課", "納税課", "戸籍住民課"):
        assert named["板橋区", name]["role"] == "responsible"
    for department in named.values():
        for measure in department["measures"]:
            assert measure["matches"]
            assert all(match["text"] and match["source"]["file"] and match["source"]["lines"][0] > 0 for match in measure["matches"])
    assert ("墨田区", "公園課") not in named


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("はんこをやめたい", {"ペーパーレス化の徹底", "事務改革の推進"}),
        ("お年寄りにスマホの使い方を教える", {"ICT講習会等の実施", "デジタルデバイド解消に向けた支援"}),
        ("役所に行かずに手続きしたい", {"手続のオンライン化の推進", "非対面型の行政サービス拡大"}),
    ],
)
def test_what_is_meant_though_no_word_is_shared(seeds: SearchEngine, query: str, titles: set[str]) -> None:
    results = seeds.search(SearchRequest(query)).to_json()["results"]
    assert titles <= {result["title"] for result in results[:4]}


@pytest.mark.parametrize(
    ("typed", "spelled", "kind"),
    [
        ("きゃっしゅれす", "キャッシュレス", "reading"),
        ("kyasshuresu", "キャッシュレス", "romaji"),
        ("kyassyuresu", "キャッシュレス", "romaji"),
        ("キヤッシュレス", "キャッシュレス", "variant"),
        ("キャシュレス", "キャッシュレス", "slip"),
        ("デジタルディバイド", "デジタルデバイド", "variant"),
        ("madoguchi no konzatsu", "窓口の混雑", "romaji"),
        ("まどぐちのこんざつ", "窓口の混雑", "reading"),
        ("すまーとふぉん", "スマートフォン", "reading"),
        ("情報セキリュティ", "情報セキュリティ", "slip"),
        ("てすうりょう", "手数料", "reading"),
        ("データ利活用専門院", "データ利活用専門員", "homophone"),
    ],
)
def test_however_it_is_typed_the_same_is_found(seeds: SearchEngine, typed: str, spelled: str, kind: str) -> None:
    answer, wanted = (seeds.search(SearchRequest(query)).to_json() for query in (typed, spelled))
    assert {correction["kind"] for correction in answer["understood"]["corrections"]} == {kind}
    assert wanted["understood"]["corrections"] == []
    assert answer["results"][0]["iri"] == wanted["results"][0]["iri"]
    assert any(match["highlights"] for match in answer["results"][0]["matches"])


@pytest.mark.parametrize(
    "query", ["RPA", "online", "LINE", "窓口", "デジタルデバイド", "はんこをやめたい", "マイナンバーカード", "広域共同利用"]
)
def test_what_the_plans_write_is_taken_as_typed(seeds: SearchEngine, query: str) -> None:
    assert seeds.search(SearchRequest(query)).to_json()["understood"]["corrections"] == []


def test_one_character_is_found_in_the_words_that_contain_it(seeds: SearchEngine) -> None:
    assert any(
        "窓口" in match["text"] for result in seeds.search(SearchRequest("窓")).to_json()["results"][:3] for match in result["matches"]
    )


def test_quotes_stand_on_the_lines_they_name(seeds: SearchEngine, shared: Path) -> None:
    [measure, *_] = seeds.search(SearchRequest("狂犬病予防の手数料")).to_json()["results"]
    match = next(match for match in measure["matches"] if "狂犬病" in match["text"])
    first, last = match["source"]["lines"]
    lines = (shared / "seeds" / match["source"]["file"]).read_text(encoding="utf-8").splitlines()
    assert "狂犬病" in "".join(lines[first - 1 : last])


@pytest.mark.parametrize(
    "query",
    [
        "プロ野球の試合日程", "国民宿舎の予約", "ラーメンの作り方",
        "ぷろやきゅうのしあいにってい", "puroyakyuu no shiai", "らーめんのつくりかた", "ペットショップの開業", "asdfghjkl",
    ],
)  # fmt: skip
def test_silence(seeds: SearchEngine, query: str) -> None:
    answer = seeds.search(SearchRequest(query)).to_json()
    assert answer["results"] == []
    assert answer["hint"]


@pytest.mark.parametrize("query", ["eL-QR", "オンライン会議"])
def test_a_name_of_several_words_that_the_thesaurus_knows_is_found_as_it_was_typed(seeds: SearchEngine, query: str) -> None:
    first = seeds.search(SearchRequest(query)).results[0]
    assert any(query in match["text"] for match in first["matches"])
