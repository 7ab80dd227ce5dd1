"""How a command ends (contract, commands)."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on."""

    DONE = 0
    SOME_FAILED = 1
    WRONG_USE = 2
    NOTHING_PUBLISHED = 3
    INTERRUPTED = 130  # as shells do: 128 + SIGINT
