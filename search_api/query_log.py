"""Questions that found nothing, or next to nothing: counted by day, without anything about who asked, and never in the way of an answer.

Kept is the folded text, how often it was asked on a day, and the title that was shown first. What looks as if it told of a person is only
counted (personal_data.py). One small SQLite file (its usual journal, no side files) that several processes may write; each writes from a
thread of its own, some times a minute at most.
"""

from __future__ import annotations

import logging
import os
import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from ontology.errors import KeikakuError
from search_api.clock import japanese_today
from search_api.folding import fold
from search_api.personal_data import looks_personal

KINDS = {"zero": "答えなし", "low": "弱い答え"}
MAX_CHARACTERS = 80  # Longer ones are accounts of somebody's affairs rather than wordings.
MAX_ROWS = 20_000
KEPT_DAYS = 400  # a year, and the month in which it is looked at
_WAITING = 1000
_PAUSE = 2.0
_BUSY_SECONDS = 5.0
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS question (text TEXT, kind TEXT, day TEXT, count INTEGER, title TEXT, PRIMARY KEY (text, kind, day))",
    "CREATE TABLE IF NOT EXISTS withheld (day TEXT PRIMARY KEY, count INTEGER)",
)

logger = logging.getLogger(__name__)


class QueryLogError(KeikakuError):
    """The log cannot be read; the message names the file and the reason."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question that found nothing (``kind`` "zero") or little ("low"), with the title shown first, empty where there was none."""

    question: str
    kind: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class LoggedQuestion:
    """A question of the log with how often it was asked in all; ``kind`` and ``title`` are those of the last day."""

    text: str
    count: int
    kind: str
    title: str
    last_day: str


class QueryLog:
    """Takes questions from request threads and writes them later. ``failure`` tells (Japanese) why the last writing failed, or is None."""

    def __init__(self, path: Path, *, today: Callable[[], date] = japanese_today, pause: float = _PAUSE) -> None:
        self.failure: str | None = None
        self._path = path
        self._today = today
        self._pause = pause
        self._waiting: queue.Queue[Unanswered | None] = queue.Queue(_WAITING)
        self._starting = threading.Lock()
        self._writer: threading.Thread | None = None
        self._closing = threading.Event()

    def note(self, unanswered: Unanswered) -> None:
        """Remember a question. Returns at once; where too many wait to be written it is forgotten."""
        with self._starting:
            if self._writer is None:
                self._closing.clear()
                self._writer = threading.Thread(target=self._write_on, name="keikaku-query-log", daemon=True)
                self._writer.start()
        try:
            self._waiting.put_nowait(unanswered)
        except queue.Full:
            return

    def close(self) -> None:
        """Write what waits and stop."""
        if self._writer is not None:
            self._closing.set()
            self._waiting.put(None)
            self._writer.join()
            self._writer = None

    def _write_on(self) -> None:
        open_ended = True
        while open_ended:
            batch = [self._waiting.get()]
            self._closing.wait(self._pause)  # what comes soon after is written with it
            while not self._waiting.empty():
                batch.append(self._waiting.get())
            open_ended = None not in batch
            self._write([unanswered for unanswered in batch if unanswered is not None])

    def _write(self, batch: list[Unanswered]) -> None:
        if not batch:
            return
        try:
            write(self._path, batch, self._today())
        except (sqlite3.Error, OSError) as error:
            if self.failure is None:
                logger.warning("%s: 問いの記録に書けません（%s）。検索には影響しません。書けるようになれば続けます", self._path, error)
            self.failure = f"問いの記録に書けません（{error}）"
            return
        self.failure = None


def write(path: Path, batch: Iterable[Unanswered], day: date) -> None:
    """Add questions of one ``day`` to the log. Raises sqlite3.Error or OSError; then nothing was added."""
    counts: Counter[tuple[str, str]] = Counter()
    titles: dict[tuple[str, str], str] = {}
    withheld = 0
    for unanswered in batch:
        text = _fold(unanswered.question)
        if not text:
            continue
        if len(text) > MAX_CHARACTERS or looks_personal(text):
            withheld += 1
            continue
        counts[text, unanswered.kind] += 1
        titles[text, unanswered.kind] = unanswered.title
    with _transaction(path) as log:
        for (text, kind), count in counts.items():
            log.execute(
                "INSERT INTO question VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET count = count + excluded.count, title = excluded.title",
                (text, kind, day.isoformat(), count, titles[text, kind]),
            )
        if withheld:
            log.execute(
                "INSERT INTO withheld VALUES (?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count", (day.isoformat(), withheld)
            )
        _forget(log, day)


def read(path: Path) -> tuple[list[LoggedQuestion], int]:
    """The questions, the most frequent first, and how many were only counted. Empty where there is no log. Raises QueryLogError."""
    if not path.is_file():
        return [], 0
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)) as log:
            rows = log.execute(
                "SELECT text, sum(count), kind, title, max(day) FROM question GROUP BY text ORDER BY sum(count) DESC, text"
            ).fetchall()  # with max(), the other columns are those of its row (SQLite, "Bare columns in an aggregate query")
            [withheld] = log.execute("SELECT coalesce(sum(count), 0) FROM withheld").fetchone()
    except sqlite3.Error as error:
        raise QueryLogError(f"{path}: 問いの記録を読めません（{error}）。要らなければ、このファイルを消してください") from error
    return [LoggedQuestion(*row) for row in rows], withheld


def _fold(question: str) -> str:
    """One width, case and blank; control characters are none of a question."""
    return " ".join("".join(c if c.isprintable() else " " for c in fold(question).text).split())


@contextmanager
def _transaction(path: Path) -> Iterator[sqlite3.Connection]:
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))  # for its owner only, from the first byte on
    with closing(sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)) as log:
        log.execute("PRAGMA secure_delete = ON")
        log.execute("BEGIN IMMEDIATE")
        for statement in _SCHEMA:
            log.execute(statement)
        yield log
        log.execute("COMMIT")


def _forget(log: sqlite3.Connection, day: date) -> None:
    """What is too old, and what is too much: questions asked once go first, the oldest of them."""
    oldest = (day - timedelta(days=KEPT_DAYS)).isoformat()
    log.execute("DELETE FROM question WHERE day < ?", (oldest,))
    log.execute("DELETE FROM withheld WHERE day < ?", (oldest,))
    [rows] = log.execute("SELECT count(*) FROM question").fetchone()
    if rows > MAX_ROWS:
        log.execute(
            "DELETE FROM question WHERE rowid IN (SELECT rowid FROM question ORDER BY count > 1, day, text LIMIT ?)", (rows - MAX_ROWS,)
        )
