"""`/sparql`: SPARQL 1.1 queries over HTTP, read-only, each with an end."""

from urllib.parse import parse_qs

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from api.deps import QueriesDep
from api.negotiation import ranked
from api.problems import responses
from api.security import MAX_BODY
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
_FORM = "application/x-www-form-urlencoded"
_TEXT = "application/sparql-query"


@router.get("/sparql", summary="Run a SPARQL query", openapi_extra={"parameters": [_QUERY]})
def sparql_get(request: Request, queries: QueriesDep) -> Response:
    """Run a query given in the URL; the union of all named graphs is the default graph."""
    return _answer(request, queries, request.query_params.getlist("query"))


@router.post(
    "/sparql",
    summary="Run a SPARQL query",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {
                _TEXT: {"schema": {"type": "string"}},
                _FORM: {"schema": {"type": "object", "required": ["query"]}},
            },
        }
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
    texts = [text] if media_type == _TEXT else parse_qs(text).get("query", [])
    return await run_in_threadpool(_answer, request, queries, texts)


async def _body(request: Request) -> bytes:
    """Return the request's body, or refuse it as soon as it is too long."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"the body is longer than {MAX_BODY} bytes")
    return bytes(body)


def _answer(request: Request, queries: BoundedQueries, texts: list[str]) -> Response:
    if len(texts) != 1:
        raise HTTPException(400, f"exactly one `query` is needed, {len(texts)} were given")
    accept = request.headers.get("accept", "")
    rows_as, triples_as = ranked(accept, ROWS), ranked(accept, TRIPLES)
    if not rows_as and not triples_as:
        raise _not_acceptable([*ROWS, *TRIPLES])
    reply = queries.run(texts[0], rows_as, triples_as)
    if reply.failure == "not-acceptable":
        raise _not_acceptable(list(TRIPLES if rows_as else ROWS))
    return Response(reply.body, media_type=reply.media_type, headers={"Vary": "Accept"})


def _not_acceptable(offers: list[str]) -> HTTPException:
    return HTTPException(406, f"this can be had as {', '.join(dict.fromkeys(offers))}")
