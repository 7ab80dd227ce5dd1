"""Where things are found on this server: IRIs to pages, and sources to their lines."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlencode

# What graph.iris leaves unencoded in a path segment.
_SEGMENT_SAFE = "~"


def page_path(iri: str, base_iri: str) -> str | None:
    """The path of the page about ``iri``, relative to the service: None where the IRI is not one of ours.

    >>> page_path("http://localhost:8000/id/131075/plan/x#L3-4", "http://localhost:8000/")
    '/page/131075/plan/x#L3-4'
    """
    below = f"{base_iri}id/"
    return f"/page/{iri.removeprefix(below)}" if iri.startswith(below) else None


def resource_iri(path: str, base_iri: str) -> str:
    """The IRI of the resource at ``path`` (decoded or not) below /id/, spelled as graph.iris mints it."""
    return f"{base_iri}id/" + "/".join(quote(unquote(segment), safe=_SEGMENT_SAFE) for segment in path.split("/"))


def document_id(document: str) -> str:
    """The id of a document given as id or IRI."""
    return unquote(document.partition("#")[0].rpartition("/")[2])


def lines_path(document: str, first: int, last: int) -> str:
    """The page of a document at some of its lines."""
    lines = str(first) if first == last else f"{first}-{last}"
    return f"/page/document/{quote(document_id(document), safe=_SEGMENT_SAFE)}?lines={lines}#L{first}"


def source_path(source: Mapping[str, Any]) -> str:
    """The page that shows a ``source`` of a search hit (contract, section 5)."""
    return lines_path(source["document"], *source["lines"])


def with_query(path: str, parameters: Mapping[str, Any]) -> str:
    """``path`` with those of ``parameters`` that have a value; one that is a list is repeated."""
    given = {name: value for name, value in parameters.items() if value not in (None, "", [])}
    return f"{path}?{urlencode(given, doseq=True)}" if given else path
