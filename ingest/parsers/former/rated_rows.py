"""Progress tables whose rows begin with running numbers and whose narrow cells cut the ratings over lines (達／成／＋), one cell behind the other.

The name of a row and its ratings, one for each year whose 実績 the head prints, are read first; a row without one rating for each year is left
alone. Where the head names the columns between them, the other cells are read too (``former_figures``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.characters import is_japanese, join_lines, normalise
from ingest.labels import Labels
from ingest.parsers.former.former_figures import SubRow, measure_widths, read_sub_rows
from ingest.parsers.former.rated_cells import Span
from ingest.parsers.former.rated_heads import RatedHead, read_rated_head
from ingest.parsers.schedules.row_pieces import Break, Piece, cut_pieces
from ingest.printed import PrintedLine, is_page_number
from ontology.model import Assessment, Indicator, Measure, Source, Successor

_MOST_LINES = 400

_Row = list[tuple[str, PrintedLine]]
"""What stands in the row of one measure: texts with their lines."""


@dataclass(frozen=True, slots=True)
class ProgressTable:
    """What one table says. ``former`` is the title of the plan it looks back on, None for the document's own; ``until`` the last fiscal year of its head."""

    former: str | None
    measures: tuple[Measure, ...]
    used: frozenset[int] = frozenset()
    until: int | None = None
    indicators: tuple[Indicator, ...] = ()


