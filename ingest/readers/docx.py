"""DOCX: paragraphs with the numbers that Word prints before them, tables, text boxes and footnotes."""

from __future__ import annotations

import hashlib
import posixpath
import zlib
from collections.abc import Iterator
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from lxml import etree
from lxml.etree import XMLSyntaxError, _Element

from ingest.layout import SourceText
from ingest.readers.docx_numbering import Numbering, attribute, child, local_name
from ingest.readers.grid_writer import GridCell, GridWriter, cell_lines, close_up, move_table
from ontology.errors import UnreadableDocument

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_DAMAGED = "Word 文書として読めません（ファイルが壊れています）。もう一度コピーするか、Word で開いて保存し直してください"
_MOST_BYTES = 1 << 28  # of text in XML; a plan of 600 pages has a tenth of it
# Deleted and moved text, instructions of fields, readings above kanji, and the second form of a drawing for older programs.
_SKIPPED = frozenset(
    ["del", "moveFrom", "instrText", "delText", "rt", "Fallback", "pPr", "rPr", "sdtPr", "tblPr", "tblGrid", "trPr", "tcPr"]
)
_WRAPPERS = frozenset(["sdt", "sdtContent", "customXml", "ins", "moveTo", "smartTag"])


def read_word_file(path: Path) -> SourceText:
    """Read a Word document. A paragraph is a line (a line break begins another); footnotes stand at the end, as 注1 …

    Pages are those that Word noted when it last laid the document out, else its explicit page breaks; None where there are neither. Running
    heads are left out. Raises UnreadableDocument for a damaged document and one without text.
    """
    try:
        with ZipFile(path) as archive:
            if sum(entry.file_size for entry in archive.infolist() if entry.filename.endswith(".xml")) > _MOST_BYTES:
                raise UnreadableDocument(path.name, "展開すると大きすぎる Word 文書です（256 MB を超えます）。分けて保存し直してください")
            folder, name = posixpath.split(_main_part(archive))
            parts = {part: _read_part(archive, f"{folder}/{part}") for part in (name, "numbering.xml", "styles.xml", "footnotes.xml")}
    except (BadZipFile, zlib.error, EOFError, KeyError, XMLSyntaxError, NotImplementedError) as error:
        raise UnreadableDocument(path.name, _DAMAGED) from error
    body = child(parts[name], "body")
    if body is None:
        raise UnreadableDocument(path.name, _DAMAGED)
    document = _Document(body, Numbering.read(parts["numbering.xml"], parts["styles.xml"]))
    document.read_blocks(body)
    document.read_footnotes(parts["footnotes.xml"])
    if not any(line.text for line in document.writer.lines):
        raise UnreadableDocument(path.name, "Word 文書に文字がありません（画像だけの文書です）")
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(path.read_bytes()).hexdigest(),
        media_type=MEDIA_TYPE,
        lines=tuple(document.writer.lines),
        tables=tuple(document.writer.tables),
    )


def _main_part(archive: ZipFile) -> str:
    for relation in etree.fromstring(archive.read("_rels/.rels"), _parser()):
        if relation.get("Type", "").endswith("/officeDocument"):
            return relation.get("Target", "").lstrip("/")
    raise KeyError("officeDocument")


def _read_part(archive: ZipFile, name: str) -> _Element | None:
    return etree.fromstring(archive.read(name), _parser()) if name in archive.namelist() else None


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True)


