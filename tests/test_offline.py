"""The suite itself: no connection leaves this machine, from no process."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

LEAVING = "import socket; socket.create_connection(('192.0.2.1', 80), timeout=1)"


def test_names_do_not_resolve(network_attempts: Path) -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("example.org", 443)
    assert network_attempts.read_text() == "socket.getaddrinfo example.org\n"
    network_attempts.write_text("")  # made on purpose


def test_addresses_are_unreachable(network_attempts: Path) -> None:
    with pytest.raises(OSError, match="no network"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    assert network_attempts.read_text() == "socket.connect 192.0.2.1\n"
    network_attempts.write_text("")


def test_child_processes_stay_here_too(network_attempts: Path) -> None:
    run = subprocess.run([sys.executable, "-c", LEAVING], capture_output=True, text=True, check=False)
    assert run.returncode != 0
    assert "no network in tests" in run.stderr
    assert network_attempts.read_text() == "socket.connect 192.0.2.1\n"
    network_attempts.write_text("")


def test_loopback_works() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname(), timeout=5) as client:
        assert client.getpeername() == server.getsockname()
