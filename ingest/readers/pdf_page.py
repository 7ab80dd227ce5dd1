"""One page of a PDF as PDFium sees it: characters with their boxes, and the rules of its drawings. Points, y grows downwards."""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw as pdfium

from ingest.readers.pdf_characters import UNMAPPED, printed_character
from ingest.readers.pdf_glyphs import Glyph
from ingest.readers.pdf_rules import Rules

# Drawings with more strokes than this (maps, charts) are not searched for tables.
_MOST_STROKES = 12_000
_DEEPEST_FORM = 8
_NO_EXTENT, _STROKE = 0.01, 0.2
# Radians by which upright text may lean: a slanted font leans by 0.2 to 0.35.
_LEAN = 0.6
# Points by which a stroke may rise or sway and still be a horizontal or vertical rule.
_STRAIGHT = 0.6
# A filling thinner than this many points is a rule.
_THIN = 3.0
# Bold is faked by printing a character again this many points beside itself.
_SAME_PLACE = 0.6

_Matrix = tuple[float, float, float, float, float, float]
_Point = tuple[float, float]
_Stroke = tuple[_Point, _Point]


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What is printed on a page. ``turned`` are the characters of text that is not upright."""

    height: float
    upright: list[Glyph]
    turned: list[Glyph]
    rules: Rules
    has_image: bool
    has_drawing: bool


@dataclass(slots=True)
class _Drawing:
    """Strokes and the sides of filled areas in the page's own coordinates, and whether there are images."""

    strokes: list[_Stroke] = field(default_factory=list)
    areas: list[list[_Stroke]] = field(default_factory=list)
    segments: int = 0
    has_image: bool = False


@dataclass(frozen=True, slots=True)
class _Frame:
    """The visible part of a page in its own coordinates, and by how many quarters it is turned clockwise."""

    left: float
    bottom: float
    width: float
    height: float
    quarters: int

    def place(self, x: float, y: float) -> tuple[float, float]:
        """A point as seen, from the upper left corner."""
        u, v = x - self.left, y - self.bottom
        return ((u, self.height - v), (v, u), (self.width - u, v), (self.height - v, self.width - u))[self.quarters]


