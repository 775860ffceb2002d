"""What servers are asked, and of what data, when one is held against another."""

from pathlib import Path

from pyoxigraph import RdfFormat, parse, serialize

from benchmarks.claims import world
from benchmarks.questions import everything_named
from kg.load import load_claims
from kg.store.embedded import EmbeddedGraph

_PREFIXES = """PREFIX kei: <https://w3id.org/keiretsu/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SMALL = (
    _PREFIXES
    + """SELECT ?holder ?name ?share ?claim WHERE {
  ?stake kei:company <%s> ; kei:holder ?holder ; kei:share ?share .
  ?claim kei:states ?stake . ?holder rdfs:label ?name }"""
)
JOIN = (
    _PREFIXES
    + """SELECT DISTINCT ?ally ?name ?other WHERE {
  ?one kei:member <%s> ; kei:alliance ?pact . ?two kei:alliance ?pact ; kei:member ?ally .
  ?stake kei:holder ?ally ; kei:company ?other . ?three kei:alliance ?pact ; kei:member ?other .
  ?ally rdfs:label ?name }"""
)


def data(claims: int, path: Path) -> int:
    """Write a made-up world as N-Triples and return how many."""
    made, graph = world(claims), EmbeddedGraph()
    load_claims(graph, [], names=everything_named(made))
    load_claims(graph, [one for document in made.documents() for one in document])
    triples = {quad.triple for quad in parse(graph.dump(), RdfFormat.N_QUADS)}
    # Blank nodes get other names in each server; nothing asked here needs them.
    kept = [one for one in triples if "_:" not in str(one)]
    path.write_bytes(serialize(kept, format=RdfFormat.N_TRIPLES) or b"")
    return len(kept)
