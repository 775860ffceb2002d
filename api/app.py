"""The HTTP application: routers, problem bodies, headers, static files."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import problems
from api.direct import Direct
from api.routers import companies, documentation, explorer, health, ontology, questions, sparql
from api.security import HeadAsGet, SecurityHeaders
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.bounded import BoundedQueries
from kg.store.open import open_graph


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
    app.state.queries = BoundedQueries(
        app.state.graph,
        seconds=settings.query_seconds,
        memory_mb=settings.query_mb,
        answer_mb=settings.answer_mb,
    )
    app.state.pages = explorer.Pages()
    problems.install(app)
    for module in (questions, companies, sparql, health, explorer, ontology, documentation):
        app.include_router(module.router)
    app.mount("/static", StaticFiles(directory=str(files("viz") / "static")), name="static")
    app.mount("/assets", StaticFiles(directory=str(files("api") / "static")), name="assets")
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Direct, queries=app.state.queries, ask=sparql.asked_for)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.queries.close()
