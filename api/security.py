"""What every response carries, and how long a request may be."""

from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import problem

MAX_BODY = 1_000_000  # bytes of a request; a query longer than this is refused with 413
MAX_URL = 32_768  # bytes of path and query; a longer query can be sent as a body
MAX_HEADERS = 65_536  # bytes of all names and values

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "SAMEORIGIN",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'self'",
}


class Limits:
    """Refuses a URL or headers that are too long, before anything reads them."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 414 (RFC 9110) or 431 (RFC 6585)."""
        if scope["type"] == "http":
            status, told = _over_limit(scope)
            if status:
                title = HTTPStatus(status).phrase
                # The URL is not repeated: it is what is too long.
                short = Request({**scope, "path": "/", "query_string": b""})
                await problem(short, status, title, told)(scope, receive, send)
                return
        await self.app(scope, receive, send)


def _over_limit(scope: Scope) -> tuple[int, str]:
    url = len(scope.get("raw_path") or scope["path"]) + len(scope["query_string"])
    if url > MAX_URL:
        return 414, f"the URL is longer than {MAX_URL} bytes; POST a long query as a body"
    if sum(len(name) + len(value) for name, value in scope["headers"]) > MAX_HEADERS:
        return 431, f"the headers are longer than {MAX_HEADERS} bytes"
    return 0, ""


class HeadAsGet:
    """Answers HEAD as GET without the body, as RFC 9110 (9.3.2) wants of every resource."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on as GET and hold its body back."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self.app(scope, receive, send)
            return

        async def send_without_body(message: Message) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self.app({**scope, "method": "GET"}, receive, send_without_body)


class SecurityHeaders:
    """Adds the headers that a page or answer did not set for itself."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the headers of its response."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            # A browser takes the headers of a 304 for those of the page it has kept: a policy that
            # is not the page's own would stop its scripts and styles.
            if message["type"] == "http.response.start" and message["status"] != 304:
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
