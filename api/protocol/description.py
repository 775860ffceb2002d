"""What the service says of itself: at /sparql without a query, and at /.well-known/void."""

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from api.protocol import messages
from api.protocol.replies import triples_response
from kg import description, names

_PREFIXES = {
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "void": "http://rdfs.org/ns/void#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "formats": "http://www.w3.org/ns/formats/",
} | {name: names.PREFIXES[name] for name in ("dcterms", "kei", "xsd")}


async def service_description(request: Request) -> Response:
    """Return the SPARQL 1.1 Service Description."""
    endpoint = messages.address(request)

    def made() -> Response:
        writable = bool(request.app.state.settings.token)
        graph = request.app.state.graph
        triples = description.service_triples(graph, endpoint, writable=writable)
        return triples_response(request, triples, _PREFIXES)

    return await to_thread.run_sync(made)


async def dataset_description(request: Request) -> Response:
    """Return VoID and DCAT of what is served here."""
    where = messages.root(request)

    def made() -> Response:
        triples = description.dataset_triples(request.app.state.graph, where)
        return triples_response(request, triples, _PREFIXES)

    return await to_thread.run_sync(made)