def read_rated_rows(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[ProgressTable]:
    """Rows of all pages of such a table, which repeat its head. A row that a page end cuts is printed again and counts once."""
    rows = list(_rated_rows(lines, labels))
    if not rows:
        return
    widths = measure_widths((row.cells, row.ratings) for row in rows)
    found: dict[str, Measure] = {}
    indicators: list[Indicator] = []
    above: Successor | None = None
    for row in rows:
        measure = found.get(row.measure.number or "", row.measure)
        if row.head.has_items:
            sub_rows = list(read_sub_rows(row.cells, row.head.columns, row.ratings, widths, path=measure.path, labels=labels))
            measure, above = _with_rows(measure, sub_rows, above)
            indicators += (indicator for sub_row in sub_rows for indicator in sub_row.indicators)
        found[measure.number or ""] = measure
    head = rows[0].head
    yield ProgressTable(head.former, tuple(found.values()), until=head.until, indicators=tuple(indicators))


@dataclass(frozen=True, slots=True)
class _RatedRow:
    """The row of a measure: ``cells`` are the pieces behind its name, ``ratings`` where among them its ratings are."""

    head: RatedHead
    measure: Measure
    cells: tuple[Piece, ...]
    ratings: tuple[Span, ...]


def _rated_rows(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[_RatedRow]:
    """Every row with one rating for each year that the head says was rated."""
    heads = [(index, head) for index in range(len(lines)) if (head := read_rated_head(lines, index, labels))]
    last = 0
    for position, (_, head) in enumerate(heads):
        end = heads[position + 1][0] if position + 1 < len(heads) else min(len(lines), head.end + _MOST_LINES)
        for number, row in _numbered_rows([line for line in lines[head.end : end] if not is_page_number(line)], last):
            last = number
            ratings = _cut_ratings(row, labels)
            if len(ratings) != len(head.rated_years):
                continue
            own = tuple(
                Assessment(spell_rating(word), source, year) for year, (word, source) in zip(head.rated_years, ratings, strict=True)
            )
            name, source = _name_of(row)
            key = str(number)
            cells = _cells_of(row)
            spans = tuple(Span(start, end, "rating") for start, end in _cut_words([piece.text for piece in cells], labels))
            yield _RatedRow(head, Measure(("measure", key), head.level, key, name, source, assessments=own), cells, spans)


def _cells_of(row: _Row) -> tuple[Piece, ...]:
    """What stands behind the name in the row of a measure."""
    printed = [(text.strip(), line) for text, line in row if text.strip()]
    pieces = cut_pieces([replace(line, text=text, indent=line.indent if text == line.text else 0) for text, line in printed])
    start = next((index for index in range(1, len(pieces)) if _begins_cell(pieces, index)), len(pieces))
    return tuple(pieces[start:])


def _begins_cell(pieces: Sequence[Piece], index: int) -> bool:
    """Whether the name of a row ends before ``index``: at a blank between Japanese letters, or with its paragraph unless a bracket goes on."""
    before, piece = pieces[index - 1].text, pieces[index]
    if piece.opens is Break.BLANK:
        return is_japanese(before[-1]) and is_japanese(piece.text[0])
    return piece.opens is not Break.WRAP and not piece.text.startswith("(")


def _with_rows(measure: Measure, rows: Sequence[SubRow], above: Successor | None) -> tuple[Measure, Successor | None]:
    """The measure with its remarks and successors, and the successor whose cell reaches on over the rows below."""
    successors = list(measure.successors)
    remarks = list(measure.activities)
    for row in rows:
        remarks += row.remarks
        if row.is_completed:
            above = None
        elif row.successor:
            above = row.successor
            successors = [known for known in successors if not (known.is_merged and known.text == above.text)]
        if above and above.text not in {known.text for known in successors}:
            successors.append(above if row.successor else replace(above, is_merged=True))
    numbered = tuple(replace(remark, order=order) for order, remark in enumerate(remarks, 1))
    return replace(measure, activities=numbered, successors=tuple(successors)), above


def spell_rating(word: str) -> str:
    """One rating, one spelling: the same table prints 達成+ and 達成＋."""
    return normalise(word).replace("+", "＋")


def _numbered_rows(lines: Sequence[PrintedLine], last: int) -> Iterator[tuple[int, _Row]]:
    """Rows whose numbers count on from ``last``; the first may repeat it. A row may begin behind the last cell of the one before, on its line."""
    starts: list[tuple[int, int, int]] = []
    for index, line in enumerate(lines):
        expected = (starts[-1][1] + 1,) if starts else (last, last + 1)
        match = next((m for number in expected if number and (m := re.search(_row_start(number), line.text))), None)
        if match:
            starts.append((index, int(match["number"]), match.start("number")))
    for position, (index, number, offset) in enumerate(starts):
        end, rest = (starts[position + 1][0], starts[position + 1][2]) if position + 1 < len(starts) else (len(lines), 0)
        first = re.sub(r"^\d+\s+", "", lines[index].text[offset:])
        tail = [(lines[end].text[:rest], lines[end])] if rest else []
        yield number, [(first, lines[index]), *((line.text, line) for line in lines[index + 1 : end]), *tail]


def _row_start(number: int) -> str:
    """A number at the start of a line, or between blanks behind Japanese letters; a name of at least three letters follows."""
    return rf"(?:^|(?<=[ぁ-ヿ一-龠]\s))(?P<number>{number})\s+(?=[^\d\s]\S\S)"


def _name_of(row: _Row) -> tuple[str, Source]:
    """The first paragraph of a row, up to a blank between Japanese letters, behind which the next cell begins."""
    texts: list[str] = []
    own: list[PrintedLine] = []
    for position, (text, line) in enumerate(row):
        cut = next((i for i in range(1, len(text) - 1) if text[i] == " " and is_japanese(text[i - 1]) and is_japanese(text[i + 1])), None)
        texts.append(text[:cut])
        own.append(line)
        goes_on = position + 1 < len(row) and row[position + 1][0].startswith("(")
        if cut is not None or (line.ends_paragraph is not False and not goes_on):
            break
    name = join_lines(texts)
    return name, Source(own[0].number, own[-1].number, own[0].page, name)


def _cut_ratings(row: _Row, labels: Labels) -> list[tuple[str, Source]]:
    """The ratings of a row in order of print, put together from the pieces into which narrow cells cut them."""
    pieces = [(piece, line) for text, line in row for piece in text.split()]
    found: list[tuple[str, Source]] = []
    for start, end in _cut_words([piece for piece, _ in pieces], labels):
        own = [line for _, line in pieces[start:end]]
        word = "".join(piece for piece, _ in pieces[start:end])
        found.append((word, Source(own[0].number, own[-1].number, own[0].page, word)))
    return found


def _cut_words(pieces: Sequence[str], labels: Labels) -> list[tuple[int, int]]:
    """Where pieces make up a rating. A rating on one line of its own may be any other cell."""
    found: list[tuple[int, int]] = []
    index = 0
    while index < len(pieces):
        begun = (word for word in labels.words("assessment", "rating") if word.startswith(pieces[index]))
        size = next((size for word in begun if (size := _pieces_of(word, pieces[index : index + len(word)])) > 1), 0)
        if size:
            found.append((index, index + size))
        index += size or 1
    return found


def _pieces_of(word: str, pieces: Sequence[str]) -> int:
    """How many of ``pieces`` make up ``word``; 0 where they do not."""
    joined = ""
    for count, piece in enumerate(pieces, 1):
        joined += piece
        if joined == word:
            return count
        if not word.startswith(joined):
            return 0
    return 0
