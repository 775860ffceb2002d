"""Checks: what is wrong with files before they are loaded, each problem with file and line.

syntax and reader   kg.readers.rdf   malformed text, misspelt properties, impossible values
shapes              kg.shapes        SHACL over each document and what it refers to
sums                here             stakes in one company that add up to more than all of it
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from kg import names
from kg.claims import Claim, Stake
from kg.errors import DocumentError, Problem
from kg.load import Document, read_file
from kg.readers.rdf import line_of
from kg.shapes import check_shapes

if TYPE_CHECKING:
    from rdflib import Graph

_ORDER = {"error": 0, "warning": 1, "info": 2}


def check_files(paths: Iterable[Path], context: Iterable[Path] = ()) -> list[Problem]:
    """Return what is wrong with `paths`, errors first.

    `context` are files that name what `paths` refer to: companies, sources. They are read, not
    checked.
    """
    problems: list[Problem] = []
    checked = _readable(paths, problems)
    own = {document.path.resolve() for document in checked}
    others = _readable((p for p in context if p.resolve() not in own), [])
    named = [document for document in (*checked, *others) if not document.claims]
    for document in checked:
        background = [one for one in named if one is not document]
        problems += _shapes(document, background)
    problems += _stake_sums(checked)
    return sorted(problems, key=lambda p: (_ORDER[p.severity], p.file, p.line or 0, p.message))


def _readable(paths: Iterable[Path], problems: list[Problem]) -> list[Document]:
    documents: list[Document] = []
    for path in paths:
        try:
            documents.append(read_file(path))
        except DocumentError as error:
            problems.extend(error.problems)
    return documents


def _shapes(document: Document, background: Iterable[Document]) -> Iterator[Problem]:
    """Yield what the shapes say of one document, with the line of each node."""
    own = {names.short(str(quad.subject).strip("<>")) for quad in document.quads}
    found = check_shapes(_rdflib([document, *background]), file=str(document.path))
    for problem in found:
        if problem.node in own or not problem.node:
            yield replace(problem, line=line_of(document.path, problem.node))


def _rdflib(documents: Iterable[Document]) -> "Graph":
    """Return documents as one rdflib graph, the form that pyshacl reads."""
    from rdflib import Graph

    lines = (f"{quad.triple} ." for document in documents for quad in document.quads)
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
