"""Entity tags: what was answered once is still true while the store is unchanged.

    GET /questions/who-owns  ->  200, ETag: W/"..."
    the same, If-None-Match  ->  304 without anything being asked, until the store changes

A tag stands for the URL, what the client accepts, the version of the store and the day (an open
clock means today). It is given with 200 only, so that what matches it would be answered so again.
"""

import hashlib
import secrets
from datetime import UTC, datetime

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kg.store.base import Graph

# They change though the store does not, or have tags of their own.
_WITHOUT = ("/healthz", "/static/", "/assets/")
_START = secrets.token_bytes(8)  # versions begin anew with each process
_VARYING = ("accept", "accept-language")


class EntityTags:
    """Gives tags to what is read, and answers 304 where the client has it."""

    def __init__(self, app: ASGIApp, graph: Graph) -> None:
        self.app = app
        self.graph = graph

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a read on and tag its response, or answer 304."""
        reads = scope["type"] == "http" and scope["method"] == "GET"
        if not reads or scope["path"].startswith(_WITHOUT):
            await self.app(scope, receive, send)
            return
        # Before it is answered, so that the tag is never newer than the answer.
        tag = Tags(scope, self.graph.version).tag(scope["query_string"])
        if tag in _tags(Headers(scope=scope).getlist("if-none-match")):
            await _unchanged(tag, send)
            return

        async def send_tagged(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                _mark(MutableHeaders(scope=message), tag)
            await send(message)

        await self.app(scope, receive, send_tagged)


class Tags:
    """The entity tags of what is read at one path from one version of the store."""

    def __init__(self, scope: Scope, version: int) -> None:
        headers = Headers(scope=scope)
        parts = (
            _START,
            str(version).encode(),
            datetime.now(UTC).date().isoformat().encode(),
            headers.get("host", "").encode("latin-1"),
            scope["path"].encode("utf-8", "surrogatepass"),
            *(", ".join(headers.getlist(name)).encode("latin-1") for name in _VARYING),
            b"",
        )
        self._begun = hashlib.blake2b(b"\n".join(parts), digest_size=12)

    def tag(self, query: bytes) -> str:
        """Return the tag of a URL that ends in this query string."""
        digest = self._begun.copy()
        digest.update(query)
        return f'W/"{digest.hexdigest()}"'


def _tags(values: list[str]) -> set[str]:
    return {tag.strip() for value in values for tag in value.split(",")}


def _mark(headers: MutableHeaders, tag: str) -> None:
    if "no-store" not in headers.get("cache-control", ""):
        headers.setdefault("ETag", tag)
        headers.setdefault("Cache-Control", "no-cache")  # keep it, and ask whether it still holds


async def _unchanged(tag: str, send: Send) -> None:
    headers = [
        (b"etag", tag.encode()),
        (b"cache-control", b"no-cache"),
        (b"vary", b"Accept"),
    ]
    await send({"type": "http.response.start", "status": 304, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
