"""What a route is given: the graph and the bounded queries of the app it belongs to."""

from typing import Annotated

from fastapi import Depends, Request

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


GraphDep = Annotated[Graph, Depends(_graph)]
QueriesDep = Annotated[BoundedQueries, Depends(_queries)]
SettingsDep = Annotated[Settings, Depends(_settings)]
