"""Names of measures that a list of the document prints otherwise than their headings.

An overview often lists the measures of a group once more, in their order, and some of them in other words (電子申請の推進 for 電子申請の強化). A list
counts where it has as many entries as the group has measures and half of them bear the very names: then the others are variants of the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import groupby

from ingest.characters import join_lines
from ingest.labels import label_key
from ingest.printed import PrintedLine
from ontology.model import Measure

_MARKS = "・･"
_SHORTEST = 3
_ALIKE = 0.6
_WIDEST = 80


def with_listed_names(measures: Iterable[Measure], lines: Sequence[PrintedLine]) -> list[Measure]:
    """The measures, each with the other name that a list of its group prints for it."""
    groups = [list(group) for _, group in groupby(measures, key=lambda measure: measure.parent)]
    wanted = {len(group) for group in groups if len(group) >= _SHORTEST}
    lists: dict[int, list[list[str]]] = {size: [] for size in wanted}
    for entries in _lists(lines) if wanted else ():
        lists.get(len(entries), []).append(entries)
    return [measure for group in groups for measure in _named(group, lists.get(len(group), []))]


def _named(group: Sequence[Measure], lists: Sequence[Sequence[str]]) -> Iterator[Measure]:
    names = [label_key(measure.name) for measure in group]
    for entries in lists:
        if _is_list_of(entries, names):
            for measure, entry in zip(group, entries, strict=True):
                known = {label_key(name) for name in (measure.name, *measure.alternative_names)}
                other = () if label_key(entry) in known else (entry,)
                yield replace(measure, alternative_names=(*measure.alternative_names, *other))
            return
    yield from group


def _is_list_of(entries: Sequence[str], names: Sequence[str]) -> bool:
    others = [(entry, name) for entry, name in zip(map(label_key, entries), names, strict=True) if entry != name]
    if not 0 < len(others) <= len(entries) / 2:
        return False
    return all(entry not in names and SequenceMatcher(None, entry, name, autojunk=False).ratio() >= _ALIKE for entry, name in others)


def _lists(lines: Sequence[PrintedLine]) -> Iterator[list[str]]:
    """Runs of bullets without an empty line between them, an entry each with the lines that it wraps over."""
    run: list[list[str]] = []
    for line in lines:
        if line.text[0] in _MARKS and line.width <= _WIDEST:
            if line.gap and run:
                yield [join_lines(entry) for entry in run]
                run = []
            run.append([line.text.lstrip(_MARKS)])
        elif run and not line.gap and line.width <= _WIDEST:
            run[-1].append(line.text)
        elif run:
            yield [join_lines(entry) for entry in run]
            run = []
    if run:
        yield [join_lines(entry) for entry in run]
