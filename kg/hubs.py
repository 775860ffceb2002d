"""The best-connected things of a graph: where to begin in one that is too large to show whole."""

from kg.names import Iri
from kg.store.base import Graph

_HUBS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?thing (COUNT(*) AS ?count)
WHERE {
  { ?relation kei:holder ?thing } UNION { ?stake kei:company ?thing ; kei:holder ?holder }
  UNION { ?membership kei:member ?thing } UNION { ?membership kei:alliance ?thing ; kei:member ?m }
}
GROUP BY ?thing
ORDER BY DESC(?count) ?thing
LIMIT %d
"""


def hubs(graph: Graph, most: int) -> list[tuple[Iri, int]]:
    """Return at most `most` things with the most stakes and memberships, and how many."""
    return [(Iri(thing), int(count)) for thing, count in graph.texts(_HUBS % most)]
