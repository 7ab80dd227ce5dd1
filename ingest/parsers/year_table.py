"""Tables whose columns are fiscal years, as a dump prints them: the head line, then the cells one after the other.

Three or more columns: every leading blank of a cell skips one year, a blank before a mark opens the next year, and an empty line ends a cell;
what stands blank between two empty lines is an empty cell.
Two columns of free text: what is printed for the second year repeats the form of the first (same label, another figure), on one line or on
the lines that follow. What cannot be told apart keeps no year.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from ingest.characters import join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.parsers.labelled import YearColumn
from ingest.printed import PrintedLine

_MARKED = re.compile(r"(?<=\S)\s+(?=[・･])")
_FOOTNOTE = re.compile(r"^\d{1,2}\s+[^\d\s][^:：]{1,40}[:：].{8,}")
_BRACKETED = re.compile(r"【([^】]+)】")

_Piece = tuple[str, PrintedLine]
"""What a line prints in one cell, and the line."""


@dataclass(frozen=True, slots=True)
class YearCell:
    """A cell: ``column`` is None where the year cannot be told. ``row`` is the row label as far as the document has one."""

    column: YearColumn | None
    text: str
    lines: tuple[PrintedLine, ...]
    row: str | None = None
    quantified: bool = False


def read_year_cells(lines: Sequence[PrintedLine], columns: Sequence[YearColumn], labels: Labels) -> list[YearCell]:
    """The cells of one table, in order of print."""
    if len(columns) >= 3:
        return list(_read_strip(lines, columns))
    return list(_read_pairs(lines, columns, labels))


def is_separated(lines: Sequence[PrintedLine], size: int) -> bool:
    """Whether a row prints its cells side by side, between tabs or pipes."""
    return any(("\t" in line.raw or "|" in line.raw) and len(_separated(line, size)) == size for line in lines)


def _read_strip(lines: Sequence[PrintedLine], columns: Sequence[YearColumn]) -> Iterator[YearCell]:
    """Cells from left to right; a cell is lost to no year: what runs past the last column keeps none."""
    cells: list[tuple[int, list[_Piece]]] = []
    at = -1
    for line in lines:
        separated = _separated(line, len(columns))
        if separated:
            cells += [(number, [(cell, line)]) for number, cell in enumerate(separated) if cell]
            continue
        pieces = _MARKED.split(line.text)
        marked = line.text[0] in "・･"
        if not marked and (line.gap > 1 or not cells):
            continue  # loose words behind the table (arrows, captions) stand in no column: they are left to the remainder
        for position, piece in enumerate(pieces):
            if position:
                at += 1
            elif cells and (not marked or not line.gap) and not (marked and line.indent):
                # A line without a mark, or right below the one before, goes on in the same cell (also over a stray empty line).
                cells[-1][1].append((piece, line))
                continue
            else:
                at += 1 + line.indent + (line.skipped if line.skipped < len(columns) else 0)  # a long row of blanks is a ruling
            cells.append((at, [(piece, line)]))
    for at, own in cells:
        column = columns[at] if at < len(columns) else None
        for bullet in _marked_bullets(own):
            yield YearCell(column, join_lines([text for text, _ in bullet]).lstrip("・･ "), tuple(line for _, line in bullet))


def _separated(line: PrintedLine, size: int) -> list[str]:
    """The cells of a row that separates them by tabs or pipes, or by one blank where there are as many words as columns; else none."""
    for separator in ("\t", "|"):
        if separator in line.raw:
            cells = [normalise(cell.strip()) for cell in line.raw.strip("\r\n |").split(separator)]
            return cells if len(cells) == size else []
    words = line.text.split()
    return words if len(words) == size and not any(word[0] in "・･" for word in words) else []


def _marked_bullets(cell: Sequence[_Piece]) -> list[list[_Piece]]:
    """The bullets of one cell, each with its lines."""
    bullets: list[list[_Piece]] = []
    for text, line in cell:
        if text[0] in "・･" or not bullets:
            bullets.append([])
        bullets[-1].append((text, line))
    return bullets


def _read_pairs(lines: Sequence[PrintedLine], columns: Sequence[YearColumn], labels: Labels) -> Iterator[YearCell]:
    row = _RowLabel()
    index = 0
    while index < len(lines):
        line = lines[index]
        if _FOOTNOTE.match(line.text):  # footnotes end the page and the table with it
            break
        halves = _halves(line.text)
        size = 0 if halves else _twin_run(lines, index) or (_repeated_run(lines, index) if row.is_closed else 0)
        if halves or size:
            yield from row.unclear_cells()
            if halves:
                yield from (YearCell(column, half, (line,), row.name, row.quantified) for column, half in zip(columns, halves, strict=True))
            else:
                for column, start in zip(columns, (index, index + size), strict=True):
                    for bullet in _bullets_of(lines[start : start + size]):
                        text = join_lines([own.text for own in bullet]).lstrip("・･ ")
                        yield YearCell(column, text, tuple(bullet), row.name, row.quantified)
            row.used = True
            index += 1 if halves else 2 * size
            continue
        if line.text[0] in "・･(（※" or line.text.endswith("。") or row.is_closed:
            yield from row.unclear_cells()
            yield YearCell(None, line.text.lstrip("・･ "), (line,), row.name, row.quantified)
            row.used = True
        else:
            row = row.with_line(line, labels)
        index += 1
    if not row.used and row.lines:
        yield YearCell(None, join_lines([own.text for own in row.lines]), tuple(row.lines), None, row.quantified)


@dataclass(slots=True)
class _RowLabel:
    """The label of the row that is being read. ``used`` tells that cells have followed: the next line that is no cell begins a new one."""

    lines: list[PrintedLine] = field(default_factory=list)
    used: bool = False
    quantified: bool = False

    @property
    def name(self) -> str | None:
        return None if self.is_unclear else _BRACKETED.sub("", join_lines([line.text for line in self.lines])).strip() or None

    @property
    def is_unclear(self) -> bool:
        """Whether more lines wait than a label has: cells that could not be told apart are among them."""
        return len(self.lines) > 4

    @property
    def is_closed(self) -> bool:
        """Whether the label is complete because it printed its 【…】; what follows are cells."""
        return not self.used and bool(self.lines) and bool(_BRACKETED.search(self.lines[-1].text))

    def with_line(self, line: PrintedLine, labels: Labels) -> _RowLabel:
        marked = any(label_key(word) in labels.words("block", "quantified") for word in _BRACKETED.findall(line.text))
        if self.used:
            return _RowLabel([line], quantified=marked)
        return _RowLabel([*self.lines, line], quantified=self.quantified or marked)

    def unclear_cells(self) -> Iterator[YearCell]:
        """The lines of an unclear label as text of no year, so that they stay with their measure."""
        if self.is_unclear and not self.used:
            yield YearCell(None, join_lines([line.text for line in self.lines]), tuple(self.lines), None, self.quantified)


def _halves(text: str) -> tuple[str, str] | None:
    """「20% 25%」「検討 検討」「削減時間：400時間 削減時間：450時間」: two cells on one line, alike in form."""
    best: tuple[float, tuple[str, str]] | None = None
    for match in re.finditer(r"\s+", text):
        left, right = text[: match.start()], text[match.end() :]
        likeness = _likeness(left, right)
        if likeness >= 0.75 and (best is None or likeness > best[0]):
            best = (likeness, (left, right))
    return best[1] if best else None


def _twin_run(lines: Sequence[PrintedLine], index: int) -> int:
    """How many lines from ``index`` on are followed by as many lines of the same form; 0 where none are."""
    for size in range(1, min(8, (len(lines) - index) // 2) + 1):
        first, second = lines[index : index + size], lines[index + size : index + 2 * size]
        if all(_likeness(a.text, b.text) >= 0.75 for a, b in zip(first, second, strict=True)):
            return size
    return 0


def _repeated_run(lines: Sequence[PrintedLine], index: int) -> int:
    """How many lines the first cell has when the second begins with the same words: 「窓口の拡大 / 3か所 / 窓口の拡大 / 検討」."""
    for size in range(2, min(6, (len(lines) - index) // 2) + 1):
        if len(lines[index].text) >= 4 and lines[index].text == lines[index + size].text:
            return size
    return 0


def _likeness(left: str, right: str) -> float:
    """Likeness of form: figures count as equal."""
    a, b = (re.sub(r"\d[\d,.]*", "0", re.sub(r"\s+", "", text)) for text in (left, right))
    if not a or not b:
        return 0.0
    return 1.0 if a == b else SequenceMatcher(None, a, b, autojunk=False).ratio() if min(len(a), len(b)) > 3 else 0.0


def _bullets_of(lines: Sequence[PrintedLine]) -> list[list[PrintedLine]]:
    bullets: list[list[PrintedLine]] = []
    for line in lines:
        if not bullets or line.text[0] in "・･(（" or (bullets[-1] and bullets[-1][-1].ends_paragraph):
            bullets.append([])
        bullets[-1].append(line)
    return bullets
