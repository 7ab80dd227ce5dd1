"""Schedules whose rows have a label and a cell for each fiscal year, as a dump prints them: the label, the cells of the first year, those of the next.

A cell of one line shares its line with the next one, longer cells stand one below the other, and nothing but the print tells where one ends. Every
way to cut the lines into rows and cells has a cost (``row_costs``), and the cheapest is taken (dynamic programming): labels are narrow and unmarked,
the cells of a row are alike in form, a cell has marks throughout or none, an empty paragraph ends a cell, a run of blanks stands for empty cells,
and two cells of one line would have shared it. Where a second way to cut a row is nearly as cheap, the print does not decide: its cells keep no year.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.characters import join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.labelled import YearColumn
from ingest.parsers.prose.footnotes import is_footnote, strip_footnote_marks
from ingest.parsers.schedules.row_costs import MOST_PARAGRAPHS, LabelPrint, RowCosts
from ingest.parsers.schedules.row_pieces import Break, Piece, cut_pieces
from ingest.parsers.schedules.row_search import RowSearch
from ingest.printed import PrintedLine, columns

_BRACKETED = re.compile(r"【([^】]+)】")
_ENOUGH = 3  # labels from which the print of all is judged


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of a cell, with its lines."""

    text: str
    lines: tuple[PrintedLine, ...]


@dataclass(frozen=True, slots=True)
class YearCell:
    """One bullet of a cell, or a cell without bullets: ``column`` is None where the year cannot be told.

    ``row`` is the row label as far as the document has one, ``qualifier`` the bracket above the bullets that says what they are about.
    """

    column: YearColumn | None
    paragraphs: tuple[Paragraph, ...]
    row: str | None = None
    quantified: bool = False
    qualifier: Paragraph | None = None

    @property
    def text(self) -> str:
        return " ".join(paragraph.text for paragraph in self.paragraphs).lstrip("・･ ")

    @property
    def lines(self) -> tuple[PrintedLine, ...]:
        return tuple(line for paragraph in self.paragraphs for line in paragraph.lines)

    @property
    def heading(self) -> str | None:
        """The row label with the qualifier behind it."""
        return (self.row or "") + (self.qualifier.text if self.qualifier else "") or None


@dataclass(frozen=True, slots=True)
class SchedulePrint:
    """What all schedules of a document share: how their row labels are printed, and the words that ``footnotes`` explain, by number."""

    labels: LabelPrint = field(default_factory=LabelPrint)
    footnotes: Mapping[str, str] = field(default_factory=dict)


def measure_labels(tables: Iterable[Sequence[PrintedLine]]) -> LabelPrint:
    """From the lines that are surely labels: the first of each table, and those up to one that ends with 【…】."""
    widths: list[int] = []
    heights: list[int] = []
    for lines in tables:
        if not lines or lines[0].text[0] in "・･(（" or re.search(r"\s", lines[0].text):
            continue
        widths.append(columns(lines[0].text))
        closing = next((index for index, line in enumerate(lines[: MOST_PARAGRAPHS + 1]) if _BRACKETED.search(line.text)), None)
        if closing is not None:
            widths += [columns(line.text) for line in lines[: closing + 1]]
            heights.append(1 + sum(line.ends_paragraph is not False for line in lines[:closing]))
    if len(widths) < _ENOUGH:
        return LabelPrint()
    if len(heights) < _ENOUGH:
        return LabelPrint(max(widths) * 3 // 2 + 2)  # only first lines are known; others may be wider
    return LabelPrint(max(widths), min(heights))


def read_labelled_rows(
    lines: Sequence[PrintedLine], years: Sequence[YearColumn], labels: Labels, schedules: SchedulePrint
) -> Iterator[YearCell]:
    """The cells of one table, in order of print. Footnotes and wide notes below it end the table."""
    pieces = cut_pieces(_without_notes(lines))
    search = RowSearch(pieces, len(years), RowCosts(pieces, schedules.labels))
    label, quantified = None, False
    for row in search.rows():
        if row.label_end > row.start:
            label, quantified = _read_label(pieces[row.start : row.label_end], labels)
            if label is None or not row.cells:
                yield YearCell(None, tuple(_paragraphs(pieces[row.start : row.label_end], schedules.footnotes)), None, quantified)
            label = strip_footnote_marks(label, schedules.footnotes) if label else None
        is_clear = search.is_clear(row)
        for column, start, end in row.cells:
            year = years[column] if is_clear and column < len(years) else None
            for qualifier, bullet in _bullets(pieces[start:end], schedules.footnotes):
                yield YearCell(year, bullet, label, quantified, qualifier)


def _without_notes(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The lines up to the first footnote, or note (※) that is wider than every cell."""
    widest = 0
    for index, line in enumerate(lines):
        if is_footnote(line) or (index and line.text[0] == "※" and line.width > 1.2 * widest):
            return list(lines[:index])
        widest = max(widest, line.width)
    return list(lines)


def _read_label(pieces: Sequence[Piece], labels: Labels) -> tuple[str | None, bool]:
    """The label of a row, None where more lines wait than a label has, and whether it is marked as quantified (【定量事業量】)."""
    printed = join_lines([piece.text for piece in pieces])
    marked = any(label_key(word) in labels.words("block", "quantified") for word in _BRACKETED.findall(printed))
    unclear = sum(piece.opens in (Break.LINE, Break.PARAGRAPH) for piece in pieces) > MOST_PARAGRAPHS
    return None if unclear else _BRACKETED.sub("", printed).strip() or None, marked


def _paragraphs(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Iterator[Paragraph]:
    own: list[Piece] = []
    for piece in pieces:
        if own and piece.opens in (Break.LINE, Break.PARAGRAPH):
            yield _paragraph(own, footnotes)
            own = []
        own.append(piece)
    if own:
        yield _paragraph(own, footnotes)


def _paragraph(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Paragraph:
    lines = tuple(dict.fromkeys(piece.line for piece in pieces))
    texts = [" ".join(piece.text for piece in pieces if piece.line == line) for line in lines]
    return Paragraph(strip_footnote_marks(join_lines(texts), footnotes), lines)


def _bullets(pieces: Sequence[Piece], footnotes: Mapping[str, str]) -> Iterator[tuple[Paragraph | None, tuple[Paragraph, ...]]]:
    """The bullets of a cell, each with the bracket that stands above them all; a cell without marks is one."""
    found: list[list[Paragraph]] = []
    for paragraph in _paragraphs(pieces, footnotes):
        if paragraph.text[0] in "・･" or not found:
            found.append([])
        found[-1].append(paragraph)
    qualifier = found[0][0] if len(found) > 1 and pieces[0].is_bracketed and len(found[0]) == 1 else None
    yield from ((qualifier, tuple(bullet)) for bullet in found[1 if qualifier else 0 :])
