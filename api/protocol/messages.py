"""What a request of a protocol says: its address, its fields and its body, read strictly.

Text is UTF-8 or the request is refused; nothing is guessed or replaced.
"""

from collections.abc import Collection, Sequence
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import Request

from kg.names import Iri, iri

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"

Fields = Sequence[tuple[str, str]]

_MOST_FIELDS = 1000
# What some clients add to say which format they want, which Accept says to us, or which SPARQL
# (1.2 Protocol, 2.1), which the text itself says.
_HARMLESS = {"format", "output", "results", "version"}


def media_type(request: Request) -> str:
    """Return the media type of a body, or raise 415 if it is not in UTF-8."""
    return plain_type(request.headers.get("content-type", ""))


def plain_type(content_type: str) -> str:
    """Return a media type without its parameters, or raise 415 if its charset is not UTF-8."""
    name, *parameters = (part.strip() for part in content_type.lower().split(";"))
    for parameter in parameters:
        field, _, value = parameter.partition("=")
        if field.strip() == "charset" and value.strip(' "') not in ("utf-8", "utf8", "us-ascii"):
            raise HTTPException(415, "text is taken in UTF-8 only")
    return name


def url_fields(request: Request) -> list[tuple[str, str]]:
    """Return the fields of the URL in order."""
    return _fields(request.scope["query_string"], "URL")


def _fields(text: bytes, where: str) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            text.decode("ascii") if where == "URL" else text.decode(),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=_MOST_FIELDS,
        )
    except UnicodeDecodeError:
        raise HTTPException(400, f"the {where} is not UTF-8") from None
    except ValueError as error:
        raise HTTPException(400, f"the {where} cannot be read: {error}") from None


async def form_fields(request: Request, most: int) -> list[tuple[str, str]]:
    """Return the fields of a form in order."""
    return _fields(await body(request, most), "form")


async def text(request: Request, most: int) -> str:
    """Return the body as text."""
    try:
        return (await body(request, most)).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None


async def body(request: Request, most: int) -> bytes:
    """Return the body, or refuse it as soon as it is too long, and at once if it is compressed."""
    coded = request.headers.get("content-encoding", "identity").strip().lower()
    if coded not in ("", "identity"):  # what it unfolds to could not be known before
        told = f"a body in {coded[:40]} is not taken; send it as it is"
        raise HTTPException(415, told, {"Accept-Encoding": "identity"})
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > most:
        raise _too_long(most)
    read = bytearray()
    async for part in request.stream():
        read += part
        if len(read) > most:
            raise _too_long(most)
    return bytes(read)


def _too_long(most: int) -> HTTPException:
    # The rest of the body is not read: the connection cannot be used again.
    return HTTPException(413, f"the body is longer than {most} bytes", {"Connection": "close"})


def refuse_unknown(fields: Fields, known: Collection[str]) -> None:
    """Raise 400 if there is a field that means nothing here, or belongs to the other operation."""
    unknown = sorted({name for name, _ in fields} - set(known) - _HARMLESS)
    if unknown:
        named = ", ".join(name[:40] for name in unknown[:5])
        raise HTTPException(400, f"unknown field {named}; known here: {', '.join(known)}")


def only(fields: Fields, name: str) -> str:
    """Return the value of a field that must be there once."""
    found = [value for field, value in fields if field == name]
    if len(found) != 1:
        raise HTTPException(400, f"exactly one `{name}` is needed, {len(found)} were given")
    return found[0]


def iris(fields: Fields, name: str) -> tuple[Iri, ...]:
    """Return the IRIs of a field that may be repeated; NameSyntaxError if one is none."""
    return tuple(iri(value) for field, value in fields if field == name)


def address(request: Request) -> str:
    """Return the URL of a request without its query: the base of relative IRIs, or a graph."""
    raw = request.scope.get("raw_path") or request.scope["path"].encode()
    host = request.headers.get("host") or "localhost"
    return iri(f"{request.url.scheme}://{host}{raw.partition(b'?')[0].decode('ascii', 'replace')}")


def root(request: Request) -> str:
    """Return the URL that everything here is below, with a / at its end."""
    return iri(f"{request.url.scheme}://{request.headers.get('host') or 'localhost'}/")
