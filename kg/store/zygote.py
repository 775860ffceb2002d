"""A process with a copy of the store that makes workers: a fork takes some milliseconds.

    server -- change --> zygote -- fork --> worker <-- query -- server

It has one thread, so that it can be forked at any time. It ends when the server does, however
that ends, and takes its workers along.
"""

import gc
import marshal
import os
import signal
import socket
import struct
import sys
from collections.abc import Callable

import pyoxigraph as ox

from kg.store import solved, wire
from kg.store.updates import NODE_FUNCTIONS
from kg.store.worker import Limits, serve

CHANGE, FORK, TRY, REAP = b"c", b"f", b"t", b"w"
ANSWERED = struct.Struct("<qq")


class Zygote:
    """The copy, the socket to the server, and the workers that live."""

    def __init__(self, control: socket.socket, store: ox.Store, limits: Limits) -> None:
        self.control = control
        self.store = store
        self.limits = limits
        self.workers: set[int] = set()

    def run(self) -> None:
        """Do what the server says until it is gone; then end the workers."""
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's to act on
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        gc.disable()
        gc.freeze()
        try:
            while (message := wire.receive(self.control)) is not None:
                self._obey(*message)
        finally:
            for worker in self.workers:
                os.kill(worker, signal.SIGKILL)
            for worker in self.workers:
                os.waitpid(worker, 0)

    def _obey(self, kind: bytes, body: bytes) -> None:
        if kind == CHANGE:
            self._change(*marshal.loads(body))  # noqa: S302 - from the server
        elif kind == FORK:
            self._fork(body.decode(), self._work)
        elif kind == TRY:
            self._fork(body.decode(), self._try)
        elif kind == REAP:
            self._reap(int(body))

    def _change(self, update: str, base: str, added: bytes, graph: str) -> None:
        if update:
            self.store.update(update, base_iri=base or None, custom_functions=NODE_FUNCTIONS)
        else:
            form = ox.RdfFormat.N_TRIPLES if graph else ox.RdfFormat.N_QUADS
            into = ox.NamedNode(graph) if graph else None
            self.store.load(added, format=form, to_graph=into, lenient=True)

    def _fork(self, folder: str, work: Callable[[socket.socket, str], None]) -> None:
        ours, theirs = socket.socketpair()
        worker = os.fork()
        if worker == 0:
            ours.close()
            self.control.close()
            work(theirs, folder)
        self.workers.add(worker)
        socket.send_fds(self.control, [ANSWERED.pack(worker, 0)], [ours.fileno()])
        ours.close()
        theirs.close()

    def _work(self, pipe: socket.socket, folder: str) -> None:
        """Be a worker, on a folder if one is named, and never return."""
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            serve(pipe, ox.Store.read_only(folder) if folder else self.store, self.limits)
        finally:
            os._exit(0)

    def _try(self, pipe: socket.socket, folder: str) -> None:
        """Solve one update, on a folder of its own if one is named, and never return."""
        try:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            store = ox.Store(folder) if folder else self.store
            solved.serve(pipe, store, self.limits, writes_files=bool(folder))
        finally:
            os._exit(0)

    def _reap(self, worker: int) -> None:
        """Tell how a worker ended; its number is not used again before that."""
        _, status = os.waitpid(worker, 0)
        self.workers.discard(worker)
        self.control.sendall(ANSWERED.pack(worker, os.waitstatus_to_exitcode(status)))


def begin(control: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Be the zygote in a fork of the server; never return."""
    status = 1
    try:
        _leave_open(control.fileno())
        Zygote(control, store, limits).run()
        status = 0
    finally:
        os._exit(status)


def _leave_open(control: int) -> None:
    """Close what was the server's, its listening socket above all."""
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    os.closerange(3, control)
    os.closerange(control + 1, 65536)


def main() -> None:
    """Be the zygote in a process of its own: limits and socket as arguments, N-Quads on stdin."""
    number, *limits = map(int, sys.argv[1:])
    store = ox.Store()
    # To load them would give new names to blank nodes: the copy must have those of the store.
    store.bulk_extend(ox.parse(sys.stdin.buffer, ox.RdfFormat.N_QUADS, lenient=True))
    Zygote(socket.socket(fileno=number), store, Limits(*limits)).run()
