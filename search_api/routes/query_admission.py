"""What each SPARQL request passes before its query runs: the limits of its client, and a watch on whether the client is still there."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from graph.query_limits import Cancellation, QueryLimits
from search_api.client_limits import ClientLimits, client_of
from search_api.routes.sparql_protocol import ProtocolRequest, read_protocol_request

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
        watch = asyncio.create_task(_cancel_when_gone(request, limits.cancellation))
        try:
            yield limits
        finally:
            watch.cancel()


async def _cancel_when_gone(request: Request, cancellation: Cancellation) -> None:
    """The body was read before this; what still comes is the end of the connection."""
    while (await request.receive())["type"] != "http.disconnect":
        pass
    cancellation.cancel()


Admitted = Annotated[QueryLimits, Depends(_admit)]
