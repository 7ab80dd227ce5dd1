"""Lines that pages repeat. The texts are made up; FF begins a page."""

from __future__ import annotations

import pytest

from ingest.labels import load_labels
from ingest.layout import Line
from ingest.parsers.prose.running_heads import running_heads, without_repeated_heads
from ingest.printed import PrintedLine, read_printed_lines

LABELS = load_labels()


def pages(*texts: str) -> list[PrintedLine]:
    lines = [(text, page) for page, own in enumerate(texts, 1) for text in own.split("\n")]
    return read_printed_lines([Line(number, text, page) for number, (text, page) in enumerate(lines, 1)])


KEPT = {
    "the first of a running line stays": (["計画書\n一", "計画書\n二", "計画書\n三", "計画書\n四"], "計画書 一 二 三 四"),
    "chapters stay where they begin": (
        [
            "第1章 背景\n一",
            "第1章 背景\n二",
            "第1章 背景\n三",
            "第1章 背景\n四",
            "第2章 取組\n五",
            "第2章 取組\n六",
            "第2章 取組\n七",
            "第2章 取組\n八",
        ],
        "第1章 背景 一 二 三 四 第2章 取組 五 六 七 八",
    ),
    "left and right pages": (
        ["若葉野市\n一", "報告書\n二", "若葉野市\n三", "報告書\n四", "若葉野市\n五", "報告書\n六", "若葉野市\n七", "報告書\n八"],
        "若葉野市 一 報告書 二 三 四 五 六 七 八",
    ),
    "three pages that all have it": (["計画書\n一", "計画書\n二", "計画書\n三"], "計画書 一 二 三"),
    "two pages tell nothing": (["計画書\n一", "計画書\n二"], "計画書 一 計画書 二"),
    "labels are no running heads": (["担当課\n一", "担当課\n二", "担当課\n三", "担当課\n四"], "担当課 一 担当課 二 担当課 三 担当課 四"),
    "heads of columns are none either": (
        ["令和6年度の取組状況 令和7年度の取組予定\n一"] * 4,
        "令和6年度の取組状況 令和7年度の取組予定 一 " * 4,
    ),
    "bullets are none either": (["・会議の開催\n一"] * 4, "・会議の開催 一 " * 4),
}


@pytest.mark.parametrize(("texts", "kept"), KEPT.values(), ids=KEPT)
def test_repeated_heads(texts: list[str], kept: str) -> None:
    assert " ".join(line.text for line in without_repeated_heads(pages(*texts), LABELS)) == kept.strip()


def test_running_heads_are_furniture() -> None:
    assert running_heads(pages("計画書\n一", "計画書\n二", "計画書\n三", "計画書\n四")) == {"計画書"}
    assert running_heads(pages("計画書\n一", "計画書\n二")) == frozenset()
