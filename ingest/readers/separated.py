"""CSV and TSV. Lines are those of the file, so that a line number leads to the same place in any editor."""

from __future__ import annotations

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from pathlib import Path

from ingest.layout import Cell, Line, SourceText, Table
from ingest.readers.text import decode
from ontology.errors import UnreadableDocument

_MEDIA_TYPES = {".tsv": "text/tab-separated-values"}
_SEPARATORS = ("\t", ",", ";")
_SAMPLE = 50  # rows that tell the separator


def read_separated_file(path: Path) -> SourceText:
    """Read a CSV or TSV file in any encoding of text files. Quoted cells may hold separators and line ends.

    A line of the file is a line of the result, its cells parted by tabs and without quotes; the cells of a table name their lines. Raises
    UnreadableDocument for an empty or binary file and one with a quote that does not close.
    """
    data = path.read_bytes()
    text = decode(data, path.name).replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip(' \t\n,;"'):
        raise UnreadableDocument(path.name, "ファイルが空です（文字が1つもありません）")
    separator = "\t" if path.suffix.lower() == ".tsv" else find_separator(text)
    lines: list[Line] = []
    records: list[list[Cell]] = []
    for fields in _read_records(text, separator, path.name):
        records.append(_place_cells(fields, len(lines) + 1))
        lines += [Line(number, row) for number, row in enumerate(_printed_lines(fields), len(lines) + 1)]
    return SourceText(
        file_name=path.name,
        sha256=hashlib.sha256(data).hexdigest(),
        media_type=_MEDIA_TYPES.get(path.suffix.lower(), "text/csv"),
        lines=tuple(lines),
        tables=tuple(_find_tables(records)),
    )


def find_separator(text: str) -> str:
    """The separator that cuts most cells in rows of equal length; a comma where none does."""
    best, most = ",", 0
    for separator in _SEPARATORS:
        try:
            rows = [len(row) for row in islice(csv.reader(io.StringIO(text), delimiter=separator), _SAMPLE) if row]
        except csv.Error:  # a stray quote runs over the longest field there may be
            continue
        width, count = Counter(rows).most_common(1)[0]
        if (width - 1) * count > most:
            best, most = separator, (width - 1) * count
    return best


def _read_records(text: str, separator: str, file_name: str) -> Iterator[list[str]]:
    """The fields of each record; a blank line is a record without any."""
    start = 1
    try:
        # Strict reading refuses a lone quote inside a cell (24"型) as well, so it only serves to find one that runs to the end of the file.
        reader = csv.reader(io.StringIO(text), delimiter=separator, strict=True)
        for _ in reader:
            start = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end" in str(error) or "field limit" in str(error):
            reason = f'{start}行目から始まる行の引用符（"）が閉じていません。Excel などで開いて保存し直してください'
            raise UnreadableDocument(file_name, reason) from error
    try:
        yield from csv.reader(io.StringIO(text), delimiter=separator)
    except csv.Error as error:
        raise UnreadableDocument(file_name, f"CSV として読めません（{error}）。Excel などで開いて保存し直してください") from error


def _printed_lines(fields: Sequence[str]) -> list[str]:
    lines: list[list[str]] = [[]]
    for field in fields:
        first, *more = [part.replace("\t", " ").strip() for part in field.split("\n")]
        lines[-1].append(first)
        lines += [[part] for part in more]
    return ["\t".join(parts).rstrip("\t") for parts in lines]


def _place_cells(fields: Sequence[str], line: int) -> list[Cell]:
    """The cells of a record that begins on ``line``, each on its own lines without blank ones above and below."""
    cells = []
    for field in fields:
        end = line + field.count("\n")
        parts = [part.replace("\t", " ").strip() for part in field.split("\n")]
        printed = [index for index, part in enumerate(parts) if part] or [0]
        first, last = printed[0], printed[-1]
        cells.append(Cell("\n".join(parts[first : last + 1]), line + first, line + last))
        line = end
    return cells


def _find_tables(records: Sequence[Sequence[Cell]]) -> Iterator[Table]:
    """A table for every run of records between blank ones. Titles and notes (one cell, above or below) and empty columns are left out."""
    width = max(map(len, records), default=0)
    columns = [c for c in range(width) if any(c < len(row) and row[c].text for row in records)]
    for is_printed, run in groupby(records, key=lambda row: any(cell.text for cell in row)):
        rows = list(run)
        while rows and is_printed and _is_single(rows[0]):
            rows.pop(0)
        while rows and is_printed and _is_single(rows[-1]):
            rows.pop()
        if not rows or not is_printed or len(columns) < 2:
            continue
        cells = tuple(tuple(_cell_at(row, column) for column in columns) for row in rows)
        yield Table(cells, rows[0][0].first_line, rows[-1][-1].last_line)


def _is_single(row: Sequence[Cell]) -> bool:
    return sum(bool(cell.text) for cell in row) == 1


def _cell_at(row: Sequence[Cell], column: int) -> Cell:
    return row[column] if column < len(row) else Cell("", row[-1].last_line, row[-1].last_line)
