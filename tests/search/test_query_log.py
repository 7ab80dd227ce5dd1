"""The log of questions that found nothing: what reaches the disk, what does not, several processes, and a disk that cannot be written."""

from __future__ import annotations

import logging
import multiprocessing
import os
import sqlite3
import stat
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search_api import query_log
from search_api.query_log import LoggedQuestion, QueryLog, QueryLogError, Unanswered
from search_api.settings import QUERY_LOG

DAY = date(2026, 4, 1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / QUERY_LOG


def write(path: Path, *questions: str, day: date = DAY, kind: str = "zero", title: str = "") -> None:
    query_log.write(path, [Unanswered(question, kind, title) for question in questions], day)


def counts(path: Path) -> dict[str, int]:
    return {question.text: question.count for question in query_log.read(path)[0]}


def bytes_below(directory: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(directory.rglob("*")) if file.is_file())


def test_questions_are_counted_by_their_folded_text(path: Path) -> None:
    write(path, "ｷｬｯｼｭﾚｽ　決済", "キャッシュレス 決済", "ＤＸ")
    write(path, "dx", kind="low", title="DX人材の育成", day=DAY + timedelta(days=1))
    questions, withheld = query_log.read(path)
    assert questions == [
        LoggedQuestion("dx", 2, "low", "DX人材の育成", "2026-04-02"),
        LoggedQuestion("キャッシュレス 決済", 2, "zero", "", "2026-04-01"),
    ]
    assert withheld == 0


def test_nothing_but_text_count_day_kind_and_title_is_kept(path: Path) -> None:
    write(path, "移動図書館")
    with sqlite3.connect(path) as log:
        tables = dict(log.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall())
        assert set(tables) == {"question", "withheld"}
        assert [column[1] for column in log.execute("PRAGMA table_info(question)")] == ["text", "kind", "day", "count", "title"]
        assert log.execute("SELECT * FROM question").fetchall() == [("移動図書館", "zero", "2026-04-01", 1, "")]
    log.close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("question", ["山田太郎の住民票", "090-1234-5678", "長い問い" * 21])
def test_what_may_tell_of_a_person_is_only_counted(path: Path, question: str) -> None:
    write(path, question)
    assert query_log.read(path) == ([], 1)


def test_blanks_and_marks_are_no_question(path: Path) -> None:
    write(path, "", " 　", "\0\n")
    assert query_log.read(path) == ([], 0)


digits = st.text("0123456789", min_size=12, max_size=12)
mails = st.from_regex(r"[a-z]{3,8}\.[a-z]{3,8}@[a-z]{3,8}\.(?:jp|com)", fullmatch=True)
phones = st.builds("{}-{}-{}".format, st.from_regex("0[1-9]{1,2}", fullmatch=True), st.integers(1000, 9999), st.integers(1000, 9999))
postal = st.builds("〒{}-{}".format, st.integers(100, 999), st.integers(1000, 9999))
family = st.sampled_from(["佐藤", "鈴木", "高橋", "田中", "渡辺", "伊藤", "山本", "中村", "小林", "加藤"])
names = st.builds(
    "{}{}{}".format, family, st.sampled_from(["太郎", "花子", "一郎", "健一", ""]), st.sampled_from(["さん", "様", "氏", "ちゃん", "くん"])
)
wide = str.maketrans("0123456789-@", "０１２３４５６７８９－＠")


@given(
    st.sampled_from(["", "先週申請した", "電話 ", "給付金\n", "？"]),
    st.one_of(digits, mails, phones, postal, names),
    st.sampled_from(["", " の件", "、住民票", "に連絡してほしい", "\t手続"]),
    st.booleans(),
)  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_nothing_personal_reaches_the_disk(before: str, secret: str, after: str, in_full_width: bool) -> None:
    question = before + (secret.translate(wide) if in_full_width else secret) + after
    with TemporaryDirectory() as directory:
        log = QueryLog(Path(directory) / QUERY_LOG, today=lambda: DAY, pause=0)
        log.note(Unanswered(question, "zero"))
        log.note(Unanswered("移動図書館", "zero"))
        log.close()
        written = bytes_below(Path(directory))
        assert "移動図書館".encode() in written
        for form in (secret, secret.translate(wide), secret.removeprefix("〒")):
            assert form.encode() not in written
        assert query_log.read(Path(directory) / QUERY_LOG)[1] == 1


def test_old_questions_are_forgotten(path: Path) -> None:
    write(path, "古い問い", "山田太郎")
    write(path, "新しい問い", day=DAY + timedelta(days=query_log.KEPT_DAYS + 1))
    assert counts(path) == {"新しい問い": 1}
    assert query_log.read(path)[1] == 0
    assert "古い問い".encode() not in path.read_bytes()


def test_the_log_is_bounded_and_keeps_what_is_asked_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "MAX_ROWS", 5)
    write(path, "よくある問い", "よくある問い")
    for number in range(20):
        write(path, f"問い{chr(ord('あ') + number)}", day=DAY + timedelta(days=number))
    assert len(counts(path)) == 5
    assert counts(path)["よくある問い"] == 2
    assert f"問い{chr(ord('あ') + 19)}" in counts(path)


def _note_many(path: Path, number: int) -> None:
    log = QueryLog(path, today=lambda: DAY, pause=0)
    for _ in range(50):
        log.note(Unanswered("移動図書館", "zero"))
        log.note(Unanswered(f"問い{'あいうえ'[number]}", "low"))
    log.close()


def test_several_processes_write_one_log(path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_note_many, args=(path, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    assert counts(path) == {"移動図書館": 200} | {f"問い{letter}": 50 for letter in "あいうえ"}


def test_more_than_can_wait_is_forgotten_not_waited_for(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(query_log, "_WAITING", 3)
    log = QueryLog(path, today=lambda: DAY, pause=30)
    for _ in range(1000):
        log.note(Unanswered("移動図書館", "zero"))  # would wait for half a minute, were it to wait
    log.close()
    assert 3 <= counts(path)["移動図書館"] <= 10


@pytest.fixture
def broken(path: Path) -> Path:
    path.mkdir()
    return path


def test_a_log_that_cannot_be_written_is_told_once(broken: Path, caplog: pytest.LogCaptureFixture) -> None:
    log = QueryLog(broken, today=lambda: DAY, pause=0)
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            log.note(Unanswered("移動図書館", "zero"))
            log.close()
    assert len(caplog.records) == 1
    assert log.failure is not None
    assert "移動図書館" not in caplog.text
    broken.rmdir()
    log.note(Unanswered("移動図書館", "zero"))
    log.close()
    assert log.failure is None
    assert counts(broken) == {"移動図書館": 1}


def test_a_file_that_is_no_log_is_left_alone(path: Path) -> None:
    path.write_bytes(b"not a database, but somebody's file" * 40)
    before = path.read_bytes()
    log = QueryLog(path, today=lambda: DAY, pause=0)
    log.note(Unanswered("移動図書館", "zero"))
    log.close()
    assert log.failure is not None
    assert path.read_bytes() == before
    with pytest.raises(QueryLogError, match=r"query_log\.sqlite: 問いの記録を読めません"):
        query_log.read(path)


def test_no_log_is_an_empty_one(path: Path) -> None:
    assert query_log.read(path) == ([], 0)
    assert os.listdir(path.parent) == []
