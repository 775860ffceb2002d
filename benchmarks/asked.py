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

# %s stands for a company.
JOINS = {
    "allies that hold stakes in one another": JOIN,
    "allies of one's allies": _PREFIXES
    + """SELECT DISTINCT ?far ?name WHERE {
  ?a kei:member <%s> ; kei:alliance ?one . ?b kei:alliance ?one ; kei:member ?near .
  ?c kei:member ?near ; kei:alliance ?other . ?d kei:alliance ?other ; kei:member ?far .
  ?far rdfs:label ?name }""",
    "sales of allies and who published them": _PREFIXES
    + """SELECT ?ally ?market ?value ?document WHERE {
  ?a kei:member <%s> ; kei:alliance ?pact . ?b kei:alliance ?pact ; kei:member ?ally .
  ?sales a kei:Sales ; kei:subject ?ally ; kei:market ?market ; kei:value ?value .
  ?claim kei:states ?sales ; kei:source ?document }""",
    "stakes between allies, of all alliances": _PREFIXES
    + """SELECT DISTINCT ?pact ?holder ?company ?share WHERE {
  ?a kei:alliance ?pact ; kei:member ?holder . ?b kei:alliance ?pact ; kei:member ?company .
  ?stake kei:holder ?holder ; kei:company ?company ; kei:share ?share }""",
    "allies' sales, of all alliances, summed": _PREFIXES
    + """SELECT ?pact (SUM(?value) AS ?sum) (COUNT(DISTINCT ?member) AS ?members) WHERE {
  ?a kei:alliance ?pact ; kei:member ?member .
  ?sales a kei:Sales ; kei:subject ?member ; kei:value ?value } GROUP BY ?pact""",
}


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
