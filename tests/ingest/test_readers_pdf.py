"""PDF: lines, tables, and everything that must not pass as a document."""

from __future__ import annotations

from pathlib import Path

import pytest
from pdf_builder import Page, build_pdf, grid

from ingest.layout import SourceText
from ingest.readers import read_file
from ontology.errors import UnreadableDocument

TITLE = (60, 80, 16, "架空市情報化推進計画")
BODY = "住民サービスの向上とデジタル化による業務の効率化を部局の全てで進める道筋を示す。"


def read(tmp_path: Path, pages: list[Page], **how) -> SourceText:
    file = tmp_path / "計画.pdf"
    file.write_bytes(build_pdf(pages, **how))
    return read_file(file)


def texts(source: SourceText) -> list[str]:
    return [line.text for line in source.lines]


def test_lines_pages_and_blanks(tmp_path: Path) -> None:
    source = read(
        tmp_path,
        [
            Page(
                [
                    TITLE,
                    (60, 130, 10, "１　計画の目的"),
                    (80, 146, 10, "本文である。"),
                    (60, 162, 10, "基準値"),
                    (160, 162, 10, "10件"),
                    (260, 162, 10, "20件"),
                ]
            ),
            Page([(60, 80, 10, "DX Plan"), (60, 80.4, 10, "DX Plan")]),  # printed twice for bold
        ],
    )
    assert texts(source) == [
        "架空市情報化推進計画",
        "",
        "１　計画の目的".replace("　", " "),
        "    本文である。",
        "基準値              10件                20件",
        "DX Plan",
    ]
    assert [line.page for line in source.lines] == [1, 1, 1, 1, 1, 2]
    assert [line.number for line in source.lines] == list(range(1, 7))
    assert source.media_type == "application/pdf"
    assert source.warnings == ()


def test_a_ruled_table_is_written_cell_by_cell(tmp_path: Path) -> None:
    rules = grid([50, 100, 200, 400], [100, 120, 160, 200])
    words = [(55, 114, 10, "番号"), (105, 114, 10, "担当課"), (205, 114, 10, "内容")]
    words += [(55, 134, 10, "１"), (105, 134, 10, "税務課"), (205, 134, 10, "納付の方法を"), (205, 150, 10, "広げる。")]
    words += [(55, 174, 10, "２"), (205, 174, 10, "窓口を改める。")]
    source = read(tmp_path, [Page([TITLE, *words, (60, 230, 10, "表の後の文")], rules)])
    assert texts(source) == [
        "架空市情報化推進計画",
        "",
        "番号 担当課 内容",
        "１ 税務課",
        "納付の方法を",
        "広げる。",
        "２  窓口を改める。",  # two blanks: one empty cell
        "",
        "表の後の文",
    ]
    [table] = source.tables
    assert (table.page, table.first_line, table.last_line) == (1, 3, 7)
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["番号", "担当課", "内容"],
        ["１", "税務課", "納付の方法を\n広げる。"],
        ["２", "", "窓口を改める。"],
    ]
    assert [(cell.first_line, cell.last_line) for cell in table.rows[1]] == [(4, 4), (4, 4), (5, 6)]


def test_a_merged_cell_points_to_its_cover(tmp_path: Path) -> None:
    rules = [(50, 100, 300, 100), (150, 130, 300, 130), (50, 160, 300, 160), (50, 100, 50, 160), (150, 100, 150, 160), (300, 100, 300, 160)]
    source = read(tmp_path, [Page([(55, 120, 10, "情報課"), (155, 120, 10, "電子申請"), (155, 150, 10, "窓口改革")], rules)])
    [table] = source.tables
    assert [[cell.text for cell in row] for row in table.rows] == [["情報課", "電子申請"], ["", "窓口改革"]]
    assert table.rows[1][0].first_line == table.rows[0][0].first_line < table.rows[1][1].first_line


def test_a_table_open_at_its_sides(tmp_path: Path) -> None:
    rules = [(50, y, 400, y) for y in (100, 130, 160, 190)] + [(150, 100, 150, 190), (250, 100, 250, 190)]
    words = [
        (x, 120 + 30 * n, 10, text)
        for n, row in enumerate((("番号", "担当課", "内容"), ("1", "税務課", "納付"), ("2", "窓口課", "受付")))
        for x, text in zip((55, 155, 255), row, strict=True)
    ]
    [table] = read(tmp_path, [Page([TITLE, *words], rules)]).tables
    assert [[cell.text for cell in row] for row in table.rows] == [
        ["番号", "担当課", "内容"],
        ["1", "税務課", "納付"],
        ["2", "窓口課", "受付"],
    ]


def test_frames_and_drawings_are_no_tables(tmp_path: Path) -> None:
    frame = grid([50, 300], [100, 160])
    drawing = grid([50, 83, 107, 300], [300, 320, 340])  # its rules cut through the words
    source = read(
        tmp_path,
        [
            Page(
                [(55, 120, 10, "枠の中の文"), (55, 315, 10, "推進体制の整備と計画の策定"), (55, 335, 10, "職員研修を毎年行う")],
                frame + drawing,
            )
        ],
    )
    assert source.tables == ()
    assert [text for text in texts(source) if text] == ["枠の中の文", "推進体制の整備と計画の策定", "職員研修を毎年行う"]


