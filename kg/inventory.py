"""The inventory: what a store holds, and whether that is up to date with its data folder.

graph/inventory  the fingerprint of the files, only while the store is up to date with them
graph/parts      the named graphs that the folder filled
graph/doc/...    claims; what none of them states any more is an orphan
"""

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.claims import Claim
from kg.names import Iri
from kg.quads import proposition_iri
from kg.store.base import Graph

INVENTORY = Iri(names.GRAPH + "inventory")
PARTS = Iri(names.GRAPH + "parts")

_AT_ONCE = 1000  # graphs a query

_HAS_PART = NamedNode(names.PREFIXES["dcterms"] + "hasPart")
_IDENTIFIER = NamedNode(names.PREFIXES["dcterms"] + "identifier")
_PROPOSITIONS = NamedNode(names.PROPOSITIONS)
# What the clocks of claims stand on: the days of documents and periods.
_DATES = [
    NamedNode(names.term(name))
    for name in ("publishedEarliest", "publishedLatest", "recorded", "end")
]

_OBJECTS = "SELECT ?graph ?object WHERE { GRAPH ?graph { ?subject ?property ?object } }"
_CLAIMS = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?graph ?claim WHERE { GRAPH ?graph { ?claim kei:source ?document } }
"""
_STATED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?graph ?stated WHERE { GRAPH ?graph { ?claim kei:states ?stated } }
"""
_SOURCES = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT (COUNT(*) AS ?count) WHERE { ?claim kei:source ?document }
"""
_HELD = """
SELECT DISTINCT ?graph
WHERE { VALUES ?graph { %s } FILTER EXISTS { GRAPH ?graph { ?subject ?property ?object } } }
"""
_SAID = "SELECT ?subject ?property ?object WHERE { ?subject ?property ?object }"
_DATES_IN = """
SELECT ?graph ?subject ?property ?object
WHERE { VALUES ?property { %s } GRAPH ?graph { ?subject ?property ?object } }
""" % " ".join(map(str, _DATES))  # noqa: UP031


def fingerprint(graph: Graph) -> str:
    """Return the fingerprint of the files that a graph is up to date with, or nothing."""
    return next(_values(graph, _OBJECTS, "graph", INVENTORY, "object"), "")


def put_fingerprint(graph: Graph, mark: str) -> None:
    """Say that a graph is up to date with the files of that fingerprint."""
    node = NamedNode(INVENTORY)
    graph.replace([INVENTORY], [Quad(node, _IDENTIFIER, Literal(mark), node)] if mark else [])


def parts(graph: Graph) -> Iterator[Iri]:
    """Yield the named graphs that the data folder filled when it was last loaded."""
    return (Iri(part) for part in _values(graph, _OBJECTS, "graph", PARTS, "object"))


def part_quads(filled: Iterable[Iri]) -> Iterator[Quad]:
    """Yield what says that the data folder filled these graphs."""
    for part in sorted(filled):
        yield Quad(NamedNode(INVENTORY), _HAS_PART, NamedNode(part), NamedNode(PARTS))


def claims_in(graph: Graph, document: Iri) -> Iterator[str]:
    """Yield the claims that a document's graph holds."""
    return _values(graph, _CLAIMS, "graph", document, "claim")


def count_claims(graph: Graph) -> int:
    """Return how many claims a store holds."""
    (row,) = graph.select(_SOURCES).rows
    return int(getattr(row["count"], "value", 0))


def held(graph: Graph, named: Iterable[Iri]) -> set[Iri]:
    """Return those of some named graphs that hold anything."""
    rest = list(named)
    found: set[Iri] = set()
    for start in range(0, len(rest), _AT_ONCE):
        nodes = " ".join(str(NamedNode(one)) for one in rest[start : start + _AT_ONCE])
        rows = graph.select(_HELD % nodes).rows
        found |= {Iri(row["graph"].value) for row in rows if isinstance(row["graph"], NamedNode)}
    return found


def orphans(graph: Graph, emptied: set[Iri], claims: Iterable[Claim]) -> list[Quad]:
    """Return what no claim states any more once graphs are emptied and claims written."""
    stated = {one for each in emptied for one in _values(graph, _STATED, "graph", each, "stated")}
    if stated:
        stated -= {str(proposition_iri(one.states)) for one in claims if one.states is not None}
    return [
        Quad(NamedNode(one), row["property"], row["object"], _PROPOSITIONS)  # type: ignore[arg-type]
        for one in sorted(stated)
        if emptied >= set(_values(graph, _STATED, "stated", Iri(one), "graph"))
        for row in graph.select(_SAID, {"subject": NamedNode(one)}).rows
    ]


def redated(graph: Graph, emptied: Iterable[Iri], added: Iterable[Quad]) -> set[str]:
    """Return the documents and periods whose days change when names are emptied and added."""
    new = {
        (quad.subject, quad.predicate, quad.object) for quad in added if quad.predicate in _DATES
    }
    old = {
        (row["subject"], row["property"], row["object"])
        for named in emptied
        if named.startswith(names.ENTITIES)
        for row in graph.select(_DATES_IN, {"graph": NamedNode(named)}).rows
    }
    return {node.value for node, _, _ in old ^ new if isinstance(node, NamedNode)}


def _values(graph: Graph, query: str, given: str, iri: Iri, column: str) -> Iterator[str]:
    for row in graph.select(query, {given: NamedNode(iri)}).rows:
        term = row[column]
        if isinstance(term, NamedNode | Literal):
            yield term.value
