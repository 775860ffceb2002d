"""The contract every store fulfils: ask, serialise, change. Nothing else is needed.

Queries see the union of all named graphs. Values are bound as terms, never pasted as text.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg.names import Iri

Term = NamedNode | BlankNode | Literal | Triple
Row = Mapping[str, Term]


@dataclass(frozen=True, slots=True)
class Rows:
    """The result of a SELECT: column names, and a row of terms by column; unbound is absent."""

    columns: tuple[str, ...]
    rows: Sequence[Row]


def with_values(query: str, terms: Mapping[str, Term]) -> str:
    """Return a query with values written in, as terms, so that it can be run anywhere.

    One VALUES block at the start of the outermost group says the same as binding them, as every
    .rq file uses its parameters there. It stands on the line of that WHERE, so that the line of
    a mistake stays that of the query.
    """
    if not terms:
        return query
    variables = " ".join(f"?{name}" for name in terms)
    row = " ".join(map(str, terms.values()))
    return query.replace("WHERE {", f"WHERE {{ VALUES ({variables}) {{ ({row}) }}", 1)


class Graph(Protocol):
    """A store of quads that answers SPARQL 1.1."""

    @property
    def version(self) -> int:
        """Return a number that grows with every change: what was read before it may be stale."""

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Return the rows of a SELECT. Each bound name must be in its SELECT list.

        Raises QueryError with the position when the text is malformed.
        """

    def construct(self, query: str) -> Iterable[Triple]:
        """Return the triples of a CONSTRUCT."""

    def replace(self, graphs: Iterable[Iri], quads: Iterable[Quad]) -> None:
        """Empty `graphs` and add `quads`, both or neither."""

    def change(
        self, emptied: Iterable[Iri], added: Iterable[Quad], removed: Iterable[Quad] = ()
    ) -> None:
        """Empty graphs, take single quads out and add others: all of it or nothing."""

    def load(self, nquads: bytes) -> None:
        """Add well-formed N-Quads, all or nothing; many times quicker than quads as objects."""

    def insert(self, construct: str, into: Iri) -> int:
        """Add what a CONSTRUCT makes to a named graph, and return how many triples it made."""

    def dump(self) -> bytes:
        """Return the whole store as N-Quads."""
