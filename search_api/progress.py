"""How long work tells how far it is. The bar itself belongs to the command line."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called with a Japanese ``label`` of the step, and how many of ``total`` units of it are done."""

    def __call__(self, label: str, done: int, total: int) -> None: ...


def silent(label: str, done: int, total: int) -> None:
    """A progress that nobody watches."""
