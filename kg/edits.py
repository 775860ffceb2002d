"""Edits from outside: SPARQL updates and whole graphs, and what follows from them.

    update -> refused if it calls out -> its patterns rehearsed within limits
           -> one transaction -> derived edges and contradictions made anew

The engine cannot be interrupted in this process, so what a WHERE costs is found out first, by
counting its solutions in a worker that can be stopped, on the store as it is before the update.
Then the update is run here, without a limit of its own: it does that work once more. Readers go
on meanwhile; only one edit may run at a time, which is its caller's to see to.

What is derived is made anew as a whole, and only if claims may be concerned. Between the edit and
that a mark stands in the store, by which an opened store knows that it has to be finished.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import contradictions, names
from kg.analytics import control_findings
from kg.derive import derive
from kg.errors import NotSupportedError, QueryError, QueryLimitError
from kg.names import UNFINISHED, Iri
from kg.quads import RDF_TYPE
from kg.sparql_calls import without_calls, without_loads
from kg.sparql_update import (
    Operation,
    check_syntax,
    forgiving,
    listed_quads,
    operations,
    rehearsal,
    with_graphs,
)
from kg.sparql_words import refuse_outside_data
from kg.store.base import Graph
from kg.store.bounded import BoundedQueries
from kg.store.worker import Request

WHOLE_GRAPH = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"

_MOST_SOLUTIONS = 1_000_000  # of one WHERE; each may write as many triples as its template has
_JSON = "application/sparql-results+json"
_COMMENT = NamedNode(names.PREFIXES["rdfs"] + "comment")
_CLAIM = """
PREFIX kei: <https://w3id.org/keiretsu/ontology#>
SELECT ?claim WHERE { ?claim kei:source|kei:states|kei:respondsTo ?what } LIMIT 1
"""
_OURS = """
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
SELECT ?graph ?s
WHERE {
  VALUES ?base { %s }
  GRAPH ?graph { ?s ?p ?o }
  FILTER(STRSTARTS(STR(?p), ?base) || STRSTARTS(STR(?s), ?base)
    || (?p = rdf:type && STRSTARTS(STR(?o), ?base)))
}
LIMIT 1
""" % Literal(names.BASE)  # noqa: UP031


class Edits:
    """Writes what comes from outside into a graph. One edit at a time."""

    def __init__(self, graph: Graph, queries: BoundedQueries) -> None:
        self.graph = graph
        self.queries = queries

    def update(
        self,
        text: str,
        base: str = "",
        using: Sequence[Iri] = (),
        using_named: Sequence[Iri] = (),
    ) -> None:
        """Run a SPARQL update: all of it or nothing.

        Raises QueryError when it is malformed, calls out, loads from anywhere or names graphs
        that the request names too; QueryLimitError when a WHERE of it goes over a limit.
        """
        text = forgiving(without_loads(text, silent=True))
        unsupported = _unsupported(text)
        if unsupported:  # raised below: what is malformed is told first
            text = without_calls(without_loads(text))
            if _unsupported(text):
                raise QueryError(unsupported.problem)
        found = operations(with_graphs(text, using, using_named))
        # What the engine cannot read without ending its process ends a worker here, not this one.
        for one in found:
            self._rehearse(one, base)
        check_syntax(text, base)
        if unsupported:
            raise unsupported
        listed_only = all(one.of_data for one in found)
        ours = concern_claims(listed_quads(found, base))
        needed = ours or (not listed_only and holds_claims(self.graph))
        with self._renewing(needed):
            self.graph.update(text, base=base, using=using, using_named=using_named)
        if not needed and not listed_only and holds_claims(self.graph):
            renew(self.graph)  # a pattern made the first claims of this store

    def put(self, graph: Iri | None, triples: Sequence[Triple]) -> bool:
        """Make a named graph, or the default graph (None), hold these triples alone.

        Returns whether the graph is new.
        """
        made = graph is not None and not self.graph.has_graph(graph)
        emptied = f"DROP SILENT GRAPH <{graph}>" if graph else "CLEAR SILENT DEFAULT"
        with self._renewing(self._holds_ours(graph) or concern_claims(triples)):
            self.graph.update(f"{emptied} ;\n{_addition(graph, triples)}")
        return made

    def post(self, graph: Iri | None, triples: Sequence[Triple]) -> bool:
        """Add triples to a named graph or the default graph; return whether the graph is new."""
        made = graph is not None and not self.graph.has_graph(graph)
        if made or triples:
            with self._renewing(concern_claims(triples)):
                self.graph.update(_addition(graph, triples))
        return made

    def delete(self, graph: Iri | None) -> bool:
        """Take a named graph away, or empty the default graph; return whether it was there."""
        if graph is not None and not self.graph.has_graph(graph):
            return False
        with self._renewing(self._holds_ours(graph)):
            self.graph.update(f"DROP SILENT GRAPH <{graph}>" if graph else "CLEAR SILENT DEFAULT")
        return True

    def _rehearse(self, one: Operation, base: str) -> None:
        """Raise QueryLimitError if the WHERE of an operation goes over a limit."""
        if not one.of_pattern:
            return
        asked = Request(rehearsal(one), (_JSON,), (), base=base, union=False)
        try:
            reply = self.queries.run(asked)
        except QueryLimitError:
            raise
        except QueryError as error:
            line = error.line - 1 if error.line and error.line > 1 else None
            raise type(error)(error.problem, line, error.column if line else None) from error
        (row,) = json.loads(reply.body)["results"]["bindings"]
        (count,) = (int(value["value"]) for value in row.values())
        if count > _MOST_SOLUTIONS:
            raise QueryLimitError(
                f"the WHERE of {one.words[0]} has {count} solutions; {_MOST_SOLUTIONS} at most"
            )

    def _holds_ours(self, graph: Iri | None) -> bool:
        """Say whether a graph holds anything that derived edges may come from."""
        if graph is None:
            return holds_claims(self.graph)
        return bool(self.graph.select(_OURS, {"graph": NamedNode(graph)}).rows)

    @contextmanager
    def _renewing(self, needed: bool) -> Iterator[None]:
        """Derive anew after an edit, and leave a mark until that is done."""
        if needed:
            node = NamedNode(UNFINISHED)
            told = Literal("an edit is not finished: what follows from it is not derived yet")
            self.graph.change([], [Quad(node, _COMMENT, told, node)])
        try:
            yield
        except BaseException:
            if needed:
                self.graph.change([UNFINISHED], [])  # the edit is undone: nothing follows from it
            raise
        if needed:
            renew(self.graph)


def _unsupported(text: str) -> NotSupportedError | None:
    """Return what an update asks for that nothing here does, or raise QueryError."""
    try:
        refuse_outside_data(text)
    except NotSupportedError as error:
        return error
    return None


def finish(graph: Graph) -> bool:
    """Derive anew if the last edit was cut short before that; return whether it was."""
    cut_short = graph.has_graph(UNFINISHED)
    if cut_short:
        renew(graph)
    return cut_short


def renew(graph: Graph) -> None:
    """Make everything anew that follows from claims."""
    derive(graph)
    contradictions.renew(graph)
    control_findings.renew(graph)
    graph.change([UNFINISHED], [])


def holds_claims(graph: Graph) -> bool:
    """Say whether there is any claim or response."""
    return bool(graph.select(_CLAIM).rows)


def concern_claims(said: Iterable[Triple | Quad]) -> bool:
    """Say whether any triple is of the house: of its terms, or about its things."""
    return any(
        isinstance(term, NamedNode) and term.value.startswith(names.BASE)
        for one in said
        for term in (one.predicate, one.subject, one.object if one.predicate == RDF_TYPE else None)
    )


def _addition(graph: Iri | None, triples: Sequence[Triple]) -> str:
    """Return the update that adds triples; a named graph is made even if there are none."""
    listed = "".join(f"{triple} .\n" for triple in triples)
    if graph is None:
        return f"INSERT DATA {{\n{listed}}}"
    return f"CREATE SILENT GRAPH <{graph}> ;\nINSERT DATA {{ GRAPH <{graph}> {{\n{listed}}} }}"
