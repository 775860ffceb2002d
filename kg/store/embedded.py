"""Oxigraph inside this process: in memory, or in a folder."""

import re
import threading
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import BinaryIO

import pyoxigraph as ox
from pyoxigraph import NamedNode, Quad, Store, Triple

from kg.errors import QueryError, StoreError
from kg.names import Iri
from kg.sparql_update import with_graphs
from kg.store.base import Bindings, Rows, with_values
from kg.store.changes import Change
from kg.store.updates import NODE_FUNCTIONS, blocks


class EmbeddedGraph:
    """A `Graph` kept by Oxigraph. One process at a time may have a folder open."""

    derives = False

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder
        self.version = 0
        self.writing = threading.RLock()  # held while it changes and its watchers are told
        self.watchers: list[Callable[[Change], None]] = []
        try:
            self._store = Store() if folder is None else Store(str(folder))
        except (OSError, RuntimeError) as error:
            raise StoreError(f"{folder}: the store cannot be opened: {_why(error)}") from error

    @property
    def store(self) -> Store:
        """Return the engine's own store: to copy it, never to change it."""
        return self._store

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Return the rows of a SELECT, with `bindings` put in as terms."""
        found = self._solutions(query, bindings)
        columns = tuple(variable.value for variable in found.variables)
        rows = [
            {name: term for name, term in zip(columns, solution, strict=True) if term is not None}
            for solution in found
        ]
        return Rows(columns, rows)

    def texts(self, query: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT as plain text."""
        return [
            tuple(["" if term is None else term.value for term in solution])
            for solution in self._solutions(query, None)
        ]

    def tsv(self, query: str, file: BinaryIO) -> None:
        """Write the rows of a SELECT as TSV, as the engine finds them."""
        self._solutions(query, None).serialize(file, format=ox.QueryResultsFormat.TSV)

    def _solutions(self, query: str, bindings: Bindings | None) -> ox.QuerySolutions:
        found = self._query(query, bindings)
        if not isinstance(found, ox.QuerySolutions):
            raise QueryError("this is no SELECT query")
        return found

    def construct(self, query: str) -> Iterable[Triple]:
        """Return the triples of a CONSTRUCT."""
        return self._triples(query)

    def _triples(self, query: str) -> ox.QueryTriples:
        found = self._query(query, None)
        if not isinstance(found, ox.QueryTriples):
            raise QueryError("this is no CONSTRUCT query")
        return found

    def replace(self, graphs: Iterable[Iri], quads: Iterable[Quad]) -> None:
        """Empty `graphs` and add `quads` in one transaction."""
        self.change(graphs, quads)

    def change(
        self, emptied: Iterable[Iri], added: Iterable[Quad], removed: Iterable[Quad] = ()
    ) -> None:
        """Empty graphs, take single quads out and add others in one transaction."""
        held = [one for one in map(NamedNode, emptied) if self._store.contains_named_graph(one)]
        gone = blocks(removed)
        try:
            if held or gone:
                drops = [f"DROP SILENT GRAPH {one}" for one in held]
                data = [f"DELETE DATA {{\n{gone}\n}}", f"INSERT DATA {{\n{blocks(added)}\n}}"]
                text = " ;\n".join([*drops, *data])
                with self.writing:
                    self._store.update(text)
                    self._tell(Change(text))
            else:
                with self.writing:
                    quads = list(added) if self.watchers else added
                    self._store.extend(quads)  # one transaction too, no text to write and read
                    told = (
                        ox.serialize(quads, format=ox.RdfFormat.N_QUADS) if self.watchers else b""
                    )
                    self._tell(Change(added=told or b""))
        except OSError as error:
            raise StoreError(f"the store cannot be written: {error}") from error

    def _tell(self, change: Change) -> None:
        """Count a change that was made, and tell of it; `writing` is held."""
        self.version += 1
        for told in self.watchers:
            told(change)

    def update(
        self,
        text: str,
        *,
        base: str = "",
        using: Sequence[Iri] = (),
        using_named: Sequence[Iri] = (),
    ) -> None:
        """Run a SPARQL 1.1 update in one transaction; its default graph is the store's own."""
        self._run(Change(with_graphs(text, using, using_named), base))

    def settle(self, text: str, base: str = "") -> None:
        """Run an update whose patterns are solved, for the store as it is, in one transaction."""
        self._run(Change(text, base, settled=True))

    def _run(self, change: Change) -> None:
        functions = NODE_FUNCTIONS if change.settled else None
        try:
            with self.writing:
                self._store.update(
                    change.update, base_iri=change.base or None, custom_functions=functions
                )
                self._tell(change)
        except SyntaxError as error:
            raise QueryError.from_syntax(error) from error
        except (RuntimeError, ValueError) as error:  # what only running it can tell
            raise QueryError(str(error)) from error
        except OSError as error:
            raise StoreError(f"the store cannot be written: {error}") from error

    def load(self, nquads: bytes) -> None:
        """Add well-formed N-Quads in one transaction."""
        self._add(nquads, ox.RdfFormat.N_QUADS, None)

    def insert(self, construct: str, into: Iri) -> int:
        """Add what a CONSTRUCT makes to a named graph in one transaction; return how much."""
        made = self._triples(construct).serialize(format=ox.RdfFormat.N_TRIPLES) or b""
        self._add(made, ox.RdfFormat.N_TRIPLES, NamedNode(into))
        return made.count(b"\n")

    def _add(self, data: bytes, form: ox.RdfFormat, into: NamedNode | None) -> None:
        try:
            # What wrote it has looked at every IRI: `lenient` does not look again.
            with self.writing:
                self._store.load(data, format=form, to_graph=into, lenient=True)
                self._tell(Change(added=data, graph=into.value if into else ""))
        except OSError as error:
            raise StoreError(f"the store cannot be written: {error}") from error

    def has_graph(self, graph: Iri) -> bool:
        """Say whether there is such a named graph, even an empty one."""
        return self._store.contains_named_graph(NamedNode(graph))

    def dump(self) -> bytes:
        """Return the whole store as N-Quads."""
        return self._store.dump(format=ox.RdfFormat.N_QUADS) or b""

    def save(self, path: Path) -> None:
        """Write the whole store as N-Quads into a file, as of one moment."""
        try:
            self._store.dump(str(path), format=ox.RdfFormat.N_QUADS)
        except OSError as error:
            raise StoreError(f"{path} cannot be written: {error}") from error

    def graphs(self) -> list[Iri]:
        """Return the named graphs that hold anything, sorted."""
        named = (one for one in self._store.named_graphs() if isinstance(one, NamedNode))
        held = (one for one in named if any(self._store.quads_for_pattern(None, None, None, one)))
        return sorted(Iri(one.value) for one in held)

    def backup(self, folder: Path) -> None:
        """Make a copy of a folder store in a new folder, as of one moment."""
        try:
            self._store.backup(str(folder))
        except OSError as error:
            raise StoreError(f"{folder} cannot be written: {error}") from error

    def _query(
        self, query: str, bindings: Bindings | None
    ) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        # The planner starts from what stands in VALUES; what is substituted it does not see.
        query = with_values(query, bindings or {})
        try:
            return self._store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise QueryError.from_syntax(error) from error


def _why(error: Exception) -> str:
    """Return what is wrong with a folder; a lock means that another process has it open."""
    if not re.search("lock (file|hold)", str(error)):
        return str(error)
    return (
        "another process may have it open; stop that, or work through it: a running `keiretsu "
        "serve` is a store too, by its address (KEIRETSU_STORE=http://127.0.0.1:8000)"
    )
