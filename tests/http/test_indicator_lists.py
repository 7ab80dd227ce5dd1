"""``/api/indicators`` and ``/indicators`` over the example town, whose two reports disagree on two figures."""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal

import openpyxl
import pytest
from fastapi.testclient import TestClient

from graph.indicator_series import Cell, Named, Place, Series
from graph.tables import Sheet, to_csv, to_xlsx
from search_api.charts import HEIGHT, WIDTH, draw

BROWSER = {"Accept": "text/html,application/xhtml+xml"}
DISPUTED = {
    "オンライン申請に対応した手続の数": ("Actual", 2024, {112, 115}),
    "スマートフォン講座の受講者数(累計)": ("Target", 2026, {1200, 1500}),
}


def ask(client: TestClient, **parameters: object) -> dict:
    answer = client.get("/api/indicators", params=parameters)
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_every_value_names_the_line_that_prints_it(client: TestClient) -> None:
    answer = ask(client, limit=1000)
    assert answer["total"] == len(answer["indicators"]) > 40
    for indicator in answer["indicators"]:
        for observation in indicator["observations"]:
            source = observation["source"]
            page = client.get(f"/page/document/{source['document'].rpartition('/')[2]}", params={"lines": "{}-{}".format(*source["lines"])})
            assert page.status_code == 200
            assert observation["text"].split()[0] in re.sub(r"<[^>]+>|\s", "", page.text).replace("％", "%"), observation


def test_what_documents_disagree_on_is_marked(client: TestClient) -> None:
    answer = ask(client, disagreement="true")
    found = {}
    for indicator in answer["indicators"]:
        assert indicator["disagreement"]
        told = [o for o in indicator["observations"] if o["disagreement"]]
        assert len({o["source"]["document"] for o in told}) == len(told) == 2
        found[indicator["title"]] = (told[0]["role"], told[0]["fiscal_year"], {o["value"] for o in told})
    assert found == DISPUTED
    assert answer["total"] == answer["disagreements"] == 2


@pytest.mark.parametrize(
    ("parameters", "total"),
    [
        ({"q": "オンライン申請"}, 2),
        ({"q": "オンライン申請 利用率"}, 1),
        ({"q": "申請手続の オンライン化"}, 2),  # the name of the measure counts, too
        ({"q": "存在しない語"}, 0),
        ({"plan": "若葉野市DX推進計画"}, 13),
        ({"plan": "若葉野市DX推進計画", "measure": "14"}, 2),
        ({"plan": "若葉野市DX推進計画", "measure": "情報セキュリティの確保"}, 2),
        ({"plan": "若葉野市DX推進計画", "municipality": "墨田区"}, 0),
        ({"plan": "若葉野市DX推進計画", "fiscal_year": 2022}, 13),
        ({"plan": "若葉野市DX推進計画", "fiscal_year": 2022, "role": "Actual"}, 0),
        ({"plan": "若葉野市DX推進計画", "fiscal_year": "", "role": "", "disagreement": ""}, 13),
    ],
)
def test_filters(client: TestClient, parameters: dict, total: int) -> None:
    assert ask(client, **parameters)["total"] == total


def test_a_year_and_role_leave_the_values_that_were_asked_for(client: TestClient) -> None:
    answer = ask(client, fiscal_year=2024, role="Actual")
    assert {(o["fiscal_year"], o["role"]) for i in answer["indicators"] for o in i["observations"]} == {(2024, "Actual")}


def test_paging(client: TestClient) -> None:
    whole = [indicator["iri"] for indicator in ask(client, limit=1000)["indicators"]]
    parts = [ask(client, limit=7, offset=offset)["indicators"] for offset in range(0, len(whole), 7)]
    assert [indicator["iri"] for part in parts for indicator in part] == whole
    assert ask(client, offset=10_000)["indicators"] == []


@pytest.mark.parametrize(
    ("parameters", "said"),
    [("role=x", "Baseline、Actual"), ("limit=0", "1 以上"), ("disagreement=maybe", "true か false"), ("format=pdf", "json、csv、xlsx"), ("fiscal_year=R6", "整数")],
)  # fmt: skip
def test_a_wrong_parameter_is_named(client: TestClient, parameters: str, said: str) -> None:
    answer = client.get(f"/api/indicators?{parameters}")
    assert answer.status_code == 400
    assert parameters.partition("=")[0] in answer.json()["errors"][0]["field"]
    assert said in answer.json()["detail"]


