"""Answers of the search as text for people and as rows for CSV. The values are those of the HTTP interface."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.text import Text

# How many characters of a passage are shown in a terminal.
EXCERPT = 90

SEARCH_COLUMNS = (
    "rank", "title", "number", "level", "municipality", "plan", "departments", "score",
    "field", "fiscal_year", "text", "file", "page", "first_line", "last_line", "iri",
)  # fmt: skip
OWNER_COLUMNS = (
    "department", "role", "municipality", "current", "score", "measure", "number", "plan",
    "field", "fiscal_year", "text", "file", "page", "first_line", "last_line", "iri",
)  # fmt: skip
ROLES = {"responsible": "担当", "involved": "関係", "collective": "総称"}

Json = Mapping[str, Any]


def search_text(answer: Json) -> Group:
    """Each result with its departments and the places that match, the matching words in bold."""
    blocks: list[RenderableType] = []
    for rank, result in enumerate(answer["results"], 1):
        blocks.append(Text(f"{rank}. ").append(result["title"], "bold").append(f"{_number(result)}  {_plan(result)}"))
        if result["departments"]:
            names = "、".join(f"{department['name']}{_role(department)}" for department in result["departments"])
            blocks.append(_indent(Text(f"担当: {names}"), 3))
        blocks += [_indent(_quote(match), 3) for match in result["matches"]]
    return Group(*blocks or [Text(answer.get("hint") or "見つかりませんでした。別の言葉で試してください。")])


def owners_text(answer: Json) -> Group:
    """Each department with the measures it owns and the sentences that say so."""
    blocks: list[RenderableType] = []
    for department in answer["departments"]:
        role = f"（{ROLES[department['role']]}）  {department['municipality']['name']}"
        blocks.append(Text().append(department["name"], "bold").append(role).append(_former(department)))
        for measure in department["measures"]:
            blocks.append(_indent(Text(f"{measure['title']}{_number(measure)}  {measure['plan']['title']}"), 3))
            blocks += [_indent(_quote(match), 6) for match in measure["matches"]]
    return Group(*blocks or [Text(answer.get("hint") or "担当が見つかりませんでした。別の言葉で試してください。")])


def _former(department: Json) -> str:
    if department["current"]:
        return ""
    successors = "、".join(successor["name"] for successor in department.get("succeeded_by", ()))
    return f"  いまは{successors}" if successors else "  以前の文書"


def search_rows(answer: Json) -> Iterator[dict[str, Any]]:
    """One row a match, for ``SEARCH_COLUMNS``."""
    for rank, result in enumerate(answer["results"], 1):
        common = {
            "rank": rank,
            "title": result["title"],
            "number": result.get("number"),
            "level": result.get("level"),
            "municipality": (result.get("municipality") or {}).get("name"),
            "plan": (result.get("plan") or {}).get("title"),
            "departments": "、".join(department["name"] for department in result["departments"]),
            "score": result["score"],
            "iri": result["iri"],
        }
        for match in result["matches"] or [{}]:
            yield common | _match_cells(match)


def owner_rows(answer: Json) -> Iterator[dict[str, Any]]:
    """One row a match, for ``OWNER_COLUMNS``."""
    for department in answer["departments"]:
        for measure in department["measures"]:
            common = {
                "department": department["name"],
                "role": department["role"],
                "municipality": department["municipality"]["name"],
                "current": department["current"],
                "score": department["score"],
                "measure": measure["title"],
                "number": measure.get("number"),
                "plan": measure["plan"]["title"],
                "iri": department["iri"],
            }
            for match in measure["matches"] or [{}]:
                yield common | _match_cells(match)


def _match_cells(match: Json) -> dict[str, Any]:
    if not match:
        return {}
    source = match["source"]
    first, last = source["lines"]
    place = {"file": source["file"], "page": source.get("page"), "first_line": first, "last_line": last}
    return {"field": match["field"], "fiscal_year": match.get("fiscal_year"), "text": match["text"]} | place


def _indent(text: Text, columns: int) -> Padding:
    return Padding(text, (0, 0, 0, columns), expand=False)


def _quote(match: Json) -> Text:
    """The passage around its first highlight, and where it stands. JSON and CSV have the whole passage."""
    text, highlights = match["text"].replace("\n", " "), match["highlights"]
    first = highlights[0][0] if highlights else 0
    start = max(0, min(first - EXCERPT // 3, len(text) - EXCERPT))
    end = start + EXCERPT
    lead = "…" if start else ""
    quoted = Text(lead + text[start:end] + ("…" if end < len(text) else ""))
    for begin, stop in highlights:
        if start <= begin < end:
            quoted.stylize("bold yellow", begin - start + len(lead), min(stop, end) - start + len(lead))
    return Text("「").append_text(quoted).append("」 ").append(_place(match), "dim")


def _place(match: Json) -> str:
    source = match["source"]
    first, last = source["lines"]
    page = f" {source['page']}ページ" if source.get("page") else ""
    year = f" {match['fiscal_year']}年度" if match.get("fiscal_year") else ""
    return f"{source['file']}{page} {first if first == last else f'{first}〜{last}'}行{year}"


def _number(measure: Json) -> str:
    return f"（{measure.get('level') or ''}{measure['number']}）" if measure.get("number") else ""


def _plan(result: Json) -> str:
    return " ／ ".join(part for part in ((result.get("municipality") or {}).get("name"), (result.get("plan") or {}).get("title")) if part)


def _role(department: Json) -> str:
    return "" if department["role"] == "responsible" else f"（{ROLES[department['role']]}）"
