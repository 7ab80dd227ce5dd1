"""Printing rows into sheets, with the merged cells of real workbooks."""

from __future__ import annotations

from collections.abc import Sequence

from openpyxl.worksheet.worksheet import Worksheet


def put(sheet: Worksheet, row: int, values: Sequence[object], column: int = 1) -> None:
    for position, value in enumerate(values, column):
        if value is not None:
            sheet.cell(row, position, value)


def merge(sheet: Worksheet, row: int, column: int, *, down: int = 1, right: int = 1) -> None:
    if down > 1 or right > 1:
        sheet.merge_cells(start_row=row, start_column=column, end_row=row + down - 1, end_column=column + right - 1)


def block(sheet: Worksheet, row: int, column: int, value: object, *, down: int = 1, right: int = 1) -> None:
    """One cell over several rows and columns."""
    put(sheet, row, [value], column)
    merge(sheet, row, column, down=down, right=right)
