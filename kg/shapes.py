"""The gate at the door: SHACL shapes over one document's claims.

    claims, what they state, entities, sources -> check_shapes -> problems, worst first

The graph given must hold all that its claims point at: the propositions, and the entities and
sources they name. Code lists and the class tree are added here. For a whole store this is too
slow (pyshacl takes minutes over thousands of claims); there, set-level queries do the work.
"""

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from kg import names, ontology
from kg.errors import Problem

if TYPE_CHECKING:  # rdflib and pyshacl are slow to import, and most starts need neither
    from rdflib import Graph
    from rdflib.term import Node

_SH = names.PREFIXES["sh"]
_NEEDED = (names.PREFIXES["rdfs"] + "subClassOf", names.PREFIXES["skos"] + "inScheme")
_SEVERITIES = {"Violation": "error", "Warning": "warning", "Info": "info"}


def check_shapes(data: "Graph", *, file: str) -> list[Problem]:
    """Return what is wrong with `data` by the shapes, worst first; `file` is named in each.

    `data` itself is not changed.
    """
    from pyshacl import validate

    _, report, _ = validate(
        data + _background(),
        shacl_graph=_shapes(),
        inference="none",
        advanced=False,
        inplace=True,  # the sum above is a copy already
    )
    if not hasattr(report, "subjects"):
        raise TypeError(f"pyshacl could not check {file}: {report}")
    return sorted(set(_problems(report, data, file)), key=_worst_first)


def split_message(text: str) -> tuple[str, str]:
    """Return what a shape's message says is wrong, and what it says to do.

    >>> split_message("A share is outside 0 to 1. Divide a per cent figure by 100.")
    ('A share is outside 0 to 1', 'Divide a per cent figure by 100')
    """
    wrong, _, advice = text.partition(". ")
    return wrong.removesuffix("."), advice.removesuffix(".")


@cache
def _shapes() -> "Graph":
    return _rdflib_graph(ontology.shape_quads())


@cache
def _background() -> "Graph":
    """Return the triples that the shapes look up: which code is in which list, class trees."""
    quads = (*ontology.ontology_quads(), *ontology.code_quads())
    return _rdflib_graph(quad for quad in quads if quad.predicate.value in _NEEDED)


def _rdflib_graph(quads: Iterable[Any]) -> "Graph":
    from pyoxigraph import RdfFormat, Triple, serialize
    from rdflib import Graph

    triples = (Triple(quad.subject, quad.predicate, quad.object) for quad in quads)
    text = serialize(triples, format=RdfFormat.N_TRIPLES)
    return Graph().parse(data=text, format="nt")


def _problems(report: "Graph", data: "Graph", file: str) -> Iterable[Problem]:
    from rdflib import URIRef

    for result in report.objects(None, URIRef(_SH + "result")):
        focus = report.value(result, URIRef(_SH + "focusNode"), any=True)
        # A proposition's name is a hash and may be a blank node: a reader knows it by its claim.
        claims = map(str, data.subjects(URIRef(names.term("states")), focus))
        yield _problem(report, result, min(claims, default=str(focus)), file)


def _problem(report: "Graph", result: "Node", node: str, file: str) -> Problem:
    wrong, advice = split_message(_about(report, result, "resultMessage"))
    shape = _about(report, result, "sourceShape")
    severity = names.local_name(_about(report, result, "resultSeverity"))
    value = _about(report, result, "value")
    return Problem(
        file=file,
        message=f"{wrong} (found {names.short(value)})" if value else wrong,
        rule=names.local_name(shape),
        node=names.short(node),
        advice=advice,
        severity=_SEVERITIES[severity],
    )


def _about(report: "Graph", result: "Node", name: str) -> str:
    from rdflib import URIRef

    found = report.value(result, URIRef(_SH + name), any=True)
    return "" if found is None else str(found)


def _worst_first(problem: Problem) -> tuple[int, str, str, str]:
    place = list(_SEVERITIES.values()).index(problem.severity)
    return place, problem.node, problem.rule, problem.message
