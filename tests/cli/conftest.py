"""The command line called as a function, and documents for it."""

from __future__ import annotations

from pathlib import Path

import pytest
from small_plan import PLAN, Keikaku, Run

from keikaku.cli import main


@pytest.fixture
def keikaku(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Keikaku:
    """``main`` with these arguments: exit code and what was printed. No settings of the machine leak in."""
    for name in ("DATA", "BASE_IRI", "HOST", "PORT", "WORKERS", "LABELS", "QUERY_TIMEOUT", "QUERY_WORKERS", "QUERY_LOG", "ALLOW_ORIGINS"):
        monkeypatch.delenv(f"KEIKAKU_{name}", raising=False)

    def run(*arguments: object) -> Run:
        capfd.readouterr()
        code = main([str(argument) for argument in arguments])
        out, err = capfd.readouterr()
        return Run(code, out, err)

    return run


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    """A document that can be read."""
    path = tmp_path / "documents" / "みどりの計画.txt"
    path.parent.mkdir()
    path.write_text(PLAN, encoding="utf-8")
    return path
