"""Two made-up towns with plans, built by hand: no text of a real plan stands here."""

from __future__ import annotations

from dataclasses import replace

from ontology.model import (
    Activity,
    ActivityStatus,
    Department,
    Effect,
    Extraction,
    Indicator,
    Measure,
    Municipality,
    Observation,
    Passage,
    Plan,
    Quantity,
    Source,
    SourceDocument,
    ValueRole,
)

AOBA = Municipality("990019", "あおば町", "あおばちょう", "みどり県")
MINATO = Municipality("990027", "みなと市", "みなとし", "みどり県")
AOBA_PLAN = Plan(AOBA, "あおば町情報化計画", "情報化計画-2026", 2023, 2026, Source(1, 1))
MINATO_PLAN = Plan(MINATO, "みなと市行政改革計画", "行政改革計画-2025", 2021, 2025, Source(1, 1))

KAIKEI, ZEIMU, TOSHOKAN = Department("会計課"), Department("税務課"), Department("図書館")
JOHO, SOMU, KORYU = Department("情報課"), Department("総務課"), Department("高齢課")
EVERYONE = Department("各課", collective=True)


def _activity(order: int, line: int, text: str, *departments: Department, heading: str | None = None, year: int = 2024) -> Activity:
    status = ActivityStatus.DONE if year < 2025 else ActivityStatus.PLANNED
    return Activity(order, text, Source(line, line, quotation=text), year, status, heading, departments)


def _measure(number: str, name: str, line: int, owners: tuple[Department, ...], goal: str, *activities: Activity) -> Measure:
    cell = "担当 " + "、".join(owner.name for owner in owners)
    departments = tuple(Department(owner.name, owner.collective, Source(line + 1, line + 1, quotation=cell)) for owner in owners)
    return Measure(
        path=("measure", number),
        level_name="取組",
        number=number,
        name=name,
        source=Source(line, line, quotation=name),
        departments=departments,
        goal=goal,
        goal_source=Source(line + 2, line + 2, quotation=goal),
        activities=activities,
    )


AOBA_MEASURES = (
    _measure(
        "1",
        "キャッシュレスの推進",
        10,
        (KAIKEI, EVERYONE),
        "どこでも簡単に払える町を目指す。",
        _activity(1, 14, "軽自動車税の窓口に端末を置いた。", ZEIMU, heading="①キャッシュレス決済の導入状況"),
        _activity(2, 15, "複写代をキャッシュレスで払えるようにした。", TOSHOKAN),
        _activity(3, 16, "情報課と打ち合わせをした。", heading="②その他"),
    ),
    _measure(
        "2",
        "スマートフォン講習会の実施",
        20,
        (KORYU,),
        "高齢者が情報機器を使えるようにする。",
        _activity(1, 24, "高齢者向けのスマートフォン教室を12回開いた。"),
        _activity(2, 25, "教室の回数を増やす。", year=2025),
    ),
    _measure(
        "3",
        "ペーパーレスの徹底",
        30,
        (SOMU, JOHO),
        "押印を見直し、紙の書類を減らす。",
        _activity(1, 34, "会議の資料を電子化した。"),
    ),
    _measure(
        "4",
        "庁舎の維持",
        40,
        (SOMU,),
        "庁舎を長く使う。",
        _activity(1, 44, "売店がキャッシュレスになったことにあわせ、自動販売機を入れ替えた。", SOMU),
        _activity(2, 45, "屋根を直した。"),
    ),
)
MINATO_MEASURES = (
    _measure(
        "1",
        "窓口の改善",
        10,
        (Department("市民課"),),
        "待たずに済む窓口にする。",
        _activity(1, 14, "手数料のキャッシュレス化を進めた。", year=2023),
    ),
    _measure("2", "職員研修の充実", 20, (Department("人事課"),), "職員の力を高める。", _activity(1, 24, "DX研修を5回行った。", year=2023)),
)


def _document(identifier: str, file_name: str) -> SourceDocument:
    lines = tuple(f"{number} 行目" for number in range(1, 61))
    return SourceDocument(identifier, "進捗報告", file_name, identifier.ljust(64, "0"), lines, 1, len(lines), issued="2025-03")


def extractions() -> list[Extraction]:
    """One report of each town."""
    indicator = Indicator(
        "キャッシュレスで払える手続の数",
        Source(50, 50, quotation="手続の数"),
        (
            Observation(Quantity("12手続"), ValueRole.ACTUAL, Source(50, 50), 2024),
            Observation(Quantity("30手続以上"), ValueRole.TARGET, Source(51, 51), 2026),
        ),
        measure=("measure", "1"),
    )
    prose = (
        Passage(1, "人口は減り続けており、職員も減ると見込まれている。", Source(52, 52, quotation="人口"), "計画の背景"),
        Passage(2, "完了", Source(53, 53, quotation="完了"), "表"),
    )
    with_effect = replace(
        AOBA_MEASURES[0], effects=(Effect(1, "釣り銭の用意が要らなくなった。", Source(17, 17, quotation="釣り銭"), 2024),)
    )
    return [
        Extraction(
            _document("aaaaaaaaaaaaaaaa", "あおば.txt"),
            AOBA_PLAN,
            measures=(with_effect, *AOBA_MEASURES[1:]),
            indicators=(indicator,),
            passages=prose,
        ),
        Extraction(_document("bbbbbbbbbbbbbbbb", "みなと.txt"), MINATO_PLAN, measures=MINATO_MEASURES),
    ]
