"""What comes from another engine: counted and cut at a row, however the network cuts it, and also from an engine that knows JSON only."""

from __future__ import annotations

import http.server
import itertools
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import QueryResultsFormat, parse_query_results

from graph.engine_http import RemoteStore
from graph.query_limits import QueryLimits
from graph.remote_load import load_snapshot
from graph.remote_query import RemoteQueryEngine
from graph.remote_results import IncomingResult
from graph.snapshot import Snapshot
from tests.graph.sparql_servers import find_oxigraph, oxigraph_server

VALUES = ["一", "&lt;result&gt;", "nodeID://b1", "x" * 40, ""]
DOCUMENT = (
    '<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="v1"/></head><results>\n'
    + "".join(f'<result>\n <binding name="v1"><literal>{value}</literal></binding></result>\n' for value in VALUES)
    + "</results></sparql>"
).encode()


@given(st.lists(st.integers(0, len(DOCUMENT)), max_size=40), st.integers(0, len(VALUES) + 1))
def test_rows_are_counted_and_cut_wherever_the_parts_end(ends: list[int], max_rows: int) -> None:
    places = [0, *sorted(set(ends) - {0, len(DOCUMENT)}), len(DOCUMENT)]
    parts = iter([DOCUMENT[start:end] for start, end in itertools.pairwise(places)])
    source = IncomingResult(lambda: next(parts, b""), [(b'name="v1"', 'name="担当"'.encode())], max_rows)
    found = [row["担当"].value for row in parse_query_results(source, format=QueryResultsFormat.XML)]
    assert found == [value.replace("&lt;", "<").replace("&gt;", ">") for value in VALUES[:max_rows]]
    assert (source.rows, source.was_cut) == (len(found), max_rows < len(VALUES))


class JsonOnly(http.server.BaseHTTPRequestHandler):
    """Asks a real engine and lets it answer in JSON only."""

    engine: RemoteStore

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {"Content-Type": self.headers["Content-Type"], "Accept": "application/sparql-results+json"}
        with urllib.request.urlopen(urllib.request.Request(self.engine.endpoint, body, headers), timeout=20) as answer:
            content = answer.read()
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing on standard error."""


@pytest.fixture
def json_only(town: Path) -> Iterator[RemoteQueryEngine]:
    if find_oxigraph() is None:
        pytest.skip("oxigraph（PyPI）が無いため、実物の Oxigraph server の試験を飛ばします")
    snapshot = Snapshot.open(town)
    with oxigraph_server() as store:
        load_snapshot(snapshot, store, progress=lambda *_: None)
        handler = type("Handler", (JsonOnly,), {"engine": store})
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever).start()
            address = f"http://127.0.0.1:{server.server_port}/"
            yield RemoteQueryEngine(RemoteStore(address), snapshot.base_iri, snapshot.store.graph_names(), timeout=20)
            server.shutdown()


@pytest.mark.parametrize(("wanted", "truncated"), [(9, True), (10, False), (11, False)])
def test_an_engine_that_knows_json_only_has_the_row_limit_too(json_only: RemoteQueryEngine, wanted: int, truncated: bool) -> None:
    rows = "SELECT * { VALUES ?n { " + " ".join(map(str, range(10))) + " } }"
    assert json_only.run(rows, accept="text/csv", limits=QueryLimits(max_rows=wanted)).truncated is truncated
