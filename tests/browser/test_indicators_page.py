"""The indicators on a phone and by keyboard alone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

pytestmark = pytest.mark.browser


def test_only_the_table_scrolls_sideways_on_a_phone(open_page: Callable, server: str) -> None:
    for address in ("/indicators", "/report"):
        page = open_page(server + address, viewport={"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, address
    page = open_page(f"{server}/indicators", viewport={"width": 360, "height": 740})
    region = page.locator(".series .scroll").first
    assert region.evaluate("element => element.scrollWidth > element.clientWidth")
    # The name of the indicator stays in sight.
    region.evaluate("element => { element.scrollLeft = 200 }")
    name, frame = page.locator(".series tbody th").first.bounding_box(), region.bounding_box()
    assert abs(name["x"] - frame["x"]) < 3


def test_the_table_is_reached_and_scrolled_by_keyboard(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/indicators", viewport={"width": 700, "height": 800})
    region = page.locator(".series .scroll").first
    region.focus()
    assert region.evaluate("element => element === document.activeElement")
    page.keyboard.press("ArrowRight")
    # The page's security policy forbids what wait_for_function does; keys scroll smoothly, so the position is asked for until it moves.
    moved = """async element => {
      for (let frame = 0; frame < 100 && !element.scrollLeft; frame++) await new Promise(next => setTimeout(next, 20));
      return element.scrollLeft > 0;
    }"""
    assert region.evaluate(moved)


def test_filters_lead_to_an_address_that_can_be_shared(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/indicators")
    page.get_by_label("食い違いのあるものだけ").check()
    page.get_by_role("button", name="表示").click()
    assert "disagreement=true" in page.url
    assert page.locator(".series tbody tr").count() == 2
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "indicators.xlsx"
