"""HTTP as uvicorn speaks it, without the wait before small parts of an answer."""

from __future__ import annotations

import asyncio
import socket

from uvicorn.protocols.http.auto import AutoHTTPProtocol


class PromptProtocol(AutoHTTPProtocol):
    """Sends what there is at once (TCP_NODELAY).

    asyncio asks for that itself where a socket says that it is TCP. The one that uvicorn opens for several processes does not say so, and the body of an answer
    then waits 40 ms until the client has confirmed its head.
    """

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        super().connection_made(transport)
