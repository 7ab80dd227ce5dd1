"""Lines and tables of formats that know their cells (DOCX, XLSX, HTML): how a table becomes lines, and where each cell stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.layout import Cell, Line, Table

# Longer cells have a line of their own, so that what is quoted from them is the cell and not the row.
_LONGEST_SHARED = 40


@dataclass(frozen=True, slots=True)
class GridCell:
    """The printed lines of a cell. A place that is merged away has none and names (row, column) of the cell that covers it.

    ``tables`` stand inside the cell; their lines count from the cell's first.
    """

    lines: tuple[str, ...] = ()
    covered_by: tuple[int, int] | None = None
    page: int | None = None
    tables: tuple[Table, ...] = ()


@dataclass(slots=True)
class GridWriter:
    """What has been written so far: ``lines`` count from 1, each table names the lines of its cells."""

    lines: list[Line] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def write_line(self, text: str, page: int | None = None) -> None:
        self.lines.append(Line(len(self.lines) + 1, text, page))

    def write_gap(self, page: int | None = None) -> None:
        """A blank line, if anything printed stands above."""
        if self.lines and self.lines[-1].text:
            self.write_line("", page)

    def write_table(self, rows: Sequence[Sequence[GridCell]]) -> None:
        """Short cells of a row share a line, tabs between them; a cell of several lines or of many characters has lines of its own.

        Rows are filled up to the same number of cells. What has fewer than two cells in every row is written, but is no table.
        """
        width = max(map(len, rows), default=0)
        rows = [[*row, *(GridCell() for _ in range(width - len(row)))] for row in rows]
        first = len(self.lines) + 1
        places: dict[tuple[int, int], tuple[int, int]] = {}
        for number, row in enumerate(rows):
            self._write_row(number, row, places)
        last = len(self.lines)
        if last < first or not any(sum(bool(cell.lines) for cell in row) > 1 for row in rows):
            return
        cells = [[_place_cell(cell, places[cell.covered_by or (r, c)], last) for c, cell in enumerate(row)] for r, row in enumerate(rows)]
        printed = tuple(tuple(row) for row in cells if any(cell.text for cell in row))
        self.tables.append(Table(printed, first, last, self.lines[first - 1].page))
        for r, row in enumerate(rows):
            for c, cell in enumerate(row):
                self.tables += [move_table(table, places[r, c][0] - 1) for table in cell.tables]

    def _write_row(self, number: int, row: Sequence[GridCell], places: dict[tuple[int, int], tuple[int, int]]) -> None:
        """Write a row; ``places`` takes the lines of each of its cells, those of an empty one being the line it would stand on."""
        waiting: list[str] = []
        page = next((cell.page for cell in row if cell.lines), None)
        for column, cell in enumerate(row):
            start = len(self.lines) + 1
            if len(cell.lines) > 1 or cell.tables or any(len(line) > _LONGEST_SHARED for line in cell.lines):
                self._flush(waiting, page)
                start = len(self.lines) + 1
                for line in cell.lines:
                    self.write_line(line, cell.page)
                places[number, column] = (start, len(self.lines))
            else:
                places[number, column] = (start, start)
                if cell.covered_by is None:
                    waiting.append(cell.lines[0] if cell.lines else "")
        self._flush(waiting, page)

    def _flush(self, waiting: list[str], page: int | None) -> None:
        if any(waiting):
            self.write_line("\t".join(waiting).rstrip("\t"), page)
        waiting.clear()


def _place_cell(cell: GridCell, place: tuple[int, int], last: int) -> Cell:
    """A cell that is merged away has no text and the lines of the cell that covers it: so a parser can tell it from an empty one."""
    own = cell.lines[: cell.tables[0].first_line - 1] if cell.tables else cell.lines
    return Cell("\n".join(own), min(place[0], last), min(place[1], last))


def move_table(table: Table, lines: int) -> Table:
    """The same table so many lines further down."""
    rows = tuple(tuple(replace(c, first_line=c.first_line + lines, last_line=c.last_line + lines) for c in row) for row in table.rows)
    return replace(table, rows=rows, first_line=table.first_line + lines, last_line=table.last_line + lines)


def cell_lines(text: str) -> tuple[str, ...]:
    """The printed lines of a cell's text: outer blanks and empty lines cut off, tabs (which separate cells) become blanks."""
    return tuple(line for part in text.splitlines() if (line := part.replace("\t", " ").strip()))


def close_up(grid: Sequence[Mapping[int, GridCell]]) -> list[list[GridCell]]:
    """Rows without the columns in which nothing is printed; ``covered_by`` is counted anew."""
    columns = sorted({column for row in grid for column, cell in row.items() if cell.lines})
    places = {column: index for index, column in enumerate(columns)}
    return [[_renumber(row.get(column, GridCell()), places) for column in columns] for row in grid]


def _renumber(cell: GridCell, places: Mapping[int, int]) -> GridCell:
    if cell.covered_by is None:
        return cell
    row, column = cell.covered_by
    return GridCell(covered_by=(row, places[column])) if column in places else GridCell()
