"""Plain text and Markdown: which encoding, which lines, which pages."""

from __future__ import annotations

import codecs
import hashlib
import re
from itertools import islice
from pathlib import Path

from ingest.layout import Line, SourceText
from ingest.readers.text_tables import find_text_tables
from ontology.errors import UnreadableDocument

_MEDIA_TYPES = {".md": "text/markdown", ".markdown": "text/markdown"}
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_ACCEPTED = "UTF-8、UTF-16（BOM付き）、Shift_JIS、EUC-JP、ISO-2022-JP"
# Share of Japanese letters among the characters outside ASCII that a legacy encoding must yield to be believed. Real plans reach 0.97 and more,
# the wrong one of Shift_JIS and EUC-JP stays below 0.6 (half-width katakana, rare kanji).
_PLAUSIBLE_SHARE = 0.85
_SAMPLE = 20_000  # characters that suffice to tell
_LINE_END = re.compile(r"\r\n|\r|\n")


def read_text_file(path: Path) -> SourceText:
    """Read a text or Markdown file. Lines end at LF, CR LF or CR; a form feed begins a page; nothing else is changed.

    Raises UnreadableDocument for an empty or binary file and where no encoding fits strictly.
    """
    data = path.read_bytes()
    text = decode(data, path.name)
    if not text.strip():
        raise UnreadableDocument(path.name, "ファイルが空です（文字が1つもありません）")
    warnings = []
    if broken := [number for number, line in enumerate(_LINE_END.split(text), 1) if "\ufffd" in line]:
        warnings.append(
            f"読めない文字（U+FFFD）が{len(broken)}行にあります（最初は{broken[0]}行目）。元の文書から文字を取り出し直してください。"
        )
    lines = split_lines(text)
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=_MEDIA_TYPES.get(path.suffix.lower(), "text/plain"),
        lines=lines,
        tables=tuple(find_text_tables(lines)),
        warnings=tuple(warnings),
    )


def decode(data: bytes, file_name: str) -> str:
    """Text of ``data`` by byte order mark, strict UTF-8, or the one legacy Japanese encoding whose result reads as Japanese."""
    if not data:
        raise UnreadableDocument(file_name, "ファイルが空です（0バイト）")
    for mark, encoding in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                raise UnreadableDocument(
                    file_name, f"{encoding.upper()} として読めません（{error.start}バイト目が壊れています）"
                ) from error
    if b"\0" in data:
        raise UnreadableDocument(file_name, f"文書ではなくバイナリファイルです。テキスト（{_ACCEPTED}）か PDF を指定してください")
    try:
        text = data.decode("iso2022_jp" if b"\x1b$" in data else "utf-8")
    except UnicodeDecodeError as error:
        return _decode_legacy(data, file_name, error)
    if sum(c < " " and c not in "\t\n\r\f\v" for c in text) > len(text) // 100:
        raise UnreadableDocument(file_name, "文書ではなくバイナリファイルです（制御文字が多すぎます）")
    return text


def _decode_legacy(data: bytes, file_name: str, error: UnicodeDecodeError) -> str:
    candidates = []
    for encoding in ("cp932", "euc_jp"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        candidates.append((japanese_share(text), text))
    share, text = max(candidates, default=(0.0, ""), key=lambda candidate: candidate[0])
    if share < _PLAUSIBLE_SHARE:
        line = data[: error.start].count(b"\n") + 1
        raise UnreadableDocument(file_name, f"文字コードを判別できません（対応: {_ACCEPTED}）。UTF-8 としては{line}行目に誤りがあります")
    return text


def japanese_share(text: str) -> float:
    """Share (0 to 1) of kana, common kanji (JIS level 1) and Japanese marks among the characters outside ASCII; 0 without any."""
    foreign = list(islice((c for c in text if c > "\x7f"), _SAMPLE))
    if not foreign:
        return 0.0
    return sum(map(_is_common_japanese, foreign)) / len(foreign)


def _is_common_japanese(character: str) -> bool:
    if "\u3041" <= character <= "\u30fe" or character in "々〇":
        return True
    if not (
        "\u4e00" <= character <= "\u9fff"
        or "\u3000" <= character <= "\u303f"
        or "\uff01" <= character <= "\uff5e"
        or character in "①②③④⑤→※●○■"
    ):
        return False
    try:
        return character.encode("euc_jp", "strict")[0] < 0xD0  # rows 1 to 47: marks and level 1 kanji
    except UnicodeEncodeError:
        return character in "①②③④⑤～"


def split_lines(text: str) -> tuple[Line, ...]:
    """Lines with their pages. A form feed at the head of a line begins a page there, one elsewhere begins it with the next line."""
    rows = _LINE_END.split(text)
    if rows[-1] == "":
        rows.pop()
    has_pages = "\f" in text
    lines, page = [], 1
    for number, row in enumerate(rows, 1):
        head = len(row) - len(row.lstrip("\f"))
        page += head
        lines.append(Line(number, row.strip("\f").replace("\f", " "), page if has_pages else None))
        page += row.count("\f") - head
    return tuple(lines)
