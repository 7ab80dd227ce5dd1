"""What a reader hands to the parsers: lines, and where the format knows them, tables."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Line:
    """One line as read. ``number`` counts from 1 over the whole file; ``page`` is None where the format has none.

    ``text`` keeps every printed character and blank; only the line end is cut off.
    """

    number: int
    text: str
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """A table cell with the lines (of ``SourceText.lines``) it was printed on. ``text`` has its inner line breaks as line feeds."""

    text: str
    first_line: int
    last_line: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table by geometry or by markup. Every row has the same number of cells; a cell that is merged away is empty.

    ``page`` and the lines ``first_line``..``last_line`` tell where it stands.
    """

    rows: tuple[tuple[Cell, ...], ...]
    first_line: int
    last_line: int
    page: int | None = None


@dataclass(frozen=True, slots=True)
class SourceText:
    """A file as read. ``warnings`` are Japanese sentences about what could not be read (pages without text, a broken font map)."""

    file_name: str
    sha256: str
    media_type: str
    lines: tuple[Line, ...]
    tables: tuple[Table, ...] = ()
    warnings: tuple[str, ...] = ()
