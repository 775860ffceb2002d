"""`/sparql`: SPARQL 1.1 queries over HTTP, read-only, each with an end."""

from collections.abc import Sequence
from functools import partial
from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.exceptions import HTTPException

from api.departure import departure
from api.deps import QueriesDep
from api.direct import REPLY
from api.negotiation import ranked
from api.problems import responses
from api.security import MAX_BODY
from kg.errors import KgError
from kg.names import iri
from kg.store import worker
from kg.store.bounded import BoundedQueries
from kg.store.worker import ROWS, TRIPLES

router = APIRouter(tags=["SPARQL"], responses=responses(400, 406, 413, 415, 503))

_QUERY = {
    "name": "query",
    "in": "query",
    "required": True,
    "description": "A SPARQL 1.1 SELECT, ASK, CONSTRUCT or DESCRIBE query.",
    "schema": {"type": "string"},
    "example": "SELECT ?company ?name WHERE { ?company a "
    "<https://w3id.org/keiretsu/ontology#Company> ; "
    "<http://www.w3.org/2000/01/rdf-schema#label> ?name }",
}
_GRAPHS = [
    {
        "name": name,
        "in": "query",
        "description": f"IRI of a {what} (SPARQL 1.1 Protocol); may be given several times.",
        "schema": {"type": "array", "items": {"type": "string", "format": "uri"}},
    }
    for name, what in (
        ("default-graph-uri", "graph to be queried by default"),
        ("named-graph-uri", "named graph to be queried"),
    )
]
Fields = Sequence[tuple[str, str]]

_VARY = {"Vary": "Accept"}
_KNOWN = {"query", "default-graph-uri", "named-graph-uri"}
_FORM = "application/x-www-form-urlencoded"
_TEXT = "application/sparql-query"


@router.get(
    "/sparql",
    summary="Run a SPARQL query",
    operation_id="sparql_get",
    openapi_extra={"parameters": [_QUERY, *_GRAPHS]},
)
async def sparql_get(request: Request, queries: QueriesDep) -> Response:
    """Run a query given in the URL; the union of all named graphs is the default graph."""
    return await _answer(request, queries, request.query_params.multi_items())


@router.post(
    "/sparql",
    summary="Run a SPARQL query",
    operation_id="sparql_post",
    openapi_extra={
        "parameters": _GRAPHS,
        "requestBody": {
            "required": True,
            "content": {
                _TEXT: {"schema": {"type": "string"}},
                _FORM: {"schema": {"type": "object", "required": ["query"]}},
            },
        },
    },
)
async def sparql_post(request: Request, queries: QueriesDep) -> Response:
    """Run a query given as the body, or as the form field `query`."""
    media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in (_FORM, _TEXT):
        raise HTTPException(415, f"send the query as {_TEXT} or {_FORM}")
    try:
        text = (await _body(request)).decode()
    except UnicodeDecodeError:
        raise HTTPException(400, "the body is not UTF-8") from None
    fields = request.query_params.multi_items()
    fields += [("query", text)] if media_type == _TEXT else parse_qsl(text)
    return await _answer(request, queries, fields)


async def _body(request: Request) -> bytes:
    """Return the request's body, or refuse it as soon as it is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"the body is longer than {MAX_BODY} bytes")
    return bytes(body)


async def _answer(request: Request, queries: BoundedQueries, fields: Fields) -> Response:
    unknown = sorted({name for name, _ in fields} - _KNOWN)
    if unknown:
        raise HTTPException(400, f"unknown field {', '.join(unknown)}; known: {sorted(_KNOWN)}")
    if len(given(fields, "query")) != 1:
        raise HTTPException(
            400, f"exactly one `query` is needed, {len(given(fields, 'query'))} were given"
        )
    asked = asked_for(request, given(fields, "query")[0], fields)
    reply = request.scope.get(REPLY)  # by the short way
    if isinstance(reply, KgError):
        raise reply
    if reply is None:
        reply = await queries.answer(asked, left=partial(departure, request.receive))
    if reply.failure == "not-acceptable":
        raise _not_acceptable(list(TRIPLES if asked.rows_as else ROWS))
    if reply.parts is not None:
        return StreamingResponse(reply.parts, headers=_VARY, media_type=reply.media_type)
    return Response(reply.body, media_type=reply.media_type, headers=_VARY)


def given(fields: Fields, name: str) -> list[str]:
    """Return the values of a field, in order."""
    return [value for field, value in fields if field == name]


def asked_for(request: Request, query: str, fields: Fields = ()) -> worker.Request:
    """Return what a request asks for: a text, its graphs, and the media types that it takes."""
    accept = request.headers.get("accept", "")
    rows_as, triples_as = ranked(accept, ROWS), ranked(accept, TRIPLES)
    if not rows_as and not triples_as:
        raise _not_acceptable([*ROWS, *TRIPLES])
    return worker.Request(
        query,
        rows_as,
        triples_as,
        tuple(iri(graph) for graph in given(fields, "default-graph-uri")),
        tuple(iri(graph) for graph in given(fields, "named-graph-uri")),
    )


def _not_acceptable(offers: list[str]) -> HTTPException:
    return HTTPException(406, f"this can be had as {', '.join(dict.fromkeys(offers))}")
