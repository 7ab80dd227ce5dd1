"""Progress tables whose rows begin with running numbers and whose narrow cells cut the ratings over lines (達／成／＋), one cell behind the other.

Only the name of a row and its ratings, one for each year whose 実績 the head prints, can be told; the other cells stay passages. A row without one
rating for each year is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from ingest.characters import is_japanese, join_lines, normalise
from ingest.labels import Labels, label_key
from ingest.printed import PrintedLine
from ontology.fiscal_year import find_fiscal_years, parse_fiscal_year
from ontology.model import Assessment, Measure, Source

FORMER_PLAN = re.compile(r"(?:第\d+期|第[一二三四五六七八九十]+期|前期|旧)[^、。()「」\s]{0,30}?計画")
_HEAD_LINES = 14
_MOST_LINES = 400


@dataclass(frozen=True, slots=True)
class ProgressTable:
    """What one table says. ``former`` is the title of the plan it looks back on, None for the document's own; ``until`` the last fiscal year of its head."""

    former: str | None
    measures: tuple[Measure, ...]
    used: frozenset[int] = frozenset()
    until: int | None = None


def read_rated_rows(lines: Sequence[PrintedLine], labels: Labels) -> Iterator[ProgressTable]:
    """Rows of all pages of such a table, which repeat its head. A row that a page end cuts is printed again and counts once."""
    found: dict[str, Measure] = {}
    heads = [(index, head) for index in range(len(lines)) if (head := _read_year_head(lines, index, labels))]
    last = 0
    for position, (_, head) in enumerate(heads):
        end = heads[position + 1][0] if position + 1 < len(heads) else min(len(lines), head.end + _MOST_LINES)
        for number, row in _numbered_rows(lines[head.end : end], last):
            last = number
            ratings = _cut_ratings(row, labels)
            if len(ratings) == len(head.years):
                own = tuple(Assessment(spell_rating(word), source, year) for year, (word, source) in zip(head.years, ratings, strict=True))
                name, source = _name_of(row)
                key = str(number)
                found.setdefault(key, Measure(("measure", key), head.level, key, name, source, assessments=own))
    if found:
        yield ProgressTable(heads[0][1].former, tuple(found.values()), until=heads[0][1].until)


@dataclass(frozen=True, slots=True)
class _YearHead:
    """``years`` are those whose 実績 is rated, ``until`` is the last year printed, ``end`` the index behind the head."""

    former: str | None
    level: str
    years: tuple[int, ...]
    until: int
    end: int


def _read_year_head(lines: Sequence[PrintedLine], index: int, labels: Labels) -> _YearHead | None:
    """A head printed one cell a line, from № on."""
    if not re.match(r"^(?:№|No\.?|番号)", lines[index].text):
        return None
    head = lines[index : index + _HEAD_LINES]
    names = [line for line in head[:4] if label_key(line.text) in labels.words("tables", "measure_name")]
    years = tuple(
        year
        for line, below in pairwise(head)
        if (year := parse_fiscal_year(line.text)) and label_key(below.text) in labels.words("figure", "actual") and len(line.text) <= 10
    )
    if not names or not years:
        return None
    former = FORMER_PLAN.search(label_key(lines[index].text))
    last = max(i for i, line in enumerate(head) if parse_fiscal_year(line.text) or _is_head_word(line.text, labels))
    until = max(find_fiscal_years(" ".join(line.text for line in head[: last + 1])))
    return _YearHead(former[0] if former else None, label_key(names[0].text).removesuffix("名"), years, until, index + last + 1)


def _is_head_word(text: str, labels: Labels) -> bool:
    key = label_key(text)
    return any(key.endswith(word) for role in ("measure_name", "goal") for word in labels.words("tables", role) if len(word) > 1) or any(
        key in labels.words("figure", role) for role in ("actual", "target")
    )


def spell_rating(word: str) -> str:
    """One rating, one spelling: the same table prints 達成+ and 達成＋."""
    return normalise(word).replace("+", "＋")


_Row = list[tuple[str, PrintedLine]]


def _numbered_rows(lines: Sequence[PrintedLine], last: int) -> Iterator[tuple[int, _Row]]:
    """Rows whose numbers count on from ``last``; the first may repeat it. A row may begin behind the last cell of the one before, on its line."""
    starts: list[tuple[int, int, int]] = []
    for index, line in enumerate(lines):
        expected = (starts[-1][1] + 1,) if starts else (last, last + 1)
        match = next((m for number in expected if number and (m := re.search(_row_start(number), line.text))), None)
        if match:
            starts.append((index, int(match["number"]), match.start("number")))
    for position, (index, number, offset) in enumerate(starts):
        end, rest = (starts[position + 1][0], starts[position + 1][2]) if position + 1 < len(starts) else (len(lines), 0)
        first = re.sub(r"^\d+\s+", "", lines[index].text[offset:])
        tail = [(lines[end].text[:rest], lines[end])] if rest else []
        yield number, [(first, lines[index]), *((line.text, line) for line in lines[index + 1 : end]), *tail]


def _row_start(number: int) -> str:
    """A number at the start of a line, or between blanks behind Japanese letters; a name of at least three letters follows."""
    return rf"(?:^|(?<=[ぁ-ヿ一-龠]\s))(?P<number>{number})\s+(?=[^\d\s]\S\S)"


def _name_of(row: _Row) -> tuple[str, Source]:
    """The first paragraph of a row, up to a blank between Japanese letters, behind which the next cell begins."""
    texts: list[str] = []
    own: list[PrintedLine] = []
    for position, (text, line) in enumerate(row):
        cut = next((i for i in range(1, len(text) - 1) if text[i] == " " and is_japanese(text[i - 1]) and is_japanese(text[i + 1])), None)
        texts.append(text[:cut])
        own.append(line)
        goes_on = position + 1 < len(row) and row[position + 1][0].startswith("(")
        if cut is not None or (line.ends_paragraph is not False and not goes_on):
            break
    name = join_lines(texts)
    return name, Source(own[0].number, own[-1].number, own[0].page, name)


def _cut_ratings(row: _Row, labels: Labels) -> list[tuple[str, Source]]:
    """The ratings of a row in order of print, put together from the pieces into which narrow cells cut them."""
    pieces = [(piece, line) for text, line in row for piece in text.split()]
    found: list[tuple[str, Source]] = []
    index = 0
    while index < len(pieces):
        for word in labels.words("assessment", "rating"):
            size = _pieces_of(word, [piece for piece, _ in pieces[index : index + len(word)]])
            if size > 1:  # a rating on one line of its own may be any other cell
                own = [line for _, line in pieces[index : index + size]]
                found.append((word, Source(own[0].number, own[-1].number, own[0].page, word)))
                index += size
                break
        else:
            index += 1
    return found


def _pieces_of(word: str, pieces: Sequence[str]) -> int:
    """How many of ``pieces`` make up ``word``; 0 where they do not."""
    joined = ""
    for count, piece in enumerate(pieces, 1):
        joined += piece
        if joined == word:
            return count
        if not word.startswith(joined):
            return 0
    return 0
