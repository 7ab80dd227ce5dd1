"""Text files: encodings, line ends, pages."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from ingest.pipeline import read_documents
from ingest.readers import read_file
from ingest.readers.text import split_lines
from ontology.errors import UnreadableDocument

PLAN = "架空市情報化推進計画\n１　計画の目的\n　住民サービスの向上とデジタル化による業務の効率化を進める。\n担当：ＩＣＴ推進課\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "euc_jp", "iso2022_jp"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_accepted_encoding_gives_the_same_lines(tmp_path: Path, encoding: str, line_end: str) -> None:
    file = tmp_path / "計画.txt"
    file.write_bytes(PLAN.replace("\n", line_end).encode(encoding))
    source = read_file(file)
    assert [line.text for line in source.lines] == PLAN.splitlines()
    assert [line.number for line in source.lines] == [1, 2, 3, 4]
    assert source.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert source.media_type == "text/plain"


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_short_text_is_told_apart(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "短い.txt"
    file.write_bytes("税務課".encode(encoding))
    assert read_file(file).lines[0].text == "税務課"


def test_markdown_and_blanks_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "計画.md"
    file.write_text("# 計画 \n\n| a |  b |\n", encoding="utf-8")
    source = read_file(file)
    assert source.media_type == "text/markdown"
    assert [line.text for line in source.lines] == ["# 計画 ", "", "| a |  b |"]


def test_a_broken_byte_in_utf8_names_its_line(tmp_path: Path) -> None:
    file = tmp_path / "壊.txt"
    file.write_bytes("一行目\n二行目\n".encode() + b"\xff\xfe\x80\n")
    with pytest.raises(UnreadableDocument, match="UTF-8 としては3行目"):
        read_file(file)


def test_cut_off_utf16_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "壊.txt"
    file.write_bytes("計画".encode("utf-16")[:-1])
    with pytest.raises(UnreadableDocument, match="UTF-16"):
        read_file(file)


def test_replacement_characters_are_reported(tmp_path: Path) -> None:
    file = tmp_path / "欠.txt"
    file.write_text("一\n二\ufffd\n", encoding="utf-8")
    assert "最初は2行目" in read_file(file).warnings[0]


def test_form_feeds_give_pages() -> None:
    lines = split_lines("表紙\n一頁\f\n二頁\n\f三頁\n\n")
    assert [(line.text, line.page) for line in lines] == [("表紙", 1), ("一頁", 1), ("二頁", 2), ("三頁", 3), ("", 3)]
    assert [line.page for line in split_lines("a\nb")] == [None, None]


@pytest.mark.parametrize("rows", ["| {} | {} | {} | {} | {} |", "{}\t{}\t{}\t{}\t{}"], ids=["markdown", "tabs"])
def test_a_table_of_measures_in_text(tmp_path: Path, rows: str) -> None:
    cells = [
        ("番号", "事業名", "担当課", "指標", "令和8年度目標"),
        ("---", ":--", "---", "---", "--:"),
        ("1", "街路樹の手入れ", "公園課、農政課", "手入れした本数", "120本"),
        ("2", "花壇づくり", "公園課", "花壇の数", "未定"),
    ]
    lines = [rows.format(*row) for row in cells if row[0] != "---" or rows.startswith("|")]
    file = tmp_path / "計画.md"
    file.write_text("\n".join(["墨田区みどりの計画", "", "事業を次に示す。", *lines, "", "以上のとおり進める。"]), encoding="utf-8")
    ((_, found),) = read_documents([file])
    (extraction,) = found
    assert [(m.number, m.name, [d.name for d in m.departments]) for m in extraction.measures] == [
        ("1", "街路樹の手入れ", ["公園課", "農政課"]),
        ("2", "花壇づくり", ["公園課"]),
    ]
    assert [(i.name, i.measure, i.observations[0].quantity.text) for i in extraction.indicators] == [
        ("手入れした本数", ("measure", "1"), "120本"),
        ("花壇の数", ("measure", "2"), "未定"),
    ]
    assert [m.source.start_line for m in extraction.measures] == [3 + lines.index(line) + 1 for line in lines[-2:]]


@pytest.mark.seeds
@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
def test_real_plans_survive_legacy_encodings(shared: Path, tmp_path: Path, encoding: str) -> None:
    for seed in sorted((shared / "seeds").glob("*.txt")):
        text = seed.read_text(encoding="utf-8").encode(encoding, "ignore").decode(encoding)
        file = tmp_path / seed.name
        file.write_bytes(text.encode(encoding))
        assert [line.text for line in read_file(file).lines] == [line.text for line in split_lines(text)]
