"""What only a process of its own can show: pipes, terminals, signals, sockets."""

from __future__ import annotations

import os
import pty
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from small_plan import Keikaku

KEIKAKU = [sys.executable, "-m", "keikaku.cli"]
# A server that does not come up within this time has failed (start-up on two busy cores is a few seconds).
PATIENCE = 60


def free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def test_the_command_is_installed() -> None:
    command = Path(sys.executable).with_name("keikaku")
    run = subprocess.run([command, "--version"], capture_output=True, text=True, check=True, timeout=PATIENCE)
    assert re.fullmatch(r"keikaku \d+\.\d+\.\d+\n", run.stdout)


def test_a_reader_that_leaves_early_is_no_error(town: Path) -> None:
    with subprocess.Popen([*KEIKAKU, "export", "--data", town], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""


def test_a_query_from_standard_input(town: Path) -> None:
    query = "SELECT (COUNT(?m) AS ?n) { ?m a <https://w3id.org/keikaku/ns#Measure> }"
    run = subprocess.run(
        [*KEIKAKU, "sparql", "-", "--data", town, "--format", "csv"],
        input=query,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=True,
    )
    assert run.stdout.splitlines() == ["n", "56"]  # some of them are told by two documents


def test_a_terminal_sees_bars(plan: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = [*KEIKAKU, "ingest", plan, "--data", tmp_path / "data", "--keyword-only"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=theirs, env=os.environ | {"TERM": "xterm", "COLUMNS": "100"}) as process:
        os.close(theirs)
        shown = b""
        try:
            while chunk := os.read(ours, 4096):
                shown += chunk
        except OSError:  # how Linux says that the other end is closed
            pass
        assert process.wait(PATIENCE) == 0
    os.close(ours)
    text = shown.decode("utf-8")
    assert "文書を読む" in text
    assert "1/1" in text
    assert "\x1b[" in text


def test_a_port_in_use_is_told_before_anything_starts(keikaku: Keikaku, town: Path) -> None:
    with closing(socket.socket()) as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        run = keikaku("serve", "--data", town, "--port", port)
    assert run.code == 2
    assert f"ポート {port} は使えません" in run.err
    assert f"--port {port + 1}" in run.err
    assert run.err.count("\n") == 1
    assert run.out == ""


def test_a_host_that_is_not_ours(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("serve", "--data", town, "--host", "192.0.2.1")
    assert run.code == 2
    assert "192.0.2.1" in run.err


@pytest.mark.parametrize("workers", [1, 2])
def test_serve_answers_until_it_is_interrupted(town: Path, workers: int) -> None:
    port = free_port()
    command = [*KEIKAKU, "serve", "--data", town, "--port", str(port), "--workers", str(workers)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert process.stdout.readline() == f"http://localhost:{port}/ で検索できます（終わるには Ctrl+C）\n"
        assert fetch(f"http://127.0.0.1:{port}/healthz")[0] == 200
        status, body = fetch(f"http://127.0.0.1:{port}/api/search?q=%E9%81%BF%E9%9B%A3%E6%89%80")
        assert status == 200
        assert "避難所の環境の改善" in body
    finally:
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert "Traceback" not in err


def fetch(url: str) -> tuple[int, str]:
    """GET, waiting for the server to come up."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode("utf-8")
        except urllib.error.URLError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)
