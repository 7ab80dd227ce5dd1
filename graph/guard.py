"""Reads the words of a SPARQL query, refuses with a reason what this endpoint does not do, and bounds size and nesting.

The wall behind it is the worker process without sockets (``graph.query_worker``); the guard gives the understandable message. It knows
words and brackets only: whether the query is SPARQL is for the engine to say. Two things follow from how Oxigraph 0.5 reads:

- it accepts keywords glued to what follows (``SERVICESILENT s:x``, ``SERVICEs:x``), so only whole known words pass, and no prefix name
  may begin with or contain "service";
- it stops nowhere by itself: about 900 nested FILTER EXISTS overflow its stack, hence the limits.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from dataclasses import dataclass
from typing import ClassVar, NoReturn
from urllib.parse import urljoin

from graph.group_concat import join_as_plain_text
from ontology.errors import QueryRefused, QuerySyntaxError

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

# The terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar; the character classes are those of PN_CHARS_BASE, _U and PN_CHARS.
_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_START = _BASE + "_"
_PART = _START + r"\-0-9\u00B7\u0300-\u036F\u203F-\u2040"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    "|".join(
        (
            r"(?P<blank>[ \t\r\n]+|\#[^\r\n]*)",
            r"(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)",
            r'(?P<string>"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|'
            + r"'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
            + r'|"(?:[^"\\\r\n]|\\.)*"|'
            + r"'(?:[^'\\\r\n]|\\.)*')",
            rf"(?P<node>_:[{_START}0-9](?:[{_PART}.]*[{_PART}])?)",
            rf"(?P<name>(?:[{_BASE}](?:[{_PART}.]*[{_PART}])?)?:"
            rf"(?:(?:[{_START}:0-9]|{_ESCAPED})(?:(?:[{_PART}.:]|{_ESCAPED})*(?:[{_PART}:]|{_ESCAPED}))?)?)",
            rf"(?P<variable>[?$][{_START}0-9][{_START}0-9\u00B7\u0300-\u036F\u203F-\u2040]*)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)",
            r"(?P<number>[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
            rf"(?P<word>[{_START}][{_START}0-9]*)",
            r"(?P<operator>\^\^|&&|\|\||<=|>=|!=|[{}()\[\].;,=<>!^*/+\-|?~])",
        )
    ),
    re.DOTALL,
)
_CODE_POINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that may be run, ``text`` as the engine shall have it. ``form`` is SELECT, ASK, CONSTRUCT or DESCRIBE; the graphs are those of FROM and FROM NAMED."""

    text: str
    form: str
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Token:
    kind: str
    text: str
    position: int

    @property
    def keyword(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


def check_query(query: str, graphs: Container[str], base_iri: str = "") -> CheckedQuery:
    """Let a query through that reads only the ``graphs`` of the store. ``base_iri`` resolves relative IRIs where it has no BASE itself.

    Raises QueryRefused for updates, SERVICE, unknown graphs and excessive size or nesting, and QuerySyntaxError for what cannot be read.
    """
    if len(query.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        raise QueryRefused(f"問い合わせが長すぎます。{MAX_BYTES // 1024} KiB までにしてください")
    tokens = list(_tokenize(query))
    if len(tokens) > MAX_TOKENS:
        raise QueryRefused(f"問い合わせの語が {len(tokens)} あります。{MAX_TOKENS} までにしてください")
    prologue = _Prologue(query, tokens, base_iri)
    body = tokens[prologue.end :]
    form = body[0].keyword if body else ""
    if form in _UPDATES:
        raise QueryRefused(f"{form} は受け付けません。このエンドポイントは読み取り専用で、SELECT・ASK・CONSTRUCT・DESCRIBE だけに答えます")
    if form not in FORMS:
        _fail(query, body[0] if body else None, "SELECT・ASK・CONSTRUCT・DESCRIBE のどれかが必要です")
    _check_words(query, body)
    _check_nesting(query, body)
    default_graphs, named_graphs = _read_dataset(prologue, body)
    check_graph_names((*default_graphs, *named_graphs), graphs)
    return CheckedQuery(join_as_plain_text(query, tokens), form, default_graphs, named_graphs)


def check_graph_names(names: tuple[str, ...], graphs: Container[str]) -> None:
    """Raises QueryRefused where ``default-graph-uri`` or ``named-graph-uri`` names a graph that is not in the store."""
    for name in names:
        if name not in graphs:
            raise QueryRefused(f"グラフ <{name}> はこのストアにありません。外のデータは読み込みません")


def _tokenize(query: str) -> Iterator[_Token]:
    position = 0
    while position < len(query):
        match = _TOKEN.match(query, position)
        if match is None:
            _fail(query, _Token("", query[position : position + 10], position), "読めない文字があります")
        if match.lastgroup != "blank":
            yield _Token(match.lastgroup, match[0], position)
        position = match.end()


class _Prologue:
    """BASE, PREFIX and VERSION declarations; ``end`` is the index of the first token after them."""

    _SHAPES: ClassVar = {"BASE": ("iri",), "PREFIX": ("name", "iri"), "VERSION": ("string",)}

    def __init__(self, query: str, tokens: list[_Token], base_iri: str) -> None:
        self.base = base_iri
        self.prefixes: dict[str, str] = {}
        self.end = 0
        while self.end < len(tokens) and tokens[self.end].keyword in self._SHAPES:
            kinds = self._SHAPES[tokens[self.end].keyword]
            declared = tokens[self.end + 1 : self.end + 1 + len(kinds)]
            if tuple(token.kind for token in declared) != kinds:
                _fail(query, tokens[self.end], "BASE <IRI> または PREFIX 接頭辞: <IRI> の形が必要です")
            if kinds == ("iri",):
                self.base = self.resolve(declared[0]) or ""
            elif kinds == ("name", "iri"):
                self._declare(query, *declared)
            self.end += 1 + len(kinds)

    def _declare(self, query: str, prefix: _Token, iri: _Token) -> None:
        if "service" in prefix.text.lower():
            _fail(query, prefix, "接頭辞に service の語は使えません（SERVICE 句と区別できないため）")
        self.prefixes[prefix.text.partition(":")[0]] = self.resolve(iri) or ""

    def resolve(self, token: _Token) -> str | None:
        """The IRI that an IRI or prefixed name stands for, None for other tokens and unknown prefixes."""
        if token.kind == "iri":
            return urljoin(self.base, _CODE_POINT.sub(lambda m: chr(int(m[1] or m[2], 16)), token.text[1:-1]))
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in self.prefixes else None
        return None


def _check_words(query: str, tokens: list[_Token]) -> None:
    for token in tokens:
        if token.keyword == "SERVICE" or (token.kind == "name" and "service" in token.text.partition(":")[0].lower()):
            raise QueryRefused("SERVICE は受け付けません。このエンドポイントは外部へ問い合わせません")
        if token.kind == "word" and token.keyword not in _KEYWORDS:
            _fail(query, token, "SPARQL の語ではありません")


def _check_nesting(query: str, tokens: list[_Token]) -> None:
    expected: list[str] = []
    run = 0
    for token in tokens:
        run = run + 1 if token.text in _PREFIX_OPERATORS else 0
        if token.kind == "operator" and token.text in _OPENING:
            expected.append(_OPENING[token.text])
        elif token.kind == "operator" and token.text in _OPENING.values() and (not expected or expected.pop() != token.text):
            _fail(query, token, "対応する開き括弧がありません")
        if max(len(expected), run) > MAX_DEPTH:
            raise QueryRefused(f"問い合わせの入れ子が深すぎます。{MAX_DEPTH} 段までにしてください")


def _read_dataset(prologue: _Prologue, tokens: list[_Token]) -> tuple[tuple[str, ...], tuple[str, ...]]:
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


def _fail(query: str, token: _Token | None, expected: str) -> NoReturn:
    position = token.position if token else len(query)
    line = query.count("\n", 0, position) + 1
    column = position - (query.rfind("\n", 0, position) + 1) + 1
    found = f"（「{token.text[:30]}」）" if token else ""
    raise QuerySyntaxError(f"{line} 行 {column} 桁: {expected}{found}")
