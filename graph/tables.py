"""Flat tables as CSV and Excel files that office programs open as they are."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Value = str | int | Decimal | None

# A text that a spreadsheet would take for a formula. "-" and "-3.2%" are printed values, not formulas.
_FORMULA = re.compile(r"[=+@\t\r]|-[^\d.,%\s]")
# Control characters that XML cannot carry.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_WIDEST = 48


@dataclass(frozen=True, slots=True)
class Sheet:
    """``title`` names the sheet of a workbook (at most 31 characters); each row has as many values as there are columns."""

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Value]]


def to_csv(sheet: Sheet) -> bytes:
    """UTF-8 with its mark, or Excel takes the text for Shift-JIS; a text that begins like a formula gets an apostrophe before it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(sheet.columns)
    writer.writerows([_harmless(value) for value in row] for row in sheet.rows)
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """One workbook; numbers are numbers, everything else is text, the head stays in sight and can be filtered."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        rows = [list(row) for row in sheet.rows]
        page = workbook.create_sheet(sheet.title)
        page.freeze_panes = "A2"
        page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.columns))}{len(rows) + 1}"
        for number, column in enumerate(sheet.columns):
            longest = max([len(column) * 2, *(_width(row[number]) for row in rows[:500])])
            page.column_dimensions[get_column_letter(number + 1)].width = min(longest + 2, _WIDEST)
        page.append([_head_cell(page, column) for column in sheet.columns])
        for row in rows:
            page.append([_cell(page, value) for value in row])
    output = io.BytesIO()
    workbook.save(output)
    return _without_clock(output.getvalue())


def _without_clock(workbook: bytes) -> bytes:
    """The same workbook without the time it was made at, so that equal tables give equal bytes."""
    output = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as parts, ZipFile(output, "w", ZIP_DEFLATED) as same:
        for name in parts.namelist():
            content = parts.read(name)
            if name == "docProps/core.xml":
                content = _TIME.sub(rb"\g<1>2000-01-01T00:00:00Z", content)
            part = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            part.compress_type = ZIP_DEFLATED
            same.writestr(part, content)
    return output.getvalue()


def _harmless(value: Value) -> Value:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value


def _head_cell(page: Worksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, text)
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor="E8EDF3")
    return cell


def _cell(page: Worksheet, value: Value) -> WriteOnlyCell:
    cell = WriteOnlyCell(page, _FORBIDDEN.sub("", value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"  # else "=…" would become a formula
        cell.alignment = Alignment(vertical="top", wrap_text="\n" in value)
    return cell


def _width(value: Value) -> int:
    """In the widths of half-width characters."""
    text = "" if value is None else str(value).partition("\n")[0]
    return sum(1 if character.isascii() else 2 for character in text)
