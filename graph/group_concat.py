"""GROUP_CONCAT gives plain text, whatever it joins (https://www.w3.org/TR/sparql11-query/#defn_aggGroupConcat).

Oxigraph 0.5 gives ``"道路課 保育課"@ja`` where all that it joins is Japanese, and a comparison with ``"道路課 保育課"`` fails. Joining the
``STR`` of each value is the same by the definition, except under DISTINCT, which would take words of two languages for one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from graph.inline_data import Edit
from graph.sparql_tokens import Token


def join_as_plain_text(tokens: Sequence[Token]) -> list[Edit]:
    """What puts ``STR()`` around what each GROUP_CONCAT without DISTINCT joins."""
    return [Edit(position, position, text) for index in range(len(tokens)) for position, text in _insertions(tokens, index)]


def _insertions(tokens: Sequence[Token], index: int) -> Iterator[tuple[int, str]]:
    """Position and text of what to insert for the call at ``index``; nothing for what is no such call or is not closed."""
    if tokens[index].keyword != "GROUP_CONCAT" or [token.text for token in tokens[index + 1 : index + 2]] != ["("]:
        return
    inside = tokens[index + 2 :]
    if not inside or inside[0].keyword == "DISTINCT":
        return
    depth = 0
    for token in inside:
        if depth == 0 and token.kind == "operator" and token.text in (")", ";"):
            yield inside[0].position, "STR("
            yield token.position, ")"
            return
        depth += (token.text in "([{") - (token.text in ")]}") if token.kind == "operator" else 0
