"""Opening the store that the settings name, filled and up to date."""

from collections.abc import Iterable
from pathlib import Path

from pyoxigraph import Triple

from kg.errors import DocumentError
from kg.load import load_folder, shipped_folder
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph


def open_graph(settings: Settings) -> Graph:
    """Return the graph of `settings`, with the ontology and the data folder loaded.

    The shipped data were checked before they were shipped; anyone else's are checked here, and
    refused with DocumentError when they have an error.
    """
    graph = EmbeddedGraph(settings.store)
    if settings.data is None:
        load_folder(graph, shipped_folder())
    else:
        load_folder(graph, settings.data, gate=refuse_errors)
    return graph


def refuse_errors(paths: list[Path], known: Iterable[Triple] = ()) -> None:
    """Raise DocumentError with the errors of some files; warnings pass."""
    from kg.checks import check_files

    errors = [problem for problem in check_files(paths, known) if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
