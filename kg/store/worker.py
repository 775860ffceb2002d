"""A process that runs other people's queries on a copy of the store, so that one can be stopped.

The engine cannot be interrupted inside a process; a process can be killed. It answers one query
at a time over a pipe:

    Request(query, media types the caller takes) -> Reply
"""

import io
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection

import pyoxigraph as ox
from typing_extensions import Buffer

from kg.errors import QueryError, QueryLimitError
from kg.sparql_words import names_its_graphs

ROWS: Mapping[str, ox.QueryResultsFormat] = {
    "application/sparql-results+json": ox.QueryResultsFormat.JSON,
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/csv": ox.QueryResultsFormat.CSV,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "application/json": ox.QueryResultsFormat.JSON,
    "application/xml": ox.QueryResultsFormat.XML,
}
TRIPLES: Mapping[str, ox.RdfFormat] = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
    "application/ld+json": ox.RdfFormat.JSON_LD,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
}


@dataclass(frozen=True, slots=True)
class Request:
    """One query, and the media types the caller takes, best first."""

    query: str
    rows_as: Sequence[str]
    triples_as: Sequence[str]
    default_graphs: Sequence[str] = ()  # SPARQL 1.1 Protocol, 2.1.4: instead of any FROM
    named_graphs: Sequence[str] = ()
    base: str = ""  # resolves relative IRIs in the text
    union: bool = True  # where nobody names graphs: the union of all, or the store's default graph


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a query: `failure` is empty when it was answered."""

    body: bytes = b""
    media_type: str = ""
    failure: str = ""  # syntax, limit, engine; not-acceptable and ready carry no error
    error: QueryError | None = None


READY = Reply(failure="ready")


class _TooLargeError(Exception):
    """The answer is larger than allowed."""


class _Capped(io.BytesIO):
    """A file that takes so many bytes and no more; raising in `write` stops the engine."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def write(self, data: Buffer) -> int:
        """Keep `data`, or raise _TooLargeError."""
        if self.tell() + memoryview(data).nbytes > self.most:
            raise _TooLargeError
        return super().write(data)


def serve(pipe: Connection, dump: bytes, answer_bytes: int, memory_bytes: int) -> None:
    """Answer requests from `pipe` until it closes."""
    _silence()
    store = ox.Store()
    store.bulk_load(dump, format=ox.RdfFormat.N_QUADS)
    _limit_memory(memory_bytes)
    _close_the_door()
    pipe.send(READY)
    while True:
        try:
            request = pipe.recv()
        except (EOFError, KeyboardInterrupt):
            return
        pipe.send(answer(store, request, answer_bytes))


def _silence() -> None:
    """Drop what the engine prints when it runs out of memory; the caller is told instead."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _close_the_door() -> None:
    """Let this process open nothing more: no file, and no connection to anywhere."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def _limit_memory(more: int) -> None:
    """Let this process grow by `more` bytes from here, where the system can say so."""
    try:
        import resource
        from pathlib import Path

        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (ImportError, OSError):
        return
    limit = pages * resource.getpagesize() + more
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def answer(store: ox.Store, request: Request, answer_bytes: int) -> Reply:
    """Return the whole answer to one query, or why there is none."""
    try:
        return _answer(store, request, answer_bytes)
    except SyntaxError as error:
        return Reply(failure="syntax", error=QueryError.from_syntax(error))
    except _TooLargeError:
        problem = f"stopped: the answer is larger than {answer_bytes} bytes"
        return Reply(failure="limit", error=QueryLimitError(problem))
    except MemoryError:
        return Reply(failure="limit", error=QueryLimitError("stopped: it took too much memory"))
    except (OSError, RuntimeError, ValueError) as error:
        return Reply(failure="engine", error=QueryError(str(error)))


def _found(
    store: ox.Store, request: Request
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run a query on the graphs it or its caller names; on the union of all if neither does."""
    if request.default_graphs or request.named_graphs:
        return store.query(
            request.query,
            base_iri=request.base or None,
            default_graph=[ox.NamedNode(graph) for graph in request.default_graphs],
            named_graphs=[ox.NamedNode(graph) for graph in request.named_graphs],
        )
    union = request.union and not names_its_graphs(request.query)
    base = request.base or None
    return store.query(request.query, base_iri=base, use_default_graph_as_union=union)


def _answer(store: ox.Store, request: Request, answer_bytes: int) -> Reply:
    found = _found(store, request)
    taken = request.triples_as if isinstance(found, ox.QueryTriples) else request.rows_as
    if not taken:
        return Reply(failure="not-acceptable")
    body = _Capped(answer_bytes)
    if isinstance(found, ox.QueryTriples):
        found.serialize(body, TRIPLES[taken[0]])
    else:
        found.serialize(body, ROWS[taken[0]])
    return Reply(body.getvalue(), taken[0])
