"""An update tried in a process that can be stopped: what it comes to, or why it is not run.

update -> worker on a copy of its own -> the update without patterns, or QueryLimitError
"""

import select
import signal
import time

from kg.errors import QueryError, QueryLimitError, StoreError
from kg.store import wire
from kg.store.herd import Herd
from kg.store.mother import Worker
from kg.store.solved import Solved, Update, read

_PROMPT = 0.05  # seconds; a trial that takes longer has the time that nobody else wants
_TRIES = 3  # a change by another writer in between makes another necessary


def solve(herd: Herd, update: Update, seconds: float, memory_mb: int) -> Solved:
    """Return an update without patterns, for the store as it is now.

    Raises QueryError when it is malformed or fails, QueryLimitError when it was stopped,
    StoreError when there is no copy of the store to try it on.
    """
    names_nodes = False
    for _ in range(_TRIES):
        with herd.trial(names_nodes=names_nodes) as worker:
            body = _answer(worker, update, seconds)
            version = worker.version
        if body is None:
            raise why_it_ended(worker.ended, seconds, memory_mb)
        solved = read(update, body)
        if solved.of_old_nodes and not (names_nodes or worker.mother.names_nodes):
            names_nodes = True
        elif version == herd.graph.version:
            return solved
    raise StoreError("other writers are busy; try again in a moment")


def _answer(worker: Worker, update: Update, seconds: float) -> bytes | None:
    """Return what a worker says; None if it ended without a word."""
    end = time.monotonic() + seconds
    worker.pipe.settimeout(seconds)
    try:
        worker.pipe.sendall(wire.request(seconds, update))
        ready, _, _ = select.select([worker.pipe], [], [], min(_PROMPT, seconds))
        if not ready:
            worker.stand_back()
        worker.pipe.settimeout(max(end - time.monotonic(), 0.001))
        said = wire.receive(worker.pipe)
    except TimeoutError:
        raise too_long(seconds) from None
    except (BrokenPipeError, ConnectionResetError):
        return None
    if said is not None and said[0] == wire.ERROR:
        raise wire.read_error(said[1])[1]
    return None if said is None else wire.read_answer(said[1])[1]


def why_it_ended(status: int | None, seconds: float, memory_mb: int) -> QueryError:
    """Return why a worker ended that nobody killed."""
    if status == -signal.SIGSEGV:
        return QueryError("the engine cannot take this query; it may be nested too deeply")
    if status == -signal.SIGALRM:
        return too_long(seconds)
    return QueryLimitError(f"stopped: it took more memory than {memory_mb} MB")


def too_long(seconds: float) -> QueryLimitError:
    """Return what a caller is told whose time is over."""
    return QueryLimitError(f"stopped after {seconds:g} seconds")
