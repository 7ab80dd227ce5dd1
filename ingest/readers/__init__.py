"""Files → ``SourceText``: which reader reads what."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ingest.layout import SourceText
from ingest.readers.separated import read_separated_file
from ingest.readers.text import read_text_file
from ontology.errors import UnreadableDocument

SUPPORTED = "対応する形式は PDF（文字情報のあるもの）、Word（.docx）、Excel（.xlsx）、CSV、HTML、テキスト（.txt）、Markdown（.md）です"

# What a file begins with → what it is called in the message. Content counts, not the suffix.
_FOREIGN_FORMATS = (
    (b"\x89PNG", "画像（PNG）"),
    (b"\xff\xd8\xff", "画像（JPEG）"),
    (b"GIF8", "画像（GIF）"),
    (b"II*\0", "画像（TIFF）"),
    (b"MM\0*", "画像（TIFF）"),
    (b"BM", "画像（BMP）"),
    (b"\x1f\x8b", "圧縮ファイル（gzip）"),
    (b"7z\xbc\xaf", "圧縮ファイル（7z）"),
    (b"{\\rtf", "リッチテキスト（RTF）"),
)
_TEXT_SUFFIXES = {".txt", ".text", ".md", ".markdown", ""}
_SEPARATED_SUFFIXES = {".csv", ".tsv"}
_HTML_SUFFIXES = {".html", ".htm", ".xhtml"}
_HTML_START = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html[\s>])", re.IGNORECASE | re.DOTALL
)
# Some producers put a few bytes before the PDF header; Acrobat accepts it within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024
_ZIP, _COMPOUND_FILE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
# What [Content_Types].xml of a package says of its main part → how it is read, or what it is and what would be right.
_WORD, _WORKBOOK = "wordprocessingml.document.main+xml", "spreadsheetml.sheet.main+xml"
_FOREIGN_PACKAGES = (
    ("presentationml", "PowerPoint は読めません。PDF で保存し直してください"),
    ("sheet.binary", "バイナリ形式の Excel ブック（.xlsb）は読めません。.xlsx で保存し直してください"),
    ("wordprocessingml.template", "Word のテンプレートは読めません。.docx で保存し直してください"),
    ("ms-word.document.macroEnabled", "マクロ付きの Word 文書（.docm）は読めません。.docx で保存し直してください"),
    ("ms-excel.sheet.macroEnabled", "マクロ付きの Excel ブック（.xlsm）は読めません。.xlsx で保存し直してください"),
    ("spreadsheetml.template", "Excel のテンプレートは読めません。.xlsx で保存し直してください"),
)
_BROKEN_PACKAGE = "Office文書（docx・xlsx）としても ZIP としても読めません（ファイルが壊れています）。もう一度コピーしてください"


def read_file(path: Path) -> SourceText:
    """Read one document by its content. Raises UnreadableDocument with a Japanese reason for anything that is no readable document."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(_PDF_HEADER_WITHIN)
        if b"%PDF-" in head:
            from ingest.readers.pdf import read_pdf_file  # pdfplumber takes half a second to import

            return read_pdf_file(path)
        if head.startswith(_ZIP):
            return _read_package(path)
        if head.startswith(_COMPOUND_FILE):
            raise UnreadableDocument(path.name, _name_compound_file(path))
        suffix = path.suffix.lower()
        if suffix in _HTML_SUFFIXES or _HTML_START.match(head):
            from ingest.readers.html import read_html_file

            return read_html_file(path)
        _refuse_foreign_format(path, head)
        if suffix in _SEPARATED_SUFFIXES:
            return read_separated_file(path)
        return read_text_file(path)
    except FileNotFoundError as error:
        raise UnreadableDocument(path.name, "ファイルがありません") from error
    except IsADirectoryError as error:
        raise UnreadableDocument(path.name, "フォルダーです。文書のファイルを指定してください") from error
    except OSError as error:
        raise UnreadableDocument(path.name, f"ファイルを開けません（{error.strerror or error}）") from error


def _read_package(path: Path) -> SourceText:
    """A ZIP file by what it says of itself: the content counts, not the suffix."""
    try:
        with ZipFile(path) as archive:
            types = archive.read("[Content_Types].xml").decode("utf-8", "replace") if "[Content_Types].xml" in archive.namelist() else ""
    except (BadZipFile, EOFError, NotImplementedError, RuntimeError, zlib.error) as error:
        raise UnreadableDocument(path.name, _BROKEN_PACKAGE) from error
    if _WORD in types:
        from ingest.readers.docx import read_word_file

        return read_word_file(path)
    if _WORKBOOK in types:
        from ingest.readers.spreadsheet import read_workbook_file

        return read_workbook_file(path)
    reason = next((reason for mark, reason in _FOREIGN_PACKAGES if mark in types), "ZIP などの圧縮ファイルは読めません。展開してください")
    raise UnreadableDocument(path.name, f"{reason}。{SUPPORTED}")


def _name_compound_file(path: Path) -> str:
    """Office files of before 2007, and newer ones with a password, which Office wraps in the same container."""
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return "パスワードで保護された Office文書です。保護を外して保存し直してください"
    if path.suffix.lower() == ".xls":
        return "旧形式の Excel ブック（.xls）は読めません。Excel で開き、.xlsx で保存し直してください"
    return "旧形式の Office文書（doc・xls・ppt）は読めません。.docx・.xlsx か PDF で保存し直してください"


def _refuse_foreign_format(path: Path, head: bytes) -> None:
    for magic, name in _FOREIGN_FORMATS:
        if head.startswith(magic) and (magic != b"BM" or b"\0" in head):
            raise UnreadableDocument(path.name, f"{name}は読めません。{SUPPORTED}")
    suffix = path.suffix.lower()
    if suffix == ".pdf" and head:
        raise UnreadableDocument(path.name, "PDF ではありません（先頭に %PDF がありません）。ファイルが壊れていないか確かめてください")
    if suffix not in _TEXT_SUFFIXES | _SEPARATED_SUFFIXES and head:
        raise UnreadableDocument(path.name, f"形式「{suffix}」は読めません。{SUPPORTED}")


def find_documents(paths: Iterable[Path]) -> list[Path]:
    """The documents to read, without repeats: files as given, folders walked in the order of their names.

    Hidden files and folders and settings files (*.toml) are left out of folders. Raises UnreadableDocument for a path that is not there and for
    a folder without documents.
    """
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        if path.is_dir():
            inside = sorted(p for p in path.rglob("*") if _is_document(p, path))
            if not inside:
                raise UnreadableDocument(str(path), f"フォルダーに文書がありません。{SUPPORTED}")
            found.update(dict.fromkeys(inside))
        elif path.exists():
            found[path] = None
        else:
            raise UnreadableDocument(str(path), "ファイルもフォルダーもありません")
    return list(found)


def _is_document(path: Path, folder: Path) -> bool:
    hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
    return path.is_file() and not hidden and path.suffix.lower() != ".toml"
