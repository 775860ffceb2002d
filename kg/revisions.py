"""Revisions: since when what is derived stands as it does, and which claims it changed for.

Whatever is projected from a store (kg.analytics.edges) is up to date as long as nothing was
derived anew. Each derivation says here what it touched:

    in this process      claims by version, so that a projection in memory can follow
    in a store's folder  a token for each derivation of everything, and the claims touched since,
                         so that a file beside the store is known to be of it, or not

The token is taken away before anything is derived and put back after: a derivation cut short
leaves none, and the file does not count.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from weakref import WeakKeyDictionary

from pyoxigraph import Literal, NamedNode, Quad

from kg import names
from kg.names import Iri
from kg.store.base import Graph

REVISION = Iri(names.GRAPH + "revision")
_MOST_TOUCHED = 10_000  # claims; beyond, it is quicker to read everything
_LONGEST_LOG = 1_000  # changes remembered in this process

_IDENTIFIER = NamedNode(names.PREFIXES["dcterms"] + "identifier")
_TOUCHED = NamedNode(names.PREFIXES["dcterms"] + "hasPart")
_NODE = NamedNode(REVISION)
_SAID = f"SELECT ?property ?value WHERE {{ GRAPH {_NODE} {{ ?node ?property ?value }} }}"


@dataclass(frozen=True, slots=True)
class Revision:
    """The state of a store in a folder: when all was derived last, and what changed since."""

    base: str
    touched: frozenset[str]


@dataclass(slots=True)
class _Log:
    """What this process derived in one graph: up to which version, for which claims."""

    changes: list[tuple[int, frozenset[str] | None]]  # None: everything
    running: int = 0


_logs: WeakKeyDictionary[Graph, _Log] = WeakKeyDictionary()


def folder_of(graph: Graph) -> Path | None:
    """Return the folder of a store that has one."""
    folder = getattr(graph, "folder", None)
    return folder if isinstance(folder, Path) else None


def files_of(graph: Graph) -> Path | None:
    """Return the folder for files projected from a store; each base has a folder in it."""
    store = folder_of(graph)
    return None if store is None else store.with_name(f"{store.name}.edges")


@contextmanager
def derived(graph: Graph, claims: Iterable[str] | None = None) -> Iterator[None]:
    """Say that everything, or what concerns some claims, is derived anew inside this block."""
    log = _logs.setdefault(graph, _Log([]))
    touched = None if claims is None else frozenset(claims)
    before = _begin(graph)
    log.running += 1
    try:
        yield
    finally:
        log.running -= 1
    _end(graph, before, touched)
    log.changes = [*log.changes, (graph.version, touched)][-_LONGEST_LOG:]


def _begin(graph: Graph) -> Revision | None:
    """Take the token away; return what it stood for."""
    before = revision(graph)
    if before is not None:
        graph.change([REVISION], [])
    return before


def _end(graph: Graph, before: Revision | None, touched: frozenset[str] | None) -> None:
    files = files_of(graph)
    if files is None:
        return
    base, changed = uuid.uuid4().hex, frozenset[str]()
    if before is not None and touched is not None and (files / before.base).is_dir():
        together = before.touched | touched
        if len(together) <= _MOST_TOUCHED:
            base, changed = before.base, together
    quads = [Quad(_NODE, _IDENTIFIER, Literal(base), _NODE)]
    quads += [Quad(_NODE, _TOUCHED, NamedNode(one), _NODE) for one in sorted(changed)]
    graph.replace([REVISION], quads)


def revision(graph: Graph) -> Revision | None:
    """Return the revision of a store in a folder; None in memory, or while it is derived."""
    if folder_of(graph) is None:
        return None
    said = graph.texts(_SAID)
    tokens = [value for property_, value in said if property_ == _IDENTIFIER.value]
    if not tokens:
        return None
    return Revision(tokens[0], frozenset(one for name, one in said if name == _TOUCHED.value))


def in_flux(graph: Graph) -> bool:
    """Say whether something is being derived just now."""
    log = _logs.get(graph)
    return log is not None and log.running > 0


def touched_since(graph: Graph, version: int) -> frozenset[str] | None:
    """Return the claims derived anew after a version; None where that was everything."""
    log = _logs.get(graph)
    found: frozenset[str] = frozenset()
    for until, claims in log.changes if log is not None else ():
        if until > version:
            if claims is None:
                return None
            found |= claims
    return found
