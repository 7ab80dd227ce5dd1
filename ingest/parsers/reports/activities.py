"""Bullets of one column → activities and effects with their headings and departments.

A mark that is followed by a deeper one is a heading of what follows; a paragraph without a mark belongs to the bullet before it, unless it
announces the bullets behind it (主な内容) or is said of the whole block (a department, a note on a list).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from ingest.departments import is_collective, is_department_list, is_subject, split_cell
from ingest.labels import Labels
from ingest.owners import find_owners
from ingest.parsers.reports.bullets import NOTE, Bullet, kind_of_mark
from ingest.parsers.reports.effect_figures import read_figure
from ontology.fiscal_year import find_fiscal_years
from ontology.model import Activity, ActivityStatus, Department, Effect, Source

_NUMBERED = re.compile(r"^(?:[①-⑳]|[(（]?\d)")
_UNTIL = re.compile(r"年度まで")
_ANNOUNCEMENT = re.compile(
    r"[※＊*(（]?\s*(?:[^\s、。]{1,16}(?:における|での))?(?:主な[^\s、。\d]{1,12}|内訳|具体的な?[^\s、。\d]{1,12}|(?:以下|次)の(?:とおり|通り))[)）:：]*"
)
_LABEL_INSIDE = re.compile(r"【(?:実績|結果|成果|効果|内訳|内容|対象|備考|参考)】")
_IN_PARENTHESES = re.compile(r"[(（](.+)[)）]")
_STATEMENT = re.compile(r"。(?:\s|等|[(（][^()（）]*[)）])*$")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A bullet with its paragraphs. ``owners`` are those that its block names once for all."""

    bullets: list[Bullet]
    is_heading: bool
    owners: tuple[Department, ...] = ()


def read_activities(
    bullets: Sequence[Bullet], labels: Labels, *, fiscal_year: int | None, status: ActivityStatus | None, first_order: int = 1
) -> Iterator[Activity | Effect]:
    """Activities and effects of one column. ``order`` counts from ``first_order`` in reading order."""
    headings: list[tuple[float, str, tuple[Department, ...], int | None]] = []
    order = first_order
    for entry in _settled(list(_grouped(_nest(_with_labels_inside(bullets)))), labels):
        group, deeper = entry.bullets, entry.is_heading
        head = group[0]
        if head.rank == -1:
            headings = []
            continue
        rank = 2.9 if deeper and head.rank == 9 else head.rank  # a note that heads bullets stands right above them
        if rank <= 3:
            headings = [heading for heading in headings if heading[0] < rank]
        text = _without_mark(head, "\n".join(bullet.text for bullet in group))
        source = _spanning(group)
        owners = find_owners(text, labels, source) or entry.owners
        inherited = next((heading[2] for heading in reversed(headings) if heading[2]), ())
        until = next((heading[3] for heading in reversed(headings) if heading[3]), None)
        heading_text = " ＞ ".join(heading[1] for heading in headings) or None
        printed = (head.mark if _NUMBERED.match(head.mark) else "") + text
        figure = read_figure(printed, labels) if head.is_effect else None
        if deeper:
            named = (head.mark if _NUMBERED.match(head.mark) else "") + _without_mark(head, head.text)
            own_until = _until_year(text) if NOTE.match(head.text) else None
            headings.append((rank, named, owners or _named_by_heading(text, labels, source), own_until))
            if figure is None and not _STATEMENT.search(text):
                continue  # a heading that states something of its own is also one of the items
        common = {
            "order": order,
            "text": printed,
            "source": source,
            "departments": inherited
            if owners and inherited and all(is_subject(own.name, labels) for own in owners)
            else owners or inherited,
            "fiscal_year": until or fiscal_year,
        }
        if head.is_effect:
            if heading_text:
                common["text"] = f"{heading_text}：{printed}"
            yield Effect(quantity=figure, **common)
        else:
            yield Activity(heading=heading_text, status=status, **common)
        order += 1


def _nest(bullets: Sequence[Bullet]) -> list[Bullet]:
    """Section marks stand above each other in the order in which their kinds first appear: 【実績】 under ①, or ≪工事≫ under ●.

    Effects have an order of their own (►国保年金課 above ①国民健康保険料).
    """
    ranks = {is_effect: _section_ranks([b for b in bullets if b.is_effect is is_effect]) for is_effect in (False, True)}
    return [
        replace(bullet, rank=ranks[bullet.is_effect][kind_of_mark(bullet.mark)]) if bullet.rank in (0, 1) else bullet for bullet in bullets
    ]


def _section_ranks(bullets: Sequence[Bullet]) -> dict[str, float]:
    """The rank of each kind of section mark; one that first appears below ▼, and neither heads a ▼ nor opens a row, stands between ▼ and ・."""
    sections = [(index, bullet) for index, bullet in enumerate(bullets) if bullet.rank in (0, 1)]
    kinds = list(dict.fromkeys(kind_of_mark(bullet.mark) for _, bullet in sections))
    first_arrow = next((index for index, bullet in enumerate(bullets) if bullet.rank == 2), len(bullets))
    above = {
        kind_of_mark(bullet.mark)
        for index, bullet in sections
        if index < first_arrow or bullet.opens_row or (index + 1 < len(bullets) and bullets[index + 1].rank == 2)
    }
    return {kind: position / len(kinds) if kind in above else 2.1 + 0.7 * position / len(kinds) for position, kind in enumerate(kinds)}


