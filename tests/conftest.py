"""What tests share: a fresh embedded graph for each, and the seed articles where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest

from kg import names
from kg.load import load_folder, shipped_folder
from kg.store.embedded import EmbeddedGraph

# On one line, so that what a test writes begins on line 2.
_PREFIXES = f"@base <{names.BASE}> . " + " ".join(
    f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in names.PREFIXES.items()
)


@pytest.fixture
def empty_graph() -> EmbeddedGraph:
    return EmbeddedGraph()


@pytest.fixture
def graph(empty_graph: EmbeddedGraph) -> EmbeddedGraph:
    load_folder(empty_graph, shipped_folder())
    return empty_graph


@pytest.fixture
def documents() -> Path:
    return Path(__file__).parent / "fixtures" / "documents"


@pytest.fixture
def write(tmp_path: Path) -> Callable[[str, str], Path]:
    def written(name: str, text: str) -> Path:
        path = tmp_path / f"{name}.ttl"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{_PREFIXES}\n{text}", encoding="utf-8")
        return path

    return written


@pytest.fixture
def seeds() -> Path:
    folder = Path(__file__).parent.parent.parent / "shared" / "seeds"
    if not folder.is_dir():
        pytest.skip("../shared/seeds is not here")
    return folder
