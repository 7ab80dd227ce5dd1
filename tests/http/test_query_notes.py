"""Questions without an answer that come over HTTP are counted, and whatever happens to the log, questions are answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from search_api import query_log, unanswered
from search_api.app import create_app
from search_api.settings import QUERY_LOG, ServiceSettings

BROWSER = {"Accept": "text/html", "User-Agent": "Mozilla/5.0 (Nobody)", "X-Forwarded-For": "192.0.2.7", "Cookie": "session=secret"}
NOWHERE = "宇宙ステーションの係留"


@pytest.fixture
def log_file(tmp_path: Path) -> Path:
    return tmp_path / QUERY_LOG


@pytest.fixture
def ask(town: Path, log_file: Path) -> Iterator[Callable]:
    """Asks a service that keeps a log; the log is complete when the service has been closed: ``ask.close()``."""
    with ExitStack() as stack:
        app = create_app(town, ServiceSettings(query_workers=1, query_log=log_file))
        client = stack.enter_context(TestClient(app))

        def ask(path: str, **parameters: object):
            answer = client.get(path, params=parameters, headers=BROWSER)
            assert answer.status_code == 200
            return answer

        ask.app, ask.close = app, stack.close
        yield ask


def logged(log_file: Path) -> dict[str, tuple[int, str]]:
    return {question.text: (question.count, question.kind) for question in query_log.read(log_file)[0]}


def test_questions_that_find_nothing_are_counted(ask: Callable, log_file: Path) -> None:
    ask("/api/search", q=NOWHERE)
    ask("/", q=f" {NOWHERE}　")
    ask("/api/owners", q=NOWHERE)
    ask.close()
    assert logged(log_file) == {NOWHERE: (3, "zero")}


def test_answered_questions_are_not(ask: Callable, log_file: Path) -> None:
    ask("/api/search", q="高齢者のスマートフォン")
    ask("/api/owners", q="高齢者のスマートフォン")
    ask("/", q="高齢者のスマートフォン")
    ask("/")
    ask.close()
    assert logged(log_file) == {}


@pytest.mark.parametrize(
    "parameters", [{"department": "福祉課"}, {"municipality": "若葉野市"}, {"offset": 10}, {"mode": "keyword"}, {"fiscal_year": 1999}]
)
def test_what_filters_or_paging_leave_empty_is_no_matter_of_words(ask: Callable, log_file: Path, parameters: dict) -> None:
    ask("/api/search", q=NOWHERE, **parameters)
    ask.close()
    assert logged(log_file) == {}


def test_weak_answers_are_counted_with_their_first_title(ask: Callable, log_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unanswered, "WEAK", 100.0)
    ask("/api/search", q="高齢者のスマートフォン")
    ask.close()
    [question] = query_log.read(log_file)[0]
    assert (question.kind, question.title) == ("low", "高齢者のスマートフォン利用の支援")


def test_nothing_of_who_asked_is_kept(ask: Callable, log_file: Path) -> None:
    ask("/", q=NOWHERE)
    ask.close()
    written = b"".join(path.read_bytes() for path in log_file.parent.iterdir())
    assert NOWHERE.encode() in written
    for trace in ("Mozilla", "192.0.2.7", "secret", "testclient", "127.0.0.1"):
        assert trace.encode() not in written


def test_completions_are_not_logged(ask: Callable, log_file: Path) -> None:
    ask("/api/suggest", q="うちゅう")
    ask.close()
    assert not log_file.exists()


def test_a_log_that_cannot_be_written_harms_no_answer(ask: Callable, log_file: Path) -> None:
    log_file.mkdir()
    assert "warning" not in ask("/readyz").json()
    assert ask("/api/search", q=NOWHERE).json()["results"] == []
    ask.app.state.query_log.close()  # so that it has tried
    assert "問いの記録に書けません" in ask("/readyz").json()["warning"]
    assert ask("/api/search", q="高齢者").json()["results"]


def test_without_a_log_nothing_is_written(town: Path) -> None:
    before = sorted(path.name for path in town.iterdir())
    with TestClient(create_app(town, ServiceSettings(query_workers=1))) as client:
        client.get("/api/search", params={"q": NOWHERE})
    assert sorted(path.name for path in town.iterdir()) == before
