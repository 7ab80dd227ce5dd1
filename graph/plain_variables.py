"""Variables in ASCII for an engine that reads no others: Virtuoso 7 stumbles over ``?担当``, which SPARQL 1.1 allows (VARNAME)."""

from __future__ import annotations

from graph.inline_data import Edit, apply_edits
from graph.sparql_tokens import tokenize


def spell_in_ascii(query: str) -> tuple[str, dict[str, str]]:
    """``query`` with other names for its variables beyond ASCII, and what each of these names stands for."""
    variables = [token for token in tokenize(query) if token.kind == "variable" and not token.text.isascii()]
    stem = "v"
    while stem in query:
        stem += "v"
    names = {name: f"{stem}{number}" for number, name in enumerate(dict.fromkeys(token.text[1:] for token in variables), 1)}
    edits = [Edit(token.position + 1, token.end, names[token.text[1:]]) for token in variables]
    return apply_edits(query, edits), {short: name for name, short in names.items()}


def restore_in_xml(names: dict[str, str]) -> list[tuple[bytes, bytes]]:
    """What to replace in SPARQL Results XML, so that the ``names`` are the author's again."""
    return [
        (f'<{element} name="{short}"'.encode(), f'<{element} name="{name}"'.encode())
        for short, name in names.items()
        for element in ("variable", "binding")
    ]
