"""The day it is: asked for at the edges only (HTTP, command line) and handed on, so that the same question has the same answer in tests."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

JAPAN = timezone(timedelta(hours=9), "JST")


def japanese_today() -> date:
    """Today in Japan, wherever the server stands."""
    return datetime.now(JAPAN).date()
