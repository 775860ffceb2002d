"""A process that runs other people's queries on a copy of the store, so that one can be stopped.

The engine cannot be interrupted inside a process; a process can be killed. It answers one query
at a time over a socket:

    Request(query, media types the caller takes) -> Reply

A small answer is sent whole, once it is complete. A large one is sent in parts while the engine
still works; the socket holds the engine up when nobody reads.
"""

import io
import os
import signal
import socket
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph as ox
from typing_extensions import Buffer

from kg.errors import NotSupportedError, QueryError, QueryLimitError
from kg.sparql_words import names_its_graphs
from kg.store import wire

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
    "application/json": ox.RdfFormat.JSON_LD,
    "application/xml": ox.RdfFormat.RDF_XML,
    "application/trig": ox.RdfFormat.TRIG,
    "application/n-quads": ox.RdfFormat.N_QUADS,
}
_GRACE = 1.0  # seconds after which a worker that nobody stopped stops itself


class Request(NamedTuple):
    """One query, and the media types the caller takes, best first."""

    query: str
    rows_as: tuple[str, ...]
    triples_as: tuple[str, ...]
    default_graphs: tuple[str, ...] = ()  # SPARQL 1.1 Protocol, 2.1.4: instead of any FROM
    named_graphs: tuple[str, ...] = ()
    base: str = ""  # resolves relative IRIs in the text
    union: bool = True  # where nobody names graphs: the union of all, or the store's default graph


@dataclass(frozen=True, slots=True)
class Reply:
    """What became of a query: `failure` is empty when it was answered.

    An answer is either `body`, whole, or `parts`, which raise QueryError when it breaks off.
    """

    body: bytes = b""
    media_type: str = ""
    failure: str = ""  # not-acceptable, which carries no error; or what `error` says
    error: QueryError | None = None
    parts: AsyncIterator[bytes] | None = None


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a query may take, and how much of its answer is held back until it is complete."""

    answer_bytes: int
    memory_bytes: int
    held_bytes: int


class _TooLargeError(Exception):
    """The answer is larger than allowed."""


class _Outgoing(io.BytesIO):
    """An answer on its way: held back while it is small, sent in parts from there on.

    Raising in `write` stops the engine.
    """

    def __init__(self, pipe: socket.socket, media_type: str, limits: Limits) -> None:
        super().__init__()
        self.pipe = pipe
        self.media_type = media_type
        self.limits = limits
        self.held: list[bytes] = []
        self.holds = self.sent = 0

    def write(self, data: Buffer) -> int:
        """Keep `data` or send them, or raise _TooLargeError."""
        part = bytes(data)
        self.held.append(part)
        self.holds += len(part)
        if self.sent + self.holds > self.limits.answer_bytes:
            raise _TooLargeError
        if self.holds > (wire.PART if self.sent else self.limits.held_bytes):
            self._send()
        return len(part)

    def _send(self) -> None:
        if not self.sent:
            wire.send(self.pipe, wire.STREAM, self.media_type.encode())
        body = b"".join(self.held)
        for start in range(0, len(body), wire.PART):
            wire.send(self.pipe, wire.PIECE, body[start : start + wire.PART])
        self.sent += len(body)
        self.held, self.holds = [], 0

    def finish(self) -> None:
        """Send what is left, and that it is the end."""
        if self.sent:
            self._send()
            wire.send(self.pipe, wire.END, b"")
        else:
            wire.send_answer(self.pipe, self.media_type, b"".join(self.held))


def serve(pipe: socket.socket, store: ox.Store, limits: Limits) -> None:
    """Answer requests from `pipe` until it closes."""
    _silence()
    _limit_memory(limits.memory_bytes)
    _close_the_door()
    wire.send(pipe, wire.READY, b"")
    requests = wire.Requests(pipe)
    while (request := requests.receive()) is not None:
        seconds, *asked = request
        # Whoever asks ends what overruns; should that one be gone, this does.
        signal.setitimer(signal.ITIMER_REAL, seconds + _GRACE)
        try:
            answer(pipe, store, Request(*asked), limits)
        except (BrokenPipeError, ConnectionResetError):
            return
        signal.setitimer(signal.ITIMER_REAL, 0)


def _silence() -> None:
    """Drop what the engine prints when it runs out of memory; the caller is told instead."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def _close_the_door() -> None:
    """Let this process open nothing more: no file, and no connection to anywhere."""
    import resource

    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _limit_memory(more: int) -> None:
    """Let this process grow by `more` bytes from here, where the system can say so."""
    import resource

    size = wire.size_of(os.getpid())
    if size:
        resource.setrlimit(resource.RLIMIT_AS, (size + more, size + more))


def answer(pipe: socket.socket, store: ox.Store, request: Request, limits: Limits) -> None:
    """Send the whole answer to one query, or why there is none."""
    try:
        _answer(pipe, store, request, limits)
    except SyntaxError as error:
        wire.send_error(pipe, "syntax", QueryError.from_syntax(error))
    except _TooLargeError:
        problem = f"stopped: the answer is larger than {limits.answer_bytes} bytes"
        wire.send_error(pipe, "limit", QueryLimitError(problem))
    except MemoryError:
        wire.send_error(pipe, "limit", QueryLimitError("stopped: it took too much memory"))
    except (BrokenPipeError, ConnectionResetError):
        raise
    except (OSError, RuntimeError, ValueError) as error:
        kind = NotSupportedError if "is not supported" in str(error) else QueryError
        wire.send_error(pipe, "engine", kind(str(error)))


def _found(
    store: ox.Store, request: Request
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Run a query on the graphs it or its caller names; on the union of all if neither does."""
    base = request.base or None
    if request.default_graphs or request.named_graphs:
        return store.query(
            request.query,
            base_iri=base,
            default_graph=[ox.NamedNode(graph) for graph in request.default_graphs],
            named_graphs=[ox.NamedNode(graph) for graph in request.named_graphs],
        )
    # To cut a query into words takes longer than to run a small one: only where it may matter.
    named = "FROM" in request.query.upper() and names_its_graphs(request.query)
    union = request.union and not named
    return store.query(request.query, base_iri=base, use_default_graph_as_union=union)


def _answer(pipe: socket.socket, store: ox.Store, request: Request, limits: Limits) -> None:
    found = _found(store, request)
    taken = request.triples_as if isinstance(found, ox.QueryTriples) else request.rows_as
    if not taken:
        wire.send(pipe, wire.NOT_ACCEPTABLE, b"")
        return
    outgoing = _Outgoing(pipe, taken[0], limits)
    if isinstance(found, ox.QueryTriples):
        found.serialize(outgoing, TRIPLES[taken[0]])
    else:
        found.serialize(outgoing, ROWS[taken[0]])
    outgoing.finish()
