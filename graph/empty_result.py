"""Why a query finds nothing: its patterns are tried one after the other, each together with all before it.

The parts of a group are joined in their order (SPARQL 1.1 Query, section 18.2.2.6), so the first part with which no solution is left is the
one to look at. Filters hold for their whole group, wherever they stand, and are tried after the patterns.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from graph.sparql_tokens import Prologue, Token, tokenize
from ontology.errors import QuerySyntaxError

# More parts than these are not tried; each costs one question to the engine.
MAX_PARTS = 60

_OPENING = {"{": "}", "(": ")", "[": "]"}
_BLOCKS = frozenset(("OPTIONAL", "MINUS", "GRAPH", "SERVICE", "VALUES", "LATERAL"))
_STARTS = _BLOCKS | {"FILTER", "BIND"}


@dataclass(frozen=True, slots=True)
class Part:
    """A pattern or filter of a query, from character ``start`` to ``end``.

    ``subject`` stands before it where it shares one by ``;`` or ``,``. ``head`` opens the GRAPH that it stands in. ``kind`` is "triples", "filter" or "block".
    """

    start: int
    end: int
    kind: str
    subject: str = ""
    head: str = ""


@dataclass(frozen=True, slots=True)
class EmptyPart:
    """The part with which nothing is left: its ``text``, its first and last ``line`` from 1; ``alone`` where it finds nothing even by itself."""

    text: str
    kind: str
    first_line: int
    last_line: int
    alone: bool


def find_empty_part(query: str, ask: Callable[[str], bool]) -> EmptyPart | None:
    """The first part of ``query`` that leaves no solution; None where all its patterns together have one (HAVING, LIMIT and OFFSET remain).

    ``ask`` answers an ASK query. Raises QuerySyntaxError for a query without a group of patterns, and what ``ask`` raises.
    """
    tokens = list(tokenize(query))
    probe = _Probe(query, tokens)
    parts = list(probe.parts())[:MAX_PARTS]
    patterns = [part for part in parts if part.kind != "filter"]
    filters = [part for part in parts if part.kind == "filter"]
    for part in patterns:
        if not ask(probe.until(part, filters)):
            alone = part.kind == "triples" and not ask(probe.only(part))
            return _describe(query, part, alone)
    for number, part in enumerate(filters, 1):
        if not ask(probe.whole(without=filters[number:])):
            return _describe(query, part, alone=False)
    return None


def _describe(query: str, part: Part, alone: bool) -> EmptyPart:
    first = query.count("\n", 0, part.start) + 1
    text = f"{part.subject} {query[part.start : part.end]}".strip()
    return EmptyPart(text, part.kind, first, query.count("\n", 0, part.end) + 1, alone)


class _Probe:
    """Writes ASK queries of parts of ``query``."""

    def __init__(self, query: str, tokens: list[Token]) -> None:
        self._query = query
        self._tokens = tokens
        prologue = Prologue(query, tokens, "")
        self._opening = self._find_group(prologue.end)
        self._closing = self._match(self._opening)
        self._prologue = query[: tokens[prologue.end].position]
        before = tokens[prologue.end : self._opening]
        # FROM names follow the list of variables; they decide what can match.
        first = next((token.position for token in before if token.keyword == "FROM"), None)
        self._dataset = "" if first is None else query[first : tokens[self._opening].position]

    def parts(self) -> Iterator[Part]:
        yield from self._split(self._opening + 1, self._closing, "")

    def until(self, part: Part, without: list[Part]) -> str:
        """All up to ``part``, without filters."""
        return self._ask(self._blank(self._tokens[self._opening].position, part.end, without) + (" }}" if part.head else " }"))

    def only(self, part: Part) -> str:
        inner = f"{part.subject} {self._query[part.start : part.end]}"
        return self._ask(f"{{ {part.head} {inner} }}" + (" }" if part.head else ""))

    def whole(self, without: list[Part]) -> str:
        return self._ask(self._blank(self._tokens[self._opening].position, self._tokens[self._closing].end, without))

    def _ask(self, group: str) -> str:
        where = self._dataset if "WHERE" in self._dataset.upper() else f"{self._dataset} WHERE"
        return f"{self._prologue}ASK {where} {group}"

    def _blank(self, start: int, end: int, parts: list[Part]) -> str:
        text = self._query[start:end]
        for part in parts:
            if start <= part.start and part.end <= end:
                text = text[: part.start - start] + " " * (part.end - part.start) + text[part.end - start :]
        return text

    def _find_group(self, index: int) -> int:
        """The index of the brace that opens the group of WHERE; the template of CONSTRUCT and what stands in parentheses are passed over."""
        template = self._keyword(index) == "CONSTRUCT"
        while index < len(self._tokens):
            token = self._tokens[index]
            if token.text == "(":
                index = self._match(index)
            elif token.text == "{" and not (template and self._text(index - 1).upper() == "CONSTRUCT"):
                return index
            elif token.text == "{":
                index = self._match(index)
            index += 1
        raise QuerySyntaxError("パターン（WHERE の { … }）がありません")

    def _split(self, index: int, end: int, head: str) -> Iterator[Part]:
        while index < end:
            keyword = self._keyword(index)
            if self._text(index) == ".":
                index += 1
            elif keyword == "GRAPH" and not head:
                opening = self._next_brace(index)
                graph = self._query[self._tokens[index].position : self._tokens[opening].end]
                last = self._match(opening)
                yield from self._split(opening + 1, last, graph)
                index = last + 1
            elif keyword in _STARTS or self._text(index) == "{":
                last = self._end_of_block(index)
                kind = "filter" if keyword == "FILTER" else "block"
                yield Part(self._tokens[index].position, self._tokens[last].end, kind, head=head)
                index = last + 1
            else:
                last = self._end_of_triples(index, end)
                yield from self._split_triples(index, last, head)
                index = last

    def _split_triples(self, index: int, end: int, head: str) -> Iterator[Part]:
        """Each predicate with its object; ``;`` and ``,`` end a part, and what they share goes with the next."""
        start, subject, predicate = index, "", ""
        first = self._skip(index) + 1 if self._text(index) in _OPENING else index + 1
        own_subject = self._query[self._tokens[index].position : self._tokens[first - 1].end]
        begin_of_predicate = first
        while index < end:
            text = self._text(index)
            if text in (";", ","):
                if index > start:
                    yield self._triples(start, index, f"{subject} {predicate}".strip(), head)
                if text == ",":
                    predicate = predicate or self._predicate(begin_of_predicate)
                else:
                    predicate, begin_of_predicate = "", index + 1
                start, subject = index + 1, own_subject
            index = self._skip(index) + 1
        if end > start:
            yield self._triples(start, end, f"{subject} {predicate}".strip(), head)

    def _predicate(self, index: int) -> str:
        """What stands before the object, up to the blank: the path from token ``index``."""
        last = self._skip(index)
        while self._text(last + 1) in ("/", "|", "*", "+", "?") or self._text(last) in ("/", "|", "^", "!"):
            last = self._skip(last + 1)
        return self._query[self._tokens[index].position : self._tokens[last].end]

    def _triples(self, start: int, end: int, subject: str, head: str) -> Part:
        return Part(self._tokens[start].position, self._tokens[end - 1].end, "triples", subject, head)

    def _end_of_triples(self, index: int, end: int) -> int:
        while index < end and self._text(index) not in (".", "{") and self._keyword(index) not in _STARTS:
            index = self._skip(index) + 1
        return index

    def _end_of_block(self, index: int) -> int:
        """The last token of FILTER …, BIND (…), VALUES … { … }, OPTIONAL { … } or { … } UNION { … }."""
        keyword = self._keyword(index)
        if keyword in _BLOCKS:
            return self._match(self._next_brace(index))
        if keyword in ("FILTER", "BIND"):
            while self._text(index) not in ("(", "{"):
                index += 1
            return self._match(index)
        last = self._match(index)
        while self._keyword(last + 1) == "UNION":
            last = self._match(last + 2)
        return last

    def _next_brace(self, index: int) -> int:
        while self._text(index) != "{":
            index += 1
            if index >= len(self._tokens):
                raise QuerySyntaxError("閉じていない括弧があります")
        return index

    def _skip(self, index: int) -> int:
        return self._match(index) if self._text(index) in _OPENING else index

    def _match(self, index: int) -> int:
        """The index of the sign that closes the one at ``index``."""
        depth = 0
        for position in range(index, len(self._tokens)):
            text = self._text(position)
            depth += (text in _OPENING) - (text in _OPENING.values())
            if depth == 0:
                return position
        raise QuerySyntaxError("閉じていない括弧があります")

    def _text(self, index: int) -> str:
        return self._tokens[index].text if index < len(self._tokens) else ""

    def _keyword(self, index: int) -> str:
        return self._tokens[index].keyword if index < len(self._tokens) else ""
