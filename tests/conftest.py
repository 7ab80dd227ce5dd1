"""Fixtures of the whole suite."""

from __future__ import annotations

from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the checkout; tests that need it are skipped where it is absent."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip("../shared が無いため、実文書を使う試験を飛ばします")
    return SHARED
