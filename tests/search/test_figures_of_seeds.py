"""Questions for figures to the five real documents; the values were checked by reading them. Words alone find them, and so does the whole search."""

from __future__ import annotations

import pytest

from graph.store import OxigraphStore
from search_api.figures import FigureIndex
from search_api.indicators import IndicatorTable
from search_api.search import SearchEngine, SearchRequest

pytestmark = pytest.mark.seeds


@pytest.fixture(scope="module", params=["seeds_by_words", pytest.param("seeds", marks=pytest.mark.model)])
def ask(request: pytest.FixtureRequest, seeds_store: OxigraphStore):
    engine: SearchEngine = request.getfixturevalue(request.param)
    index = FigureIndex.of(IndicatorTable.read(seeds_store), engine.index, seeds_store)

    def ask(question: str) -> list[dict]:
        response = engine.search(SearchRequest(question))
        return [index.to_json(figure, response.question) for figure in index.find(response)]

    return ask


@pytest.mark.parametrize(
    ("question", "label", "year", "role", "value"),
    [
        ("令和6年度のキャッシュレス決済手続数の実績", "キャッシュレス決済手続数", 2024, "Actual", 217),
        ("オープンデータの件数の推移", "オープンデータ公開件数", 2024, "Actual", 181),
        ("オンライン相談は何業務で実施しているか", "オンライン相談等実施業務数", 2025, "Target", 50),
        ("板橋区のDX研修の受講人数の目標", "研修受講人数:DX推進に向けた各種研修(部署別・職層研修別)", 2025, "Target", 670),
        ("職員の有給休暇取得率", "職員の有給休暇取得率", 2023, "Actual", 74.2),
        ("スマホ教室に何人参加したか", "スマホ教室の開催参加者数:参加人数", 2024, "Target", 200),
        ("令和5年度のオープンデータ公開件数", "オープンデータ公開件数", 2023, "Actual", 167),
        ("電子決裁率の目標", "文書管理システム電子決裁率", 2025, "Target", 100),
        ("区債残高はいくら", "区債残高", 2023, "Actual", 263),
    ],
)
def test_the_right_value_stands_first(ask, question: str, label: str, year: int, role: str, value: float) -> None:
    first = ask(question)[0]
    assert first["label"] == label
    assert value in [told["value"] for told in first["values"] if (told["fiscal_year"], told["role"]) == (year, role)]


def test_a_target_that_documents_print_differently_is_told(ask) -> None:
    first = ask("キャッシュレス決済手続数の目標")[0]
    told = {(one["fiscal_year"], one["role"]): {value["value_text"] for value in one["values"]} for one in first["disagreements"]}
    assert told[2025, "Target"] == {"40手続", "60手続"}


@pytest.mark.parametrize(
    "question",
    [
        "保育園の数",
        "下水道の更新の実績",
        "図書館の貸出冊数",
        "プロ野球の試合は何回",
        "待機児童は何人",
        "ごみの量の推移",
        "マイナンバーカードの交付率はいくつ",
    ],
)
def test_what_the_plans_do_not_count_has_no_figure(ask, question: str) -> None:
    assert ask(question) == []
