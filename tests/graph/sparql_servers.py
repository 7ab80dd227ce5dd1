"""Real SPARQL engines on free ports of 127.0.0.1, as an operator would run them."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from graph.engine_http import RemoteStore

START_SECONDS = 60
VIRTUOSO = shutil.which("virtuoso-t")

_VIRTUOSO_SETTINGS = """
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
[TempDatabase]
DatabaseFile = {folder}/temp.db
TransactionFile = {folder}/temp.trx
[Parameters]
ServerPort = 127.0.0.1:{sql_port}
DisableUnixSocket = 1
NumberOfBuffers = 10000
MaxDirtyBuffers = 6000
[HTTPServer]
ServerPort = 127.0.0.1:{port}
ServerThreads = 5
[SPARQL]
ResultSetMaxRows = 4000
"""


def find_oxigraph() -> str | None:
    """The server that the wheel ``oxigraph`` puts beside this Python."""
    beside = Path(sys.executable).with_name("oxigraph")
    return str(beside) if beside.exists() else shutil.which("oxigraph")


@contextmanager
def oxigraph_server() -> Iterator[RemoteStore]:
    """In memory, with the settings that nobody changed."""
    port = _free_port()
    command = [find_oxigraph() or "oxigraph", "serve", "--bind", f"127.0.0.1:{port}"]
    with _running(command, f"http://127.0.0.1:{port}/query") as address:
        yield RemoteStore(address, f"http://127.0.0.1:{port}/store", update=f"http://127.0.0.1:{port}/update")


@contextmanager
def virtuoso_server(folder: Path) -> Iterator[RemoteStore]:
    """An empty database in ``folder``; who may write has Virtuoso's first password."""
    port = _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(_VIRTUOSO_SETTINGS.format(folder=folder, port=port, sql_port=_free_port()), encoding="utf-8")
    command = [VIRTUOSO or "virtuoso-t", "+configfile", str(settings), "+foreground"]
    with _running(command, f"http://127.0.0.1:{port}/sparql") as address:
        yield RemoteStore(address, f"http://127.0.0.1:{port}/sparql-graph-crud-auth", "dba", "dba", f"{address}-auth")


@contextmanager
def _running(command: list[str], address: str) -> Iterator[str]:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait_for(address, process)
        yield address
    finally:
        process.kill()
        process.wait()


def _wait_for(address: str, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with urllib.request.urlopen(f"{address}?query=ASK%7B%7D", timeout=5):
                return
        except urllib.error.HTTPError:
            return  # it answers, if only that it does not like this
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
