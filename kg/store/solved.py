"""An update with its patterns solved: in a process that can be stopped, on a copy of the store.

    INSERT { ?s x:q ?o } WHERE { ?s x:p ?o } ; DROP GRAPH x:g
    -> quads that go and quads that come ; DROP GRAPH x:g

What is left has no pattern, so that to run it takes no longer than it is long. Operations see
what those before them did: that is done on the copy too. The copy is spoilt by that.
"""

import json
import os
import signal
import socket
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import uuid4

import pyoxigraph as ox
from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Triple

from kg.errors import QueryLimitError
from kg.names import Iri
from kg.sparql_update import (
    Operation,
    check_syntax,
    operations,
    solutions,
    templates,
    with_graphs,
)
from kg.store import updates, wire
from kg.store.worker import (
    GRACE,
    Limits,
    close_the_door,
    draw_lots_anew,
    limit_memory,
    send_failure,
    silence,
)

MOST_QUADS = 1_000_000  # that one request may take out and put in by patterns
_VARIABLE = f"urn:{uuid4()}:"  # in a template, an IRI stands for a variable until it is bound


class Update(NamedTuple):
    """An update from outside; nothing of it is run if `run` is false: it is read only."""

    text: str
    base: str = ""
    using: tuple[Iri, ...] = ()
    using_named: tuple[Iri, ...] = ()
    run: bool = True


@dataclass(frozen=True, slots=True)
class Solved:
    """What became of an update: its operations in order, as they are or as quads."""

    steps: tuple[tuple[Operation, bytes | None, bytes], ...] = ()  # None: run it as it is
    of_old_nodes: bool = False  # quads name blank nodes of the copy, which may have other names

    def text(self) -> str:
        """Return the update without patterns; it calls `updates.NODE_FUNCTIONS`."""
        prologue = self.steps[0][0].prologue if self.steps else ""
        said = (one for step in self.steps for one in _said(*step))
        return f"{prologue}\n" + updates.joined(said)

    def quads(self) -> Iterator[Quad]:
        """Yield what goes and what comes by patterns."""
        for _, gone, come in self.steps:
            yield from ox.parse(gone or b"", ox.RdfFormat.N_QUADS)
            yield from ox.parse(come, ox.RdfFormat.N_QUADS)


def _said(one: Operation, gone: bytes | None, come: bytes) -> Iterator[str]:
    if gone is None:
        yield one.text
        return
    for verb, quads in (("DELETE", gone), ("INSERT", come)):
        yield from updates.exactly(verb, ox.parse(quads, ox.RdfFormat.N_QUADS))


def read(update: Update, body: bytes) -> Solved:
    """Return what `serve` answered to an update."""
    if not update.run:
        return Solved()
    said = json.loads(body)
    steps = [
        (one, None if gone is None else gone.encode(), come.encode())
        for one, (gone, come) in zip(_operations(update), said["steps"], strict=True)
    ]
    return Solved(tuple(steps), said["of_old_nodes"])


def _operations(update: Update) -> list[Operation]:
    return operations(with_graphs(update.text, update.using, update.using_named))


def serve(pipe: socket.socket, store: ox.Store, limits: Limits, *, writes_files: bool) -> None:
    """Solve the one update that comes from `pipe`, send that, and end."""
    silence()
    draw_lots_anew()
    limit_memory(limits.memory_bytes)
    if not writes_files:
        close_the_door()
    wire.send(pipe, wire.READY, b"")
    request = wire.Requests(pipe).receive()
    if request is None:
        return
    seconds, *asked = request
    signal.setitimer(signal.ITIMER_REAL, seconds + GRACE)
    try:
        _answer(pipe, Copy(store), Update(*asked))
    except Exception as error:
        send_failure(pipe, error, limits)
    finally:
        os.closerange(pipe.fileno(), pipe.fileno() + 1)


def _answer(pipe: socket.socket, copy: "Copy", update: Update) -> None:
    check_syntax(update.text, update.base)
    found = _operations(update) if update.run else []
    steps = [
        copy.do(one, update.base, last=number == len(found))
        for number, one in enumerate(found, start=1)
    ]
    said = {"steps": steps, "of_old_nodes": copy.old_nodes}
    wire.send_answer(pipe, "application/json", json.dumps(said).encode())


