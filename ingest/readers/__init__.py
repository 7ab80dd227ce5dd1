"""Files → ``SourceText``: which reader reads what."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from ingest.layout import SourceText
from ingest.readers.text import read_text_file
from ontology.errors import UnreadableDocument

SUPPORTED = "対応する形式は PDF（文字情報のあるもの）、テキスト（.txt）、Markdown（.md）です"

# What a file begins with → what it is called in the message. Content counts, not the suffix.
_FOREIGN_FORMATS = (
    (b"PK\x03\x04", "Office文書（docx・xlsx・pptx）または ZIP"),
    (b"\xd0\xcf\x11\xe0", "旧形式の Office文書（doc・xls・ppt）"),
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
# Some producers put a few bytes before the PDF header; Acrobat accepts it within the first 1024 bytes.
_PDF_HEADER_WITHIN = 1024


def read_file(path: Path) -> SourceText:
    """Read one document by its content. Raises UnreadableDocument with a Japanese reason for anything that is no readable document."""
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(_PDF_HEADER_WITHIN)
        if b"%PDF-" in head:
            from ingest.readers.pdf import read_pdf_file  # pdfplumber takes half a second to import

            return read_pdf_file(path)
        _refuse_foreign_format(path, head)
        return read_text_file(path)
    except FileNotFoundError as error:
        raise UnreadableDocument(path.name, "ファイルがありません") from error
    except IsADirectoryError as error:
        raise UnreadableDocument(path.name, "フォルダーです。文書のファイルを指定してください") from error
    except OSError as error:
        raise UnreadableDocument(path.name, f"ファイルを開けません（{error.strerror or error}）") from error


def _refuse_foreign_format(path: Path, head: bytes) -> None:
    for magic, name in _FOREIGN_FORMATS:
        if head.startswith(magic) and (magic != b"BM" or b"\0" in head):
            raise UnreadableDocument(path.name, f"{name}は読めません。{SUPPORTED}")
    suffix = path.suffix.lower()
    if suffix == ".pdf" and head:
        raise UnreadableDocument(path.name, "PDF ではありません（先頭に %PDF がありません）。ファイルが壊れていないか確かめてください")
    if suffix not in _TEXT_SUFFIXES and head:
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
