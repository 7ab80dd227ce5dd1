"""Saved web pages: visible text, encodings, tables."""

from __future__ import annotations

from pathlib import Path

import pytest
from accounting import accounted_lines

from ingest.pipeline import read_documents
from ingest.readers import read_file
from ontology.errors import UnreadableDocument

PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>題</title><style>p {{ color: red }}</style></head><body>
<nav><a href="/">ホーム</a></nav><h1>若葉野市みどりの計画</h1>
<p>木を植え、<b>花壇</b>を
作る。<br>次の行。</p><script>alert("x")</script><div hidden>隠れた文</div><ul><li>桜<li>梅</ul>
<table><caption>事業の一覧</caption>
<tr><th rowspan=2>番号<th rowspan=2>事業名<th rowspan=2>担当課<th rowspan=2>指標名<th colspan=2>実績<th>目標
<tr><th>令和5年度<th>令和6年度<th>令和8年度
<tr><td>1<td>街路樹の手入れ<td rowspan=2>公園課<br>農政課<td>本数<td>1,200本<td>1,350本<td>2,000本
<tr><td>2<td>花壇づくり<td>花壇の数<td>3<td>集計中<td>8
</table><p>問合せ先は公園課である。</p></body></html>"""


@pytest.mark.parametrize(
    ("charset", "encoding"),
    [("utf-8", "utf-8"), ("Shift_JIS", "cp932"), ("EUC-JP", "euc_jp"), ("utf-8", "cp932"), ("nonsense", "euc_jp"), ("utf-8", "utf-16")],
)
def test_text_and_tables_of_a_page(tmp_path: Path, charset: str, encoding: str) -> None:
    path = tmp_path / "計画.html"
    path.write_bytes(PAGE.format(charset=charset).encode(encoding))
    path.with_name("計画.html.toml").write_text(
        'municipality = { name = "若葉野市", kana = "わかばのし", code = "999997" }\n', encoding="utf-8"
    )
    texts = [line.text for line in read_file(path).lines]
    assert texts[:9] == ["若葉野市みどりの計画", "", "木を植え、花壇を 作る。", "次の行。", "", "・桜", "・梅", "", "事業の一覧"]
    ((_, found),) = read_documents([path])
    (extraction,) = found
    assert [(m.number, m.name, [d.name for d in m.departments]) for m in extraction.measures] == [
        ("1", "街路樹の手入れ", ["公園課", "農政課"]),
        ("2", "花壇づくり", ["公園課", "農政課"]),
    ]
    assert [
        (i.name, i.measure, [(o.role.value, o.fiscal_year, o.quantity.text) for o in i.observations]) for i in extraction.indicators
    ] == [
        ("本数", ("measure", "1"), [("Actual", 2023, "1,200本"), ("Actual", 2024, "1,350本"), ("Target", 2026, "2,000本")]),
        ("花壇の数", ("measure", "2"), [("Actual", 2023, "3"), ("Actual", 2024, "集計中"), ("Target", 2026, "8")]),
    ]
    assert {n for n, text in enumerate(texts, 1) if text} <= accounted_lines(extraction)


def test_a_table_that_lays_out_the_page_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "頁.htm").write_text(
        "<table><tr><td><h1>見出し</h1><td>左<table><tr><td>a<td>b<tr><td>c<td>d</table></table>", encoding="utf-8"
    )
    source = read_file(tmp_path / "頁.htm")
    assert [line.text for line in source.lines if line.text] == ["見出し", "左", "a\tb", "c\td"]
    assert len(source.tables) == 1


def test_a_page_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "頁.txt").write_text("<?xml version='1.0' encoding='utf-8'?>\n<!doctype html><p>計画", encoding="utf-8")
    assert [line.text for line in read_file(tmp_path / "頁.txt").lines] == ["計画"]


def test_deep_and_wide_pages_are_read(tmp_path: Path) -> None:
    for depth in (1500, 5000):
        (tmp_path / f"深{depth}.html").write_text("<div>" * depth + "底" + "</div>" * depth, encoding="utf-8")
    assert [line.text for line in read_file(tmp_path / "深1500.html").lines] == ["底"]
    with pytest.raises(UnreadableDocument, match="入れ子が深すぎます"):
        read_file(tmp_path / "深5000.html")
    cells = "".join(f"<td colspan=99999 rowspan=99999>{n}</td>" for n in range(20))
    (tmp_path / "広.html").write_text(f"<table><tr>{cells}</tr><tr><td>次</td></tr></table>", encoding="utf-8")
    assert len(read_file(tmp_path / "広.html").lines) == 2
