"""A client for the whole application on a fresh graph, without a network."""

from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from api.app import create_app
from kg.settings import Settings
from kg.store.base import Graph


@pytest.fixture
def client(graph: Graph) -> Iterator[TestClient]:
    with TestClient(create_app(Settings(query_seconds=1, answer_mb=1), graph)) as client:
        yield client
