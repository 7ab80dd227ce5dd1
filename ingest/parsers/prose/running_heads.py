"""Lines that stand at the edge of page after page: titles and chapters at the top, names of files at the foot."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ingest.labels import Labels, label_key
from ingest.parsers.labelled import find_label, find_year_label, read_year_columns
from ingest.printed import PrintedLine

_BULLET = re.compile(r"^(?:[・･●○■□◆◇▼▽►▶⇒※]|[-–*]\s|\d+[.．)]\s)")
_FEWEST_SHEETS = 4
_FEWEST_ALONE = 5


def running_heads(lines: Sequence[PrintedLine]) -> frozenset[str]:
    """Short texts that stand on the edge of at least four pages; where a dump has lost its pages, those that stand on five lines."""
    sheets = _sheets(lines)
    if len(sheets) < _FEWEST_SHEETS:
        if any(line.page is not None for line in lines):
            return frozenset()
        counts = Counter(line.text for line in lines if _may_run(line))
        return frozenset(text for text, count in counts.items() if count >= _FEWEST_ALONE)
    return _on_edges(sheets.values(), _FEWEST_SHEETS)


def _on_edges(pages: Iterable[Sequence[PrintedLine]], fewest: int) -> frozenset[str]:
    counts = Counter(text for page in pages for text in {line.text for line in _edges(page)})
    return frozenset(text for text, count in counts.items() if count >= fewest)


def without_repeated_heads(lines: Sequence[PrintedLine], labels: Labels) -> list[PrintedLine]:
    """The lines without the running ones that one of the two pages before has as well: they would cut the text that goes on over the page.

    The first of them stays, as it may be the heading of a chapter, and so does every label of a table (担当, 令和６年度の取組状況 …).
    """
    sheets = _sheets(lines)
    fewest = min(len(sheets), _FEWEST_SHEETS)  # three pages tell it, if all have the line
    if fewest < _FEWEST_SHEETS - 1:
        return list(lines)
    running = {text for text in _on_edges(sheets.values(), fewest) if not _is_label(text, labels)}
    before: list[frozenset[str]] = []
    dropped: set[int] = set()
    for page in sheets.values():
        own = [line for line in _edges(page) if line.text in running]
        dropped.update(line.number for line in own if any(line.text in texts for texts in before[-2:]))
        before.append(frozenset(line.text for line in own))
    return [line for line in lines if line.number not in dropped]


def _sheets(lines: Iterable[PrintedLine]) -> dict[int, list[PrintedLine]]:
    sheets: dict[int, list[PrintedLine]] = {}
    for line in lines:
        sheets.setdefault(line.sheet, []).append(line)
    return sheets


def _edges(page: Sequence[PrintedLine]) -> list[PrintedLine]:
    """The first two and the last two lines, as far as they may be running ones."""
    edges = page if len(page) <= 4 else [*page[:2], *page[-2:]]
    return [line for line in edges if _may_run(line)]


def _may_run(line: PrintedLine) -> bool:
    return 3 < line.width <= 40 and not _BULLET.match(line.text) and not line.text.endswith("。")


def _is_label(text: str, labels: Labels) -> bool:
    heads = labels.words("head", "measure")
    return bool(label_key(text) in heads or find_label(text, labels) or find_year_label(text, labels) or read_year_columns(text, labels))
