"""Opening the store that the settings name, filled and up to date."""

from pathlib import Path
from typing import TYPE_CHECKING

from kg.documents import shipped_folder
from kg.errors import DocumentError, Problem, StoreError
from kg.load import load_folder
from kg.names import UNFINISHED
from kg.settings import Remote, Settings
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph

if TYPE_CHECKING:
    from kg.store.bounded import BoundedQueries
    from kg.store.passthrough import RemoteQueries


def open_graph(settings: Settings) -> Graph:
    """Return the graph of `settings`, with the ontology and the data folder loaded.

    The shipped data were checked before they were shipped; anyone else's are checked here, and
    refused with DocumentError when they have an error.
    """
    graph = open_store(settings)
    if graph.derives:
        return graph  # the server has loaded its own data
    if settings.data is None:
        load_folder(graph, shipped_folder())
    else:
        load_folder(graph, settings.data, gate=refuse_errors)
    if graph.has_graph(UNFINISHED):
        from kg.edits import finish

        finish(graph)
    return graph


def open_store(settings: Settings) -> Graph:
    """Return the store of `settings` as it is; nothing is loaded into it. Raises StoreError."""
    if not isinstance(settings.store, Remote):
        return EmbeddedGraph(settings.store)
    try:
        from kg.store.remote import RemoteGraph
    except ImportError as error:
        raise StoreError(f"a remote store needs the extra `keiretsu[remote]`: {error}") from error
    return RemoteGraph(settings.store)


def open_queries(graph: Graph, settings: Settings) -> "BoundedQueries | RemoteQueries":
    """Return what runs queries from outside on a graph, within the limits of `settings`."""
    if isinstance(settings.store, Remote):
        from kg.store.passthrough import RemoteQueries
        from kg.store.remote import RemoteGraph

        if isinstance(graph, RemoteGraph):
            return RemoteQueries(
                graph, seconds=settings.query_seconds, answer_mb=settings.answer_mb
            )
    from kg.store.bounded import BoundedQueries

    return BoundedQueries(
        graph,
        seconds=settings.query_seconds,
        memory_mb=settings.query_mb,
        answer_mb=settings.answer_mb,
    )


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
