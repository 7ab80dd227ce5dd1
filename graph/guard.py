"""Reads the words of a SPARQL query, refuses with a reason what this endpoint does not do, and bounds size and nesting.

The wall behind it is the worker process without sockets (``graph.query_worker``); the guard gives the understandable message. It knows
words and brackets only: whether the query is SPARQL is for the engine to say. Two things follow from how Oxigraph 0.5 reads:

- it accepts keywords glued to what follows (``SERVICESILENT s:x``, ``SERVICEs:x``), so only whole known words pass, and no prefix name
  may begin with or contain "service";
- it stops nowhere by itself: about 900 nested FILTER EXISTS overflow its stack, hence the limits.
"""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from graph.group_concat import join_as_plain_text
from graph.inline_data import InlineData, apply_edits
from graph.sparql_tokens import Prologue, Token, fail_at, tokenize
from ontology.errors import QueryRefused, QueryTooDeep, QueryTooLarge

MAX_BYTES = 256 * 1024
MAX_TOKENS = 20_000
MAX_DEPTH = 64

FORMS = frozenset(("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"))
_UPDATES = frozenset(("INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"))
_KEYWORDS = frozenset(  # SPARQL 1.1 and the functions of 1.2 that the engine knows
    """BASE PREFIX SELECT DISTINCT REDUCED AS CONSTRUCT WHERE DESCRIBE ASK FROM NAMED GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET
    VALUES UNDEF OPTIONAL GRAPH SERVICE SILENT BIND UNION MINUS FILTER IN NOT EXISTS A TRUE FALSE COUNT SUM MIN MAX AVG SAMPLE
    GROUP_CONCAT SEPARATOR REGEX SUBSTR REPLACE STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL FLOOR ROUND CONCAT
    STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS MINUTES SECONDS TIMEZONE TZ
    NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI ISURI ISBLANK ISLITERAL ISNUMERIC
    VERSION HASLANG HASLANGDIR LANGDIR STRLANGDIR TRIPLE ISTRIPLE SUBJECT PREDICATE OBJECT""".split()  # noqa: SIM905 - a list of words reads better
)
_OPENING = {"{": "}", "(": ")", "[": "]"}
_PREFIX_OPERATORS = frozenset(("!", "-", "+", "^", "^^"))


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may be run, ``text`` as the engine shall have it.

    ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE; the graphs are those of FROM and FROM NAMED.
    """

    text: str
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
    tokens = [token for token in tokenize(query) if not any(rows.covers(token.position) for rows in data)]
    if len(tokens) > MAX_TOKENS:
        raise QueryTooDeep(f"問い合わせの語が {len(tokens)} あります。{MAX_TOKENS} までにしてください")
    prologue = Prologue(query, tokens, base_iri)
    body = tokens[prologue.end :]
    form = body[0].keyword if body else ""
    if form in _UPDATES:
        raise QueryRefused(f"{form} は受け付けません。このエンドポイントは読み取り専用で、SELECT・ASK・CONSTRUCT・DESCRIBE だけに答えます")
    if form not in FORMS:
        fail_at(query, body[0] if body else None, "SELECT・ASK・CONSTRUCT・DESCRIBE のどれかが必要です")
    _check_words(query, body)
    _check_nesting(query, body)
    default_graphs, named_graphs = _read_dataset(prologue, body)
    check_graph_names((*default_graphs, *named_graphs), graphs)
    text = apply_edits(query, [*join_as_plain_text(tokens), *(rows.to_edit() for rows in data)])
    return CheckedQuery(text, form, default_graphs, named_graphs)


def check_graph_names(names: tuple[str, ...], graphs: Container[str]) -> None:
    """Raises QueryRefused where ``default-graph-uri`` or ``named-graph-uri`` names a graph that is not in the store."""
    for name in names:
        if name not in graphs:
            raise QueryRefused(f"グラフ <{name}> はこのストアにありません。外のデータは読み込みません")


def _check_words(query: str, tokens: list[Token]) -> None:
    for token in tokens:
        if token.keyword == "SERVICE" or (token.kind == "name" and "service" in token.text.partition(":")[0].lower()):
            raise QueryRefused(
                "SERVICE は受け付けません。このエンドポイントは外部へ問い合わせません（使えるのは SERVICE plan:search だけです）"
            )
        if token.kind == "word" and token.keyword not in _KEYWORDS:
            fail_at(query, token, "SPARQL の語ではありません")


def _check_nesting(query: str, tokens: list[Token]) -> None:
    expected: list[str] = []
    run = 0
    for token in tokens:
        run = run + 1 if token.text in _PREFIX_OPERATORS else 0
        if token.kind == "operator" and token.text in _OPENING:
            expected.append(_OPENING[token.text])
        elif token.kind == "operator" and token.text in _OPENING.values() and (not expected or expected.pop() != token.text):
            fail_at(query, token, "対応する開き括弧がありません")
        if max(len(expected), run) > MAX_DEPTH:
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
