"""A process that answers SPARQL over one read-only store and can be killed at any time: ``python query_worker.py FD STORE MEMORY``.

Oxigraph has no time-out, and a deep query overflows its stack, so queries run here and not in the server. The process cannot open
sockets or files (a SERVICE that slipped through the guard reaches nobody), has a memory limit and a large stack, and ends with its parent.

It is started by file name and imports nothing of the project, so that it is ready after some 60 ms. Messages on the socket FD are
frames: 8 bytes of length, then JSON; an answer is a JSON line with the body behind it. A long result comes as it is found, in frames
whose line says ``more``; the last frame says none or the error that ended it.
"""

from __future__ import annotations

import ctypes
import io
import itertools
import json
import os
import platform
import resource
import signal
import socket
import struct
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

import pyoxigraph
from pyoxigraph import DefaultGraph, NamedNode, Quad, QueryResultsFormat, QueryTriples, RdfFormat, Store

STACK_BYTES = 256 << 20
PART_BYTES = 128 << 10
LENGTH = struct.Struct("!Q")
# A query that has used so many seconds of processor time gives way to those that have not: so much is added to its nice value.
LONG_SECONDS, GIVES_WAY = 0.1, 10

# seccomp filter (linux/seccomp.h, linux/filter.h). These calls give EPERM: socket, connect, socketpair, execve, execveat, ptrace,
# io_uring_setup, and, where no file is needed, open, creat, openat, open_by_handle_at, openat2.
_ARCHITECTURES = {
    "x86_64": (0xC000003E, (41, 42, 53, 59, 322, 101, 425), (2, 85, 257, 304, 437)),
    "aarch64": (0xC00000B7, (198, 203, 199, 221, 281, 117, 425), (56, 265, 437)),
}
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_ABOVE, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _EPERM = 0x7FFF0000, 0x00050001
_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER_MODE = 38, 22, 2

# Landlock (linux/landlock.h, from Linux 5.13): all rights of its first version, and those to read.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF, _PATH_BENEATH = 444, 445, 446, 1
_FILE_RIGHTS, _READ_FILE, _READ_FOLDER = 0x1FFF, 1 << 2, 1 << 3


# Stands in each row of a result at least once: no row is missed where these are counted, and whether there are too many is then asked.
_ROW_MARKS = {
    "application/sparql-results+json": b"{",
    "application/sparql-results+xml": b"t>",
    "text/csv": b"\n",
    "text/tab-separated-values": b"\n",
}


class ResultSizeError(Exception):
    """The serialised result exceeds its limit."""


class BoundedWriter(io.RawIOBase):
    """Passes on what the engine writes in parts of ``PART_BYTES`` and stops it at ``limit`` bytes, however many rows are still to come."""

    def __init__(self, limit: int, send_part: Callable[[bytes], None], row_mark: bytes = b"") -> None:
        self.left = limit
        self.row_mark = row_mark
        self.most_rows = 0
        self.pending = bytearray()
        self.send_part = send_part

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.left -= len(data)
        if self.left < 0:
            raise ResultSizeError
        self.pending += data
        if self.row_mark:
            self.most_rows += data.count(self.row_mark) if isinstance(data, bytes) else bytes(data).count(self.row_mark)
        if len(self.pending) >= PART_BYTES:
            self.send_part(bytes(self.pending))
            self.pending.clear()
        return len(data)


def build_wall(folder: str = "") -> list[str]:
    """Take sockets, programs and files away from this thread and those that it starts; the names of what is closed: "sockets", "files".

    With ``folder`` its files stay open to be read, all others are closed. Empty where the system has no such means (macOS, some
    containers): there the guard stands alone.
    """
    closed = ["files"] if folder and _confine_files(folder) else []
    if _forbid_calls(with_files=not folder):
        closed += ["sockets"] if folder else ["files", "sockets"]
    return sorted(closed)


