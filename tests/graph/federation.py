"""A SPARQL service on this machine that answers every query with given rows: what SERVICE means, to compare with."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from pyoxigraph import BlankNode, Literal, NamedNode

Row = Mapping[str, NamedNode | Literal]


class RowService:
    """Answers with ``rows[word]`` where ``word`` stands in the query that is sent."""

    def __init__(self, server: ThreadingHTTPServer) -> None:
        self.address = f"http://127.0.0.1:{server.server_port}/"
        self.rows: dict[str, Sequence[Row]] = {}

    def answer(self, query: str) -> bytes:
        rows = next(rows for word, rows in self.rows.items() if f'"{word}"' in query)
        names = sorted({name for row in rows for name in row})
        bindings = [{name: _to_json(term) for name, term in row.items()} for row in rows]
        return json.dumps({"head": {"vars": names}, "results": {"bindings": bindings}}).encode()


def _to_json(term: NamedNode | Literal) -> dict[str, str]:
    assert not isinstance(term, BlankNode)
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}


@contextmanager
def row_service() -> Iterator[RowService]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = service.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())
            self.send_response(200)
            self.send_header("Content-Type", "application/sparql-results+json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = RowService(server)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield service
        server.shutdown()
        thread.join()