def read_page(page: pypdfium2.PdfPage) -> PrintedPage:
    """Characters and rules of a page. Characters printed twice for bold are taken once."""
    left, bottom, right, top = page.get_bbox()
    frame = _Frame(left, bottom, right - left, top - bottom, page.get_rotation() // 90)
    drawing = _Drawing()
    _walk(drawing, _objects_of_page(page.raw), (1, 0, 0, 1, 0, 0), 0)
    upright, turned = _read_characters(page, frame)
    rules = Rules()
    if drawing.segments <= _MOST_STROKES:
        for start, end in drawing.strokes:
            rules.add(frame.place(*start), frame.place(*end))
        for sides in drawing.areas:
            area = Rules()
            for start, end in sides:
                area.add(frame.place(*start), frame.place(*end))
            rules.areas.append(area)
    return PrintedPage(page.get_height(), upright, turned, rules, drawing.has_image, drawing.segments > 0)


def _read_characters(page: pypdfium2.PdfPage, frame: _Frame) -> tuple[list[Glyph], list[Glyph]]:
    text_page = page.get_textpage()
    try:
        return _read_text_page(text_page.raw, frame)
    finally:
        text_page.close()


def _read_text_page(text_page: pdfium.FPDF_TEXTPAGE, frame: _Frame) -> tuple[list[Glyph], list[Glyph]]:
    upright: list[Glyph] = []
    turned: list[Glyph] = []
    seen: set[tuple[str, int, int]] = set()
    styles: dict[int, tuple[str, float, bool]] = {}
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
            styles[key] = _read_style(text_page, index, text_object, frame)
        font, size, is_upright = styles[key]
        x0, y0 = frame.place(box.left, box.top)
        x1, y1 = frame.place(box.right, box.bottom)
        x0, x1, middle = min(x0, x1), max(x0, x1), (y0 + y1) / 2
        # The height of the box is the font's, which may be half as high again as its em.
        top, bottom = (middle - size / 2, middle + size / 2) if is_upright else (min(y0, y1), max(y0, y1))
        x, y = round(x0 / _SAME_PLACE), round(top / _SAME_PLACE)
        if any((text, x + dx, y + dy) in seen for dx in (-1, 0, 1) for dy in (-1, 0, 1)):
            continue
        seen.add((text, x, y))
        (upright if is_upright else turned).append(Glyph(text, x0, x1, top, bottom, size, font))
    return upright, turned


def _character(text_page: pdfium.FPDF_TEXTPAGE, index: int) -> str:
    code = pdfium.FPDFText_GetUnicode(text_page, index)
    if pdfium.FPDFText_HasUnicodeMapError(text_page, index) == 1 or 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return UNMAPPED
    if code == 2:  # PDFium's own sign for a hyphen at the end of a line
        return "-"
    return printed_character(chr(code))


def _read_style(text_page: pdfium.FPDF_TEXTPAGE, index: int, text_object: pdfium.FPDF_PAGEOBJECT, frame: _Frame) -> tuple[str, float, bool]:
    """Font, size of an em on the page, and whether the text is upright: the same for all characters of a text object."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text_page, index, matrix)
    size = pdfium.FPDFText_GetFontSize(text_page, index) * math.hypot(matrix.c, matrix.d)
    angle = math.atan2(matrix.b, matrix.a) - frame.quarters * math.pi / 2
    is_upright = abs((angle + math.pi) % (2 * math.pi) - math.pi) < _LEAN
    name = ctypes.create_string_buffer(128)
    pdfium.FPDFFont_GetBaseFontName(pdfium.FPDFTextObj_GetFont(text_object), name, len(name))
    return name.value.decode("utf-8", "replace"), max(size, 1.0), is_upright


def _objects_of_page(page: pdfium.FPDF_PAGE) -> Iterator[pdfium.FPDF_PAGEOBJECT]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield pdfium.FPDFPage_GetObject(page, index)


def _objects_of_form(form: pdfium.FPDF_PAGEOBJECT) -> Iterator[pdfium.FPDF_PAGEOBJECT]:
    for index in range(pdfium.FPDFFormObj_CountObjects(form)):
        yield pdfium.FPDFFormObj_GetObject(form, index)


def _walk(drawing: _Drawing, objects: Iterator[pdfium.FPDF_PAGEOBJECT], outer: _Matrix, depth: int) -> None:
    for item in objects:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _read_path(drawing, item, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            _give_extent(item)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            drawing.has_image = True
        elif kind == pdfium.FPDF_PAGEOBJ_FORM and depth < _DEEPEST_FORM:
            _walk(drawing, _objects_of_form(item), _multiply(_matrix_of(item), outer), depth + 1)


def _give_extent(text: pdfium.FPDF_PAGEOBJECT) -> None:
    """PDFium passes over text without outlines where it is a single character or says again what the text before it said.

    Outlines are missing where a font is neither embedded nor installed, and in text that OCR laid under a scan. Stroking gives such text an extent.
    """
    left, bottom, right, top = ctypes.c_float(), ctypes.c_float(), ctypes.c_float(), ctypes.c_float()
    pdfium.FPDFPageObj_GetBounds(text, left, bottom, right, top)
    if min(right.value - left.value, top.value - bottom.value) > _NO_EXTENT:
        return
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(text, matrix)
    pdfium.FPDFTextObj_SetTextRenderMode(text, pdfium.FPDF_TEXTRENDERMODE_STROKE)
    pdfium.FPDFPageObj_SetStrokeWidth(text, _STROKE)
    pdfium.FPDFPageObj_SetMatrix(text, matrix)  # makes PDFium measure it again


def _matrix_of(item: pdfium.FPDF_PAGEOBJECT) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(item, matrix)
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _multiply(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    p, q, r, s, t, u = outer
    return a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u


def _read_path(drawing: _Drawing, path: pdfium.FPDF_PAGEOBJECT, outer: _Matrix) -> None:
    """Straight strokes of a path, or the sides of what it fills, unless the page holds too many already. A thin filling is a stroke."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
    count = pdfium.FPDFPath_CountSegments(path)
    if not (fill.value or stroke.value) or drawing.segments + count > _MOST_STROKES:
        drawing.segments += count
        return
    drawing.segments += count
    a, b, c, d, e, f = _multiply(_matrix_of(path), outer)
    x, y = ctypes.c_float(), ctypes.c_float()
    outline: list[_Point] = []
    sides: list[_Stroke] = []
    for index in range(count):
        segment = pdfium.FPDFPath_GetPathSegment(path, index)
        pdfium.FPDFPathSegment_GetPoint(segment, x, y)
        point = (a * x.value + c * y.value + e, b * x.value + d * y.value + f)
        kind = pdfium.FPDFPathSegment_GetType(segment)
        if kind == pdfium.FPDF_SEGMENT_MOVETO:
            _add_sides(drawing, outline, sides, stroked=bool(stroke.value))
            outline, sides = [], []
        elif kind == pdfium.FPDF_SEGMENT_LINETO and outline:
            sides.append((outline[-1], point))
        outline.append(point)
        if pdfium.FPDFPathSegment_GetClose(segment):
            sides.append((point, outline[0]))
    _add_sides(drawing, outline, sides, stroked=bool(stroke.value))


def _add_sides(drawing: _Drawing, outline: Sequence[_Point], sides: Sequence[_Stroke], *, stroked: bool) -> None:
    if not sides:
        return
    width, height = (max(p[axis] for p in outline) - min(p[axis] for p in outline) for axis in (0, 1))
    straight = [(p, q) for p, q in sides if (abs(p[0] - q[0]) < _STRAIGHT) != (abs(p[1] - q[1]) < _STRAIGHT)]
    if stroked or min(width, height) < _THIN:
        drawing.strokes += straight
    elif straight:
        drawing.areas.append(straight)
