"""Triples that somebody sends: read within limits, so that no file can stop the server.

A short RDF/XML file may unfold to gigabytes (entities within entities) and deeply nested terms
end the process that reads them. So what could do that is read in a process of its own, with the
time and memory of a query, and comes back as plain triples; short plain files are read here.
"""

import multiprocessing
from collections.abc import Iterable, Iterator
from multiprocessing.connection import Connection

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, RdfFormat, Triple

from kg.errors import QueryLimitError, UploadError

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_MB = 1024 * 1024
_SHORT = 64 * 1024  # bytes


def triples(
    body: bytes, media_type: str, base: str, *, seconds: float = 10, memory_mb: int = 1024
) -> list[Triple]:
    """Return what a file holds; relative IRIs are resolved against `base`.

    Raises UploadError when it is malformed, names graphs or holds triple terms (RDF 1.2), and
    QueryLimitError when reading it goes over a limit.
    """
    if media_type != "application/rdf+xml" and len(body) <= _SHORT and b"<<" not in body:
        return list(_read(body, media_type, base))
    plain = _read_elsewhere(body, media_type, base, seconds, memory_mb)
    return [quad.triple for quad in ox.parse(plain, RdfFormat.N_TRIPLES)]


def _read(body: bytes, media_type: str, base: str) -> Iterator[Triple]:
    try:
        for quad in ox.parse(body, FORMATS[media_type], base_iri=base, rename_blank_nodes=True):
            if quad.graph_name != DefaultGraph():
                raise UploadError("it names graphs of its own; send one graph")
            if isinstance(quad.object, Triple):
                raise UploadError("it holds triple terms of RDF 1.2; RDF 1.1 is taken")
            yield quad.triple
    except (SyntaxError, ValueError, OSError) as error:
        told = str(getattr(error, "msg", "") or error)[:300]
        raise UploadError(f"it is not {media_type}: {told}") from None


def _read_elsewhere(
    body: bytes, media_type: str, base: str, seconds: float, memory_mb: int
) -> bytes:
    """Return a file as N-Triples, read by a process that is ended at its limits."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs, memory_mb * _MB), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.send((body, media_type, base))
        answered = ours.poll(seconds)
        found = ours.recv() if answered else None
    except (EOFError, OSError):
        raise UploadError("it is nested too deeply or unfolds to too much") from None
    finally:
        process.kill()
        process.join()
        ours.close()
    if found is None:
        raise QueryLimitError(f"reading the file was stopped after {seconds:g} seconds")
    if isinstance(found, UploadError):
        raise found
    plain: bytes = found
    return plain


def _serve(pipe: Connection, memory_bytes: int) -> None:
    """Read one file and answer with its triples or with what is wrong."""
    from kg.store.worker import limit_memory, silence

    silence()
    limit_memory(memory_bytes)
    body, media_type, base = pipe.recv()
    try:
        pipe.send(_plain(_read(body, media_type, base)))
    except UploadError as error:
        pipe.send(error)
    except MemoryError:
        pipe.send(UploadError("it unfolds to too much"))


def _plain(found: Iterable[Triple]) -> bytes:
    return ox.serialize(found, format=RdfFormat.N_TRIPLES) or b""
