"""<keikaku-search> in a page of another origin, allowed and not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from benchmarks.serving import serve
from search_api.app import create_app
from search_api.settings import ServiceSettings

pytestmark = pytest.mark.browser

PAGE = """<!doctype html><html lang="ja"><title>庁内ポータル</title><h1>庁内ポータル</h1>
<script src="{script}/embed.js" defer></script><keikaku-search {attributes}></keikaku-search>"""


def show_portal(request: Request) -> HTMLResponse:
    script, attributes = request.query_params["script"], request.query_params["attributes"]
    # A page that itself forbids inline style and script, as careful portals do.
    policy = f"default-src 'self'; script-src {script}; connect-src http://127.0.0.1:*"
    return HTMLResponse(PAGE.format(script=script, attributes=attributes), headers={"Content-Security-Policy": policy})


@pytest.fixture(scope="module")
def portal() -> Iterator[str]:
    with serve(Starlette(routes=[Route("/", show_portal), Route("/favicon.ico", lambda _: Response(status_code=204))])) as address:
        yield address


@pytest.fixture(scope="module")
def servers(town: Path, portal: str) -> Iterator[dict[str, str]]:
    """One server that allows the portal's origin, and one that allows another's only."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(serve(create_app(town, ServiceSettings(allow_origins=(origin,), query_workers=1))))
            for name, origin in (("open", portal), ("closed", "https://other.example"))
        }


def address(portal: str, script: str, attributes: str) -> str:
    return f"{portal}/?{urlencode({'script': script, 'attributes': attributes})}"


def ask(page, question: str):
    page.get_by_role("combobox", name="計画書を検索").fill(question)
    page.get_by_role("combobox", name="計画書を検索").press("Enter")
    return page.get_by_role("status")


def test_an_allowed_page_shows_hits(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    server = servers["open"]
    page = open_page(address(portal, server, f'server="{server}" limit="2" placeholder="庁内の計画を探す"'))
    assert page.get_by_role("combobox", name="計画書を検索").get_attribute("placeholder") == "庁内の計画を探す"
    status = ask(page, "高齢者のスマートフォン")
    status.get_by_text("件見つかりました").wait_for()
    hits = page.get_by_role("listitem")
    assert 1 <= hits.count() <= 2
    first = hits.first
    assert "高齢者のスマートフォン利用の支援" in first.inner_text()
    assert "担当：" in first.inner_text()
    assert first.locator("mark").count() > 0
    source = first.get_by_role("link").last.get_attribute("href")
    assert source.startswith(f"{server}/page/document/")
    first.get_by_role("link").first.click()
    page.wait_for_url(f"{server}/page/**")
    assert page.get_by_role("heading", level=1).inner_text() == "高齢者のスマートフォン利用の支援"


def test_nothing_found_is_told(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], f'server="{servers["open"]}"'))
    status = ask(page, "宇宙ステーションの係留")
    status.get_by_text("見つかりませんでした").wait_for()
    assert page.get_by_role("listitem").count() == 0


def test_without_the_attribute_the_scripts_own_server_is_asked(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], 'municipality="若葉野市"'))
    ask(page, "保育所").get_by_text("件見つかりました").wait_for()


def test_a_page_that_is_not_allowed_is_told_so(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["closed"], f'server="{servers["closed"]}"'), expect_errors=True)
    status = ask(page, "保育所")
    status.get_by_text("許可されていません").wait_for()
    assert portal in status.inner_text()
    assert page.get_by_role("listitem").count() == 0


def test_a_server_that_is_not_there_is_told(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], 'server="http://127.0.0.1:1"'), expect_errors=True)
    ask(page, "保育所").get_by_text("接続できません").wait_for()


def test_a_wrong_address_is_told(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], 'server="ftp://x"'))
    ask(page, "保育所").get_by_text("server 属性").wait_for()


def test_errors_of_the_server_are_told_in_its_words(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], f'server="{servers["open"]}" limit="1000"'), expect_errors=True)
    ask(page, "保育所").get_by_text("100 以下").wait_for()


def test_the_box_completes_what_is_typed(open_page: Callable, portal: str, servers: dict[str, str]) -> None:
    page = open_page(address(portal, servers["open"], 'municipality="若葉野市"'))
    page.get_by_role("combobox", name="計画書を検索").press_sequentially("こうれいしゃ")
    page.get_by_role("option", name="高齢者支援課").wait_for()
    page.keyboard.press("ArrowDown")
    chosen = page.get_by_role("option", selected=True).locator(".text").inner_text()
    page.keyboard.press("Enter")
    page.get_by_role("status").get_by_text("件見つかりました").wait_for()
    assert page.get_by_role("combobox", name="計画書を検索").input_value() == chosen
    assert page.get_by_role("option").count() == 0
