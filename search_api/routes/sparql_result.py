"""Hands a SPARQL result on to the client: whole where it is short, else while the rest is still sought."""

from __future__ import annotations

import logging
import re

from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from graph.query import QueryStream
from ontology.errors import EngineUnavailable, QuerySyntaxError, QueryTimeout

# Functions whose value is another one at the next request (also where the word only stands in a string: that costs nothing but a copy).
_VOLATILE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID)\b", re.IGNORECASE)

logger = logging.getLogger(__name__)


def answer_with(stream: QueryStream, query: str, max_rows: int) -> Response:
    """The answer to ``query``. One that changes from request to request is not for keeping and gets no ETag; one that the row limit cut says so."""
    headers = _headers(query, max_rows)
    if stream.truncated:
        headers["X-Keikaku-Truncated"] = f"rows={stream.engine_rows or max_rows}"
    if stream.complete:
        return Response(b"".join(stream.parts), media_type=stream.media_type, headers=headers)
    return GrowingResult(stream, headers)


def answer_head(media_type: str, query: str, max_rows: int) -> Response:
    """The headers that the answer to ``query`` would have, as far as they are known before it; its length is not."""
    answer = Response(media_type=media_type, headers=_headers(query, max_rows))
    del answer.headers["content-length"]
    return answer


def _headers(query: str, max_rows: int) -> dict[str, str]:
    kept = {"Cache-Control": "no-store"} if _VOLATILE.search(query) else {}
    return kept | {"X-Keikaku-Row-Limit": str(max_rows)}


class GrowingResult(StreamingResponse):
    """A result of unknown length. Where a limit ends it, the connection is cut: a chunked answer without its end counts as broken everywhere."""

    def __init__(self, stream: QueryStream, headers: dict[str, str]) -> None:
        super().__init__(stream.parts, media_type=stream.media_type, headers=headers)
        self.stream = stream

    async def stream_response(self, send: Send) -> None:
        try:
            await super().stream_response(send)
        except (QueryTimeout, QuerySyntaxError, EngineUnavailable) as error:
            logger.warning("SPARQL の結果を途中で打ち切りました: %s", error)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self.stream.close()  # also where the client has gone
