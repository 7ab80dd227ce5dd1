"""Documents that went wrong on their way here: each mutation is one thing that scanners, dumps and hands do to a real text.

A case is drawn from its seed alone, so a failing one is found again by its number.
"""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from ontology.model import Extraction, Quantity, Source

Lines = list[str]
LONGEST = 90  # lines of a case: two printed pages, long enough for every kind of block and its neighbours


def cut_lines(lines: Lines, draw: random.Random) -> Lines:
    start = draw.randrange(len(lines))
    return lines[:start] + lines[start + draw.randint(1, 8) :]


def swap_lines(lines: Lines, draw: random.Random) -> Lines:
    first, second = draw.randrange(len(lines)), draw.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return lines


def double_lines(lines: Lines, draw: random.Random) -> Lines:
    start = draw.randrange(len(lines))
    return lines[: start + draw.randint(1, 8)] + lines[start:]


def move_block(lines: Lines, draw: random.Random) -> Lines:
    start = draw.randrange(len(lines))
    block, rest = lines[start : start + 10], lines[:start] + lines[start + 10 :]
    place = draw.randint(0, len(rest))
    return rest[:place] + block + rest[place:]


def change_widths(lines: Lines, draw: random.Random) -> Lines:
    narrow = draw.random() < 0.5
    shift = 0xFEE0
    wide = {code: chr(code + shift) for code in range(0x21, 0x7F)}
    table = {ord(char): chr(code) for code, char in wide.items()} if narrow else wide
    return [line.translate(table) if draw.random() < 0.5 else line for line in lines]


def split_line(lines: Lines, draw: random.Random) -> Lines:
    index = draw.randrange(len(lines))
    place = draw.randint(0, len(lines[index]))
    return [*lines[:index], lines[index][:place], lines[index][place:], *lines[index + 1 :]]


def glue_lines(lines: Lines, draw: random.Random) -> Lines:
    index = draw.randrange(len(lines))
    return [*lines[:index], "".join(lines[index : index + 2]), *lines[index + 2 :]]


def drop_blanks(lines: Lines, draw: random.Random) -> Lines:
    return [line for line in lines if line.strip()] if draw.random() < 0.5 else [line.strip() for line in lines]


def add_blanks(lines: Lines, draw: random.Random) -> Lines:
    return [spaced for line in lines for spaced in ([line, ""] if draw.random() < 0.2 else [draw.choice(["", " ", "　"]) + line])]


def drop_characters(lines: Lines, draw: random.Random) -> Lines:
    lost = draw.choice("（）()・、。：①②③▼►●■|\t ")
    return [line.replace(lost, "") if draw.random() < 0.7 else line for line in lines]


def scatter_characters(lines: Lines, draw: random.Random) -> Lines:
    index = draw.randrange(len(lines))
    place = draw.randint(0, len(lines[index]))
    stray = draw.choice("（）()【】「」|\t・※①②№＊\x00\u200b\ufeff\u3000\ufffd%％▲,，./／～〜R令和年度件1１９")
    lines[index] = lines[index][:place] + stray + lines[index][place:]
    return lines


MUTATIONS: tuple[Callable[[Lines, random.Random], Lines], ...] = (
    cut_lines,
    swap_lines,
    double_lines,
    move_block,
    change_widths,
    split_line,
    glue_lines,
    drop_blanks,
    add_blanks,
    drop_characters,
    scatter_characters,
)


def draw_case(seed: int, texts: Sequence[Sequence[str]]) -> Lines:
    """A stretch of one of ``texts`` after one to five mutations."""
    draw = random.Random(seed)
    text = draw.choice(texts)
    start = draw.randrange(len(text))
    lines = list(text[start : start + draw.randint(5, LONGEST)])
    for _ in range(draw.randint(1, 5)):
        lines = draw.choice(MUTATIONS)(lines, draw) or [""]
    return lines


_NUMBER = re.compile(r"\d+(?:\.\d+)?")


