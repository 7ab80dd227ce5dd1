"""Columns that a dump prints one after the other, in layouts that no real document of ours has. The town and its words are made up."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from dumped_tables import Layout, dump
from printing import printed

from ingest.characters import normalise
from ingest.labels import load_labels
from ingest.parsers.labelled import read_year_columns
from ingest.parsers.plan.measures import read_measures
from ingest.printed import is_page_number

LABELS = load_labels()
REPORTS = ((1, 3), (2, 5), (6, 1), (6, 2), (10, 3))
"""Number of tables and seed of each report that a layout is tried on."""


@dataclass(frozen=True, slots=True)
class Expected:
    """Least shares of the bullets that are found whole, and that are also in their year; the others have no year, hardly ever a wrong one."""

    whole: float = 0.97
    dated: float = 0.97
    wrong: int = 0


THREE = {"head": "令和５年度実績 令和６年度予定 令和７年度予定", "years": (2023, 2024, 2025)}
CASES = {
    "right column narrow": (Layout((60, 24)), Expected(1.0, 1.0)),
    "wider page": (Layout((74, 26)), Expected(1.0, 0.99)),
    "right column wide": (Layout((24, 60)), Expected()),
    "right column a little wider": (Layout((30, 54)), Expected()),
    "widths close to each other": (Layout((48, 36)), Expected()),
    "widths alike, numbers tell": (Layout((42, 42)), Expected()),
    "widths alike, only tense tells": (Layout((42, 42), numbered=False), Expected(dated=0.85)),
    "no numbers": (Layout((60, 24), numbered=False), Expected(dated=0.93)),
    "no numbers, right column wide": (Layout((24, 60), numbered=False), Expected(dated=0.93)),
    "no trailing blanks": (Layout((60, 24), trailing=False), Expected()),
    "no trailing blanks, widths alike": (Layout((42, 42), trailing=False), Expected()),
    "no empty lines": (Layout((60, 24), spaced=False), Expected(1.0, 1.0)),
    "right column empty": (Layout((60, 24), empty_last=True), Expected(dated=0.9)),
    "right column empty, widths alike": (Layout((42, 42), empty_last=True), Expected(dated=0.9)),
    "head on every page": (Layout((60, 24), repeated=True), Expected()),
    "head on every page, no trailing blanks": (Layout((60, 24), repeated=True, trailing=False), Expected()),
    "running heads and page numbers": (Layout((60, 24), running="若葉野市DX計画 進捗報告書"), Expected()),
    "a chapter at the head of every page": (Layout((60, 24), repeated=True, running="第３章 取組の進捗"), Expected()),
    "two rows": (Layout((60, 24), rows=2), Expected(dated=0.9, wrong=2)),
    "three rows": (Layout((60, 24), rows=3), Expected(dated=0.9)),
    "three rows, right column wide": (Layout((24, 60), rows=3), Expected(dated=0.9, wrong=1)),
    "two rows of three columns": (Layout((40, 26, 26), rows=2, **THREE), Expected(dated=0.45)),
    "short heads": (Layout((60, 24), head="R6実績 R7予定"), Expected(1.0, 1.0)),
    "western years": (Layout((60, 24), head="2024年度実績 2025年度計画"), Expected(1.0, 1.0)),
    "status in parentheses": (Layout((60, 24), head="令和6年度（実績） 令和7年度（予定）"), Expected(1.0, 1.0)),
    "years that are not printed": (Layout((60, 24), head="前年度実績 今年度予定", years=(None, None)), Expected(1.0, 1.0)),
    "three columns": (Layout((40, 26, 26), **THREE), Expected(wrong=1)),
    "three columns, two of which nothing tells apart": (Layout((40, 26, 26), numbered=False, **THREE), Expected(dated=0.4, wrong=1)),
    "three columns alike": (Layout((30, 30, 30), head="前年度実績 今年度予定 次年度予定", years=(None, None, None)), Expected()),
    **{f"mark {mark}": (Layout((60, 24), mark=mark), Expected()) for mark in ("○", "●", "◆", "■", "▼", "- ", "* ", "•")},
    **{f"mark {mark}": (Layout((60, 24), mark=mark, numbered=False), Expected(dated=0.93)) for mark in ("(1)", "１．", "ア．")},
}


@dataclass(slots=True)
class Tally:
    expected: int = 0
    whole: int = 0
    dated: int = 0
    wrong: list[tuple] = field(default_factory=list)


@pytest.mark.parametrize(("layout", "expected"), CASES.values(), ids=CASES)
def test_layouts(layout: Layout, expected: Expected) -> None:
    tally = Tally()
    for measures, seed in REPORTS:
        count(tally, layout, measures, seed)
    assert len(tally.wrong) <= expected.wrong, tally.wrong
    assert tally.whole / tally.expected >= expected.whole
    assert tally.dated / tally.expected >= expected.dated


def count(tally: Tally, layout: Layout, measures: int, seed: int) -> None:
    report = dump(layout, measures, seed)
    years = {(measure, plain(text)): layout.years[column] for measure, column, text in report.facts}
    read = read_measures([line for line in printed(report.text) if not is_page_number(line)], LABELS).measures
    found = {(measure.number, plain(a.text)): a.fiscal_year for measure in read for a in measure.activities}
    tally.expected += len(years)
    for key, year in found.items():
        if key in years:
            tally.whole += 1
            tally.dated += year == years[key]
            if year not in (None, years[key]):
                tally.wrong.append((key, year))


def plain(text: str) -> str:
    return "".join(normalise(text).split())


HEADS = {
    "令和６年度の取組状況 令和７年度の取組予定": [(2024, "Done"), (2025, "Planned")],
    "取組状況（令和６年度） 取組予定（令和７年度）": [(2024, "Done"), (2025, "Planned")],
    "令和6年度（実績） 令和7年度（予定）": [(2024, "Done"), (2025, "Planned")],
    "令和６年度実績（12月末） 令和７年度計画（案）": [(2024, "Done"), (2025, "Planned")],
    "Ｒ６年度取組状況　Ｒ７年度取組予定": [(2024, "Done"), (2025, "Planned")],
    "R6実績 R7予定": [(2024, "Done"), (2025, "Planned")],
    "2024年度実績 2025年度計画": [(2024, "Done"), (2025, "Planned")],
    "令和６年度の実施状況及び成果 令和７年度の取組方針": [(2024, "Done"), (2025, "Planned")],
    "前年度実績 今年度予定 次年度予定": [(None, "Done"), (None, "Planned"), (None, "Planned")],
    "取組状況 今後の予定": [(None, "Done"), (None, "Planned")],
    "令和６年度の取組 令和７年度の取組": [(2024, None), (2025, None)],
    "平成28年度 平成29年度 平成30年度": [(2016, None), (2017, None), (2018, None)],
    # Figures, prose and half a head are none.
    "令和6年度実績 令和7年度目標": [],
    "R6 R7": [],
    "計画 実績": [],
    "取組状況 取組状況": [],
    "令和6年度に実績を 令和7年度に": [],
}


@pytest.mark.parametrize(("text", "expected"), HEADS.items(), ids=HEADS)
def test_heads(text: str, expected: list[tuple]) -> None:
    columns = read_year_columns(normalise(text), LABELS)
    assert [(column.fiscal_year, column.status.value if column.status else None) for column in columns] == expected


WRITTEN = {
    "side by side": (
        """
        取組1：窓口の改善                         担当 市民課、福祉課
        令和６年度の取組状況                              令和７年度の取組予定
        ①書かない窓口（市民課）                           ①書かない窓口
        ・転入、転居、出生の届出について、職員が聞き取     ・死亡に伴う手続を一つの
          った内容から届出書を作る方式を始めた。             窓口にまとめる。
        ②混雑の案内                                       ・障害者手帳の更新を予約
        ・混雑の見込みを市公式ウェブサイトに30分ごとに       制とする。
          掲載した。                                       ②混雑の案内
        ・表示板を増やした。（福祉課）                       ・案内を3か国語にする。
        ・番号を携帯電話に知らせる仕組みを試した。
        """,
        [
            (2024, "転入、転居、出生の届出について、職員が聞き取った内容から届出書を作る方式を始めた。", ["市民課"]),
            (2024, "混雑の見込みを市公式ウェブサイトに30分ごとに掲載した。", []),
            (2024, "表示板を増やした。(福祉課)", ["福祉課"]),
            (2024, "番号を携帯電話に知らせる仕組みを試した。", []),
            (2025, "死亡に伴う手続を一つの窓口にまとめる。", []),
            (2025, "障害者手帳の更新を予約制とする。", []),
            (2025, "案内を3か国語にする。", []),
        ],
    ),
    "an empty cell side by side": (
        """
        取組1：窓口の改善   担当 市民課
        前年度実績            今年度予定            次年度予定
        ・案内を新しくした。                          ・案内を増やす。
        ・予約を始めた。      ・予約を広げる。      ・予約を必須とする。
        """,
        [
            (None, "案内を新しくした。", []),
            (None, "予約を始めた。", []),
            (None, "予約を広げる。", []),
            (None, "案内を増やす。", []),
            (None, "予約を必須とする。", []),
        ],
    ),
    "heads below each other": (
        "取組1：窓口 担当 市民課\n令和６年度の取組状況\n令和７年度の取組予定\n①予約\n・始めた。\n②案内\n・増やした。\n①予約\n・広げる。\n②案内\n・減らす。",
        [(2024, "始めた。", []), (2024, "増やした。", []), (2025, "広げる。", []), (2025, "減らす。", [])],
    ),
    "labels one below the other": (
        "取組1：窓口 担当 市民課\n令和６年度の取組状況\n・始めた。\n令和７年度の取組予定\n・広げる。\n"
        "取組2：電話 担当 市民課\n令和６年度の取組状況\n令和７年度の取組予定\n・始める。",
        [(2024, "始めた。", []), (2025, "広げる。", []), (2025, "始める。", [])],
    ),
    "figures below heads of text": (
        "取組1：窓口 担当 市民課\n令和５年度実績 令和６年度計画\n利用者数 120人 150人\n満足度 80% 85%",
        [],
    ),
    "nothing tells the columns apart; the first is hardly ever empty": (
        "取組1：窓口 担当 市民課\n令和６年度の取組状況 令和７年度の取組予定\n・予約の開始\n・案内の拡大\n・表示の改善",
        [(2024, "予約の開始", []), (None, "案内の拡大", []), (None, "表示の改善", [])],
    ),
}


@pytest.mark.parametrize(("text", "expected"), WRITTEN.values(), ids=WRITTEN)
def test_written(text: str, expected: list[tuple]) -> None:
    activities = [a for measure in read_measures(printed(text), LABELS).measures for a in measure.activities]
    assert [(a.fiscal_year, a.text, [d.name for d in a.departments]) for a in activities] == expected
