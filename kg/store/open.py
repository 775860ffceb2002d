"""Opening the store that the settings name, filled and up to date."""

from kg.load import load_folder, shipped_folder
from kg.settings import Settings
from kg.store.base import Graph
from kg.store.embedded import EmbeddedGraph


def open_graph(settings: Settings) -> Graph:
    """Return the graph of `settings`, with the ontology and the data folder loaded."""
    graph = EmbeddedGraph(settings.store)
    load_folder(graph, settings.data or shipped_folder())
    return graph
