"""Wrong use: one clear Japanese line, exit code 2, never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plan import Keikaku

WRONG = [
    ([], "引数が足りません: コマンド"),
    (["ingest"], "引数が足りません: PATH"),
    (["search"], "引数が足りません: 言葉"),
    (["search", "公園", "--format", "xml"], "--format に「xml」は使えません。使えるもの: table、json、csv"),
    (["search", "公園", "--nope"], "知らない引数です: --nope"),
    (["search", "公園", "--limit", "0"], "--limit に「0」は使えません。1 以上の整数を指定してください"),
    (["search", "公園", "--limit"], "--limit には値が一つ必要です"),
    (["model"], "引数が足りません: コマンド"),
    (["serve", "--port", "abc"], "--port: 「abc」は使えません。数を指定してください"),
    (["serve", "--port", "0"], "--port: 「0」は使えません。1 から 65535 までの整数"),
    (["serve", "--workers", "-1"], "--workers"),
    (["sparql", "/nowhere/query.rq"], "開けません（その場所にありません）"),
]
# Every command that reads a data folder says what to do where there is none.
READING = [["search", "公園"], ["owners", "公園"], ["report"], ["export"], ["verify"], ["backup"], ["serve"]]


@pytest.mark.parametrize(("arguments", "message"), WRONG, ids=[" ".join(row[0]) or "nothing" for row in WRONG])
def test_wrong_use(keikaku: Keikaku, arguments: list[str], message: str) -> None:
    run = keikaku(*arguments)
    assert run.code == 2
    assert run.err.startswith("エラー: ")
    assert message in run.err
    assert run.err.count("\n") == 1


@pytest.mark.parametrize("arguments", READING, ids=[row[0] for row in READING])
def test_a_missing_data_folder(keikaku: Keikaku, tmp_path: Path, arguments: list[str]) -> None:
    run = keikaku(*arguments, "--data", tmp_path / "無い")
    assert run.code == 2
    assert "データフォルダーがありません。keikaku ingest" in run.err
    assert run.err.count("\n") == 1


def test_an_empty_data_folder(keikaku: Keikaku, tmp_path: Path) -> None:
    run = keikaku("search", "公園", "--data", tmp_path)
    assert run.code == 2
    assert "まだ何も取り込まれていません" in run.err


def test_a_query_file_in_another_encoding(keikaku: Keikaku, tmp_path: Path) -> None:
    (tmp_path / "query.rq").write_text("# 問合せ\nASK {}", encoding="cp932")
    run = keikaku("sparql", tmp_path / "query.rq")
    assert run.code == 2
    assert "UTF-8" in run.err


@pytest.mark.parametrize(
    "command", ["", "ingest", "serve", "search", "owners", "sparql", "report", "export", "eval", "verify", "backup", "restore", "model"]
)
def test_help_is_japanese(keikaku: Keikaku, capfd: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as stop:
        keikaku(*command.split(), "--help")
    assert stop.value.code == 0
    text = capfd.readouterr().out
    assert text.startswith("使い方: keikaku")
    assert "usage:" not in text
    assert "show this help" not in text
