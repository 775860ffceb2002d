"""`/sparql`: the SPARQL 1.1 Protocol, its queries and its updates in one place.

GET   ?query=                       the answer
GET   without a query               its Service Description, or a page for a browser
POST  form or application/sparql-query      the answer
POST  form or application/sparql-update     an update, as at /update
"""

from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.protocol import messages, update
from api.protocol.access import may_write
from api.protocol.description import service_description
from api.protocol.messages import FORM, QUERY, UPDATE, Fields
from api.protocol.replies import accepted, answer, not_acceptable
from api.routers.sparql_page import HTML, editor_page
from api.security import MAX_BODY
from kg.store import worker
from kg.store.worker import ROWS, TRIPLES

_KNOWN = ("query", "default-graph-uri", "named-graph-uri")


async def sparql(request: Request) -> Response:
    """Answer a query, run an update, or say what this is."""
    if request.method == "POST":
        return await _posted(request)
    if not request.scope["query_string"]:
        return await _described(request)
    return await _asked(request, messages.url_fields(request))


async def _posted(request: Request) -> Response:
    sent = messages.media_type(request)
    fields = messages.url_fields(request)
    if sent == QUERY:
        if "query" in dict(fields):
            raise HTTPException(400, "the query is the body; the URL may not hold another")
        return await _asked(request, [*fields, ("query", await messages.text(request, MAX_BODY))])
    if sent == UPDATE:
        return await update.update(request)
    if sent != FORM:
        raise HTTPException(415, f"send {QUERY}, {UPDATE} or {FORM}")
    most = update.longest(request) if may_write(request) else MAX_BODY
    form = await messages.form_fields(request, most)
    if "update" in dict(form) and "query" not in dict(form):
        return await update.run(request, [*fields, *form])
    return await _asked(request, [*fields, *form])


async def _described(request: Request) -> Response:
    """Return the page of this endpoint to a browser, and its description to anyone else."""
    taken = accepted(request, [*TRIPLES, HTML])
    if not taken:
        raise not_acceptable([*TRIPLES, HTML])
    if taken[0] != HTML:
        return await service_description(request)
    return await to_thread.run_sync(editor_page, request)


async def _asked(request: Request, fields: Fields) -> Response:
    messages.refuse_unknown(fields, _KNOWN)
    return await answer(request, asked_for(request, messages.only(fields, "query"), fields))


def asked_for(request: Request, query: str, fields: Fields = ()) -> worker.Request:
    """Return what a request asks for: a text, its graphs, and the media types that it takes."""
    rows_as, triples_as = accepted(request, ROWS), accepted(request, TRIPLES)
    if not rows_as and not triples_as:
        raise not_acceptable([*ROWS, *TRIPLES])
    return worker.Request(
        query,
        rows_as,
        triples_as,
        messages.iris(fields, "default-graph-uri"),
        messages.iris(fields, "named-graph-uri"),
        base=messages.address(request),
    )
