"""The small TOML file beside a document that says what its text does not (``計画.pdf.toml`` or ``計画.toml``).

``keikaku.toml`` holds for all documents of its folder that have no such file of their own.

.. code-block:: toml

   municipality = "千代田区"            # name or 6-digit code; of a body that is in no list (一部事務組合): { code = "999016", name = "…" }
   plan_title = "千代田区デジタル化推進計画"
   from_fiscal_year = 2022
   to_fiscal_year = 2025

   [[document]]                       # only where a file holds several documents; inherits the fields above
   first_line = 1
   last_line = 120
   document_title = "取組状況について"
   issued = 2025-05-20
"""

from __future__ import annotations

import dataclasses
import datetime
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontology.errors import SettingsError
from ontology.model import Municipality
from ontology.municipalities import has_check_digit, resolve_municipality


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """What is set for one document; None where the text decides. Lines count from 1, ``issued`` is 2025, 2025-05 or 2025-05-20."""

    municipality: Municipality | None = None
    plan_title: str | None = None
    from_fiscal_year: int | None = None
    to_fiscal_year: int | None = None
    document_title: str | None = None
    issued: str | None = None
    first_line: int | None = None
    last_line: int | None = None


NOTHING_SET = DocumentSettings()


@dataclass(frozen=True, slots=True)
class Overrides:
    """A settings file: ``common`` holds for every document of the file, ``documents`` cuts it by hand (empty: the text decides)."""

    file: str
    common: DocumentSettings = NOTHING_SET
    documents: tuple[DocumentSettings, ...] = ()


_FOLDER_FILE = "keikaku.toml"
_FIELDS = ("municipality", "plan_title", "from_fiscal_year", "to_fiscal_year", "document_title", "issued")
_DOCUMENT_FIELDS = (*_FIELDS, "first_line", "last_line")


def find_settings(path: Path) -> Path | None:
    """The settings file of the document ``path``: its own, else that of its folder."""
    candidates = (path.with_name(path.name + ".toml"), path.with_suffix(".toml"), path.with_name(_FOLDER_FILE))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def load_overrides(path: Path) -> Overrides | None:
    """What is set for the document ``path``, None where nothing is. Raises SettingsError naming file and field."""
    file = find_settings(path)
    return read_overrides(file) if file else None


def read_overrides(file: Path) -> Overrides:
    """Read and check one settings file."""
    try:
        table = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise SettingsError(f"{file.name}: UTF-8 で書いてください（{error.start}バイト目が読めません）") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file.name}: TOML として読めません: {error}") from error
    documents = table.pop("document", [])
    if not isinstance(documents, list) or not all(isinstance(entry, dict) for entry in documents):
        raise SettingsError(f"{file.name}: document は [[document]] の形で書いてください")
    common = _read_fields(table, _FIELDS, file.name, also="[[document]]")
    inherited = {field.name: getattr(common, field.name) for field in dataclasses.fields(common)}
    read = tuple(
        _read_fields(entry, _DOCUMENT_FIELDS, f"{file.name} の {number} 番目の [[document]]", inherited=inherited)
        for number, entry in enumerate(documents, 1)
    )
    _check_lines(read, file.name)
    return Overrides(file.name, common, read)


def _read_fields(
    table: dict[str, Any], allowed: tuple[str, ...], where: str, *, inherited: dict[str, Any] | None = None, also: str = ""
) -> DocumentSettings:
    values = dict(inherited or {})
    for name, value in table.items():
        if name not in allowed:
            choices = "、".join((*allowed, also) if also else allowed)
            raise SettingsError(f"{where}: 項目 {name} は使えません。使える項目: {choices}")
        values[name] = _read_value(name, value, where)
    settings = DocumentSettings(**values)
    start, end = settings.from_fiscal_year, settings.to_fiscal_year
    if start is not None and end is not None and start > end:
        raise SettingsError(f"{where}: from_fiscal_year（{start}）が to_fiscal_year（{end}）より後です")
    return settings


def _read_value(name: str, value: Any, where: str) -> Any:
    match name:
        case "municipality":
            return _read_municipality(value, where)
        case "from_fiscal_year" | "to_fiscal_year":
            if not isinstance(value, int) or isinstance(value, bool) or not 1950 <= value <= 2100:
                raise SettingsError(f"{where}: {name} は西暦の年度を整数で書いてください（令和７年度なら 2025）")
            return value
        case "first_line" | "last_line":
            if not isinstance(value, int) or isinstance(value, bool) or value < 1:
                raise SettingsError(f"{where}: {name} は1以上の行番号を整数で書いてください")
            return value
        case "issued":
            text = value.isoformat() if type(value) is datetime.date else value
            if not isinstance(text, str) or not re.fullmatch(r"\d{4}(-\d{2}(-\d{2})?)?", text):
                raise SettingsError(f'{where}: issued は 2025-05-20、"2025-05"、"2025" のどれかの形で書いてください')
            return text
        case _:
            if not isinstance(value, str) or not value.strip():
                raise SettingsError(f"{where}: {name} は空でない文字列で書いてください")
            return value.strip()


def _read_municipality(value: Any, where: str) -> Municipality:
    if isinstance(value, dict) and {"code", "name"} <= set(value) <= {"code", "name", "kana", "prefecture"}:
        if not all(isinstance(text, str) and text.strip() for text in value.values()):
            raise SettingsError(f"{where}: municipality の code、name は空でない文字列で書いてください")
        if not has_check_digit(value["code"]):
            raise SettingsError(
                f"{where}: municipality の code「{value['code']}」は6桁の全国地方公共団体コードではありません（検査数字が合いません）"
            )
        return Municipality(**value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        example = '"千代田区"、"131016"、または { code = "999016", name = "架空市" }'
        raise SettingsError(f"{where}: municipality は次の形で書いてください: {example}")
    try:
        # A code written as a number has lost its leading zero.
        return resolve_municipality(value if isinstance(value, str) else f"{value:06d}")
    except SettingsError as error:
        raise SettingsError(f"{where}: municipality: {error}") from error


def _check_lines(documents: tuple[DocumentSettings, ...], file: str) -> None:
    before = 0
    for number, document in enumerate(documents, 1):
        if document.first_line is None or document.last_line is None:
            raise SettingsError(f"{file} の {number} 番目の [[document]]: first_line と last_line の両方が必要です")
        if not before < document.first_line <= document.last_line:
            raise SettingsError(
                f"{file} の {number} 番目の [[document]]: 行の範囲 {document.first_line}〜{document.last_line} が前と重なるか、逆順です"
            )
        before = document.last_line
