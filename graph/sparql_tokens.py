"""The words and signs of a SPARQL query, where they stand, and what BASE and PREFIX make of its names.

Whether they make a query is for the engine to say. Neither its parser nor rdflib's tells where in the text a pattern stands.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import ClassVar, NamedTuple, NoReturn
from urllib.parse import urljoin

from ontology.errors import QuerySyntaxError, QueryTooDeep

# The terminals of https://www.w3.org/TR/sparql11-query/#sparqlGrammar; the character classes are those of PN_CHARS_BASE, _U and PN_CHARS.
_BASE = (
    r"A-Za-z\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F\u2C00-\u2FEF"
    r"\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_START = _BASE + "_"
_PART = _START + r"\-0-9\u00B7\u0300-\u036F\u203F-\u2040"
MAX_TOKENS = 20_000

# A longer prefix is none: where each of many words may begin one, all that follows would be looked at again and again.
MAX_PREFIX = 500
_CODE_POINT = re.compile(r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}")
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_TOKEN = re.compile(
    r"(?:[ \t\r\n]+|\#[^\r\n]*)*+(?:"
    + "|".join(
        (
            rf"(?P<variable>[?$][{_START}0-9][{_START}0-9\u00B7\u0300-\u036F\u203F-\u2040]*)",
            r"(?P<bracket>[{}()\[\];,])",  # an operator; the most frequent come first
            r"(?P<iri><(?:[^<>\"{}|^`\\\x00-\x20]|\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8})*>)",
            r'(?P<string>"""(?:(?:"|"")?(?:[^"\\]|\\.))*"""|'
            + r"'''(?:(?:'|'')?(?:[^'\\]|\\.))*'''"
            + r'|"(?:[^"\\\r\n]|\\.)*"|'
            + r"'(?:[^'\\\r\n]|\\.)*')",
            rf"(?P<node>_:[{_START}0-9](?:[{_PART}.]*[{_PART}])?)",
            rf"(?P<name>(?:[{_BASE}][{_PART}.]{{0,{MAX_PREFIX}}}+(?<!\.))?:"
            rf"(?:(?:[{_START}:0-9]|{_ESCAPED})(?:(?:[{_PART}.:]|{_ESCAPED})*(?:[{_PART}:]|{_ESCAPED}))?)?)",
            r"(?P<language>@[A-Za-z]+(?:-[A-Za-z0-9]+)*(?:--[A-Za-z]+)?)",
            r"(?P<number>[0-9]+\.[0-9]*[eE][+-]?[0-9]+|\.?[0-9]+[eE][+-]?[0-9]+|[0-9]*\.[0-9]+|[0-9]+)",
            # With code point escapes, which are for strings and IRIs only, so that what is refused can be told from what cannot be read.
            rf"(?P<word>(?:[{_START}]|{_CODE_POINT.pattern})(?:[{_START}0-9]|{_CODE_POINT.pattern})*)",
            r"(?P<operator>\^\^|&&|\|\||<=|>=|!=|[.=<>!^*/+\-|?~])",
            r"(?P<end>\Z)",
        )
    )
    + ")",
    re.DOTALL,
)
_BLANK = re.compile(r"(?:[ \t\r\n]+|\#[^\r\n]*)*")
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


class Token(NamedTuple):
    """A word or sign of a query. ``kind`` is iri, string, node, name, variable, language, number, word or operator; ``position`` counts characters from 0."""

    kind: str
    text: str
    position: int

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.position + len(self.text)

    @property
    def keyword(self) -> str:
        """A word of ASCII letters in upper case, empty for all else."""
        return self.text.upper() if self.kind == "word" and self.text.isascii() else ""


def tokenize(query: str) -> Iterator[Token]:
    """The tokens of ``query`` without blanks and comments. Raises QuerySyntaxError at what begins no token."""
    match_next = _TOKEN.scanner(query).match  # each match begins where the last one ended
    position = 0
    while (match := match_next()) is not None:
        kind = match.lastgroup
        if kind == "end":
            return
        position = match.end()
        start = match.start(kind)
        yield Token("operator" if kind == "bracket" else kind, query[start:position], start)
    position = _BLANK.match(query, position).end()
    fail_at(query, Token("", query[position : position + 10], position), "読めない文字があります")


def read_tokens(query: str) -> list[Token]:
    """All tokens of what a client sent. Raises QuerySyntaxError, and QueryTooDeep where there are more than ``MAX_TOKENS``."""
    tokens = list(itertools.islice(tokenize(query), MAX_TOKENS + 1))
    if len(tokens) > MAX_TOKENS:
        raise QueryTooDeep(f"問い合わせの語が多すぎます。{MAX_TOKENS} までにしてください")
    return tokens


class Prologue:
    """BASE, PREFIX and VERSION declarations; ``end`` is the index of the first token after them."""

    _SHAPES: ClassVar = {"BASE": ("iri",), "PREFIX": ("name", "iri"), "VERSION": ("string",)}

    def __init__(self, query: str, tokens: list[Token], base_iri: str) -> None:
        self.base = base_iri
        self.prefixes: dict[str, str] = {}
        self.end = 0
        while self.end < len(tokens) and tokens[self.end].keyword in self._SHAPES:
            kinds = self._SHAPES[tokens[self.end].keyword]
            declared = tokens[self.end + 1 : self.end + 1 + len(kinds)]
            if tuple(token.kind for token in declared) != kinds:
                fail_at(query, tokens[self.end], "BASE <IRI> または PREFIX 接頭辞: <IRI> の形が必要です")
            if kinds == ("iri",):
                self.base = self.resolve(declared[0]) or ""
            elif kinds == ("name", "iri"):
                self.prefixes[declared[0].text.partition(":")[0]] = self.resolve(declared[1]) or ""
            self.end += 1 + len(kinds)

    def resolve(self, token: Token) -> str | None:
        """The IRI that an IRI or prefixed name stands for, None for other tokens and unknown prefixes."""
        if token.kind == "iri":
            iri = decode_code_points(token.text[1:-1])
            return iri if _ABSOLUTE.match(iri) else urljoin(self.base, iri)  # urljoin takes the "#" off the end of a namespace
        if token.kind == "name":
            prefix, _, local = token.text.partition(":")
            return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local) if prefix in self.prefixes else None
        return None


def decode_code_points(text: str) -> str:
    r"""``text`` with the characters that its escapes ``\uXXXX`` and ``\UXXXXXXXX`` stand for; those that stand for none stay."""

    def decode(match: re.Match[str]) -> str:
        code = int(match[0][2:], 16)
        return chr(code) if code <= 0x10FFFF else match[0]

    return _CODE_POINT.sub(decode, text)


def fail_at(query: str, token: Token | None, expected: str) -> NoReturn:
    """Raise QuerySyntaxError with line and column (from 1) of ``token``, None for the end of the query, and what is ``expected`` there."""
    position = token.position if token else len(query)
    line = query.count("\n", 0, position) + 1
    column = position - (query.rfind("\n", 0, position) + 1) + 1
    found = f"（「{token.text[:30]}」）" if token else ""
    raise QuerySyntaxError(f"{line} 行 {column} 桁: {expected}{found}")