def _forbid_calls(*, with_files: bool) -> bool:
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return False
    architecture, calls, file_calls = _ARCHITECTURES[platform.machine()]
    program = [(_LOAD, 0, 0, 4), (_JUMP_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _EPERM), (_LOAD, 0, 0, 0)]
    program += [(_JUMP_IF_ABOVE, 0, 1, 0x40000000), (_RETURN, 0, 0, _EPERM)]  # the x32 numbers of the same calls
    for call in (*calls, *(file_calls if with_files else ())):
        program += [(_JUMP_IF_EQUAL, 0, 1, call), (_RETURN, 0, 0, _EPERM)]
    program.append((_RETURN, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *instruction) for instruction in program))

    class Filter(ctypes.Structure):
        _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_void_p))

    filters = Filter(len(program), ctypes.cast(code, ctypes.c_void_p))
    system = ctypes.CDLL(None)
    return system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and system.prctl(_SET_SECCOMP, _FILTER_MODE, ctypes.byref(filters), 0, 0) == 0


def _confine_files(folder: str) -> bool:
    """Whether nothing but the files below ``folder`` can be opened from now on, and these only to be read."""
    if sys.platform != "linux" or platform.machine() not in _ARCHITECTURES:
        return False
    system = ctypes.CDLL(None)
    rights = ctypes.c_uint64(_FILE_RIGHTS)
    ruleset = system.syscall(_CREATE_RULESET, ctypes.byref(rights), ctypes.sizeof(rights), 0)
    if ruleset < 0:
        return False
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        rule = ctypes.create_string_buffer(struct.pack("=Qi", _READ_FILE | _READ_FOLDER, opened), 12)
        return (
            system.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0) == 0
            and system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0
            and system.syscall(_RESTRICT_SELF, ruleset, 0) == 0
        )
    finally:
        os.close(opened)
        os.close(ruleset)


def limit_memory(extra_bytes: int) -> None:
    """Let this process grow by so much (and its large stack) from where it is; a query that wants more ends it, without a core file."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":  # elsewhere the address space cannot be measured this way
        with open("/proc/self/statm", encoding="ascii") as statm:
            in_use = int(statm.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (in_use + STACK_BYTES + extra_bytes,) * 2)


def answer(store: Store, request: dict[str, Any], send_part: Callable[[bytes], None]) -> tuple[dict[str, Any], bytes]:
    """``{}`` (``{"truncated": True}`` where there are more rows or triples than ``max_rows``) and the serialised result (or what ``send_part`` has not had of it), or ``{"error": kind, "message": …}``.

    Kinds of error: syntax, evaluation, size.
    """
    output = BoundedWriter(request["max_bytes"], send_part, _ROW_MARKS.get(request["media_type"], b"") if "probe" in request else b"")
    try:
        if request.get("only_read"):  # over nothing, all but the reading is done at once
            store, request = Store(), request | {"default_graphs": [], "named_graphs": []}
        queried, dataset = _dataset(store, request["default_graphs"], request["named_graphs"])
        result = queried.query(request["query"], base_iri=request.get("base_iri") or None, **dataset)
        if isinstance(result, QueryTriples):
            rdf_format = RdfFormat.from_media_type(request["media_type"])
            triples = iter(result)
            pyoxigraph.serialize(itertools.islice(triples, request.get("max_rows")), output, rdf_format, prefixes=request["prefixes"])
            if "max_rows" in request and next(triples, None) is not None:
                return {"truncated": True}, bytes(output.pending)
        else:
            result.serialize(output, QueryResultsFormat.from_media_type(request["media_type"]))
        if "probe" in request and output.most_rows >= request["max_rows"]:
            more = queried.query(request["probe"], base_iri=request.get("base_iri") or None, **dataset)
            if next(iter(more), None) is not None:
                return {"truncated": True}, bytes(output.pending)
    except SyntaxError as error:
        return {"error": "syntax", "message": _find_syntax_error(store, request) or str(error)}, b""
    except ResultSizeError:
        return {"error": "size", "message": ""}, b""
    except (RuntimeError, ValueError, OSError) as error:  # an unknown function, a dataset that cannot be read, SERVICE against the wall
        return {"error": "evaluation", "message": str(error)}, b""
    return {}, bytes(output.pending)


def _find_syntax_error(store: Store, request: dict[str, Any]) -> str:
    """What is wrong with the query as its author wrote it: there the line and column mean something."""
    if request.get("as_written", request["query"]) == request["query"]:
        return ""
    try:
        store.query(request["as_written"], base_iri=request.get("base_iri") or None)
    except SyntaxError as error:
        return str(error)
    return ""


def _dataset(store: Store, default_graphs: list[str], named_graphs: list[str]) -> tuple[Store, dict[str, Any]]:
    """What to query, and the dataset for it; both lists empty: the store as it is, whose default graph is the union of all graphs."""
    if not (default_graphs or named_graphs):
        return store, {}
    default, named = ([NamedNode(iri) for iri in iris] for iris in (default_graphs, named_graphs))
    if len(default) > 1:
        # Oxigraph finds a triple that stands in two of the graphs twice; their merge (RDF 1.1, section 4) has it once.
        quads = [quad for graph in {*default, *named} for quad in store.quads_for_pattern(None, None, None, graph)]
        merge = [Quad(quad.subject, quad.predicate, quad.object) for quad in quads if quad.graph_name in default]
        store = Store()
        store.bulk_extend([*quads, *merge])
        default = [DefaultGraph()]
    return store, {"default_graph": default, "named_graphs": named}


def receive(connection: socket.socket) -> bytes:
    """The next frame, empty when the other side is gone."""
    head = _receive_exactly(connection, LENGTH.size)
    return _receive_exactly(connection, LENGTH.unpack(head)[0]) if head else b""


def _receive_exactly(connection: socket.socket, count: int) -> bytes:
    content = bytearray()
    while len(content) < count:
        part = connection.recv(count - len(content))
        if not part:
            return b""
        content += part
    return bytes(content)


def send(connection: socket.socket, header: dict[str, Any], body: bytes = b"") -> None:
    line = json.dumps(header).encode() + b"\n"
    head = LENGTH.pack(len(line) + len(body)) + line
    connection.sendall(head + body)


def serve(connection: socket.socket, store: Store) -> None:
    """Answer until the parent closes its end. The alarm ends this process in the midst of a query even if the parent is dead by then.

    Where this thread gave way and may not come forward again, as only a privileged process may, the last line of an answer says ``tired``.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGPROF})  # it is for the main thread, which Python wakes for it
    gives_way = callable(signal.getsignal(signal.SIGPROF))
    while frame := receive(connection):
        request = json.loads(frame)
        signal.setitimer(signal.ITIMER_REAL, request["seconds"] + 1)
        if gives_way:
            signal.setitimer(signal.ITIMER_PROF, LONG_SECONDS)
        header, body = answer(store, request, lambda part: send(connection, {"more": True}, part))
        if gives_way:
            signal.setitimer(signal.ITIMER_PROF, 0)
            header |= _come_forward()
        signal.setitimer(signal.ITIMER_REAL, 0)
        send(connection, header, body)


