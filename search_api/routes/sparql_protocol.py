"""Reads a request of the SPARQL 1.1 Protocol (https://www.w3.org/TR/sparql11-protocol/, section 2.1)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from fastapi import Request

from graph.guard import MAX_BYTES
from graph.negotiation import GRAPH_FORMATS, SOLUTION_FORMATS
from search_api.problem import FieldError, Problem, Text

# A percent-encoded Japanese character takes nine bytes for three.
MAX_BODY_BYTES = 3 * MAX_BYTES + 4096

ACCEPT_POST = "application/sparql-query, application/x-www-form-urlencoded"

# What ``format=`` stands for, as an Accept header: the result format of SELECT and ASK, or of CONSTRUCT and DESCRIBE.
FORMATS = {
    "html": "text/html",
    "json": "application/sparql-results+json, application/ld+json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "nquads": "application/n-quads",
    "trig": "application/trig",
}
# Names by which clients made for other servers ask for the same (SPARQLWrapper, Virtuoso, Jena, RDF4J); media types are taken as well.
_FORMAT_ALIASES = {
    "srj": "json", "srx": "xml", "json-ld": "jsonld", "n3": "turtle", "ttl": "turtle", "nt": "ntriples", "n-triples": "ntriples",
    "rdf": "rdfxml", "rdf+xml": "rdfxml", "rdf/xml": "rdfxml", "nq": "nquads", "n-quads": "nquads",
}  # fmt: skip
# SPARQLWrapper sends all three, and each twice where a format has two names.
_FORMAT_PARAMETERS = ("format", "output", "results")
_MEDIA_TYPES = frozenset((*SOLUTION_FORMATS, *GRAPH_FORMATS, "text/html"))
_SECONDS = re.compile(r"([0-9]{1,9}(?:\.[0-9]{1,9})?)(s|ms)?")
_ONCE = ("query", "example")


@dataclass(frozen=True, slots=True)
class ProtocolRequest:
    """``query`` is None where none was sent. ``accept`` is the header, or what ``format=`` stands for; ``example`` names a query to show.

    ``seconds`` is the time limit that was asked for, None where none was.
    """

    query: str | None
    accept: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    example: str = ""
    seconds: float | None = None


async def read_protocol_request(request: Request) -> ProtocolRequest:
    """Read a GET or POST. Raises Problem 400, 403 (update), 413 or 415."""
    pairs = _read_url(request)
    if request.method == "POST":
        content_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if content_type == "application/x-www-form-urlencoded":
            pairs += _decode(await _read_body(request), "body")
        elif content_type == "application/sparql-query":
            # Editors of Windows put a byte order mark before the text.
            pairs.append(("query", _to_text(await _read_body(request), "body").removeprefix("\ufeff")))
        elif content_type == "application/sparql-update":
            raise _refuse_update()
        else:
            detail = Text(
                f"POST の Content-Type が「{content_type or 'なし'}」です。application/sparql-query か application/x-www-form-urlencoded で送ってください。",
                f'Content-Type is "{content_type or "missing"}"; send application/sparql-query or application/x-www-form-urlencoded.',
            )
            raise Problem(
                415,
                "unsupported-media-type",
                detail,
                headers={"Accept-Post": ACCEPT_POST},
            )
    return _interpret(pairs, request)


def _interpret(pairs: list[tuple[str, str]], request: Request) -> ProtocolRequest:
    if any(name == "update" for name, _ in pairs):
        raise _refuse_update()
    names = [name for name, _ in pairs]
    for name in _ONCE:
        if names.count(name) > 1:
            raise _malformed(f"{name} が複数あります。一つだけ指定してください。", f"There are several {name} parameters; send one.")
    queries = list(_values(pairs, "query"))
    if not queries and request.method == "POST":
        raise _malformed("query がありません。SPARQL の問い合わせを query に指定してください。", "The query parameter is missing.")
    if queries and len(queries[0].encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise _too_large()
    wanted = _read_format(pairs)
    return ProtocolRequest(
        query=queries[0] if queries else None,
        accept=FORMATS.get(wanted, wanted) or ", ".join(request.headers.getlist("accept")),
        default_graphs=tuple(_values(pairs, "default-graph-uri")),
        named_graphs=tuple(_values(pairs, "named-graph-uri")),
        example=next(_values(pairs, "example"), ""),
        seconds=_read_seconds(next(_values(pairs, "timeout"), "")),
    )


def _read_format(pairs: list[tuple[str, str]]) -> str:
    """A name of ``FORMATS`` or a media type that the query asks for besides the Accept header; empty where it does not."""
    asked = [(name, value) for name in _FORMAT_PARAMETERS for value in _values(pairs, name) if value]
    formats = [_to_format(value) for _, value in asked]
    if len({FORMATS.get(wanted, wanted) for wanted in formats}) > 1:
        named = "・".join(f"{name}={value}" for name, value in asked)
        raise _malformed(f"{named} が食い違っています。一つだけ指定してください。", f"{named} contradict each other; send one.")
    if formats and formats[0] not in FORMATS and formats[0] not in _MEDIA_TYPES:
        field, value = asked[0]
        allowed = list(FORMATS)
        detail = Text(
            f"「{value}」は使えません。{'、'.join(allowed)} のいずれかを指定してください。",
            f'"{value}" is not allowed; give one of {", ".join(allowed)}.',
        )
        message = Text(f"{field}: {detail.ja}", f"{field}: {detail.en}")
        raise Problem(400, "invalid-parameter", message, errors=(FieldError(field, detail),))
    return formats[0] if formats else ""


def _to_format(value: str) -> str:
    """What ``value`` stands for; of several media types (SPARQLWrapper) the first that exists here."""
    wanted = value.lower().replace(" ", "+")  # the "+" of a media type that was not percent-encoded arrives as a blank
    known = next((media_type for media_type in wanted.split(",") if media_type in _MEDIA_TYPES), wanted)
    return _FORMAT_ALIASES.get(known, known)


def _read_seconds(text: str) -> float | None:
    """``5``, ``2.5``, ``5s`` (QLever) or ``500ms``; 0 and nothing, as forms of other servers send it, are no limit of one's own."""
    if not text:
        return None
    match = _SECONDS.fullmatch(text)
    if match is None:
        detail = Text(
            f"「{text[:30]}」は使えません。5 や 0.5 のような秒数を指定してください。",
            f'"{text[:30]}" is not allowed; give seconds such as 5 or 0.5.',
        )
        message = Text(f"timeout: {detail.ja}", f"timeout: {detail.en}")
        raise Problem(400, "invalid-parameter", message, errors=(FieldError("timeout", detail),))
    return float(match[1]) / (1000 if match[2] == "ms" else 1) or None


