"""Excel and CSV, built in memory: lists and forms of projects, merged and hidden cells, numbers as Excel shows them."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from accounting import accounted_lines
from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from ingest.pipeline import read_documents
from ingest.readers import read_file
from ingest.readers.number_format import format_value
from ontology.errors import UnreadableDocument
from ontology.model import Extraction

TOWN = 'municipality = { name = "若葉野市", kana = "わかばのし", code = "999997" }\n'
LIST = [
    ["番号", "事業名", "担当課", "事業概要", "指標名", "基準値(R5)", "実績値(R6)", "目標値(R8)", "評価"],
    [1, "街路樹の手入れ", "公園課", "枝を払い、枯れた木を植え替える。", "手入れした本数", 1200, 1350.0, 2000, "A"],
    [2, "花壇づくり", "公園課、環境政策課", "・駅前に花壇を作る。\n・水やりを町会に頼む。", "満足度", 0.5, 0.825, 0.9, "B"],
]


def fill(sheet: Worksheet, rows: Sequence[Sequence[object]], row: int = 1, column: int = 1) -> None:
    for r, values in enumerate(rows, row):
        for c, value in enumerate(values, column):
            sheet.cell(r, c, value)


def extract(path: Path) -> Extraction:
    path.with_name(path.name + ".toml").write_text(TOWN, encoding="utf-8")
    ((_, found),) = read_documents([path])
    assert isinstance(found, list), found
    assert {n for n, line in enumerate(found[0].document.lines, 1) if line.strip()} <= accounted_lines(found[0])
    return found[0]


def figures(found: Extraction) -> list[tuple]:
    return [(i.name, i.unit, i.measure, [(o.role.value, o.fiscal_year, o.quantity.text) for o in i.observations]) for i in found.indicators]


def owners(found: Extraction) -> list[tuple]:
    return [(m.number, m.name, [d.name for d in m.departments], m.description) for m in found.measures]


EXPECTED_OWNERS = [
    ("1", "街路樹の手入れ", ["公園課"], "枝を払い、枯れた木を植え替える。"),
    ("2", "花壇づくり", ["公園課", "環境政策課"], "・駅前に花壇を作る。・水やりを町会に頼む。"),
]


def test_a_list_with_a_title_a_margin_and_formats(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.title = "令和6年度"
    sheet["B2"] = "若葉野市みどりの計画 事務事業評価一覧"
    fill(sheet, LIST, row=4, column=2)
    for column in "GHI":
        sheet[f"{column}5"].number_format = '#,##0"本"'
        sheet[f"{column}6"].number_format = "0.0%"
    sheet["B8"] = "※評価は所管課による。"
    book.save(tmp_path / "評価.xlsx")
    found = extract(tmp_path / "評価.xlsx")
    assert owners(found) == EXPECTED_OWNERS
    assert figures(found) == [
        (
            "手入れした本数",
            "本",
            ("measure", "1"),
            [("Baseline", 2023, "1,200本"), ("Actual", 2024, "1,350本"), ("Target", 2026, "2,000本")],
        ),
        ("満足度", "%", ("measure", "2"), [("Baseline", 2023, "50.0%"), ("Actual", 2024, "82.5%"), ("Target", 2026, "90.0%")]),
    ]
    lines = found.document.lines
    assert lines[0] == "■ 令和6年度"
    assert lines[4] == "1\t街路樹の手入れ\t公園課\t枝を払い、枯れた木を植え替える。\t手入れした本数\t1,200本\t1,350本\t2,000本\tA"
    assert [lines[i.source.start_line - 1 : i.source.end_line][0].split("\t")[0] for i in found.indicators] == ["1", "満足度"]
    assert "※評価は所管課による。" in [passage.text for passage in found.passages]


def test_merged_cells_reach_over_their_rows_and_heads(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    fill(
        sheet,
        [
            ["若葉野市みどりの計画"],
            ["番号", "事業名", "担当課", "指標名", "実績値", None, "目標値"],
            [None, None, None, None, "令和5年度", "令和6年度", "令和8年度"],
            [1, "街路樹の手入れ", "公園課", "本数", 10, 20, 30],
            [None, None, None, "苦情", 5, 4, 0],
            [2, "花壇づくり", None, "花壇の数", 1, 2, "未定"],
        ],
    )
    for merged in ("A2:A3", "B2:B3", "C2:C3", "D2:D3", "E2:F2", "A4:A5", "B4:B5", "C4:C6"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "評価.xlsx")
    found = extract(tmp_path / "評価.xlsx")
    assert [row[:3] for row in owners(found)] == [("1", "街路樹の手入れ", ["公園課"]), ("2", "花壇づくり", ["公園課"])]
    assert [(name, measure, values) for name, _, measure, values in figures(found)] == [
        ("本数", ("measure", "1"), [("Actual", 2023, "10"), ("Actual", 2024, "20"), ("Target", 2026, "30")]),
        ("苦情", ("measure", "1"), [("Actual", 2023, "5"), ("Actual", 2024, "4"), ("Target", 2026, "0")]),
        ("花壇の数", ("measure", "2"), [("Actual", 2023, "1"), ("Actual", 2024, "2"), ("Target", 2026, "未定")]),
    ]


def test_one_sheet_a_project(tmp_path: Path) -> None:
    book = Workbook()
    book.remove(book.active)
    for number, name in enumerate(["街路樹の手入れ", "花壇づくり"], 1):
        sheet = book.create_sheet(f"様式{number}")
        rows = [
            ["若葉野市みどりの計画"],
            [],
            ["事業名", None, name, None, "担当課", None, "公園課"],
            ["事業目的", None, "緑を増やす。"],
            ["取組状況", None, "・令和6年度に調べた。\n・町会と話した。"],
            ["指標名", None, "単位", None, "令和6年度実績", None, "令和8年度目標"],
            ["本数", None, "本", None, 10 * number, None, 1200],
            ["今後の課題", None, "水やりをする人が足りないため、町会のほかに学校や企業にも呼びかける必要がある。"],
        ]
        fill(sheet, rows, column=2)
        for row in range(3, 9):
            sheet.merge_cells(start_row=row, end_row=row, start_column=2, end_column=3)
    book.save(tmp_path / "評価.xlsx")
    found = extract(tmp_path / "評価.xlsx")
    assert [(m.name, [d.name for d in m.departments], m.goal) for m in found.measures] == [
        ("街路樹の手入れ", ["公園課"], "緑を増やす。"),
        ("花壇づくり", ["公園課"], "緑を増やす。"),
    ]
    assert [(a.text, found.document.lines[a.source.start_line - 1]) for a in found.measures[1].activities] == [
        ("令和6年度に調べた。", "・令和6年度に調べた。"),
        ("町会と話した。", "・町会と話した。"),
    ]
    assert figures(found) == [
        ("本数", "本", ("measure", name), [("Actual", 2024, text), ("Target", 2026, "1200")])
        for name, text in (("街路樹の手入れ", "10"), ("花壇づくり", "20"))
    ]


def test_what_is_hidden_is_read_and_named(tmp_path: Path) -> None:
    book = Workbook()
    fill(book.active, LIST)
    book.active.row_dimensions[3].hidden = True
    book.active.column_dimensions["D"].hidden = True
    book.active["K1"] = "=SUM(F2:F3)"
    book.create_sheet("控え")["A1"] = "若葉野市みどりの計画の控えである。"
    book["控え"].sheet_state = "hidden"
    book.save(tmp_path / "評価.xlsx")
    source = read_file(tmp_path / "評価.xlsx")
    assert source.warnings == (
        "シート「Sheet」の非表示の行（3行目）も読み取りました",
        "シート「Sheet」の非表示の列（D）も読み取りました",
        "シート「Sheet」の数式1個に計算結果が保存されていないため、読めませんでした。Excel で開いて保存し直してください",
        "シート「控え」は非表示ですが、読み取りました",
    )
    assert [row[1] for row in owners(extract(tmp_path / "評価.xlsx"))] == ["街路樹の手入れ", "花壇づくり"]


def test_a_list_of_hundreds_is_quick(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    sheet.append(["若葉野市みどりの計画"])
    sheet.append([*LIST[0], *(f"欄{n}" for n in range(21))])
    for number in range(500):
        sheet.append([number + 1, f"架空の事業その{number + 1}", *LIST[1][2:], *range(21)])
    book.save(tmp_path / "評価.xlsx")
    start = time.perf_counter()
    found = extract(tmp_path / "評価.xlsx")
    assert len(found.measures) == len(found.indicators) == 500
    assert time.perf_counter() - start < 6  # 1.5 s alone on a core of 2025; the rest is for busy machines


def test_a_sheet_of_one_far_cell_does_not_fill_the_memory(tmp_path: Path) -> None:
    book = Workbook()
    book.active["A1"] = "若葉野市みどりの計画"
    book.active["XFD1048576"] = "端"
    book.save(tmp_path / "端.xlsx")
    assert [line.text for line in read_file(tmp_path / "端.xlsx").lines] == ["若葉野市みどりの計画", "", "端"]


@pytest.mark.parametrize(
    ("value", "code", "shown"),
    [
        (None, "General", ""),
        ("課", "0%", "課"),
        (True, "General", "TRUE"),
        (3.0, "General", "3"),
        (0.1 + 0.2, "General", "0.3"),
        (100 / 3, "General", "33.33333333"),
        (1e300, "0.0", "1" + "0" * 300 + ".0"),
        (0.82, "0%", "82%"),
        (0.825, "0.0%", "82.5%"),
        (12345, "#,##0", "12,345"),
        (1234567, "#,##0,", "1,235"),
        (1.5, "0.##", "1.5"),
        (7, "000", "007"),
        (0, "#,###", ""),
        (12, 'General"件"', "12件"),
        (-1234, "#,##0;[Red]▲ #,##0", "▲1,234"),  # the sign goes on with its number
        (-3, "0", "-3"),
        (0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ ', "-"),
        (5, ";;;", ""),  # hidden by its format
        (5, '[>=10]"多い"0;0"のみ"', "5のみ"),
        (1234, "[$¥-411]#,##0", "¥1,234"),
        (0.5, "# ?/?", "0.5"),
        (datetime(2024, 4, 1), "mm-dd-yy", "2024/4/1"),
        (datetime(2024, 4, 1), '[$-411]ggge"年"m"月"d"日"', "令和6年4月1日"),
        (datetime(2019, 4, 30), "[$-411]ge.m.d;@", "H31.4.30"),
        (date(2024, 4, 1), 'yyyy"年"m"月"', "2024年4月"),
        (datetime(2024, 4, 1, 9, 5), "yyyy/mm/dd hh:mm", "2024/04/01 09:05"),
        (datetime(2024, 4, 1), 'm"月"d"日"(aaa)', "4月1日(月)"),
        (timedelta(hours=30, minutes=5), "[h]:mm", "30:05"),
    ],
)
def test_values_are_shown_as_excel_shows_them(value: object, code: str, shown: str) -> None:
    assert format_value(value, code) == shown


def test_damaged_and_empty_workbooks_are_named(tmp_path: Path) -> None:
    Workbook().save(tmp_path / "空.xlsx")
    with pytest.raises(UnreadableDocument, match="Excel ブックが空です"):
        read_file(tmp_path / "空.xlsx")
    (tmp_path / "切.xlsx").write_bytes((tmp_path / "空.xlsx").read_bytes()[:-300])
    with pytest.raises(UnreadableDocument, match="壊れています"):
        read_file(tmp_path / "切.xlsx")


def as_csv(separator: str) -> str:
    rows = [["若葉野市みどりの計画"], *LIST]
    return "".join(separator.join(f'"{value}"' if "\n" in str(value) else str(value) for value in row) + "\r\n" for row in rows)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_csv_in_every_encoding_and_with_every_separator(tmp_path: Path, encoding: str, separator: str) -> None:
    (tmp_path / "評価.csv").write_bytes(as_csv(separator).encode(encoding))
    found = extract(tmp_path / "評価.csv")
    assert owners(found) == EXPECTED_OWNERS
    assert [len(values) for *_, values in figures(found)] == [3, 3]
    assert (tmp_path / "評価.csv").read_bytes().decode(encoding).count("\n") == len(found.document.lines)


def test_lines_of_a_csv_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "表.csv").write_text('番号,事業名,担当課\n\n1,"二行の\n名前, ここまで",公園課\n2,"24""型",農政課\n', encoding="utf-8")
    source = read_file(tmp_path / "表.csv")
    assert [line.text for line in source.lines] == ["番号\t事業名\t担当課", "", "1\t二行の", "名前, ここまで\t公園課", '2\t24"型\t農政課']
    cells = [[(cell.text, cell.first_line, cell.last_line) for cell in row] for row in source.tables[1].rows]
    assert cells[0] == [("1", 3, 3), ("二行の\n名前, ここまで", 3, 4), ("公園課", 4, 4)]
    assert cells[1][1] == ('24"型', 5, 5)
