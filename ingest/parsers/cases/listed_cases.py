"""Lists of chief work without numbers: each entry is a mark, a name and its owner in parentheses (・ごみ分別アプリの配信（環境保全課）)."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.departments import is_department_list, split_cell
from ingest.labels import Labels
from ingest.parsers.plan.groups import level_heading
from ingest.parsers.reports.bullets import Bullet, read_bullets
from ingest.printed import PrintedLine
from ontology.model import Initiative, Source

_FEWEST = 3
_LONGEST_NAME = 40
_MARK_RANKS = (2, 3)


def read_listed_cases(lines: Sequence[PrintedLine], labels: Labels) -> tuple[tuple[Initiative, ...], frozenset[int]]:
    """The entries of such lists as initiatives, and their lines; none where a document has fewer than three."""
    found: dict[str, tuple[Initiative, Bullet]] = {}
    for bullet in (bullet for run in _runs(lines, labels) for bullet in read_bullets(run, labels)):
        initiative = _read(bullet, labels)
        if initiative is not None:
            found.setdefault(initiative.name, (initiative, bullet))
    if len(found) < _FEWEST:
        return (), frozenset()
    used = frozenset(line.number for _, bullet in found.values() for line in bullet.lines)
    return tuple(initiative for initiative, _ in found.values()), used


def _runs(lines: Sequence[PrintedLine], labels: Labels) -> list[list[tuple[str, PrintedLine]]]:
    """The lines between headings that name a level; without their ends a heading would be the end of the entry before it."""
    runs: list[list[tuple[str, PrintedLine]]] = [[]]
    for line in lines:
        if level_heading(line.text, labels):
            runs.append([])
        else:
            runs[-1].append((line.text, line))
    return runs


def _read(bullet: Bullet, labels: Labels) -> Initiative | None:
    if bullet.rank not in _MARK_RANKS:
        return None
    text = bullet.text[len(bullet.mark) :].strip() if bullet.text.startswith(bullet.mark) else bullet.text
    name, opening, inside = text.rpartition("(")
    if not opening or not inside.endswith(")") or not is_department_list(inside[:-1], labels):
        return None
    if not name or len(name) > _LONGEST_NAME or any(sign in name for sign in "。:()"):
        return None
    source = bullet.source()
    own = Source(source.start_line, source.end_line, source.page, text)
    return Initiative(name.strip(), own, split_cell(inside[:-1], labels, own))
