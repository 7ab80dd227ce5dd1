"""The pieces that are indexed: each field of a unit in chunks, with title and heading in front so that a bare bullet keeps its topic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from search_api.chunking import chunk
from search_api.units import Unit

# Prose of fewer characters is a scrap of a table or a caption: findable by its words, but without a meaning to embed.
MIN_PROSE = 8


@dataclass(frozen=True, slots=True)
class Passage:
    """``units[unit].fields[field].text[start:end]``; ``context`` is what is put in front of it for the indexes."""

    unit: int
    field: int
    start: int
    end: int
    context: str
    text: str

    @property
    def indexed_text(self) -> str:
        """What the indexes read, on one line."""
        return (self.context + self.text).replace("\n", " ")


def cut_passages(units: Sequence[Unit]) -> list[Passage]:
    """The passages of all units in order. Titles are passages of their own; prose has its heading as title."""
    passages = []
    for u, unit in enumerate(units):
        for f, field in enumerate(unit.fields):
            title = "" if field.kind == "title" else f"{unit.title}。"
            heading = f"{field.heading} " if field.heading and field.heading != unit.title else ""
            passages += [Passage(u, f, start, end, title + heading, field.text[start:end]) for start, end in chunk(field.text)]
    return passages


def has_meaning(unit: Unit, passage: Passage) -> bool:
    """Whether a passage is worth a vector."""
    return unit.type != "Passage" or len(passage.text) >= MIN_PROSE
