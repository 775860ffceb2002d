"""The zygote as seen from the server: how it is made, told of changes, asked for workers, ended."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from kg.store import wire, zygote
from kg.store.worker import Limits

_MAIN = "import sys; sys.path[:] = {path!r}; from kg.store.zygote import main; main()"
_PATIENCE = 3.0  # seconds a zygote has to end its workers and itself


@dataclass(slots=True, eq=False)
class Worker:
    """One process that answers one query at a time, on the store as of one version."""

    pid: int
    pipe: socket.socket
    mother: "Mother"
    version: int = 0
    size: int = 0  # bytes of address space before its first query
    ended: int | None = None  # how, once it was reaped; None: nobody can say

    def kill(self) -> None:
        """Kill it; until it is reaped its number belongs to nobody else."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)

    def cpu_seconds(self) -> float:
        """Return the processor time it has had; 0 where the system does not say."""
        try:
            return time.clock_gettime((~self.pid << 3) | 2)  # Linux: that process's own clock
        except OSError:
            return 0.0

    def stand_back(self) -> None:
        """Let it have only the time that no other process wants."""
        with suppress(OSError):
            if hasattr(os, "SCHED_IDLE"):
                os.sched_setscheduler(self.pid, os.SCHED_IDLE, os.sched_param(0))
            else:
                os.setpriority(os.PRIO_PROCESS, self.pid, 19)

    def come_forward(self) -> bool:
        """Take that back; say whether this process may."""
        if not hasattr(os, "SCHED_IDLE"):
            return False
        try:
            os.sched_setscheduler(self.pid, os.SCHED_OTHER, os.sched_param(0))
        except OSError:
            return False
        return True


class Mother:
    """One zygote. Its methods block; each may be called in any thread."""

    def __init__(self, pid: int, control: socket.socket, has_ended: Callable[[], object]) -> None:
        self.pid = pid
        self.control = control
        self.alive = True
        self.retired = False
        self.ready = False  # it has made a worker, so its copy is complete
        self.names_nodes = (
            True  # blank nodes of its copy have the names that they have in the store
        )
        self.living = 0  # workers made and not reaped
        self._has_ended = has_ended
        self._sending = threading.Lock()
        self.asking = threading.Lock()  # held from a question to its answer

    def tell(self, kind: bytes, body: bytes) -> bool:
        """Send a message, and say whether that went well."""
        with self._sending:
            try:
                wire.send(self.control, kind, body)
            except OSError:
                self.alive = False
        return self.alive

    def made(self) -> Worker | None:
        """Return the worker that was asked for, once it is ready; `asking` is held."""
        try:
            data, descriptors, _, _ = socket.recv_fds(self.control, zygote.ANSWERED.size, 1)
        except OSError:
            data, descriptors = b"", []
        if not data or not descriptors:
            self.alive = False
            return None
        worker = Worker(zygote.ANSWERED.unpack(data)[0], socket.socket(fileno=descriptors[0]), self)
        self.living += 1
        if wire.receive(worker.pipe) is None:
            worker.pipe.close()
            return None  # a folder that cannot be read; the zygote's end reaps it
        worker.size = wire.size_of(worker.pid)
        return worker

    def reap(self, worker: Worker) -> int | None:
        """Return how a worker ended that is ending; None if nobody can say any more."""
        status = None
        with self.asking:
            with suppress(OSError):
                if self.alive and self.tell(zygote.REAP, str(worker.pid).encode()):
                    answer = self.control.recv(zygote.ANSWERED.size)
                    status = int(zygote.ANSWERED.unpack(answer)[1]) if answer else None
            self.living -= 1
        if self.retired and self.living <= 0:
            self.end()
        return status

    def retire(self) -> None:
        """Make no more workers; end when the last of them has."""
        self.retired = True
        if self.living <= 0 or not self.alive:
            self.end()

    def end(self) -> None:
        """End the zygote, its workers with it, and wait for that."""
        self.alive = False
        with suppress(OSError):
            self.control.shutdown(socket.SHUT_RDWR)
        until = time.monotonic() + _PATIENCE
        while not self._has_ended():
            if time.monotonic() > until:
                with suppress(ProcessLookupError):
                    os.kill(self.pid, signal.SIGKILL)
            time.sleep(0.002)
        self.control.close()


def forked(store: ox.Store, limits: Limits) -> Mother:
    """Fork this process: its store is the copy. It must have one thread."""
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        ours.close()
        zygote.begin(theirs, store, limits)
    theirs.close()
    return Mother(pid, ours, _Ended(pid))


class _Ended:
    """Says whether a forked process has ended, and reaps it once."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.yes = False

    def __call__(self) -> bool:
        if not self.yes:
            try:
                self.yes = os.waitpid(self.pid, os.WNOHANG)[0] == self.pid
            except ChildProcessError:
                self.yes = True
        return self.yes


def spawned(store: ox.Store | None, limits: Limits) -> Mother:
    """Start a process anew and give it a dump of `store`, if it is to hold a copy."""
    ours, theirs = socket.socketpair()
    numbers = (theirs.fileno(), limits.answer_bytes, limits.memory_bytes, limits.held_bytes)
    with theirs:
        child = subprocess.Popen(  # noqa: S603 - our own code, in our own interpreter
            [sys.executable, "-c", _MAIN.format(path=sys.path), *map(str, numbers)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            pass_fds=[theirs.fileno()],
        )
    assert child.stdin is not None  # noqa: S101 - said to Popen above
    with suppress(BrokenPipeError), child.stdin:
        if store is not None:
            store.dump(child.stdin, format=ox.RdfFormat.N_QUADS)
    return Mother(child.pid, ours, lambda: child.poll() is not None)


def is_alone() -> bool:
    """Say whether this process has one thread, so that it can be forked."""
    try:
        return len(list(Path("/proc/self/task").iterdir())) == 1
    except OSError:
        return False
