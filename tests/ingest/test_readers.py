"""Readers: dispatch by content, and what a folder holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.readers import find_documents, read_file
from ontology.errors import UnreadableDocument


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("空.txt", b"", "空"),
        ("空白.txt", b" \n\n", "空"),
        ("計画.docx", b"PK\x03\x04rest", "Office文書"),
        ("計画.txt", b"PK\x03\x04rest", "Office文書"),  # the content counts
        ("旧.doc", b"\xd0\xcf\x11\xe0\xa1\xb1", "旧形式"),
        ("図.png", b"\x89PNG\r\n", "画像"),
        ("図.jpg", b"\xff\xd8\xff\xe0", "画像"),
        ("図.bmp", b"BM\x00\x00\x00\x00", "画像"),
        ("実行.txt", b"\x7fELF\x00\x01", "バイナリ"),
        ("制御.txt", bytes(range(1, 9)) * 40, "バイナリ"),
        ("偽.pdf", "計画です".encode(), "%PDF"),
        ("一覧.ods.txt2", "担当課,事業名".encode(), "形式「.txt2」"),
        ("空.csv", b",,\n,,\n", "空"),
        ("引用.csv", '番号,名称\n1,"閉じない\n2,次\n'.encode(), "2行目から始まる行の引用符"),
        ("旧.xls", b"\xd0\xcf\x11\xe0\xa1\xb1", r"\.xlsx で保存"),
        ("保護.xlsx", b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "パスワード"),
        ("絵.html", b"<html><body><img src=a.png><script>x()</script></body></html>", "文字がありません"),
        ("乱数.txt", bytes(range(128, 256)) * 4, "文字コードを判別できません"),
        ("仏語.txt", "Été à la préfecture, où les élèves".encode("latin-1") * 20, "文字コードを判別できません"),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    with pytest.raises(UnreadableDocument, match=reason) as caught:
        read_file(file)
    assert caught.value.file == name


def test_missing_file_and_folder(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="ファイルがありません"):
        read_file(tmp_path / "無い.txt")
    with pytest.raises(UnreadableDocument, match="フォルダーです"):
        read_file(tmp_path)


def test_find_documents(tmp_path: Path) -> None:
    for name in ("b.txt", "a.pdf", "a.pdf.toml", ".hidden.txt", "sub/c.md", ".git/d.txt", "~$lock.docx"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x", encoding="utf-8")
    found = find_documents([tmp_path, tmp_path / "b.txt"])
    assert [p.relative_to(tmp_path).as_posix() for p in found] == ["a.pdf", "b.txt", "sub/c.md"]


def test_find_documents_names_what_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="文書がありません"):
        find_documents([tmp_path])
    with pytest.raises(UnreadableDocument, match="ファイルもフォルダーもありません"):
        find_documents([tmp_path / "無い"])
