"""What a sheet of an XLSX file says about its cells besides their values: merged ranges, hidden rows and columns, formulas never calculated.

openpyxl tells these only when it holds the whole workbook in memory; here each sheet is streamed once.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from zipfile import ZipFile

from lxml import etree
from openpyxl.utils import range_boundaries

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_TRUE = ("1", "true")


@dataclass(slots=True)
class SheetParts:
    """Rows and columns count from 1. ``merged`` holds (first row, first column, last row, last column)."""

    name: str
    is_hidden: bool
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[int] = field(default_factory=list)
    uncalculated: int = 0


def read_sheet_parts(archive: ZipFile) -> dict[str, SheetParts]:
    """The parts of every sheet by its name. Raises KeyError, ValueError or XMLSyntaxError for a damaged workbook."""
    book = etree.fromstring(archive.read("xl/workbook.xml"), etree.XMLParser(resolve_entities=False))
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), etree.XMLParser(resolve_entities=False))
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/") for relation in relations
    }
    sheets = {}
    for sheet in book.iter("{*}sheet"):
        identifier = next((value for key, value in sheet.attrib.items() if key == _RELATION or key.endswith("}id")), None)
        parts = SheetParts(sheet.get("name", ""), sheet.get("state", "visible") != "visible")
        if targets.get(identifier, "") in archive.namelist():
            _scan(archive, targets[identifier], parts)
        sheets[parts.name] = parts
    return sheets


def _scan(archive: ZipFile, path: str, parts: SheetParts) -> None:
    with archive.open(path) as file:
        for _, element in etree.iterparse(file, tag=("{*}row", "{*}col", "{*}mergeCell"), resolve_entities=False):
            kind = etree.QName(element).localname
            if kind == "mergeCell":
                first_column, first_row, last_column, last_row = range_boundaries(element.get("ref"))
                parts.merged.append((first_row, first_column, last_row, last_column))
            elif kind == "col" and element.get("hidden") in _TRUE:
                # A run to the last column (16384) hides the empty rest of the sheet.
                parts.hidden_columns += range(int(element.get("min")), min(int(element.get("max")), 16384) + 1)
            elif kind == "row":
                if element.get("hidden") in _TRUE and re.fullmatch(r"\d+", element.get("r") or ""):
                    parts.hidden_rows.append(int(element.get("r")))
                parts.uncalculated += sum(cell.find("{*}f") is not None and not cell.findtext("{*}v") for cell in element)
                element.clear()
                while element.getprevious() is not None:
                    del element.getparent()[0]
