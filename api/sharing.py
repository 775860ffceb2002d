"""What other sites' pages may do here (CORS): read, and nothing with a token.

Reads carry no credentials and hold nothing secret, so that any origin may see them. A page may
not send Authorization, nor PUT or DELETE: its browser asks first, and is told what is allowed.
"""

from starlette.datastructures import Headers, MutableHeaders
from starlette.routing import Match, Router
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH")
_SHARED = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Link, Location, Retry-After, Content-Location",
}
_PREFLIGHT = {
    "Access-Control-Allow-Headers": "Accept, Accept-Language, Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_POSTED_READS = ("/sparql", "/sparql/")  # where POST is a query


class SharedReads:
    """Lets pages of any origin see what is read."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and say that its response may be seen, if it is a read."""
        if scope["type"] != "http" or not _is_read(scope):
            await self.app(scope, receive, send)
            return

        async def send_shared(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_SHARED)
            await send(message)

        await self.app(scope, receive, send_shared)


def _is_read(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    if "authorization" in headers:
        return False
    posted = scope["method"] == "POST" and scope["path"] in _POSTED_READS
    return scope["method"] in ("GET", "HEAD", "OPTIONS") or posted


class AllowedMethods:
    """Answers OPTIONS on every path with the methods it has."""

    def __init__(self, app: ASGIApp, router: Router) -> None:
        self.app = app
        self.router = router

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer OPTIONS with 204 where there is a resource; pass anything else on."""
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            await self.app(scope, receive, send)
            return
        allowed = self._allowed(scope)
        if not allowed:
            await self.app({**scope, "method": "GET"}, receive, send)  # whose 404 it is
            return
        headers = {"Allow": ", ".join([*allowed, "OPTIONS"])} | _preflight(scope, allowed)
        raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        await send({"type": "http.response.start", "status": 204, "headers": raw})
        await send({"type": "http.response.body", "body": b""})

    def _allowed(self, scope: Scope) -> list[str]:
        if scope["path"] == "*":  # the server as a whole (RFC 9110, 9.3.7)
            return list(_METHODS[:-1])
        return [one for one in _METHODS if self._takes({**scope, "method": one})]

    def _takes(self, scope: Scope) -> bool:
        wanted = {**scope, "method": "GET"} if scope["method"] == "HEAD" else scope
        return any(route.matches(wanted)[0] is Match.FULL for route in self.router.routes)


def _preflight(scope: Scope, allowed: list[str]) -> dict[str, str]:
    asked = Headers(scope=scope).get("access-control-request-method", "")
    if not asked:
        return {}
    readable = ["GET", "HEAD"] if "GET" in allowed else []
    if scope["path"] in _POSTED_READS:
        readable.append("POST")
    return _PREFLIGHT | {"Access-Control-Allow-Methods": ", ".join(readable)}
