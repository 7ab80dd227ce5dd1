"""Reads the words of a SPARQL query, refuses with a reason what this endpoint does not do, and bounds size and nesting.

The wall behind it is the worker process without sockets and files (``graph.query_worker``); the guard gives the understandable message.
It knows words and brackets only: whether the query is SPARQL is for the engine to say. Since Oxigraph accepts keywords that are glued
together, only whole known words pass, and what is refused is also found in the others (``graph.keywords``, ``graph.one_reading``).
The engine stops nowhere by itself: about 900 nested FILTER EXISTS overflow its stack, hence the limits.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass

from graph.group_concat import join_as_plain_text
from graph.inline_data import InlineData, apply_edits
from graph.keywords import FORMS, KEYWORDS, UPDATE_WORDS, UPDATES, cut_behind
from graph.one_reading import glued_prefixes, spell_for_one_reading
from graph.sparql_tokens import Prologue, Token, decode_code_points, fail_at, read_tokens
from ontology.errors import QueryRefused, QueryTooDeep, QueryTooLarge

MAX_BYTES = 256 * 1024
MAX_DEPTH = 64

_OPENING = {"{": "}", "(": ")", "[": "]"}
_CLOSING = frozenset(_OPENING.values())
_PREFIX_OPERATORS = frozenset(("!", "-", "+", "^", "^^"))
_DEEP_IRI = re.compile(rf"[(!+\-^]{{{MAX_DEPTH + 1}}}")  # where "<" may be an operator


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may be run, ``text`` as the engine shall have it.

    ``outline`` is the same with empty blocks for its searches: what is wrong with it stands where its author has it. ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE; the graphs are those of FROM and FROM NAMED.
    """

    text: str
    outline: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