class _Document:
    """Walks over the body and keeps the page and the counters of the lists."""

    def __init__(self, body: _Element, numbering: Numbering) -> None:
        self.writer = GridWriter()
        self._numbering = numbering
        names = {local_name(element) for element in body.iter()}
        # Word notes the end of each page it has laid out, also of those that a page break ends; only one of the two may count.
        self._break = "lastRenderedPageBreak" if "lastRenderedPageBreak" in names else "br"
        has_breaks = self._break in names and any(_is_page_break(element, self._break) for element in body.iter())
        self._page = 1 if has_breaks or (self._break == "br" and "pageBreakBefore" in names) else None

    def read_blocks(self, container: _Element) -> None:
        for block in container:
            name = local_name(block)
            if name == "p":
                self._read_paragraph(block)
            elif name == "tbl":
                self.writer.write_table(self._read_table(block))
            elif name in _WRAPPERS:
                self.read_blocks(block)

    def read_footnotes(self, footnotes: _Element | None) -> None:
        """The notes in the order of their numbers; separators between text and notes have a type and are none."""
        notes = [note for note in footnotes if attribute(note, "type") is None] if footnotes is not None else []
        self._page = None
        for number, note in enumerate(notes, 1):
            start = len(self.writer.lines)
            self.read_blocks(note)
            text = "".join(line.text.strip() for line in self.writer.lines[start:])
            del self.writer.lines[start:]
            self.writer.write_line(f"注{number} {text}")

    def _read_paragraph(self, paragraph: _Element) -> None:
        if self._break == "br" and self._page is not None and self.writer.lines and child(paragraph, "pPr", "pageBreakBefore") is not None:
            self._page += 1
        page, text, boxes = self._page, "", []
        label = self._numbering.label(paragraph)
        for piece in self._pieces(paragraph):
            if isinstance(piece, _Element):
                boxes.append(piece)
            elif piece == "\n":
                self._write_paragraph(label, text, page)
                label, text = "", ""
            else:
                page = page if text.strip() else self._page
                text += piece
        if text.strip() or not boxes:
            self._write_paragraph(label, text, page if text.strip() else self._page)
        for box in boxes:
            self.read_blocks(box)

    def _write_paragraph(self, label: str, text: str, page: int | None) -> None:
        text = text.rstrip()
        self.writer.write_line(f"{label} {text.lstrip()}" if label and text and label != "・" else label * bool(text) + text, page)

    def _pieces(self, element: _Element) -> Iterator[str | _Element]:
        """The printed pieces of a paragraph in order, its text boxes as elements; pages are counted on the way."""
        for part in element:
            name = local_name(part)
            if name in _SKIPPED:
                continue
            if _is_page_break(part, self._break) and self._page is not None:
                self._page += 1
            elif name == "t":
                yield part.text or ""
            elif name in ("tab", "ptab"):
                yield "\t"
            elif name == "cr" or (name == "br" and attribute(part, "type") in (None, "textWrapping")):
                yield "\n"
            elif name == "noBreakHyphen":
                yield "-"
            elif name == "txbxContent":
                yield part
            else:
                yield from self._pieces(part)

    def _read_table(self, table: _Element) -> list[list[GridCell]]:
        grid: list[dict[int, GridCell]] = []
        reaching: dict[int, tuple[int, int]] = {}  # column → the cell that is merged downwards there
        for row in _flatten(table, "tr"):
            number, cells = len(grid), {}
            column = _integer(attribute(child(row, "trPr", "gridBefore"), "val"), 0)
            for cell in _flatten(row, "tc"):
                wide = max(1, _integer(attribute(child(cell, "tcPr", "gridSpan"), "val"), 1))
                merge = child(cell, "tcPr", "vMerge")
                is_covered = merge is not None and attribute(merge, "val") != "restart" and column in reaching
                place = reaching[column] if is_covered else (number, column)
                if merge is None:
                    reaching.pop(column, None)
                else:
                    reaching[column] = place
                for position in range(column, column + wide):
                    cells[position] = GridCell(covered_by=place)
                if not is_covered:
                    cells[column] = self._read_cell(cell)
                column += wide
            grid.append(cells)
        return close_up(grid)

    def _read_cell(self, cell: _Element) -> GridCell:
        outer, self.writer = self.writer, GridWriter()
        self.read_blocks(cell)
        inner, self.writer = self.writer, outer
        printed = [line for line in inner.lines if line.text.strip()]
        lines = tuple(part for line in printed for part in cell_lines(line.text))
        numbers = {line.number: position for position, line in enumerate(printed, 1)}  # blank paragraphs are left out
        tables = tuple(move_table(table, numbers[table.first_line] - table.first_line) for table in inner.tables)
        return GridCell(lines, page=printed[0].page if printed else None, tables=tables)


def _is_page_break(element: _Element, kind: str) -> bool:
    return local_name(element) == kind and (kind != "br" or attribute(element, "type") == "page")


def _flatten(element: _Element, name: str) -> Iterator[_Element]:
    """Rows or cells, also those inside content controls; rows that were deleted under revision control are none."""
    for part in element:
        if local_name(part) == name and child(part, "trPr", "del") is None:
            yield part
        elif local_name(part) in _WRAPPERS:
            yield from _flatten(part, name)


def _integer(text: str | None, default: int) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 4 else default
