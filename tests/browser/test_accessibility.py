"""What a screen reader needs, and colours that can be read (WCAG 2.2, AA)."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

pytestmark = pytest.mark.browser

# Names, landmarks, headings and ids, as axe checks them.
FAULTS = """() => {
  const faults = [];
  const text = (element) => (element.getAttribute("aria-label") || element.textContent || "").trim();
  if (!document.documentElement.lang) faults.push("no language");
  if (!document.title) faults.push("no title");
  if (document.querySelectorAll("main").length !== 1) faults.push("not one main");
  if (document.querySelectorAll("h1").length !== 1) faults.push("not one h1");
  let level = 0;
  for (const heading of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    const own = Number(heading.tagName[1]);
    if (own > level + 1) faults.push(`h${own} after h${level}: ${text(heading)}`);
    level = own;
    if (!text(heading)) faults.push("empty heading");
  }
  for (const field of document.querySelectorAll("input:not([type=hidden]), textarea, select")) {
    if (!field.labels?.length && !field.getAttribute("aria-label")) faults.push(`no label: ${field.name}`);
  }
  for (const control of document.querySelectorAll("a[href], button, summary")) {
    if (!text(control)) faults.push(`no name: ${control.outerHTML.slice(0, 80)}`);
  }
  for (const image of document.querySelectorAll("img")) if (!image.hasAttribute("alt")) faults.push("no alt");
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  for (const id of new Set(ids)) if (ids.filter((other) => other === id).length > 1) faults.push(`id twice: ${id}`);
  for (const element of document.querySelectorAll("[aria-labelledby], [aria-describedby]")) {
    for (const name of ["aria-labelledby", "aria-describedby"]) {
      const wanted = element.getAttribute(name);
      if (wanted && !document.getElementById(wanted)) faults.push(`${name} points nowhere: ${wanted}`);
    }
  }
  return faults;
}"""

# The contrast of each visible text with the first opaque ground behind it.
LOW_CONTRAST = """() => {
  const parse = (colour) => { const n = colour.match(/[\\d.]+/g).map(Number); return { rgb: n.slice(0, 3), alpha: n.length > 3 ? n[3] : 1 }; };
  const light = (rgb) => { const [r, g, b] = rgb.map((v) => { v /= 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; }); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
  const low = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest(".hidden, .skip, option")) continue;
    let ground = element;
    while (ground && parse(getComputedStyle(ground).backgroundColor).alpha < 1) ground = ground.parentElement;
    const style = getComputedStyle(element);
    const [a, b] = [light(parse(style.color).rgb), light(parse(getComputedStyle(ground || document.body).backgroundColor).rgb)];
    const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (contrast < (large ? 3 : 4.5)) low.add(`${contrast.toFixed(2)} ${element.className || element.tagName}: ${walker.currentNode.textContent.trim().slice(0, 20)}`);
  }
  return [...low];
}"""


def pages(page, server: str) -> list[str]:
    results = f"{server}/?q={quote('高齢者')}"
    page.goto(results)
    inner = [server + page.locator(selector).first.get_attribute("href") for selector in (".source a", "article h3 a", ".departments a")]
    queries = ("SELECT * { ?s ?p ?o } LIMIT 3", "ASK {}", "DESCRIBE <x:y>", "SELECT *\nWHERE { ?s ?p ; }")
    return [
        server,
        results,
        f"{server}/?q=zzz",
        *inner,
        f"{server}/sparql",
        *(f"{server}/sparql?query={quote(query)}" for query in queries),
        f"{server}/?q={quote('2024年度のスマートフォン講座の受講者数の実績')}",
        f"{server}/?q={quote('2024年度の福祉課の窓口はどこの課が担当？')}&ignore=fiscal_year%3A2024&department={quote('市民課')}",
        f"{server}/?q={quote('練馬区の窓口')}",
        f"{server}/ns",
        f"{server}/indicators",
        f"{server}/report",
        f"{server}/indicators?disagreement=true",
        f"{server}/indicators?q=zzz",
        f"{server}/nothing",
        f"{server}/dataset",
        f"{server}/ns?lang=en",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_and_heard(open_page: Callable, server: str, scheme: str) -> None:
    page = open_page(server, color_scheme=scheme, expect_errors=True)
    for address in pages(page, server):
        page.goto(address)
        assert page.evaluate(FAULTS) == [], address
        assert page.evaluate(LOW_CONTRAST) == [], address


def test_roles_of_departments_are_words_not_only_colours(open_page: Callable, server: str) -> None:
    page = open_page(f"{server}/?q={quote('高齢者')}")
    for role in page.locator(".role").all():
        assert role.inner_text().strip()
