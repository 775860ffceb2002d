"""The text of updates: quads as INSERT DATA and DELETE DATA of bounded size, terms by themselves.

quads -> operations of so many quads -> one request, or several with everything put beside
its place (`Places`) and one that moves it there
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from kg import names

GENERATED = names.BASE + ".well-known/genid/"  # RDF 1.1, 3.5: IRIs in place of blank nodes
_MODIFIED = NamedNode(names.PREFIXES["dcterms"] + "modified")


@dataclass(frozen=True, slots=True)
class Operation:
    """One INSERT DATA or DELETE DATA."""

    verb: str  # INSERT, DELETE
    quads: tuple[Quad, ...]

    def __str__(self) -> str:
        return f"{self.verb} DATA {{\n{blocks(self.quads)}\n}}"


def operations(verb: str, quads: Iterable[Quad], at_once: int) -> Iterator[Operation]:
    """Yield quads as operations of so many each, with IRIs for their blank nodes."""
    rest = map(named, quads)
    while some := tuple(islice(rest, at_once)):
        yield Operation(verb, some)


def joined(parts: Iterable[object]) -> str:
    """Return operations as the text of one request."""
    return " ;\n".join(map(str, parts))


def mark(graph: str, value: str) -> Operation:
    """Return what sets the mark of a change."""
    node = NamedNode(graph)
    return Operation("INSERT", (Quad(node, _MODIFIED, Literal(value), node),))


def blocks(quads: Iterable[Quad]) -> str:
    """Return quads as the GRAPH blocks of an update; terms write themselves."""
    by_graph: dict[object, list[str]] = {}
    for quad in quads:
        by_graph.setdefault(quad.graph_name, []).append(f"{quad.triple} .")
    return "\n".join(_block(graph, "\n".join(lines)) for graph, lines in by_graph.items())


def _block(graph: object, lines: str) -> str:
    return lines if isinstance(graph, DefaultGraph) else f"GRAPH {graph} {{\n{lines}\n}}"


def exactly(verb: str, quads: Iterable[Quad]) -> Iterator[str]:
    """Yield operations that take out (DELETE) or put in (INSERT) quads, blank nodes by name too.

    Data cannot say those, nor does the engine keep their labels: a function makes them of IRIs.
    Whoever runs this gives `NODE_FUNCTIONS`.
    """
    plain: list[Quad] = []
    placed: dict[bool, list[str]] = {}
    for quad in quads:
        terms = [quad.subject, quad.predicate, quad.object, quad.graph_name]
        if not any(map(_holds_node, terms)):
            plain.append(quad)
            continue
        in_graph = not isinstance(quad.graph_name, DefaultGraph)
        row = " ".join(map(_in_words, terms if in_graph else terms[:3]))
        placed.setdefault(in_graph, []).append(f"({row})")
    if plain:
        yield f"{verb} DATA {{\n{blocks(plain)}\n}}"
    for in_graph, rows in placed.items():
        yield _of_nodes(verb, rows, in_graph)


def _of_nodes(verb: str, rows: Iterable[str], in_graph: bool) -> str:
    meant = "GRAPH ?g { ?s ?p ?o }" if in_graph else "?s ?p ?o"
    names = ["s", "p", "o", "g"] if in_graph else ["s", "p", "o"]
    said = " ".join(f"?{name}_" for name in names)
    bound = " ".join(f"BIND({_NODE}(?{name}_) AS ?{name})" for name in names)
    values = "\n".join(rows)
    return f"{verb} {{ {meant} }} WHERE {{ VALUES ({said}) {{\n{values}\n}} {bound} }}"


def _holds_node(term: Any) -> bool:
    if isinstance(term, Triple):
        return any(map(_holds_node, (term.subject, term.object)))
    return isinstance(term, BlankNode)


def _in_words(term: Any) -> str:
    """Return a term with IRIs for its blank nodes, which `_node` turns back."""
    if isinstance(term, Triple):
        parts = (term.subject, term.predicate, term.object)
        return f"<<( {' '.join(map(_in_words, parts))} )>>"
    return str(NamedNode(_NODE.value + term.value) if isinstance(term, BlankNode) else term)


def _node(term: Any) -> Any:
    if isinstance(term, Triple):
        return Triple(_node(term.subject), term.predicate, _node(term.object))
    if isinstance(term, NamedNode) and term.value.startswith(_NODE.value):
        return BlankNode(term.value.removeprefix(_NODE.value))
    return term


_NODE = NamedNode("urn:keiretsu:node:")
NODE_FUNCTIONS = {_NODE: _node}


def named(quad: Quad) -> Quad:
    """Return a quad with IRIs for its blank nodes."""
    return Quad(_iri(quad.subject), quad.predicate, _iri(quad.object), quad.graph_name)


def _iri(term: Any) -> Any:
    return NamedNode(GENERATED + term.value) if isinstance(term, BlankNode) else term


class Places:
    """Graphs beside those that are meant: one for what comes into each, one for what goes."""

    def __init__(self, batch: str) -> None:
        self._batch = batch
        self._beside: dict[tuple[str, Any], NamedNode] = {}

    @property
    def graphs(self) -> list[NamedNode]:
        """Return the graphs that hold what has been put beside its place."""
        return list(self._beside.values())

    def aside(self, operation: Operation) -> Operation:
        """Return an operation that puts the same quads beside their place."""
        quads = tuple(
            Quad(quad.subject, quad.predicate, quad.object, self._place(operation.verb, quad))
            for quad in operation.quads
        )
        return Operation("INSERT", quads)

    def _place(self, verb: str, quad: Quad) -> NamedNode:
        made = NamedNode(f"{self._batch}/{len(self._beside)}")
        return self._beside.setdefault((verb, quad.graph_name), made)

    def into_place(self) -> Iterator[str]:
        """Yield what takes out what is to go, then puts in what is to come."""
        for (verb, graph), place in sorted(self._beside.items(), key=lambda one: one[0][0]):
            meant, held = f"GRAPH {graph} {{ ?s ?p ?o }}", f"GRAPH {place} {{ ?s ?p ?o }}"
            yield f"{verb} {{ {meant} }} WHERE {{ {held} }}"
