"""What every engine does with a request before it answers: the guard, the graphs that are named, the format."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass, field
from typing import TypedDict

from graph.guard import CheckedQuery, check_graph_names, check_query
from graph.inline_data import FilledQuery
from graph.negotiation import formats_of, negotiate
from graph.query_limits import QueryLimits
from ontology.errors import NotAcceptable


class QueryOptions(TypedDict, total=False):
    """What may go along with a query: the fields of ``QueryRequest``."""

    accept: str
    default_graphs: Sequence[str]
    named_graphs: Sequence[str]
    base_iri: str
    limits: QueryLimits


@dataclass(frozen=True, slots=True)
class QueryRequest:
    """A query as it is asked of an engine.

    ``accept`` is a header, empty for any format. The graphs are those of the protocol. ``base_iri`` is the base of relative IRIs where the
    query has no BASE.
    """

    query: str | FilledQuery
    accept: str = ""
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    base_iri: str = ""
    limits: QueryLimits = field(default_factory=QueryLimits)


@dataclass(frozen=True, slots=True)
class CheckedRequest:
    """A query that may run. ``media_type`` is what was negotiated, ``result_format`` how the RDF library calls it.

    The graphs are those of the protocol, which win over those that the query names itself; empty where neither names any.
    """

    query: CheckedQuery
    media_type: str
    result_format: str
    default_graphs: Sequence[str]
    named_graphs: Sequence[str]


def check_request(request: QueryRequest, graphs: Container[str]) -> CheckedRequest:
    """``graphs`` are those that may be named. Raises QueryRefused, QuerySyntaxError and NotAcceptable."""
    filled = request.query if isinstance(request.query, FilledQuery) else FilledQuery(request.query)
    checked = check_query(filled.text, graphs, request.base_iri, filled.data)
    check_graph_names((*request.default_graphs, *request.named_graphs), graphs)
    media_type, formats = negotiate(request.accept, checked.form), formats_of(checked.form)
    if media_type is None:
        raise NotAcceptable(f"Accept: {request.accept} の形式では答えられません。{'、'.join(formats)} のどれかを指定してください")
    source = request if request.default_graphs or request.named_graphs else checked
    return CheckedRequest(checked, media_type, formats[media_type], source.default_graphs, source.named_graphs)
