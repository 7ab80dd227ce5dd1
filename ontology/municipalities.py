"""The local governments of Japan, read from ``municipalities.csv`` (全国地方公共団体コード with check digit, name, reading, prefecture)."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from ontology.errors import SettingsError
from ontology.model import Municipality

_FILE = Path(__file__).with_name("municipalities.csv")


@cache
def load_municipalities() -> tuple[Municipality, ...]:
    """Every prefecture, city, town, village and ward, in the order of their codes."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        return tuple(Municipality(row["code6"], row["name"], row["kana"], row["prefecture"]) for row in csv.DictReader(file))


@cache
def municipalities_by_name() -> Mapping[str, tuple[Municipality, ...]]:
    """Name → those that bear it: 府中市 is in 東京都 and in 広島県."""
    named: dict[str, tuple[Municipality, ...]] = {}
    for municipality in load_municipalities():
        named[municipality.name] = (*named.get(municipality.name, ()), municipality)
    return named


def is_prefecture(municipality: Municipality) -> bool:
    return municipality.code[2:5] == "000"


def has_check_digit(code: str) -> bool:
    """Whether ``code`` is six digits of which the last is the check digit (weights 6 to 2, modulus 11; 総務省 全国地方公共団体コード仕様)."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code, range(6, 1, -1), strict=False))
    return int(code[5]) == (11 - total % 11) % 10


def resolve_municipality(text: str) -> Municipality:
    """The one that ``text`` names: 墨田区, 東京都府中市, 131075 or 13107 (without check digit).

    Raises SettingsError where it names none or several, with what would be right.
    """
    wanted = "".join(text.split())
    if wanted.isascii() and wanted.isdigit():
        found = [m for m in load_municipalities() if wanted in (m.code, m.code[:5])]
    else:
        found = [m for m in load_municipalities() if wanted in (m.name, m.prefecture + m.name)]
    if len(found) == 1:
        return found[0]
    if found:
        choices = "、".join(f"{m.prefecture}{m.name}（{m.code}）" for m in found)
        raise SettingsError(f"自治体「{text}」は複数あります。次のどれかを指定してください: {choices}")
    close = difflib.get_close_matches(wanted, municipalities_by_name(), n=3)
    hint = (
        f"近い名前: {'、'.join(close)}" if close else "正式な名前（例: 墨田区）か6桁の全国地方公共団体コード（例: 131075）を書いてください"
    )
    raise SettingsError(f"自治体「{text}」が見つかりません。{hint}")
