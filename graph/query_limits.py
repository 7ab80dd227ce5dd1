"""What bounds one query besides the engine's own limits, and who may have a worker next."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from ontology.errors import QueryCancelled

MAX_ROWS = 1_000_000

Thing = TypeVar("Thing")


class Cancellation:
    """Says to a query in another thread that nobody waits for it any more. ``cancel`` may come at any time, also before the query begins."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cancelled = False
        self._action: Callable[[], None] | None = None

    @property
    def cancelled(self) -> bool:
        return self._cancelled

    def cancel(self) -> None:
        with self._lock:
            self._cancelled = True
            if self._action is not None:
                self._action()

    def attach(self, action: Callable[[], None] | None) -> None:
        """``action`` is what ``cancel`` does from now on, at once where it was called before; None to let it do nothing."""
        with self._lock:
            self._action = action
            if action is not None and self._cancelled:
                action()


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """``client`` shares the workers fairly with others, empty for the product itself. ``seconds`` may only shorten the engine's limit.

    ``max_rows`` solutions of SELECT, or triples of CONSTRUCT and DESCRIBE, are answered at most. ``cancellation`` stops the query from another thread.
    """

    client: str = ""
    seconds: float | None = None
    max_rows: int = MAX_ROWS
    cancellation: Cancellation = field(default_factory=Cancellation)

    def within(self, timeout: float) -> float:
        """Seconds that the query may take."""
        return timeout if self.seconds is None else min(self.seconds, timeout)


@dataclass(eq=False, slots=True)
class _Waiting(Generic[Thing]):
    client: str
    got: Thing | None = None


class FairQueue(Generic[Thing]):
    """Lends a few things to many clients: next is who holds fewest, and among equals who came first.

    Where there is more than one, a client never holds the last that is free for others; the client "" (the product itself) may.
    """

    def __init__(self, things: Sequence[Thing]) -> None:
        self._idle = list(things)
        self._share = max(len(things) - 1, 1)
        self._all = len(things)
        self._held: Counter[str] = Counter()
        self._waiting: list[_Waiting[Thing]] = []
        self._changed = threading.Condition()

    def take(self, client: str, deadline: float, cancellation: Cancellation) -> Thing:
        """Wait for a turn. Raises TimeoutError at the deadline (of the monotonic clock) and QueryCancelled."""
        mine: _Waiting[Thing] = _Waiting(client)
        with self._changed:
            self._waiting.append(mine)
            self._hand_out()
        cancellation.attach(self._wake)
        with self._changed:
            self._changed.wait_for(lambda: mine.got is not None or cancellation.cancelled, max(deadline - time.monotonic(), 0))
            if mine.got is not None and not cancellation.cancelled:
                return mine.got
            if mine.got is None:
                self._waiting.remove(mine)
        if mine.got is not None:
            self.give_back(client, mine.got)
        if cancellation.cancelled:
            raise QueryCancelled("問い合わせた側が接続を切りました")
        raise TimeoutError

    def give_back(self, client: str, thing: Thing, *, as_last: bool = False) -> None:
        """``as_last``: lend it after all others, since it is not warm yet."""
        with self._changed:
            self._idle.insert(0 if as_last else len(self._idle), thing)
            self._held[client] -= 1
            if not self._held[client]:
                del self._held[client]
            self._hand_out()

    def _wake(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _hand_out(self) -> None:
        """Give what is idle to those whose turn it is; the lock is held."""
        while self._idle:
            entitled = [one for one in self._waiting if self._held[one.client] < (self._share if one.client else self._all)]
            if not entitled:
                return
            chosen = min(entitled, key=lambda one: self._held[one.client])
            self._waiting.remove(chosen)
            self._held[chosen.client] += 1
            chosen.got = self._idle.pop()
            self._changed.notify_all()
