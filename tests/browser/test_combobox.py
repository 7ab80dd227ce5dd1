"""Completions while typing: by keyboard, by pointer, with an input method, in the page and in the box for other sites."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, quote, urlsplit

import pytest
from test_accessibility import FAULTS, LOW_CONTRAST

pytestmark = pytest.mark.browser

LABEL = "探したいことを、ふだんの言葉で"
TITLE = "高齢者のスマートフォン利用の支援"
# References, states and names of a combobox, as axe checks them.
COMBOBOX_FAULTS = """() => {
  const faults = [];
  for (const box of document.querySelectorAll("[role=combobox]")) {
    const list = document.getElementById(box.getAttribute("aria-controls"));
    if (list?.getAttribute("role") !== "listbox") faults.push("controls no listbox");
    else if (!list.getAttribute("aria-label")) faults.push("listbox without a name");
    if (box.getAttribute("aria-expanded") !== String(!list.hidden)) faults.push("aria-expanded is wrong");
    const options = [...list.querySelectorAll("[role=option]")];
    if (!list.hidden && (!options.length || list.children.length !== options.length)) faults.push("a listbox owns options only");
    const active = box.getAttribute("aria-activedescendant");
    const selected = options.filter((option) => option.getAttribute("aria-selected") === "true").map((option) => option.id);
    if (JSON.stringify(selected) !== JSON.stringify(active ? [active] : [])) faults.push("the active option is not the selected one");
    for (const option of options) if (!option.textContent.trim()) faults.push("option without a name");
  }
  return faults;
}"""


def box_of(page):
    return page.get_by_role("combobox", name=LABEL)


def type_and_wait(page, text: str):
    box_of(page).press_sequentially(text)
    options = page.get_by_role("option")
    options.first.wait_for()
    return options


def asked(page) -> str:
    page.wait_for_url("**/?q=*")
    return parse_qs(urlsplit(page.url).query)["q"][0]


@pytest.mark.parametrize("typed", ["suma", "すまーと", "スマ"])
def test_arrows_choose_and_enter_searches(open_page: Callable, server: str, typed: str) -> None:
    page = open_page(server)
    options = type_and_wait(page, typed)
    box = box_of(page)
    assert box.get_attribute("aria-expanded") == "true"
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    first = options.first
    assert first.get_attribute("aria-selected") == "true"
    assert box.get_attribute("aria-activedescendant") == first.get_attribute("id")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None  # back in what was typed
    page.keyboard.press("ArrowUp")
    chosen = options.last.locator(".text").inner_text()
    assert options.last.get_attribute("aria-selected") == "true"
    assert box.input_value() == typed
    page.keyboard.press("Enter")
    assert asked(page) == chosen
    page.get_by_role("article").first.wait_for()


def test_enter_without_a_choice_searches_what_was_typed(open_page: Callable, server: str) -> None:
    page = open_page(server)
    type_and_wait(page, "高齢者")
    page.keyboard.press("Enter")
    assert asked(page) == "高齢者"


def test_escape_closes_the_list_and_keeps_what_was_typed(open_page: Callable, server: str) -> None:
    page = open_page(server)
    options = type_and_wait(page, "高齢")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert options.count() == 0
    assert box_of(page).input_value() == "高齢"
    assert box_of(page).get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")  # and opens it again
    options.first.wait_for()
    page.keyboard.press("Tab")
    assert options.count() == 0


def test_a_pointer_chooses(open_page: Callable, server: str) -> None:
    page = open_page(server)
    type_and_wait(page, "スマートフォン利用").filter(has_text=TITLE).click()
    assert asked(page) == TITLE


def test_what_was_typed_is_marked_and_the_kind_is_told(open_page: Callable, server: str) -> None:
    page = open_page(server)
    option = type_and_wait(page, "スマートフォン利用").filter(has_text=TITLE)
    assert option.locator("mark").inner_text() == "スマートフォン利用"
    assert option.locator(".kind").inner_text() == "取組 若葉野市"


def test_the_number_of_suggestions_is_announced(open_page: Callable, server: str) -> None:
    page = open_page(server)
    count = type_and_wait(page, "高齢").count()
    spoken = page.locator("[aria-live=polite]").filter(has_text="候補")
    assert spoken.inner_text() == f"候補が {count} 件あります。上下の矢印キーで選べます。"
    box_of(page).fill("zzzz")
    spoken.get_by_text("候補はありません").wait_for()


def test_nothing_is_asked_while_an_input_method_composes(open_page: Callable, server: str) -> None:
    page = open_page(server)
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/api/suggest" in request.url else None)
    box_of(page).focus()
    session = page.context.new_cdp_session(page)
    for text in ("ｋ", "こ", "こう", "こうれい"):
        session.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    page.wait_for_timeout(400)
    assert requests == []
    page.keyboard.press("ArrowDown")
    assert requests == []
    session.send("Input.insertText", {"text": "高齢"})
    page.get_by_role("option").first.wait_for()
    assert len(requests) == 1


def test_fast_typing_asks_once(open_page: Callable, server: str) -> None:
    page = open_page(server)
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "/api/suggest" in request.url else None)
    box_of(page).press_sequentially("スマートフォン", delay=5)
    page.get_by_role("option").first.wait_for()
    assert len(requests) == 1


def test_an_answer_that_was_overtaken_is_not_shown(open_page: Callable, server: str) -> None:
    page = open_page(server)
    held = []

    def hold(route) -> None:
        held.append(route)

    page.route("**/api/suggest?q=%E9%AB%98", hold)
    box_of(page).press_sequentially("高")
    page.wait_for_timeout(250)
    assert len(held) == 1
    options = type_and_wait(page, "齢者支援")
    assert options.first.locator(".text").inner_text() == "高齢者支援課"
    assert page.get_by_role("option").count() < 10


def test_a_server_that_fails_leaves_a_plain_search_box(open_page: Callable, server: str) -> None:
    page = open_page(server, expect_errors=True)
    page.route("**/api/suggest*", lambda route: route.abort())
    box_of(page).press_sequentially("高齢者")
    page.wait_for_timeout(300)
    page.keyboard.press("Enter")
    assert asked(page) == "高齢者"


def test_without_javascript_the_box_is_a_plain_one(open_page: Callable, server: str) -> None:
    page = open_page(server, java_script_enabled=False)
    page.get_by_label(LABEL).fill("高齢者")
    page.get_by_role("button", name="検索").click()
    assert asked(page) == "高齢者"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_open_list_can_be_read_and_heard(open_page: Callable, server: str, scheme: str, width: int) -> None:
    page = open_page(server, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert page.evaluate(COMBOBOX_FAULTS) == []
    type_and_wait(page, "し")
    page.keyboard.press("ArrowDown")
    for faults in (FAULTS, COMBOBOX_FAULTS, LOW_CONTRAST):
        assert page.evaluate(faults) == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") == 0


def test_every_page_has_the_same_box(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    box = page.get_by_role("combobox", name="計画書を検索")
    box.press_sequentially("こうれいしゃし")
    page.get_by_role("option", name="高齢者支援課").click()
    assert asked(page) == "高齢者支援課"


def test_a_filter_by_municipality_holds_for_the_suggestions(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('高齢者')}&municipality={quote('若葉野市')}")
    with page.expect_request("**/api/suggest*") as request:
        page.get_by_role("combobox", name="計画書を検索").fill("保育")
    assert parse_qs(urlsplit(request.value.url).query)["municipality"] == ["若葉野市"]
