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

    def dump(self) -> bytes:
        """Return the whole store as N-Quads."""