def _with_labels_inside(bullets: Sequence[Bullet]) -> list[Bullet]:
    """Where 【実績】 heads no bullets in its column, one between a bullet and a paragraph is a word inside the bullet: ・… 【実績】 …."""
    ranks = [bullet.rank for bullet in bullets] + [-2]
    labels = [index for index, bullet in enumerate(bullets) if _LABEL_INSIDE.fullmatch(bullet.text) and not bullet.is_effect]
    if any(ranks[index + 1] != 9 for index in labels):
        return list(bullets)
    inside = {index for index in labels if next((rank for rank in reversed(ranks[:index]) if rank != 9), -2) == 3}
    return [replace(bullet, rank=9, mark="") if index in inside else bullet for index, bullet in enumerate(bullets)]


def _grouped(bullets: Sequence[Bullet]) -> Iterator[_Entry]:
    """Bullets with the paragraphs that belong to them; a bullet that deeper ones follow is a heading."""
    index = 0
    while index < len(bullets):
        head = bullets[index]
        group, index = [head], index + 1
        if head.rank in (2, 3) or head.is_effect:
            while index < len(bullets) and _goes_with(head, bullets, index):
                group.append(bullets[index])
                index += 1
        following = bullets[index].rank if index < len(bullets) and bullets[index].is_effect == head.is_effect else -2
        if head.rank == 9:
            deeper = _announces(bullets, index - 1)
        else:
            deeper = (
                head.rank >= 0
                and head.rank < 9
                and following > head.rank
                and not (following == 9 and head.rank in (2, 3) and not head.is_effect)
            )
        yield _Entry(group, deeper)


def _goes_with(head: Bullet, bullets: Sequence[Bullet], index: int) -> bool:
    """Whether a paragraph belongs to the bullet before it. Below the mark of an effect only a note does: each figure there is an effect."""
    paragraph = bullets[index]
    if paragraph.rank != 9 or paragraph.is_effect is not head.is_effect or _announces(bullets, index):
        return False
    return not head.is_effect or bool(head.rank > 1 and NOTE.match(paragraph.text))


def _settled(entries: Sequence[_Entry], labels: Labels) -> Iterator[_Entry]:
    """The entries, with what the last paragraph of a block says of the whole block given to the block."""
    block: list[_Entry] = []
    for entry in entries:
        if (entry.is_heading and entry.bullets[0].rank <= 2) or entry.bullets[0].rank == -1:
            yield from _settled_block(block, labels)
            block = []
        block.append(entry)
    yield from _settled_block(block, labels)


def _settled_block(block: Sequence[_Entry], labels: Labels) -> Iterator[_Entry]:
    items = [entry for entry in block if not entry.is_heading and entry.bullets[0].rank == 3]
    if len(items) < 2 or items[-1] is not block[-1] or len(items[-1].bullets) < 2:
        yield from block
        return
    *own, closing = items[-1].bullets
    last = _Entry(own, False)
    if _is_owner(closing, labels) and not any(
        find_owners(bullet.text, labels) for entry in (*block[:-1], last) for bullet in entry.bullets
    ):
        owners = find_owners(closing.text, labels, closing.source())
        yield from (replace(entry, owners=owners) for entry in (*block[:-1], last))
    elif NOTE.match(closing.text) and all(len(entry.bullets) == 1 for entry in (*items[:-1], last)):
        yield from (*block[:-1], last, _Entry([closing], False))
    else:
        yield from block


def _is_owner(bullet: Bullet, labels: Labels) -> bool:
    """Whether a paragraph is a department in parentheses and nothing else."""
    match = _IN_PARENTHESES.fullmatch(bullet.text)
    return match is not None and is_department_list(match[1], labels)


def _announces(bullets: Sequence[Bullet], index: int) -> bool:
    """Whether a paragraph right before bullets is their heading: ※令和５年度までの実施業務, 主な内容. Any other one belongs to what is before it."""
    text = bullets[index].text
    if index + 1 >= len(bullets) or bullets[index + 1].rank != 3 or text.endswith("。"):
        return False
    return bool(NOTE.match(text) and _UNTIL.search(text)) or _ANNOUNCEMENT.fullmatch(text) is not None


def _without_mark(head: Bullet, text: str) -> str:
    """The text behind its mark; brackets that mark a heading (【実績】) are part of it."""
    return text.strip() if head.mark[:1] in "≪《【〔<" else text.removeprefix(head.mark).strip()


def _named_by_heading(text: str, labels: Labels, source: Source) -> tuple[Department, ...]:
    """A heading that is itself a department (►国保年金課) owns what follows; a body or facility (【まちづくり公社】) is what it is about."""
    text = text.strip("【】〔〕≪≫《》<>[] ")
    if not is_department_list(text, labels) or is_collective(text, labels):
        return ()
    named = split_cell(text, labels, source)
    return () if any(is_subject(department.name, labels) for department in named) else named


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
