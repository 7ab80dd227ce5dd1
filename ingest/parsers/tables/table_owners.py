"""The cells of a row that name owners: of which units they are, and of those who help."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingest.characters import normalise
from ingest.departments import ends_like_department, split_cell
from ingest.labels import Labels
from ingest.layout import Cell
from ingest.parsers.tables.table_rows import TableRow
from ontology.model import Department, Source

_OWNER_MARK = re.compile(r"^(?:[◎○●☆★■]|(?:主管?|副|正|主担当|副担当|関係|取りまとめ)[:：])")
_OWNER_NOTE = re.compile(r"(?<=\S)\s*※.*$|[(（](?:内線|電話|TEL|tel|℡|☎)[^()（）]*[)）]")
_CONTACT = re.compile(r"(?:電話|TEL|tel|℡|☎|内線|FAX|メール)?(?:番号)?[:：]?[\d\-()（）]+|電話|TEL|℡|☎|\S+@\S+")
_UPPER_UNIT = re.compile(r"(?:部|局|本部|支所|事務局)$")


def read_departments(cell: Cell, page: int | None, labels: Labels) -> tuple[Department, ...]:
    """Each line of the cell is a department, unless it only goes on with the one above (保健福祉セン／ター, 総務部／総務課)."""
    lines: list[str] = []
    for text in (part for line in cell.text.split("\n") for part in _split_owners(normalise(line), labels)):
        above = lines[-1] if lines else ""
        last = re.split(r"[、,・]", above)[-1]
        complete = above and ends_like_department(last, labels) and ends_like_department(re.split(r"[、,・]", text)[0], labels)
        if above and (not complete or _UPPER_UNIT.search(last)) and not above.endswith(("、", ",")):
            lines[-1] = above + text
        else:
            lines.append(text)
    return split_cell("\n".join(lines), labels, Source(cell.first_line, cell.last_line, page, cell.text))


def read_partners(row: TableRow, owners: Sequence[Department], labels: Labels) -> tuple[Department, ...]:
    """The units of a cell 関係課 beside the owner's; a cell may as well say なし or name a company."""
    cell = row.cell("partner")
    found = read_departments(cell, row.page, labels) if cell and owners else ()
    names = {owner.name for owner in owners}
    return tuple(d for d in found if d.name not in names and (d.collective or ends_like_department(d.name, labels)))


def _split_owners(line: str, labels: Labels) -> Iterator[str]:
    """One line of a cell of owners: without its note (※R6から…) and what each is (主：, ◎); units of one rank stand apart by a blank."""
    words = [_OWNER_MARK.sub("", word) for word in re.split(r"\s+", _OWNER_NOTE.sub("", line).strip()) if not _CONTACT.fullmatch(word)]
    owner = words[0] if words else ""
    for word in words[1:]:
        alike = owner[-1:] == word[-1:] and len(word) > 1
        if alike and ends_like_department(owner, labels) and ends_like_department(word, labels):
            yield owner
            owner = word
        else:
            owner = f"{owner} {word}"
    yield owner
