"""PDF: lines, tables, and everything that must not pass as a document."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
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


HEAD = ["番号", "事業名", "担当課", "内容"]
BODY_ROWS = [
    ["1", "空き家の活用", "住宅課", "相談の窓口を置く。"],
    ["2", "農業の担い手", "農林課", "研修を毎年開く。"],
    ["3", "観光の案内", "商工課", "多言語に改める。"],
    ["4", "公共交通", "交通課", "路線を見直す。"],
]
COLUMNS = [50, 100, 220, 320, 480]


def words_of(rows: list[list[str]], top: float = 100, pitch: float = 30) -> list[tuple[float, float, float, str]]:
    return [(x + 5, top + pitch * n + 18, 10, text) for n, row in enumerate(rows) for x, text in zip(COLUMNS, row, strict=False)]


def cells(source: SourceText) -> list[list[list[str]]]:
    return [[[cell.text for cell in row] for row in table.rows] for table in source.tables]


def test_a_row_cut_by_the_page_end_belongs_to_its_table(tmp_path: Path) -> None:
    """The last rule is printed on the next page only."""
    rules = grid(COLUMNS, [100, 130, 160, 190, 220]) + [(x, 220, x, 250) for x in COLUMNS]
    [table] = cells(read(tmp_path, [Page([TITLE, *words_of([HEAD, *BODY_ROWS])], rules)]))
    assert table == [HEAD, *BODY_ROWS]


def test_rows_told_by_shading(tmp_path: Path) -> None:
    shaded = [(x0, y, x1, y + 30) for y in (100, 160, 220) for x0, x1 in pairwise(COLUMNS)]
    [table] = cells(read(tmp_path, [Page([TITLE, *words_of([HEAD, *BODY_ROWS])], fills=shaded)]))
    assert table == [HEAD, *BODY_ROWS]
    # Prose between two shaded heads is no row of theirs.
    prose = [(60, 148, 10, "二つの表の間の文は、列の境をまたいで続くので、表の行ではない。")]
    heads = [(x0, y, x1, y + 30) for y in (100, 160) for x0, x1 in pairwise(COLUMNS)]
    assert cells(read(tmp_path, [Page([TITLE, *words_of([HEAD]), *prose, *words_of([HEAD], 160)], fills=heads)])) == []


def test_bars_inside_cells_are_no_cells(tmp_path: Path) -> None:
    rules = grid(COLUMNS, [100, 130, 160, 190])
    bars = [(224, 132, 480, 158), (104, 162, 216, 188)]
    [table] = cells(read(tmp_path, [Page([TITLE, *words_of([HEAD, *BODY_ROWS[:2]])], rules, fills=bars)]))
    assert table == [HEAD, *BODY_ROWS[:2]]


def test_horizontal_rules_only(tmp_path: Path) -> None:
    """Columns are the white strips below the heads; a heading across the table is no row of cells, text below the last rule is no part."""
    rows = [HEAD, *BODY_ROWS[:2]]
    rules = [(50, y, 480, y) for y in (100, 130, 160, 190, 220)]
    words = [*words_of(rows), (105, 208, 10, "二行にわたる"), (325, 208, 10, "地域の足を守る。"), (60, 260, 10, "表の下の文")]
    source = read(tmp_path, [Page([TITLE, *words], rules)])
    assert cells(source) == [[*rows, ["", "二行にわたる", "", "地域の足を守る。"]]]
    assert texts(source)[-1] == "表の下の文"


def test_text_set_from_top_to_bottom(tmp_path: Path) -> None:
    """A cell of one column, and one of two columns from right to left."""
    rules = grid([50, 90, 200, 300], [100, 160, 220])
    words = [(60, 115 + 10 * n, 10, text) for n, text in enumerate("福祉")]
    words += [(72, 172 + 10 * n, 10, text) for n, text in enumerate("教育と")] + [
        (58, 172 + 10 * n, 10, text) for n, text in enumerate("文化")
    ]
    words += [(95, 120, 10, "相談の窓口"), (205, 120, 10, "福祉課"), (95, 180, 10, "図書の貸出"), (205, 180, 10, "図書館")]
    [table] = cells(read(tmp_path, [Page([TITLE, *words], rules)]))
    assert table == [["福祉", "相談の窓口", "福祉課"], ["教育と\n文化", "図書の貸出", "図書館"]]
    # Figures and ratings one below the other are values of their own.
    words[:2] = [(60, 115, 10, "5"), (60, 127, 10, "8")]
    [table] = cells(read(tmp_path, [Page([TITLE, *words, (205, 132, 10, "○"), (205, 144, 10, "○")], rules)]))
    assert table[0] == ["5\n8", "相談の窓口", "福祉課\n○\n○"]


def test_readings_over_kanji_are_left_out(tmp_path: Path) -> None:
    """Small kana over kana, and the kana of a smaller line that stands close above a large heading, are text."""
    words = [(60, 120, 12, "老若男女の学び"), (62, 108, 5, "みんな"), (60, 150, 12, "カナの見出し"), (60, 138, 5, "ただの小さな字")]
    words += [(60, 200, 10, "人材として育成"), (60, 222, 20, "業務改革を先導"), (60, 240, 10, "本文")]
    expected = ["老若男女の学び", "ただの小さな字", "カナの見出し", "人材として育成", "業務改革を先導", "本文"]
    assert [text.strip() for text in texts(read(tmp_path, [Page([TITLE, *words])])) if text][1:] == expected


def test_raised_digits_are_marks(tmp_path: Path) -> None:
    words = [
        (60, 120, 12, "890"),
        (78, 115, 8, "2"),
        (160, 120, 12, "412t-CO"),
        (202, 122, 8, "2"),
        (300, 120, 12, "定義"),
        (324, 115, 8, "※1"),
    ]
    assert texts(read(tmp_path, [Page([TITLE, *words])]))[-1].split() == ["890²", "412t-CO2", "定義※1"]


@pytest.mark.parametrize(
    ("rotate", "matrix"),
    [(90, "0 1 -1 0 842 0"), (270, "0 -1 1 0 0 595"), (0, "0 1 -1 0 842 0"), (0, "0 -1 1 0 0 595"), (180, "-1 0 0 -1 595 842")],
)
def test_turned_pages(tmp_path: Path, rotate: int, matrix: str) -> None:
    """A page that is turned to be shown, and one whose text is printed sideways, read as if it were upright."""
    page = Page([TITLE, *words_of([HEAD, *BODY_ROWS])], grid(COLUMNS, [100, 130, 160, 190, 220, 250]))
    expected = read(tmp_path, [page])
    page.rotate, page.matrix = rotate, matrix
    source = read(tmp_path, [page])
    assert texts(source) == texts(expected)
    assert cells(source) == [[HEAD, *BODY_ROWS]]


def test_characters_beyond_the_first_plane_and_ligatures(tmp_path: Path) -> None:
    source = read(tmp_path, [Page([(60, 80, 10, "吉野家とfの意")])], wrong={"吉": "𠮷", "f": "ff"})
    assert texts(source) == ["𠮷野家とffの意"]


def test_columns_of_prose_whose_lines_are_not_level(tmp_path: Path) -> None:
    left = [(60, 100 + 16 * n, 10, f"左の段の{digit}行目は長い文である") for n, digit in enumerate("一二三四五")]
    right = [(320, 107 + 16 * n, 10, f"右の段の{digit}行目も長い文である") for n, digit in enumerate("一二三四")]
    source = read(tmp_path, [Page([TITLE, *left, *right])])
    assert [text.strip() for text in texts(source) if text][1:] == [word[3] for word in left + right]


def test_pages_that_are_mostly_image_are_named(tmp_path: Path) -> None:
    source = read(tmp_path, [Page([TITLE]), Page([(60, 80, 10, "図１ 推進体制の全体像")], image=True)])
    assert texts(source)[-1] == "図１ 推進体制の全体像"
    assert source.warnings[0].startswith("2ページは大部分が画像です")


def test_text_turned_into_outlines_is_named(tmp_path: Path) -> None:
    outlines = [(x, y, x + 3, y + 2) for x in range(50, 550, 10) for y in range(100, 400, 20)]
    source = read(tmp_path, [Page([TITLE]), Page([], outlines)])
    assert source.warnings[0].startswith("2ページは画像だけ")


def test_what_follows_the_end(tmp_path: Path) -> None:
    """Junk behind the end mark is none of the file; objects behind it are a newer state that was cut off."""
    whole = build_pdf([Page([TITLE])])
    (tmp_path / "a.pdf").write_bytes(whole + b"\0" * 5000)
    assert texts(read_file(tmp_path / "a.pdf")) == [TITLE[3]]
    (tmp_path / "b.pdf").write_bytes(whole + b"9 0 obj\n<< /Length 9 >>\nstream\nabc")
    with pytest.raises(UnreadableDocument, match="途中で切れています"):
        read_file(tmp_path / "b.pdf")


@pytest.mark.parametrize(("name", "is_open"), [("owner-password.pdf", True), ("user-password.pdf", False)])
def test_passwords(name: str, is_open: bool) -> None:
    """A PDF that only restricts printing and copying is read; one that asks for a password is named. Password of the fixture: ``secret``."""
    file = Path(__file__).parent / "unseen_pdf" / name
    if is_open:
        assert texts(read_file(file)) == [TITLE[3]]
    else:
        with pytest.raises(UnreadableDocument, match="パスワード"):
            read_file(file)


PLACES = st.floats(20, 560).map(lambda x: round(x, 1))
WORDS = st.text("情報課計画施策市民税務部長表", min_size=1, max_size=12)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.tuples(PLACES, PLACES, st.sampled_from([7.0, 10.0, 12.0, 20.0]), WORDS), min_size=1, max_size=40),
    st.lists(st.tuples(PLACES, PLACES, PLACES, PLACES), max_size=25),
    st.lists(st.tuples(PLACES, PLACES, st.floats(1, 200), st.floats(1, 40)), max_size=10),
    st.sampled_from([0, 90, 180, 270]),
)
def test_nothing_printed_is_lost(words: list, strokes: list, areas: list, rotate: int) -> None:
    """Whatever stands wherever on a page, between whatever rules and fillings: every character is in a line, and in one only."""
    words = list({round(y / 3): (x, 3 * round(y / 3), size, word) for x, y, size, word in words}.values())  # what is printed twice is bold
    straight = [(x0, y0, x1, y0) if n % 2 else (x0, y0, x0, y1) for n, (x0, y0, x1, y1) in enumerate(strokes)]
    fills = [(x, y, x + width, y + height) for x, y, width, height in areas]
    with TemporaryDirectory() as folder:
        file = Path(folder) / "計画.pdf"
        file.write_bytes(build_pdf([Page(words, straight, fills=fills, rotate=rotate)]))
        source = read_file(file)
    assert Counter("".join(texts(source)).replace(" ", "")) == Counter("".join(word for *_, word in words))
    for table in source.tables:
        printed = [line for line in source.lines[table.first_line - 1 : table.last_line] if line.text.strip()]
        assert all(table.first_line <= cell.first_line <= cell.last_line <= table.last_line for row in table.rows for cell in row)
        assert (
            Counter("".join(cell.text for row in table.rows for cell in row if cell.text))
            - Counter("".join(line.text for line in printed) + "\n" * 999)
            == Counter()
        )
