"""Which words are departments, and where one ends."""

from __future__ import annotations

import pytest

from ingest.departments import find_owners, is_department_list, read_department_lines, split_cell
from ingest.labels import load_labels

LABELS = load_labels()


def names(departments: tuple) -> list[str]:
    return [department.name + "*" * department.collective for department in departments]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("防災課、安全支援課", ["防災課", "安全支援課"]),
        ("総務課・職員課・契約課", ["総務課", "職員課", "契約課"]),  # ・ separates
        ("道路・橋りょう課、公園課", ["道路・橋りょう課", "公園課"]),  # ・ inside a name
        ("人権同和・男女共同参画事務所", ["人権同和・男女共同参画事務所"]),
        ("IT推進課，人事課", ["IT推進課", "人事課"]),
        ("福祉課／子育て支援課", ["福祉課", "子育て支援課"]),
        ("企画課\n財政課", ["企画課", "財政課"]),
        ("市民課 等", ["市民課"]),
        ("全課、関係各課、各課", ["全課*", "関係各課*", "各課*"]),
        ("公金取扱課、手続実施課、土木管理課", ["公金取扱課*", "手続実施課*", "土木管理課"]),  # 管理課 is a real unit
        ("社会保障・税番号(番号)制度に関わる課", ["社会保障・税番号(番号)制度に関わる課*"]),
        ("社会福祉協議会", ["社会福祉協議会"]),
        ("企画政策", ["企画政策"]),  # the label says that it is a department, whatever it ends with
        ("税務課、税務課", ["税務課"]),
        ("", []),
    ],
)
def test_cells(cell: str, expected: list[str]) -> None:
    assert names(split_cell(cell, LABELS)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("窓口を改善した。(市民課)", ["市民課"]),
        ("電話の受付(総務課・税務課)", ["総務課", "税務課"]),
        ("妊婦の面接(健康課(北保健センター))", ["健康課"]),
        ("講演会((健康課(北保健センター))", ["健康課"]),  # opened once too often
        ("住民税(普通徴収)(税務課)", ["税務課"]),
        ("101件(保険課・保険料)", ["保険課"]),  # a department and its fee
        ("ごみの案内(清掃事務所)(再掲)", ["清掃事務所"]),
        ("発信(広報課 等)", ["広報課"]),
        ("会館の使用料(文化課)、体育館の使用料(スポーツ課)", ["文化課", "スポーツ課"]),  # each entry of a list
        ("保険料(国保課)\n決済:カード(ネットバンク)", ["国保課"]),  # the first paragraph of a bullet
        ("決済(税務課、出張所):電子マネー", []),  # a place of payment
        ("AI(チャットボット)", []),
        ("講習会(参加人数:84名)", []),
        ("パソコン教室(視覚障害者スマートフォン教室)", []),
        ("情報課の部屋を広げた。", []),  # a mere mention
        ("施設利用料(学習センター、運動場、屋内プール)", []),
        ("(高齢者福祉課と協力して)開催した", []),
    ],
)
def test_owners(text: str, expected: list[str]) -> None:
    assert names(find_owners(text, LABELS)) == expected


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["防災課、広", "報広聴担当"], ("防災課、広報広聴担当", 2)),  # wrapped inside a name
        (["公", "共施設マネジメント推進課、", "契約課"], ("公共施設マネジメント推進課、契約課", 3)),
        (["情報担当", "図 3-1 手続の流れ", "推進"], ("情報担当", 1)),  # what follows is no department
        (["企画政策"], ("企画政策", 1)),
        ([], ("", 0)),
    ],
)
def test_cells_over_lines(lines: list[str], expected: tuple[str, int]) -> None:
    assert read_department_lines(lines, LABELS) == expected


@pytest.mark.parametrize(
    ("text", "expected"), [("総務課、税務課", True), ("総務課とともに", False), ("3課", False), ("一部", False), ("", False)]
)
def test_lists(text: str, expected: bool) -> None:
    assert is_department_list(text, LABELS) is expected