def test_columns_of_prose_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [f"左の段の{n}行目は長い文である" for n in "一二三四五"]
    right = [f"右の段の{n}行目も長い文である" for n in "一二三四"]
    words = [(60, 100 + 16 * n, 10, text) for n, text in enumerate(left)] + [(320, 100 + 16 * n, 10, text) for n, text in enumerate(right)]
    source = read(tmp_path, [Page([TITLE, *words, (60, 220, 10, "下の全幅の行であり、二つの段の間の白い帯を越えて続く長い文である。")])])
    assert [text for text in texts(source) if text][1:-1] == left + right


def test_a_table_without_rules(tmp_path: Path) -> None:
    """Empty cells keep their place; a cell that wraps stays one cell; the text above and below is no part of it."""
    rows = [("指標", "基準値", "目標値"), ("電子申請の手続", "10件", "20件"), ("研修の参加", "", "90%"), ("公開データ", "集計中", "40件")]
    words = [(x, 120 + 20 * n, 10, text) for n, row in enumerate(rows) for x, text in zip((60, 220, 320), row, strict=True) if text]
    words += [(60, 192, 10, "の件数")]
    source = read(tmp_path, [Page([TITLE, *words, (60, 260, 10, "表の下の長い文は表の列をまたいで続くので、行に入らない。")])])
    [table] = source.tables
    expected = [
        ["指標", "基準値", "目標値"],
        ["電子申請の手続", "10件", "20件"],
        ["研修の参加", "", "90%"],
        ["公開データ\nの件数", "集計中", "40件"],
    ]
    assert [[cell.text for cell in row] for row in table.rows] == expected
    assert texts(source)[-1].startswith("表の下")


def test_a_few_spread_words_are_no_table(tmp_path: Path) -> None:
    words = [(x, 120 + 20 * n, 10, text) for n in range(2) for x, text in ((60, "本部長"), (200, "副本部長"), (350, "本部員"))]
    assert read(tmp_path, [Page([TITLE, *words])]).tables == ()


def test_pages_that_are_images_are_named(tmp_path: Path) -> None:
    scan = Page([(290, 820, 9, "2")], image=True)
    source = read(tmp_path, [Page([TITLE]), scan, scan, Page(), Page([TITLE])])
    assert [line.page for line in source.lines] == [1, 5]
    assert source.warnings[0].startswith("2〜3ページは画像だけ")


def test_a_pdf_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match=r"文字情報がありません.*OCR"):
        read(tmp_path, [Page(image=True), Page(image=True)])
    with pytest.raises(UnreadableDocument, match="文字情報がありません"):
        read(tmp_path, [Page()])


def test_pages_with_a_broken_character_map_are_left_out(tmp_path: Path) -> None:
    bad = Page([(60, 80 + 16 * n, 10, BODY) for n in range(4)])
    with pytest.raises(UnreadableDocument, match=r"ToUnicode.*1〜2ページ.*例: .*邴.*OCR"):
        read(tmp_path, [bad, bad], wrong={"部": "邴", "道": "遈"})
    with pytest.raises(UnreadableDocument, match="ToUnicode"):
        read(tmp_path, [bad], wrong={"部": "\ue123", "道": "\ufffd"})


def test_a_rare_name_is_no_broken_map(tmp_path: Path) -> None:
    source = read(tmp_path, [Page([(60, 80, 10, "髙﨑市の曺課長")])])
    assert texts(source) == ["髙﨑市の曺課長"]


def test_symbol_fonts_give_bullets(tmp_path: Path) -> None:
    source = read(tmp_path, [Page([(60, 80, 10, "○電子申請"), (60, 96, 10, "△窓口")])], wrong={"○": "\uf06c", "△": "\uf0b7"})
    assert texts(source) == ["●電子申請", "・窓口"]


def test_damaged_files(tmp_path: Path) -> None:
    whole = build_pdf([Page([TITLE])])
    for name, data, reason in [
        ("短い.pdf", whole[:-200], "途中で切れています"),
        ("暗号.pdf", build_pdf([Page([TITLE])], encrypt=True), "パスワード"),
        ("壊れ.pdf", b"%PDF-1.7\n" + b"garbage " * 50 + b"%%EOF", "壊れています"),
        ("半分.pdf", whole[: len(whole) // 3] + b"%%EOF", "壊れています|文字情報がありません"),
    ]:
        (tmp_path / name).write_bytes(data)
        with pytest.raises(UnreadableDocument, match=reason) as caught:
            read_file(tmp_path / name)
        assert caught.value.file == name


@pytest.mark.seeds
@pytest.mark.parametrize(
    ("name", "reason"),
    [("fuji-no-text-layer.pdf", "文字情報がありません"), ("fuji-broken-tounicode.pdf", r"ToUnicode.*1〜2ページ.*遀")],
)
def test_real_broken_files(shared: Path, name: str, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        read_file(shared / "samples" / name)


@pytest.mark.seeds
def test_real_good_files(shared: Path) -> None:
    policy = read_file(shared / "samples" / "nankoku-dx-policy.pdf")
    assert len([line for line in policy.lines if line.text.strip()]) > 120
    assert policy.tables == ()  # its frames and Gantt chart are drawings
    projects = read_file(shared / "samples" / "nankoku-new-projects-r4.pdf")
    assert [(len(table.rows), len(table.rows[0])) for table in projects.tables] == [(14, 11), (7, 11)]
