"""How a long step shows itself: a bar on a terminal, one line a step elsewhere. Always on standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from search_api.progress import Progress


@contextmanager
def shown_progress() -> Iterator[Progress]:
    """A progress that people can watch: call it with a Japanese label, how many are done and how many there are."""
    if sys.stderr.isatty():
        with _bars() as progress:
            yield progress
    else:
        yield _lines()


def _lines() -> Progress:
    """Print each label once, so that a log stays short."""
    seen: set[str] = set()

    def progress(label: str, done: int, total: int) -> None:
        if label not in seen:
            seen.add(label)
            print(f"{label} …", file=sys.stderr, flush=True)

    return progress


@contextmanager
def _bars() -> Iterator[Progress]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TaskID, TextColumn, TimeElapsedColumn, TimeRemainingColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Bars(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, TaskID] = {}

        def progress(label: str, done: int, total: int) -> None:
            step = label.partition(":")[0]  # "埋め込みモデルの準備: 検算" is a part of one bar
            if step not in tasks:
                tasks[step] = bars.add_task(label, total=total)
            bars.update(tasks[step], description=label, completed=done, total=total)

        yield progress
