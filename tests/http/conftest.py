"""A client for the whole application on a fresh graph, without a network."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.names import ONTOLOGY
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph

TOKEN = "a-token-for-tests-only"


@pytest.fixture
def client(graph: Graph) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(query_seconds=1, answer_mb=1), graph)) as client:
        yield client


@pytest.fixture
def writer(empty_graph: EmbeddedGraph) -> Iterator[TestClient]:
    """A client with the token, on a store of the house with almost nothing in it."""
    empty_graph.update(f"INSERT DATA {{ GRAPH <{ONTOLOGY}> {{ <{ONTOLOGY}> a <x:Ontology> }} }}")
    settings = Settings(query_seconds=1, answer_mb=1, token=TOKEN, upload_mb=1)
    with TestClient(create_app(settings, empty_graph)) as client:
        client.headers["authorization"] = f"Bearer {TOKEN}"
        yield client
