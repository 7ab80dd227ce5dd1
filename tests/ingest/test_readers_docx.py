"""Word documents, built in memory: paragraphs with their numbers, tables with merged cells, pages, damage."""

from __future__ import annotations

import re
from pathlib import Path
from zipfile import ZipFile

import pytest
from accounting import accounted_lines
from docx import Document
from docx.enum.text import WD_BREAK
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from ingest.pipeline import read_documents
from ingest.readers import read_file
from ingest.readers.docx_numbering import format_number
from ontology.errors import UnreadableDocument
from ontology.model import Extraction

TOWN = 'municipality = { name = "若葉野市", kana = "わかばのし", code = "999997" }\n'


def extract(path: Path) -> Extraction:
    path.with_name(path.name + ".toml").write_text(TOWN, encoding="utf-8")
    ((_, found),) = read_documents([path])
    assert isinstance(found, list), found
    assert {n for n, line in enumerate(found[0].document.lines, 1) if line.strip()} <= accounted_lines(found[0])
    return found[0]


def test_paragraphs_stand_in_document_order_with_their_bullets(tmp_path: Path) -> None:
    document = Document()
    document.add_heading("若葉野市みどりの計画", 0)
    document.add_paragraph("木を植える。")
    document.add_paragraph("桜", style="List Bullet")
    document.add_paragraph("一つめ", style="List Number")
    document.add_paragraph("二つめ", style="List Number")
    document.add_table(1, 2).rows[0].cells[0].text = "表"
    document.add_paragraph("改行の前\n後")
    document.save(tmp_path / "計画.docx")
    source = read_file(tmp_path / "計画.docx")
    assert [line.text for line in source.lines] == [
        "若葉野市みどりの計画",
        "木を植える。",
        "・桜",
        "1. 一つめ",
        "2. 二つめ",
        "表",
        "改行の前",
        "後",
    ]
    assert {line.page for line in source.lines} == {None}
    assert source.tables == ()


