"""HTML pages: their visible text by blocks, and their tables."""

from __future__ import annotations

import codecs
import hashlib
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from lxml import html
from lxml.etree import ParserError
from lxml.html import HtmlElement

from ingest.layout import SourceText
from ingest.readers.grid_writer import GridCell, GridWriter, close_up
from ingest.readers.text import decode
from ontology.errors import UnreadableDocument

_DROPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "head",
        "iframe",
        "object",
        "svg",
        "canvas",
        "select",
        "datalist",
        "textarea",
        "input",
        "button",
        "audio",
        "video",
        "rt",
        "rp",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "ol",
        "optgroup",
        "option",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_SPACED = frozenset(["h1", "h2", "h3", "h4", "h5", "h6", "p", "table", "ul", "ol", "dl", "pre", "section", "article"])
_CHARSET = re.compile(rb"""<meta[^>]{0,200}charset\s*=\s*["']?\s*([A-Za-z0-9_.:-]+)""", re.IGNORECASE)
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
_DECLARED_WITHIN = 4096
# The HTML standard allows 1000 and 65534; no printed table is so wide, and a page of such spans would fill the memory.
_LONGEST_TERM = 20
_WIDEST_SPAN = 100
_LONGEST_SPAN = 2000
# What pages call Shift_JIS is Windows code page 932, with ① and ㈱.
_CODECS = {"shift_jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932", "ms932": "cp932"}


def read_html_file(path: Path) -> SourceText:
    """Read a saved page. Each block is a line (<br> begins another); scripts, navigation and forms' controls are left out.

    The encoding is that of the byte order mark, else as declared where the bytes fit, else as of a text file. Raises UnreadableDocument for
    a page without visible text.
    """
    data = path.read_bytes()
    text = _XML_DECLARATION.sub("", _decode_page(data, path.name))
    parser = html.HTMLParser(huge_tree=True)
    try:
        root = html.document_fromstring(text, parser=parser)
    except ParserError as error:
        raise UnreadableDocument(path.name, "HTML に文字がありません") from error
    if any("depth" in entry.message for entry in parser.error_log):  # libxml2 drops what lies deeper
        raise UnreadableDocument(path.name, "HTML の入れ子が深すぎます（2,000段を超えます）。ブラウザーから PDF で保存し直してください")
    page = _Page(GridWriter())
    page.read(root)
    page.end_line()
    if not page.writer.lines:
        raise UnreadableDocument(path.name, "HTML に文字がありません（画像やスクリプトだけのページです）")
    while page.writer.lines[-1].text == "":
        page.writer.lines.pop()
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type="text/html",
        lines=tuple(page.writer.lines),
        tables=tuple(page.writer.tables),
    )


def _decode_page(data: bytes, file_name: str) -> str:
    declared = _CHARSET.search(data[:_DECLARED_WITHIN])
    if declared and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = declared[1].decode("ascii").lower()
        try:
            return data.decode(_CODECS.get(name, name))
        except (LookupError, UnicodeDecodeError):
            pass  # pages often declare what their editor saved before they were converted
    return decode(data, file_name)


