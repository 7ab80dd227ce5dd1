"""A real server on a free port of 127.0.0.1: in this process, or as ``keikaku serve`` in a process of its own."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.types import ASGIApp

START_SECONDS = 120


@contextmanager
def serve(app: ASGIApp) -> Iterator[str]:
    """The address of ``app`` while it is served."""
    with _listen() as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        deadline = time.monotonic() + 20
        while not server.started:
            if time.monotonic() > deadline or not thread.is_alive():
                raise TimeoutError("the server does not start")
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def _listen() -> socket.socket:
    """Named as TCP: only then asyncio sends small parts at once, and does not wait 40 ms for a sign that the former one has arrived."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


@contextmanager
def serve_product(data_dir: Path, settings: Mapping[str, str] | None = None) -> Iterator[int]:
    """The port of ``keikaku serve`` over ``data_dir`` once it is ready; ``settings`` are environment variables.

    Raises TimeoutError where it does not become ready.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "keikaku.cli", "serve", "--data", str(data_dir), "--port", str(port)]
    environment = {**os.environ, **(settings or {})}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            _wait_until_ready(port)
            yield port
        finally:
            server.terminate()


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port)
            connection.request("GET", "/readyz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            pass
        time.sleep(0.2)
    raise TimeoutError("the server does not become ready")
