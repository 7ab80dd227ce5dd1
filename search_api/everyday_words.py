"""Everyday wording in a question → the wording of plans, from ``everyday_words.toml``."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("everyday_words.toml")


@dataclass(frozen=True, slots=True)
class Wording:
    """``topic[start:end]`` is an everyday way to say what plans call ``plans``; ``instead``: the everyday words are not searched."""

    start: int
    end: int
    plans: tuple[str, ...]
    instead: bool


def find_wordings(topic: str) -> list[Wording]:
    """The everyday wordings of ``topic`` in order, not overlapping; where two begin together the longer one."""
    found = [
        Wording(*match.span(), plans, instead) for pattern, plans, instead in _wordings() for match in pattern.finditer(topic) if match[0]
    ]
    chosen: list[Wording] = []
    for wording in sorted(found, key=lambda w: (w.start, -w.end)):
        if not chosen or wording.start >= chosen[-1].end:
            chosen.append(wording)
    return chosen


@cache
def _wordings() -> tuple[tuple[re.Pattern[str], tuple[str, ...], bool], ...]:
    entries = tomllib.loads(_FILE.read_text(encoding="utf-8"))["wording"]
    return tuple(
        (
            re.compile("|".join(unicodedata.normalize("NFKC", pattern) for pattern in entry["say"]), re.IGNORECASE),
            tuple(entry["plans"]),
            entry.get("instead", False),
        )
        for entry in entries
    )