def test_a_table_of_measures_with_merged_cells(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("若葉野市みどりの計画")
    table = document.add_table(4, 5)
    rows = [
        ["番号", "事業名", "担当課", "指標名", "令和8年度目標"],
        ["1", "街路樹の手入れ", "公園課", "手入れした本数", "120本"],
        ["2", "花壇づくり", "", "花壇の数", "集計中"],
        ["3", "苗木の配布", "環境政策課\n農政課", "配った苗木", "1,500本以上"],
    ]
    for r, row in enumerate(rows):
        for c, text in enumerate(row):
            table.cell(r, c).text = text
    table.cell(1, 2).merge(table.cell(2, 2))
    document.save(tmp_path / "計画.docx")
    found = extract(tmp_path / "計画.docx")
    assert [(m.number, m.name, [d.name for d in m.departments]) for m in found.measures] == [
        ("1", "街路樹の手入れ", ["公園課"]),
        ("2", "花壇づくり", ["公園課"]),
        ("3", "苗木の配布", ["環境政策課", "農政課"]),
    ]
    figures = [
        (i.name, i.measure, [(o.fiscal_year, o.quantity.value, o.quantity.comparator) for o in i.observations]) for i in found.indicators
    ]
    assert figures == [
        ("手入れした本数", ("measure", "1"), [(2026, 120, None)]),
        ("花壇の数", ("measure", "2"), [(2026, None, None)]),
        ("配った苗木", ("measure", "3"), [(2026, 1500, ">=")]),
    ]
    for indicator in found.indicators:
        for own in indicator.observations:
            assert own.quantity.text in "\n".join(found.document.lines[own.source.start_line - 1 : own.source.end_line])


def test_measures_of_running_text_are_found_as_in_a_text_file(tmp_path: Path) -> None:
    document = Document()
    for text in ("若葉野市みどりの計画", "取組１：花壇づくり", "担当：公園課、環境政策課", "目標", "花壇を増やす。"):
        document.add_paragraph(text)
    document.save(tmp_path / "計画.docx")
    (measure,) = extract(tmp_path / "計画.docx").measures
    assert (measure.name, measure.goal, [d.name for d in measure.departments]) == ("花壇づくり", "花壇を増やす。", ["公園課", "環境政策課"])


def test_pages_are_those_that_the_file_tells(tmp_path: Path) -> None:
    document = Document()
    document.add_paragraph("一頁め").add_run().add_break(WD_BREAK.PAGE)
    document.add_paragraph("二頁め")
    last = document.add_paragraph("三頁め")
    last.paragraph_format.page_break_before = True
    document.save(tmp_path / "explicit.docx")
    assert [(line.text, line.page) for line in read_file(tmp_path / "explicit.docx").lines] == [("一頁め", 1), ("二頁め", 2), ("三頁め", 3)]
    # Word notes a rendered break on the page behind an explicit one: the two are one.
    for paragraph in document.paragraphs[1:]:
        paragraph.runs[0]._r.insert(0, parse_xml(f"<w:lastRenderedPageBreak {nsdecls('w')}/>"))
    document.save(tmp_path / "rendered.docx")
    assert [line.page for line in read_file(tmp_path / "rendered.docx").lines] == [1, 2, 3]


def test_revisions_readings_text_boxes_and_controls(tmp_path: Path) -> None:
    document = Document()
    body = document.element.body
    body.insert(
        0,
        parse_xml(
            f"<w:p {nsdecls('w')}><w:r><w:t>担当は</w:t></w:r><w:ins w:id='1' w:author='a'><w:r><w:t>新課</w:t></w:r></w:ins>"
            "<w:del w:id='2' w:author='a'><w:r><w:delText>旧課</w:delText></w:r></w:del>"
            "<w:r><w:ruby><w:rt><w:r><w:t>よみ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>読</w:t></w:r></w:rubyBase></w:ruby></w:r>"
            "<w:r><w:pict><w:txbxContent><w:p><w:r><w:t>枠の中</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
        ),
    )
    body.insert(1, parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>目次</w:t></w:r></w:p></w:sdtContent></w:sdt>"))
    document.save(tmp_path / "計画.docx")
    assert [line.text for line in read_file(tmp_path / "計画.docx").lines] == ["担当は新課読", "枠の中", "目次"]


@pytest.mark.parametrize(
    ("number", "kind", "printed"),
    [
        (3, "decimal", "3"),
        (12, "decimalFullWidth", "１２"),
        (3, "decimalEnclosedCircle", "③"),
        (21, "decimalEnclosedCircle", "21"),
        (2, "aiueoFullWidth", "イ"),
        (2, "iroha", "ロ"),
        (14, "lowerRoman", "xiv"),
        (4, "upperLetter", "D"),
        (21, "japaneseCounting", "二十一"),
        (10, "ideographDigital", "十"),
        (5, "none", ""),
    ],
)
def test_counters_are_printed_as_word_prints_them(number: int, kind: str, printed: str) -> None:
    assert format_number(number, kind) == printed


def test_chapter_numbers_of_several_levels(tmp_path: Path) -> None:
    document = Document()
    numbering = document.part.numbering_part.element
    levels = ("第%1章", "decimalFullWidth"), ("%1-%2", "decimal")
    printed = "".join(
        f"<w:lvl w:ilvl='{i}'><w:start w:val='1'/><w:numFmt w:val='{kind}'/><w:lvlText w:val='{text}'/></w:lvl>"
        for i, (text, kind) in enumerate(levels)
    )
    numbering.insert(0, parse_xml(f"<w:abstractNum {nsdecls('w')} w:abstractNumId='90'>{printed}</w:abstractNum>"))
    numbering.append(parse_xml(f"<w:num {nsdecls('w')} w:numId='91'><w:abstractNumId w:val='90'/></w:num>"))
    for text, level in [("はじめ", 0), ("目的", 1), ("期間", 1), ("施策", 0), ("体系", 1)]:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(parse_xml(f"<w:numPr {nsdecls('w')}><w:ilvl w:val='{level}'/><w:numId w:val='91'/></w:numPr>"))
    document.save(tmp_path / "計画.docx")
    lines = [line.text for line in read_file(tmp_path / "計画.docx").lines]
    assert lines == ["第１章 はじめ", "１-1 目的", "１-2 期間", "第２章 施策", "２-1 体系"]


def test_damaged_and_empty_documents_are_named(tmp_path: Path) -> None:
    whole = tmp_path / "計画.docx"
    document = Document()
    document.add_paragraph("若葉野市みどりの計画")
    document.save(whole)
    (tmp_path / "切.docx").write_bytes(whole.read_bytes()[:-400])
    with pytest.raises(UnreadableDocument, match="壊れています"):
        read_file(tmp_path / "切.docx")
    with ZipFile(whole) as archive, ZipFile(tmp_path / "崩.docx", "w") as broken:
        for name in archive.namelist():
            data = archive.read(name)
            broken.writestr(name, re.sub(rb"</w:body>.*", b"", data) if name == "word/document.xml" else data)
    with pytest.raises(UnreadableDocument, match="Word 文書として読めません"):
        read_file(tmp_path / "崩.docx")
    Document().save(tmp_path / "空.docx")
    with pytest.raises(UnreadableDocument, match="文字がありません"):
        read_file(tmp_path / "空.docx")
