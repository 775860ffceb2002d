"""The HTTP application: routers, problem bodies, headers, static files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files

from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.types import Scope

from api import problems, protocol
from api.caching import EntityTags, entity_tag
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


def create_app(settings: Settings | None = None, graph: Graph | None = None) -> FastAPI:
    """Return the application on `graph`, or on the graph that `settings` name."""
    settings = settings or Settings()
    app = FastAPI(
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

    def tag(scope: Scope) -> str:
        return entity_tag(scope, app.state.graph.version)

    # The last one added is the first to see a request.
    app.add_middleware(EntityTags, graph=app.state.graph)
    app.add_middleware(HeadAsGet)
    app.add_middleware(AllowedMethods, router=app.router)
    app.add_middleware(SharedReads)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Limits)
    app.add_middleware(Direct, queries=app.state.queries, ask=asked_for, tag=tag)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.queries.close()
