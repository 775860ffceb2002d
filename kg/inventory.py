"""The inventory: what a store holds of its data folder, and whether that is up to date.

graph/inventory  the fingerprint of the files, only while the store is up to date with them
graph/parts      the named graphs that the folder filled
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.names import Iri
from kg.store.base import Graph

INVENTORY = Iri(names.GRAPH + "inventory")
PARTS = Iri(names.GRAPH + "parts")

_HAS_PART = NamedNode(names.PREFIXES["dcterms"] + "hasPart")
_IDENTIFIER = NamedNode(names.PREFIXES["dcterms"] + "identifier")

_OBJECTS = "SELECT ?graph ?object WHERE { GRAPH ?graph { ?subject ?property ?object } }"
_CLAIMS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?graph ?claim WHERE { GRAPH ?graph { ?claim kei:source ?document } }
"""


def fingerprint(graph: Graph) -> str:
    """Return the fingerprint of the files that a graph is up to date with, or nothing."""
    return next(_values(graph, _OBJECTS, INVENTORY, "object"), "")


def put_fingerprint(graph: Graph, mark: str) -> None:
    """Say that a graph is up to date with the files of that fingerprint."""
    node = NamedNode(INVENTORY)
    graph.replace([INVENTORY], [Quad(node, _IDENTIFIER, Literal(mark), node)] if mark else [])


def parts(graph: Graph) -> Iterator[Iri]:
    """Yield the named graphs that the data folder filled when it was last loaded."""
    return (Iri(part) for part in _values(graph, _OBJECTS, PARTS, "object"))


def part_quads(filled: Iterable[Iri]) -> Iterator[Quad]:
    """Yield what says that the data folder filled these graphs."""
    for part in sorted(filled):
        yield Quad(NamedNode(INVENTORY), _HAS_PART, NamedNode(part), NamedNode(PARTS))


def claims_in(graph: Graph, document: Iri) -> Iterator[str]:
    """Yield the claims that a document's graph holds."""
    return _values(graph, _CLAIMS, document, "claim")


def _values(graph: Graph, query: str, named: Iri, column: str) -> Iterator[str]:
    for row in graph.select(query, {"graph": NamedNode(named)}).rows:
        term = row[column]
        if isinstance(term, NamedNode | Literal):
            yield term.value
