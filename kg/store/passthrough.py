"""Queries from outside where the store is an endpoint: passed on to it, within limits of our own.

    text -> refused if it calls out -> the endpoint -> its whole answer -> the media type wanted

The face is that of `BoundedQueries`. The endpoint's memory is its own affair; when the time is up
here, it may still work on: give it a limit too (Oxigraph --timeout-s, MaxQueryExecutionTime).
"""

import asyncio
import io
from collections.abc import Awaitable, Callable

import pyoxigraph as ox

from kg.errors import QueryError, QueryLimitError, StoreError
from kg.sparql_words import bare_words, names_its_graphs, refuse_what_is_no_query
from kg.store import endpoint
from kg.store.answers import Answers
from kg.store.remote import RemoteGraph
from kg.store.worker import ROWS, TRIPLES, Reply, Request

_MB = 1024 * 1024


class RemoteQueries:
    """Runs SPARQL queries at the endpoint that keeps a graph, so many at a time."""

    def __init__(
        self, graph: RemoteGraph, *, seconds: float, answer_mb: int, at_once: int = 8
    ) -> None:
        self.graph = graph
        self.seconds = seconds
        self.answer_mb = answer_mb
        self.answers = Answers(0)  # what the endpoint holds may change behind our back
        self._turn = asyncio.Semaphore(at_once)

    def start(self) -> None:
        """Do nothing: the endpoint is there already."""

    def close(self) -> None:
        """Do nothing: the graph has the connections."""

    async def answer(
        self, request: Request, left: Callable[[], Awaitable[None]] | None = None
    ) -> Reply:
        """Return the answer to a query; as `run`, from an event loop."""
        try:
            async with asyncio.timeout(self.seconds):
                await self._turn.acquire()
        except TimeoutError:
            raise QueryLimitError("all places are taken; try again in a moment") from None
        try:
            return await asyncio.to_thread(self.run, request)
        finally:
            self._turn.release()

    def run(self, request: Request) -> Reply:
        """Return the whole answer to a query in the first media type that fits its form.

        Raises QueryError when it is malformed, calls out or is an update, QueryLimitError when it
        takes too long or is too large, StoreError when the endpoint gives no usable answer.
        """
        refuse_what_is_no_query(request.query)
        form = next((word for word in bare_words(request.query) if word in _FORMS), "")
        if not form:
            raise QueryError("this is no SELECT, ASK, CONSTRUCT or DESCRIBE query")
        makes_triples = form in ("CONSTRUCT", "DESCRIBE")
        taken = request.triples_as if makes_triples else request.rows_as
        if not taken:
            return Reply(failure="not-acceptable")
        accept = endpoint.TRIPLES if makes_triples else endpoint.ROWS
        body = self._asked(request, accept)
        write = _triples if makes_triples else _rows
        try:
            return Reply(write(body, taken[0]), taken[0])
        except SyntaxError as error:
            problem = f"{self.graph.endpoint.url}: its answer cannot be read: {error.msg}"
            raise StoreError(problem) from error

    def _asked(self, request: Request, accept: str) -> bytes:
        base = f"BASE <{request.base}> " if request.base else ""
        graphs = [("default-graph-uri", one) for one in request.default_graphs]
        graphs += [("named-graph-uri", one) for one in request.named_graphs]
        return self.graph.endpoint.query(
            base + request.query,
            accept,
            graphs,
            union=request.union and not graphs and not names_its_graphs(request.query),
            seconds=self.seconds,
            most=self.answer_mb * _MB,
        ).content


_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


def _rows(body: bytes, media_type: str) -> bytes:
    """Return results in another format; a body that is cut short raises SyntaxError."""
    found = ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON)
    written = io.BytesIO()
    found.serialize(written, ROWS[media_type])
    return written.getvalue()


def _triples(body: bytes, media_type: str) -> bytes:
    quads = ox.parse(body, ox.RdfFormat.N_TRIPLES)
    triples = (ox.Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    return ox.serialize(triples, format=TRIPLES[media_type]) or b""
