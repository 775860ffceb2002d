"""`/graphs`: the SPARQL 1.1 Graph Store HTTP Protocol.

    /graphs?graph=IRI     the named graph IRI (indirect, section 4.2)
    /graphs?default       the store's own default graph, which the house leaves empty
    /graphs/anything      the named graph with just that URL (direct, section 4.1)
    POST /graphs          a new graph, named by the server

Reading needs no token. What is read goes through the same limits as a query.
"""

from urllib.parse import quote
from uuid import uuid4

from anyio import to_thread
from pyoxigraph import Triple
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api.protocol import messages, rdf
from api.protocol.access import require_token
from api.protocol.replies import accepted, answer, not_acceptable, written
from api.protocol.update import longest
from kg.edits import WHOLE_GRAPH, Edits
from kg.names import Iri, iri
from kg.settings import Settings
from kg.store import worker
from kg.store.base import Graph
from kg.store.worker import TRIPLES

_IN_A_URI = "%:/?#[]@!$&'()*+,;="  # with what is never escaped: all that an ASCII IRI may hold
_ADVICE = "name a graph: ?graph=IRI, ?default, or the graph's own URL below /graphs/"


async def graphs(request: Request) -> Response:
    """Read, replace, fill or take away one graph."""
    if request.method == "GET":
        return await _get(request, _target(request))
    require_token(request)
    edits: Edits = request.app.state.edits
    if request.method == "DELETE":
        target = _target(request)
        if not await written(request, edits.delete, target):
            raise _missing()
        return Response(status_code=204)
    fresh = request.method == "POST" and _is_the_store(request)
    target = (
        iri(f"{messages.address(request).rstrip('/')}/{uuid4()}") if fresh else _target(request)
    )
    edit = edits.put if request.method == "PUT" else edits.post
    made = await written(request, edit, target, await _sent(request, target))
    # A header holds ASCII: a URI in place of the IRI (RFC 3987, 3.1).
    location = {"Location": quote(str(target), safe=_IN_A_URI)} if made else None
    return Response(status_code=201 if made else 204, headers=location)


async def _get(request: Request, target: Iri | None) -> Response:
    graph: Graph = request.app.state.graph
    if target is not None and not await to_thread.run_sync(graph.has_graph, target):
        raise _missing()
    taken = accepted(request, TRIPLES)
    if not taken:
        raise not_acceptable(TRIPLES)
    asked = worker.Request(
        WHOLE_GRAPH, (), taken, (target,) if target is not None else (), union=False
    )
    return await answer(request, asked)


async def _sent(request: Request, target: Iri | None) -> list[Triple]:
    content_type = request.headers.get("content-type", "")
    rdf.check_type(content_type, request.headers.get("content-length", "0"))
    body = await messages.body(request, longest(request))
    base = str(target) if target is not None else messages.address(request)
    settings: Settings = request.app.state.settings
    return await to_thread.run_sync(rdf.triples, body, content_type, base, settings)


def _is_the_store(request: Request) -> bool:
    return request.url.path.rstrip("/") == "/graphs" and not request.scope["query_string"]


def _target(request: Request) -> Iri | None:
    """Return the graph that a request names; None is the default graph."""
    fields = messages.url_fields(request)
    if request.url.path.rstrip("/") != "/graphs":
        if fields:
            raise HTTPException(400, "a graph named by its own URL takes no fields")
        return Iri(messages.address(request))
    messages.refuse_unknown(fields, ("graph", "default"))
    if len(fields) != 1:
        raise HTTPException(400, _ADVICE)
    ((name, value),) = fields
    if name == "default" and value:
        raise HTTPException(400, "`default` takes no value")
    return None if name == "default" else iri(value)


def _missing() -> HTTPException:
    return HTTPException(404, "there is no such graph")
