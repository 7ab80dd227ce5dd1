"""One page of a PDF as PDFium sees it: characters with their boxes, and rules. Points from the upper left corner, y grows downwards."""

from __future__ import annotations

import ctypes
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

import pypdfium2
from pypdfium2 import raw as pdfium

from ingest.readers.pdf_characters import UNMAPPED, printed_character
from ingest.readers.pdf_drawing import Drawing, Point, read_drawing
from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_rules import Rules

# Quarter turns by which text may lean and still be upright: a slanted font leans by 0.13 to 0.22.
_LEAN = 0.38
# Bold is faked by printing a character again this many points beside itself.
_SAME_PLACE = 0.6
# A page whose text stands on its side is read turned, if this share of its characters does.
_MOSTLY = 0.7


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What is printed on a page. ``turned`` are the characters of text that is not upright; ``image_share`` is how much of the page images
    cover (more than 1 where they overlap), ``segments`` counts the lines of its drawings.
    """

    height: float
    upright: list[Glyph]
    turned: list[Glyph]
    rules: Rules
    image_share: float
    segments: int


@dataclass(frozen=True, slots=True)
class _Style:
    """What the characters of one text object share: font, size of an em on the page, quarter turns counter-clockwise (None: aslant)."""

    font: str
    size: float
    quarters: int | None
    text_object: int


@dataclass(frozen=True, slots=True)
class _Character:
    """A character with two corners of its box in the page's own coordinates."""

    text: str
    lower_left: Point
    upper_right: Point
    style: _Style


@dataclass(frozen=True, slots=True)
class _Frame:
    """The visible part of a page in its own coordinates, and by how many quarters it is turned clockwise to be read."""

    left: float
    bottom: float
    width: float
    height: float
    quarters: int

    def place(self, point: Point) -> Point:
        """A point as seen, from the upper left corner."""
        u, v = point[0] - self.left, point[1] - self.bottom
        return ((u, self.height - v), (v, u), (self.width - u, v), (self.height - v, self.width - u))[self.quarters]


def read_page(page: pypdfium2.PdfPage) -> PrintedPage:
    """Characters and rules of a page. Characters printed twice for bold are taken once; a page printed sideways is turned."""
    drawing = read_drawing(page)
    characters = list(_read_characters(page))
    left, bottom, right, top = page.get_bbox()
    directions = Counter(character.style.quarters for character in characters)
    quarters, count = directions.most_common(1)[0] if directions else (None, 0)
    if quarters is None or count < _MOSTLY * len(characters):
        quarters = page.get_rotation() // 90
    frame = _Frame(left, bottom, right - left, top - bottom, quarters)
    upright, turned = _place_characters(characters, frame)
    height = frame.width if quarters % 2 else frame.height
    share = drawing.image_area / (frame.width * frame.height) if frame.width and frame.height else 0.0
    return PrintedPage(height, upright, turned, _place_rules(drawing, frame), share, drawing.segments)


def _place_rules(drawing: Drawing, frame: _Frame) -> Rules:
    rules = Rules()
    if drawing.is_too_dense:
        return rules
    for start, end in drawing.strokes:
        rules.add(frame.place(start), frame.place(end))
    for sides in drawing.areas:
        area = Rules()
        for start, end in sides:
            area.add(frame.place(start), frame.place(end))
        rules.areas.append(area)
    return rules


def _read_characters(page: pypdfium2.PdfPage) -> Iterator[_Character]:
    text_page = page.get_textpage()
    try:
        yield from _read_text_page(text_page.raw)
    finally:
        text_page.close()


def _read_text_page(text_page: pdfium.FPDF_TEXTPAGE) -> Iterator[_Character]:
    styles: dict[int, _Style] = {}
    box = pdfium.FS_RECTF()
    for index in range(pdfium.FPDFText_CountChars(text_page)):
        if pdfium.FPDFText_IsGenerated(text_page, index):
            continue
        text = _character(text_page, index)
        if not text or not pdfium.FPDFText_GetLooseCharBox(text_page, index, box):
            continue
        text_object = pdfium.FPDFText_GetTextObject(text_page, index)
        key = ctypes.cast(text_object, ctypes.c_void_p).value or 0
        if key not in styles:
            styles[key] = _read_style(text_page, index, text_object, key)
        yield _Character(text, (box.left, box.bottom), (box.right, box.top), styles[key])


def _character(text_page: pdfium.FPDF_TEXTPAGE, index: int) -> str:
    """The character at an index; empty for control characters and the second half of a character beyond U+FFFF."""
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    if 0xDC00 <= code < 0xE000:
        return ""
    if 0xD800 <= code < 0xDC00:
        low = pdfium.FPDFText_GetUnicode(text_page, index + 1)
        return chr(0x10000 + (code - 0xD800) * 0x400 + low - 0xDC00) if 0xDC00 <= low < 0xE000 else UNMAPPED
    if pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1:
        return UNMAPPED
    if code == 2:  # PDFium's own sign for a hyphen at the end of a line
        return "-"
    return printed_character(chr(code))


def _read_style(text_page: pdfium.FPDF_TEXTPAGE, index: int, text_object: pdfium.FPDF_PAGEOBJECT, key: int) -> _Style:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(text_object), name, len(name))
    angle = math.atan2(matrix.b, matrix.a) / (math.pi / 2)
    quarters = round(angle) % 4 if abs(angle - round(angle)) < _LEAN else None
    return _Style(name.value.decode("utf-8", "replace"), max(size, 1.0), quarters, key)


def _place_characters(characters: list[_Character], frame: _Frame) -> tuple[list[Glyph], list[Glyph]]:
    """The upright characters and the others."""
    upright: list[Glyph] = []
    turned: list[Glyph] = []
    seen: dict[tuple[str, int, int], int] = {}
    for character in characters:
        style = character.style
        (x0, y1), (x1, y0) = frame.place(character.lower_left), frame.place(character.upper_right)
        x0, x1, y0, y1 = min(x0, x1), max(x0, x1), min(y0, y1), max(y0, y1)
        is_upright = style.quarters == frame.quarters
        if is_upright:  # the height of the box is the font's, which may be half as high again as its em
            y0, y1 = (y0 + y1 - style.size) / 2, (y0 + y1 + style.size) / 2
        text, x, y = character.text, int(x0 / _SAME_PLACE), int(y0 / _SAME_PLACE)
        for place in ((text, x, y), (text, x + 1, y), (text, x, y + 1), (text, x + 1, y + 1)):
            if seen.setdefault(place, style.text_object) != style.text_object:
                break  # printed again by another text object
        else:
            (upright if is_upright else turned).append(Glyph(text, x0, x1, y0, y1, style.size, style.font))
    return upright, turned
