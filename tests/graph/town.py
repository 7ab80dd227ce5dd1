"""A made-up town, あおば町, whose documents are built by hand: no text of a real plan stands here."""

from __future__ import annotations

import sys
from decimal import Decimal

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
    PlanElement,
    Quantity,
    Source,
    SourceDocument,
    ValueRole,
)

AOBA = Municipality(code="990019", name="あおば町", kana="あおばちょう", prefecture="みどり県")
PLAN = Plan(AOBA, "あおば町情報化計画", "情報化計画-2026", 2023, 2026, Source(1, 1, 1, "あおば町情報化計画"))

LINES = (
    "あおば町情報化計画",
    "方針１　窓口を変える",
    "取組１－２　キャッシュレスの導入　担当　会計課、各課",
    "目標　どこでも払える町",
    "・税の窓口に端末を置いた。（税務課）",
    "・図書館にも広げる。",
    "効果　待ち時間 約1,300件分を短縮",
    "手続数①　10手続（R5）　217手続　集計中　300手続以上",
    "背景　人口が減っている。",
)


def budget(seconds: float) -> float:
    """A limit for time measured in a test: coverage measurement makes Python code several times slower."""
    return seconds * 5 if sys.gettrace() else seconds


def source(line: int, end: int | None = None) -> Source:
    return Source(line, end or line, 1, "\n".join(LINES[line - 1 : end or line]))


def document(identifier: str = "0123456789abcdef", title: str = "令和６年度 進捗報告", lines: tuple[str, ...] = LINES) -> SourceDocument:
    return SourceDocument(
        id=identifier,
        title=title,
        file_name=f"{identifier}.txt",
        sha256=identifier[:16].ljust(64, "0"),
        lines=lines,
        first_line=1,
        last_line=len(lines),
        pages=(1,) * len(lines),
        issued="2025-03",
    )


MEASURE = Measure(
    path=("measure", "1-2"),
    level_name="取組",
    number="1-2",
    name="キャッシュレスの導入",
    source=source(3),
    parent=("policy", "1"),
    departments=(Department("会計課", source=source(3)), Department("各課", collective=True, source=source(3))),
    goal="どこでも払える町",
    goal_source=source(4),
    is_new=False,
    activities=(
        Activity(
            1, "税の窓口に端末を置いた。", source(5), 2024, ActivityStatus.DONE, departments=(Department("税務課"), Department("会計課"))
        ),
        Activity(2, "図書館にも広げる。", source(6), 2025, ActivityStatus.PLANNED, heading="これから"),
    ),
    effects=(Effect(1, "待ち時間 約1,300件分を短縮", source(7), 2024, Quantity("約1,300件分", Decimal(1300), "件分", "~")),),
)

INDICATOR = Indicator(
    name="手続数①",
    source=source(8),
    observations=(
        Observation(Quantity("10手続", Decimal("10.0"), "手続"), ValueRole.BASELINE, source(8), 2023),
        Observation(Quantity("217手続", Decimal(217), "手続"), ValueRole.ACTUAL, source(8), 2024),
        Observation(Quantity("集計中"), ValueRole.FORECAST, source(8), 2025, note="１２月末現在"),
        Observation(Quantity("300手続以上", Decimal(300), "手続", ">="), ValueRole.TARGET, source(8), 2026),
    ),
    unit="手続",
    measure=("measure", "1-2"),
)


def extraction(**changes: object) -> Extraction:
    """One report of あおば町; ``changes`` replace fields of the Extraction."""
    fields: dict[str, object] = {
        "document": document(),
        "plan": PLAN,
        "elements": (PlanElement(("policy", "1"), "方針", "1", "窓口を変える", source(2)),),
        "measures": (MEASURE,),
        "indicators": (INDICATOR,),
        "passages": (Passage(1, "人口が減っている。", source(9), "背景"),),
    }
    return Extraction(**(fields | changes))


def large_extraction(measures: int = 100, activities: int = 16, *, identifier: str = "fedcba9876543210") -> Extraction:
    """A document of many measures, each with as many activities and four figures of its own: about 250 quads a measure."""
    lines = tuple(f"行 {number} あおば町の取組について述べる文" for number in range(1, measures * (activities + 4) + 2))

    def measure(index: int) -> Measure:
        first = index * (activities + 4) + 1
        done = tuple(
            Activity(
                order,
                f"第{index}の取組の{order}番目の項目として、窓口の手続を見直した。",
                Source(first + order, first + order, 1, lines[first + order - 1]),
                2024,
                ActivityStatus.DONE,
                departments=(Department(f"第{(index + order) % 40}課"),),
            )
            for order in range(1, activities + 1)
        )
        name = Source(first, first, 1, lines[first - 1])
        return Measure(
            ("measure", str(index)),
            "取組",
            str(index),
            f"第{index}の取組",
            name,
            None,
            (Department(f"第{index % 40}課", source=name),),
            activities=done,
        )

    def indicator(index: int) -> Indicator:
        place = Source(index * (activities + 4) + activities + 2, index * (activities + 4) + activities + 2, 1)
        observations = tuple(Observation(Quantity(f"{index}件", Decimal(index), "件"), role, place, 2024) for role in ValueRole)
        return Indicator(f"第{index}の指標", place, observations, "件", ("measure", str(index)))

    return Extraction(
        document(identifier, "大きな報告書", lines),
        PLAN,
        measures=tuple(measure(index) for index in range(measures)),
        indicators=tuple(indicator(index) for index in range(measures)),
    )
