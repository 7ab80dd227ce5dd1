"""The processes that answer queries, as the server sees them: one that forks from a graph in memory where it can, else one over the store on disk."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Protocol

from graph.query_limits import Cancellation, FairQueue
from graph.query_worker import LENGTH
from ontology.errors import SnapshotError

# What a graph takes in memory, as a multiple of its N-Quads file: while it is loaded (measured 3.2, 2.3 then), and a worker that has looked at all
# of it (measured 2.0). They share it at first, but Oxigraph counts its readers in the data itself, and what is written to is copied.
LOADED_SIZE, COPIED_SIZE = 3.5, 2.3


class Process(Protocol):
    pid: int | None

    def poll(self) -> Any: ...

    def kill(self) -> None: ...

    def wait(self) -> Any: ...


class ForkServer:
    """Our end of the process that holds the graph of ``graph_file`` (N-Quads) in memory. Threads may share it."""

    def __init__(self, graph_file: Path, memory_bytes: int) -> None:
        self._lock = threading.Lock()
        self._ready = False
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = _start_script("query_fork_server.py", theirs, str(graph_file), str(memory_bytes))

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_ready(self) -> bool:
        """Whether the graph is loaded. Does not wait."""
        with self._lock:
            if not self._ready and _is_readable(self._control):
                self._ready = self._control.recv(1) == b"+"
                if not self._ready:
                    self._control.close()  # it found no room, or could not read the file: the store on disk goes on answering
            return self._ready

    def wait(self) -> bool:
        """Until the graph is loaded or the process has ended; whether it is loaded."""
        while not self.is_ready() and self._control.fileno() >= 0:
            _is_readable(self._control, milliseconds=1000)
        return self._ready

    def fork(self, connection: socket.socket) -> bool:
        """Ask for a worker that answers on ``connection``; False where there is none to be had."""
        if not self.is_ready():
            return False
        with self._lock:
            try:
                socket.send_fds(self._control, [b"f"], [connection.fileno()])
            except OSError:
                self._ready = False
                self._control.close()
                return False
            return True

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        with self._lock:
            self._ready = False
            self._control.close()


class _ForkedProcess:
    """A process that is no child of ours: known by what it says of itself, held by a descriptor that never names another one."""

    def __init__(self) -> None:
        self.pid: int | None = None
        self._descriptor: int | None = None

    def identify(self, pid: int) -> None:
        """Raises OSError where it has ended."""
        self._descriptor, self.pid = os.pidfd_open(pid), pid

    def poll(self) -> int | None:
        """None while it lives, as far as it can be told."""
        if self._descriptor is None:
            return None
        ended = select.poll()
        ended.register(self._descriptor, select.POLLIN)
        return 0 if ended.poll(0) else None

    def kill(self) -> None:
        """One that has not said who it is ends when its connection is closed: it has no query yet."""
        if self._descriptor is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._descriptor, signal.SIGKILL)

    def wait(self) -> None:
        if self._descriptor is not None:
            ended = select.poll()
            ended.register(self._descriptor, select.POLLIN)
            ended.poll()
            os.close(self._descriptor)
            self._descriptor = None


class Worker:
    """One process and our end of its socket. Only one thread at a time asks; ``interrupt`` and ``stop`` may come from any thread.

    It begins with the store on disk, which is there at once, and goes over to memory with the first restart after ``fork_server`` is ready
    (``move_to_memory``).
    """

    def __init__(self, store_path: Path, memory_bytes: int, fork_server: ForkServer | None = None) -> None:
        self._store_path = store_path
        self._memory_bytes = memory_bytes
        self._fork_server = fork_server
        self._lock = threading.Lock()
        self._stopped = False
        self._start()

    @property
    def is_forked(self) -> bool:
        """Whether it answers from memory."""
        return isinstance(self._process, _ForkedProcess)

    @property
    def is_alive(self) -> bool:
        """Whether its process lives now; one that ends by itself is replaced at its next query."""
        with self._lock:
            return not self._stopped and self._process.poll() is None

    @property
    def could_be_faster(self) -> bool:
        """Whether it answers from disk although the graph is in memory by now."""
        return not self.is_forked and self._fork_server is not None and self._fork_server.is_ready()

    def _start(self) -> None:
        self._greeted = self._interrupted = False
        self._connection, theirs = socket.socketpair()
        with theirs:
            if self._fork_server is not None and self._fork_server.fork(theirs):
                self._process: Process = _ForkedProcess()
            else:
                self._process = _start_script("query_worker.py", theirs, str(self._store_path), str(self._memory_bytes))

    def greet(self, deadline: float) -> dict[str, Any]:
        """What the worker says once it has opened the store."""
        header, _ = self.receive(deadline)
        if "error" in header:
            raise SnapshotError(f"{self._store_path}: グラフのストアを開けません（{header['message']}）")
        with self._lock:
            if isinstance(self._process, _ForkedProcess) and not self._stopped:
                self._process.identify(header["pid"])
        self._greeted = True
        return header

    def ask(self, request: dict[str, Any], deadline: float) -> None:
        """Send the request. Raises TimeoutError at the deadline and ConnectionError where the process died, as ``receive`` does."""
        if not self._greeted:
            self._greet_surely(deadline)
        message = json.dumps(request).encode()
        self._connection.settimeout(_remaining(deadline))
        self._connection.sendall(LENGTH.pack(len(message)) + message)

    def _greet_surely(self, deadline: float) -> None:
        """Greet it, or another one where it ended before it began: the process that forks had died with our request in its hands."""
        try:
            self.greet(deadline)
        except OSError as error:
            if isinstance(error, TimeoutError) or self._interrupted:
                raise
            self.restart()
            self.greet(deadline)

    def restart(self) -> None:
        """Replace the process once it has ended. The new one starts while the caller goes on; it is greeted at its first use."""
        with self._lock:
            self._kill()
            if not self._stopped:
                self._start()

    def interrupt(self) -> None:
        """End the query that runs, from another thread: who waits for it gets a ConnectionError and restarts the worker."""
        with self._lock, contextlib.suppress(OSError):
            self._interrupted = True
            self._process.kill()
            self._connection.shutdown(socket.SHUT_RDWR)

    def stop(self) -> None:
        """It has ended when this returns."""
        with self._lock:
            self._stopped = True
            self._kill()

    def _kill(self) -> None:
        self._process.kill()
        # Wakes a thread that waits for the answer; it is not closed under its hands.
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_RDWR)
        self._process.wait()
        self._connection.close()

    def receive(self, deadline: float) -> tuple[dict[str, Any], bytes]:
        """Header and body of the next frame."""
        (length,) = LENGTH.unpack(self._receive_exactly(LENGTH.size, deadline))
        header, _, body = self._receive_exactly(length, deadline).partition(b"\n")
        return json.loads(header), body

    def _receive_exactly(self, count: int, deadline: float) -> bytes:
        content = bytearray(count)
        view = memoryview(content)
        while view:
            self._connection.settimeout(_remaining(deadline))
            received = self._connection.recv_into(view)
            if not received:
                raise ConnectionError("プロセスが終わりました")
            view = view[received:]
        return bytes(content)


def move_to_memory(fork_server: ForkServer, queue: FairQueue[Worker], workers: int) -> None:
    """Wait for the graph, then restart the workers that have nothing to do. Those that are busy are restarted by who uses them."""
    if not fork_server.wait():
        return
    for _ in range(workers):
        try:
            worker = queue.take("", time.monotonic() + 1, Cancellation())
        except TimeoutError:
            return
        is_new = worker.could_be_faster
        if is_new:
            worker.restart()
        queue.give_back("", worker, as_last=is_new)


def start_fork_server(graph_file: Path, memory_bytes: int, workers: int) -> ForkServer | None:
    """None where the system has no such means (it is Linux alone that has them) or no room for the graph and the copies of all ``workers``."""
    if not (graph_file.is_file() and _can_hold_processes()):
        return None
    available = _available_memory()
    if available is None or (LOADED_SIZE + workers * COPIED_SIZE) * graph_file.stat().st_size > available:
        return None
    return ForkServer(graph_file, memory_bytes)


def _can_hold_processes() -> bool:
    if not hasattr(os, "pidfd_open"):
        return False
    with contextlib.ExitStack() as closing:
        try:
            own = os.pidfd_open(os.getpid())
            closing.callback(os.close, own)
            signal.pidfd_send_signal(own, 0)
        except OSError:  # an older kernel, or a container that forbids it
            return False
    return True


def _available_memory() -> int | None:
    """Bytes that this machine, or the container that we run in, has left; None where that cannot be told."""
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    available = next((int(line.split()[1]) << 10 for line in lines if line.startswith("MemAvailable:")), None)
    limits = [_read_number(Path("/sys/fs/cgroup") / name) for name in ("memory.max", "memory.current")]
    if available is None or None in limits:
        return available
    return min(available, limits[0] - limits[1])


def _read_number(path: Path) -> int | None:
    try:
        return int(path.read_text(encoding="ascii"))
    except (OSError, ValueError):  # no such limit, or "max"
        return None


def _start_script(name: str, connection: socket.socket, *arguments: str) -> subprocess.Popen[bytes]:
    """By file name and isolated (-I): these processes need pyoxigraph only, and no environment may change what they import."""
    descriptor = connection.fileno()
    command = [sys.executable, "-I", str(Path(__file__).with_name(name)), str(descriptor), *arguments]
    return subprocess.Popen(command, pass_fds=(descriptor,), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _is_readable(connection: socket.socket, milliseconds: int = 0) -> bool:
    if connection.fileno() < 0:
        return False
    waiting = select.poll()
    waiting.register(connection, select.POLLIN)
    return bool(waiting.poll(milliseconds))


def _remaining(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left
