"""Queries that would never end, or that would take all memory: one of each kind that is known.

RUNAWAYS["cross product"] -> a SPARQL query over any data of some ten thousand triples
"""

from collections.abc import Mapping

_LABEL = "<http://www.w3.org/2000/01/rdf-schema#label>"
_THREE = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"

RUNAWAYS: Mapping[str, str] = {
    "cross product": f"SELECT (COUNT(*) AS ?n) WHERE {{ {_THREE} }}",
    "ORDER BY": f"SELECT * WHERE {{ {_THREE} }} ORDER BY ?c ?f ?i",
    "DISTINCT": f"SELECT DISTINCT ?a ?d ?g WHERE {{ {_THREE} }}",
    "GROUP BY": f"SELECT ?a ?d ?g (COUNT(*) AS ?n) WHERE {{ {_THREE} }} GROUP BY ?a ?d ?g",
    "MINUS": "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f MINUS { ?a ?x ?f . ?d ?y ?c } }",
    "path": "SELECT (COUNT(*) AS ?n) WHERE { ?a (!<urn:x>|^!<urn:x>)* ?b . ?c (!<urn:x>)* ?d }",
    "regular expression": f"""SELECT (COUNT(*) AS ?n) WHERE {{ ?a {_LABEL} ?x . ?b {_LABEL} ?y .
        ?c {_LABEL} ?z FILTER(REGEX(CONCAT(?x, ?y, ?z), "(.*a){{12}}.*z.*(.*e){{12}}$", "i")) }}""",
    "CONSTRUCT": f"CONSTRUCT {{ ?a ?e ?i }} WHERE {{ {_THREE} }}",
    "rows": f"SELECT * WHERE {{ {_THREE} }}",
}
