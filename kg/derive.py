"""Derived edges: what the rules in ontology/rules/ make of the claims.

Nothing derived is ever written by hand. The rules run in the order of their names, and a later
rule sees what an earlier one made; the derived graph is replaced whole.
"""

from pyoxigraph import NamedNode, Quad

from kg import names, ontology
from kg.store.base import Graph

_DERIVED = NamedNode(names.DERIVED)


def derive(graph: Graph) -> int:
    """Run every rule on `graph` and return how many triples they made."""
    made: list[Quad] = []
    for rule in ontology.rules():
        triples = graph.construct(ontology.rule(rule))
        made += [Quad(t.subject, t.predicate, t.object, _DERIVED) for t in triples]
        graph.replace([names.DERIVED], made)
    return len(made)
