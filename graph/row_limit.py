"""Bounds the solutions of a SELECT by its own LIMIT clause, so that the engine stops there, and asks whether there were more."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from graph.inline_data import Edit, apply_edits
from graph.sparql_tokens import Token, tokenize

MAX_DIGITS = 18
TOO_MANY_ROWS = "結果が行数の上限（CONSTRUCT と DESCRIBE では三つ組の数）を超えたため打ち切りました。LIMIT を付けてください"
_DEPTH = {"{": 1, "(": 1, "[": 1, "}": -1, ")": -1, "]": -1}


@dataclass(frozen=True, slots=True)
class BoundedQuery:
    """``text`` answers at most so many rows; ``probe`` answers the one row that comes after them, if there is one."""

    text: str
    probe: str


def bound_rows(query: str, max_rows: int) -> BoundedQuery | None:
    """The SELECT ``query`` with at most ``max_rows`` solutions, None where its own LIMIT is no larger."""
    modifiers = _outer_modifiers(list(tokenize(query)))
    limit, offset = _number_behind("LIMIT", modifiers), _number_behind("OFFSET", modifiers)
    if any(number and len(number.text) > MAX_DIGITS for number in (limit, offset)):
        return None  # the engine refuses it
    if limit is not None and int(limit.text) <= max_rows:
        return None
    skipped = int(offset.text) if offset else 0
    # Before a block of VALUES behind all modifiers, else at the end, on a line of its own because of comments.
    values = next((token for token in modifiers if token.keyword == "VALUES"), None)
    place = values.position if values else len(query)
    return BoundedQuery(
        _write(query, place, (limit, max_rows), (offset, None)),
        _write(query, place, (limit, 1), (offset, skipped + max_rows)),
    )


def _write(query: str, place: int, limit: tuple[Token | None, int], offset: tuple[Token | None, int | None]) -> str:
    """``query`` with new numbers: in place of their tokens, or as clauses of their own at ``place``; None leaves it as it is."""
    edits, added = [], ""
    for keyword, (token, number) in (("LIMIT", limit), ("OFFSET", offset)):
        if token and number is not None:
            edits.append(Edit(token.position, token.end, str(number)))
        elif number is not None:
            added += f"\n{keyword} {number} "
    return apply_edits(query, [*edits, Edit(place, place, added)] if added else edits)


def _outer_modifiers(tokens: Sequence[Token]) -> list[Token]:
    """The tokens outside of all brackets."""
    outer, depth = [], 0
    for token in tokens:
        step = _DEPTH.get(token.text, 0) if token.kind == "operator" else 0
        if not depth and not step:
            outer.append(token)
        depth += step
    return outer


def _number_behind(keyword: str, tokens: Sequence[Token]) -> Token | None:
    for word, number in itertools.pairwise(tokens):
        if word.keyword == keyword and number.kind == "number" and number.text.isdigit():
            return number
    return None
