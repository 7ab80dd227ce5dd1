"""What every engine does with a request before it answers: the guard, the graphs that are named, the format."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from graph.guard import CheckedQuery, check_graph_names, check_query
from graph.inline_data import FilledQuery
from graph.negotiation import formats_of, negotiate
from ontology.errors import NotAcceptable


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


def check_request(
    query: str | FilledQuery, graphs: Container[str], accept: str, dataset: tuple[Sequence[str], Sequence[str]], base_iri: str
) -> CheckedRequest:
    """``graphs`` are those that may be named, ``dataset`` those of the protocol, default and named.

    Raises QueryRefused, QuerySyntaxError and NotAcceptable.
    """
    filled = query if isinstance(query, FilledQuery) else FilledQuery(query)
    checked = check_query(filled.text, graphs, base_iri, filled.data)
    check_graph_names((*dataset[0], *dataset[1]), graphs)
    media_type, formats = negotiate(accept, checked.form), formats_of(checked.form)
    if media_type is None:
        raise NotAcceptable(f"Accept: {accept} の形式では答えられません。{'、'.join(formats)} のどれかを指定してください")
    default_graphs, named_graphs = dataset if any(dataset) else (checked.default_graphs, checked.named_graphs)
    return CheckedRequest(checked, media_type, formats[media_type], default_graphs, named_graphs)
