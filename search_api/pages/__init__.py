"""HTML: the templates of this folder and the filters they use."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ontology.fiscal_year import ERA_START
from search_api import addresses

# The words for the fields of a search hit and the roles of a department (contract, section 5).
FIELD_LABELS = {
    "title": "名称",
    "goal": "目標",
    "description": "概要",
    "activity": "実施状況・予定",
    "effect": "効果・実績",
    "indicator": "指標",
    "text": "本文",
    "department": "担当",
}
ROLE_LABELS = {"responsible": "担当", "involved": "関係", "collective": "総称"}

TYPE_LABELS = {"Initiative": "事例", "Passage": "本文"}


def mark_passages(text: str, spans: Sequence[Sequence[int]]) -> Markup:
    """``text`` with ``<mark>`` around the spans (start, end), which count code points; spans that overlap are joined.

    >>> mark_passages("押印<の>廃止", [[0, 2], [5, 7]])
    Markup('<mark>押印</mark>&lt;の&gt;<mark>廃止</mark>')
    """
    pieces: list[Markup] = []
    position = 0
    for start, end in sorted(tuple(span) for span in spans):
        start = max(start, position)  # noqa: PLW2901 - the part already marked is not marked again
        if start < end:
            pieces += [escape(text[position:start]), Markup("<mark>{}</mark>").format(text[start:end])]
            position = end
    return Markup("").join([*pieces, escape(text[position:])])


def format_fiscal_year(year: int) -> str:
    """A fiscal year as town halls write it, with the western year behind.

    >>> format_fiscal_year(2024), format_fiscal_year(2019), format_fiscal_year(2018)
    ('令和6年度（2024）', '令和元年度（2019）', '平成30年度（2018）')
    """
    era = "令和" if year > ERA_START["令和"] else "平成"
    number = year - ERA_START[era]
    return f"{era}{'元' if number == 1 else number}年度（{year}）"


def format_source(source: dict[str, Any]) -> str:
    """Page and lines of a source: ``p.3 2541〜2543行``."""
    first, last = source["lines"]
    page = f"p.{source['page']} " if source.get("page") else ""
    return f"{page}{first}行" if first == last else f"{page}{first}〜{last}行"


def format_filter(name: str, value: object) -> str:
    """A filter's or facet's value as people read it."""
    return format_fiscal_year(int(str(value))) if name == "fiscal_year" else str(value)


def group_in_order(values: Sequence[Any], attribute: str) -> list[tuple[Any, list[Any]]]:
    """Neighbours of ``values`` with the same ``attribute``, in their order (Jinja's own groupby sorts)."""
    return [(key, list(group)) for key, group in groupby(values, key=attrgetter(attribute))]


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.filters |= {
        "mark": mark_passages,
        "groupby_in_order": group_in_order,
        "fiscal_year": format_fiscal_year,
        "place": format_source,
        "source_path": addresses.source_path,
    }
    environment.globals |= {
        "field_labels": FIELD_LABELS, "role_labels": ROLE_LABELS, "with_query": addresses.with_query,
        "type_labels": TYPE_LABELS, "filter_text": format_filter, "lines_path": addresses.lines_path, "readable_iri": unquote,
    }  # fmt: skip
    return environment


_TEMPLATES = _environment()


def render_page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page ``template`` for ``request``; addresses in it start with ``root``, where a proxy may have put the service."""
    content = _TEMPLATES.get_template(template).render(root=request.scope.get("root_path", ""), path=request.url.path, **values)
    return HTMLResponse(content, status)
