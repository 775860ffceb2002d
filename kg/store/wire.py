"""How processes of one server speak with each other: a byte for the kind, a length, the rest.

What a worker says is read here and never unpickled: it runs other people's queries.
"""

import json
import marshal
import socket
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from kg.errors import NotSupportedError, QueryError, QueryLimitError

READY, ANSWER, STREAM, PIECE, END, ERROR, NOT_ACCEPTABLE, REQUEST = (
    b"r", b"a", b"s", b"p", b"e", b"x", b"n", b"q",
)  # fmt: skip
PART = 1 << 16  # bytes of a large answer sent at once
_HEAD = struct.Struct("<cQ")
_ERRORS = {kind.__name__: kind for kind in (QueryError, QueryLimitError, NotSupportedError)}


def send(pipe: socket.socket, kind: bytes, body: bytes) -> None:
    """Send one message, waiting until the socket takes it."""
    pipe.sendall(_HEAD.pack(kind, len(body)) + body)


def send_answer(pipe: socket.socket, media_type: str, body: bytes) -> None:
    """Send a whole answer."""
    name = media_type.encode()
    send(pipe, ANSWER, bytes([len(name)]) + name + body)


def send_error(pipe: socket.socket, failure: str, error: QueryError) -> None:
    """Send why there is no answer."""
    said = {
        "failure": failure,
        "kind": type(error).__name__,
        "message": str(error),
        "line": error.line,
        "column": error.column,
    }
    send(pipe, ERROR, json.dumps(said).encode())


def read_error(body: bytes) -> tuple[str, QueryError]:
    """Return what `send_error` sent."""
    said = json.loads(body)
    error = _ERRORS[said["kind"]](said["message"])
    error.line, error.column = said["line"], said["column"]
    return said["failure"], error


def read_answer(body: bytes) -> tuple[str, bytes]:
    """Return the media type and the body of what `send_answer` sent."""
    end = 1 + body[0]
    return body[1:end].decode(), body[end:]


def request(seconds: float, fields: Iterable[Any]) -> bytes:
    """Return the message that asks a worker."""
    body = marshal.dumps((seconds, *fields))
    return _HEAD.pack(REQUEST, len(body)) + body


class Requests:
    """What a worker is asked: one query after another, of which the next may be there already."""

    def __init__(self, pipe: socket.socket) -> None:
        self._pipe = pipe
        self._got = b""

    def receive(self) -> list[Any] | None:
        """Return the next request, or None if nobody will ask any more."""
        got = self._got or self._pipe.recv(1 << 14)
        if len(got) < _HEAD.size:
            rest = _exactly(self._pipe, _HEAD.size - len(got)) if got else None
            if rest is None:
                return None
            got += rest
        end = _HEAD.size + _HEAD.unpack_from(got)[1]
        if len(got) < end:
            rest = _exactly(self._pipe, end - len(got))
            if rest is None:
                return None
            got += rest
        self._got = got[end:]
        return list(marshal.loads(got[_HEAD.size : end]))  # noqa: S302 - from our own server


def receive(pipe: socket.socket) -> tuple[bytes, bytes] | None:
    """Return the next message, or None if the other side is gone."""
    head = _exactly(pipe, _HEAD.size)
    if head is None:
        return None
    kind, length = _HEAD.unpack(head)
    body = _exactly(pipe, length)
    return None if body is None else (kind, body)


def _exactly(pipe: socket.socket, length: int) -> bytes | None:
    got = bytearray()
    while len(got) < length:
        try:
            part = pipe.recv(min(length - len(got), 1 << 20))
        except ConnectionResetError:
            return None
        if not part:
            return None
        got += part
    return bytes(got)


class Incoming:
    """What has arrived of messages, in pieces of any size."""

    def __init__(self) -> None:
        self._got = bytearray()

    def with_more(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Take what has arrived, and return the messages that are complete."""
        if not self._got and len(data) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(data)
            if len(data) == _HEAD.size + length:
                return [(kind, data[_HEAD.size :])]
        self._got += data
        return list(self._complete())

    def _complete(self) -> Iterator[tuple[bytes, bytes]]:
        while len(self._got) >= _HEAD.size:
            kind, length = _HEAD.unpack_from(self._got)
            end = _HEAD.size + length
            if len(self._got) < end:
                return
            body = bytes(memoryview(self._got)[_HEAD.size : end])
            del self._got[:end]
            yield kind, body


def size_of(pid: int) -> int:
    """Return the bytes of address space of a process; 0 where the system does not say."""
    import resource

    try:
        pages = Path(f"/proc/{pid}/statm").read_text().split()[0]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()