def _give_way(thread: threading.Thread) -> None:
    assert thread.native_id is not None
    os.setpriority(os.PRIO_PROCESS, thread.native_id, min(os.getpriority(os.PRIO_PROCESS, os.getpid()) + GIVES_WAY, 19))


def _come_forward() -> dict[str, Any]:
    ordinary = os.getpriority(os.PRIO_PROCESS, os.getpid())  # that of the main thread
    if os.getpriority(os.PRIO_PROCESS, 0) == ordinary:
        return {}
    try:
        os.setpriority(os.PRIO_PROCESS, 0, ordinary)
    except PermissionError:
        return {"tired": True}
    return {}


def run(connection: socket.socket, store: Store, graphs: list[str], memory_bytes: int, folder: str = "") -> NoReturn:
    """Greet, build the wall and answer, as long as the other side wants it; the process ends with that. ``folder`` is that of a store on disk."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in the terminal is for the server, which then closes the socket
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    limit_memory(memory_bytes)
    send(connection, {"graphs": graphs, "pid": os.getpid(), "closed": build_wall(folder)})
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=serve, args=(connection, store))
    if sys.platform == "linux":  # elsewhere threads have no priority of their own
        signal.signal(signal.SIGPROF, lambda *_: _give_way(thread))
    thread.start()
    thread.join()
    os._exit(0)  # nothing is left to be written, and the store's own threads need no farewell


def main(descriptor: str, store_path: str, memory_bytes: str) -> None:
    connection = socket.socket(fileno=int(descriptor))
    try:
        store = Store.read_only(store_path)
        graphs = sorted(name.value for name in store.named_graphs())
    except OSError as error:
        send(connection, {"error": "store", "message": str(error)})
        return
    run(connection, store, graphs, int(memory_bytes), folder=store_path)


if __name__ == "__main__":
    main(*sys.argv[1:])
