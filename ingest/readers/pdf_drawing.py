"""Strokes, filled areas and images of a PDF page, in the page's own coordinates (points, y grows upwards)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pypdfium2
from pypdfium2 import raw as pdfium

# Drawings with more strokes than this (maps, charts) are not searched for tables.
_MOST_STROKES = 12_000
_DEEPEST_FORM = 8
_NO_EXTENT, _STROKE = 0.01, 0.2
# Points by which a stroke may rise or sway and still be a horizontal or vertical rule.
_STRAIGHT = 0.6
# A filling thinner than this many points is a rule.
_THIN = 3.0

Point = tuple[float, float]
Stroke = tuple[Point, Point]
_Matrix = tuple[float, float, float, float, float, float]


@dataclass(slots=True)
class Drawing:
    """Horizontal and vertical strokes, the sides of each filled area, the number of all segments, and the area of the images.

    Strokes and areas are incomplete where ``is_too_dense``: then they are no tables.
    """

    strokes: list[Stroke] = field(default_factory=list)
    areas: list[list[Stroke]] = field(default_factory=list)
    segments: int = 0
    image_area: float = 0.0

    @property
    def is_too_dense(self) -> bool:
        return self.segments > _MOST_STROKES


def read_drawing(page: pypdfium2.PdfPage) -> Drawing:
    """What is drawn on a page. Text without outlines is given an extent on the way, so that it can be read afterwards."""
    drawing = Drawing()
    _walk(drawing, _objects_of_page(page.raw), (1, 0, 0, 1, 0, 0), 0)
    return drawing


def _objects_of_page(page: pdfium.FPDF_PAGE) -> Iterator[pdfium.FPDF_PAGEOBJECT]:
    for index in range(pdfium.FPDFPage_CountObjects(page)):
        yield pdfium.FPDFPage_GetObject(page, index)


def _objects_of_form(form: pdfium.FPDF_PAGEOBJECT) -> Iterator[pdfium.FPDF_PAGEOBJECT]:
    for index in range(pdfium.FPDFFormObj_CountObjects(form)):
        yield pdfium.FPDFFormObj_GetObject(form, index)


def _walk(drawing: Drawing, objects: Iterator[pdfium.FPDF_PAGEOBJECT], outer: _Matrix, depth: int) -> None:
    for item in objects:
        kind = pdfium.FPDFPageObj_GetType(item)
        if kind == pdfium.FPDF_PAGEOBJ_PATH:
            _read_path(drawing, item, outer)
        elif kind == pdfium.FPDF_PAGEOBJ_TEXT:
            _give_extent(item)
        elif kind == pdfium.FPDF_PAGEOBJ_IMAGE:
            a, b, c, d, _, _ = _multiply(_matrix_of(item), outer)  # an image fills the unit square
            drawing.image_area += abs(a * d - b * c)
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


def _read_path(drawing: Drawing, path: pdfium.FPDF_PAGEOBJECT, outer: _Matrix) -> None:
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
    outline: list[Point] = []
    sides: list[Stroke] = []
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


def _add_sides(drawing: Drawing, outline: Sequence[Point], sides: Sequence[Stroke], *, stroked: bool) -> None:
    if not sides:
        return
    width, height = (max(p[axis] for p in outline) - min(p[axis] for p in outline) for axis in (0, 1))
    straight = [(p, q) for p, q in sides if (abs(p[0] - q[0]) < _STRAIGHT) != (abs(p[1] - q[1]) < _STRAIGHT)]
    if stroked or min(width, height) < _THIN:
        drawing.strokes += straight
    elif straight:
        drawing.areas.append(straight)
