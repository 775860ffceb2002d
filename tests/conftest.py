"""What tests share: a fresh embedded graph for each, and the seed articles where they are."""

from pathlib import Path

import pytest

from kg.load import load_folder, shipped_folder
from kg.store.embedded import EmbeddedGraph


@pytest.fixture
def empty_graph() -> EmbeddedGraph:
    return EmbeddedGraph()


@pytest.fixture
def graph(empty_graph: EmbeddedGraph) -> EmbeddedGraph:
    load_folder(empty_graph, shipped_folder())
    return empty_graph


@pytest.fixture
def seeds() -> Path:
    folder = Path(__file__).parent.parent.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("../shared/seeds is not here")
    return folder
