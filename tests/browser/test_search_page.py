"""The search page in a browser: with and without JavaScript, by keyboard, on a phone."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser

QUESTION = "高齢者のスマートフォン"


def ask(page, question: str) -> None:
    page.get_by_label("探したいことを、ふだんの言葉で").fill(question)
    page.get_by_role("button", name="検索").click()
    page.wait_for_url("**/?q=*")


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_from_a_question_to_its_source_line(open_page: Callable, server: str, javascript: bool) -> None:
    page = open_page(server, java_script_enabled=javascript)
    ask(page, QUESTION)
    hit = page.get_by_role("article").filter(has_text="高齢者のスマートフォン利用の支援").first
    assert hit.get_by_text("担当", exact=True).is_visible()
    assert hit.get_by_role("link", name="高齢者支援課").is_visible()
    assert hit.locator("mark").first.is_visible()
    hit.locator(".source a").first.click()
    page.wait_for_url("**/page/document/**")
    line = page.url.rpartition("#")[2]
    marked = page.locator(f"#{line}")
    assert marked.is_visible()
    assert "marked" in marked.get_attribute("class")
    box = marked.bounding_box()
    assert 0 <= box["y"] < page.viewport_size["height"]
    assert page.get_by_role("heading", name="から読み取ったこと").is_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_owners_stand_beside_the_results(open_page: Callable, server: str, javascript: bool) -> None:
    page = open_page(f"{server}/?q={quote(QUESTION)}", java_script_enabled=javascript)
    owners = page.get_by_role("complementary", name="この話題の担当課")
    owners.get_by_role("link", name="高齢者支援課", exact=True).click()
    page.wait_for_url("**/department/**")
    assert page.get_by_role("heading", level=1).inner_text() == "高齢者支援課"
    assert page.get_by_role("link", name="高齢者のスマートフォン利用の支援").first.is_visible()


def test_facets_narrow_and_widen(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('高齢者')}")
    before = int(page.locator(".hits h2 b").inner_text())
    page.get_by_role("navigation", name="絞り込み").get_by_role("link", name="福祉課").click()
    page.get_by_role("link", name="課 福祉課 の条件を外す").wait_for()
    assert int(page.locator(".hits h2 b").inner_text()) < before
    page.get_by_role("link", name="課 福祉課 の条件を外す").click()
    page.wait_for_url(lambda url: "department" not in url)
    assert int(page.locator(".hits h2 b").inner_text()) == before


def test_keyboard_alone_is_enough(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote(QUESTION)}")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "本文へ移動"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("保育所")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=*%E4%BF%9D*")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_readings_of_the_question_are_chips_that_the_keyboard_removes(open_page: Callable, server: str, javascript: bool) -> None:
    page = open_page(f"{server}/?q={quote('2024年度の窓口')}", java_script_enabled=javascript)
    chip = page.get_by_role("link", name="年度 2024 の条件を外す")
    chip.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**ignore=*")
    back = page.get_by_role("link", name="年度 2024 の条件を戻す")
    assert back.is_visible()
    assert page.locator("#q").input_value() == "2024年度の窓口"
    back.click()
    page.wait_for_url(lambda url: "ignore" not in url)
    assert chip.is_visible()


def test_a_facet_keeps_what_was_set_aside(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('2024年度の窓口')}&ignore=fiscal_year%3A2024")
    page.get_by_role("navigation", name="絞り込み").get_by_role("link", name="2025").click()
    page.wait_for_url("**fiscal_year=2025*")
    assert page.get_by_role("link", name="年度 2025 の条件を外す").is_visible()
    assert page.get_by_role("link", name="年度 2024 の条件を戻す").count() == 0  # the filter on years is stronger anyway
    page.get_by_role("link", name="年度 2025 の条件を外す").click()
    page.get_by_role("link", name="年度 2024 の条件を戻す").wait_for()


FIGURES_QUESTION = "2024年度のスマートフォン講座の受講者数の実績"


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_figures_stand_on_top_with_their_lines(open_page: Callable, server: str, javascript: bool) -> None:
    page = open_page(f"{server}/?q={quote(FIGURES_QUESTION)}", java_script_enabled=javascript)
    answers = page.get_by_role("region", name="計画に書かれた値")
    assert answers.get_by_role("table").first.is_visible()
    assert answers.bounding_box()["y"] < page.get_by_role("article").first.bounding_box()["y"]
    assert answers.get_by_role("columnheader", name="尋ねられた年度").first.is_visible()
    answers.locator("a.value").first.click()
    page.wait_for_url("**/page/document/**")
    assert page.locator(".marked").first.is_visible()


@pytest.mark.parametrize("width", [390, 1280])
def test_owners_asked_for_stand_before_the_results(open_page: Callable, server: str, width: int) -> None:
    page = open_page(f"{server}/?q={quote('高齢者のスマートフォンはどこの課が担当？')}", viewport={"width": width, "height": 900})
    owners = page.get_by_role("complementary", name="この話題の担当課")
    assert owners.count() == 1
    assert owners.bounding_box()["y"] < page.get_by_role("article").first.bounding_box()["y"]


def test_each_result_explains_itself(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote(QUESTION)}")
    why = page.get_by_role("article").first.locator("details.why")
    assert "語が一致" in why.locator("summary").inner_text()
    why.locator("summary").focus()
    page.keyboard.press("Enter")
    assert why.get_by_text("語の順位").is_visible()


def test_an_empty_answer_offers_words_of_the_plans(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('宇宙ステーションの窓口の係留')}")
    page.locator(".attempts").get_by_role("link", name="窓口").click()
    page.get_by_role("article").first.wait_for()
    assert page.locator("#q").input_value() == "窓口"


def test_nothing_found_leads_on(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('宇宙ステーションの係留')}")
    assert page.get_by_role("heading", name="見つかりませんでした").is_visible()
    page.locator(".examples a").first.click()
    page.get_by_role("article").first.wait_for()


def test_a_quotations_iri_marks_all_its_lines(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote(QUESTION)}")
    document = page.locator(".source a").first.get_attribute("href").partition("?")[0]
    page.goto(f"{server}{document}#L3-5")
    assert page.locator(".in-range").count() == 3


@pytest.mark.parametrize("width", [320, 390, 768, 1280, 1920])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_every_width(open_page: Callable, server: str, width: int, scheme: str) -> None:
    page = open_page(server, viewport={"width": width, "height": 800}, color_scheme=scheme)
    addresses = [
        server,
        f"{server}/?q={quote('高齢者')}",
        f"{server}/?q=zzz",
        f"{server}/?q={quote(FIGURES_QUESTION)}",
        f"{server}/?q={quote('2024年度の福祉課の窓口はどこの課が担当？')}&ignore=fiscal_year%3A2024",
        f"{server}/sparql?query={quote('SELECT * { ?s ?p ?o } LIMIT 5')}",
        f"{server}/ns",
    ]
    page.goto(addresses[1])
    addresses += [
        server + page.locator(selector).first.get_attribute("href") for selector in (".source a", "article h3 a", ".departments a")
    ]
    for address in addresses:
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0, address


def test_a_printed_result_has_no_controls(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote(QUESTION)}")
    page.emulate_media(media="print")
    assert not page.get_by_role("button", name="検索").is_visible()
    assert page.get_by_role("article").first.is_visible()
