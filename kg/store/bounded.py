"""Queries from outside, each with an end: a limit in seconds, memory and size that really holds.

    request -> kept answer, or: refused if it calls out -> a worker process -> the answer or why not

A worker that overruns is killed and a new one takes its place; the server itself is not touched.
"""

import asyncio
import threading

from kg.errors import NotSupportedError, StoreError
from kg.sparql_calls import without_calls
from kg.sparql_words import changes_by_itself, refuse_what_is_no_query
from kg.store.answers import Answers
from kg.store.base import Graph, sees_all
from kg.store.embedded import EmbeddedGraph
from kg.store.hand import Left
from kg.store.herd import Herd
from kg.store.pool import Pool
from kg.store.worker import Limits, Reply, Request

_MB = 1024 * 1024
_HELD_MB = 4  # an answer up to this size is held back until it is complete
_NOWHERE = "urn:nowhere"  # a graph that holds nothing
_KEPT_MB = 64  # answers kept while the store does not change
# Only a query with one of these can be refused. To cut it into words takes longer than to run it.
_SUSPECT = (
    *("service", "insert", "delete", "load", "clear", "drop", "create", "add", "move", "copy"),
    *("with", "\\u"),
)


class BoundedQueries:
    """Runs SPARQL queries in worker processes, so many at a time.

    Use it from one event loop with `answer`, or from any thread with `run`.
    """

    def __init__(
        self,
        graph: Graph,
        *,
        seconds: float,
        memory_mb: int,
        answer_mb: int,
        workers: int = 16,
        kept_mb: int = _KEPT_MB,
        plain_if_bare: bool = False,
    ) -> None:
        """Make room for queries on a graph; `plain_if_bare` heeds `kg.store.base.sees_all`."""
        if not isinstance(graph, EmbeddedGraph):
            raise StoreError("only a store in this process or in a folder has workers")
        self.graph = graph
        self._plain_if_bare = plain_if_bare
        self.seconds = seconds
        self.memory_mb = memory_mb
        self.workers = workers
        self.limits = Limits(answer_mb * _MB, memory_mb * _MB, min(answer_mb, _HELD_MB) * _MB)
        self.answers = Answers(kept_mb * _MB)
        self._herd = Herd(graph, self.limits)
        self._united = (-1, True)  # at a version of the store: what `sees_all` says
        self._pool: Pool | None = None
        self._own: tuple[asyncio.AbstractEventLoop, threading.Thread] | None = None
        self._lock = threading.Lock()

    def start(self) -> None:
        """Copy the store now. Before the process has threads that takes no time."""
        self._herd.start()

    async def answer(self, request: Request, left: Left | None = None) -> Reply:
        """Return the answer to a query in the first media type that fits its form.

        It is whole, or for a large one it comes in parts that raise QueryLimitError where it is
        stopped. If `left`, which waits until the caller has gone, returns, the query is stopped.

        Raises QueryError when it is malformed, calls out or is an update, QueryLimitError when
        it was stopped, StoreError when there is no copy of the store to ask.
        """
        version, request = self.graph.version, self._settled(request)
        kept = self.answers.get(request, version)
        if kept is not None:
            return kept
        if _is_suspect(request.query):
            await self._refuse(request, left)
        reply = await self._asked(request, left)
        if reply.error is not None:
            raise reply.error
        if (
            reply.parts is None
            and version == self.graph.version
            and not changes_by_itself(request.query)
        ):
            self.answers.keep(request, version, reply)
        return reply

    def _settled(self, request: Request) -> Request:
        """Return a request with the default graph it means where nobody names graphs."""
        version, united = self._united
        if version != self.graph.version:
            version = self.graph.version
            united = not self._plain_if_bare or sees_all(self.graph)
            self._united = version, united
        return request if united or not request.union else request._replace(union=False)

    async def _refuse(self, request: Request, left: Left | None) -> None:
        """Raise QueryError if a query is an update or calls out; mistakes are told first."""
        try:
            refuse_what_is_no_query(request.query)
        except NotSupportedError:
            # Read with its calls taken out, on no graph at all, and never written out.
            text = without_calls(request.query)
            read = Request(text, (), (), (), (_NOWHERE,), request.base, request.union)
            reply = await self._asked(read, left)
            if reply.error is not None:
                raise reply.error from None
            raise

    async def _asked(self, request: Request, left: Left | None) -> Reply:
        pool = self._pool
        if pool is None or pool.loop is not asyncio.get_running_loop():
            pool = self._moved_here()
        pool.seconds = self.seconds
        return await pool.ask(request, left)

    def _moved_here(self) -> Pool:
        """Return workers for this event loop; those of an earlier one end."""
        if self._pool is not None:
            self._pool.close()
            self._herd = Herd(self.graph, self.limits)
        self._pool = Pool(
            self._herd, most=self.workers, seconds=self.seconds, memory_mb=self.memory_mb
        )
        return self._pool

    def run(self, request: Request) -> Reply:
        """Return the whole answer to a query, from any thread that has no event loop."""
        return asyncio.run_coroutine_threadsafe(self._whole(request), self._loop()).result()

    async def _whole(self, request: Request) -> Reply:
        reply = await self.answer(request)
        if reply.parts is None:
            return reply
        return Reply(b"".join([part async for part in reply.parts]), reply.media_type)

    def _loop(self) -> asyncio.AbstractEventLoop:
        """Return the event loop that the workers are in; make one if they are in none."""
        with self._lock:
            if self._pool is not None and self._pool.loop.is_running():
                return self._pool.loop
            if self._own is None:
                loop = asyncio.new_event_loop()
                thread = threading.Thread(target=loop.run_forever, daemon=True)
                thread.start()
                self._own = loop, thread
            return self._own[0]

    def close(self) -> None:
        """End every worker, and wait for that."""
        if self._own is None:
            self._end()
            return
        (loop, thread), self._own = self._own, None
        asyncio.run_coroutine_threadsafe(self._ended(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()

    async def _ended(self) -> None:
        self._end()

    def _end(self) -> None:
        if self._pool is not None:
            self._pool.close()
            self._pool = None
        self._herd.end()


def _is_suspect(query: str) -> bool:
    text = query.lower()
    for word in _SUSPECT:  # noqa: SIM110 - half as long as with `any`
        if word in text:
            return True
    return False
