"""Bullets of one column → activities and effects with their headings and departments.

A mark that is followed by a deeper one is a heading of what follows; a paragraph without a mark belongs to the bullet before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.departments import find_owners, is_collective, is_department_list, split_cell
from ingest.labels import Labels
from ingest.parsers.bullets import NOTE, Bullet, kind_of_mark, mark_of
from ingest.quantity import parse_quantity
from ontology.fiscal_year import find_fiscal_years
from ontology.model import Activity, ActivityStatus, Department, Effect, Quantity, Source

_NUMBERED = re.compile(r"^(?:[①-⑳]|[(（]?\d)")
_UNTIL = re.compile(r"年度まで")
_FIGURE = re.compile(r"[約延べ累計]*\d[\d,]*(?:\.\d+)?\s*[^\d\s、。,:：;()（）※]{1,6}")


def read_activities(
    bullets: Sequence[Bullet], labels: Labels, *, fiscal_year: int | None, status: ActivityStatus | None, first_order: int = 1
) -> Iterator[Activity | Effect]:
    """Activities and effects of one column. ``order`` counts from ``first_order`` in reading order."""
    headings: list[tuple[float, str, tuple[Department, ...], int | None]] = []
    order = first_order
    for group, deeper in _grouped(_nest(bullets)):
        head = group[0]
        if head.rank == -1:
            headings = []
            continue
        rank = 2.5 if deeper and head.rank == 9 else head.rank  # a note that heads bullets stands right above them
        if rank <= 3:
            headings = [heading for heading in headings if heading[0] < rank]
        text = _without_mark("\n".join(bullet.text for bullet in group))
        source = _spanning(group)
        owners = find_owners(text, labels, source)
        if deeper:
            named = head.mark + text if _NUMBERED.match(head.mark) else text
            until = _until_year(text) if NOTE.match(head.text) else None
            owners = owners or (_named_by_heading(text, labels, source))
            headings.append((rank, named, owners, until))
            continue
        inherited = next((heading[2] for heading in reversed(headings) if heading[2]), ())
        until = next((heading[3] for heading in reversed(headings) if heading[3]), None)
        printed = (head.mark if _NUMBERED.match(head.mark) else "") + text
        common = {
            "order": order,
            "text": printed,
            "source": source,
            "departments": owners or inherited,
            "fiscal_year": until or fiscal_year,
        }
        heading_text = " ＞ ".join(heading[1] for heading in headings) or None
        if head.is_effect:
            if heading_text:
                common["text"] = f"{heading_text}：{printed}"
            yield Effect(quantity=_only_figure(printed), **common)
        else:
            yield Activity(heading=heading_text, status=status, **common)
        order += 1


def _nest(bullets: Sequence[Bullet]) -> list[Bullet]:
    """Section marks stand above each other in the order in which their kinds first appear: 【実績】 under ①, or ≪工事≫ under ●."""
    kinds = list(dict.fromkeys(kind_of_mark(bullet.mark) for bullet in bullets if bullet.rank in (0, 1)))
    return [
        replace(bullet, rank=kinds.index(kind_of_mark(bullet.mark)) / len(kinds)) if bullet.rank in (0, 1) else bullet for bullet in bullets
    ]


def _grouped(bullets: Sequence[Bullet]) -> Iterator[tuple[list[Bullet], bool]]:
    """Bullets with the paragraphs that belong to them, and whether deeper ones follow (then it is a heading)."""
    index = 0
    while index < len(bullets):
        head = bullets[index]
        group, index = [head], index + 1
        if head.rank in (2, 3) and not head.is_effect:
            while index < len(bullets) and bullets[index].rank == 9 and not _is_note_heading(bullets, index):
                group.append(bullets[index])
                index += 1
        following = bullets[index].rank if index < len(bullets) and bullets[index].is_effect == head.is_effect else -2
        if head.rank == 9:
            deeper = _is_note_heading(bullets, index - 1)
        else:
            deeper = (
                head.rank >= 0
                and head.rank < 9
                and following > head.rank
                and not (following == 9 and head.rank in (2, 3) and not head.is_effect)
            )
        yield group, deeper


def _is_note_heading(bullets: Sequence[Bullet], index: int) -> bool:
    """「※令和５年度までの実施業務」 before bullets is a heading of theirs; any other ※ line is a note."""
    note = bullets[index]
    following = bullets[index + 1] if index + 1 < len(bullets) else None
    return (
        bool(NOTE.match(note.text))
        and following is not None
        and following.rank == 3
        and not note.text.endswith("。")
        and bool(_UNTIL.search(note.text))
    )


def _without_mark(text: str) -> str:
    rank, mark = mark_of(text)
    return text[len(mark) :].strip() if rank in (1, 2, 3) or mark in ("●", "■", "◆", "◎") else text.strip()


def _named_by_heading(text: str, labels: Labels, source: Source) -> tuple[Department, ...]:
    """A heading that is itself a department (►国保年金課) owns what follows."""
    return split_cell(text, labels, source) if is_department_list(text, labels) and not is_collective(text, labels) else ()


def _until_year(text: str) -> int | None:
    years = find_fiscal_years(text)
    return years[0] if len(years) == 1 and _UNTIL.search(text) else None


def _spanning(group: Sequence[Bullet]) -> Source:
    sources = [bullet.source() for bullet in group]
    return Source(
        min(source.start_line for source in sources),
        max(source.end_line for source in sources),
        sources[0].page,
        "\n".join(source.quotation for source in sources),
    )


def _only_figure(text: str) -> Quantity | None:
    """The figure of an effect where its text has exactly one; dates in parentheses do not count."""
    figures = _FIGURE.findall(re.sub(r"[(（][^()（）]*[)）]", "", re.sub(r"(?:令和|平成|R|H)?\s*\d+年(?:度|\d+月)?\S*", "", text)))
    if len(figures) != 1:
        return None
    quantity = parse_quantity(figures[0])
    return quantity if quantity.value is not None else None
