"""The HTTP application: routers, problem bodies, headers, static files."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api import problems, protocol
from api.caching import EntityTags
from api.direct import Direct
from api.protocol.sparql import asked_for
from api.routers import (
    analytics,
    asking,
    backup,
    charts,
    companies,
    documentation,
    explorer,
    health,
    ontology,
    questions,
)
from api.security import HeadAsGet, Limits, SecurityHeaders
from api.sharing import AllowedMethods, SharedReads
from kg.edits import Edits
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.open import open_graph, open_queries
from viz.page import Pictures

_ANALYSES_AT_ONCE = 2
_PICTURES_AT_ONCE = 4  # requests that wait for one; other routes keep their threads


class Application(FastAPI):
    """All routes; what has a short way takes it before anything else is asked."""

    direct: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or begin and end with the server."""
        await (self.direct or super().__call__)(scope, receive, send)

    async def routed(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request by the long way."""
        await super().__call__(scope, receive, send)


def create_app(settings: Settings | None = None, graph: Graph | None = None) -> FastAPI:
    """Return the application on `graph`, or on the graph that `settings` name."""
    settings = settings or Settings()
    app = Application(
        title="Keiretsu",
        version=version("keiretsu"),
        summary="Who owns whom, who is allied with whom, and which source says so.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/", "description": "this server"}],
        docs_url=None,
        redoc_url=None,
        lifespan=_lifespan,
    )
    app.state.settings = settings
    app.state.graph = graph or open_graph(settings)
    app.state.queries = open_queries(app.state.graph, settings)
    app.state.edits = Edits(app.state.graph, app.state.queries)
    app.state.write_limiter = CapacityLimiter(1)  # one edit at a time; reading goes on
    app.state.analysis_limiter = CapacityLimiter(_ANALYSES_AT_ONCE)
    app.state.pictures = Pictures(app.state.graph)
    app.state.picture_limiter = CapacityLimiter(_PICTURES_AT_ONCE)
    problems.install(app)
    for module in (
        questions,
        asking,
        analytics,
        charts,
        companies,
        health,
        backup,
        explorer,
        ontology,
        documentation,
    ):
        app.include_router(module.router)
    protocol.install(app)
    app.mount("/static", StaticFiles(directory=str(files("viz") / "static")), name="static")
    app.mount("/assets", StaticFiles(directory=str(files("api") / "static")), name="assets")
    # The last one added is the first to see a request.
    app.add_middleware(EntityTags, graph=app.state.graph)
    app.add_middleware(HeadAsGet)
    app.add_middleware(AllowedMethods, router=app.router)
    app.add_middleware(SharedReads)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Limits)
    app.add_middleware(
        ProxyHeadersMiddleware, trusted_hosts=os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1")
    )
    app.direct = Direct(app.routed, app.state.queries, asked_for)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.queries.close()