def check_query(query: str, graphs: Container[str], base_iri: str = "", data: Sequence[InlineData] = ()) -> CheckedQuery:
    """Let a query through that reads only the ``graphs`` of the store. ``base_iri`` resolves relative IRIs where it has no BASE itself.

    ``data`` are the rows for those of its patterns that were read before and found good; they stand in the text that comes out.
    Raises QueryRefused for updates, SERVICE, unknown graphs and (as QueryTooLarge or QueryTooDeep) excessive size or nesting, and QuerySyntaxError for what cannot be read.
    """
    if len(query.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise QueryTooLarge(f"問い合わせが長すぎます。{MAX_BYTES // 1024} KiB までにしてください")
    everything = read_tokens(query)
    tokens = [token for token in everything if not any(rows.covers(token.position) for rows in data)] if data else everything
    prologue = Prologue(query, tokens, base_iri)
    body = tokens[prologue.end :]
    form = body[0].keyword if body else ""
    _refuse_update(body[:1], prologue)
    _refuse_service(body, prologue)
    default_graphs, named_graphs = _read_dataset(prologue, body)
    check_graph_names((*default_graphs, *named_graphs, *_hidden_graphs(prologue, body)), graphs)
    if form not in FORMS:
        fail_at(query, body[0] if body else None, "SELECT・ASK・CONSTRUCT・DESCRIBE のどれかが必要です")
    _check_words(query, body)
    _check_nesting(query, body)
    edits = [edit for edit in spell_for_one_reading(query, everything, prologue) if not any(rows.covers(edit.start) for rows in data)]
    text = apply_edits(query, [*edits, *join_as_plain_text(tokens), *(rows.to_edit() for rows in data)])
    outline = apply_edits(query, [*edits, *(rows.to_outline(query) for rows in data)])
    return CheckedQuery(text, outline, form, default_graphs, named_graphs)


def check_graph_names(names: Sequence[str], graphs: Container[str]) -> None:
    """Raises QueryRefused where ``default-graph-uri`` or ``named-graph-uri`` names a graph that is not in the store."""
    for name in names:
        if name not in graphs:
            raise QueryRefused(f"グラフ <{name}> はこのストアにありません。外のデータは読み込みません")


def _refuse_update(first: Sequence[Token], prologue: Prologue) -> None:
    for token in first:
        word = decode_code_points(token.text).partition(":")[0]
        rests = set(cut_behind(word, UPDATE_WORDS, UPDATE_WORDS))
        ends = "" in rests if token.kind == "word" else token.kind == "name" and not rests.isdisjoint(prologue.prefixes)
        update = next((update for update in sorted(UPDATES) if word.upper().startswith(update)), "")
        if update and ends:
            raise QueryRefused(
                f"{update} は受け付けません。このエンドポイントは読み取り専用で、SELECT・ASK・CONSTRUCT・DESCRIBE だけに答えます"
            )


def _refuse_service(tokens: Sequence[Token], prologue: Prologue) -> None:
    for token in tokens:
        if token.keyword == "SERVICE" or _hides_service(token, prologue):
            raise QueryRefused(
                "SERVICE は受け付けません。このエンドポイントは外部へ問い合わせません（使えるのは SERVICE plan:search だけです）"
            )


def _hides_service(token: Token, prologue: Prologue) -> bool:
    """Whether the engine may read SERVICE in what is no keyword by itself."""
    if token.kind == "name":
        prefix = token.text.partition(":")[0]
        return prefix not in prologue.prefixes and next(glued_prefixes(prefix, prologue, ("SERVICE", "SILENT")), None) is not None
    if token.kind != "word" or token.keyword in KEYWORDS:
        return False
    decoded = decode_code_points(token.text)
    rests = cut_behind(decoded, KEYWORDS, ("SERVICE", "SILENT"))
    return any(not rest or decoded != token.text for rest in rests)


def _hidden_graphs(prologue: Prologue, tokens: Sequence[Token]) -> Iterator[str]:
    """The graphs that the engine may read where FROM or FROM NAMED is glued to something."""
    for index, token in enumerate(tokens):
        prefix, _, local = token.text.partition(":")
        if token.kind == "name" and prefix not in prologue.prefixes:
            yield from (prologue.prefixes[rest] + local for rest in glued_prefixes(prefix, prologue, ("FROM", "NAMED")))
        elif token.kind == "word" and "" in cut_behind(decode_code_points(token.text), KEYWORDS, ("FROM", "NAMED")):
            names = map(prologue.resolve, tokens[index + 1 : index + 3])
            yield from (name for name in names if name is not None)


def _check_words(query: str, tokens: Sequence[Token]) -> None:
    for token in tokens:
        if token.kind == "word" and token.keyword not in KEYWORDS:
            fail_at(query, token, "SPARQL の語ではありません")


def _check_nesting(query: str, tokens: Sequence[Token]) -> None:
    expected: list[str] = []
    run = 0
    for token in tokens:
        kind, text, _ = token
        if kind == "operator":
            run = run + 1 if text in _PREFIX_OPERATORS else 0
            if text in _OPENING:
                expected.append(_OPENING[text])
            elif text in _CLOSING and (not expected or expected.pop() != text):
                fail_at(query, token, "対応する開き括弧がありません")
        else:
            run = MAX_DEPTH + 1 if kind == "iri" and _DEEP_IRI.search(text) else 0
        if run > MAX_DEPTH or len(expected) > MAX_DEPTH:
            raise QueryTooDeep(f"問い合わせの入れ子が深すぎます。{MAX_DEPTH} 段までにしてください")


def _read_dataset(prologue: Prologue, tokens: list[Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    default: list[str] = []
    named: list[str] = []
    for index, token in enumerate(tokens):
        if token.keyword == "FROM":
            is_named = index + 1 < len(tokens) and tokens[index + 1].keyword == "NAMED"
            name = tokens[index + 1 + is_named : index + 2 + is_named]
            iri = prologue.resolve(name[0]) if name else None
            if iri is not None:  # else the engine says what is wrong with it
                (named if is_named else default).append(iri)
    return tuple(default), tuple(named)
