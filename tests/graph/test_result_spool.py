"""A result that one thread writes and another reads."""

from __future__ import annotations

import threading

import pytest

from graph.result_spool import READ_BYTES, ResultSpool
from ontology.errors import QueryTimeout


def test_the_reader_gets_everything_in_order() -> None:
    spool = ResultSpool()
    parts = [bytes([number % 256]) * 50_000 for number in range(40)]

    def fill() -> None:
        for part in parts:
            assert spool.write(part)
        spool.end()

    writer = threading.Thread(target=fill)
    writer.start()
    read = list(spool)
    writer.join()
    assert b"".join(read) == b"".join(parts)
    assert max(map(len, read)) <= READ_BYTES


def test_the_writer_waits_for_nobody() -> None:
    spool = ResultSpool()
    for _ in range(100):
        assert spool.write(b"x" * 100_000)
    spool.end()
    assert sum(map(len, spool)) == 10_000_000


def test_an_error_comes_after_what_was_written() -> None:
    spool = ResultSpool()
    spool.write(b"rows")
    spool.end(QueryTimeout("止めました"))
    reader = iter(spool)
    assert next(reader) == b"rows"
    with pytest.raises(QueryTimeout, match="止めました"):
        next(reader)


def test_an_abandoned_result_tells_its_writer() -> None:
    spool = ResultSpool()
    assert spool.write(b"rows")
    spool.abandon()
    assert not spool.write(b"more")
    assert list(spool) == []
    spool.end()


def test_a_reader_that_waits_is_woken_when_the_result_is_abandoned() -> None:
    spool = ResultSpool()
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.extend(spool))
    reader.start()
    spool.abandon()
    reader.join(timeout=10)
    assert not reader.is_alive()
    assert read == []
