"""The W3C's protocols: SPARQL 1.1 Protocol, Graph Store HTTP Protocol, Service Description, VoID.

    messages.py     what a request says, read strictly
    access.py       who may write
    replies.py      the one place where a query becomes a response
    sparql.py       /sparql: queries, updates, its description or its page
    update.py       /update
    graph_store.py  /graphs, with rdf.py for what goes in and comes out
    description.py  the descriptions of the service and its data
    documents.py    all of it in OpenAPI

Plain routes: FastAPI's own cost some 250 microseconds a request.
"""

from fastapi import FastAPI
from starlette.routing import Route

from api.protocol import documents
from api.protocol.description import dataset_description
from api.protocol.graph_store import graphs
from api.protocol.sparql import sparql
from api.protocol.update import update

_ROUTES = (
    ("/sparql", sparql, ("GET", "POST")),
    ("/sparql/", sparql, ("GET", "POST")),  # a redirect would lose the body of a POST
    ("/update", update, ("POST",)),
    ("/update/", update, ("POST",)),
    ("/graphs", graphs, ("GET", "PUT", "POST", "DELETE")),
    ("/graphs/{path:path}", graphs, ("GET", "PUT", "POST", "DELETE")),
    ("/.well-known/void", dataset_description, ("GET",)),
)


def install(app: FastAPI) -> None:
    """Add the routes of the protocols to an application, and document them."""
    for path, endpoint, methods in _ROUTES:
        app.router.routes.append(Route(path, endpoint, methods=list(methods)))
    documents.install(app)
