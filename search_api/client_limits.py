"""How much one client may ask of SPARQL at once and per minute, so that nobody keeps the others from their answers."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from search_api.problem import Problem, Text

# Of all clients together, running and waiting: each holds a thread of the server (anyio has 40).
MAX_QUERIES = 24
MAX_CLIENTS = 10_000
_FREE_ADDRESSES = ("127.0.0.0/8", "::1/128")


@dataclass(slots=True)
class _Budget:
    """Requests that a client has left, as of ``at`` seconds."""

    left: float
    at: float


class ClientLimits:
    """Counts queries by client: ``concurrent`` at a time (running or waiting), ``per_minute`` in the long run and at once.

    ``exempt_loopback``: this machine itself is not counted. ``refused`` counts by reason: concurrent, per_minute, overloaded. Only the event
    loop's thread asks.
    """

    def __init__(
        self, concurrent: int, per_minute: int, *, exempt_loopback: bool = False, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.refused = Counter({"concurrent": 0, "per_minute": 0, "overloaded": 0})
        self._concurrent, self._per_minute, self._clock = concurrent, per_minute, clock
        self._exempt = tuple(map(ipaddress.ip_network, _FREE_ADDRESSES)) if exempt_loopback else ()
        self._running: Counter[str] = Counter()
        self._budgets: dict[str, _Budget] = {}

    @contextmanager
    def admit(self, client: str) -> Iterator[None]:
        """Raises Problem 429 with Retry-After where ``client`` asks too much, 503 where all together do."""
        if not self._is_exempt(client):
            self._spend(client)
            if self._running[client] >= self._concurrent:
                raise self._refuse(
                    "concurrent",
                    1,
                    f"同時に受け付ける問い合わせは、一つの利用者につき {self._concurrent} 件までです。前の答えを待ってから送ってください。",
                    f"At most {self._concurrent} queries of one client at a time; wait for the answers to the others.",
                )
        if self._running.total() >= MAX_QUERIES:
            self.refused["overloaded"] += 1
            detail = Text(
                "問い合わせが混み合っています。しばらくしてからやり直してください。", "Too many queries at the moment; try again later."
            )
            raise Problem(503, "overloaded", detail, headers={"Retry-After": "5"})
        self._running[client] += 1
        try:
            yield
        finally:
            self._running[client] -= 1
            if not self._running[client]:
                del self._running[client]

    def _spend(self, client: str) -> None:
        now = self._clock()
        if len(self._budgets) >= MAX_CLIENTS and client not in self._budgets:
            # Who has been away for a minute has all of it again.
            self._budgets = {name: budget for name, budget in self._budgets.items() if now - budget.at < 60}
        budget = self._budgets.setdefault(client, _Budget(self._per_minute, now))
        rate = self._per_minute / 60
        budget.left = min(budget.left + (now - budget.at) * rate, self._per_minute)
        budget.at = now
        if budget.left < 1:
            raise self._refuse(
                "per_minute",
                math.ceil((1 - budget.left) / rate),
                f"問い合わせは、一つの利用者につき 1 分に {self._per_minute} 件までです。間を空けて送ってください。",
                f"At most {self._per_minute} queries a minute of one client; send them more slowly.",
            )
        budget.left -= 1

    def _refuse(self, reason: str, seconds: int, japanese: str, english: str) -> Problem:
        self.refused[reason] += 1
        return Problem(429, "too-many-requests", Text(japanese, english), headers={"Retry-After": str(seconds)})

    def _is_exempt(self, client: str) -> bool:
        try:
            address = ipaddress.ip_address(client)
        except ValueError:  # no address (a Unix socket)
            return False
        return any(address in network for network in self._exempt)


def client_of(address: str) -> str:
    """Who counts as one client: an IPv4 address, or the /64 network of an IPv6 address, which one household or office has whole."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address or "unknown"
    if found.version == 4 or found.is_loopback:
        return str(found)
    return str(found.ipv4_mapped or ipaddress.ip_network((int(found), 64), strict=False).network_address)
