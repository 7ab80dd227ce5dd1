"""What each SPARQL request passes before its query runs: the limits of its client, and a watch on whether the client is still there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from graph.query_limits import Cancellation, QueryLimits
from search_api.client_limits import ClientLimits, client_of
from search_api.routes.sparql_protocol import ProtocolRequest, read_protocol_request

# Most queries are answered before it would be worth to watch whether somebody still waits for them.
WATCH_AFTER = 0.05  # seconds

Asked = Annotated[ProtocolRequest, Depends(read_protocol_request)]


async def _admit(request: Request, asked: Asked) -> AsyncIterator[QueryLimits]:
    """The limits for the query of this request. Raises Problem 429 or 503. A client that goes away cancels its query."""
    client = client_of(request.client.host if request.client else "")
    limits = QueryLimits(client, asked.seconds, request.app.state.settings.query_rows, Cancellation())
    if asked.query is None:
        yield limits
        return
    clients: ClientLimits = request.app.state.client_limits
    with clients.admit(client):
        watch = _Watch(request, limits.cancellation)
        begin = asyncio.get_running_loop().call_later(WATCH_AFTER, watch.begin)
        try:
            yield limits
        finally:
            begin.cancel()
            watch.end()


class _Watch:
    """Cancels a query when its client goes away. The body was read before this; what still comes is the end of the connection."""

    def __init__(self, request: Request, cancellation: Cancellation) -> None:
        self._request, self._cancellation = request, cancellation
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        self._task = asyncio.create_task(self._cancel_when_gone())

    def end(self) -> None:
        if self._task is not None:
            self._task.cancel()

    async def _cancel_when_gone(self) -> None:
        while (await self._request.receive())["type"] != "http.disconnect":
            pass
        self._cancellation.cancel()


async def _count(request: Request) -> AsyncIterator[None]:
    with request.app.state.client_limits.admit(client_of(request.client.host if request.client else "")):
        yield


Admitted = Annotated[QueryLimits, Depends(_admit)]

# For a route without a query that counts among the requests of its client.
COUNTED = Depends(_count)
