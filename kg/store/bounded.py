"""Queries from outside, each with an end: a limit in seconds, memory and size that really holds.

    text -> refused if it calls out -> a worker process -> the whole answer, or why there is none

A worker that overruns is killed and a new one takes its place; the server itself is not touched.
"""

import multiprocessing
import queue
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from kg.errors import QueryError, QueryLimitError, StoreError
from kg.sparql_words import refuse_what_is_no_query
from kg.store.base import Graph
from kg.store.worker import READY, Reply, Request, serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

_MB = 1024 * 1024
_LONGEST_START = 600  # seconds to read a copy of the store


class Worker:
    """One process with a copy of the store as of one version."""

    def __init__(self, graph: Graph, answer_mb: int, memory_mb: int) -> None:
        self.version = graph.version
        context = multiprocessing.get_context("spawn")
        self.pipe: Connection
        self.pipe, other = context.Pipe()
        self.process: SpawnProcess = context.Process(
            target=serve,
            args=(other, graph.dump(), answer_mb * _MB, memory_mb * _MB),
            daemon=True,
        )
        self.process.start()
        other.close()
        # Reading the copy is not part of anyone's query: its time is not counted.
        if not self.pipe.poll(_LONGEST_START) or self.pipe.recv() != READY:
            self.end()
            raise StoreError("the copy of the store for queries could not be made")

    def run(self, request: Request, seconds: float) -> Reply | None:
        """Return the reply, or None if there was none in time or the process died."""
        try:
            self.pipe.send(request)
            return self.pipe.recv() if self.pipe.poll(seconds) else None
        except (EOFError, OSError):
            self.process.join(1)  # it is dying; from here on `is_alive` says so
            return None

    def end(self) -> None:
        """Kill the process and wait for it."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class BoundedQueries:
    """Runs SPARQL queries in worker processes, so many at a time."""

    def __init__(
        self,
        graph: Graph,
        *,
        seconds: float,
        memory_mb: int,
        answer_mb: int,
        workers: int = 2,
    ) -> None:
        self.graph = graph
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.answer_mb = answer_mb
        self._places: queue.Queue[Worker | None] = queue.Queue()
        self._all: set[Worker] = set()
        self._lock = threading.Lock()
        for _ in range(workers):
            self._places.put(None)  # an empty place: its worker starts with its first query

    def run(self, request: Request) -> Reply:
        """Return the answer to a query in the first media type that fits its form.

        Raises QueryError when it is malformed, calls out or is an update, QueryLimitError when
        it was stopped.
        """
        refuse_what_is_no_query(request.query)
        with self._place() as worker:
            reply = worker.run(request, self.seconds)
            if reply is None:
                exit_code = worker.process.exitcode
                worker.end()
                raise self._stopped(exit_code)
        if reply.error is not None:
            raise reply.error
        return reply

    def _stopped(self, exit_code: int | None) -> QueryError:
        """Return why a worker gave no reply, by how its process ended."""
        if exit_code is None:
            return QueryLimitError(f"stopped after {self.seconds:g} seconds")
        if exit_code == -signal.SIGSEGV:
            return QueryError("the engine cannot take this query; it may be nested too deeply")
        return QueryLimitError(f"stopped: it took more memory than {self.memory_mb} MB")

    @contextmanager
    def _place(self) -> "Iterator[Worker]":
        try:
            worker = self._places.get(timeout=self.seconds)
        except queue.Empty:
            raise QueryLimitError("all workers are busy; try again in a moment") from None
        try:
            worker = self._fresh(worker)
            yield worker
        finally:
            alive = worker is not None and worker.process.is_alive()
            self._places.put(worker if alive else None)

    def _fresh(self, worker: Worker | None) -> Worker:
        if worker is not None and worker.version == self.graph.version:
            return worker
        if worker is not None:
            worker.end()
        with self._lock:
            made = Worker(self.graph, self.answer_mb, self.memory_mb)
            self._all.add(made)
            self._all = {one for one in self._all if one.process.is_alive()}
        return made

    def close(self) -> None:
        """End every worker."""
        with self._lock:
            for worker in self._all:
                if worker.process.is_alive():
                    worker.end()
            self._all.clear()
