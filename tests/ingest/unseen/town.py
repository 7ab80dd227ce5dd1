"""The invented town: its units, its projects and what may be told of each."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

UNITS = (
    ("総務部", "総務課"), ("総務部", "デジタル推進課"), ("総務部", "人事課"), ("企画財政部", "企画課"), ("企画財政部", "財政課"),
    ("企画財政部", "税務課"), ("市民生活部", "市民課"), ("市民生活部", "環境課"), ("市民生活部", "危機管理室"), ("市民生活部", "東支所"),
    ("福祉部", "高齢福祉課"), ("福祉部", "障がい福祉課"), ("福祉部", "地域包括支援センター"), ("健康こども部", "健康推進課"),
    ("健康こども部", "子育て支援課"), ("健康こども部", "こども未来室"), ("産業建設部", "商工観光課"), ("産業建設部", "農林課"),
    ("産業建設部", "道路・河川課"), ("産業建設部", "まちづくり・交通政策課"), ("上下水道局", "下水道課"), ("消防本部", "予防課"),
    ("教育委員会事務局", "学校教育課"), ("教育委員会事務局", "生涯学習・スポーツ課"), ("会計管理者", "会計課"),
)  # fmt: skip
_OBJECTS = (
    "防災行政無線", "街路樹", "市営住宅", "学校給食", "公民館", "図書館", "放課後児童クラブ", "高齢者見守り", "介護予防", "特定健診",
    "予防接種", "障がい者就労", "生活困窮者自立", "空き家", "ごみ減量", "地球温暖化対策", "公共交通", "市道", "橋りょう", "河川",
    "上水道", "下水道", "消防団", "救急", "観光", "商店街", "企業誘致", "農業担い手", "森林", "移住定住", "窓口業務", "行政手続",
)  # fmt: skip
_KINDS = ("整備事業", "管理運営事業", "推進事業", "支援事業", "補助金", "普及啓発事業", "計画策定事業", "調査", "相談事業", "維持補修費")
# Names that look like something else: a sum, a year, a department, a label.
_ODD = (
    "統計調査費", "会計事務", "合計特殊出生率向上対策", "24時間電話健康相談", "議会だよりの発行", "第3次総合計画の策定", "DXの推進",
    "評価委員会の運営", "教育委員会事務局の移転", "ふるさと納税推進事業（再掲）", "計画的な道路の舗装", "100歳のお祝い",
)  # fmt: skip
_INDICATORS = (
    ("利用者数", "人"), ("実施回数", "回"), ("整備延長", "m"), ("加入率", "%"), ("相談件数", "件"), ("満足度", "%"), ("受診率", "%"),
    ("参加者数", "人"), ("補助件数", "件"), ("取り組む地区の割合", "%"),
)  # fmt: skip
SECTIONS = (
    ("安全で安心なまち", ("災害に強い地域をつくる", "くらしの安全を守る")),
    ("健やかに暮らせるまち", ("健康づくりを支える", "支え合いの福祉を進める", "子育てを応援する")),
    ("にぎわいのあるまち", ("商工業を盛んにする", "農林業を育てる")),
    ("市民とつくるまち", ("市役所の仕事を改める",)),
)
_GROUPS = ("市民", "65歳以上の市民", "市内の事業者", "小中学生とその保護者", "道路の利用者", "障害者手帳を持つ人")
_LAWS = ("地方自治法", "介護保険法第115条の45", "若葉野市空家等の適正管理に関する条例", "なし", "道路法", "学校給食法")
_PURPOSES = ("だれもが安心して暮らせるようにする。", "利用する人の手間を減らす。", "施設を長く使えるようにする。", "地域の担い手を増やす。")
_CONTENTS = ("講習会を開き、手引きを配る。", "老朽化した設備を計画的に取り替える。", "費用の一部を補助する。", "窓口と電話で相談に応じる。")
_ISSUES = ("利用者が固定している。", "費用が年々増えている。", "担い手が足りない。", "周知が十分でない。")


@dataclass(frozen=True, slots=True)
class Project:
    """``targets``, ``actuals``: fiscal year → value of the indicator; ``costs``: fiscal year → thousand yen."""

    number: int
    name: str
    section: int
    policy: int
    division: str
    department: str
    indicator: str
    unit: str
    targets: dict[int, int]
    actuals: dict[int, int]
    costs: dict[int, int]
    rating: str
    direction: str
    group: str
    law: str
    purpose: str
    content: str
    issue: str

    @property
    def section_name(self) -> str:
        return SECTIONS[self.section][0]

    @property
    def policy_name(self) -> str:
        return SECTIONS[self.section][1][self.policy]


def make_projects(count: int, seed: int) -> list[Project]:
    """Projects in the order of sections and policies."""
    chance = random.Random(seed)
    names = [*_ODD[: max(2, count // 8)], *(f"{thing}{kind}" for thing in _OBJECTS for kind in _KINDS)]
    chosen = [*names[: min(len(_ODD), max(2, count // 8))], *chance.sample(names[len(_ODD) :], count)][:count]
    chance.shuffle(chosen)
    places = sorted(_pick_place(chance) for _ in chosen)
    return [_make_project(chance, number, *parts) for number, parts in enumerate(zip(chosen, places, strict=True), 1)]


def _pick_place(chance: random.Random) -> tuple[int, int]:
    section = chance.randrange(len(SECTIONS))
    return section, chance.randrange(len(SECTIONS[section][1]))


def _make_project(chance: random.Random, number: int, name: str, place: tuple[int, int]) -> Project:
    division, department = chance.choice(UNITS)
    indicator, unit = chance.choice(_INDICATORS)
    most = 100 if unit == "%" else 5000
    return Project(
        number, name, *place, division, department, indicator, unit,
        {year: chance.randrange(1, most) for year in range(2022, 2029)},
        {year: chance.randrange(1, most) for year in range(2022, 2029)},
        {year: chance.randrange(10, 90000) for year in range(2022, 2029)},
        chance.choice("ABCD"), chance.choice(("拡充", "現状維持", "縮小", "改善して継続", "完了")),
        *(chance.choice(words) for words in (_GROUPS, _LAWS, _PURPOSES, _CONTENTS, _ISSUES)),
    )  # fmt: skip


def grouped(projects: list[Project]) -> Iterator[tuple[tuple[int, int], list[Project]]]:
    """Projects by section and policy, in order."""
    groups: dict[tuple[int, int], list[Project]] = {}
    for project in projects:
        groups.setdefault((project.section, project.policy), []).append(project)
    yield from groups.items()
