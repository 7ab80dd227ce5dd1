"""What routes ask for by type."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Annotated

from fastapi import Depends, Request

from search_api.clock import japanese_today
from search_api.current import Published
from search_api.problem import MEDIA_TYPE
from search_api.query_log import QueryLog, Unanswered


async def _lend(request: Request) -> AsyncIterator[Published]:
    with request.app.state.current.lend() as published:
        yield published


# The snapshot that answers this request; it stays open until the request is done.
Current = Annotated[Published, Depends(_lend)]


async def today() -> date:
    """Asynchronous, as what is not is called in another thread, which takes many times as long as the answer."""
    return japanese_today()


# The day of the request; 昨年度 is read as of it.
Today = Annotated[date, Depends(today)]


class Notes:
    """Where routes leave questions without an answer; ``log`` is None where the operator keeps none."""

    def __init__(self, log: QueryLog | None) -> None:
        self._log = log

    def keep(self, unanswered: Unanswered | None) -> None:
        """Hand a question to the log; nothing here waits."""
        if self._log is not None and unanswered is not None:
            self._log.note(unanswered)


def _notes(request: Request) -> Notes:
    return Notes(request.app.state.query_log)


QuestionNotes = Annotated[Notes, Depends(_notes)]

PROBLEMS = {
    400: {"description": "入力の誤り", "content": {MEDIA_TYPE: {}}},
    500: {"description": "内部エラー", "content": {MEDIA_TYPE: {}}},
}
