"""Which printed figures answer a question: made-up towns, whose only indicator is キャッシュレスで払える手続の数."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from graph.store import OxigraphStore
from search_api.figures import FigureIndex
from search_api.indicators import IndicatorTable
from search_api.search import SearchEngine, SearchRequest

INDICATOR = "キャッシュレスで払える手続の数"


@pytest.fixture(scope="module", params=["engine", "word_engine"])
def ask(request: pytest.FixtureRequest, store: OxigraphStore) -> Iterator:
    engine: SearchEngine = request.getfixturevalue(request.param)
    index = FigureIndex.of(IndicatorTable.read(store), engine.index, store)

    def ask(question: str, **filters):
        response = engine.search(SearchRequest(question, **filters))
        return [index.to_json(figure, response.question) for figure in index.find(response)]

    return ask


@pytest.mark.parametrize(
    "question",
    [
        "キャッシュレスの手続は何件",
        "キャッシュレスで払える手続はいくつか",
        "キャッシュレスの目標は",
        "あおば町のキャッシュレスの推移",
        "2024年度のキャッシュレスの手続の数",
    ],
)
def test_an_indicator_whose_name_says_the_topic_answers(ask, question: str) -> None:
    assert [figure["label"] for figure in ask(question)] == [INDICATOR]


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("キャッシュレス", "no figure is asked for"),
        ("高齢者の講習会は何人", "the plans print no figure on it"),
        ("屋根の修理の目標", "of another measure"),
        ("キャッシュレスの割合", "a count is no share"),
        ("みなと市のキャッシュレスの手続は何件", "the figure is of another town"),
        ("練馬区のキャッシュレスの手続は何件", "a town that is not there"),
        ("目標は何件", "no topic"),
        ("宇宙ステーションは何基", "nothing in the plans"),
    ],
)
def test_no_figure_is_better_than_one_beside_the_question(ask, question: str, reason: str) -> None:
    assert ask(question) == [], reason


def test_values_carry_role_amount_and_line(ask) -> None:
    [figure] = ask("2024年度のキャッシュレスの手続は何件")
    assert figure["measure"]["title"] == "キャッシュレスの推進"
    assert figure["municipality"]["name"] == "あおば町"
    told = [(v["fiscal_year"], v["role"], v["value"], v["unit"], v["comparator"], v["asked"]) for v in figure["values"]]
    assert [(year, role, value, asked) for year, role, value, _, _, asked in told] == [
        (2024, "Actual", figure["values"][0]["value"], True),
        (2026, "Target", figure["values"][1]["value"], False),
    ]
    assert [value["value_text"] for value in figure["values"]] == ["12手続", "30手続以上"]
    assert [value["source"]["lines"] for value in figure["values"]] == [[50, 50], [51, 51]]
    assert figure["disagreements"] == []


def test_filters_hold_for_figures_too(ask) -> None:
    assert ask("キャッシュレスの手続は何件", municipality="あおば町")
    assert not ask("キャッシュレスの手続は何件", municipality="みなと市")
    assert not ask("キャッシュレスの手続は何件", department="人事課")
