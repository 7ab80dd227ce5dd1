"""Cells of a former measure's row → indicators with their actuals and targets, remarks, and the successors that the row names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingest.characters import is_japanese, join_lines
from ingest.labels import Labels, label_key
from ingest.parsers.former.rated_cells import Cells, CellSearch, Column, Span
from ingest.parsers.schedules.quantified import parse_action
from ingest.parsers.schedules.row_pieces import Break, Piece
from ingest.printed import columns as width_of
from ontology.model import Activity, Indicator, Observation, Source, Successor, ValueRole

_ENOUGH = 5  # wrapped lines from which the width of a column is told
_ROLES = {"total": ValueRole.TARGET, "actual": ValueRole.ACTUAL, "target": ValueRole.TARGET}


@dataclass(frozen=True, slots=True)
class SubRow:
    """What one sub-row says. ``successor`` is the name that it prints, ``is_completed`` that it prints that nothing follows (完了)."""

    indicators: tuple[Indicator, ...]
    remarks: tuple[Activity, ...]
    successor: Successor | None = None
    is_completed: bool = False


def read_sub_rows(
    pieces: Sequence[Piece],
    columns: Sequence[Column],
    ratings: Sequence[Span],
    widths: Mapping[str, int],
    *,
    path: tuple[str, ...],
    labels: Labels,
) -> Iterator[SubRow]:
    """The sub-rows of the measure at ``path``, in order of print. ``pieces`` begin behind its name; ``widths`` are those of the columns."""
    spans = _with_successors(pieces, columns, ratings, labels)
    for row in CellSearch(pieces, columns, spans, widths, labels).rows():
        yield _read_row(pieces, columns, row, path, labels)


def measure_widths(rows: Iterable[tuple[Sequence[Piece], Sequence[Span]]]) -> dict[str, int]:
    """How wide the lines of the columns of actuals are: from the lines that wrap right before a rating."""
    wrapped: list[int] = []
    for pieces, ratings in rows:
        for rating in ratings:
            index = rating.start - 1
            while index > 0 and pieces[index].opens is Break.WRAP:
                index -= 1
                wrapped.append(width_of(pieces[index].text))
    return {"actual": sorted(wrapped)[len(wrapped) * 3 // 4]} if len(wrapped) >= _ENOUGH else {}


def _with_successors(pieces: Sequence[Piece], columns: Sequence[Column], ratings: Sequence[Span], labels: Labels) -> list[Span]:
    spans = list(ratings)
    if any(column.kind == "successor" for column in columns):
        taken = {index for span in ratings for index in range(span.start, span.end)}
        spans += [span for span in _successors(pieces, labels) if not taken & set(range(span.start, span.end))]
    return spans


def _successors(pieces: Sequence[Piece], labels: Labels) -> Iterator[Span]:
    """Cells that refer to a measure by its number, with its name below: 基本方針施策 8 / 新しい技術の活用."""
    words = "|".join(re.escape(word) for word in labels.words("head", "measure"))
    reference = re.compile(rf"[^\d\s]{{0,15}}?(?:{words})(?:№|No\.?)?\d{{1,3}}(?:-\d{{1,3}})?")
    end = 0
    for start, piece in enumerate(pieces):
        if start < end or piece.opens is Break.WRAP:
            continue
        number = next((index for index in range(start + 1, len(pieces)) if _ends_name(pieces, index, number=True)), len(pieces))
        if not reference.fullmatch(label_key("".join(pieces[index].text for index in range(start, number)))):
            continue
        end = number + 1
        while end < len(pieces) and number < len(pieces) and not _ends_name(pieces, end):
            end += 1
        yield Span(start, min(end, len(pieces)), "successor")


def _ends_name(pieces: Sequence[Piece], index: int, *, number: bool = False) -> bool:
    """Whether a name that goes on up to ``index`` ends before it: at the end of its paragraph, or at a blank between Japanese letters.

    The ``number`` of a measure stands behind a blank.
    """
    piece, before = pieces[index], pieces[index - 1].text
    if piece.opens is Break.BLANK:
        return bool(piece.skips) or (is_japanese(before[-1]) and (is_japanese(piece.text[0]) or (piece.text[0].isdigit() and not number)))
    return piece.opens is not Break.WRAP


def _read_row(pieces: Sequence[Piece], columns: Sequence[Column], row: Cells, path: tuple[str, ...], labels: Labels) -> SubRow:
    by_name: dict[str, list[Observation]] = {}
    sources: dict[str, Source] = {}
    remarks: list[Activity] = []
    successor, is_completed = None, False
    name = ""
    for column, start, end in row:
        kind, cell = columns[column].kind, pieces[start:end]
        if kind == "item":
            name = join_lines([_text(cell)])  # blanks between the paragraphs of a name are none of it
            sources[name] = _source(cell)
        elif kind == "successor":
            is_completed = label_key(_text(cell)) in labels.words("figure", "completed")
            successor = None if is_completed else Successor(_text(cell), _source(cell))
        elif kind == "target" and any(word in label_key(_text(cell)) for word in labels.words("figure", "reached")):
            remarks.append(Activity(0, _text(cell), _source(cell), columns[column].fiscal_year, heading=name or None))
        elif kind in _ROLES:
            for label, observation in _observe(cell, columns[column], labels):
                by_name.setdefault(f"{name}:{label}" if label else name, []).append(observation)
                sources.setdefault(f"{name}:{label}" if label else name, observation.source)
    indicators = (
        Indicator(own, sources[own], tuple(found), _unit(found), path)
        for own, found in by_name.items()
        if label_key(own) and own in sources
    )
    return SubRow(tuple(indicators), tuple(remarks), successor, is_completed)


def _observe(cell: Sequence[Piece], column: Column, labels: Labels) -> Iterator[tuple[str, Observation]]:
    """The observations of a cell with the words that name them; an actual may print the target of its year below it (目標：20%)."""
    words = tuple(word + ":" for word in labels.words("figure", "target")) if column.kind == "actual" else ()
    at = next((index for index, piece in enumerate(cell) if words and label_key(piece.text).startswith(words)), len(cell))
    role = _ROLES[column.kind]
    for label, figure, own in _split_figures(cell[:at], labels):
        yield label, Observation(parse_action(figure, labels), role, _source(own), column.fiscal_year)
    if at < len(cell):
        text = re.split("[:：]", _text(cell[at:]), maxsplit=1)[1].strip()
        yield "", Observation(parse_action(text, labels), ValueRole.TARGET, _source(cell[at:]), column.fiscal_year)


def _split_figures(cell: Sequence[Piece], labels: Labels) -> list[tuple[str, str, Sequence[Piece]]]:
    """A cell of several figures, each behind a word of its own (Facebook 46回 YouTube 8回), as (word, figure, pieces); any other cell as it is."""
    groups: list[list[Piece]] = []
    for index, piece in enumerate(cell):
        is_unit = index > 0 and cell[index - 1].text.isdecimal()
        if not groups or not (piece.text[0].isdigit() or is_unit or not _has_figure(groups[-1])):
            groups.append([])
        groups[-1].append(piece)
    found: list[tuple[str, str, Sequence[Piece]]] = []
    for group in groups:
        count = next((index for index, piece in enumerate(group) if piece.text[0].isdigit()), len(group))
        found.append((_text(group[:count]), _text(group[count:]), group))
    is_list = len(found) > 1 and all(label.isalpha() and parse_action(figure, labels).value is not None for label, figure, _ in found)
    return found if is_list else [("", _text(cell), cell)] if cell else []


def _has_figure(pieces: Sequence[Piece]) -> bool:
    return any(piece.text[0].isdigit() for piece in pieces)


def _text(pieces: Sequence[Piece]) -> str:
    """The paragraphs of a cell, each joined over its lines."""
    paragraphs: list[list[str]] = []
    for piece in pieces:
        if piece.opens is Break.BLANK and paragraphs:
            paragraphs[-1][-1] += " " + piece.text
        elif piece.opens is Break.WRAP and paragraphs:
            paragraphs[-1].append(piece.text)
        else:
            paragraphs.append([piece.text])
    return " ".join(join_lines(paragraph) for paragraph in paragraphs)


def _source(pieces: Sequence[Piece]) -> Source:
    first, last = pieces[0].line, pieces[-1].line
    return Source(first.number, last.number, first.page, _text(pieces))


def _unit(observations: Sequence[Observation]) -> str | None:
    units = {observation.quantity.unit for observation in observations if observation.quantity.value is not None}
    return units.pop() if len(units) == 1 else None
