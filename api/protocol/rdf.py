"""Triples as they are sent: one file, or several in a form."""

from collections.abc import Iterator
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import HTTP
from pathlib import PurePath

from pyoxigraph import Triple
from starlette.exceptions import HTTPException

from api.protocol.messages import plain_type
from kg import uploads
from kg.settings import Settings
from kg.uploads import FORMATS

MULTIPART = "multipart/form-data"

_MOST_FILES = 100  # in one form; each may take its time to read
_SUFFIXES = {
    ".ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".rdf": "application/rdf+xml",
    ".jsonld": "application/ld+json",
}


def triples(body: bytes, content_type: str, base: str, settings: Settings) -> list[Triple]:
    """Return what a body holds; relative IRIs are resolved against `base`.

    Raises HTTPException 415 for another format and 400 for a broken form; UploadError for what is
    malformed, QueryLimitError for what takes too long to read.
    """

    def read(file: bytes, sent: str) -> list[Triple]:
        return uploads.triples(
            file, sent, base, seconds=settings.query_seconds, memory_mb=settings.query_mb
        )

    sent = plain_type(content_type)
    if sent == MULTIPART:
        files = _files(body, content_type)
        return [triple for file, kind in files for triple in read(file, kind)]
    if not sent and not body:
        return []
    if sent not in FORMATS:
        raise HTTPException(415, f"send triples as {', '.join(FORMATS)} or {MULTIPART}")
    return read(body, sent)


def check_type(content_type: str, length: str) -> None:
    """Raise 415 before a body is read, where its type says enough."""
    sent = plain_type(content_type)
    if sent not in FORMATS and sent != MULTIPART and (sent or length != "0"):
        raise HTTPException(415, f"send triples as {', '.join(FORMATS)} or {MULTIPART}")


def _files(body: bytes, content_type: str) -> Iterator[tuple[bytes, str]]:
    """Yield each file in a multipart/form-data body (RFC 7578), and its format."""
    for number, part in enumerate(_parts(body, content_type), start=1):
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            raise HTTPException(400, f"part {number} of the form cannot be read")
        yield payload, _type_of(part, number)


def _parts(body: bytes, content_type: str) -> list[EmailMessage]:
    head = f"Content-Type: {content_type}\r\n\r\n".encode("latin-1", "replace")
    try:
        form = BytesParser(_class=EmailMessage, policy=HTTP).parsebytes(head + body)
        parts = [one for one in form.iter_parts() if isinstance(one, EmailMessage)]
    except (RecursionError, TypeError, ValueError, LookupError):
        parts = []
    if not 0 < len(parts) <= _MOST_FILES:
        raise HTTPException(
            400, f"the form must hold 1 to {_MOST_FILES} files between its boundaries"
        )
    return parts


def _type_of(part: EmailMessage, number: int) -> str:
    """Return the format of a file in a form: its own type, or what its name ends in."""
    suffix = PurePath(part.get_filename() or "").suffix.lower()
    sent = plain_type(str(part.get("content-type", ""))) or _SUFFIXES.get(suffix, "")
    if sent not in FORMATS:
        raise HTTPException(415, f"part {number} of the form is none of {', '.join(FORMATS)}")
    return sent
