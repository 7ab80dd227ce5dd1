"""``/page/document/{id}``: a document's lines as they were read, each with its own address ``#L2541``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from starlette.responses import Response

from graph.snapshot import Snapshot
from search_api.addresses import page_path
from search_api.pages import render_page
from search_api.problem import FieldError, Problem, Text, not_found
from search_api.resource import Value, describe_resources
from search_api.routes.dependencies import Current

# Up to this many lines a document is one page, so that the browser's own search finds everything; longer ones come in parts.
WHOLE_LINES = 6000
PART_LINES = 2000
BLOCK_LINES = 50

_LINES = re.compile(r"(\d{1,7})(?:-(\d{1,7}))?")
_QUOTED = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
PREFIX prov: <http://www.w3.org/ns/prov#>
SELECT DISTINCT ?resource {
  ?quotation plan:document <DOCUMENT> ; plan:startLine ?start ; plan:endLine ?end .
  FILTER(?start <= LAST && ?end >= FIRST)
  ?resource prov:wasQuotedFrom ?quotation .
} ORDER BY ?resource LIMIT 50"""
_PLACES = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
SELECT DISTINCT ?start ?end { ?quotation plan:document <DOCUMENT> ; plan:startLine ?start ; plan:endLine ?end } ORDER BY ?start ?end"""

router = APIRouter(tags=["リンクトデータ"])


@dataclass(frozen=True, slots=True)
class Line:
    """``page`` only on the first line of a page; ``places`` are the fragments (L2541-2543) of the quotations that begin here."""

    number: int
    text: str
    page: int | None
    marked: bool
    places: tuple[str, ...] = ()

    @property
    def blank(self) -> bool:
        return not self.text.strip()


@router.get("/page/document/{document_id}", summary="文書の行")
def document(
    request: Request,
    current: Current,
    document_id: str,
    lines: Annotated[str, Query(max_length=20, description="示す行。2541 または 2541-2543")] = "",
    start: Annotated[int | None, Query(alias="from", ge=1, description="表示を始める行")] = None,
) -> Response:
    source = current.snapshot.source(document_id)
    if source is None:
        raise not_found(document_id)
    marked = _parse_lines(lines, source)
    first, last = _choose_part(source, marked, start)
    entry = next(entry for entry in current.snapshot.manifest["documents"] if entry["id"] == document_id)
    base_iri = current.snapshot.base_iri
    return render_page(
        request,
        "document.html",
        source=source,
        document_id=document_id,
        entry=entry,
        marked=marked,
        first=first,
        last=last,
        blocks=list(_blocks(source, first, last, marked, _quoted_places(current.snapshot, entry["iri"]))),
        read_here=_read_here(current.snapshot, entry["iri"], marked) if marked else [],
        part_lines=PART_LINES,
        page_of=lambda iri: page_path(iri, base_iri),
    )


def _parse_lines(text: str, source: Mapping[str, Any]) -> tuple[int, int] | None:
    """The marked range within the document. Raises Problem 400 where ``text`` is no range of it."""
    if not text:
        return None
    first_line, last_line = source["first_line"], source["last_line"]
    match = _LINES.fullmatch(text)
    if match:
        first, last = int(match[1]), int(match[2] or match[1])
        if first_line <= first <= last <= last_line:
            return first, last
    detail = Text(
        f"「{text}」の行はありません。この文書は {first_line} 行から {last_line} 行までです。2541 や 2541-2543 のように指定してください。",
        f'There are no lines "{text}"; this document has lines {first_line} to {last_line}. Write 2541 or 2541-2543.',
    )
    raise Problem(400, "invalid-parameter", Text(f"lines: {detail.ja}", f"lines: {detail.en}"), errors=(FieldError("lines", detail),))


def _choose_part(source: Mapping[str, Any], marked: tuple[int, int] | None, start: int | None) -> tuple[int, int]:
    """The lines to show: all of a document of ordinary length, else the part from ``start`` or around the marked lines."""
    first_line, last_line = source["first_line"], source["last_line"]
    if last_line - first_line < WHOLE_LINES:
        return first_line, last_line
    if start is None:
        start = marked[0] - PART_LINES // 2 if marked else first_line
    first = min(max(start, first_line), last_line)
    return first, min(first + PART_LINES - 1, last_line)


def _quoted_places(snapshot: Snapshot, iri: str) -> Mapping[int, tuple[str, ...]]:
    """The fragments by which the graph names places of the document, by first line."""
    places: dict[int, tuple[str, ...]] = {}
    for row in snapshot.store.query(_PLACES.replace("DOCUMENT", iri)):
        start, end = int(row["start"].value), int(row["end"].value)
        places[start] = (*places.get(start, ()), f"L{start}-{end}")
    return places


def _blocks(
    source: Mapping[str, Any], first: int, last: int, marked: tuple[int, int] | None, places: Mapping[int, tuple[str, ...]]
) -> Iterator[Sequence[Line]]:
    """The lines in blocks, which a browser lays out only when they come into sight."""
    texts, pages = source["lines"], source["pages"]
    block: list[Line] = []
    for number in range(first, last + 1):
        page = pages[number - 1] if pages else None
        starts_page = page is not None and (number == first or pages[number - 2] != page)
        in_range = marked is not None and marked[0] <= number <= marked[1]
        block.append(Line(number, texts[number - 1], page if starts_page else None, in_range, places.get(number, ())))
        if len(block) == BLOCK_LINES:
            yield block
            block = []
    if block:
        yield block


def _read_here(snapshot: Snapshot, iri: str, marked: tuple[int, int]) -> list[Value]:
    """What was read from the marked lines: measures first, then what they hold, departments last."""
    query = _QUOTED.replace("DOCUMENT", iri).replace("FIRST", str(marked[0])).replace("LAST", str(marked[1]))
    found = [row["resource"].value for row in snapshot.store.query(query)]
    found.sort(key=lambda resource: ("/department/" in resource, "/plan/" not in resource, resource))
    return list(describe_resources(snapshot.store, found).values()) if found else []
