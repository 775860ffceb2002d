"""A `Graph` kept by any SPARQL 1.1 endpoint: another machine, a cluster, a running Keiretsu.

Everything is written into named graphs and read from their union. What the store keeps for itself:

graph/changes     a mark that every change sets anew: by it other processes see that there was one
graph/incoming/.. what is too large for one request, until the last request puts it in its place

Blank nodes are written as IRIs (RDF 1.1, 3.5), as not every endpoint takes them, and no request
could speak of those of another; they are read as blank nodes again.
"""

import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

import pyoxigraph as ox
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store, Triple

from kg import names
from kg.errors import QueryError, StoreError
from kg.names import Iri
from kg.settings import Remote
from kg.sparql_groups import binds_all
from kg.sparql_update import with_graphs
from kg.store import updates
from kg.store.base import Bindings, Row, Rows, Term, with_values
from kg.store.endpoint import KEIRETSU, VIRTUOSO, Endpoint

CHANGES = names.GRAPH + "changes"
INCOMING = names.GRAPH + "incoming/"
_SEEN_WITHIN = 2.0  # seconds after which another process's change is seen
_STALE_AFTER = 60.0  # seconds after which a change made behind our back is seen
_LEFT_BEHIND = 3600  # seconds after which what was incoming is taken as given up
# Virtuoso gives rows without a value while another request takes their triple out: such an answer
# is read again.
_READS = 10
_BOOLEAN = NamedNode(names.PREFIXES["xsd"] + "boolean")
_ESCAPES = str.maketrans(
    {"\t": "\\t", "\n": "\\n", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
)  # of TSV
_SPELT = {"1": "true", "0": "false"}

_MARK = f"SELECT ?mark WHERE {{ GRAPH <{CHANGES}> {{ ?s ?p ?mark }} }}"
_GRAPHS = "SELECT DISTINCT ?g WHERE { GRAPH ?g { ?s ?p ?o } }"
_QUADS = "SELECT ?s ?p ?o WHERE { GRAPH %s { ?s ?p ?o } }"
_HELD = "ASK { GRAPH %s { ?s ?p ?o } }"
_ANY = "ASK { GRAPH ?g { ?s ?p ?o } }"
_UNION = (
    "ASK { { SELECT ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o FILTER(!ISBLANK(?s) && !ISBLANK(?o)) } }"
    " LIMIT 1 } ?s ?p ?o }"
)
# Graphs that Virtuoso keeps for itself.
_ITS_OWN = ("http://www.openlinksw.com/", "urn:", "http://www.w3.org/", "http://localhost:8890/")


class RemoteGraph:
    """A `Graph` behind a SPARQL endpoint. Reads may run at once; changes go one after another."""

    def __init__(self, remote: Remote) -> None:
        self.endpoint = Endpoint(remote)
        self._lock = threading.RLock()
        self._grammar = Store()  # empty: it only tells whether a query is well formed
        self._version = 0
        self._looked = self._renewed = time.monotonic()
        self._union = False
        try:
            self._mark = self._read_mark()
            self._check_union()
            self._sweep()
        except BaseException:
            self.endpoint.close()
            raise

    @property
    def version(self) -> int:
        """Return a number that grows with every change.

        Own changes count at once, those of other Keiretsu processes within 2 seconds; what is
        changed behind their backs is seen within a minute.
        """
        with self._lock:
            now = time.monotonic()
            if now - self._looked > _SEEN_WITHIN:
                mark = self._read_mark()
                self._looked = now
                if mark != self._mark or now - self._renewed > _STALE_AFTER:
                    self._mark, self._renewed = mark, now
                    self._version += 1
            return self._version

    @property
    def derives(self) -> bool:
        """Say whether this is a running Keiretsu, which loads its data and derives by itself."""
        return self.endpoint.kind is KEIRETSU

    def select(self, query: str, bindings: Bindings | None = None) -> Rows:
        """Return the rows of a SELECT, with `bindings` written in as terms."""
        if not isinstance(self._understood(query), ox.QuerySolutions):
            raise QueryError("this is no SELECT query")
        for _ in range(_READS):
            with self._told():
                columns, found = self.endpoint.rows(with_values(query, bindings or {}))
            rows = [_row(columns, one) for one in found]
            if all(len(row) == len(columns) for row in rows) or not binds_all(query, columns):
                return Rows(tuple(columns), rows)
        raise StoreError(f"{self.endpoint.url} gives rows with values missing; it may be changing")

    def texts(self, query: str) -> list[tuple[str, ...]]:
        """Return the rows of a SELECT as plain text."""
        found = self.select(query)
        return [tuple(_text(row.get(name)) for name in found.columns) for row in found.rows]

    def tsv(self, query: str, file: BinaryIO) -> None:
        """Write the rows of a SELECT as TSV; of the endpoint's own nobody sees where it is cut."""
        found = self.select(query)
        file.write("\t".join(f"?{name}" for name in found.columns).encode() + b"\n")
        for row in found.rows:
            cells = (_cell(row.get(name)) for name in found.columns)
            file.write("\t".join(cells).encode() + b"\n")

    def construct(self, query: str) -> list[Triple]:
        """Return the triples of a CONSTRUCT."""
        if not isinstance(self._understood(query), ox.QueryTriples):
            raise QueryError("this is no CONSTRUCT query")
        with self._told():
            return [_triple(one) for one in self.endpoint.triples(query)]

    def replace(self, graphs: Iterable[Iri], quads: Iterable[Quad]) -> None:
        """Empty `graphs` and add `quads`."""
        self.change(graphs, quads)

    def change(
        self, emptied: Iterable[Iri], added: Iterable[Quad], removed: Iterable[Quad] = ()
    ) -> None:
        """Empty graphs, take single quads out and add others.

        What fits into one request is one transaction where the endpoint's updates are. What does
        not is put beside its place first, and into it with the last request.
        """
        kind = self.endpoint.kind
        drops = [self._drop(one) for one in emptied]
        taken = [*updates.operations("DELETE", removed, kind.quads)]
        given = [*updates.operations("INSERT", added, kind.quads)]
        with self._lock:
            mark = "" if self.derives else str(uuid4())
            last = [self._drop(CHANGES), updates.mark(CHANGES, mark)] if mark else []
            text = updates.joined([*drops, *taken, *given, *last])
            if not text:
                return
            if len(text.encode()) <= kind.size:
                self._send(text)
            else:
                self._send_in_parts(drops, [*taken, *given], last)
            self._mark = str(Literal(mark)) if mark else self._read_mark()
            self._version += 1
            self._check_union()

    def load(self, nquads: bytes) -> None:
        """Add well-formed N-Quads, as `change` does."""
        self.change([], ox.parse(nquads, ox.RdfFormat.N_QUADS))

    def insert(self, construct: str, into: Iri) -> int:
        """Add what a CONSTRUCT makes to a named graph, as `change` does; return how much it made.

        The triples come here and go back: in an update the default graph is not the union.
        """
        node = NamedNode(into)
        made = self.construct(construct)
        quads = [Quad(one.subject, one.predicate, one.object, node) for one in made]
        self.change([], quads)
        return len(quads)

    def update(
        self,
        text: str,
        *,
        base: str = "",
        using: Sequence[Iri] = (),
        using_named: Sequence[Iri] = (),
    ) -> None:
        """Run a SPARQL 1.1 update as the endpoint runs it; it may refuse what names no graph."""
        start = f"BASE {NamedNode(base)}\n" if base else ""
        with self._lock:
            self.endpoint.update(start + with_graphs(text, using, using_named))
            self.change([], [])  # sets the mark
            self._version += 1

    def has_graph(self, graph: Iri) -> bool:
        """Say whether a named graph holds anything."""
        return self.endpoint.ask(_HELD % NamedNode(graph))

    def dump(self) -> bytes:
        """Return all that others have put there as N-Quads; not what the store keeps for itself."""
        return b"".join(self._dumped())

    def save(self, path: Path) -> None:
        """Write what `dump` returns into a file; from a running Keiretsu, as of one moment."""
        with path.open("wb") as file:
            if self.derives:
                self.endpoint.download("backup", file)
            else:
                file.writelines(self._dumped())

    def graphs(self) -> list[Iri]:
        """Return the named graphs that hold anything, without those of the stores themselves."""
        hidden: tuple[str, ...] = (CHANGES, INCOMING)
        if self.endpoint.kind is VIRTUOSO:
            hidden += _ITS_OWN
        return sorted(Iri(one) for one in self._all_graphs() if not one.startswith(hidden))

    def close(self) -> None:
        """Close the connections."""
        self.endpoint.close()

    def _dumped(self) -> Iterator[bytes]:
        for graph in self.graphs():
            node = NamedNode(graph)
            rows = self.select(_QUADS % node).rows
            quads = [Quad(row["s"], row["p"], row["o"], node) for row in rows]  # type: ignore[arg-type]
            yield ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b""

    def _all_graphs(self) -> list[str]:
        _, found = self.endpoint.rows(_GRAPHS)
        return [row["g"].value for row in found if isinstance(row["g"], NamedNode)]

    def _understood(self, query: str) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
        """Return what a query gives on nothing, which tells its form and where it is malformed."""
        try:
            return self._grammar.query(query)
        except SyntaxError as error:
            raise QueryError.from_syntax(error) from error

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Blame the endpoint for what it refuses of our own: that is well formed."""
        try:
            yield
        except QueryError as error:
            raise StoreError(f"{self.endpoint.url} refuses what we ask: {error}") from error

    def _send(self, text: str) -> None:
        with self._told():
            self.endpoint.update(text)

    def _send_in_parts(
        self, drops: list[str], data: list[updates.Operation], last: list[object]
    ) -> None:
        """Put all beside its place, then into it with one request; or leave it as it was."""
        places = updates.Places(f"{INCOMING}{int(time.time())}-{uuid4().hex}")
        try:
            for operation in data:
                self._send(str(places.aside(operation)))
            done = [self._drop(one.value) for one in places.graphs]
            self._send(updates.joined([*drops, *places.into_place(), *done, *last]))
        except StoreError:
            self._forget([one.value for one in places.graphs])
            raise

    def _drop(self, graph: str) -> str:
        return f"{self.endpoint.kind.drop} {NamedNode(graph)}"

    def _forget(self, graphs: list[str]) -> None:
        """Remove what was left beside its place; if even that fails, the next to open it does."""
        with suppress(StoreError):
            if graphs:
                self._send(updates.joined(map(self._drop, graphs)))

    def _sweep(self) -> None:
        """Remove what some process put beside its place long ago and never finished."""
        left = [one for one in self._all_graphs() if one.startswith(INCOMING)]
        now = time.time()
        ages = {one: now - int(one.removeprefix(INCOMING).partition("-")[0]) for one in left}
        self._forget([one for one, age in ages.items() if age > _LEFT_BEHIND])

    def _read_mark(self) -> str:
        if self.derives:
            return self.endpoint.served_version()
        _, found = self.endpoint.rows(_MARK)
        return " ".join(sorted(str(row["mark"]) for row in found))

    def _check_union(self) -> None:
        """Refuse an endpoint whose default graph is not the union: every answer would be empty."""
        if self._union or not self.endpoint.ask(_ANY):
            return
        if not self.endpoint.ask(_UNION):
            raise StoreError(
                f"{self.endpoint.url}: its default graph is not the union of all named graphs; "
                "start it so (Oxigraph: --union-default-graph, Fuseki: tdb2:unionDefaultGraph)"
            )
        self._union = True


def _row(columns: Iterable[str], solution: ox.QuerySolution) -> Row:
    found = ((name, solution[name]) for name in columns)
    return {name: _term(term) for name, term in found if term is not None}


def _term(term: Term) -> Term:
    """Return a term as it was before it was written, or as any other store spells it."""
    if isinstance(term, NamedNode) and term.value.startswith(updates.GENERATED):
        return BlankNode(term.value.removeprefix(updates.GENERATED))
    if isinstance(term, Literal) and term.datatype == _BOOLEAN:
        return Literal(_SPELT.get(term.value, term.value), datatype=_BOOLEAN)
    return term


def _text(term: Term | None) -> str:
    return "" if term is None or isinstance(term, Triple) else term.value


def _cell(term: Term | None) -> str:
    if not isinstance(term, Literal):
        return "" if term is None else str(term)
    said = f"@{term.language}" if term.language else f"^^{term.datatype}"
    return f'"{term.value.translate(_ESCAPES)}"{said}'


def _triple(one: Triple) -> Triple:
    return Triple(_term(one.subject), one.predicate, _term(one.object))  # type: ignore[arg-type]
