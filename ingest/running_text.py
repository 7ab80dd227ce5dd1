"""The text of a document without blanks and line ends, so that names cut by a line end are found (千 代 田 区, 千代田区／地域福祉…)."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from ingest.characters import normalise
from ingest.layout import Line


@dataclass(frozen=True, slots=True)
class RunningText:
    """``lines`` are the non-blank ones, characters folded and blanks removed; ``text`` is their concatenation.

    ``starts`` gives the position in ``text`` of each, ``numbers`` its line number in the file.
    """

    text: str
    lines: tuple[str, ...]
    starts: tuple[int, ...]
    numbers: tuple[int, ...]

    def index_at(self, position: int) -> int:
        """Index (into ``lines``) of the line that holds ``position``."""
        return bisect_right(self.starts, position) - 1

    def line_at(self, position: int) -> int:
        """Line number in the file of ``position``."""
        return self.numbers[self.index_at(position)]

    def starts_line(self, position: int) -> bool:
        return self.starts[self.index_at(position)] == position

    def position_of(self, number: int) -> int:
        """Where the line of that number, or the next one, begins."""
        index = bisect_left(self.numbers, number)
        return self.starts[index] if index < len(self.starts) else len(self.text)

    def without(self, numbers: Container[int]) -> RunningText:
        """The text of the lines that are not among ``numbers``."""
        return _join((text, number) for text, number in zip(self.lines, self.numbers, strict=True) if number not in numbers)


def read_running_text(lines: Sequence[Line]) -> RunningText:
    return _join((text, line.number) for line in lines if (text := "".join(normalise(line.text).split())))


def _join(numbered: Iterable[tuple[str, int]]) -> RunningText:
    texts, starts, numbers, position = [], [], [], 0
    for text, number in numbered:
        texts.append(text)
        starts.append(position)
        numbers.append(number)
        position += len(text)
    return RunningText("".join(texts), tuple(texts), tuple(starts), tuple(numbers))
