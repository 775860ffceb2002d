"""Loading: documents into the store, all of them or none.

Everything is read and checked (kg.documents) before anything is written. A store is up to date
when graph/inventory holds the fingerprint of the files. It is taken away with the first write and
put back after the last, so that a load cut short is done again. What documents say is written in
one transaction; then the rules are run for what it touches. The ontology is loaded beside them:

    ontology/ -> graph/ontology, graph/codes, graph/shapes, graph/examples
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from pyoxigraph import NamedNode, Quad

from kg import contradictions, inventory, names, ontology
from kg.analytics import control_findings
from kg.analytics.edges import keep
from kg.claims import Claim
from kg.collecting import uncollected
from kg.derive import claims_dated_by, derive, rederive, touched
from kg.documents import DATA, Document, data_files, read_files
from kg.errors import DocumentError, Problem
from kg.examples import example_quads
from kg.matching import keep_register
from kg.names import Iri, document_graph, local_name
from kg.quads import all_quads, nquads
from kg.store.base import Graph

_MANY = 1_000  # claims in one load from which it may be quicker to derive everything


def load_files(graph: Graph, paths: list[Path], *, replace: bool = False) -> list[Document]:
    """Add `paths` to a graph, all of them or none, and derive anew.

    A document that the graph has already is refused if claims of it would go, unless `replace`.
    """
    documents = read_files(paths)
    _add(graph, documents, (), replace)
    return documents


def load_claims(
    graph: Graph, claims: Iterable[Claim], *, names: Iterable[Quad] = (), replace: bool = False
) -> list[Document]:
    """Add the claims of whole documents to a graph, all of them or none; for readers of registers.

    `names` are added to the graphs that they name. A document that the graph has already is
    refused if claims of it would go, unless `replace`.
    """
    by_graph: dict[Iri, list[Claim]] = {}
    for claim in claims:
        by_graph.setdefault(document_graph(claim.source), []).append(claim)
    documents = [
        Document(Path(local_name(held)), (held,), claims=tuple(found))
        for held, found in by_graph.items()
    ]
    _add(graph, documents, names, replace)
    return documents


def remove_documents(graph: Graph, documents: Iterable[str]) -> None:
    """Take documents (IRIs) out of a graph, with all that they alone claim."""
    mark = inventory.fingerprint(graph)
    _write(graph, [], [document_graph(one) for one in documents])
    inventory.put_fingerprint(graph, mark)


def _add(graph: Graph, documents: list[Document], more: Iterable[Quad], replace: bool) -> None:
    problems = [] if replace else list(_lost(graph, documents))
    if problems:
        raise DocumentError(problems)
    named = [*more, *(quad for document in documents for quad in document.named)]
    renamed = inventory.held(
        graph, [one for each in documents if each.named for one in each.graphs]
    )
    since, mark = graph.version, inventory.fingerprint(graph)
    _write(graph, documents, [], named)
    inventory.put_fingerprint(graph, mark)
    if not renamed:
        claims = [claim for document in documents for claim in document.claims]
        keep_register(graph, since, _names_that_came(named, claims))
    keep(graph, since)


def _lost(graph: Graph, documents: list[Document]) -> Iterator[Problem]:
    """Yield each document that the graph has with claims that its new file lacks."""
    filled = inventory.held(graph, [one for document in documents for one in document.graphs])
    for document in documents:
        new = {claim.id for claim in document.claims}
        for held in filled.intersection(document.graphs) if document.claims else ():
            gone = set(inventory.claims_in(graph, held)) - new
            if gone:
                yield Problem(
                    file=str(document.path),
                    message=f"would take away {len(gone)} claims of {local_name(held)}, "
                    f"such as {names.short(min(gone))}",
                    rule="nothing is lost",
                    advice="put all claims of a document into one file, or load with --replace",
                )


def load_folder(
    graph: Graph, folder: Path, gate: Callable[[list[Path]], object] | None = None
) -> bool:
    """Bring `graph` up to date with the ontology and a data folder.

    Returns whether anything was written: a store that already holds these very files is left
    as it is. `gate` is called with the files first, and may raise DocumentError.
    """
    paths = data_files(folder)
    if not paths:
        problem = Problem(
            file=str(folder), message="holds no .ttl file", rule="file", advice="see data/README.md"
        )
        raise DocumentError([problem])
    mark = _fingerprint(paths)
    if inventory.fingerprint(graph) == mark:
        return False
    if gate is not None:
        gate(paths)
    documents = read_files(paths, DATA)
    filled = {one for document in documents for one in document.graphs}
    gone = set(inventory.parts(graph)) - filled
    vocabulary = [names.ONTOLOGY, names.CODES, names.SHAPES, names.EXAMPLES, inventory.PARTS]
    named = [quad for document in documents for quad in document.named]
    more = [*named, *inventory.part_quads(filled), *_vocabulary()]
    # The rules may be new, and the load before this one cut short: derive everything.
    _write(graph, documents, [*gone, *vocabulary], more, everything=True)
    inventory.put_fingerprint(graph, mark)
    return True


@uncollected()
def _write(
    graph: Graph,
    documents: list[Document],
    emptied: Iterable[Iri],
    more: Iterable[Quad] = (),
    *,
    everything: bool = False,
) -> None:
    """Write documents in one transaction, and derive what they touch."""
    claims = [claim for document in documents for claim in document.claims]
    since, named = graph.version, list(more)
    own = [one for document in documents for one in document.graphs]
    held = inventory.held(graph, [*emptied, *own])
    nodes = inventory.redated(graph, held, named)
    going = {one for each in held for one in inventory.claims_in(graph, each)}
    before, about = touched(graph, going), contradictions.concerned(graph, going)
    _put(graph, held, named, claims)
    if graph.derives:
        return
    many = len(claims) > _MANY and len(claims) * 2 > inventory.count_claims(graph)
    if everything or many:
        derive(graph)
        contradictions.renew(graph)
        control_findings.renew(graph)
    else:
        new = {str(claim.id) for claim in claims} | claims_dated_by(graph, nodes)
        change = before | touched(graph, new)
        rederive(graph, change)
        contradictions.renew(graph, about | contradictions.concerned(graph, change.claims))
        control_findings.follow(graph, since, change.pairs)


def _names_that_came(named: list[Quad], claims: list[Claim]) -> set[str]:
    """Return the things that new names are of, and the periods that claims bring with them."""
    periods = {period for claim in claims if (period := getattr(claim.states, "period", None))}
    return periods | {quad.subject.value for quad in named if isinstance(quad.subject, NamedNode)}


def _put(graph: Graph, emptied: set[Iri], named: list[Quad], claims: list[Claim]) -> None:
    """Empty graphs and write names and claims, in one transaction."""
    orphans = inventory.orphans(graph, emptied, claims)
    graph.change([inventory.INVENTORY], [])  # a load cut short from here on is done again
    if emptied or orphans:
        graph.change(emptied, chain(named, all_quads(claims)), orphans)
    else:
        lines = chain((f"{quad} .\n" for quad in named), nquads(claims))
        graph.load("".join(lines).encode())


def _vocabulary() -> Iterator[Quad]:
    yield from ontology.ontology_quads()
    yield from ontology.code_quads()
    yield from ontology.shape_quads()
    yield from example_quads()


def _fingerprint(paths: list[Path]) -> str:
    digest = hashlib.sha256()
    for quad in _vocabulary():
        if "_:" not in str(quad):  # blank nodes get new names at each reading
            digest.update(str(quad).encode())
    for rule in ontology.rules():
        digest.update(ontology.rule(rule).encode())
    for path in paths:
        digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()
