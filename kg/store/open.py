"""Opening the store that the settings name, filled and up to date."""

from pathlib import Path

from kg.documents import shipped_folder
from kg.errors import DocumentError, Problem
from kg.load import load_folder
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


def refuse_errors(paths: list[Path], graph: Graph | None = None) -> list[Problem]:
    """Return the warnings about some files, or raise DocumentError with their errors.

    They may refer to what `graph` names.
    """
    from kg.checks import check_files, names_of

    problems = check_files(paths) if graph is None else check_files(paths, names_of(graph))
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        raise DocumentError(errors)
    return problems
