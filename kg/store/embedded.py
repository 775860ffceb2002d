"""Oxigraph inside this process: in memory, or in a folder."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from pathlib import Path

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, Store, Triple, Variable

from kg.errors import QueryError, StoreError
from kg.names import Iri
from kg.store.base import Rows, Term


class EmbeddedGraph:
    """A `Graph` kept by Oxigraph. One process at a time may have a folder open."""

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.version = 0
        try:
            self._store = Store() if folder is None else Store(str(folder))
        except OSError as error:
            raise StoreError(
                f"{folder}: the store cannot be opened: {error}; another process may have it open"
            ) from error

    def select(self, query: str, bindings: Mapping[str, Term] | None = None) -> Rows:
        """Return the rows of a SELECT, with `bindings` put in as terms."""
        found = self._query(query, bindings)
        if not isinstance(found, ox.QuerySolutions):
            raise QueryError("this is no SELECT query")
        columns = tuple(variable.value for variable in found.variables)
        rows = [
            {name: term for name in columns if (term := solution[name]) is not None}
            for solution in found
        ]
        return Rows(columns, rows)

    def construct(self, query: str) -> Iterable[Triple]:
        """Return the triples of a CONSTRUCT."""
        found = self._query(query, None)
        if not isinstance(found, ox.QueryTriples):
            raise QueryError("this is no CONSTRUCT query")
        return found

    def replace(self, graphs: Iterable[Iri], quads: Iterable[Quad]) -> None:
        """Empty `graphs` and add `quads` in one transaction."""
        operations = [f"DROP SILENT GRAPH {NamedNode(graph)}" for graph in graphs]
        operations.append(f"INSERT DATA {{\n{_blocks(quads)}\n}}")
        try:
            self._store.update(" ;\n".join(operations))
        except OSError as error:
            raise StoreError(f"the store cannot be written: {error}") from error
        self.version += 1

    def dump(self) -> bytes:
        """Return the whole store as N-Quads."""
        return self._store.dump(format=ox.RdfFormat.N_QUADS) or b""

    def _query(
        self, query: str, bindings: Mapping[str, Term] | None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        substitutions = {Variable(name): term for name, term in (bindings or {}).items()}
        try:
            return self._store.query(
                query, use_default_graph_as_union=True, substitutions=substitutions
            )
        except SyntaxError as error:
            raise QueryError.from_syntax(error) from error


def _blocks(quads: Iterable[Quad]) -> str:
    """Return quads as the GRAPH blocks of an INSERT DATA; terms write themselves."""
    ordered = sorted(quads, key=lambda quad: str(quad.graph_name))
    return "\n".join(
        f"GRAPH {graph} {{\n" + "\n".join(f"{quad.triple} ." for quad in group) + "\n}"
        for graph, group in groupby(ordered, key=lambda quad: str(quad.graph_name))
    )
