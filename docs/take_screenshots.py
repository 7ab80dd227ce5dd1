"""Photographs the pages of a running service for docs/images: ``python docs/take_screenshots.py http://127.0.0.1:8000 質問``."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from urllib.parse import quote, urlsplit

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).parent / "images"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
DESKTOP = {"width": 1280, "height": 860}
PHONE = {"width": 390, "height": 844}


def main(server: str, question: str) -> None:
    only_here = f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {urlsplit(server).hostname}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=[*ARGUMENTS, only_here])
        page = browser.new_page(viewport=DESKTOP, locale="ja-JP")
        take(page, server, "home")
        take(page, f"{server}/?q={quote(question)}", "search")
        source = page.locator(".source a").first.get_attribute("href")
        take(page, server + source, "document")
        page.goto(f"{server}/sparql")
        page.get_by_role("button", name="実行").click()
        page.locator(".outcome").wait_for()
        page.screenshot(path=IMAGES / "sparql.png", full_page=True)
        dark = browser.new_page(viewport=DESKTOP, color_scheme="dark", locale="ja-JP")
        take(dark, f"{server}/?q={quote(question)}", "search-dark")
        phone = browser.new_page(viewport=PHONE, device_scale_factor=2, locale="ja-JP")
        take(phone, f"{server}/?q={quote(question)}", "search-phone")
        browser.close()


def take(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main(*sys.argv[1:3])
