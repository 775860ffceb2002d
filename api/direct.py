"""The short way for plain questions: GET /sparql?query=... answered before any routing.

What a response looks like is learnt from the long way, which answers the first of each kind and
all that is not plain: another method, field or header, a refusal, a large answer. So the two
cannot differ, and the long way alone knows the protocol.

    kept response -> sent again | reply + the headers learnt -> sent | reply -> the long way
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from urllib.parse import unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.departure import departure
from kg.errors import KgError
from kg.sparql_words import changes_by_itself
from kg.store import worker
from kg.store.bounded import BoundedQueries
from kg.store.worker import Reply

PATH = "/sparql"
REPLY = "keiretsu.reply"  # in a scope: the reply, or the error, that is there already

_LONGEST = 8000  # bytes of a plain question
_TELLING = {b"host", b"accept", b"accept-language"}  # headers that a response may depend on
_SILENT = {b"user-agent", b"accept-encoding", b"connection", b"origin", b"referer", b"dnt"}
_PER_ANSWER = {b"content-length", b"content-type", b"etag"}
_MOST_SHAPES = 200
_MOST_KEPT = 32 << 20  # bytes
_LARGEST_KEPT = 1 << 18  # bytes of one response

Shape = tuple[tuple[bytes, bytes], ...]
Headers = list[tuple[bytes, bytes]]
Ask = Callable[[Request, str], worker.Request]
Tag = Callable[[Scope], str]


@dataclass(frozen=True, slots=True)
class _Kept:
    """A response as it was sent, still true while the store and the day are the same."""

    version: int
    day: int
    start: Message
    body: Message


class Direct:
    """Answers plain questions itself and passes on everything else.

    `ask` makes a query of a request and its text as the long way does; `tag` gives the entity tag
    of a scope, if the long way sends one.
    """

    def __init__(
        self, app: ASGIApp, queries: BoundedQueries, ask: Ask, tag: Tag | None = None
    ) -> None:
        self.app = app
        self.queries = queries
        self._ask = ask
        self._tag = tag
        self._asked: dict[Shape, worker.Request] = {}
        self._learnt: dict[tuple[Shape, str], tuple[Headers, bytes]] = {}
        self._kept: OrderedDict[tuple[Shape, bytes], _Kept] = OrderedDict()
        self._kept_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a plain question, or pass the request on."""
        if scope["type"] != "http" or scope["path"] != PATH or scope["method"] != "GET":
            await self.app(scope, receive, send)
            return
        shape = _shape(scope)
        if shape is None:
            await self.app(scope, receive, send)
            return
        kept = self._kept.get((shape, scope["query_string"]))
        if kept is not None and kept.version == self.queries.graph.version and kept.day == _day():
            await send(kept.start)
            await send(kept.body)
            return
        asked = self._request(scope, shape)
        if asked is None:
            await self.app(scope, receive, send)
        else:
            await self._answer(scope, receive, send, shape, asked)

    def _request(self, scope: Scope, shape: Shape) -> worker.Request | None:
        """Return the query of a plain question; None if it is not so plain."""
        try:
            text = unquote_to_bytes(scope["query_string"][6:].replace(b"+", b" ")).decode()
            if shape not in self._asked:
                if len(self._asked) >= _MOST_SHAPES:
                    self._asked.clear()
                    self._learnt.clear()
                self._asked[shape] = self._ask(Request(scope), text)
        except (UnicodeDecodeError, HTTPException, KgError):
            return None
        return replace(self._asked[shape], query=text) if text else None

    async def _answer(
        self, scope: Scope, receive: Receive, send: Send, shape: Shape, asked: worker.Request
    ) -> None:
        version, day = self.queries.graph.version, _day()
        reply: Reply | KgError
        try:
            reply = await self.queries.answer(asked, partial(departure, receive))
        except KgError as error:
            reply = error
        if not isinstance(reply, Reply) or reply.failure or reply.parts is not None:
            await self.app({**scope, REPLY: reply}, receive, send)
            return
        learnt = self._learnt.get((shape, reply.media_type))
        if learnt is None or changes_by_itself(asked.query):
            learn = partial(self._learn, (shape, reply.media_type), send)
            await self.app({**scope, REPLY: reply}, receive, learn)
            return
        start = self._start(scope, learnt, reply)
        body: Message = {"type": "http.response.body", "body": reply.body}
        self._keep((shape, scope["query_string"]), _Kept(version, day, start, body))
        await send(start)
        await send(body)

    async def _learn(self, kind: tuple[Shape, str], send: Send, message: Message) -> None:
        """Send a part of the long way's response, and remember the headers of a good one."""
        if message["type"] == "http.response.start" and message["status"] == 200:
            headers: Headers = [(bytes(name).lower(), bytes(v)) for name, v in message["headers"]]
            of_answer = {name: value for name, value in headers if name in _PER_ANSWER}
            tagged = b"etag" not in of_answer or self._tag is not None
            told = dict(headers).get(b"cache-control", b"")
            if tagged and b"no-store" not in told and b"content-length" in of_answer:
                rest = [one for one in headers if one[0] not in _PER_ANSWER]
                self._learnt[kind] = rest, of_answer[b"content-type"]
        await send(message)

    def _start(self, scope: Scope, learnt: tuple[Headers, bytes], reply: Reply) -> Message:
        headers, content_type = learnt
        own = [
            (b"content-length", b"%d" % len(reply.body)),
            (b"content-type", content_type),
        ]
        if self._tag is not None:
            own.append((b"etag", self._tag(scope).encode()))
        return {"type": "http.response.start", "status": 200, "headers": [*headers, *own]}

    def _keep(self, key: tuple[Shape, bytes], kept: _Kept) -> None:
        if self.queries.answers.most_bytes == 0 or len(kept.body["body"]) > _LARGEST_KEPT:
            return
        old = self._kept.pop(key, None)
        self._kept[key] = kept
        self._kept_bytes += _size(key, kept) - (_size(key, old) if old else 0)
        while self._kept_bytes > _MOST_KEPT:
            self._kept_bytes -= _size(*self._kept.popitem(last=False))


def _shape(scope: Scope) -> Shape | None:
    """Return what a response depends on beside the URL; None if the question is not plain."""
    text: bytes = scope["query_string"]
    if not text.startswith(b"query=") or b"&" in text or not text.isascii():
        return None
    if len(text) > _LONGEST:
        return None
    telling = []
    for name, value in scope["headers"]:
        if name in _TELLING:
            telling.append((name, value))
        elif name not in _SILENT and not name.startswith(b"sec-"):
            return None
    return tuple(telling) if len(telling) == len({name for name, _ in telling}) else None


def _day() -> int:
    return int(time.time() // 86400)


def _size(key: tuple[Shape, bytes], kept: _Kept) -> int:
    held: Any = kept.body["body"]
    return 1500 + len(key[1]) + len(held)
