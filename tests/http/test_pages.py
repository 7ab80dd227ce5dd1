"""The search page and the pages of documents, as they are without JavaScript."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

import search_api
from search_api.pages import format_fiscal_year, format_source, mark_passages
from search_api.routes import documents

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize(
    ("text", "spans", "html"),
    [
        ("押印の廃止", [[0, 2]], "<mark>押印</mark>の廃止"),
        ("<b>&</b>", [[0, 3]], "<mark>&lt;b&gt;</mark>&amp;&lt;/b&gt;"),
        ("𠮷野家へ", [[1, 3]], "𠮷<mark>野家</mark>へ"),  # code points, not UTF-16 units
        ("abcdef", [[3, 5], [0, 2]], "<mark>ab</mark>c<mark>de</mark>f"),
        ("abcdef", [[0, 4], [2, 6]], "<mark>abcd</mark><mark>ef</mark>"),
        ("abc", [[1, 1], [0, 3], [1, 2]], "<mark>abc</mark>"),
        ("abc", [], "abc"),
    ],
)
def test_passages_are_marked(text: str, spans: list[list[int]], html: str) -> None:
    assert mark_passages(text, spans) == html


def test_years_and_places_read_as_in_print() -> None:
    assert [format_fiscal_year(year) for year in (2024, 2019, 2018, 1989)] == [
        "令和6年度（2024）", "令和元年度（2019）", "平成30年度（2018）", "平成元年度（1989）",
    ]  # fmt: skip
    assert format_source({"page": 3, "lines": [2541, 2543]}) == "p.3 2541〜2543行"
    assert format_source({"page": None, "lines": [7, 7]}) == "7行"


def test_the_first_page_offers_questions_and_tells_what_there_is(client: TestClient) -> None:
    page = client.get("/", headers=BROWSER).text
    examples = re.findall(r'href="/\?q=([^"]+)"', page)
    assert len(examples) == 5
    for example in examples:
        assert client.get(f"/api/search?q={example}").json()["total"] > 0
    for document in client.get("/api/documents").json()["documents"]:
        assert document["title"] in page
    assert "令和5年度（2023） 〜 令和8年度（2026）" in page


def test_results_show_departments_passages_and_source_lines(client: TestClient) -> None:
    page = client.get("/", params={"q": "高齢者のスマートフォン"}, headers=BROWSER).text
    assert "高齢者のスマートフォン利用の支援" in page
    assert "<mark>" in page
    assert re.search(r'(?s)<dt class="role responsible">担当</dt><dd>.*?<a href="/page/[^"]+">高齢者支援課</a>', page)
    assert "この話題の担当課" in page
    sources = re.findall(r'href="(/page/document/[^"]+)"', page)
    assert sources
    for source in dict.fromkeys(sources):
        assert client.get(source.replace("&amp;", "&"), headers=BROWSER).status_code == 200


def test_what_was_read_otherwise_is_told_and_can_be_undone(client: TestClient) -> None:
    page = client.get("/", params={"q": "すまーとふぉん"}, headers=BROWSER).text
    assert "「すまーとふぉん」を「スマートフォン」として探しました。" in page
    literally = re.search(r'<a href="([^"]+)">入力したとおりに探す', page)[1].replace("&amp;", "&")
    assert "として探しました" not in client.get(literally, headers=BROWSER).text


def test_facets_are_links_that_narrow(client: TestClient) -> None:
    page = client.get("/", params={"q": "高齢者"}, headers=BROWSER).text
    link = re.search(r'href="(/\?q=[^"]+&amp;department=[^"]+)"', page)[1].replace("&amp;", "&")
    narrowed = client.get(link, headers=BROWSER).text
    assert " の条件を外す" in narrowed
    assert re.search(r'<input type="hidden" name="department"', narrowed)
    elsewhere = client.get("/", params={"q": "高齢者", "municipality": "よその町"}, headers=BROWSER).text
    assert "この話題の担当課" not in elsewhere
    year = client.get("/", params={"q": "高齢者", "fiscal_year": "2024"}, headers=BROWSER).text
    assert "年度：令和6年度（2024）" in year


def test_long_results_have_pages(client: TestClient) -> None:
    page = client.get("/", params={"q": "市民", "limit": 2, "mode": "keyword"}, headers=BROWSER).text
    following = re.search(r'rel="next" href="([^"]+)"', page)[1].replace("&amp;", "&")
    second = client.get(following, headers=BROWSER).text
    assert 'rel="prev"' in second
    assert 'start="3"' in second


def test_nothing_found_offers_a_way_on(client: TestClient) -> None:
    page = client.get("/", params={"q": "宇宙ステーションの係留"}, headers=BROWSER).text
    assert "見つかりませんでした" in page
    assert "収録している取組から" in page


def test_what_is_asked_cannot_become_markup(client: TestClient) -> None:
    evil = '"><script>alert(1)</script>'
    for page in (client.get("/", params={"q": evil}, headers=BROWSER), client.get("/sparql", params={"query": evil}, headers=BROWSER)):
        assert "<script>alert" not in page.text


def test_errors_are_pages_for_people(client: TestClient) -> None:
    for path, words in (("/nothing", "見つかりません"), ("/?q=a&limit=abc", "整数ではありません"), ("/page/999999", "見つかりません")):
        answer = client.get(path, headers=BROWSER)
        assert answer.headers["content-type"].startswith("text/html")
        assert answer.status_code >= 400
        assert words in answer.text


def document_with(client: TestClient, ending: str) -> dict:
    return next(document for document in client.get("/api/documents").json()["documents"] if document["file_name"].endswith(ending))


def test_a_document_shows_its_lines(client: TestClient) -> None:
    document = document_with(client, "dx-r6.txt")
    page = client.get(f"/page/document/{document['id']}?lines=3-4", headers=BROWSER).text
    lines = (Path(search_api.__file__).parents[1] / "examples" / document["file_name"]).read_text(encoding="utf-8").splitlines()
    shown = re.findall(r'<p id="L(\d+)"[^>]*><a href="#L\1">\1</a><span>(.*?)</span></p>', page)
    assert [text for _, text in shown] == lines
    assert re.findall(r'<p id="L(\d+)" class="marked', page) == ["3", "4"]
    assert "3〜4行</a>から読み取ったこと" in page


def test_pages_of_a_pdf_are_numbered(client: TestClient) -> None:
    page = client.get(f"/page/document/{document_with(client, '.pdf')['id']}", headers=BROWSER).text
    assert re.findall(r'id="p(\d+)"', page)[:1] == ["1"]
    answer = client.get("/page/document/" + document_with(client, ".pdf")["id"] + "?lines=1", headers=BROWSER)
    assert "1行</a>から読み取ったこと" in answer.text


@pytest.mark.parametrize("lines", ["0", "9-3", "99999", "1-99999", "L3", "3-"])
def test_lines_that_are_not_there_are_an_error(client: TestClient, lines: str) -> None:
    answer = client.get(f"/page/document/{document_with(client, 'dx-r6.txt')['id']}", params={"lines": lines})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "lines"


def test_a_long_document_comes_in_parts(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "WHOLE_LINES", 100)
    monkeypatch.setattr(documents, "PART_LINES", 40)
    address = f"/page/document/{document_with(client, 'dx-r6.txt')['id']}"

    def numbers(query: str) -> tuple[str, list[int]]:
        page = client.get(address + query, headers=BROWSER).text
        return page, [int(number) for number in re.findall(r'<p id="L(\d+)"', page)]

    page, shown = numbers("")
    assert shown == list(range(1, 41))
    assert 'rel="next" href="?from=41"' in page
    page, shown = numbers("?lines=100-101")
    assert shown == list(range(80, 120))
    assert 'rel="prev" href="?from=40"' in page
    page, shown = numbers("?from=100000")
    assert len(shown) == 1
    assert 'rel="next"' not in page


def test_pages_load_nothing_from_elsewhere(client: TestClient) -> None:
    static = Path(search_api.__file__).parent / "static"
    for page in [client.get(path, headers=BROWSER).text for path in ("/", "/sparql", "/ns")]:
        for address in re.findall(r'(?:src|href)="([^"]+)"', page):
            assert address.startswith(("/", "#", "?")), address
        assert not re.search(r"<script(?![^>]* src=)", page)
        assert not re.search(r"<style| style=| on\w+=", page)
    for file in static.iterdir():
        if file.suffix in (".css", ".js"):
            assert not re.search(r"@import|url\(['\"]?https?:|importScripts", file.read_text(encoding="utf-8")), file
    assert (static / "embed.js").stat().st_size < 10_000
