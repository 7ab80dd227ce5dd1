"""A process that holds a graph in memory and forks the processes that answer from it: ``python query_fork_server.py FD GRAPH MEMORY``.

From memory a query takes half the time that it takes from disk, or less, and the workers share what they do not touch. On the socket FD one byte says that
the graph is loaded; from then on each byte that comes with a file descriptor asks for a worker on that descriptor. The process ends when
the other side closes, and when it cannot fork: then workers over the store on disk take its place.

GRAPH is the N-Quads file of a snapshot. The store on disk would bring threads of its own into the process, and those do not live on in a fork.
"""

from __future__ import annotations

import gc
import importlib.util
import os
import signal
import socket
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType

import pyoxigraph
from pyoxigraph import Quad, RdfFormat, Store


def load_graph(path: str) -> Store:
    """The named graphs of the file and, as the default graph, their union. Raises OSError and SyntaxError."""
    store = Store()
    store.bulk_extend(_with_union(pyoxigraph.parse(path=path, format=RdfFormat.N_QUADS)))
    return store


def _with_union(quads: Iterable[Quad]) -> Iterator[Quad]:
    for quad in quads:
        yield quad
        yield Quad(quad.subject, quad.predicate, quad.object)


def _import_worker() -> ModuleType:
    """By file name, like this script itself: nothing that is installed or set can come in between."""
    found = importlib.util.spec_from_file_location("query_worker", Path(__file__).with_name("query_worker.py"))
    assert found is not None
    assert found.loader is not None
    worker = importlib.util.module_from_spec(found)
    found.loader.exec_module(worker)
    return worker


def main(descriptor: str, graph_path: str, memory_bytes: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # workers that end leave nothing to be asked for
    worker = _import_worker()
    control = socket.socket(fileno=int(descriptor))
    store = load_graph(graph_path)
    graphs = sorted(name.value for name in store.named_graphs())
    gc.freeze()
    control.sendall(b"+")
    while True:
        asked, descriptors, _, _ = socket.recv_fds(control, 1, 1)
        if not asked:
            os._exit(0)
        if os.fork() == 0:
            try:
                control.close()
                worker.run(socket.socket(fileno=descriptors[0]), store, graphs, int(memory_bytes))
            finally:
                # Also where nobody waits for the greeting any more. Python's own farewell would take the graph apart, and a worker copies what it writes to.
                os._exit(1)
        os.close(descriptors[0])


if __name__ == "__main__":
    main(*sys.argv[1:])
