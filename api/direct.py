"""The short way for plain questions: GET /sparql?query=... answered before any routing.

What a response looks like is learnt from the long way, which answers the first of each kind and
all that is not plain: another method, field or header, a refusal, a large answer. So the two
cannot differ, and the long way alone knows the protocol.

    kept response -> sent again | reply + the headers learnt -> sent | reply -> the long way
"""

import binascii
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.caching import Tags
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
_PER_ANSWER = {b"content-length", b"etag"}
_MOST_KINDS = 200
_MOST_KEPT = 32 << 20  # bytes
_LARGEST_KEPT = 1 << 18  # bytes of one response
_LEAST_KEPT = 600  # bytes that the smallest takes with all that belongs to it

Shape = tuple[tuple[bytes, bytes], ...]
Headers = list[tuple[bytes, bytes]]
Moment = tuple[int, int]  # version of the store, and the day
Ask = Callable[[Request, str], worker.Request]
# Its moment, entity tag, media type and body. A plain tuple of plain values: of tens of thousands
# of these the garbage collector looks at none again.
Kept = tuple[int, int, bytes, str, bytes]


@dataclass(slots=True)
class _Kind:
    """What is known of all questions whose requests differ in the query alone."""

    asked: worker.Request
    learnt: dict[str, Headers] = field(default_factory=dict)  # by media type
    moment: Moment = (-1, -1)
    tags: Tags | None = None  # of that moment


class Direct:
    """Answers plain questions itself and passes on everything else.

    `ask` makes a query of a request and its text as the long way does.
    """

    def __init__(self, app: ASGIApp, queries: BoundedQueries, ask: Ask) -> None:
        self.app = app
        self.queries = queries
        self._ask = ask
        self._kinds: dict[Shape, _Kind] = {}
        self._kept: OrderedDict[tuple[Shape, bytes], Kept] = OrderedDict()
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
        now = self.queries.graph.version, int(time.time() // 86400)
        kept = self._kept.get((shape, scope["query_string"]))
        kind = self._kinds.get(shape)
        if kept is not None and kind is not None and kept[:2] == now:
            await _send(send, kind.learnt[kept[3]], kept[2], kept[4])
            return
        query = _unquoted(scope["query_string"][6:])
        kind = (kind or self._met(scope, shape, query)) if query else None
        if kind is None or query is None:
            await self.app(scope, receive, send)
        else:
            await self._answer((scope, receive, send), shape, kind, query, now)

    def _met(self, scope: Scope, shape: Shape, query: str | None) -> _Kind | None:
        """Return a new kind of question; None if it is not so plain."""
        try:
            kind = _Kind(self._ask(Request(scope), query or ""))
        except (HTTPException, KgError):
            return None
        if len(self._kinds) >= _MOST_KINDS:
            self._kinds.clear()
        self._kinds[shape] = kind
        return kind

    async def _answer(
        self,
        sent: tuple[Scope, Receive, Send],
        shape: Shape,
        kind: _Kind,
        query: str,
        now: Moment,
    ) -> None:
        scope, receive, send = sent
        reply: Reply | KgError
        try:
            asked = kind.asked._replace(query=query)
            reply = await self.queries.answer(asked, partial(departure, receive))
        except KgError as error:
            reply = error
        if not isinstance(reply, Reply) or reply.failure or reply.parts is not None:
            await self.app({**scope, REPLY: reply}, receive, send)
            return
        learnt = kind.learnt.get(reply.media_type)
        if learnt is None or changes_by_itself(query):
            learn = partial(_learn, kind, reply.media_type, send)
            await self.app({**scope, REPLY: reply}, receive, learn)
            return
        if kind.tags is None or kind.moment != now:
            kind.moment, kind.tags = now, Tags(scope, now[0])
        tag = kind.tags.tag(scope["query_string"]).encode()
        self._keep((shape, scope["query_string"]), (*now, tag, reply.media_type, reply.body))
        await _send(send, learnt, tag, reply.body)

    def _keep(self, key: tuple[Shape, bytes], kept: Kept) -> None:
        if self.queries.answers.most_bytes == 0 or len(kept[4]) > _LARGEST_KEPT:
            return
        old = self._kept.pop(key, None)
        self._kept[key] = kept
        self._kept_bytes += _size(key, kept) - (_size(key, old) if old else 0)
        while self._kept_bytes > _MOST_KEPT:
            self._kept_bytes -= _size(*self._kept.popitem(last=False))


async def _send(send: Send, learnt: Headers, tag: bytes, body: bytes) -> None:
    headers = [*learnt, (b"content-length", b"%d" % len(body)), (b"etag", tag)]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _learn(kind: _Kind, media_type: str, send: Send, message: Message) -> None:
    """Send a part of the long way's response, and remember the headers of a good one."""
    if message["type"] == "http.response.start" and message["status"] == 200:
        headers: Headers = [(bytes(name).lower(), bytes(v)) for name, v in message["headers"]]
        said = dict(headers)
        if said.keys() >= _PER_ANSWER and b"no-store" not in said.get(b"cache-control", b""):
            kind.learnt[media_type] = [one for one in headers if one[0] not in _PER_ANSWER]
    await send(message)


def _unquoted(text: bytes) -> str | None:
    """Return a field of a form as text, or None where it is not written as one.

    >>> _unquoted(b"a+%7B%7D+%23%3D%C3%A4")
    'a {} #=ä'
    >>> _unquoted(b"100%"), _unquoted(b"%zz"), _unquoted(b"%%41"), _unquoted(b"%ff")
    (None, None, None, None)
    """
    if b"\n" in text or b"\r" in text:
        return None
    # Quoted-printable has `=` for `%` and is read in C, in a tenth of the time urllib takes.
    coded = text.replace(b"+", b" ").replace(b"=", b"=3D").replace(b"%", b"=")
    read = binascii.a2b_qp(coded)
    if len(read) != len(coded) - 2 * coded.count(b"="):
        return None  # what is no escape is read otherwise than in a URL
    try:
        return read.decode()
    except UnicodeDecodeError:
        return None


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


def _size(key: tuple[Shape, bytes], kept: Kept) -> int:
    return _LEAST_KEPT + len(key[1]) + len(kept[4])
