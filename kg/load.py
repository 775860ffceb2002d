"""Loading: files in, quads in the store, all of them or none.

A data folder holds `companies.ttl` and `sources.ttl` (names of things) and `claims/*.ttl` (what
documents say, one file a document). Everything is read and checked before anything is written.

    companies.ttl, sources.ttl -> graph/entities/<where from>-<file>
    claims/<document>.ttl      -> graph/doc/<document> and graph/propositions
    ontology/                  -> graph/ontology, graph/codes, graph/shapes

A store is up to date when graph/inventory holds the fingerprint of the files. It is taken away
with the first write and put back after the last, so that a load cut short is done again.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import inventory, names, ontology
from kg.claims import Claim
from kg.derive import derive
from kg.errors import DocumentError, Problem
from kg.names import Iri
from kg.quads import CLAIM, RDF_TYPE, RESPONSE, claim_quads
from kg.readers import rdf
from kg.store.base import Graph

_FOLDER = "data"


@dataclass(frozen=True, slots=True)
class Document:
    """One file, read and ready to be written."""

    path: Path
    graphs: tuple[Iri, ...]  # the named graphs it fills alone
    quads: tuple[Quad, ...]
    claims: tuple[Claim, ...] = ()


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
        graphs = tuple({names.document_graph(claim.source): None for claim in claims})
        return Document(path, graphs, tuple(q for c in claims for q in claim_quads(c)), claims)
    graph = _names_graph(path, scope)
    node = NamedNode(graph)
    named = tuple(Quad(q.subject, q.predicate, q.object, node) for q in quads)
    return Document(path, (graph,), named)


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
                    message=f"fills {names.local_name(graph)}, as {seen[graph]} does",
                    rule="one file a document",
                    advice="put both into one file",
                )
            seen[graph] = document.path


def load_files(graph: Graph, paths: list[Path], *, replace: bool = False) -> list[Document]:
    """Add `paths` to a graph, all of them or none, and derive anew.

    A document that the graph has already is refused if claims of it would go, unless `replace`.
    """
    documents = read_files(paths)
    problems = [] if replace else list(_lost(graph, documents))
    if problems:
        raise DocumentError(problems)
    mark = inventory.fingerprint(graph)
    _write(graph, documents, [])
    inventory.put_fingerprint(graph, mark)
    return documents


def _lost(graph: Graph, documents: list[Document]) -> Iterator[Problem]:
    """Yield each document that the graph has with claims that its new file lacks."""
    for document in documents:
        new = {claim.id for claim in document.claims}
        for held in document.graphs if document.claims else ():
            gone = set(inventory.claims_in(graph, held)) - new
            if gone:
                yield Problem(
                    file=str(document.path),
                    message=f"would take away {len(gone)} claims of {names.local_name(held)}, "
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
    _write(graph, documents, [*gone, *vocabulary], [*inventory.part_quads(filled), *_vocabulary()])
    inventory.put_fingerprint(graph, mark)
    return True


def entity_triples(graph: Graph) -> list[Triple]:
    """Return the names of things that a graph already has."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), %s)) }"
    return list(graph.construct(query % Literal(names.ENTITIES)))


def _write(
    graph: Graph, documents: list[Document], emptied: Iterable[Iri], more: Iterable[Quad] = ()
) -> None:
    """Write documents in one transaction and derive anew; the fingerprint goes with the first."""
    own = [one for document in documents for one in document.graphs]
    quads = [*more, *(quad for document in documents for quad in document.quads)]
    graph.replace([*own, *emptied, inventory.INVENTORY], quads)
    derive(graph)


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
