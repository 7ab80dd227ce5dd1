"""Keeps every Python process of the suite on this machine.

The suite imports this file, and its child processes find it through PYTHONPATH. Inside it is a machine without a network: names do
not resolve and other addresses are unreachable. Each attempt is noted, and the suite fails for it, even where the program took the
failure in its stride.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import socket
import sys

ATTEMPTS_FILE = os.environ.setdefault("KEIKAKU_TEST_ATTEMPTS", os.devnull)
_EVENTS = {"socket.connect", "socket.sendto", "socket.sendmsg", "socket.getaddrinfo", "socket.gethostbyname"}


def is_local(host: object) -> bool:
    """Loopback, unspecified (to listen on) or nothing; a file name of a Unix socket never comes here."""
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        address = ipaddress.ip_address(str(name).partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _is_address(host: object) -> bool:
    """An address is read, not looked up."""
    try:
        ipaddress.ip_address(host.decode() if isinstance(host, bytes) else str(host))
    except ValueError:
        return False
    return True


def _stay_local(event: str, arguments: tuple) -> None:
    if event not in _EVENTS:
        return
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
        if is_local(host) or _is_address(host):
            return
        _note(event, host)
        raise socket.gaierror(socket.EAI_NONAME, "no name service in tests")
    address = arguments[1]
    if isinstance(address, tuple) and not is_local(address[0]):
        _note(event, address[0])
        raise OSError(errno.ENETUNREACH, "no network in tests")


def _note(event: str, host: object) -> None:
    # example.invalid can be nobody's (RFC 2606): tests name it to see how a wrong address is told.
    if str(host).endswith(".invalid"):
        return
    with open(ATTEMPTS_FILE, "a", encoding="utf-8") as file:
        file.write(f"{event} {host}\n")


sys.addaudithook(_stay_local)
