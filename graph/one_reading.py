"""Spells a query so that every engine reads the tokens that were read here, and no others.

Three things can be read in two ways, and each could hide a SERVICE from whoever reads it in the other:

- a prefixed name that begins with a keyword (``service:x`` beside a prefix ``:``), which Oxigraph may take for the keyword and a shorter name;
- ``<`` in parentheses, where Oxigraph may read an operator and not an IRI, and what ``#`` and ``'`` in it begin: ``FILTER(1<2)SERVICEs:x#>)``;
- code point escapes, which SPARQL 1.1 (section 19.2) resolves before anything else, and SPARQL 1.2 and Oxigraph in strings and IRIs only.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence

from graph.inline_data import Edit
from graph.sparql_tokens import Prologue, Token, decode_code_points, fail_at, tokenize
from ontology.errors import QuerySyntaxError

_ESCAPES = re.compile(r"\\(?:u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|.)", re.DOTALL)
# Characters that end a string or change what follows them, as every engine reads them inside of one.
_IN_STRING = {'"': r"\"", "'": r"\'", "\\": r"\\", "\n": r"\n", "\r": r"\r"}
_NOT_IN_IRI = re.compile(r"[<>\"{}|^`\\\x00-\x20]")
_BEGINS = re.compile("[#']")
_LONGEST_EXPRESSION = 2000  # between "<" and ">", without blanks
_DEPTH = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


def spell_for_one_reading(query: str, tokens: Sequence[Token], prologue: Prologue) -> list[Edit]:
    """What to change in ``query``; nothing in nearly all. Raises QuerySyntaxError for an IRI with an escape that no IRI can have."""
    edits = list(_rename_prefixes(tokens, prologue))
    if "\\" in query:
        edits += _write_escapes(query, tokens)
    edits += _quote_iris(tokens)
    return edits


def glued_prefixes(prefix: str, prologue: Prologue, keywords: Sequence[str]) -> Iterator[str]:
    """Declared prefixes that remain behind one of ``keywords`` in ``prefix``; before it anything may stand (``true.SERVICEs:x``)."""
    for found in re.finditer(f"(?=({'|'.join(keywords)}))", prefix, re.IGNORECASE | re.ASCII):
        if prefix[found.end(1) :] in prologue.prefixes:
            yield prefix[found.end(1) :]


def _rename_prefixes(tokens: Sequence[Token], prologue: Prologue) -> Iterator[Edit]:
    """Other prefixes, as long as the old ones, for those that could be keywords and another prefix."""
    names: dict[str, str] = {}
    spellings: dict[int, Iterator[str]] = {}  # by length
    for prefix in prologue.prefixes:
        if next(glued_prefixes(prefix, prologue, ("SERVICE", "SILENT", "FROM", "NAMED")), None) is not None:
            unused = spellings.setdefault(len(prefix), map("".join, itertools.product("qxyz", repeat=len(prefix))))
            names[prefix] = next(spelling for spelling in unused if spelling not in prologue.prefixes)
    for token in tokens:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix in names:
            yield Edit(token.position, token.position + len(prefix), names[prefix])


def _write_escapes(query: str, tokens: Sequence[Token]) -> Iterator[Edit]:
    end = 0
    for token in [*tokens, Token("", "", len(query))]:
        comments = query[end : token.position]
        if "\\" in comments:
            yield Edit(end, token.position, comments.replace("\\", " "))
        if token.kind == "string" and "\\" in token.text:
            plain = _ESCAPES.sub(_write_escape, token.text)
            if plain != token.text:
                yield Edit(token.position, token.end, plain)
        if token.kind == "iri" and "\\" in token.text and _NOT_IN_IRI.search(decode_code_points(token.text[1:-1])):
            fail_at(query, token, "IRI に使えない文字を表すものがあります")
        end = token.end


def _write_escape(match: re.Match[str]) -> str:
    return _IN_STRING.get(decode_code_points(match[0]), match[0])


def _quote_iris(tokens: Sequence[Token]) -> Iterator[Edit]:
    """With nothing in it that begins a comment or string, an IRI ends at the same place as the operators that it may be taken for."""
    brackets = [""]
    for token in tokens:
        step = _DEPTH.get(token.text, 0) if token.kind == "operator" else 0
        if step > 0:
            brackets.append(token.text)
        elif step < 0 and len(brackets) > 1:
            brackets.pop()
        elif token.kind == "iri" and brackets[-1] == "(" and not _is_closed(token.text[1:-1]):
            yield Edit(token.position, token.end, _BEGINS.sub(lambda m: f"\\u{ord(m[0]):04X}", token.text))


def _is_closed(text: str) -> bool:
    """Whether ``text``, read as tokens, leaves no comment and no string open at its end."""
    if not _BEGINS.search(text):
        return True
    if len(text) > _LONGEST_EXPRESSION:
        return False
    try:
        tokens = list(tokenize(text))
    except QuerySyntaxError:
        return False
    return sum(len(token.text) for token in tokens) == len(text)
