"""What every answer passes through on its way out: security headers, cross-origin rules, HEAD, and revalidation by build id."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    # Own files only: no inline script or style, so that a passage of a document can never run as code.
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}

# Data that pages of other origins may ask for, when the operator allows their origin.
SHARED_PATHS = ("/api/", "/sparql", "/id/", "/data/", "/graph/", "/ns", "/dump", "/.well-known/void")

# SPARQL and linked data are for every page's scripts unless the operator names the origins.
OPEN_PATHS = ("/sparql", "/id/", "/data/", "/graph/", "/ns", "/dump", "/.well-known/void")
EXPOSED_HEADERS = ["ETag", "Retry-After", "Link", "Content-Language", "X-Keikaku-Row-Limit", "X-Keikaku-Truncated"]

# Paths that tell their own ETag, or none.
UNCACHED_PATHS = ("/healthz", "/readyz", "/metrics", "/static/", "/embed.js", "/dump")

_HEAD = "keikaku.head"  # in the scope


class SecurityHeaders:
    """Add ``SECURITY_HEADERS`` to every answer, error or not."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


class SharedDataCORS:
    """Let pages of the allowed origins read the paths that hold data; pages and files of the service stay its own.

    Without allowed origins, SPARQL and linked data can be read by every page, as clients of the web of data expect.
    """

    def __init__(self, app: ASGIApp, allow_origins: Sequence[str]) -> None:
        self.app = app
        self.shared = CORSMiddleware(
            app,
            allow_origins=allow_origins,
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["Accept", "Accept-Language", "Content-Type", "If-None-Match"],
            expose_headers=EXPOSED_HEADERS,
            max_age=3600,
        )
        # No cookie and no password is ever asked for here, so that an open answer tells a foreign page no more than anybody.
        self.open = CORSMiddleware(
            app,
            allow_origins=["*"],
            allow_methods=["GET", "HEAD", "POST"],
            allow_headers=["*"],
            expose_headers=EXPOSED_HEADERS,
            max_age=3600,
        )
        self.open_paths = () if allow_origins else OPEN_PATHS

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path.startswith(self.open_paths):
            await self.open(scope, receive, send)
        elif path.startswith(SHARED_PATHS):
            await self.shared(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class Compression(GZipMiddleware):
    """gzip for clients that take it, but not around dumps, which are gzip already."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"].startswith("/dump"):
            await self.app(scope, receive, send)
            return
        # Starlette looks for the word alone, and compresses for gzip;q=0 as well.
        accepted = b"gzip" if takes_gzip(", ".join(Headers(scope=scope).getlist("accept-encoding"))) else b"identity"
        headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
        await super().__call__({**scope, "headers": [*headers, (b"accept-encoding", accepted)]}, receive, send)


def takes_gzip(accept_encoding: str) -> bool:
    """Whether the header wants gzip at least as much as no coding at all (RFC 9110, section 12.5.3).

    >>> [takes_gzip(header) for header in ("gzip, br", "*", "gzip;q=0", "gzip;q=0.1, identity", "")]
    [True, True, False, False, False]
    """
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, *parameters = (piece.strip() for piece in part.split(";"))
        weights[coding.removeprefix("x-")] = next((_read_weight(piece[2:]) for piece in parameters if piece.startswith("q=")), 1.0)
    gzip = weights.get("gzip", weights.get("*", 0.0))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


def _read_weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](?:\.[0-9]{0,3})?", text) else 0.0


class HeadAsGet:
    """Answer HEAD as GET without the body, on every route alike. Routes whose body costs much may see that none is wanted: ``is_head``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET", _HEAD: True}, receive, send_head)


def is_head(scope: Scope) -> bool:
    """Whether the request was HEAD before ``HeadAsGet`` made it GET."""
    return _HEAD in scope


class Revalidation:
    """Weak ETags from the build id and what was asked: a snapshot never changes, so nothing is computed again for who has it already.

    ``build_id`` gives the id of the snapshot in use, ``salt`` the version of the program. The tag is weak because answers tell
    how long they took.
    """

    def __init__(self, app: ASGIApp, build_id: Callable[[], str], salt: str) -> None:
        self.app = app
        self.build_id = build_id
        self.salt = salt

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"].startswith(UNCACHED_PATHS):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        tag = self._tag(scope, headers)
        common = {"ETag": tag, "Cache-Control": "no-cache"}
        if tag in _split_tags(headers.get("if-none-match", "")):
            fields = [(name.lower().encode(), value.encode()) for name, value in {**common, "Vary": "Accept, Accept-Language"}.items()]
            await send({"type": "http.response.start", "status": 304, "headers": fields})
            await send({"type": "http.response.body", "body": b""})
            return

        async def send_with_tag(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] in (200, 303):
                answer = MutableHeaders(scope=message)
                if answer.get("cache-control") == "no-store":
                    await send(message)
                    return
                for name, value in common.items():
                    answer.setdefault(name, value)
                answer.add_vary_header("Accept, Accept-Language")
            await send(message)

        await self.app(scope, receive, send_with_tag)

    def _tag(self, scope: Scope, headers: Headers) -> str:
        asked = (scope.get("raw_path", b"").decode("latin-1"), scope["query_string"].decode("latin-1"))
        parts = (self.build_id(), self.salt, *asked, headers.get("accept", ""), headers.get("accept-language", ""))
        return 'W/"' + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:20] + '"'


def _split_tags(header: str) -> list[str]:
    return [tag.strip() for tag in header.split(",")]
