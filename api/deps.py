"""What a route is given: the graph and the bounded queries of the app it belongs to."""

from typing import Annotated, Any

from fastapi import Depends, Request

from kg.errors import ParameterError
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.bounded import BoundedQueries


def _graph(request: Request) -> Graph:
    graph: Graph = request.app.state.graph
    return graph


def _queries(request: Request) -> BoundedQueries:
    queries: BoundedQueries = request.app.state.queries
    return queries


def _settings(request: Request) -> Settings:
    settings: Settings = request.app.state.settings
    return settings


def only(*known: str) -> Any:
    """Return a dependency that refuses query parameters other than `known`."""

    def refuse_others(request: Request) -> None:
        for name in request.query_params:
            if name not in known:
                raise ParameterError(name, f"is unknown here; known: {', '.join(known)}")

    return Depends(refuse_others)


GraphDep = Annotated[Graph, Depends(_graph)]
QueriesDep = Annotated[BoundedQueries, Depends(_queries)]
SettingsDep = Annotated[Settings, Depends(_settings)]