def printed_numbers(lines: Sequence[str]) -> set[Decimal]:
    """Every number of the text, also one that a line end, a blank or a comma cuts."""
    printed: set[Decimal] = set()
    for between in ("\n", ""):
        text = unicodedata.normalize("NFKC", between.join(line.strip() for line in lines))
        for cuts in ("", ",", ", "):
            printed |= {Decimal(match) for match in _NUMBER.findall(text.translate(dict.fromkeys(map(ord, cuts))))}
    return printed


def figures(found: Extraction) -> Iterator[tuple[Quantity, Source]]:
    """Every amount with a value, and where it stands."""
    indicators = (*found.indicators, *(i for former in found.former_plans for i in former.indicators))
    yield from ((o.quantity, o.source) for i in indicators for o in i.observations if o.quantity.value is not None)
    measures = (*found.measures, *(m for former in found.former_plans for m in former.measures))
    for owner in (*measures, *found.initiatives):
        yield from ((e.quantity, e.source) for e in owner.effects if e.quantity is not None and e.quantity.value is not None)


def fiscal_years(found: Extraction) -> Iterator[int]:
    """Every fiscal year that was read."""
    measures = (*found.measures, *(m for former in found.former_plans for m in former.measures))
    indicators = (*found.indicators, *(i for former in found.former_plans for i in former.indicators))
    dated = [o for i in indicators for o in i.observations]
    dated += [value for m in measures for value in (*m.activities, *m.effects, *m.assessments)]
    yield from (value.fiscal_year for value in dated if value.fiscal_year is not None)


def is_printed_year(year: int, numbers: set[Decimal]) -> bool:
    """Whether a western year or its year of 平成 or 令和 stands among ``numbers`` (元年 is 1)."""
    eras = {year, year - 1988, year - 2018}
    return any(Decimal(number) in numbers for number in eras if number > 0) or year in (1989, 2019)


Grid = list[list[str]]


def drop_row(rows: Grid, draw: random.Random) -> Grid:
    start = draw.randrange(len(rows))
    return rows[:start] + rows[start + draw.randint(1, 3) :]


def double_row(rows: Grid, draw: random.Random) -> Grid:
    start = draw.randrange(len(rows))
    return rows[: start + draw.randint(1, 4)] + rows[start:]


def drop_column(rows: Grid, draw: random.Random) -> Grid:
    lost = draw.randrange(len(rows[0]))
    return [row[:lost] + row[lost + 1 :] for row in rows]


def swap_columns(rows: Grid, draw: random.Random) -> Grid:
    order = list(range(len(rows[0])))
    draw.shuffle(order)
    return [[row[index] for index in order] for row in rows]


def turn_over(rows: Grid, draw: random.Random) -> Grid:
    return [list(column) for column in zip(*rows, strict=True)]


def empty_cells(rows: Grid, draw: random.Random) -> Grid:
    return [["" if draw.random() < 0.15 else cell for cell in row] for row in rows]


def mix_cells(rows: Grid, draw: random.Random) -> Grid:
    for _ in range(draw.randint(1, 6)):
        row, other = draw.choice(rows), draw.choice(rows)
        index, place = draw.randrange(len(row)), draw.randrange(len(other))
        row[index], other[place] = other[place], row[index] + draw.choice(["", "\n", "12", "※1", "(R4)", "%", "課"])
    return rows


GRID_MUTATIONS: tuple[Callable[[Grid, random.Random], Grid], ...] = (
    drop_row,
    double_row,
    drop_column,
    swap_columns,
    turn_over,
    empty_cells,
    mix_cells,
)


def draw_grid(seed: int, grids: Sequence[Grid]) -> Grid:
    """One of ``grids`` (at most 25 rows of it) after one to four mutations; it always has a cell, and rows of one length."""
    draw = random.Random(seed)
    grid = draw.choice(grids)
    start = draw.randrange(max(1, len(grid) - 8)) if draw.random() < 0.3 else 0
    rows = [list(row) for row in grid[start : start + 25]]
    for _ in range(draw.randint(1, 4)):
        changed = draw.choice(GRID_MUTATIONS)(rows, draw)
        rows = changed if changed and changed[0] else rows
    return rows
