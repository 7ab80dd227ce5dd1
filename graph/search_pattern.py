"""``SERVICE plan:search { ?measure plan:query "…" ; plan:score ?score }``: found in a query, read, and written as the rows it stands for.

The solutions of a SERVICE are joined with the group that it stands in (SPARQL 1.1 Federated Query, section 4), and so is inline data
(SPARQL 1.1 Query, section 18.2.2.6). VALUES in its place is therefore the same algebra wherever it stands: in OPTIONAL, UNION, MINUS,
EXISTS, GRAPH, sub-queries.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pyoxigraph import Literal, NamedNode

from graph.inline_data import InlineData
from graph.search_reader import SearchCall, SearchReader
from graph.sparql_tokens import Prologue, Token, fail_at, read_tokens
from graph.terms import PLAN, RDF, decimal, integer, text

SEARCH = PLAN.iri + "search"


@dataclass(frozen=True, slots=True)
class SearchHit:
    """One thing found. ``highlights`` are spans in code points of ``text``, in order; ``quotation`` is the IRI of the place that prints it."""

    iri: str
    score: float
    rank: int
    text: str | None = None
    highlights: tuple[tuple[int, int], ...] = ()
    quotation: str | None = None


@dataclass(frozen=True, slots=True)
class SearchPattern:
    """One search in a query, from ``start`` to ``end`` of its characters.

    ``subject`` is a variable (``?measure``) or an IRI; ``outputs`` are pairs of variable and local name of what it gets.
    """

    start: int
    end: int
    call: SearchCall
    subject: str
    outputs: tuple[tuple[str, str], ...]

    def fill(self, hits: Sequence[SearchHit]) -> InlineData:
        """``hits`` as rows; where the subject is an IRI, those of it."""
        columns = [name for _, name in self.outputs]
        variables = [variable for variable, _ in self.outputs]
        if self.subject.startswith("?"):
            columns.insert(0, "iri")
            variables.insert(0, self.subject[1:])
        else:
            hits = [hit for hit in hits if hit.iri == self.subject]
        rows = tuple(tuple(_write(hit, column) for column in columns) for hit in hits)
        return InlineData(self.start, self.end, tuple(variables), rows)


def find_searches(query: str, base_iri: str = "") -> list[SearchPattern]:
    """The searches in ``query``, in their order. Any other SERVICE is left for the guard to refuse.

    Raises QueryTooDeep for a query of too many words and QuerySyntaxError, with line and column, for a search that is not written as docs/sparql.md says.
    """
    if "service" not in query.lower():
        return []
    tokens = read_tokens(query)
    prologue = Prologue(query, tokens, base_iri)
    found = []
    for index in range(prologue.end, len(tokens)):
        opening = _opens_search(query, tokens, index, prologue)
        if opening is not None:
            found.append(_read_search(query, tokens, index, opening, prologue))
    return found


def _opens_search(query: str, tokens: Sequence[Token], index: int, prologue: Prologue) -> int | None:
    """The index of the first token after ``SERVICE [SILENT] plan:search``; None where another or no service is named."""
    if tokens[index].keyword != "SERVICE":
        return None
    silent = index + 1 < len(tokens) and tokens[index + 1].keyword == "SILENT"
    name = tokens[index + 1 + silent] if index + 1 + silent < len(tokens) else None
    if name is None or name.kind not in ("iri", "name"):
        return None
    iri = prologue.resolve(name)
    if iri is None and name.text == "plan:search":
        fail_at(query, name, f"接頭辞 plan: が宣言されていません。先頭に PREFIX plan: <{PLAN.iri}> を書いてください")
    return index + 2 + silent if iri == SEARCH else None


def _read_search(query: str, tokens: Sequence[Token], service: int, opening: int, prologue: Prologue) -> SearchPattern:
    read = SearchReader(query, tokens, opening, prologue).read()
    return SearchPattern(tokens[service].position, read.end, read.call, read.subject, read.outputs)


def _write(hit: SearchHit, column: str) -> str:
    term: NamedNode | Literal | None
    match column:
        case "score":
            term = decimal(Decimal(str(hit.score)))
        case "rank":
            term = integer(hit.rank)
        case "matchText":
            term = None if hit.text is None else text(hit.text)
        case "highlight":
            term = None if hit.text is None else Literal(mark(hit.text, hit.highlights), datatype=RDF.HTML)
        case "matchSource":
            term = None if hit.quotation is None else NamedNode(hit.quotation)
        case _:
            term = NamedNode(hit.iri)
    return "UNDEF" if term is None else str(term)


def mark(text: str, highlights: Sequence[tuple[int, int]]) -> str:
    """``text`` as HTML with its ``highlights`` in ``<mark>``.

    >>> mark("窓口 & 現金", [(0, 2)])
    '<mark>窓口</mark> &amp; 現金'
    """
    parts, last = [], 0
    for start, end in highlights:
        parts += [html.escape(text[last:start], quote=False), "<mark>", html.escape(text[start:end], quote=False), "</mark>"]
        last = end
    return "".join([*parts, html.escape(text[last:], quote=False)])
