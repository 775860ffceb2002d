"""Checks: what is wrong with files before they are loaded, each problem with file and line.

syntax and reader   kg.readers.rdf   malformed text, misspelt properties, impossible values
shapes              kg.shapes        SHACL over each document and what it refers to
sums                here             stakes in one company that add up to more than all of it
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import Quad, Triple

from kg import names
from kg.claims import Claim, Stake
from kg.documents import Document, read_files
from kg.errors import DocumentError, Problem
from kg.readers.rdf import line_of
from kg.shapes import check_shapes

if TYPE_CHECKING:
    from rdflib import Graph

_ORDER = {"error": 0, "warning": 1, "info": 2}


def check_files(paths: Iterable[Path], known: Iterable[Triple | Quad] = ()) -> list[Problem]:
    """Return what is wrong with `paths`, errors first.

    `known` are the names of things that the files may refer to without holding them: what a
    store already has, or other files. As long as a file cannot be read, nothing else is said:
    what it would have named would seem to be missing everywhere.
    """
    try:
        documents = read_files(paths)
        problems = [*_shapes(documents, known), *_stake_sums(documents)]
    except DocumentError as error:
        problems = list(error.problems)
    return sorted(problems, key=lambda p: (_ORDER[p.severity], p.file, p.line or 0, p.message))


def names_in(paths: Iterable[Path]) -> list[Quad]:
    """Return what files that name things say, for checking others against them."""
    documents = read_files(paths)
    return [quad for document in documents if not document.claims for quad in document.quads]


def _shapes(documents: list[Document], known: Iterable[Triple | Quad]) -> Iterator[Problem]:
    """Yield what the shapes say of each document, with the line of each node."""
    named = [quad for one in documents if not one.claims for quad in one.quads]
    background = [*known, *named]
    about: dict[object, list[Triple | Quad]] = defaultdict(list)
    for one in background:
        about[one.subject].append(one)
    for document in documents:
        own = {names.short(str(quad.subject).strip("<>")) for quad in document.quads}
        graph = _rdflib([*document.quads, *_mentioned(document.quads, about)])
        for problem in check_shapes(graph, file=str(document.path)):
            if problem.node in own or not problem.node:
                yield replace(problem, line=line_of(document.path, problem.node))


def _mentioned(
    quads: Iterable[Triple | Quad], about: Mapping[object, Sequence[Triple | Quad]]
) -> Iterator[Triple | Quad]:
    """Yield what is known about the things that quads speak of, and that these speak of in turn.

    A shape looks no further, and the names of a whole store take seconds to check.
    """
    seen: set[object] = set()
    rest: list[object] = [node for quad in quads for node in (quad.subject, quad.object)]
    while rest:
        node = rest.pop()
        if node not in seen:
            seen.add(node)
            for one in about.get(node, ()):
                yield one
                rest.append(one.object)


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
