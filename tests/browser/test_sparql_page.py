"""The query page: editor, examples, views of results, errors, formats, and the same as a plain form."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from graph.queries import example_queries

pytestmark = pytest.mark.browser

EXAMPLES = {example.name: example for example in example_queries()}


def ask(page, query: str) -> None:
    """By the fragment, since Chromium itself writes styles when a script fills an editable element."""
    address = page.url
    page.goto("about:blank")
    page.goto(f"{address}#query={quote(query)}&run=no")
    page.get_by_role("textbox", name="問い合わせ").press("Control+Enter")


def test_a_plain_form_answers_without_javascript(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql?example=example-2-shared", java_script_enabled=False)
    assert EXAMPLES["example-2-shared"].explanation in page.locator("#editor .about").inner_text()
    page.get_by_role("button", name="実行").click()
    assert page.locator("tbody tr").count() > 0
    page.goto(f"{server}/sparql?query={quote('SELECT * { ?a a <x:Nothing> }')}")
    assert "それだけでも一つも当てはまりません" in page.locator(".reason").inner_text()


def test_an_example_is_opened_and_run(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    page.get_by_role("navigation", name="例").get_by_role("link", name="取組と担当部署", exact=True).click()
    page.get_by_role("button", name="実行").click()
    page.get_by_role("heading", name="行", exact=False).wait_for()
    assert page.locator("tbody tr").count() > 0


def test_typing_completes_terms_names_and_prefixes(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    box = page.get_by_role("textbox", name="問い合わせ")
    box.fill("")
    box.press_sequentially("SELECT ?m { ?m plan:responsibleDep", delay=20)
    page.get_by_role("option", name="plan:responsibleDepartment").wait_for()
    page.wait_for_timeout(200)  # the list takes no key in its first moments
    box.press("Enter")
    page.wait_for_function("document.getElementById('query').value.startsWith('PREFIX plan: <https://w3id.org/keikaku/ns#>')")
    box.press_sequentially('/skos:prefLabel "市民', delay=20)
    page.get_by_role("option", name="市民課").first.wait_for()
    page.wait_for_timeout(200)
    box.press("Enter")
    page.wait_for_function("document.getElementById('query').value.includes('PREFIX skos:')")
    assert '"@ja' in page.locator("#query").input_value()


def test_ctrl_enter_runs(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    ask(page, "SELECT (1 + 1 AS ?二) {}")
    assert page.get_by_role("cell").inner_text() == "2"
    assert page.get_by_role("columnheader").inner_text() == "二"


def test_the_keyboard_leaves_the_editor(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    box = page.get_by_role("textbox", name="問い合わせ")
    box.press("Escape")
    box.press("Tab")
    assert page.evaluate("document.activeElement.id") == "run"


def test_an_error_marks_its_place(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql", expect_errors=True)
    ask(page, "SELECT *\nWHERE {\n  ?s ?p ;;; }\n}")
    assert "SPARQL の構文が正しくありません" in page.get_by_role("alert").inner_text()
    page.locator(".cm-lintRange-error").first.wait_for()


def test_zero_rows_are_explained(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    ask(page, 'PREFIX plan: <https://w3id.org/keikaku/ns#>\nSELECT * {\n  ?m a plan:Measure ;\n    plan:number "無い番号" .\n}')
    page.locator(".culprit").wait_for()
    assert page.locator(".reason").inner_text().startswith("4 行目のパターンは、それだけでも一つも当てはまりません。")
    assert page.locator(".culprit").inner_text() == '?m plan:number "無い番号"'
    page.locator(".cm-lintRange-warning").first.wait_for()


def test_figures_become_a_chart_and_columns_are_sorted(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql#query={quote(EXAMPLES['example-1-series'].text)}&view=chart")
    page.locator("svg.plot polyline").first.wait_for()
    page.get_by_label("種類").select_option("bar")
    page.locator("svg.plot rect").first.wait_for()
    page.get_by_role("button", name="表", exact=True).click()
    page.get_by_role("button", name="年度", exact=True).click()
    page.get_by_role("button", name="年度", exact=True).click()
    years = [int(text) for text in page.locator("tbody td:nth-child(2)").all_inner_texts()]
    assert years == sorted(years, reverse=True)


@pytest.mark.parametrize(
    ("name", "view", "drawn"), [("example-9-tree", "木", ".tree li"), ("example-4-network", "図", "svg.network circle")]
)
def test_graphs_are_drawn(open_page: Callable, server: str, name: str, view: str, drawn: str) -> None:
    page = open_page(f"{server}/sparql?example={name}")
    page.get_by_role("button", name="実行").click()
    page.get_by_role("button", name=view, exact=True).click()
    page.locator(drawn).first.wait_for()
    assert page.locator(drawn).count() > 5


def test_a_query_is_cancelled(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql", expect_errors=True)
    ask(page, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }")
    page.get_by_role("button", name="中止").click()
    page.get_by_text("中止しました。").wait_for()


@pytest.mark.parametrize(("label", "ending"), [("CSV", "csv"), ("Excel", "xlsx")])
def test_results_can_be_kept(open_page: Callable, server: str, label: str, ending: str) -> None:
    page = open_page(f"{server}/sparql?example=example-2-shared")
    page.get_by_role("button", name="実行").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=label, exact=True).click()
    assert download.value.suggested_filename == f"keikaku.{ending}"
    assert download.value.path().stat().st_size > 100


def test_a_link_brings_query_and_view_back(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql?example=example-3-departments")
    page.get_by_role("button", name="実行").click()
    page.get_by_role("button", name="グラフ").click()
    page.locator("svg.plot rect").first.wait_for()
    again = open_page(page.url)
    again.locator("svg.plot rect").first.wait_for()
    assert "担当する取組の多い部署" in again.locator("#query").input_value()


def test_bars_are_as_long_as_their_values(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    ask(page, 'SELECT ?name ?n { VALUES (?name ?n) { ("一" 10) ("二" 5) ("三" 0) } }')
    page.get_by_role("button", name="グラフ").click()
    page.locator("svg.plot rect").first.wait_for()
    widths = page.eval_on_selector_all("svg.plot rect", "bars => bars.map(bar => bar.getBoundingClientRect().width)")
    assert len(widths) == 3
    assert widths[0] == pytest.approx(2 * widths[1], rel=0.02)
    assert widths[2] <= 2


def test_on_a_narrow_screen_the_result_stands_below_the_query(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql", viewport={"width": 390, "height": 844})
    ask(page, "SELECT ?p { ?p a <https://w3id.org/keikaku/ns#Plan> }")
    page.locator(".outcome").first.wait_for()
    editor, result, examples = (page.locator(name).bounding_box()["y"] for name in ("#editor", "#live-outcome", ".queries"))
    assert editor < result < examples


def test_cells_lead_to_the_pages_of_things(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/sparql")
    ask(page, "SELECT ?p { ?p a <https://w3id.org/keikaku/ns#Plan> }")
    page.get_by_role("cell").first.get_by_role("link").click()
    page.wait_for_url("**/page/**")
    assert page.get_by_role("heading", level=1).is_visible()
