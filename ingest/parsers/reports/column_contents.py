"""What stands below a head of year columns: text printed one column after the other, or rows of figures."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from ingest.labels import Labels, label_key
from ingest.parsers.plan.segments import Segment
from ingest.parsers.reports.column_costs import is_marked
from ingest.printed import PrintedLine
from ingest.quantity import parse_quantity


def is_free_text(segment: Segment) -> bool:
    """Whether two columns of years hold bullets instead of rows with labels: the first paragraph has a mark, and hardly one has none."""
    lines = segment.lines
    if segment.role != "years" or len(segment.columns) != 2 or not lines or not is_marked(lines[0]):
        return False
    marked = sum(map(is_marked, lines))
    bare = sum(before.ends_paragraph is not False and not is_marked(line) for before, line in pairwise(lines))
    return marked >= 4 * bare if lines[0].ends_paragraph is not None else marked >= 0.4 * len(lines)


def holds_figures(lines: Sequence[PrintedLine], size: int, labels: Labels) -> bool:
    """Whether most lines end with as many figures as there are columns (利用者数 120人 150人)."""
    rows = sum(_ends_with_figures(line.text, size, labels) for line in lines)
    return rows > 0 and 2 * rows >= len(lines)


def _ends_with_figures(text: str, size: int, labels: Labels) -> bool:
    cells = text.split()[-size:]
    absent = labels.words("figure", "absent")
    return len(cells) == size and all(parse_quantity(cell).value is not None or label_key(cell) in absent for cell in cells)