class _Page:
    """Walks over the elements of a page and writes a line where a block ends."""

    def __init__(self, writer: GridWriter) -> None:
        self.writer = writer
        self._text: list[str] = []

    def read(self, root: HtmlElement) -> None:
        """Write the content of an element. Without recursion over depth: pages nest deeper than Python calls may."""
        stack: list[tuple[str, HtmlElement]] = [("open", root)]
        while stack:
            step, element = stack.pop()
            if step == "tail":
                self._text.append(element.tail or "")
                continue
            tag = element.tag if isinstance(element.tag, str) else "comment"
            if step == "close":
                self._break(tag)
                continue
            if element is not root:
                stack.append(("tail", element))
            if tag in _DROPPED or tag == "comment" or _is_hidden(element):
                continue
            if tag == "table" and _is_data_table(element):
                self._break(tag)
                self._write_table(element)
                continue
            if tag == "dl" and _is_term_list(element):
                self._break(tag)
                self.writer.write_table(_read_terms(element))
                self.writer.write_gap()
                continue
            self._open(element, tag)
            stack.append(("close", element))
            stack += [("open", child) for child in reversed(element)]

    def _open(self, element: HtmlElement, tag: str) -> None:
        self._break(tag)
        if tag == "br":
            self.end_line()
        if tag == "li" and element.getparent().tag == "ul":
            self._text.append("・")
        if tag == "img" and element.get("alt"):
            self._text.append(element.get("alt"))
        self._text.append(element.text or "")

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.end_line()
        if tag in _SPACED:
            self.writer.write_gap()

    def end_line(self) -> None:
        text = re.sub(r"[ \t\r\n\f]+", " ", "".join(self._text)).strip()
        self._text.clear()
        if text.strip("・ "):
            self.writer.write_line(text)

    def _write_table(self, table: HtmlElement) -> None:
        for caption in table.findall("caption"):
            self.read(caption)
            self.end_line()
        self.writer.write_table(_read_grid(table))
        self.writer.write_gap()


def _is_hidden(element: HtmlElement) -> bool:
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def _is_data_table(table: HtmlElement) -> bool:
    """A table that lays out a page holds other tables or headings; its cells are read as blocks."""
    return not any(True for _ in table.iterdescendants("table", "h1", "h2", "h3", "nav", "form"))


def _is_term_list(element: HtmlElement) -> bool:
    """A list of short terms with their texts, as a form prints them: 担当課 with its name, 内容 with its sentence."""
    terms = list(element.iterdescendants("dt", "dd"))
    tags = [child.tag for child in terms]
    plain = not any(True for _ in element.iterdescendants("table", "dl", "h1", "h2", "h3", "h4", "ul", "ol"))
    short = all(len(child.text_content().strip()) <= _LONGEST_TERM for child in terms if child.tag == "dt")
    return plain and short and tags[:1] == ["dt"] and tags.count("dt") > 1 and all(b == "dd" for a, b in pairwise(tags) if a == "dt")


def _read_terms(element: HtmlElement) -> list[list[GridCell]]:
    rows: list[list[GridCell]] = []
    for child in element.iterdescendants("dt", "dd"):
        cell = GridCell(tuple(_cell_text(child)))
        if child.tag == "dt":
            rows.append([cell])
        elif len(rows[-1]) == 1:
            rows[-1].append(cell)
        else:
            rows[-1][1] = GridCell((*rows[-1][1].lines, *cell.lines))
    return rows


def _read_grid(table: HtmlElement) -> list[list[GridCell]]:
    """Rows with the places that rowspan and colspan cover, as the HTML standard forms a table."""
    rows = list(table.iterdescendants("tr"))
    grid: list[dict[int, GridCell]] = [{} for _ in rows]
    for number, row in enumerate(rows):
        column = 0
        for cell in row.iterchildren("td", "th"):
            while column in grid[number]:
                column += 1
            wide, high = _span(cell, "colspan", _WIDEST_SPAN), _span(cell, "rowspan", _LONGEST_SPAN)
            lines = tuple(_cell_text(cell))
            for r in range(number, min(number + high, len(rows))):
                for c in range(column, column + wide):
                    is_own = (r, c) == (number, column)
                    grid[r].setdefault(c, GridCell(lines) if is_own else GridCell(covered_by=(number, column)))
            column += wide
    return close_up(grid)


def _span(cell: HtmlElement, name: str, most: int) -> int:
    match = re.match(r"\s*(\d{1,6})", cell.get(name) or "")
    number = int(match[1]) if match else 1
    return most if number == 0 and name == "rowspan" else min(max(number, 1), most)


def _cell_text(cell: HtmlElement) -> Iterator[str]:
    page = _Page(GridWriter())
    page.read(cell)
    page.end_line()
    return (line.text.replace("\t", " ") for line in page.writer.lines if line.text)
