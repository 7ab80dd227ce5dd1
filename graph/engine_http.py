"""Requests to a SPARQL 1.1 store of the operator: with a deadline, with Basic or Digest, to that one host and nowhere else.

The standard library's ``http.client`` follows no redirect, reads no proxy from the environment, and lets the time-out of each read be
what is left until the deadline.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import re
import socket
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlencode, urlsplit
from urllib.request import AbstractDigestAuthHandler, HTTPPasswordMgrWithDefaultRealm, Request, parse_http_list, parse_keqv_list

from ontology.errors import EngineUnavailable

READ_BYTES = 64 << 10
_MESSAGE_BYTES = 16 << 10
_MESSAGE_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class RemoteStore:
    """A store and who we are there. ``endpoint`` answers queries, ``graph_store`` takes graphs (Graph Store Protocol), ``update`` SPARQL Update;
    empty where unknown.

    Addresses may carry parameters of the engine (``…?timeout=30``); they are sent along.
    """

    endpoint: str
    graph_store: str = ""
    user: str = ""
    password: str = field(default="", repr=False)
    update: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.endpoint).netloc


class Answer:
    """A response whose body is read until ``deadline`` (``time.monotonic``). ``read`` raises TimeoutError, ConnectionError and HTTPException."""

    def __init__(self, connection: http.client.HTTPConnection, response: http.client.HTTPResponse, deadline: float) -> None:
        self._connection = connection
        self._socket = connection.sock  # http.client lets go of it where the other side will close
        self._response = response
        self._deadline = deadline
        self.status = response.status
        self.headers = response.headers
        self.media_type = response.headers.get_content_type()

    def read(self) -> bytes:
        """What has come, at least a byte; nothing at the end."""
        if self._socket is not None and self._socket.fileno() >= 0:
            self._socket.settimeout(_remaining(self._deadline))
        part = self._response.read1(READ_BYTES)
        if not part and self._response.length:
            raise ConnectionError("the answer ended before its length")
        return part

    def message(self) -> str:
        """The engine's own words in an error, without markup, in one line."""
        content = bytearray()
        with contextlib.suppress(OSError, http.client.HTTPException):
            while len(content) < _MESSAGE_BYTES and (part := self.read()):
                content += part
        text = re.sub(
            r"<(?:title|style).*?</(?:title|style)>|<[!/]?[A-Za-z][^<>]*>", " ", content.decode("utf-8", "replace"), flags=re.DOTALL
        )
        text = text.partition("SPARQL query:")[0]  # Virtuoso repeats what it was asked
        return " ".join(text.split())[:_MESSAGE_CHARACTERS]

    def abort(self) -> None:
        """End a ``read`` that waits in another thread."""
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Also where the answer is still coming: most engines then stop the query."""
        self._response.close()
        self._connection.close()


@dataclass(frozen=True, slots=True)
class _Message:
    method: str
    address: SplitResult
    body: bytes
    headers: Mapping[str, str]


class EngineClient:
    """Sends requests to one store. Threads may share it; each request has its own connection."""

    def __init__(self, store: RemoteStore) -> None:
        self.store = store
        self._credentials = _Credentials(store.user, store.password)

    def send(
        self, method: str, address: str, *, seconds: float, body: bytes = b"", headers: Mapping[str, str] | None = None,
        parameters: Mapping[str, str] | None = None,
    ) -> Answer:  # fmt: skip
        """The answer with any status but 401 and 3xx. Raises EngineUnavailable where nobody answers, and TimeoutError after ``seconds``."""
        deadline = time.monotonic() + seconds
        parts = urlsplit(address)
        query = "&".join(filter(None, (parts.query, urlencode(parameters or {}))))
        message = _Message(method, parts._replace(path=parts.path or "/", query=query, fragment=""), body, headers or {})
        answer = self._send_once(message, deadline)
        if answer.status == 401 and self._credentials.accept(answer.headers.get_all("WWW-Authenticate", [])):
            answer.close()
            answer = self._send_once(message, deadline)
        if answer.status in (401, 403):
            reason = answer.message()
            answer.close()
            raise EngineUnavailable(
                f"{parts.netloc}: ストアが拒みました（HTTP {answer.status} {reason}）。"
                "KEIKAKU_SPARQL_USER と KEIKAKU_SPARQL_PASSWORD、その利用者の権限を確かめてください"
            )
        if 300 <= answer.status < 400:
            answer.close()
            raise EngineUnavailable(
                f"{parts.netloc}: ストアが別の番地（{answer.headers.get('Location', '不明')}）へ回しました。"
                "転送には従いません。番地を直してください"
            )
        return answer

    def _send_once(self, message: _Message, deadline: float) -> Answer:
        address = message.address
        connect = http.client.HTTPSConnection if address.scheme == "https" else http.client.HTTPConnection
        connection = connect(address.netloc, timeout=_remaining(deadline))
        target = address._replace(scheme="", netloc="").geturl()
        try:
            signed = self._credentials.sign(message.method, address.geturl())
            connection.request(message.method, target, message.body or None, {"User-Agent": "keikaku", **message.headers, **signed})
            connection.sock.settimeout(_remaining(deadline))
            return Answer(connection, connection.getresponse(), deadline)
        except TimeoutError:
            connection.close()
            raise
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            raise EngineUnavailable(f"{address.netloc}: {_describe(error)}") from error


class _Credentials:
    """Answers to the challenge of a server; the last one is kept for the next request."""

    def __init__(self, user: str, password: str) -> None:
        self._user, self._password = user, password
        self._basic = False
        self._challenge: dict[str, str] | None = None
        self._lock = threading.Lock()
        passwords = HTTPPasswordMgrWithDefaultRealm()
        self._digest = AbstractDigestAuthHandler(passwords)
        self._passwords = passwords

    def accept(self, challenges: list[str]) -> bool:
        """Whether one of the ``WWW-Authenticate`` headers can be answered."""
        if not self._user:
            return False
        for challenge in challenges:
            scheme, _, rest = challenge.strip().partition(" ")
            with self._lock:
                if scheme.lower() == "digest":
                    self._challenge, self._basic = parse_keqv_list(parse_http_list(rest)), False
                    return True
                if scheme.lower() == "basic":
                    self._challenge, self._basic = None, True
                    return True
        return False

    def sign(self, method: str, address: str) -> dict[str, str]:
        with self._lock:
            if self._basic:
                token = base64.b64encode(f"{self._user}:{self._password}".encode()).decode()
                return {"Authorization": f"Basic {token}"}
            if self._challenge is None:
                return {}
            self._passwords.add_password(None, address, self._user, self._password)
            signed = self._digest.get_authorization(Request(address, method=method), self._challenge)
            return {"Authorization": f"Digest {signed}"} if signed else {}


def _describe(error: Exception) -> str:
    if isinstance(error, ConnectionRefusedError):
        return "つながりません（接続を拒まれました）。ストアが動いているか、番地とポートを確かめてください"
    if isinstance(error, socket.gaierror):
        return "ホストの名が見つかりません。番地を確かめてください"
    return f"通信できません（{error}）。番地と、http か https かを確かめてください"


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
