"""Fixtures of the whole suite."""

from __future__ import annotations

import os
import runpy
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

# No example has a deadline: time is measured in benchmarks/. CI draws the same examples every time, so that a change is not blamed for what
# chance found; people draw new ones at each run.
settings.register_profile("people", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "people")

OFFLINE = Path(__file__).parent / "offline"
EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real documents beside the checkout; tests that need it are skipped where it is absent."""
    if not (SHARED / "seeds").is_dir():
        pytest.skip("../shared が無いため、実文書を使う試験を飛ばします")
    return SHARED


def pytest_configure(config: pytest.Config) -> None:
    """Take the network away from this process and, through PYTHONPATH, from the Python processes it starts."""
    descriptor, attempts = tempfile.mkstemp(prefix="keikaku-attempts-")
    os.close(descriptor)
    os.environ["KEIKAKU_TEST_ATTEMPTS"] = attempts
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(OFFLINE), os.environ.get("PYTHONPATH"))))
    config.add_cleanup(lambda: Path(attempts).unlink(missing_ok=True))
    runpy.run_path(str(OFFLINE / "sitecustomize.py"))


@pytest.fixture
def network_attempts() -> Path:
    """The file that notes each attempt to leave this machine."""
    return Path(os.environ["KEIKAKU_TEST_ATTEMPTS"])


@pytest.fixture(autouse=True)
def no_network(network_attempts: Path) -> Iterator[None]:
    """Fail the test during which something tried to leave this machine, also where the program went on."""
    yield
    attempts = network_attempts.read_text(encoding="utf-8")
    if attempts:
        network_attempts.write_text("")
        pytest.fail(f"この試験の間に、この機械の外への接続が試みられました:\n{attempts}")


@pytest.fixture(scope="session")
def town(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the published plans of the example town; it is searched by words alone, so no model is needed."""
    from keikaku.compose import ingest_documents
    from keikaku.settings import resolve_settings

    data_dir = tmp_path_factory.mktemp("town")
    ingest_documents([EXAMPLES], resolve_settings({"data_dir": str(data_dir)}, environ={}))
    return data_dir