@dataclass(slots=True)
class Copy:
    """A store of its own, on which an update is run one operation after another."""

    store: ox.Store
    changed: int = 0
    old_nodes: bool = False
    _new_nodes: set[str] = field(default_factory=set)

    def do(self, one: Operation, base: str, *, last: bool) -> tuple[str | None, str]:
        """Run an operation; return the quads that it takes out and puts in.

        None for the first of them: it is to be said by its own text.
        """
        if one.of_pattern:
            gone, come = self._solved(one, base)
        elif one.words == ("INSERT", "DATA"):
            gone, come = [], [*self._listed(one.text, one.prologue, base)]
        else:
            self.store.update(f"{one.prologue} {one.text}", base_iri=base or None)
            return None, ""
        if not last:  # nobody will look
            said = [*updates.exactly("DELETE", gone), *updates.exactly("INSERT", come)]
            self.store.update(updates.joined(said), custom_functions=updates.NODE_FUNCTIONS)
        return _nquads(gone), _nquads(come)

    def _solved(self, one: Operation, base: str) -> tuple[list[Quad], list[Quad]]:
        """Return which quads a pattern takes out of the store and which it puts in."""
        within, deleted, inserted = templates(one, _VARIABLE)
        graph = next((quad.graph_name for quad in self._listed(within, one.prologue, base)), None)
        gone_as = [*self._listed(deleted, one.prologue, base)]
        come_as = [*self._listed(inserted, one.prologue, base)]
        names = sorted(set(_variables(*gone_as, *come_as)))
        distinct = not any(_holds_node(quad) for quad in come_as)
        wanted = " ".join(f"?{name}" for name in names) or "?nothing_of_this_update"
        query = solutions(one, f"DISTINCT {wanted}" if distinct else wanted)
        gone: dict[Quad, None] = {}
        come: dict[Quad, None] = {}
        found = self.store.query(query, base_iri=base or None)
        assert isinstance(found, ox.QuerySolutions)  # noqa: S101 - the query is a SELECT
        for solution in found:
            bound = {_VARIABLE + name: solution[name] for name in names}
            self._note_nodes(bound.values())
            gone.update(dict.fromkeys(_made(gone_as, bound, graph)))
            nodes = self._fresh(come_as) if not distinct else {}
            come.update(dict.fromkeys(_made(come_as, {**bound, **nodes}, graph)))
            self._check_size(len(gone) + len(come))
        self.changed += len(gone) + len(come)
        kept = [quad for quad in gone if quad not in come and quad in self.store]
        return kept, [quad for quad in come if quad not in self.store]

    def _check_size(self, more: int) -> None:
        if self.changed + more > MOST_QUADS:
            raise QueryLimitError(f"stopped: the update changes more than {MOST_QUADS} triples")

    def _listed(self, data: str, prologue: str, base: str) -> Iterator[Quad]:
        """Yield the quads of an INSERT DATA; its blank nodes are new."""
        if not data:
            return
        scratch = ox.Store()
        scratch.update(f"{prologue} {data}", base_iri=base or None)
        for quad in scratch:
            self._new_nodes.update(node.value for node in _nodes(quad))
            yield quad

    def _fresh(self, template: Iterable[Quad]) -> dict[str, BlankNode]:
        """Return new blank nodes for those of a template."""
        made = {node.value: BlankNode() for quad in template for node in _nodes(quad)}
        self._new_nodes.update(node.value for node in made.values())
        return {f"_:{name}": node for name, node in made.items()}

    def _note_nodes(self, terms: Iterable[Any]) -> None:
        for term in terms:
            for node in _nodes(term):
                self.old_nodes |= node.value not in self._new_nodes


def _nquads(quads: Sequence[Quad]) -> str:
    return (ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"").decode()


def _parts(said: Any) -> Iterator[Any]:
    """Yield the terms of a quad or term, those within triple terms too."""
    if isinstance(said, Quad):
        for one in (said.subject, said.predicate, said.object, said.graph_name):
            yield from _parts(one)
    elif isinstance(said, Triple):
        for one in (said.subject, said.predicate, said.object):
            yield from _parts(one)
    else:
        yield said


def _nodes(said: Any) -> Iterator[BlankNode]:
    return (one for one in _parts(said) if isinstance(one, BlankNode))


def _holds_node(quad: Quad) -> bool:
    return any(True for _ in _nodes(quad))


def _variables(*template: Quad) -> Iterator[str]:
    for quad in template:
        for one in _parts(quad):
            if isinstance(one, NamedNode) and one.value.startswith(_VARIABLE):
                yield one.value.removeprefix(_VARIABLE)


def _made(template: Iterable[Quad], bound: dict[str, Any], graph: Any) -> Iterator[Quad]:
    """Yield the quads that a solution makes; one that would be no RDF is left out (4.1.3)."""
    for quad in template:
        place = quad.graph_name
        if isinstance(place, DefaultGraph) and graph is not None:
            place = graph
        terms = [_bound(one, bound) for one in (quad.subject, quad.predicate, quad.object, place)]
        if None in terms:
            continue
        try:
            yield Quad(*terms)
        except (TypeError, ValueError):
            continue


def _bound(term: Any, bound: dict[str, Any]) -> Any:
    """Return a term of a template with what its variables and blank nodes are; None: unbound."""
    if isinstance(term, NamedNode):
        return bound.get(term.value) if term.value.startswith(_VARIABLE) else term
    if isinstance(term, BlankNode):
        return bound.get(f"_:{term.value}", term)
    if isinstance(term, Triple):
        terms = [_bound(one, bound) for one in (term.subject, term.predicate, term.object)]
        try:
            return None if None in terms else Triple(*terms)
        except (TypeError, ValueError):
            return None
    return term
