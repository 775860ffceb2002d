"""A company or alliance as RDF: its names, the claims about it, what they state and their sources.

    the entity          its names and identifiers
    claims              whole, with both clocks
    what they state     propositions, documents, claims that are answered
    all else            type and name only, so that a reader knows what is meant

Relations that are derived from the claims are left out: they hold without dates, claims do not.
"""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from kg import names, ontology
from kg.questions.answer import Answer, ask
from kg.store.base import Graph

_UNUSED = ("vocab", "owl", "sh", "prov")


_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { VALUES ?s { %s } ?s ?p ?o }"
_NAMES = """
CONSTRUCT { ?s ?p ?o }
WHERE {
  VALUES ?s { %s }
  GRAPH ?g { ?s ?p ?o }
  FILTER(?g NOT IN (<DERIVED>, <CONTROL>))
}
""".replace("DERIVED", names.DERIVED).replace("CONTROL", names.CONTROL)
_CALLED = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
CONSTRUCT { ?s ?p ?o }
WHERE {
  VALUES ?s { %s }
  VALUES ?p { rdf:type rdfs:label skos:prefLabel }
  ?s ?p ?o
}
"""
_FOLLOWED = frozenset(names.term(one) for one in ("states", "source", "respondsTo"))
_MANY = 500  # subjects in one query


def triples_about(graph: Graph, entity: str, answers: Iterable[Answer]) -> list[Triple]:
    """Return what is known of an entity as triples, sorted: it, and the claims of some answers."""
    claims = sorted({claim for answer in answers for claim in answer.claims})
    told = {*_constructed(graph, claims, _WHOLE)}
    further = {_value(one.object) for one in told if _leads_on(one)} - {*claims}
    told |= {*_constructed(graph, sorted(further), _WHOLE)}
    told |= {*_constructed(graph, [entity], _NAMES)}
    known = {_value(one.subject) for one in told}
    mentioned = {_value(one.object) for one in told if isinstance(one.object, NamedNode)}
    ours = {one for one in mentioned - known if one.startswith((names.ENTITY, names.VOCAB))}
    told |= {*_constructed(graph, sorted(ours), _CALLED)}
    return sorted(told, key=str)


def everything_said(graph: Graph, entity: str, clocks: dict[str, str]) -> Answer:
    """Return every claim about an entity, under the clocks."""
    return ask(graph, "what-is-said-about", {"about": entity, **clocks})


def prefixes() -> dict[str, str]:
    """Return the prefixes under which Turtle of it reads well, one for each code list too."""
    usual = {name: iri for name, iri in names.PREFIXES.items() if name not in _UNUSED}
    return usual | {scheme: f"{names.VOCAB}{scheme}/" for scheme in ontology.schemes()}


def _constructed(graph: Graph, subjects: list[str], query: str) -> Iterable[Triple]:
    for first in range(0, len(subjects), _MANY):
        nodes = " ".join(f"<{names.iri(one)}>" for one in subjects[first : first + _MANY])
        yield from graph.construct(query.replace("%s", nodes))


def _leads_on(triple: Triple) -> bool:
    return _value(triple.predicate) in _FOLLOWED and isinstance(triple.object, NamedNode)


def _value(term: object) -> str:
    return term.value if isinstance(term, NamedNode | Literal) else ""
