"""Checks: what is wrong with files before they are loaded, each problem with file and line.

syntax and reader   kg.readers.rdf   malformed text, misspelt properties, impossible values
shapes              kg.shapes        SHACL over each document and what it refers to
sums                here             stakes in one company that add up to more than all of it
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import names
from kg.claims import Claim, Stake
from kg.documents import Document, read_files
from kg.errors import DocumentError, Problem
from kg.readers.rdf import line_of
from kg.shapes import check_shapes

if TYPE_CHECKING:
    from rdflib import Graph

    from kg.store.base import Graph as Store

_AT_ONCE = 1000  # things a query
_NAMES = (
    "CONSTRUCT { ?s ?p ?o } WHERE "
    "{ VALUES ?s { %s } GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), %s)) }"
)
_ORDER = {"error": 0, "warning": 1, "info": 2}


# What is known about some things; asked only about those that a document speaks of.
Known = Callable[[Iterable[NamedNode]], Iterable[Triple | Quad]]


def check_files(paths: Iterable[Path], known: Known = lambda things: ()) -> list[Problem]:
    """Return what is wrong with `paths`, errors first.

    `known` says what is known about things that the files may refer to without naming them: what
    a store already has (`names_of`), or other files (`names_in`). As long as a file cannot be
    read, nothing else is said: what it would have named would seem to be missing everywhere.
    """
    try:
        documents = read_files(paths)
        problems = [*_shapes(documents, known), *_stake_sums(documents)]
    except DocumentError as error:
        problems = list(error.problems)
    return sorted(problems, key=lambda p: (_ORDER[p.severity], p.file, p.line or 0, p.message))


def names_in(paths: Iterable[Path]) -> Known:
    """Return what files that name things say, for checking others against them."""
    return _known(_named(read_files(paths)))


def names_of(graph: "Store") -> Known:
    """Return what a graph says about things, for checking files against it."""

    def known(things: Iterable[NamedNode]) -> Iterator[Triple]:
        rest = iter(things)
        while block := " ".join(map(str, islice(rest, _AT_ONCE))):
            yield from graph.construct(_NAMES % (block, Literal(names.ENTITIES)))

    return known


def _named(documents: Iterable[Document]) -> list[Quad]:
    return [quad for document in documents if not document.claims for quad in document.quads]


def _known(quads: Iterable[Quad]) -> Known:
    about: dict[object, list[Quad]] = defaultdict(list)
    for one in quads:
        about[one.subject].append(one)
    return lambda things: (quad for thing in things for quad in about.get(thing, ()))


def _shapes(documents: list[Document], known: Known) -> Iterator[Problem]:
    """Yield what the shapes say of each document, with the line of each node."""
    beside = _known(_named(documents))
    for document in documents:
        quads = document.quads
        own = {names.short(str(quad.subject).strip("<>")) for quad in quads}
        graph = _rdflib([*quads, *_mentioned(quads, known, beside)])
        for problem in check_shapes(graph, file=str(document.path)):
            if problem.node in own or not problem.node:
                yield replace(problem, line=line_of(document.path, problem.node))


def _mentioned(quads: Iterable[Triple | Quad], *known: Known) -> Iterator[Triple | Quad]:
    """Yield what is known about the things that quads speak of, and that these speak of in turn.

    A shape looks no further, and the names of a whole store take seconds to check.
    """
    seen: set[NamedNode] = set()
    found = list(quads)
    while found:
        nodes = {node for one in found for node in (one.subject, one.object)}
        things = {node for node in nodes if isinstance(node, NamedNode)} - seen
        seen |= things
        found = [one for each in known for one in each(things)]
        yield from found


def _rdflib(triples: Iterable[Triple | Quad]) -> "Graph":
    """Return triples as an rdflib graph, the form that pyshacl reads."""
    from rdflib import Graph

    lines = (f"{one.subject} {one.predicate} {one.object} ." for one in triples)
    return Graph().parse(data="\n".join(lines), format="nt")


def _stake_sums(documents: Iterable[Document]) -> Iterator[Problem]:
    """Yield each company whose undated stakes of one right add up to more than 100%."""
    stated: dict[tuple[str, str], dict[Stake, tuple[Document, Claim]]] = defaultdict(dict)
    for document in documents:
        for claim in document.claims:
            if isinstance(claim.states, Stake) and claim.states.valid_to is None:
                key = (claim.states.company, claim.states.right)
                stated[key].setdefault(claim.states, (document, claim))
    for (company, right), stakes in stated.items():
        most: dict[str, Decimal] = {}
        for stake in stakes:
            share = stake.share or stake.share_min or Decimal(0)
            most[stake.holder] = max(share, most.get(stake.holder, Decimal(0)))
        total = sum(most.values())
        if total > 1:
            document, claim = next(iter(stakes.values()))
            yield _sum_problem(document, claim, company, right, Decimal(total))


def _sum_problem(
    document: Document, claim: Claim, company: str, right: str, total: Decimal
) -> Problem:
    node = names.short(claim.id)
    return Problem(
        file=str(document.path),
        line=line_of(document.path, node),
        node=node,
        rule="StakeSum",
        message=f"stakes in {names.short(company)} ({names.local_name(right)}) add up to "
        f"{total * 100:f}%",
        advice="say until when the older stake held (kei:validTo), or correct a share",
        severity="warning",
    )
