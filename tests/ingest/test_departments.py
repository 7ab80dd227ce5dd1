"""Which words are departments, and where one ends."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.departments import is_department_list, read_department_lines, split_cell
from ingest.labels import load_labels
from ingest.owners import find_owners

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
        ("税務課と収納課", ["税務課", "収納課"]),
        ("子どもと家庭の課", ["子どもと家庭の課"]),  # と inside a name
        ("税務課並びに収納課", ["税務課", "収納課"]),
        ("税務課＆収納課", ["税務課", "収納課"]),
        ("防災課 安全支援課", ["防災課", "安全支援課"]),  # a blank separates whole names
        ("情 報 課、行 革 課", ["情報課", "行革課"]),  # letters spread by justification
        ("総務部 総務課", ["総務部総務課"]),  # a department of a division
        ("教育委員会 学務課", ["教育委員会学務課"]),
        ("総務部 財政部", ["総務部", "財政部"]),
        ("資産税課 固定資産税課", ["資産税課", "固定資産税課"]),
        ("総務課ほか", ["総務課"]),
        ("総務課など", ["総務課"]),
        ("総務課ほか2課", ["総務課"]),
        ("総務課 外3課", ["総務課"]),
        ("保護第1課・保護第2課", ["保護第1課", "保護第2課"]),
        ("文化・スポーツ課・図書館", ["文化・スポーツ課", "図書館"]),
        ("防災・危機管理室、財政課", ["防災・危機管理室", "財政課"]),
        ("生活環境課・ごみ減量・資源循環課", ["生活環境課", "ごみ減量・資源循環課"]),
        ("健康課(北保健センター・南保健センター)", ["健康課(北保健センター・南保健センター)"]),  # the cell is kept as printed
        ("【主】税務課、【副】収納課", ["税務課", "収納課"]),
        ("◎税務課、○収納課", ["税務課", "収納課"]),
        ("※税務課", ["税務課"]),
        ("(総務課)", ["総務課"]),
        ("【総務課】", ["総務課"]),
        ("各所管課、関係部署、担当各課", ["各所管課*", "関係部署*", "担当各課*"]),
        ("情報政策担当課長", ["情報政策担当課長"]),
        ("市民課 関係課 福祉課、税務課", ["市民課"]),  # who helps stands behind a label of its own
        ("市民課、関係課", ["市民課", "関係課*"]),
        ("市民課 電話 03-1234-5678", ["市民課"]),
        ("市民課(内線2101・2102)、福祉課(内線2201)", ["市民課", "福祉課"]),
        ("市民課(主)・福祉課(副)", ["市民課", "福祉課"]),
        ("市民課(旧 戸籍課)", ["市民課"]),
        ("市民課(窓口係)", ["市民課(窓口係)"]),
        ("-", []),
        ("未定", []),
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
        # separators
        ("改めた。(税務課及び収納課)", ["税務課", "収納課"]),
        ("改めた。(税務課と収納課)", ["税務課", "収納課"]),
        ("改めた。(税務課　収納課)", ["税務課", "収納課"]),
        ("改めた。(税務課/収納課)", ["税務課", "収納課"]),
        ("改めた。(道路・橋りょう課・公園課)", ["道路・橋りょう課", "公園課"]),
        ("改めた。(総務部 総務課)", ["総務部総務課"]),
        # 等, ほか and their like, inside and outside
        ("改めた。(税務課 等)", ["税務課"]),
        ("改めた。(税務課)等", ["税務課"]),
        ("改めた。(税務課ほか)", ["税務課"]),
        ("改めた。(税務課など)", ["税務課"]),
        ("改めた。(税務課、収納課ほか3課)", ["税務課", "収納課"]),
        ("改めた。(税務課ほか関係各課)", ["税務課", "関係各課*"]),
        # a label inside
        ("改めた。(担当:税務課)", ["税務課"]),
        ("改めた。(所管課 税務課、収納課)", ["税務課", "収納課"]),
        ("改めた。担当:税務課", ["税務課"]),
        # other brackets, and brackets that are not closed or not opened
        ("改めた。[税務課]", ["税務課"]),
        ("改めた。〔税務課・収納課〕", ["税務課", "収納課"]),
        ("改めた。【税務課】", ["税務課"]),
        ("改めた。<税務課>", ["税務課"]),
        ("改めた。(税務課", ["税務課"]),
        ("改めた。税務課)", ["税務課"]),
        ("講演会(健康課(北保健センター)", ["健康課"]),
        ("講演会((健康課)", ["健康課"]),
        ("講演会(健康課))", ["健康課"]),
        ("面接(オンライン(試行))(健康課)", ["健康課"]),
        ("面接(健康課(母子保健係(北)))", ["健康課"]),
        # what follows
        ("改めた。(税務課)※1", ["税務課"]),
        ("改めた。(税務課)*", ["税務課"]),
        ("改めた(税務課)；広げた(収納課)", ["税務課", "収納課"]),
        ("証明(税務課)・納付(収納課)", ["税務課", "収納課"]),
        ("改めた。(令和6年10月)(税務課)", ["税務課"]),
        ("改めた。(税務課)(令和6年10月末時点)", ["税務課"]),
        # before the text
        ("(税務課)窓口を改めた。", ["税務課"]),
        ("【税務課】窓口を改めた。", ["税務課"]),
        ("税務課:窓口を改めた。", ["税務課"]),
        ("税務課:3件、収納課:5件", ["税務課", "収納課"]),
        ("税務課・収納課:窓口を改めた。", ["税務課", "収納課"]),
        ("北保健センター:9時から17時まで", []),  # a place, not an owner
        ("窓口:税務課の隣", []),
        ("改めた。(税番号(番号)制度に関わる課)", ["税番号(番号)制度に関わる課*"]),
        # names with digits
        ("改めた。(保護第1課)", ["保護第1課"]),
        ("改めた。(市民税第二課)", ["市民税第二課"]),
        ("改めた。(計3課)", []),
        ("改めた。(全12課)", []),
        # offices of persons in charge
        ("改めた。(情報政策担当課長)", ["情報政策担当課長"]),
        # behind a full stop a unit is an owner also beside others
        ("改めた。(情報課、株式会社みらい)", ["情報課"]),
        ("集まった。(図書館、自宅)", []),
        ("集まった。(図書館、公民館)", ["図書館", "公民館"]),
        # no departments
        ("使用料(公園、北運動場)", []),
        ("延べ(323回)", []),
        ("手数料(65万円)", []),
        ("件数(12月末時点)", []),
        ("講座(10/19)", []),
        ("講座(市内事業所)", []),
        ("相談(商工会議所)", []),
        ("申告(税務署)", []),
        ("訓練(消防団、警察署)", []),
        ("貸出し(研修室)", []),
        ("工事(北部)", []),
        ("配布(市街地中心部)", []),
        ("査定(人事考課)", []),
        ("証明(固定資産税の賦課)", []),
        ("発信(広報課が作成)", []),
        ("発信(窓口は広報課)", []),
        ("発信(詳しくは広報課)", []),
        ("発信(問合せ先:広報課)", []),
        ("発信(旧広報課)", []),
        ("収納課(旧納税課)に移した。", []),
        ("健康課(保健センター)と進めた。", []),
        ("税務課と収納課を統合した。", []),
        ("情報課を新設し、DX推進課とした。", []),
        ("導入(モデル実施)", []),
        ("駐車場(有料 ※利用者は無料)を設けた。", []),
        ("電子化(各種証明)", []),
        ("", []),
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
        (["防災課", "安全支援課"], ("防災課\n安全支援課", 2)),  # one on each line
        (["固定資産税課", "税係"], ("固定資産税課税係", 2)),
        (["総務部", "総務課"], ("総務部総務課", 2)),
        (["資産", "税課", "収納課"], ("資産税課\n収納課", 3)),
        (["全課、企画課、子育て", "支援課、関係各課"], ("全課、企画課、子育て支援課、関係各課", 2)),
        (["税務課、", "収納課"], ("税務課、収納課", 2)),
        (["税務課", "・収納課"], ("税務課・収納課", 2)),
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


PIECES = ["税務課", "道路・橋りょう課", "北保健センター", "各課", "担当", "課", "情報", "等", "ほか2課", "と", "は", "3件", "DX", "令和6年"]
MARKS = [*"()（）[]【】「」、・/:。 　\n※", "＜", "〕", "第1"]
TEXTS = st.lists(st.sampled_from(PIECES + MARKS), max_size=14).map("".join)


@given(TEXTS)
def test_owners_are_printed(text: str) -> None:
    """Whatever stands there, every owner is a name that the text prints, each once."""
    owners = [department.name for department in find_owners(text, LABELS)]
    assert len(owners) == len(set(owners))
    assert all(name and name in re.sub(r"\s", "", text) for name in owners)


@given(TEXTS)
def test_cells_keep_what_they_print(text: str) -> None:
    """Every character of a cell is in a name, or is one of the marks and words that part and follow names."""
    printed = re.sub(r"\s|【[^】]*】|\[[^\]]*\]", "", text)
    found = [department.name for department in split_cell(text, LABELS)]
    assert all(name in re.sub(r"\s", "", text) for name in found)
    assert set(printed) <= set("()（）【】[]、・/:※と等ほか2課").union(*found)


@given(st.lists(TEXTS, max_size=5))
def test_a_cell_over_lines_is_made_of_its_lines(lines: list[str]) -> None:
    cell, count = read_department_lines(lines, LABELS)
    assert re.sub(r"\s", "", cell) == re.sub(r"\s", "", "".join(lines[:count]))


@given(st.lists(st.sampled_from(["税務課", "情報政策室", "道路・橋りょう課", "公園課", "総務部"]), min_size=1, max_size=4, unique=True))
def test_a_cell_of_names_is_those_names(listed: list[str]) -> None:
    assert names(split_cell("、".join(listed), LABELS)) == listed
    assert names(split_cell("\n".join(listed), LABELS)) == listed
    assert names(find_owners(f"改めた。({'・'.join(listed)})", LABELS)) == listed
