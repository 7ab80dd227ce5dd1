"""The places of a document that its statements were read from: each place one resource, however many statements it bears."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import Literal, NamedNode

from graph.iris import Iris
from graph.terms import OA, PLAN, PROV, RDF, integer
from ontology.model import Source, SourceDocument

Triple = tuple[NamedNode, NamedNode, NamedNode | Literal]


class Quotations:
    """Collects the places while the statements are written; their own triples follow at the end."""

    def __init__(self, document: SourceDocument, iris: Iris) -> None:
        self._document = document
        self._iris = iris
        self._places: dict[tuple[int, int], list[Source]] = defaultdict(list)

    def cite(self, subject: NamedNode, source: Source | None, also: NamedNode | None = None) -> Iterator[Triple]:
        """``subject prov:wasQuotedFrom`` the place, and the same with the property ``also``, which tells what of the subject stands there."""
        if source is None:
            return
        self.keep(source)
        quotation = NamedNode(self._iris.quotation(self._document.id, source.start_line, source.end_line))
        yield subject, PROV.wasQuotedFrom, quotation
        if also is not None:
            yield subject, also, quotation

    def keep(self, source: Source) -> None:
        """Describe the place although nothing in the document's graph cites it."""
        self._places[source.start_line, source.end_line].append(source)

    def triples(self) -> Iterator[Triple]:
        """Document, page, lines and words of every place that was cited."""
        document = NamedNode(self._iris.document(self._document.id))
        for (start, end), sources in self._places.items():
            subject = NamedNode(self._iris.quotation(self._document.id, start, end))
            yield subject, RDF.type, PLAN.Quotation
            yield subject, RDF.type, PROV.Entity
            yield subject, PLAN.document, document
            yield subject, PLAN.startLine, integer(start)
            yield subject, PLAN.endLine, integer(end)
            page = next((source.page for source in sources if source.page is not None), None)
            if page is not None:
                yield subject, PLAN.page, integer(page)
            yield subject, OA.exact, Literal(self._exact(start, end, sources))

    def _exact(self, start: int, end: int, sources: list[Source]) -> str:
        """The words at a place. Where its readers quote different parts of the same lines, the lines themselves."""
        quoted = {source.quotation for source in sources if source.quotation}
        if len(quoted) == 1:
            return quoted.pop()
        return "\n".join(self._document.lines[start - 1 : end]) or sources[0].quotation
