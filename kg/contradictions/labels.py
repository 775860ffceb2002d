"""Names for a sentence or two, read one by one: a load must not read every name of a store."""

from pyoxigraph import NamedNode

from kg import names, ontology
from kg.store.base import Graph

_LABEL = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?label WHERE { ?thing rdfs:label ?label } LIMIT 1
"""


class Labels:
    """The names of things, codes and periods of a graph, as they are asked for."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._known: dict[str, str] = {}

    def label(self, iri: str) -> str:
        """Return the name of a thing or code; failing that, its IRI's last part."""
        if iri not in self._known:
            self._known[iri] = ontology.label(iri) or self._read(iri)
        return self._known[iri]

    def _read(self, iri: str) -> str:
        for row in self._graph.select(_LABEL, {"thing": NamedNode(names.iri(iri))}).rows:
            return getattr(row["label"], "value", "")
        return names.local_name(iri)
