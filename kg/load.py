"""Loading: files in, quads in the store, all of them or none.

A data folder holds `companies.ttl` and `sources.ttl` (names of things) and `claims/*.ttl` (what
documents say, one file a document). Everything is read and checked before anything is written.

    companies.ttl, sources.ttl -> graph/entities/<file>
    claims/<document>.ttl      -> graph/doc/<document> and graph/propositions
    ontology/                  -> graph/ontology, graph/codes, graph/shapes
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from pyoxigraph import Literal, NamedNode, Quad, Triple

from kg import names, ontology
from kg.claims import Claim
from kg.derive import derive
from kg.errors import DocumentError, Problem
from kg.names import Iri
from kg.quads import CLAIM, RDF_TYPE, RESPONSE, claim_quads
from kg.readers import rdf
from kg.store.base import Graph

_CATALOGUE = Iri(names.GRAPH + "catalogue")
_FINGERPRINT = NamedNode(names.PREFIXES["dcterms"] + "identifier")


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


def read_file(path: Path) -> Document:
    """Return one file's quads; a file with a claim in it is a document, any other names things."""
    quads = rdf.parse(path)
    if any(_is_claim(quad) for quad in quads):
        claims = tuple(rdf.claims(quads, path))
        graphs = tuple({names.document_graph(claim.source): None for claim in claims})
        return Document(path, graphs, tuple(q for c in claims for q in claim_quads(c)), claims)
    graph = Iri(f"{names.GRAPH}entities/{names.slug(path.stem)}")
    node = NamedNode(graph)
    named = tuple(Quad(q.subject, q.predicate, q.object, node) for q in quads)
    return Document(path, (graph,), named)


def _is_claim(quad: Quad) -> bool:
    if quad.predicate == RDF_TYPE:
        return quad.object in (NamedNode(CLAIM), NamedNode(RESPONSE))
    return quad.predicate.value in (names.term("states"), names.term("respondsTo"))


def read_files(paths: Iterable[Path]) -> list[Document]:
    """Return the documents of several files, or raise one DocumentError with all problems."""
    documents: list[Document] = []
    problems: list[Problem] = []
    for path in paths:
        try:
            documents.append(read_file(path))
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


def load_files(graph: Graph, paths: list[Path]) -> list[Document]:
    """Read, then write all of `paths` in one transaction, and derive anew."""
    documents = read_files(paths)
    _write(graph, documents, [])
    return documents


def load_folder(
    graph: Graph, folder: Path, gate: Callable[[list[Path]], None] | None = None
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
    fingerprint = _fingerprint(paths)
    if _loaded(graph) == fingerprint:
        return False
    if gate is not None:
        gate(paths)
    mark = Quad(NamedNode(_CATALOGUE), _FINGERPRINT, Literal(fingerprint), NamedNode(_CATALOGUE))
    _write(graph, read_files(paths), [mark, *_vocabulary()])
    return True


def entity_triples(graph: Graph) -> list[Triple]:
    """Return the names of things that a graph already has."""
    query = "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(STRSTARTS(STR(?g), %s)) }"
    return list(graph.construct(query % Literal(names.ENTITIES)))


def _write(graph: Graph, documents: list[Document], more: list[Quad]) -> None:
    fixed = [names.ONTOLOGY, names.CODES, names.SHAPES, _CATALOGUE] if more else []
    emptied = [one for document in documents for one in document.graphs]
    graph.replace([*emptied, *fixed], [*more, *(q for d in documents for q in d.quads)])
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


def _loaded(graph: Graph) -> str:
    query = "SELECT ?catalogue ?mark WHERE { GRAPH ?catalogue { ?catalogue ?p ?mark } }"
    rows = graph.select(query, {"catalogue": NamedNode(_CATALOGUE)}).rows
    return next((term.value for row in rows if isinstance(term := row["mark"], Literal)), "")
