"""Small parts of an answer leave at once, also where several processes share a socket."""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

import uvicorn
from uvicorn.server import ServerState

from keikaku.prompt_protocol import PromptProtocol


async def _nodelay_of_accepted(listener: socket.socket) -> int:
    config = uvicorn.Config(app=None, log_level="critical")
    config.load()
    accepted: asyncio.Future[socket.socket] = asyncio.get_running_loop().create_future()

    class Observed(PromptProtocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            super().connection_made(transport)
            accepted.set_result(transport.get_extra_info("socket"))

    make = lambda: Observed(config=config, server_state=ServerState(), app_state={})  # noqa: E731
    server = await asyncio.get_running_loop().create_server(make, sock=listener)
    _, writer = await asyncio.open_connection(*listener.getsockname())
    told = (await accepted).getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    writer.close()
    await writer.wait_closed()
    server.close()
    return told


def test_a_socket_that_does_not_say_that_it_is_tcp() -> None:
    # In a thread of its own: the browser tests keep an event loop in the main one.
    with socket.create_server(("127.0.0.1", 0)) as listener, ThreadPoolExecutor(1) as thread:  # as uvicorn opens it for several processes
        assert listener.proto == 0
        assert thread.submit(asyncio.run, _nodelay_of_accepted(listener)).result()
