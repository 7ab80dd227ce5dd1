"""A real headless Chromium against a real server; every address it asks for must be on this machine."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from benchmarks.serving import serve
from search_api.app import create_app
from search_api.settings import ServiceSettings

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[object]:
    from playwright.sync_api import sync_playwright

    executable = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if executable is None:
        pytest.skip("Chromium が無いため、ブラウザの試験を飛ばします")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def server(town: Path) -> Iterator[str]:
    with serve(create_app(town, ServiceSettings(query_workers=1))) as address:
        yield address


@pytest.fixture
def open_page(chromium) -> Iterator[Callable]:
    """Opens a page in a context of its own: ``open_page(url, **context options)``.

    At the end of the test no page may have asked for an address outside, nor written an error to its console unless it was expected.
    """
    contexts, addresses, errors = [], [], []

    def open_page(url: str, *, expect_errors: bool = False, **options):
        context = chromium.new_context(locale="ja-JP", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("request", lambda request: addresses.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        if not expect_errors:
            page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not errors
    outside = [
        address
        for address in addresses
        if urlsplit(address).scheme in ("http", "https", "ws", "wss") and urlsplit(address).hostname != "127.0.0.1"
    ]
    assert not outside
