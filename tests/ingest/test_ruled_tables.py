"""Ruled tables → measures and indicators. Tables are written with | between cells, / for a line end, ^ and < for a cell merged into the one above or to the left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from ingest.labels import load_labels
from ingest.layout import Cell, Line, SourceText, Table
from ingest.parsers.tables.ruled_tables import TableReading, read_tables
from ingest.parsers.tables.table_heads import classify_head

LABELS = load_labels()


def source_of(*tables: str, caption: str = "") -> SourceText:
    """A file whose pages hold one table each, every cell line on a line of its own."""
    lines: list[Line] = []
    made = []
    for page, printed in enumerate(tables, 1):
        if caption and page == 1:
            lines.append(Line(1, caption, page))
        first = len(lines) + 1
        rows: list[tuple[Cell, ...]] = []
        for row in printed.strip().splitlines():
            cells = []
            for column, text in enumerate(cell.strip() for cell in row.split("|")):
                start = len(lines) + 1
                if text in ("^", "<"):
                    above = rows[-1][column] if text == "^" else cells[-1]
                    cells.append(Cell("", above.first_line, above.last_line))
                    continue
                for part in text.split("/") if text else ():
                    lines.append(Line(len(lines) + 1, part, page))
                cells.append(Cell(text.replace("/", "\n"), start, max(start, len(lines))))
            rows.append(tuple(cells))
        made.append(Table(tuple(rows), first, len(lines), page))
    return SourceText("計画.pdf", "0" * 64, "application/pdf", tuple(lines), tuple(made))


def measures_of(*tables: str, caption: str = "") -> list[tuple]:
    reading = read_tables(source_of(*tables, caption=caption), LABELS)
    return [(m.path, m.level_name, m.name, [d.name for d in m.departments], m.description) for m in reading.measures]


def figures_of(*tables: str, caption: str = "") -> list[tuple]:
    reading = read_tables(source_of(*tables, caption=caption), LABELS)
    return [
        (i.name, i.unit, i.measure, [(o.role.value, o.fiscal_year, o.quantity.value, o.quantity.text) for o in i.observations])
        for i in reading.indicators
    ]


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (
            "番号|事業名|担当課|概要\n１|電子申請の/拡大|情報政策課|手続を家から/行えるようにする。",
            [(("measure", "1"), "事業", "電子申請の拡大", ["情報政策課"], "手続を家から行えるようにする。")],
        ),
        # a title row above the head; a level word of its own; no number
        (
            "重点取組一覧||\n具体的な取組|所管課|内容\n窓口改革|窓口課|待たせない。",
            [(("measure", "窓口改革"), "取組", "窓口改革", ["窓口課"], "待たせない。")],
        ),
        # two departments in one cell: side by side, below each other, cut by the cell's width, a division with its section
        ("No.|施策名|担当\n1|甲|税務課、窓口課", [(("measure", "1"), "施策", "甲", ["税務課", "窓口課"], None)]),
        ("No.|施策名|担当\n1|甲|企画課/生涯学習課", [(("measure", "1"), "施策", "甲", ["企画課", "生涯学習課"], None)]),
        ("No.|施策名|担当\n1|甲|保健福祉セン/ター", [(("measure", "1"), "施策", "甲", ["保健福祉センター"], None)]),
        ("No.|施策名|担当\n1|甲|福祉課、学校教/育課", [(("measure", "1"), "施策", "甲", ["福祉課", "学校教育課"], None)]),
        ("No.|施策名|担当\n1|甲|総務部/総務課", [(("measure", "1"), "施策", "甲", ["総務部総務課"], None)]),
        # a department merged over its rows belongs to each of them; an empty cell is empty
        (
            "番号|事業名|担当課\n1|甲|税務課\n2|乙|^\n3|丙|",
            [
                (("measure", "1"), "事業", "甲", ["税務課"], None),
                (("measure", "2"), "事業", "乙", ["税務課"], None),
                (("measure", "3"), "事業", "丙", [], None),
            ],
        ),
        # the number is printed with the name; sums are no measures
        ("取組名|担当課\n取組３ 窓口改革|窓口課\n合計|", [(("measure", "3"), "取組", "窓口改革", ["窓口課"], None)]),
        ("取組名|担当課|内容\n取組３ 窓口改革|窓口課|改める\n合計||", [(("measure", "3"), "取組", "窓口改革", ["窓口課"], "改める")]),
        # tables of something else
        ("区分|令和4年度|令和5年度\n人口|1|2", []),
        ("用語|説明\nDX|変革", []),
    ],
)
def test_measures(table: str, expected: list[tuple]) -> None:
    assert measures_of(table) == expected


@pytest.mark.parametrize(
    ("table", "owners", "partners"),
    [
        ("No.|事業名|主管課|関係課\n1|甲|税務課|市民課、会計課", ["税務課"], ["市民課", "会計課"]),
        ("No.|事業名|主管課|関係課\n1|甲|税務課|なし", ["税務課"], []),
        ("No.|事業名|関係課\n1|甲|市民課、会計課", ["市民課", "会計課"], []),  # nobody else is named
        ("No.|事業名|所管部|所管課\n1|甲|総務部|税務課", ["税務課"], []),
        ("No.|事業名|所管部|所管課\n1|甲|会計管理者|", ["会計管理者"], []),
    ],
)
def test_owners_and_those_who_help(table: str, owners: list[str], partners: list[str]) -> None:
    (measure,) = read_tables(source_of(table), LABELS).measures
    assert ([d.name for d in measure.departments], [d.name for d in measure.partners]) == (owners, partners)


def test_a_table_goes_on_on_the_next_page() -> None:
    head = "番号|事業名|担当課|概要\n1|甲|税務課|はじまり"
    assert [m[0] for m in measures_of(head, "2|乙|窓口課|つづき")] == [("measure", "1"), ("measure", "2")]
    assert [m[4] for m in measures_of(head, "|||の文である。\n2|乙|窓口課|別")] == [
        "はじまりの文である。",
        "別",
    ]  # a row cut by the page end
    assert [m[0] for m in measures_of(head, "番号|事業名|担当課|概要\n1|丁|税務課|別の表")] == [
        ("measure", "1", "甲"),
        ("measure", "1", "丁"),
    ]
    assert [m[0] for m in measures_of(head, "2|乙|窓口課")] == [("measure", "1")]  # other columns: another table


@pytest.mark.parametrize(
    ("table", "caption", "expected"),
    [
        (
            "番号|事業名|担当課|指標|基準値/（令和５年度）|実績(R6)|目標値 R8\n1|甲|税務課|利用者数|142人|集計中|400人以上",
            "",
            [
                (
                    "利用者数",
                    "人",
                    ("measure", "1"),
                    [
                        ("Baseline", 2023, Decimal(142), "142人"),
                        ("Actual", 2024, None, "集計中"),
                        ("Target", 2026, Decimal(400), "400人以上"),
                    ],
                )
            ],
        ),
        # two indicators of one measure
        (
            "番号|事業名|担当課|指標|目標値(R8)\n1|甲|税務課|件数|10件\n^|^|^|割合|20%",
            "",
            [
                ("件数", "件", ("measure", "1"), [("Target", 2026, Decimal(10), "10件")]),
                ("割合", "%", ("measure", "1"), [("Target", 2026, Decimal(20), "20%")]),
            ],
        ),
        # two indicators beside each other, each with its own figures
        (
            "番号|事業名|担当課|活動指標|<|<|成果指標|<|<\n^|^|^|指標名|R5目標|R5実績|指標名|R5目標|R5実績\n1|甲|税務課|回数|3回|2回|満足度|80%|75%",
            "",
            [
                ("回数", "回", ("measure", "1"), [("Target", 2023, Decimal(3), "3回"), ("Actual", 2023, Decimal(2), "2回")]),
                ("満足度", "%", ("measure", "1"), [("Target", 2023, Decimal(80), "80%"), ("Actual", 2023, Decimal(75), "75%")]),
            ],
        ),
        # indicators alone, in a head of two rows; the unit stands in the head
        (
            "指標|基準値（％）|目標値（％）\n^|令和３年度|令和７年度\n普及率|40|70",
            "",
            [("普及率", "%", None, [("Baseline", 2021, Decimal(40), "40"), ("Target", 2025, Decimal(70), "70")])],
        ),
        (
            "取組|指標|現状値 R3|R4|目標値 R7\n取組3|手続数|6手続||25手続",
            "",
            [("手続数", "手続", ("measure", "3"), [("Baseline", 2021, Decimal(6), "6手続"), ("Target", 2025, Decimal(25), "25手続")])],
        ),
        # money: only where its year and kind are printed
        (
            "番号|事業名|担当課|事業費（千円）\n1|甲|税務課|1,056",
            "Ｒ４年度当初予算の主な事業",
            [("事業費", "千円", ("measure", "1"), [("Forecast", 2022, Decimal(1056), "1,056")])],
        ),
        (
            "番号|事業名|担当課|令和５年度決算額（千円）\n1|甲|税務課|900",
            "",
            [("決算額", "千円", ("measure", "1"), [("Actual", 2023, Decimal(900), "900")])],
        ),
        ("番号|事業名|担当課|事業費（千円）\n1|甲|税務課|1,056", "主な事業", []),
        ("番号|事業名|担当課|事業費（千円）\n1|甲|税務課|未定", "Ｒ４年度当初予算の主な事業", []),
    ],
)
def test_figures(table: str, caption: str, expected: list[tuple]) -> None:
    assert figures_of(table, caption=caption) == expected


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        # what was done and what will be done, each with the year of its head
        (
            "取組名|担当課|令和６年度の取組状況|令和７年度の取組予定\n甲|税務課|・開始した。/・広げた。|・続ける。",
            [(1, "開始した。", 2024, "Done"), (2, "広げた。", 2024, "Done"), (3, "続ける。", 2025, "Planned")],
        ),
        # 実績 without an indicator is told in words; figures without an indicator say nothing
        ("番号|事業名|担当課|令和５年度実績\n1|甲|税務課|講習会を開いた。", [(1, "講習会を開いた。", 2023, "Done")]),
        ("番号|事業名|担当課|令和５年度実績\n1|甲|税務課|20件", []),
        # years below a common head
        (
            "番号|事業名|担当課|年度別計画|<\n^|^|^|令和６年度|令和７年度\n1|甲|税務課|設計する|整備する",
            [(1, "設計する", 2024, "Planned"), (2, "整備する", 2025, "Planned")],
        ),
        # the head does not say whether done or planned; marks, figures and ratings below years are no activities
        (
            "番号|事業名|担当課|令和６年度|令和７年度|令和８年度\n1|甲|税務課|設計する|整備する|○\n2|乙|税務課|20件|A|→",
            [(1, "設計する", 2024, None), (2, "整備する", 2025, None)],
        ),
    ],
)
def test_activities(table: str, expected: list[tuple]) -> None:
    reading = read_tables(source_of(table), LABELS)
    assert [(a.order, a.text, a.fiscal_year, a.status and a.status.value) for m in reading.measures for a in m.activities] == expected


def test_a_form_tells_of_one_measure() -> None:
    one = "取組名|1 電子申請の/拡大||\n担当課|情報政策課|開始年度|令和５年度\n取組内容|対象を/広げる。||\n令和６年度の実績|・開始した。||\n備考|なし||"
    two = "施策番号|2|施策名|窓口改革\n所管課|窓口課、税務課||\n概要|待ち時間を短くする。||\n主な効果|30分の短縮||"
    reading = read_tables(source_of(one, two), LABELS)
    assert [(m.path, m.level_name, m.name, [d.name for d in m.departments], m.description) for m in reading.measures] == [
        (("measure", "1"), "取組", "電子申請の拡大", ["情報政策課"], "対象を広げる。"),
        (("measure", "2"), "施策", "窓口改革", ["窓口課", "税務課"], "待ち時間を短くする。"),
    ]
    assert [(a.text, a.fiscal_year) for a in reading.measures[0].activities] == [("開始した。", 2024)]
    assert [e.text for e in reading.measures[1].effects] == ["30分の短縮"]


@pytest.mark.parametrize(
    ("head", "role", "fiscal_year"),
    [
        ("主管課", "department", None),
        ("令和６年度当初予算額", "amount", 2024),
        ("主な事業内容", "description", None),
        ("事業の内容", "description", None),
        ("実績値(令和５年度)", "figure", 2023),
        ("令和6年度", "year", 2024),
        ("成果指標", "indicator", None),
        ("款項目", None, None),
        ("備考", "other", None),
        ("電話番号", "other", None),
        ("所管部", "division", None),
        ("事業コード", "number", None),
        ("", None, None),
    ],
)
def test_heads(head: str, role: str | None, fiscal_year: int | None) -> None:
    column = classify_head(head, LABELS)
    assert (column.role if column else None, column.fiscal_year if column else None) == (role, fiscal_year)


def test_sources_and_used_lines() -> None:
    source = source_of("番号|事業名|担当課|備考\n1|甲の/事業|税務課|欄外", caption="表題")
    reading = read_tables(source, LABELS)
    [measure] = reading.measures
    assert (measure.source.start_line, measure.source.end_line, measure.source.page) == (6, 9, 1)
    assert measure.departments[0].source.start_line == 9
    assert reading.used_lines == set(range(2, 11))  # the caption is left to others
    assert [(p.heading, p.text, p.source.start_line, p.measure) for p in reading.passages] == [("備考", "欄外", 10, measure.path)]
    assert read_tables(source, LABELS, first_line=20) == TableReading((), (), frozenset())


def test_a_table_below_the_heading_of_its_measure() -> None:
    """The table tells who and how much; the heading names the measure, the sentences between describe it."""
    table = "担当課|指標|基準値(令和5年度)|目標値(令和9年度)\n情報課/市民課|電子申請数|25件|120件"
    source = source_of(table)
    above = [
        Line(n, text, 1) for n, text in enumerate(("基本方針１ 暮らし", "施策１－１ 手続の電子化", "申請を電子化する。", "表１ 指標"), 1)
    ]
    moved = [replace(line, number=line.number + 4) for line in source.lines]
    [made] = source.tables
    rows = tuple(tuple(replace(cell, first_line=cell.first_line + 4, last_line=cell.last_line + 4) for cell in row) for row in made.rows)
    source = replace(source, lines=(*above, *moved), tables=(Table(rows, made.first_line + 4, made.last_line + 4, 1),))
    reading = read_tables(source, LABELS)
    [measure] = reading.measures
    assert (measure.level_name, measure.number, measure.name, measure.description) == ("施策", "1-1", "手続の電子化", "申請を電子化する。")
    assert [department.name for department in measure.departments] == ["情報課", "市民課"]
    assert [(element.level_name, element.name) for element in reading.elements] == [("基本方針", "暮らし")]
    assert [(i.name, i.measure) for i in reading.indicators] == [("電子申請数", measure.path)]
    # A heading that only tells what the table is names no measure.
    listed = replace(source, lines=(above[0], replace(above[1], text="２ 成果指標の一覧"), *above[2:], *moved))
    assert read_tables(listed, LABELS).measures == ()


def test_amounts_below_a_common_head_of_those_who_pay() -> None:
    table = "番号|事業名|担当課|事業費(千円)|財源内訳(千円)|<|<\n^|^|^|^|国|その他|一般財源\n1|甲|税務課|1,500|1,000||500"
    reading = read_tables(source_of(table, caption="令和６年度当初予算の主な事業"), LABELS)
    found = [(i.name, i.unit, o.fiscal_year, o.role.value, int(o.quantity.value)) for i in reading.indicators for o in i.observations]
    assert found == [
        ("事業費", "千円", 2024, "Forecast", 1500),
        ("財源内訳国", "千円", 2024, "Forecast", 1000),
        ("財源内訳一般財源", "千円", 2024, "Forecast", 500),
    ]
