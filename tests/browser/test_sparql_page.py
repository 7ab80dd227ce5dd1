"""The query page: examples, results, errors, formats."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from graph.queries import example_queries

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("javascript", [True, False], ids=["javascript", "no-javascript"])
def test_examples_run_and_show_rows(open_page: Callable, server: str, javascript: bool) -> None:
    page = open_page(f"{server}/sparql", java_script_enabled=javascript)
    titles = [example.title for example in example_queries()]
    assert len(titles) >= 5
    with_rows = 0
    for title in titles:
        page.get_by_role("navigation", name="例").get_by_role("link", name=title, exact=True).click()
        page.get_by_role("button", name="実行").click()
        page.get_by_role("heading", name="行", exact=False).first.wait_for()
        with_rows += page.locator("tbody tr").count() > 0
    assert with_rows >= 3


def test_ctrl_enter_runs(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    page.get_by_label("問い合わせ").fill("SELECT (1 + 1 AS ?二) {}")
    page.get_by_label("問い合わせ").press("Control+Enter")
    assert page.get_by_role("cell").inner_text() == "2"
    assert page.get_by_role("columnheader").inner_text() == "二"


def test_an_error_shows_its_line(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql", expect_errors=True)
    page.get_by_label("問い合わせ").fill("SELECT *\nWHERE {\n  ?s ?p ;;; }\n}")
    page.get_by_role("button", name="実行").click()
    alert = page.get_by_role("alert")
    assert "SPARQL の構文が正しくありません" in alert.inner_text()
    assert alert.locator(".at").inner_text().strip() in ("?s ?p ;;; }", "}")
    assert page.get_by_label("問い合わせ").input_value().startswith("SELECT *\nWHERE")


def test_results_can_be_kept_and_shared(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql?example={example_queries()[1].name}")
    page.get_by_role("button", name="実行").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "keikaku.csv"
    text = download.value.path().read_text(encoding="utf-8")
    assert len(text.splitlines()) == int(page.locator("#outcome b").inner_text()) + 1
    shared = page.get_by_role("link", name="この結果へのリンク").get_attribute("href")
    rows = page.locator("tbody tr").count()
    page.goto(server + shared)
    assert page.locator("tbody tr").count() == rows


def test_cells_lead_to_the_pages_of_things(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    page.get_by_label("問い合わせ").fill("SELECT ?p { ?p a <https://w3id.org/keikaku/ns#Plan> }")
    page.get_by_role("button", name="実行").click()
    page.get_by_role("cell").first.get_by_role("link").click()
    page.wait_for_url("**/page/**")
    assert page.get_by_role("heading", level=1).is_visible()
