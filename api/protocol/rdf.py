"""Triples as they are sent: one file, or several in a form."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import PurePath

import pyoxigraph as ox
from pyoxigraph import DefaultGraph, RdfFormat, Triple
from starlette.exceptions import HTTPException

from api.protocol.messages import plain_type

MULTIPART = "multipart/form-data"

FORMATS = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
}
_SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}


def triples(body: bytes, content_type: str, base: str) -> list[Triple]:
    """Return what a body holds; relative IRIs are resolved against `base`.

    Raises HTTPException: 415 for another format, 400 for what is malformed.
    """
    sent = plain_type(content_type)
    if sent == MULTIPART:
        return list(_of_form(body, content_type, base))
    if not sent and not body:
        return []
    if sent not in FORMATS:
        raise HTTPException(415, f"send triples as {', '.join(FORMATS)} or {MULTIPART}")
    return list(_parsed(body, sent, base))


def check_type(content_type: str, length: str) -> None:
    """Raise 415 before a body is read, where its type says enough."""
    sent = plain_type(content_type)
    if sent not in FORMATS and sent != MULTIPART and (sent or length != "0"):
        raise HTTPException(415, f"send triples as {', '.join(FORMATS)} or {MULTIPART}")


def _parsed(body: bytes, sent: str, base: str) -> Iterator[Triple]:
    try:
        for quad in ox.parse(body, FORMATS[sent], base_iri=base, rename_blank_nodes=True):
            if quad.graph_name != DefaultGraph():
                raise HTTPException(400, "the body names graphs of its own; send one graph")
            yield quad.triple
    except (SyntaxError, ValueError, OSError) as error:
        told = str(getattr(error, "msg", "") or error)[:300]
        raise HTTPException(400, f"the body is not {sent}: {told}") from None


def _of_form(body: bytes, content_type: str, base: str) -> Iterator[Triple]:
    """Yield the triples of each file in a multipart/form-data body (RFC 7578)."""
    for number, part in enumerate(_parts(body, content_type), start=1):
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            raise HTTPException(400, f"part {number} of the form cannot be read")
        yield from _parsed(payload, _type_of(part, number), base)


def _parts(body: bytes, content_type: str) -> list[EmailMessage]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    try:
        form = BytesParser(_class=EmailMessage, policy=HTTP).parsebytes(head + body)
        parts = [one for one in form.iter_parts() if isinstance(one, EmailMessage)]
    except (RecursionError, TypeError, ValueError, LookupError):
        parts = []
    if not parts:
        raise HTTPException(400, "the form holds no part, or its boundary is not what was said")
    return parts


def _type_of(part: EmailMessage, number: int) -> str:
    """Return the format of a file in a form: its own type, or what its name ends in."""
    suffix = PurePath(part.get_filename() or "").suffix.lower()
    sent = plain_type(str(part.get("content-type", ""))) or _SUFFIXES.get(suffix, "")
    if sent not in FORMATS:
        raise HTTPException(415, f"part {number} of the form is none of {', '.join(FORMATS)}")
    return sent
