"""Loading: files in, quads in the store, all of them or none.

A data folder holds `companies.ttl` and `sources.ttl` (names of things) and `claims/*.ttl` (what
documents say, one file a document). Everything is read and checked before anything is written.

    companies.ttl, sources.ttl -> graph/entities/<where from>-<file>
    claims/<document>.ttl      -> graph/doc/<document> and graph/propositions
    ontology/                  -> graph/ontology, graph/codes, graph/shapes

A store is up to date when graph/inventory holds the fingerprint of the files. It is taken away
with the first write and put back after the last, so that a load cut short is done again. What
documents say is written in one transaction; then the rules are run for what it touches.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import chain
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from kg import contradictions, inventory, names, ontology
from kg.claims import Claim
from kg.derive import claims_dated_by, derive, rederive, touched
from kg.errors import DocumentError, Problem
from kg.names import Iri, document_graph, local_name
from kg.quads import CLAIM, RDF_TYPE, RESPONSE, all_quads
from kg.readers import rdf
from kg.store.base import Graph

_FOLDER = "data"
_MANY = 10_000  # claims in one load from which it may be quicker to derive everything


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read and ready to be written."""

    path: Path
    graphs: tuple[Iri, ...]  # the named graphs it fills alone
    named: tuple[Quad, ...] = ()  # the names of things, where it states no claims
    claims: tuple[Claim, ...] = ()

    @property
    def quads(self) -> tuple[Quad, ...]:
        """Return all that it writes; made when asked for, as it is larger than the claims."""
        return (*self.named, *all_quads(self.claims))


def shipped_folder() -> Path:
    """Return the folder of the data that come with the package."""
    return Path(str(files("data")))


def data_files(folder: Path) -> list[Path]:
    """Return the files of a data folder in the order they are read."""
    return sorted(folder.glob("*.ttl")) + sorted((folder / "claims").glob("*.ttl"))


def read_file(path: Path, scope: str = "added") -> Document:
    """Return one file's quads; a file with a claim in it is a document, any other names things.

    `scope` keeps the names of a data folder apart from those that were added to a store.
    """
    quads = rdf.parse(path)
    if any(_is_claim(quad) for quad in quads):
        claims = tuple(rdf.claims(quads, path))
        graphs = tuple({document_graph(claim.source): None for claim in claims})
        return Document(path, graphs, claims=claims)
    graph = _names_graph(path, scope)
    node = NamedNode(graph)
    own = _Renamed()
    named = tuple(Quad(own[q.subject], q.predicate, own[q.object], node) for q in quads)
    return Document(path, (graph,), named)


class _Renamed(dict[Any, Any]):
    """Terms by themselves, and blank nodes by new ones: two files may call theirs alike."""

    def __missing__(self, term: Any) -> Any:
        self[term] = BlankNode() if isinstance(term, BlankNode) else term
        return self[term]


def _names_graph(path: Path, scope: str) -> Iri:
    """Return the graph for a file that names things: its own, and the same at each reading."""
    origin = path.name if scope == _FOLDER else str(path.resolve())
    digest = hashlib.sha256(origin.encode()).hexdigest()[:8]
    return Iri(f"{names.ENTITIES}/{scope}-{names.slug(path.stem)}-{digest}")


def _is_claim(quad: Quad) -> bool:
    if quad.predicate == RDF_TYPE:
        return quad.object in (NamedNode(CLAIM), NamedNode(RESPONSE))
    return quad.predicate.value in (names.term("states"), names.term("respondsTo"))


def read_files(paths: Iterable[Path], scope: str = "added") -> list[Document]:
    """Return the documents of several files, or raise one DocumentError with all problems."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            documents.append(read_file(path, scope))
        except DocumentError as error:
            problems.extend(error.problems)
    problems.extend(_shared_graphs(documents))
    if problems:
        raise DocumentError(problems)
    return documents


def _shared_graphs(documents: list[Document]) -> Iterator[Problem]:
    """Yield a problem where two files claim for one document: the second would hide the first."""
    seen: dict[Iri, Path] = {}
    for document in documents:
        for graph in document.graphs:
            if graph in seen:
                yield Problem(
                    file=str(document.path),
                    message=f"fills {local_name(graph)}, as {seen[graph]} does",
                    rule="one file a document",
                    advice="put both into one file",
                )
            seen[graph] = document.path


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
    mark = inventory.fingerprint(graph)
    _write(graph, documents, [], more)
    inventory.put_fingerprint(graph, mark)


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
    documents = read_files(paths, _FOLDER)
    filled = {one for document in documents for one in document.graphs}
    gone = set(inventory.parts(graph)) - filled
    vocabulary = [names.ONTOLOGY, names.CODES, names.SHAPES, inventory.PARTS]
    more = [*inventory.part_quads(filled), *_vocabulary()]
    # The rules may be new, and the load before this one cut short: derive everything.
    _write(graph, documents, [*gone, *vocabulary], more, everything=True)
    inventory.put_fingerprint(graph, mark)
    return True


def entity_triples(graph: Graph) -> list[Triple]:
    """Return the names of things that a graph already has."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), %s)) }"
    return list(graph.construct(query % Literal(names.ENTITIES)))


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
    named = [*more, *(quad for document in documents for quad in document.named)]
    own = [one for document in documents for one in document.graphs]
    gone = [*emptied, *own]
    held = inventory.held(graph, gone)
    orphans = inventory.orphans(graph, held, claims)
    nodes = inventory.redated(graph, held, named)
    going = {one for each in held for one in inventory.claims_in(graph, each)}
    before, about = touched(graph, going), contradictions.concerned(graph, going)
    graph.change([inventory.INVENTORY], [])  # a load cut short from here on is done again
    graph.change(gone, chain(named, all_quads(claims)), orphans)
    new = {str(claim.id) for claim in claims} | claims_dated_by(graph, nodes)
    if everything or (len(new) > _MANY and len(new) * 2 > inventory.count_claims(graph)):
        derive(graph)
        contradictions.renew(graph)
    else:
        change = before | touched(graph, new)
        rederive(graph, change)
        contradictions.renew(graph, about | contradictions.concerned(graph, change.claims))


def _vocabulary() -> Iterator[Quad]:
    yield from ontology.ontology_quads()
    yield from ontology.code_quads()
    yield from ontology.shape_quads()


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
