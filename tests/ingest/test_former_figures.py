"""Cells of a made-up progress table: rows of a former plan with totals, actuals, ratings, targets and the measure that goes on with them."""

from __future__ import annotations

import pytest
from test_pipeline import extract_text

from ontology.model import FormerPlan

# A final ⏎ stands for the blank that ends a paragraph.
HEAD = """№ 1 施策名 窓口の改革⏎
担当部署 市民課⏎
事業概要⏎
来なくてよい窓口にする。⏎
№ 2 施策名 道路の点検と修繕⏎
担当部署 道路課⏎
事業概要⏎
点検の回数を増やし、早めに直す。⏎

資料編⏎
№ 前期行動計画⏎
施策名⏎
3か年事業量⏎
（目標値）⏎
令和 3年度⏎
実績⏎
令和 4年度⏎
実績⏎
令和 5年度⏎
目標⏎
後期行動計画⏎
掲載先施策名⏎
"""
ROWS = """１ 予約の導入 予約件数⏎
計 30件以上⏎
13件⏎
達
成
＋⏎
10件⏎
達
成⏎
7件以上 施策 1⏎
窓口の改
革 講習⏎
計 3回以上⏎
1回 2回 1回以上⏎
2 名簿の整備⏎
電子化⏎
実施⏎
実施⏎
達
成⏎
検討 未
達
成⏎
実施⏎
3 橋の点検と道路の修
繕⏎
点検数⏎
計 90橋⏎
31橋⏎
目標：30橋⏎
達
成⏎
29橋⏎
目標：
30橋⏎
未
達
成⏎
3か年事業量
を達成済⏎
施策 2⏎
道路の点検及び修繕⏎
路線の見直し⏎
完了⏎
完了⏎
調査   完了⏎
4 広報の拡大 発信数⏎
拡大⏎
拡大 達
成⏎
拡大 達
成⏎
拡大⏎
"""


@pytest.fixture(scope="module")
def former() -> FormerPlan:
    (found,) = extract_text((HEAD + ROWS).replace("⏎", " ")).former_plans
    return found


def cells(former: FormerPlan, number: str) -> dict[str, list[tuple[str, int | None, str, str | None]]]:
    return {
        i.name: [
            (o.role.value, o.fiscal_year, o.quantity.text, f"{o.quantity.value}" if o.quantity.value is not None else None)
            for o in i.observations
        ]
        for i in former.indicators
        if i.measure == ("measure", number)
    }


def test_each_cell_has_its_row_and_year(former: FormerPlan) -> None:
    assert cells(former, "1") == {
        "予約件数": [
            ("Target", None, "計30件以上", "30"),
            ("Actual", 2021, "13件", "13"),
            ("Actual", 2022, "10件", "10"),
            ("Target", 2023, "7件以上", "7"),
        ],
        "講習": [
            ("Target", None, "計3回以上", "3"),
            ("Actual", 2021, "1回", "1"),
            ("Actual", 2022, "2回", "2"),
            ("Target", 2023, "1回以上", "1"),
        ],
    }
    assert [(role, year, text) for role, year, text, _ in cells(former, "2")["電子化"]] == [
        ("Target", None, "実施"),
        ("Actual", 2021, "実施"),
        ("Actual", 2022, "検討"),
        ("Target", 2023, "実施"),
    ]


def test_the_target_of_a_year_below_its_actual_and_a_remark_instead_of_a_target(former: FormerPlan) -> None:
    assert cells(former, "3")["点検数"] == [
        ("Target", None, "計90橋", "90"),
        ("Actual", 2021, "31橋", "31"),
        ("Target", 2021, "30橋", "30"),
        ("Actual", 2022, "29橋", "29"),
        ("Target", 2022, "30橋", "30"),
    ]
    third = next(measure for measure in former.measures if measure.number == "3")
    assert [(a.heading, a.fiscal_year, a.status, a.text) for a in third.activities] == [("点検数", 2023, None, "3か年事業量を達成済")]


def test_successors_are_resolved_by_name_or_by_number_and_a_name_much_like_it(former: FormerPlan) -> None:
    found = {measure.number: [(s.measure, s.is_merged) for s in measure.successors] for measure in former.measures}
    assert found == {
        "1": [(("measure", "1"), False)],
        "2": [(("measure", "1"), True)],  # nothing printed in its row: the cell above reaches over it
        "3": [(("measure", "2"), False)],  # 点検及び修繕 for 点検と修繕
        "4": [],  # 完了 stands above
    }


def test_a_name_that_is_no_measure_stays_text() -> None:
    text = (HEAD + ROWS.replace("施策 2⏎\n道路の点検及び修繕", "施策 9⏎\nまだない施策")).replace("⏎", " ")
    (former,) = extract_text(text).former_plans
    third = next(measure for measure in former.measures if measure.number == "3")
    assert [(s.text, s.measure) for s in third.successors] == [("施策9 まだない施策", None)]
