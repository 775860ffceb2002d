"""The contract every store fulfils: ask, serialise, change. Nothing else is needed.

Queries see the union of all named graphs. Values are bound as terms, never pasted as text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import BinaryIO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.names import ONTOLOGY, Iri
from kg.sparql_groups import places

_OF_THE_HOUSE = f"SELECT ?s WHERE {{ GRAPH <{ONTOLOGY}> {{ ?s ?p ?o }} }} LIMIT 1"

Term = NamedNode | BlankNode | Literal | Triple
Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Rows:
    """The result of a SELECT: column names, and a row of terms by column; unbound is absent."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


Bindings = Mapping[str, Term | Sequence[Term]]  # several terms of one name: any of them


def with_values(query: str, terms: Bindings) -> str:
    """Return a query with values written in, as terms, so that it can be run anywhere.

    >>> with_values("SELECT * WHERE { ?s ?p ?o }", {"s": [Literal("a"), Literal("b")]})
    'SELECT * WHERE { VALUES (?s) { ("a") ("b") } ?s ?p ?o }'

    A VALUES block at the start of a WHERE says the same as binding them; inside a subquery they
    would else not be known, and it would look at everything. It holds the names that are read in
    that WHERE, apart from subqueries in it, or in what its SELECT computes. Where none is read
    there is none: Virtuoso joins it with all the rest. It stands on the line of that WHERE, so
    that the line of a mistake stays that of the query.
    """
    if not terms:
        return query
    choices = {name: [one] if isinstance(one, Term) else one for name, one in terms.items()}
    for place, read in reversed(places(query)):
        names = [name for name in choices if name in read]
        if names:
            rows = product(*(choices[name] for name in names))
            values = " ".join(f"({' '.join(map(str, row))})" for row in rows)
            block = f" VALUES ({' '.join(f'?{name}' for name in names)}) {{ {values} }}"
            query = query[:place] + block + query[place:]
    return query


class Graph(Protocol):
    """A store of quads that answers SPARQL 1.1."""

    @property
    def version(self) -> int:
        """Return a number that grows with every change: what was read before it may be stale."""

    @property
    def derives(self) -> bool:
        """Say whether whoever keeps the graph derives by itself what follows from a change."""

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Return the rows of a SELECT. Each bound name must be in its SELECT list.

        Raises QueryError with the position when the text is malformed.
        """

    def texts(self, query: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT as plain text, unbound as "": half the time of terms."""

    def tsv(self, query: str, file: BinaryIO) -> None:
        """Write the rows of a SELECT as SPARQL 1.1 TSV, with a header, some at a time.

        Half the time of `texts`, for what reads bytes. Escaped are tab, line feed, carriage
        return, quote and backslash, and nothing else.
        """

    def construct(self, query: str) -> Iterable[Triple]:
        """Return the triples of a CONSTRUCT."""

    def replace(self, graphs: Iterable[Iri], quads: Iterable[Quad]) -> None:
        """Empty `graphs` and add `quads`, both or neither."""

    def change(
        self, emptied: Iterable[Iri], added: Iterable[Quad], removed: Iterable[Quad] = ()
    ) -> None:
        """Empty graphs, take single quads out and add others: all of it or nothing."""

    def update(
        self,
        text: str,
        *,
        base: str = "",
        using: Sequence[Iri] = (),
        using_named: Sequence[Iri] = (),
    ) -> None:
        """Run a SPARQL 1.1 update in one transaction; its default graph is the store's own.

        `base` resolves relative IRIs; `using` and `using_named` stand for USING clauses of each
        operation (SPARQL 1.1 Protocol, 2.2.3). The text was looked at by the caller: this runs
        LOAD and SERVICE too. Raises QueryError when the text is malformed or names graphs of its
        own as well.
        """

    def has_graph(self, graph: Iri) -> bool:
        """Say whether there is such a named graph; where the store can tell, even an empty one."""

    def load(self, nquads: bytes) -> None:
        """Add well-formed N-Quads, all or nothing; many times quicker than quads as objects."""

    def insert(self, construct: str, into: Iri) -> int:
        """Add what a CONSTRUCT makes to a named graph, and return how many triples it made."""

    def dump(self) -> bytes:
        """Return the whole store as N-Quads."""

    def save(self, path: Path) -> None:
        """Write the whole store as N-Quads into a file: as of one moment where the store can."""

    def graphs(self) -> list[Iri]:
        """Return the named graphs that hold anything, sorted."""


def sees_all(graph: Graph) -> bool:
    """Say whether the default graph of a query from outside is the union of all graphs.

    It is in a store of the house. One without its ontology, as after DROP ALL or CLEAR ALL, is a
    store like any other: its default graph is its own.
    """
    return bool(graph.select(_OF_THE_HOUSE).rows)