def test_csv_is_what_excel_opens_and_holds_every_value(client: TestClient) -> None:
    answer = client.get("/api/indicators", params={"format": "csv"})
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    observations = [o for i in ask(client, limit=1000)["indicators"] for o in i["observations"]]
    assert [row["IRI"] for row in rows] == [o["iri"] for o in observations]
    assert [row["印刷どおり"] for row in rows] == [o["text"] for o in observations]
    assert sum(row["食い違い"] != "" for row in rows) == 4


def test_xlsx_has_numbers_as_numbers(client: TestClient) -> None:
    answer = client.get("/api/indicators", params={"format": "xlsx", "plan": "若葉野市DX推進計画"})
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["年度別", "すべての値"]
    rows = [[cell.value for cell in row] for row in book["年度別"].iter_rows()]
    row = next(row for row in rows if row[4] == "オンライン申請に対応した手続の数")
    assert dict(zip(rows[0], row, strict=True)) | {
        "2022年度 基準値": 18,
        "2024年度 実績": "115手続 ／ 112手続",
        "食い違い": "あり",
    } == dict(zip(rows[0], row, strict=True))


def test_a_text_never_becomes_a_formula() -> None:
    texts = ["=1+1", "+81-3", "@x", "-HYPERLINK()", "-", "-3.2%", "－", "令和\x0b6年度"]
    sheet = Sheet("s", ("文",), [(text,) for text in texts])
    assert to_csv(sheet).decode("utf-8-sig").split("\r\n")[1:6] == ["'=1+1", "'+81-3", "'@x", "'-HYPERLINK()", "-"]
    cells = [row[0] for row in openpyxl.load_workbook(io.BytesIO(to_xlsx([sheet])))["s"].iter_rows(min_row=2)]
    assert [cell.data_type for cell in cells] == ["s"] * len(texts)
    assert cells[0].value == "=1+1"


def test_the_page_shows_values_targets_and_disagreements(client: TestClient) -> None:
    page = client.get("/indicators", params={"plan": "若葉野市DX推進計画"}, headers=BROWSER).text
    assert "令和6年度（2024）" in page
    assert page.count("食い違い</p>") == 2
    assert page.count('role="img"') > 5
    sources = re.findall(r'class="value" href="(/page/document/[^"]+)"', page)
    assert len(sources) > 40
    assert client.get(sources[0].replace("&amp;", "&")).status_code == 200
    assert "条件に合う指標はありません" in client.get("/indicators?q=zzz", headers=BROWSER).text


def test_pages_lead_on_and_back(client: TestClient) -> None:
    page = client.get("/indicators?limit=10&offset=10&q=", headers=BROWSER).text
    links = re.findall(r'href="(/indicators\?[^"]+)" rel="(prev|next)"', page)
    assert [(rel, "offset" in link) for link, rel in links] == [("prev", True), ("next", True)]


PLACE = Place("x:d", "文書", "f", None, (1, 1))


def series(*cells: tuple[str, int, str | None, str]) -> Series:
    made = tuple(
        Cell(f"x:{role}{year}", role, year, Decimal(value) if value else None, f"{value}{unit}", unit, None, None, PLACE)
        for role, year, value, unit in cells
    )
    return Series(("x:i",), (Named("件数", ("x:d",)),), "x:p", (), "件", made)


def test_a_chart_runs_from_the_lowest_to_the_highest() -> None:
    chart = draw(series(("Baseline", 2021, "0", "件"), ("Actual", 2023, "10", "件"), ("Target", 2025, "20", "件")))
    assert chart is not None
    (first, low), (last, middle) = chart.points
    assert (first, last) == (5, WIDTH - 5)
    assert (low, middle, chart.target) == (HEIGHT - 5, HEIGHT / 2, 5)
    assert chart.label == "推移: 2021年度 0件、2023年度 10件、目標 20件"


@pytest.mark.parametrize(
    "cells",
    [
        [("Actual", 2021, "3", "件")],
        [("Actual", 2021, "3", "件"), ("Actual", 2022, None, "件")],
        [("Actual", 2021, "3", "件"), ("Actual", 2022, "30", "%")],  # two units make no line
    ],
)
def test_what_is_no_line_is_not_drawn(cells: list) -> None:
    assert draw(series(*cells)) is None


def test_a_level_line_and_amounts_in_other_scales() -> None:
    chart = draw(series(("Actual", 2021, "1", "万円"), ("Actual", 2022, "10000", "円")))
    assert chart is not None
    assert {y for _, y in chart.points} == {HEIGHT / 2}
