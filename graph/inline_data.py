"""Rows that are written into a query as VALUES, in the place of a pattern that the engine does not know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Edit:
    """``text`` in place of the characters ``start`` to ``end`` of a query; an insertion where both are the same."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class InlineData:
    """Solutions in place of the characters ``start`` to ``end`` of a query.

    ``variables`` are names without their sign. Each of ``rows`` has a term for each of them in the form of N-Triples, or UNDEF.
    """

    start: int
    end: int
    variables: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def covers(self, position: int) -> bool:
        return self.start <= position < self.end

    def to_edit(self) -> Edit:
        """The data block with its rows; blanks keep it apart from what stands before and behind it."""
        names = " ".join(f"?{name}" for name in self.variables)
        rows = " ".join(f"({' '.join(row)})" for row in self.rows)
        return Edit(self.start, self.end, f" VALUES ({names}) {{ {rows} }} ")

    def to_outline(self, query: str) -> Edit:
        """The data block without rows, in a form that leaves every line and column behind it where it is in ``query``."""
        replaced = query[self.start : self.end]
        block = f"VALUES({''.join(f'?{name}' for name in self.variables)}){{}}"
        lines = replaced.count("\n")
        if not lines:
            return Edit(self.start, self.end, block.ljust(len(replaced)))
        return Edit(self.start, self.end, block + "\n" * lines + " " * (len(replaced) - replaced.rindex("\n") - 1))


@dataclass(frozen=True, slots=True)
class FilledQuery:
    """A query as its author wrote it, and the rows for those of its patterns that the engine does not know."""

    text: str
    data: tuple[InlineData, ...] = ()


def apply_edits(query: str, edits: Sequence[Edit]) -> str:
    """``query`` with all ``edits``, which do not overlap."""
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        query = query[: edit.start] + edit.text + query[edit.end :]
    return query
