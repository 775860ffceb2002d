"""Contradictions: claims that disagree, sums that do not add up, and what agrees after all.

    claims in the store -> figures, standing -> Comparison -> quads -> question `contradictions`

A comparison is an object that can be asked for: which claims, by how much, with what verdict, and
which of them each policy would pick. It is found, never written by hand, and kept in one named
graph for each thing it is about, so that a new document renews only what it touches.
"""

from collections.abc import Iterable
from itertools import islice

from kg import names
from kg.contradictions import figures, standing
from kg.contradictions.comparison import Comparison, graph_about, quads
from kg.contradictions.picks import Picker
from kg.names import Iri
from kg.store.base import Graph

_AT_ONCE = 1000  # claims a query
_CONCERNED = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT DISTINCT ?about ?alliance
WHERE {
  VALUES ?claim { %s }
  ?claim kei:states ?stated .
  ?stated kei:subject|kei:alliance|kei:company|kei:party|kei:about ?about .
  OPTIONAL { ?membership kei:member ?about ; kei:alliance ?alliance }
}
"""
_KEPT = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT DISTINCT ?g WHERE { GRAPH ?g { ?comparison kei:verdict ?verdict } }
"""


def find(graph: Graph, about: Iterable[Iri] | None = None) -> list[Comparison]:
    """Return every comparison, or those about some companies and alliances."""
    only = None if about is None else sorted(set(about))
    return [*figures.find(graph, only), *standing.find(graph, only)]


def renew(graph: Graph, about: Iterable[Iri] | None = None) -> int:
    """Find comparisons anew and keep them in the store; return how many there are.

    With `about`, only those about these companies and alliances are looked at.
    """
    only = None if about is None else sorted(set(about))
    found = find(graph, only)
    picker = Picker(graph, {claim for one in found for claim in one.claims})
    emptied = kept(graph) if only is None else [graph_about(iri) for iri in only]
    graph.replace(emptied, [quad for one in found for quad in quads(one, picker)])
    return len(found)


def concerned(graph: Graph, claims: Iterable[str]) -> set[Iri]:
    """Return what claims are about, and the alliances whose totals their figures are part of.

    Ask before claims go and after claims came: `renew` has to look at both.
    """
    found: set[Iri] = set()
    wanted = iter(sorted(set(claims)))
    while block := list(islice(wanted, _AT_ONCE)):
        terms = " ".join(f"<{names.iri(claim)}>" for claim in block)
        rows = graph.select(_CONCERNED % terms).rows
        found |= {Iri(getattr(term, "value", "")) for row in rows for term in row.values()}
    return found


def kept(graph: Graph) -> list[Iri]:
    """Return the named graphs that hold comparisons now."""
    return [Iri(getattr(row["g"], "value", "")) for row in graph.select(_KEPT).rows]
