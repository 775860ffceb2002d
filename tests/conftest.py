"""What tests share: a fresh embedded graph for each, and the seed articles where they are."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import Phase, settings
from pyoxigraph import Quad, RdfFormat, parse

from kg import names
from kg.documents import shipped_folder
from kg.load import load_folder
from kg.store.embedded import EmbeddedGraph

# The same examples in each run, so that a red run says something about the change before it. New
# ones, shrunk: `pytest --hypothesis-profile=search`.
settings.register_profile(
    "same", derandomize=True, deadline=None, database=None, phases=[Phase.explicit, Phase.generate]
)
settings.register_profile("search", deadline=None, print_blob=True)
settings.load_profile("same")

# On one line, so that what a test writes begins on line 2.
_PREFIXES = f"@base <{names.BASE}> . " + " ".join(
    f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in names.PREFIXES.items()
)


@pytest.fixture
def empty_graph() -> EmbeddedGraph:
    return EmbeddedGraph()


@pytest.fixture(scope="session")
def shipped() -> tuple[Quad, ...]:
    """All that a store holds once the shipped data are loaded, so that it is read but once."""
    loaded = EmbeddedGraph()
    load_folder(loaded, shipped_folder())
    return tuple(parse(loaded.dump(), RdfFormat.N_QUADS))


@pytest.fixture
def graph(empty_graph: EmbeddedGraph, shipped: tuple[Quad, ...]) -> EmbeddedGraph:
    empty_graph.replace([], shipped)
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
