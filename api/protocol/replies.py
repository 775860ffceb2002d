"""How a query becomes a response: the one place where they meet."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, TypeVar

import anyio
from anyio import CapacityLimiter, to_thread
from pyoxigraph import Triple, serialize
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.departure import departure
from api.direct import REPLY
from api.negotiation import ranked
from kg.errors import KgError, StoreError
from kg.sparql_words import changes_by_itself
from kg.store import worker
from kg.store.worker import ROWS, TRIPLES

T = TypeVar("T")

VARY = {"Vary": "Accept"}


async def answer(
    request: Request, asked: worker.Request, headers: Mapping[str, str] | None = None
) -> Response:
    """Return the answer to a query within its limits: whole, or in parts where it is large."""
    reply = request.scope.get(REPLY)  # by the short way
    if isinstance(reply, KgError):
        raise reply
    if reply is None:
        left = partial(departure, request.receive)
        reply = await request.app.state.queries.answer(asked, left)
    if reply.failure == "not-acceptable":
        raise not_acceptable(TRIPLES if asked.rows_as else ROWS)
    kept = {"Cache-Control": "no-store"} if changes_by_itself(asked.query) else {}
    sent = {**VARY, **kept, **(headers or {})}
    if reply.parts is not None:
        return StreamingResponse(reply.parts, headers=sent, media_type=reply.media_type)
    return Response(reply.body, headers=sent, media_type=reply.media_type)


def accepted(request: Request, offers: Iterable[str]) -> tuple[str, ...]:
    """Return the offered media types that a request takes, best first."""
    return tuple(ranked(", ".join(request.headers.getlist("accept")), offers))


def not_acceptable(offers: Iterable[str]) -> HTTPException:
    """Return 406 with what can be had."""
    return HTTPException(406, f"this can be had as {', '.join(dict.fromkeys(offers))}", VARY)


def triples_response(
    request: Request, triples: Iterable[Triple], prefixes: Mapping[str, str]
) -> Response:
    """Return a few triples, made in this process, as the request takes them."""
    taken = accepted(request, TRIPLES)
    if not taken:
        raise not_acceptable(TRIPLES)
    written = serialize(triples, format=TRIPLES[taken[0]], prefixes=dict(prefixes))
    return Response(written, headers=VARY, media_type=taken[0])


async def written(request: Request, edit: Callable[..., T], *values: Any) -> T:
    """Run an edit in the one place for writers, or raise StoreError if it is long taken."""
    limiter: CapacityLimiter = request.app.state.write_limiter
    try:
        with anyio.fail_after(request.app.state.settings.query_seconds):
            await limiter.acquire_on_behalf_of(request)
    except TimeoutError:
        raise StoreError("other writers are busy; try again in a moment") from None
    try:
        return await to_thread.run_sync(edit, *values)
    finally:
        limiter.release_on_behalf_of(request)