def _values(pairs: Iterable[tuple[str, str]], wanted: str) -> Iterable[str]:
    return (value for name, value in pairs if name == wanted)


async def _read_body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise _too_large()
    return bytes(body)


def _read_url(request: Request) -> list[tuple[str, str]]:
    """What the framework has decoded in any case, unless it put a sign in the place of what is not UTF-8: long Japanese takes time."""
    encoded = request.scope["query_string"]
    pairs = request.query_params.multi_items()
    if encoded.isascii() and not any("\ufffd" in text for pair in pairs for text in pair):
        return pairs
    return _decode(encoded, "URL")


def _decode(encoded: bytes, where: str) -> list[tuple[str, str]]:
    """The pairs of a query string or form, decoded once, and only as UTF-8."""
    text = _to_text(encoded, where)
    try:
        return parse_qsl(text, keep_blank_values=True, encoding="utf-8", errors="strict")
    except UnicodeDecodeError as error:
        raise _not_utf8(where) from error


def _to_text(content: bytes, where: str) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _not_utf8(where) from error


def _not_utf8(where: str) -> Problem:
    return _malformed(f"{where} を UTF-8 として読めません。UTF-8 で送ってください。", f"The {where} is not UTF-8; send UTF-8.")


def _malformed(japanese: str, english: str) -> Problem:
    return Problem(400, "invalid-request", Text(japanese, english))


def _too_large() -> Problem:
    limit = f"{MAX_BYTES // 1024} KiB"
    return Problem(
        413, "too-large", Text(f"問い合わせが長すぎます。{limit} までにしてください。", f"The query is too long; the limit is {limit}.")
    )


def _refuse_update() -> Problem:
    detail = Text("このエンドポイントは読み取り専用です。update は受け付けません。", "This endpoint is read-only; updates are refused.")
    return Problem(403, "query-refused", detail)
